"""The XML of the Kyrgyz automatic stations: whose each value is, of what kind, and that none is lost."""

from datetime import UTC, datetime
from decimal import Decimal
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.reading import Reading, Unreadable
from ingest.written import xml_tree
from record.network.source import Source
from tests.ingest.xml_said import count, readings, reasons, said_by, sample, source

LEVEL: dict[str, object] = {"name": "LW", "series": "level.10-minute", "unit": "cm"}
WATER: dict[str, object] = {"name": "TW/AVE", "series": "temperature.10-minute", "unit": "Cel"}


def sender(*channels: dict[str, object]) -> Source:
    return source("kyrgyz-stations", *(channels or (LEVEL, WATER)))


def report(inner: str, time: str = "05-01-2026T02:00:00Z", station: str = "151941") -> str:
    return f'<all><one TIME="{time}"><station ID="{station}"/>{inner}</one></all>'


def parameter(var: str, **procs: str) -> str:
    values = "".join(f'<value PROC="{proc}">{text}</value>' for proc, text in procs.items())
    return f'<parameter VAR="{var}">{values}</parameter>'


def test_the_shared_sample_says_what_it_is_known_to_say() -> None:
    extremes = [LEVEL | {"name": f"LW/{kind}", "series": f"level.{interval}"} for kind, interval in
                (("MIN", "hourly"), ("MAX", "term"))]  # fmt: skip
    said = said_by(sample("kgauto_DATA_constructed.xml"), sender(LEVEL, WATER, *extremes))
    assert {one.time for one in readings(said)} == {datetime(2026, 1, 5, 2, tzinfo=UTC)}
    assert {one.station for one in readings(said)} == {"15012"}
    assert [(one.quantity, one.interval, one.value) for one in readings(said)] == [
        ("level", "10-minute", Decimal("143.2")),
        ("level", "hourly", Decimal("142.9")),
        ("level", "term", Decimal("143.6")),
        ("temperature", "10-minute", Decimal("0.6")),
    ]
    assert [reason.split("'")[1] for reason in reasons(said)] == ["TW/MIN", "TW/MAX", "BT/AVE"]
    assert count(said) == 7


@pytest.mark.parametrize("name", ["LW", "LW/AVE"])
def test_a_mean_is_called_with_its_kind_or_without(name: str) -> None:
    said = said_by(report(parameter("LW", AVE="204", MAX="210")), sender(LEVEL | {"name": name}))
    assert [one.value for one in readings(said)] == [Decimal(204)]
    assert "'LW/MAX'" in reasons(said)[0]


def test_an_extreme_is_never_taken_for_a_mean() -> None:
    said = said_by(report(parameter("LW", MIN="201") + parameter("TW", MAX="9")), sender())
    assert readings(said) == []
    assert count(said) == 2


def test_a_missing_kind_is_not_taken_from_the_parameter_before() -> None:
    inner = parameter("TW", AVE="8.5") + '<parameter VAR="LW"><value>204</value></parameter>' + parameter("LW")
    said = said_by(report(inner), sender())
    assert [(one.quantity, one.value) for one in readings(said)] == [("temperature", Decimal("8.5"))]
    assert sorted(reason.split(";")[0] for reason in reasons(said)) == [
        "a value without PROC: whether it is a mean is not said",
        "parameter 'LW' holds no value",
    ]


def test_the_time_is_day_month_year_and_utc() -> None:
    (said,) = readings(said_by(report(parameter("LW", AVE="1"), "02-11-2025T18:30:05Z"), sender()))
    assert said.time == datetime(2025, 11, 2, 18, 30, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "time",
    ["2026-01-05T02:00:00Z", "05-01-2026T02:00:00", "05-13-2026T02:00:00Z", "29-02-2026T02:00:00Z", "", "5-1-2026",
     "05-01-2026T24:00:00Z", "05-01-0001T02:00:00Z", "05-01-9999T02:00:00Z", "05-01-2026T02:00:00+06:00"],
)  # fmt: skip
def test_another_time_is_refused_with_its_values(time: str) -> None:
    said = said_by(report(parameter("LW", AVE="1", MIN="0") + parameter("TW", AVE="2"), time), sender())
    assert readings(said) == []
    assert count(said) == 3
    assert all(reason.startswith("TIME") for reason in reasons(said))


@pytest.mark.parametrize(("written", "code"), [("15194", "15194"), ("151941", "15194"), (" 151949 ", "15194")])
def test_a_station_is_called_by_the_first_five_digits(written: str, code: str) -> None:
    (said,) = readings(said_by(report(parameter("LW", AVE="1"), station=written), sender()))
    assert said.station == code


@pytest.mark.parametrize("written", ["", "1519", "1519411", "kirov", "١٥١٩٤", "15194a"])
def test_another_station_is_refused(written: str) -> None:
    said = said_by(report(parameter("LW", AVE="1"), station=written), sender())
    assert reasons(said) == [f"station {written!r} is no post index; values of it here: 1"]


def test_a_parameter_belongs_to_the_station_before_it_in_its_own_report() -> None:
    two = (
        '<a><b TIME="05-01-2026T02:00:00Z"><station ID="15194"/>' + parameter("LW", AVE="1")
        + '<station ID="15261"/>' + parameter("LW", AVE="2") + '</b><b TIME="05-01-2026T03:00:00Z">'
        + parameter("LW", AVE="3") + '<station ID="15954"/>' + parameter("LW", AVE="4") + "</b></a>"
    )  # fmt: skip
    said = said_by(two, sender())
    assert [(one.station, one.value) for one in readings(said)] == [
        ("15194", Decimal(1)),
        ("15261", Decimal(2)),
        ("15954", Decimal(4)),
    ]
    assert reasons(said) == ["no station is named before it; values of it here: 1"]


def test_a_channel_of_one_station_alone_is_not_another_s() -> None:
    said = said_by(report(parameter("LW", AVE="1")), sender(LEVEL | {"station": "15261"}))
    assert readings(said) == []
    assert "declares no channel 'LW/AVE'" in reasons(said)[0]


def test_two_sensors_that_differ_are_both_doubted() -> None:
    radar = '<parameter VAR="LW" SENSTYPE="RADAR"><value PROC="AVE">204</value></parameter>'
    said = readings(said_by(report(radar + parameter("LW", AVE="231")), sender()))
    assert [one.value for one in said] == [Decimal(204), Decimal(231)]
    assert all("2 different values" in one.doubts[0] for one in said)


def test_a_sensor_can_be_declared_by_its_kind() -> None:
    radar = '<parameter VAR="LW" SENSTYPE="RADAR" SENSID="7"><value PROC="AVE">204</value></parameter>'
    for name in ("LW/AVE/RADAR", "LW/AVE/7"):
        said = said_by(report(radar + parameter("LW", AVE="231")), sender(LEVEL | {"name": name}))
        assert [(one.value, one.doubts) for one in readings(said)] == [(Decimal(204), ())]
        assert count(said) == 2


def test_no_unit_is_supposed() -> None:
    said = said_by(report(parameter("LW", AVE="1")), sender({"name": "LW", "series": "level.10-minute"}))
    assert reasons(said) == ["neither the message nor channel 'LW' names a unit"]


def test_undeclared_channels_come_back_once_each_with_their_number_and_bytes() -> None:
    inner = parameter("BT", AVE="12.4", MIN="12") + parameter("BT", AVE="12.5")
    said = [one for one in said_by(report(inner), sender()) if isinstance(one, Unreadable)]
    assert [one.reason.rpartition(": ")[2] for one in said] == ["2", "1"]
    assert b"12.4" in said[0].fragment
    assert b"12.5" in said[0].fragment
    assert [one.where for one in said] == ["line 1, BT/AVE", "line 1, BT/MIN"]


def test_values_beyond_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_tree, "MAX_VALUES", 3)
    said = said_by(report(parameter("LW", AVE="1") * 5), sender())
    assert len(readings(said)) == 3
    assert count(said) == 5
    assert "more than 3 values" in reasons(said)[-1]


@pytest.mark.parametrize("body", ["<a/>", '<a TIME="05-01-2026T02:00:00Z"><station ID="15194"/></a>'])
def test_a_message_without_values_is_refused_whole(body: str) -> None:
    (said,) = said_by(body, sender())
    assert isinstance(said, Unreadable)
    assert (said.where, said.fragment) == ("message", body.encode())


TEXTS = st.sampled_from(["204", "-3.5", "", "1,5", "-9999", "н/д", "1e3", "9" * 60, "<b>7</b>", " 8 "])
NAMES = st.sampled_from(["LW", "TW", "TA", "", None, 'L"W'])
KINDS = st.sampled_from(["AVE", "MIN", "MAX", "", None])


@st.composite
def messages(draw: st.DrawFn) -> tuple[str, int]:
    """A message with damage, and how many values stand in it."""

    def attribute(name: str, value: str | None) -> str:
        return "" if value is None else f" {name}={chr(34)}{escape(value)}{chr(34)}"

    total, reports = 0, []
    for _ in range(draw(st.integers(0, 3))):
        inner = ""
        for _ in range(draw(st.integers(0, 4))):
            if draw(st.booleans()):
                named = draw(st.sampled_from(["15194", "152611", "x", None]))
                inner += f"<station{attribute('ID', named)}/>"
            texts = draw(st.lists(st.tuples(KINDS, TEXTS), min_size=1, max_size=3))
            values = "".join(f"<value{attribute('PROC', kind)}>{text}</value>" for kind, text in texts)
            total += len(texts)
            at_large = draw(st.integers(0, 9)) == 0
            inner += values if at_large else f"<parameter{attribute('VAR', draw(NAMES))}>{values}</parameter>"
        time = draw(st.sampled_from(["05-01-2026T02:00:00Z", "31-02-2026T02:00:00Z", "soon", None]))
        reports.append(f"<r{attribute('TIME', time)}>{inner}</r>")
    return f"<all>{''.join(reports)}</all>", total


@given(messages())
def test_every_value_is_read_or_refused(message: tuple[str, int]) -> None:
    body, total = message
    said = said_by(body, sender(LEVEL | {"missing": ["-9999"]}, WATER))
    assert all(isinstance(one, Reading | Unreadable) for one in said)
    assert count(said) == (total or 1)
