"""Publishing at a broker: everything at least once, the newest of each series kept there, no harm when it is away."""

import datetime as dt
import gc
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion
from pydantic import SecretStr

from arna.desk import Desk
from arna.operator.publishing import publish as command
from arna.publishing.broker import Broker, PublishSettings, broker_of
from arna.publishing.cursor import Cursor, Reached
from arna.publishing.publisher import Publisher
from arna.schedule import build_schedule
from record.archive import Record
from record.errors import ConfigError, NotSent, RecordBusy
from record.events.beside import Beside
from record.writer import Pen
from tests.arna.taking import REFUSED, Taking, taking
from tests.arna.told import raise_one
from tests.example import BORDER, KIROV, START, open_pen, say, seen, url_of
from tests.ingest.brokers import amqtt, free_port
from tests.record.founded import found

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def taker() -> Iterator[Taking]:
    with taking() as found:
        yield found


@pytest.fixture
def broker(taker: Taking) -> Broker:
    return at(taker.port, taker.prefix)


def at(port: int, prefix: str) -> Broker:
    return Broker(
        scheme="mqtt", host="127.0.0.1", port=port, prefix=prefix, user="arna", password=SecretStr("word-9a8b7c")
    )


@pytest.fixture
def opened(tmp_path: Path) -> tuple[Record, Pen]:
    record, pen = open_pen(tmp_path)
    say(pen, "before", [seen(KIROV, 0, "20.25")])
    return record, pen


Opened = tuple[Record, Pen]


def publisher(record: Record, broker: Broker, tmp_path: Path, now: dt.datetime = START) -> Publisher:
    return Publisher(record, broker, tmp_path, lambda: now)


def test_the_newest_readings_are_published_first_and_from_then_on_what_happens(
    opened: Opened, broker: Broker, taker: Taking, tmp_path: Path
) -> None:
    record, pen = opened
    publishing = publisher(record, broker, tmp_path)
    assert publishing.once() == 0
    (newest,) = taker.taken()
    assert (newest.topic, newest.retained) == ("talas/daily/kirov:kg/inflow", True)
    assert newest.said == {
        "series": KIROV, "time": "2026-05-01T02:00:00Z", "value": 20.25, "unit": "m3/s", "flag": "good",
        "entry": 0, "nature": "real", "computed": False, "verified": True,
    }  # fmt: skip
    say(pen, "1", [seen(KIROV, 0, "20.5"), seen(KIROV, 1, "21"), seen(BORDER, -5, "1")])
    raise_one(record, "telegrams")
    assert publishing.once() == 3
    came = taker.taken()
    assert [(one.topic, one.retained) for one in came] == [
        ("events/new", False), ("events/amended", False), ("events/silent", False),
        ("talas/daily/kirov:kg/inflow", True), ("talas/daily/example-border:kz/discharge", True),
    ]  # fmt: skip
    assert [one.said.get("entry") for one in came] == [1, 1, None, 1, 1]
    assert [one.said["value"] for one in came[3:]] == [21.0, 1.0]
    visits = taker.visits
    assert (publishing.once(), taker.visits) == (0, visits)
    say(pen, "2", [seen(KIROV, -3, "9")])
    assert publishing.once() == 1
    # An older reading is not the newest of its series.
    assert [one.topic for one in taker.taken()] == ["events/new"]


def test_a_restart_goes_on_where_it_was_and_skips_nothing(
    opened: Opened, broker: Broker, taker: Taking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, pen = opened
    monkeypatch.setattr("arna.publishing.publisher.PORTION", 2)
    publisher(record, broker, tmp_path).once()
    taker.taken()
    for day in range(1, 6):
        say(pen, f"{day}", [seen(KIROV, day, "1")])
    # Two events and the newest reading of the first portion, and one event of the second.
    taker.takes = 4
    with pytest.raises(NotSent, match="did not take"):
        publisher(record, broker, tmp_path).once()
    taker.takes = None
    assert publisher(record, broker, tmp_path).once() == 3
    assert [one.said["entry"] for one in taker.taken() if not one.retained] == [1, 2, 3, 3, 4, 5]


def test_a_broker_that_is_away_is_one_line_and_left_alone_for_longer_and_longer(
    opened: Opened, broker: Broker, taker: Taking, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    record, pen = opened
    publisher(record, broker, tmp_path).once()
    say(pen, "1", [seen(KIROV, 1, "1")])
    moment, before = START, taker.visits
    publishing = Publisher(record, broker, tmp_path, lambda: moment)
    taker.refuses = REFUSED
    with caplog.at_level(logging.INFO):
        while moment < START + 60 * MINUTE:
            publishing.run()
            moment += dt.timedelta(seconds=5)
            if moment == START + 10 * MINUTE:
                refused, taker.refuses = taker.visits - before, 0
    assert 4 <= refused <= 8
    said = [one.getMessage() for one in caplog.records if one.name == "arna.publish"]
    assert len(said) == 2
    assert said[0].startswith(f"publishing to {broker.shown}: it refused us (")
    assert "ARNA_PUBLISH_USER" in said[0]
    assert said[1] == f"publishing to {broker.shown} goes on"
    assert "word-9a8b7c" not in caplog.text


def test_where_nobody_listens_is_told(opened: Opened, tmp_path: Path) -> None:
    with pytest.raises(NotSent, match="no connection"):
        publisher(opened[0], at(free_port(), "x"), tmp_path).once()


def test_we_come_by_the_name_and_password_that_are_set(
    opened: Opened, broker: Broker, taker: Taking, tmp_path: Path
) -> None:
    publisher(opened[0], broker, tmp_path).once()
    (welcome,) = taker.users
    assert welcome.endswith(b"\x00\x04arna\x00\x0bword-9a8b7c")


# Of a client that goes this broker at times leaves the transport to be collected.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_at_a_broker_that_is_in_use_the_newest_waits_for_who_comes_later(opened: Opened, tmp_path: Path) -> None:
    with amqtt() as port:
        publisher(opened[0], at(port, "water"), tmp_path).once()
        client = paho.Client(CallbackAPIVersion.VERSION2, client_id="consumer")
        client.username_pw_set("consumer", "word")
        got: list[paho.MQTTMessage] = []
        client.on_message = lambda _client, _data, one: got.append(one)
        client.connect("127.0.0.1", port)
        while not client.is_connected():
            assert client.loop(5) == 0
        client.subscribe("water/#", qos=1)
        while not got:
            assert client.loop(5) == 0
        client.disconnect()
        while client.socket() is not None:
            client.loop(1)
    assert [(one.topic, bool(one.retain)) for one in got] == [("water/talas/daily/kirov:kg/inflow", True)]
    gc.collect()


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
    opened: Opened, broker: Broker, taker: Taking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(*opened, tmp_path, lambda: START)
    assert build_schedule(desk.record.network, desk).scheduler.get_job("publish") is None
    monkeypatch.setenv("ARNA_PUBLISH", broker.shown)
    monkeypatch.setenv("ARNA_PUBLISH_USER", "arna")
    build_schedule(desk.record.network, desk).scheduler.get_job("publish").func()
    assert [one.topic for one in taker.taken()] == ["talas/daily/kirov:kg/inflow"]


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
