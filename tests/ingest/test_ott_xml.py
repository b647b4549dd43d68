"""OTT XML: zones, error codes, units and names, and that no value is lost."""

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

LEVEL: dict[str, object] = {"name": "0010", "series": "level.10-minute"}
WATER: dict[str, object] = {"name": "Water temperature", "series": "temperature.10-minute"}


def sender(*channels: dict[str, object], **facts: object) -> Source:
    return source("ott-xml", *(channels or (LEVEL, WATER)), **facts)


def station(values: str, attributes: str = 'stationId="15954" timezone="+06:00"', unit: str = ' unit="m"') -> str:
    channel = f'<ChannelData channelId="0010" name="Level"{unit}><Values>{values}</Values></ChannelData>'
    return f"<StationDataList><StationData {attributes}>{channel}</StationData></StationDataList>"


def value(text: str = "1.5", time: str = "2026-05-05T08:00:00", more: str = "") -> str:
    return f'<VT t="{time}"{more}>{text}</VT>'


def test_the_shared_sample_says_what_it_is_known_to_say() -> None:
    said = said_by(sample("ott_xml_public.xml"), sender(LEVEL, WATER))
    assert [(one.station, one.quantity, one.time, one.value, one.unit) for one in readings(said)] == [
        ("0123456789", "level", datetime(2008, 12, 31, 23, 15, tzinfo=UTC), Decimal("3.56"), "m"),
        ("0123456789", "level", datetime(2008, 12, 31, 23, 30, tzinfo=UTC), Decimal("3.57"), "m"),
        ("0123456789", "temperature", datetime(2008, 12, 31, 23, 30, tzinfo=UTC), Decimal("6.3"), "Celsius"),
        ("0123456789", "temperature", datetime(2009, 1, 1, 0, 30, tzinfo=UTC), None, "Celsius"),
    ]
    assert reasons(said) == []


@pytest.mark.parametrize(
    ("zone", "hour"),
    [("+05:00", 3), ("-03:30", 11), ("UTC+06:00", 2), ("GMT-01:00", 9), ("Z", 8), ("UTC", 8), ("+0500", 3), ("", 2)],
)
def test_times_are_of_the_station_s_zone_else_of_the_source_s(zone: str, hour: int) -> None:
    (said,) = readings(said_by(station(value(), f'stationId="15954" timezone="{zone}"'), sender()))
    assert said.time.hour == hour
    (said,) = readings(said_by(station(value(), 'stationId="15954"'), sender(zone="Asia/Tokyo")))
    assert said.time.hour == 23


def test_a_time_with_an_offset_is_taken_at_its_word() -> None:
    (said,) = readings(said_by(station(value(time="2026-05-05T08:00:00+09:00")), sender()))
    assert said.time == datetime(2026, 5, 4, 23, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Bishkek", "+25:00", "6", "../../etc"])
def test_a_zone_that_cannot_be_read_refuses_its_values_and_no_others(zone: str) -> None:
    bad = station(value() * 2, f'stationId="15954" timezone="{zone}"')
    said = said_by(f"<all>{bad}{station(value())}</all>", sender())
    assert len(readings(said)) == 1
    assert reasons(said) == [f"timezone {zone!r} is no offset such as +06:00; values of it here: 2"]


@pytest.mark.parametrize("error", [' errorcode="5"', ' errorcode="0"', ' errorcode=""', ' errorcode="5" errortext="x"'])
@pytest.mark.parametrize("text", ["0", "1.5", "", "broken"])
def test_an_error_code_means_missing_whatever_the_text_says(error: str, text: str) -> None:
    (said,) = said_by(station(value(text, more=error)), sender())
    assert isinstance(said, Reading)
    assert said.value is None
    assert "the logger gives error" in said.doubts[0]


def test_an_empty_value_without_an_error_code_is_refused_unless_declared_missing() -> None:
    assert reasons(said_by(station(value("")), sender())) == ["'' is not a number"]
    (said,) = readings(said_by(station(value("")), sender(LEVEL | {"missing": ["", "-999"]})))
    assert said.value is None


def test_the_unit_is_the_message_s_else_the_declared_one_and_never_supposed() -> None:
    declared = sender(LEVEL | {"unit": "cm"})
    assert readings(said_by(station(value()), declared))[0].unit == "m"
    assert readings(said_by(station(value(), unit=""), declared))[0].unit == "cm"
    assert "names a unit" in reasons(said_by(station(value(), unit=""), sender()))[0]


@pytest.mark.parametrize("name", ["0010", "Level"])
def test_a_channel_is_called_by_its_id_or_its_name(name: str) -> None:
    assert len(readings(said_by(station(value()), sender(LEVEL | {"name": name})))) == 1


def test_a_station_is_called_by_its_id_unless_a_channel_is_declared_for_its_name() -> None:
    body = station(value(), 'stationId="77" name="Kirov"')
    assert readings(said_by(body, sender()))[0].station == "77"
    assert readings(said_by(body, sender(LEVEL | {"station": "Kirov"})))[0].station == "Kirov"
    assert readings(said_by(station(value(), 'name="Kirov"'), sender()))[0].station == "Kirov"
    assert readings(said_by(station(value(), ""), sender(LEVEL | {"station": "15954"})))[0].station == "15954"


def test_a_channel_of_another_station_is_not_this_one_s() -> None:
    said = said_by(station(value() * 3), sender(LEVEL | {"station": "15194"}))
    assert readings(said) == []
    assert count(said) == 3


def test_letters_of_latin_1_are_read_as_such() -> None:
    text = '<?xml version="1.0" encoding="ISO-8859-1"?>' + station(value(), 'stationId="Mündung"')
    assert readings(said_by(text.encode("latin-1"), sender()))[0].station == "Mündung"


def test_values_beyond_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_tree, "MAX_VALUES", 3)
    two = f"<all>{station(value() * 2)}{station(value() * 4)}{station(value())}</all>"
    said = said_by(two, sender())
    assert len(readings(said)) == 3
    assert count(said) == 7
    assert all("more than 3 values" in reason for reason in reasons(said))


def test_a_message_without_values_is_refused_whole() -> None:
    (said,) = said_by("<StationDataList/>", sender())
    assert isinstance(said, Unreadable)
    assert said.fragment == b"<StationDataList/>"


TIMES = st.sampled_from(["2026-05-05T08:00:00", "2026-05-05", "2026-05-32T08:00:00", "", "8 h", None])
TEXTS = st.sampled_from(["204", "-3.5", "", "1,5", "-9999", "н/д", "9" * 60, "<b>7</b>", " 8 "])


@st.composite
def messages(draw: st.DrawFn) -> tuple[str, int]:
    """A message with damage, and how many values stand in it."""

    def attribute(name: str, *choices: str | None) -> str:
        text = draw(st.sampled_from(choices))
        return "" if text is None else f" {name}={chr(34)}{escape(text)}{chr(34)}"

    total, stations = 0, []
    for _ in range(draw(st.integers(0, 3))):
        channels = ""
        for _ in range(draw(st.integers(0, 3))):
            times = draw(st.lists(TIMES, max_size=3))
            values = "".join(
                f"<VT{'' if time is None else f' t={chr(34)}{time}{chr(34)}'}{attribute('errorcode', None, None, '1')}>"
                f"{draw(TEXTS)}</VT>"
                for time in times
            )
            total += len(times)
            names = attribute("channelId", "0010", "", None) + attribute("name", "Water temperature", "?", None)
            held = f"<ChannelData{names}{attribute('unit', 'm', '', None)}><Values>{values}</Values></ChannelData>"
            channels += draw(st.sampled_from([held, held, held, f"<Values>{values}</Values>"]))
        heads = attribute("stationId", "15954", "", None) + attribute("timezone", "+06:00", "Mars", "", None)
        stations.append(f"<StationData{heads}>{channels}</StationData>")
    return f"<StationDataList>{''.join(stations)}</StationDataList>", total


@given(messages())
def test_every_value_is_read_or_refused(message: tuple[str, int]) -> None:
    body, total = message
    said = said_by(body, sender(LEVEL | {"missing": ["-9999"]}, WATER))
    assert all(isinstance(one, Reading | Unreadable) for one in said)
    assert count(said) == (total or 1)
