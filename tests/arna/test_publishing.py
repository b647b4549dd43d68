"""Publishing at a broker: everything at least once, the newest of each series kept there, no harm when it is away."""

import datetime as dt
import json
import logging
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion
from pydantic import SecretStr

from arna.desk import Desk
from arna.operator.publishing import publish as command
from arna.publishing.broker import Broker, Message, PublishSettings, Session, broker_of
from arna.publishing.cursor import Cursor, Reached
from arna.publishing.publisher import Publisher
from arna.schedule import build_schedule
from record.archive import Record
from record.errors import ConfigError, NotSent, RecordBusy
from record.events.beside import Beside
from record.writer import Pen
from tests.arna.told import raise_one
from tests.example import BORDER, KIROV, START, open_pen, say, seen, url_of
from tests.ingest.brokers import amqtt, free_port, read_packet
from tests.record.founded import found

MINUTE = dt.timedelta(minutes=1)
Got = list[tuple[str, dict[str, Any], bool]]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with amqtt() as found:
        yield found


@pytest.fixture
def broker(port: int, request: pytest.FixtureRequest) -> Broker:
    """The broker with topics of this test alone."""
    prefix = f"{request.node.name}/water"
    return Broker(
        scheme="mqtt", host="127.0.0.1", port=port, prefix=prefix, user="arna", password=SecretStr("word-9a8b7c")
    )


@contextmanager
def subscribed(broker: Broker) -> Iterator["Waiting"]:
    """What a consumer gets: topic below the prefix, document, whether the broker had kept it."""
    got: Got = []
    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.username_pw_set("consumer", "word")
    client.on_message = lambda _client, _data, one: got.append(
        (one.topic.removeprefix(f"{broker.prefix}/"), json.loads(one.payload), one.retain)
    )
    granted: list[int] = []
    client.on_subscribe = lambda *_: granted.append(1)
    client.connect(broker.host, broker.port)
    client.subscribe(f"{broker.prefix}/#", qos=1)
    while not granted:
        assert client.loop(5) == 0
    try:
        yield Waiting(client, got)
    finally:
        client.disconnect()
        while client.socket() is not None:
            client.loop(1)


class Waiting:
    """What came, of which one can wait for so many."""

    def __init__(self, client: paho.Client, got: Got) -> None:
        self._client, self._got = client, got

    def take(self, count: int) -> Got:
        while len(self._got) < count:
            assert self._client.loop(5) == 0
        # Whatever was published without being expected would be here by now.
        self._client.loop(0.05)
        taken, self._got[:] = self._got[:], []
        return taken


@pytest.fixture
def opened(tmp_path: Path) -> tuple[Record, Pen]:
    record, pen = open_pen(tmp_path)
    say(pen, "before", [seen(KIROV, 0, "20.25")])
    return record, pen


Opened = tuple[Record, Pen]


def publisher(record: Record, broker: Broker, tmp_path: Path, now: dt.datetime = START) -> Publisher:
    return Publisher(record, broker, tmp_path, lambda: now)


def test_the_newest_readings_are_published_first_and_from_then_on_what_happens(
    opened: Opened, broker: Broker, tmp_path: Path
) -> None:
    record, pen = opened
    publishing = publisher(record, broker, tmp_path)
    with subscribed(broker) as heard:
        assert publishing.once() == 0
        ((topic, newest, _),) = heard.take(1)
        assert topic == "talas/daily/kirov:kg/inflow"
        assert newest == {
            "series": KIROV, "time": "2026-05-01T02:00:00Z", "value": 20.25, "unit": "m3/s", "flag": "good",
            "entry": 0, "nature": "real", "computed": False, "verified": True,
        }  # fmt: skip
        say(pen, "1", [seen(KIROV, 0, "20.5"), seen(KIROV, 1, "21"), seen(BORDER, -5, "1")])
        raise_one(record, "telegrams")
        assert publishing.once() == 3
        came = heard.take(5)
        assert [topic for topic, _, _ in came] == [
            "events/new", "events/amended", "events/silent", "talas/daily/kirov:kg/inflow",
            "talas/daily/example-border:kz/discharge",
        ]  # fmt: skip
        assert came[0][1]["entry"] == 1
        assert [document["value"] for _, document, _ in came[3:]] == [21.0, 1.0]
        assert publishing.once() == 0
        say(pen, "2", [seen(KIROV, -3, "9")])
        assert publishing.once() == 1
        # An older reading is not the newest of its series.
        assert [topic for topic, _, _ in heard.take(1)] == ["events/new"]
    with subscribed(broker) as late:
        kept = late.take(2)
        assert {topic.split("/")[0] for topic, _, _ in kept} == {"talas"}
        assert all(retained for _, _, retained in kept)


def test_a_restart_goes_on_where_it_was_and_skips_nothing(
    opened: Opened, broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, pen = opened
    monkeypatch.setattr("arna.publishing.publisher.PORTION", 2)
    publisher(record, broker, tmp_path).once()
    for day in range(1, 6):
        say(pen, f"{day}", [seen(KIROV, day, "1")])
    taken: list[Any] = []
    publish = Session.publish

    def breaks(session: Session, messages: Sequence[Message]) -> None:
        if len(taken) == 1:
            publish(session, messages[:1])
            raise NotSent("it did not take what was published")
        taken.append(messages)
        publish(session, messages)

    with subscribed(broker) as heard:
        monkeypatch.setattr(Session, "publish", breaks)
        with pytest.raises(NotSent):
            publisher(record, broker, tmp_path).once()
        monkeypatch.setattr(Session, "publish", publish)
        assert publisher(record, broker, tmp_path).once() == 3
        entries = [said["entry"] for topic, said, _ in heard.take(10) if topic.startswith("events/")]
    assert entries == [1, 2, 3, 3, 4, 5]


def test_a_broker_that_is_away_is_one_line_and_left_alone_for_longer_and_longer(
    opened: Opened, broker: Broker, port: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    record, pen = opened
    publisher(record, broker, tmp_path).once()
    say(pen, "1", [seen(KIROV, 1, "1")])
    clock = [START]
    publishing = Publisher(record, broker, tmp_path, lambda: clock[0])
    tried: list[dt.datetime] = []
    fine, away = publishing._broker, Broker(scheme="mqtt", host="127.0.0.1", port=free_port(), prefix="x")

    class Trying(Session):
        def __init__(self, _: Broker) -> None:
            tried.append(clock[0])
            super().__init__(away if clock[0] < START + 10 * MINUTE else fine)

    with pytest.MonkeyPatch.context() as patch, caplog.at_level(logging.INFO):
        patch.setattr("arna.publishing.publisher.Session", Trying)
        for _ in range(700):
            publishing.run()
            clock[0] += dt.timedelta(seconds=5)
    assert 4 <= sum(moment < START + 10 * MINUTE for moment in tried) <= 8
    said = [one.getMessage() for one in caplog.records if one.name == "arna.publish"]
    shown = f"publishing to mqtt://127.0.0.1:{port}/{broker.prefix}"
    assert said == [f"{shown}: no connection (Connection refused); it is tried again until it is taken",
                    f"{shown} goes on"]  # fmt: skip
    assert "word-9a8b7c" not in caplog.text


def test_a_broker_that_refuses_us_says_which_setting_to_look_at() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def refuse() -> None:
            with listening.accept()[0] as door:
                read_packet(door)
                door.sendall(b"\x20\x02\x00\x05")

        thread = threading.Thread(target=refuse)
        thread.start()
        here = Broker(scheme="mqtt", host="127.0.0.1", port=listening.getsockname()[1], prefix="x")
        with pytest.raises(NotSent, match="ARNA_PUBLISH_USER"), Session(here):
            pass
        thread.join(10)


def test_two_processes_do_not_publish_from_one_folder(opened: Opened, broker: Broker, tmp_path: Path) -> None:
    with Cursor(tmp_path, broker.mark).held(), pytest.raises(RecordBusy, match="another process"):
        publisher(opened[0], broker, tmp_path).once()


def test_a_record_that_lost_entries_is_not_published_in_silence(opened: Opened, broker: Broker, tmp_path: Path) -> None:
    Cursor(tmp_path, broker.mark)._path.parent.mkdir()
    Cursor(tmp_path, broker.mark).keep(Reached(9, Beside(0, 0, frozenset(), frozenset(), 0)))
    with pytest.raises(NotSent, match="older copy"):
        publisher(opened[0], broker, tmp_path).once()


def test_the_cursor_is_kept_whole_and_one_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    cursor = Cursor(tmp_path, "mark")
    with cursor.held():
        assert cursor.read() is None
        reached = Reached(7, Beside(3, 2, frozenset({1, 3}), frozenset({2}), 5))
        cursor.keep(reached)
        assert cursor.read() == reached
    (tmp_path / "publish" / "mark.json").write_text('{"entries": 7', encoding="ascii")
    with pytest.raises(ConfigError, match="delete it"):
        cursor.read()


@pytest.mark.parametrize(
    ("publish", "shown"),
    [
        ("mqtts://broker.example/water/chu", "mqtts://broker.example:8883/water/chu"),
        ("mqtt://127.0.0.1:1884", "mqtt://127.0.0.1:1884/arna"),
    ],
)
def test_a_broker_is_named_by_its_address_and_a_prefix(publish: str, shown: str) -> None:
    found = broker_of(PublishSettings(publish=publish, publish_user="arna", publish_password=SecretStr("w")))
    assert found is not None
    assert found.shown == shown


@pytest.mark.parametrize(
    "publish",
    [
        "https://broker.example", "mqtts://", "mqtts://a:word-9a8b7c@broker.example", "mqtts://h:99999", "mqtts://h/a/#",
        "mqtts://h/a+b", "mqtts://h/x?word-9a8b7c", "mqtt://broker.example/x", "mqtts://h/a//b",
    ],
)  # fmt: skip
def test_an_address_that_will_not_do_is_refused_without_its_secrets(publish: str) -> None:
    with pytest.raises(ConfigError, match="ARNA_PUBLISH") as refused:
        broker_of(PublishSettings(publish=publish, publish_user="arna"))
    assert "word-9a8b7c" not in str(refused.value)


def test_the_jobs_of_the_house_publish_where_a_broker_is_named(
    opened: Opened, broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(*opened, tmp_path, lambda: START)
    assert build_schedule(desk.record.network, desk).scheduler.get_job("publish") is None
    monkeypatch.setenv("ARNA_PUBLISH", broker.shown)
    monkeypatch.setenv("ARNA_PUBLISH_USER", "arna")
    job = build_schedule(desk.record.network, desk).scheduler.get_job("publish")
    with subscribed(broker) as heard:
        job.func()
        assert [topic for topic, _, _ in heard.take(1)] == ["talas/daily/kirov:kg/inflow"]


def test_a_mirror_publishes_its_copy_by_a_command_of_its_own(
    broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, pen = found(tmp_path)
    with pytest.raises(ConfigError, match="ARNA_PUBLISH"):
        command(once=True, mirror=True)
    monkeypatch.setenv("ARNA_RECORD", url_of(tmp_path))
    monkeypatch.setenv("ARNA_DATA", str(tmp_path))
    monkeypatch.setenv("ARNA_PUBLISH", broker.shown)
    monkeypatch.setenv("ARNA_PUBLISH_USER", "arna")
    command(once=True, mirror=True)
    say(pen, "1", [seen(KIROV, 1, "1")])
    command(once=True, mirror=True)
    assert f"published 1 events at {broker.shown}" in capsys.readouterr().out


def test_nothing_is_published_where_no_broker_is_named() -> None:
    assert broker_of(PublishSettings(publish=None)) is None
