"""Topics of brokers on this machine: nothing is released before it is held, nothing held is lost, repeats are known."""

import datetime as dt
import ipaddress
import logging
import ssl
import struct
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ingest import cycle
from ingest.sources import SOURCES
from ingest.sources.mqtt import Mqtt
from record.errors import RecordError
from record.network.source import Trigger
from record.writer import Pen
from tests.example import open_pen
from tests.ingest.answering import told
from tests.ingest.brokers import QUIET, WORD, Standard, amqtt, gauges, publish, standard
from tests.ingest.declared import HEAD, RECEIVED, clock, network


def bodies(given: list[Any]) -> list[bytes]:
    return [one.receipt.body for one in given]


# --- a broker that is in use


def test_what_is_published_between_two_rounds_waits_in_the_session(tmp_path: Path) -> None:
    with amqtt() as port:
        fetcher = Mqtt(gauges(port), tmp_path, QUIET)
        assert told(fetcher) == ([], None)
        publish(port, ("gauges/1/level", b"1.25"), ("other/1", b"no"), ("gauges/2/level", b"2.5"))
        given, fault = told(fetcher)
        assert fault is None
        assert sorted((one.receipt.name, one.receipt.body) for one in given) == [
            ("gauges/1/level", b"1.25"),
            ("gauges/2/level", b"2.5"),
        ]
        assert {one.receipt.received for one in given} == {RECEIVED}
        assert {one.cursor for one in given} == {None}
        assert told(fetcher) == ([], None)
        publish(port, ("gauges/1/level", b"1.3"))
        assert bodies(told(fetcher)[0]) == [b"1.3"]


# Of a handshake that fails the MQTT library leaves the socket to be collected.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_broker_behind_tls_is_known_by_its_certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate, key = certified(tmp_path)
    with amqtt(ssl=True, certfile=str(certificate), keyfile=str(key)) as port:
        secured = gauges(port, "mqtts")
        given, fault = told(Mqtt(secured, tmp_path, QUIET))
        assert given == []
        assert fault is not None
        assert "no connection" in fault
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        fetcher = Mqtt(secured, tmp_path, QUIET)
        assert told(fetcher) == ([], None)
        publish(port, ("gauges/1/level", b"x" * 300_000), tls=ssl.create_default_context())
        given, fault = told(fetcher)
    assert (bodies(given), fault) == ([b"x" * 300_000], None)


def certified(folder: Path) -> tuple[Path, Path]:
    """A certificate of this machine that nobody signed but itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "broker.crt", folder / "broker.key"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths


# --- a broker that keeps to the standard


def subscribed(broker: Standard, data: Path, **changes: Any) -> Mqtt:
    """A source that has been at the broker once."""
    fetcher = Mqtt(gauges(broker.port, **changes), data, QUIET)
    assert told(fetcher) == ([], None)
    broker.left()
    return fetcher


def test_one_session_by_a_name_that_stays_and_is_subscribed_once(broker: Standard, tmp_path: Path) -> None:
    for _ in range(3):
        subscribed(broker, tmp_path)
    (visit,) = set(broker.visits)
    assert visit[1:] == ("arna", WORD)
    assert len(visit[0]) <= 23
    assert visit[0].isalnum()
    assert broker.subscribed == ["gauges/#"]
    subscribed(broker, tmp_path, id="other-kg")
    subscribed(broker, tmp_path / "another-record")
    assert len({name for name, _, _ in broker.visits}) == 3


def test_a_message_is_released_only_once_it_is_held(broker: Standard, tmp_path: Path) -> None:
    fetcher = subscribed(broker, tmp_path)
    broker.publish("gauges/1", b"first")
    broker.publish("gauges/1", b"second")
    messages = fetcher.fetch(None, clock())
    first = next(messages)
    assert broker.acknowledged == []
    fetcher.done(first.receipt)
    second = next(messages)
    # The record could not take the second one.
    messages.close()
    assert (first.receipt.body, second.receipt.body) == (b"first", b"second")
    assert broker.left().acknowledged == [1]
    assert list(broker.session.sent.values()) == [("gauges/1", b"second", False)]
    given, fault = told(fetcher)
    assert (bodies(given), fault) == ([b"second"], None)
    assert broker.delivered[-1] == ("gauges/1", True)
    assert broker.left().session.sent == {}
    assert told(fetcher) == ([], None)


@pytest.mark.usefixtures("_soon_quiet")
def test_what_the_record_held_before_a_crash_comes_again_and_is_recognised(
    broker: Standard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, pen = open_pen(tmp_path, network())
    fetcher = subscribed(broker, tmp_path)
    broker.publish("gauges/1", (HEAD + "05.05.2026 00:00;15954;12,4;400\r\n").encode("cp1251"))
    with monkeypatch.context() as patch:
        patch.setattr(Mqtt, "done", crash)
        with pytest.raises(KeyboardInterrupt):
            cycle.run(fetcher.source, network(), pen, data=tmp_path, now=clock())
    assert broker.left().acknowledged == []
    report = cycle.run(fetcher.source, network(), pen, data=tmp_path, now=clock())
    assert (report.receipts, report.repeated, report.entries) == (1, 1, ())
    assert broker.left().acknowledged == [1]


@pytest.fixture
def _soon_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the rounds of the whole ingest believe as soon as the tests that nothing more comes."""
    monkeypatch.setitem(SOURCES, "mqtt", partial(Mqtt, quiet=QUIET))


def crash(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.usefixtures("_soon_quiet")
def test_what_the_record_could_not_take_comes_again(
    broker: Standard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, pen = open_pen(tmp_path, network())
    fetcher = subscribed(broker, tmp_path)
    broker.publish("gauges/1", (HEAD + "05.05.2026 00:00;15954;12,4;400\r\n").encode("cp1251"))

    def full(*_: object, **__: object) -> None:
        raise RecordError("disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Pen, "append", full)
        with pytest.raises(RecordError):
            cycle.run(fetcher.source, network(), pen, data=tmp_path, now=clock())
    assert broker.left().acknowledged == []
    assert cycle.run(fetcher.source, network(), pen, data=tmp_path, now=clock()).readings == 2


def test_a_round_takes_so_many_and_leaves_the_rest(broker: Standard, tmp_path: Path) -> None:
    fetcher = subscribed(broker, tmp_path, max_messages=30)
    for number in range(70):
        broker.publish("gauges/1", b"%d" % number)
    rounds = [bodies(told(fetcher)[0]) for _ in range(4)]
    assert [len(one) for one in rounds] == [30, 30, 10, 0]
    assert [int(body) for one in rounds for body in one] == list(range(70))


def test_topics_that_are_not_wanted_are_released_and_not_given(broker: Standard, tmp_path: Path) -> None:
    fetcher = subscribed(broker, tmp_path, match=r"gauges/\d+/level")
    for topic in ("gauges/1/level", "gauges/1/levels", "gauges/x/level", "gauges/22/level"):
        broker.publish(topic, topic.encode())
    given, fault = told(fetcher)
    assert ([one.receipt.name for one in given], fault) == (["gauges/1/level", "gauges/22/level"], None)
    assert broker.left().acknowledged == [1, 2, 3, 4]


def test_a_message_that_is_too_large_is_cut_told_and_released(broker: Standard, tmp_path: Path) -> None:
    fetcher = subscribed(broker, tmp_path, max_bytes=1000)
    broker.publish("gauges/1", b"x" * 1_000_000)
    broker.publish("gauges/1", b"x" * 1000)
    given, fault = told(fetcher)
    assert fault is None
    assert [len(body) for body in bodies(given)] == [1000, 1000]
    assert ["more than 1000 bytes" in str(one.fault) for one in given] == [True, False]
    assert broker.left().session.sent == {}


def test_any_bytes_are_a_message(broker: Standard, tmp_path: Path) -> None:
    fetcher = subscribed(broker, tmp_path)
    for body in (b"", b"\0\xff", b"{"):
        broker.publish("gauges/\n\x1b[2J", body)
    given, fault = told(fetcher)
    assert (bodies(given), fault) == ([b"", b"\0\xff", b"{"], None)
    assert {one.receipt.name for one in given} == {"gauges/??[2J"}


def test_what_was_retained_comes_once_and_not_again_every_round(broker: Standard, tmp_path: Path) -> None:
    broker.retained["gauges/1"] = b"last known"
    fetcher = Mqtt(gauges(broker.port), tmp_path, QUIET)
    assert bodies(told(fetcher)[0]) == [b"last known"]
    assert told(fetcher) == ([], None)


def test_a_session_that_the_broker_forgot_is_told_and_begun_anew(broker: Standard, tmp_path: Path) -> None:
    fetcher = subscribed(broker, tmp_path)
    broker.left().sessions.clear()
    given, fault = told(fetcher)
    assert given == []
    assert fault == f"mqtt://127.0.0.1:{broker.port}/gauges/#: " + (
        "the broker had forgotten our session: what was published since the last round may be lost; ask its keeper"
    )
    assert broker.left().subscribed == ["gauges/#"] * 2
    broker.publish("gauges/1", b"new")
    assert bodies(told(fetcher)[0]) == [b"new"]


@pytest.mark.parametrize(("code", "words"), [(4, "refused us"), (5, "refused us"), (3, "refused us")])
def test_a_broker_that_refuses_us_is_a_fault_without_the_password(
    broker: Standard, tmp_path: Path, code: int, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    broker.refuses = code
    with caplog.at_level(logging.DEBUG):
        given, fault = told(Mqtt(gauges(broker.port), tmp_path, QUIET))
    assert given == []
    assert fault is not None
    assert words in fault
    assert WORD not in fault + caplog.text


def test_a_subscription_that_is_not_granted_is_a_fault_every_time(broker: Standard, tmp_path: Path) -> None:
    broker.grants = 128
    for _ in range(2):
        given, fault = told(Mqtt(gauges(broker.port), tmp_path, QUIET))
        assert given == []
        assert "may not be subscribed to" in str(fault)
    broker.grants = 1
    subscribed(broker, tmp_path)


@pytest.mark.parametrize("kind", [1, 8])
def test_a_broker_that_hangs_is_not_waited_for(broker: Standard, tmp_path: Path, kind: int) -> None:
    broker.hangs_at = kind
    hasty = gauges(broker.port, trigger=Trigger(every=60, timeout=0.4))
    given, fault = told(Mqtt(hasty, tmp_path, QUIET))
    assert given == []
    assert "no answer within 0.4 s" in str(fault)


GARBAGE = [
    b"HTTP/1.1 400 Bad Request\r\n\r\n",
    b"\x20\x00",
    b"\x20\x01\x00",
    b"\x20\x02\x00",
    b"\x20\xff\xff\xff\xff\xff",
    b"\x90\x00",
    b"\x90\x02\x00\x01",
    b"\x90\x03\x00\x09\x01",
    b"\x32\x00",
    b"\x32\x02\x00\x09",
    b"\x32\x04\x00\x02\xff\xff",
    b"\x40\x00",
    b"\x40\x05\x00\x01\x02\x03\x04",
    b"\x62\x02\x00\x01",
    b"\xf0\x00",
    b"\x00\x00",
    b"",
]


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize("after", [b"", b"\x20\x02\x00\x00"])
def test_a_server_that_speaks_no_mqtt_is_a_fault_of_one_line(
    broker: Standard, tmp_path: Path, garbage: bytes, after: bytes
) -> None:
    broker.says = lambda kind: after + garbage
    hasty = gauges(broker.port, trigger=Trigger(every=60, timeout=0.4))
    given, fault = told(Mqtt(hasty, tmp_path, QUIET))
    assert given == []
    assert fault is not None


def test_nobody_there_is_a_fault(tmp_path: Path) -> None:
    with standard() as made:
        port = made.port
    given, fault = told(Mqtt(gauges(port), tmp_path, QUIET))
    assert given == []
    assert "no connection" in str(fault)


def test_a_message_that_trickles_in_is_waited_for_and_one_that_never_ends_is_not(tmp_path: Path) -> None:
    topic = b"gauges/1"
    body = struct.pack("!H", len(topic)) + topic + b"\0\1" + b"x" * 20
    for count, whole in ((len(body), True), (5000, False)):
        with standard() as broker:
            fetcher = subscribed(broker, tmp_path / str(count), trigger=Trigger(every=60, timeout=3 if whole else 1))
            packet = bytes([0x32, count % 128 | (128 if count > 127 else 0)]) + (
                bytes([count // 128]) if count > 127 else b""
            )
            trickle(broker, packet + body)
            given, fault = told(fetcher)
        assert bodies(given) == ([b"x" * 20] if whole else [])
        assert fault is None


def trickle(broker: Standard, packet: bytes) -> None:
    """Let the broker send a packet byte by byte to whoever comes next, more slowly than the source is patient."""

    def slowly(door: Any, kept: Any) -> None:
        broker._send = lambda *_: None  # type: ignore[method-assign]
        for byte in packet:
            time.sleep(0.02)
            door.sendall(bytes([byte]))

    broker._send = slowly  # type: ignore[method-assign]
