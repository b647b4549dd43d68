"""What is declared of a broker, and what is kept of its session."""

from pathlib import Path

import pytest

from ingest.sources.broker import Address, address_of
from ingest.sources.mqtt import Mqtt
from record.errors import SourceError
from tests.ingest.answering import told
from tests.ingest.brokers import QUIET, Standard, gauges
from tests.ingest.declared import clock, source


@pytest.mark.parametrize(
    ("place", "address"),
    [
        ("mqtts://broker.example/a/+/c/#", Address(scheme="mqtts", host="broker.example", port=8883, topics="a/+/c/#")),
        ("mqtt://[::1]:1884/$share/g/a?b", Address(scheme="mqtt", host="::1", port=1884, topics="$share/g/a?b")),
        ("mqtt://127.0.0.1/#", Address(scheme="mqtt", host="127.0.0.1", port=1883, topics="#")),
    ],
)
def test_a_place_is_a_broker_and_a_filter(place: str, address: Address) -> None:
    assert address_of(place) == address


@pytest.mark.parametrize(
    "place",
    [
        "https://broker.example/a", "broker.example/a", "mqtts://", "mqtts:///a", "mqtts://broker.example",
        "mqtts://broker.example/", "mqtts://broker.example/a#", "mqtts://broker.example/#/a",
        "mqtts://broker.example/a+/b", "mqtts://broker.example:99999/a", "mqtts://[/a", "mqtts://h/a\0b",
        "mqtts://user:hunter2@broker.example/a",
    ],
)  # fmt: skip
def test_a_place_that_is_none_is_refused(place: str, tmp_path: Path) -> None:
    given, fault = told(Mqtt(source(place, kind="mqtt"), tmp_path))
    assert given == []
    assert fault is not None
    assert "hunter2" not in fault


@pytest.mark.parametrize(
    "changes", [{"secret": "WATER_WORD"}, {"user": "arna"}, {"user": "arna", "secret": "WATER_WORD"}]
)
def test_a_name_and_password_go_over_mqtts_alone_but_for_this_machine(changes: dict[str, str], tmp_path: Path) -> None:
    given, fault = told(Mqtt(source("mqtt://broker.example/a", kind="mqtt", **changes), tmp_path))
    assert given == []
    assert "go over mqtts alone" in str(fault)


def test_a_pattern_that_is_none_and_a_secret_that_is_missing_are_told(tmp_path: Path) -> None:
    given, fault = told(Mqtt(gauges(9, match="("), tmp_path))
    assert "no regular expression" in str(fault)
    given, fault = told(Mqtt(gauges(9, secret="NO_SUCH_WORD"), tmp_path))
    assert "NO_SUCH_WORD is not set" in str(fault)
    assert given == []


@pytest.mark.parametrize("text", ["arnaabc\n", "\n", "arnaabc\nno\n"])
def test_a_note_that_was_cut_is_made_good(broker: Standard, tmp_path: Path, text: str) -> None:
    assert told(Mqtt(gauges(broker.port), tmp_path, QUIET)) == ([], None)
    (note,) = (tmp_path / "mqtt").iterdir()
    whole = note.read_text()
    note.write_text(text)
    Mqtt(gauges(broker.port), tmp_path, QUIET)
    told(Mqtt(gauges(broker.port), tmp_path, QUIET))
    assert note.read_text().split()[1:] == whole.split()[1:] == ["subscribed"]


def test_a_note_that_cannot_be_kept_is_a_fault(broker: Standard, tmp_path: Path) -> None:
    (tmp_path / "mqtt").write_text("a file in the place of the folder")
    with pytest.raises(SourceError, match="cannot be read or written"):
        list(Mqtt(gauges(broker.port), tmp_path, QUIET).fetch(None, clock()))
