"""WaterML 2.0: names, quality, the sides of stamps, points without times, and that no value is lost."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.decode.waterml2.duration import Duration, duration_of
from ingest.reading import Reading, Unreadable
from ingest.written import xml_tree
from record.network.source import Source
from tests.ingest.wml2 import NAMESPACES, NIL, STATION, collection, interpolation, point, quality, series
from tests.ingest.xml_said import count, readings, reasons, said_by, sample, source

LEVEL: dict[str, object] = {"name": "H", "series": "level.term"}


def sender(*channels: Mapping[str, object], **facts: object) -> Source:
    return source("waterml2", *(channels or (LEVEL,)), **facts)


def one(text: str, *channels: Mapping[str, object], **facts: object) -> Reading:
    (said,) = said_by(text, sender(*channels, **facts))
    assert isinstance(said, Reading), said
    return said


def described(metadata: str, value: str = "1.5", **facts: object) -> Reading:
    return one(collection(series(point(value, metadata=metadata))), **facts)


# --- the shared samples -----------------------------------------------------------------------------------------------


def test_the_sample_of_daily_means_books_each_to_the_day_before_its_stamp() -> None:
    discharge = {"name": "Q", "series": "discharge.daily"}
    body = sample("wml2_ogc_measurement-timeseries-discharge.xml")
    said = readings(said_by(body, sender(discharge, zone="UTC")))
    assert [reading.value for reading in said] == [266, 266, 255, 266, 258, 265, 268, 275, 275, 275]
    assert said[0].time == datetime(1999, 12, 31, tzinfo=UTC)
    assert said[-1].time == datetime(2000, 1, 9, tzinfo=UTC)
    assert {(reading.station, reading.unit, reading.doubts) for reading in said} == {("6731310", "m3/s", ())}


def test_the_sample_of_a_bare_series_is_suspect_as_its_default_says() -> None:
    level = {"name": "ts_id33", "series": "level.term", "station": "15261"}
    said = readings(said_by(sample("wml2_ogc_measurement-timeseries-example.xml"), sender(level)))
    assert [str(reading.value) for reading in said] == ["2.0", "2.0", "3.0"]
    assert said[0].time == datetime(2011, 11, 15, 13, tzinfo=UTC)
    assert {reading.doubts for reading in said} == {("the sender calls it suspect (suspect)",)}


def test_the_sample_of_equal_steps_has_a_month_a_point_and_keeps_qualifiers() -> None:
    lowest = {"name": "StreamDischarge", "series": "discharge.monthly"}
    body = sample("wml2_ogc_measurement-timeseries-qualifier.xml")
    said = readings(said_by(body, sender(lowest, zone="UTC")))
    assert [None if reading.value is None else str(reading.value) for reading in said] == [
        "0.72", "0.588", "0.506", "0.298", "0.209", None, "0.529", "0.524", "0.791", "1.102", "2.901", "0.827", "0.625"
    ]  # fmt: skip
    assert said[0].time == datetime(2010, 10, 1, tzinfo=UTC)
    assert said[12].time == datetime(2011, 10, 1, tzinfo=UTC)
    assert {reading.unit for reading in said} == {"cumecs"}
    assert "quality code 'qualifier_v_offset' is not declared" in said[0].doubts
    assert "quality code 'partial_statistic' is not declared" in said[12].doubts
    assert any("5 days remain" in doubt for doubt in said[12].doubts)
    assert all("extremes of intervals (MaxPrec)" in reading.doubts[0] for reading in said)


def test_the_sample_of_an_sos_names_property_and_station_by_the_end_of_an_address() -> None:
    water = {"name": "AirTemperature", "series": "temperature.term"}
    said = readings(said_by(sample("wml2_sos_52n.xml"), sender(water)))
    assert [str(reading.value) for reading in said] == ["12.2", "12.3", "12.0", "11.9", "12.1", "12.5"]
    assert said[0].time == datetime(2014, 7, 1, 0, 1, 42, tzinfo=UTC)
    assert {(reading.station, reading.unit) for reading in said} == {("Vaisala-WXT520", "degC")}


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["H", "http://water.example/parameters/H", "Level"])
def test_a_channel_is_called_by_the_end_of_the_address_the_address_or_the_title(name: str) -> None:
    assert one(collection(series(point())), LEVEL | {"name": name}).value == Decimal("1.5")


@pytest.mark.parametrize("address", ["urn:x-water:def:H", "http://water.example/all#H", "http://water.example/H/", "H"])
def test_the_end_of_an_address_is_found_in_each_kind(address: str) -> None:
    assert one(collection(series(point()), named=f'<om:observedProperty xlink:href="{address}"/>')).quantity == "level"


def feature(inner: str = "", attributes: str = "") -> str:
    return f"<om:featureOfInterest{attributes}>{inner}</om:featureOfInterest>"


POINT = '<wml2:MonitoringPoint gml:id="mp"><gml:identifier>{}</gml:identifier></wml2:MonitoringPoint>'


@pytest.mark.parametrize(
    ("of", "beside", "station"),
    [
        (STATION, "", "15261"),
        (feature(attributes=' xlink:title="15261"'), "", "15261"),
        (feature(attributes=' xlink:href="" xlink:title="15261"'), "", "15261"),
        (feature(POINT.format("15261")), "", "15261"),
        (feature(POINT.format("http://water.example/id/15261")), "", "15261"),
        (feature('<wml2:MonitoringPoint gml:id="mp"><gml:name>Talas</gml:name></wml2:MonitoringPoint>'), "", "Talas"),
        (feature(attributes=' xlink:href="#mp"'), f"<x>{POINT.format('15261')}</x>", "15261"),
        (feature(attributes=' xlink:href="#mp"'), '<x gml:id="mp"/>', "mp"),
        (feature(attributes=' xlink:href="#gone"'), "", "gone"),
    ],
)
def test_a_station_is_called_by_what_its_feature_says(of: str, beside: str, station: str) -> None:
    assert one(collection(series(point()), of=of, beside=beside)).station == station


def test_a_station_s_name_that_a_channel_is_declared_for_stands_before_the_others() -> None:
    of = feature(attributes=' xlink:href="http://water.example/f/9" xlink:title="Talas"')
    assert one(collection(series(point()), of=of)).station == "9"
    assert one(collection(series(point()), of=of), LEVEL | {"station": "Talas"}).station == "Talas"


@pytest.mark.parametrize("name", ["ts", "MeasurementTimeseries"])
def test_a_bare_series_goes_by_its_id_or_by_what_it_is(name: str) -> None:
    bare = series(point()).replace("gml:id", f"{NAMESPACES} gml:id", 1)
    assert one(bare, LEVEL | {"name": name, "station": "15261"}).station == "15261"
    assert "names a station" in reasons(said_by(bare, sender(LEVEL | {"name": name})))[0]


def test_an_undeclared_series_comes_back_once_with_its_number_and_bytes() -> None:
    (said,) = said_by(collection(series(point() * 4)), sender(LEVEL | {"name": "Q"}))
    assert isinstance(said, Unreadable)
    assert "declares no channel 'H'" in said.reason
    assert count([said]) == 4
    assert b"MeasurementTVP" in said.fragment


# --- quality and values -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "doubtful", "estimated", "missing"),
    [
        ("good", False, False, False),
        ("unchecked", False, False, False),
        ("suspect", True, False, False),
        ("poor", True, False, False),
        ("Estimate", False, True, False),
        ("missing", False, False, True),
        ("excellent", True, False, False),
    ],
)
def test_the_standard_words_of_quality_are_understood(
    word: str, doubtful: bool, estimated: bool, missing: bool
) -> None:
    said = described(quality(word))
    assert (bool(said.doubts), said.estimated, said.value is None) == (doubtful, estimated, missing)


def test_what_the_source_declares_stands_before_the_standard_meaning() -> None:
    assert described(quality("poor"), quality={"poor": "bad"}).bad
    assert not described(quality("poor"), quality={"poor": "good"}).doubts
    assert described(quality("estimate"), quality={"poor": "bad"}).estimated


def test_a_point_s_own_quality_stands_before_the_default_one() -> None:
    default = '<wml2:uom code="m"/>' + quality("suspect")
    said = readings(said_by(collection(series(point() + point(metadata=quality("good")), default)), sender()))
    assert [bool(reading.doubts) for reading in said] == [True, False]


@pytest.mark.parametrize(
    ("qualifier", "word"),
    [
        ('<wml2:qualifier xlink:href="http://water.example/q#ice" xlink:title="Ice"/>', "ice"),
        ('<wml2:qualifier xlink:title="ice"/>', "ice"),
        ("<wml2:qualifier>ice</wml2:qualifier>", "ice"),
        (
            '<wml2:qualifier><swe:Category definition="k"><swe:value>ice</swe:value></swe:Category></wml2:qualifier>',
            "ice",
        ),
        (
            '<wml2:qualifier><swe:Quantity definition="#ice"><swe:value>3</swe:value></swe:Quantity></wml2:qualifier>',
            "ice",
        ),
        ("<wml2:comment>ice</wml2:comment>", "ice"),
    ],
)
def test_qualifiers_and_comments_are_doubts_unless_the_source_explains_them(qualifier: str, word: str) -> None:
    assert word in described(qualifier).doubts[0]
    assert described(qualifier, quality={word: "good"}).doubts == ()
    assert described(qualifier, quality={word: "bad"}).bad


def test_of_several_words_the_gravest_counts_and_none_is_lost() -> None:
    remarks = quality("estimate") + "<wml2:qualifier>ice</wml2:qualifier><wml2:qualifier>reed</wml2:qualifier>"
    said = described(remarks, quality={"ice": "bad", "reed": "suspect"})
    assert (said.bad, said.estimated, said.doubts) == (True, True, ("the sender calls it suspect (reed)",))
    assert described(remarks, quality={"ice": "missing", "reed": "bad"}).value is None


def test_a_censored_value_is_doubted() -> None:
    assert "AboveRange" in described('<wml2:censoredReason xlink:href="http://water.example/c/AboveRange"/>').doubts[0]


@pytest.mark.parametrize("value", [NIL, '<wml2:value xsi:nil="1"/>', '<wml2:value nilReason="missing"/>'])
def test_a_nil_value_is_missing(value: str) -> None:
    assert described("", value).value is None


def test_a_nil_that_has_a_number_and_a_number_that_has_a_reason_to_be_none_are_doubted() -> None:
    assert "yet says '7'" in described("", '<wml2:value xsi:nil="true">7</wml2:value>').doubts[0]
    assert "yet a reason" in described('<wml2:nilReason xlink:href="x/withheld"/>').doubts[0]


@pytest.mark.parametrize("value", ["1,5", "", "NaN", "INF", "<wml2:value><x>1</x></wml2:value>", "1.5 m", "9" * 41])
def test_what_is_no_number_is_refused_and_not_missing(value: str) -> None:
    (said,) = said_by(collection(series(point(value))), sender())
    assert isinstance(said, Unreadable)
    assert said.reason.endswith("is not a number")


def test_the_message_s_unit_stands_before_the_declared_one() -> None:
    declared = LEVEL | {"unit": "cm"}
    assert one(collection(series(point())), declared).unit == "m"
    assert one(collection(series(point(), "")), declared).unit == "cm"
    assert one(collection(series(point(metadata='<wml2:uom code="dm"/>'))), declared).unit == "dm"
    assert one(collection(series(point('<wml2:value uom="mm">5</wml2:value>'))), declared).unit == "mm"
    # A unit that is told in a way that is not known is refused later by its name, and not passed over.
    assert one(collection(series(point(), '<wml2:uom xlink:href="http://u.example/m"/>')), declared).unit != "cm"


# --- stamps -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("declared", ["start", "end"])
@pytest.mark.parametrize(("word", "day"), [("AveragePrec", 31), ("averageSucc", 1), ("ConstPrec", 31)])
def test_the_message_s_side_of_the_stamp_beats_the_declared_one(word: str, day: int, declared: str) -> None:
    body = collection(series(point(time="2026-06-01", metadata=interpolation(word))))
    said = one(body, LEVEL | {"series": "level.daily", "stamped": declared}, zone="UTC")
    assert (said.time.day, said.doubts) == (day, ())


def test_where_the_message_is_silent_the_declared_side_holds() -> None:
    body = collection(series(point(time="2026-06-01")))
    days = [
        one(body, LEVEL | {"series": "level.daily", "stamped": side}, zone="UTC").time.day for side in ("start", "end")
    ]
    assert days == [1, 31]


def test_a_mean_of_a_channel_of_instants_is_doubted_and_not_moved() -> None:
    said = described(interpolation("AveragePrec"))
    assert said.time == datetime(2026, 6, 1, tzinfo=UTC)
    assert "values over intervals (AveragePrec)" in said.doubts[0]


def test_a_stamp_that_ends_no_period_is_refused() -> None:
    body = collection(series(point(time="2026-05-15", metadata=interpolation("AveragePrec"))))
    assert "ends no 10-day period" in reasons(said_by(body, sender(LEVEL | {"series": "level.10-day"})))[0]


@pytest.mark.parametrize(
    ("text", "months", "days", "time"),
    [
        ("P1M", 1, 0, timedelta()),
        ("P1Y2M3W4D", 14, 25, timedelta()),
        ("PT15M", 0, 0, timedelta(minutes=15)),
        ("P1DT1H1M1.5S", 0, 1, timedelta(hours=1, minutes=1, seconds=1.5)),
    ],
)
def test_a_duration_is_months_days_and_time(text: str, months: int, days: int, time: timedelta) -> None:
    assert duration_of(text) == Duration(months=months, days=days, time=time)


@pytest.mark.parametrize("text", ["", "P", "PT", "P1DT", "-P1D", "1D", "P1.5D", "PT1H1H", "P1S", "P99999999D", "p1d"])
def test_what_is_no_duration_is_told(text: str) -> None:
    assert duration_of(text) is None


def stepped(base: str, spacing: str, number: int, zone: str = "Asia/Bishkek") -> list[str]:
    body = collection(series(point(time=None) * number, steps=(base, spacing)))
    said = said_by(body, sender(zone=zone))
    assert count(said) == number
    return [f"{each.time:%Y-%m-%d %H:%M}" for each in readings(said)] + reasons(said)


def test_points_without_times_follow_the_base_time_step_by_step() -> None:
    assert stepped("2026-01-01T00:00:00Z", "P1M", 3) == ["2026-01-01 00:00", "2026-02-01 00:00", "2026-03-01 00:00"]
    assert stepped("2026-01-01", "PT6H", 3) == ["2025-12-31 18:00", "2026-01-01 00:00", "2026-01-01 06:00"]
    assert stepped("2024-01-31T00:00:00Z", "P1M", 3) == ["2024-01-31 00:00", "2024-02-29 00:00", "2024-03-31 00:00"]


def test_days_go_by_the_calendar_and_hours_by_the_clock_where_clocks_are_changed() -> None:
    base = "2026-03-28T12:00:00"
    assert stepped(base, "P1D", 2, "Europe/Berlin") == ["2026-03-28 11:00", "2026-03-29 10:00"]
    assert stepped(base, "PT24H", 2, "Europe/Berlin") == ["2026-03-28 11:00", "2026-03-29 11:00"]
    assert "never" in stepped("2026-03-28T02:30:00", "P1D", 2, "Europe/Berlin")[1]


def test_steps_that_leave_the_calendar_are_refused_one_by_one() -> None:
    for spacing in ("P9999Y", "P99999M", "P999999D", "PT99999999H", "P9999Y99999M99999W999999D"):
        first, second = stepped("2026-01-01T00:00:00Z", spacing, 2)
        assert first == "2026-01-01 00:00"
        assert "lies beyond the year" in second


@pytest.mark.parametrize(
    ("base", "spacing"), [("", "P1D"), ("soon", "P1D"), ("2026-01-01", ""), ("2026-01-01", "PT0S")]
)
def test_points_without_times_and_steps_are_refused_together(base: str, spacing: str) -> None:
    body = collection(series(point(time=None) * 3 + point(), steps=(base, spacing)))
    said = said_by(body, sender())
    assert len(readings(said)) == 1
    assert len(reasons(said)) == 1
    assert count(said) == 4


def test_a_point_with_a_time_of_its_own_keeps_its_place_among_the_steps() -> None:
    body = collection(series(point(time=None) + point() + point(time=None), steps=("2026-01-01T00:00:00Z", "P1D")))
    assert [reading.time.day for reading in readings(said_by(body, sender()))] == [1, 1, 3]


# --- limits and losses ------------------------------------------------------------------------------------------------


def test_values_beyond_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_tree, "MAX_VALUES", 3)
    said = said_by(collection(series(point() * 2), series(point() * 4), series(point())), sender())
    assert len(readings(said)) == 3
    assert count(said) == 7
    assert all("more than 3 values" in reason for reason in reasons(said))


def test_a_series_of_another_version_is_refused_by_its_namespace() -> None:
    body = collection(series(point() * 2)).replace("waterml/2.0", "waterml/3.0")
    said = said_by(body, sender())
    assert readings(said) == []
    assert "waterml/3.0" in reasons(said)[0]
    assert count(said) == 2


def test_waterml_1_is_refused_by_its_namespace() -> None:
    for version in ("1.0", "1.1"):
        body = f'<a><timeSeriesResponse xmlns="http://www.cuahsi.org/waterML/{version}/"/></a>'
        assert "WaterML 1" in reasons(said_by(body, sender()))[0]


JUNK = [
    "<wml2:point/>", "<wml2:point>1</wml2:point>", point(None), point("x"), point(""), point(None, None),
    point("1", ""),
    "<wml2:MeasurementTVP><wml2:value>1</wml2:value></wml2:MeasurementTVP>", point(NIL), point("1", "2026-02-30"),
    "<wml2:point><wml2:CategoricalTVP><wml2:value>dry</wml2:value></wml2:CategoricalTVP></wml2:point>",
    point("<wml2:value>1</wml2:value><wml2:value>2</wml2:value>"), point("1", None), point("1", "2026-06-01"),
    point("1", metadata=interpolation("AveragePrec")), point("1", metadata=quality("odd")),
]  # fmt: skip


@given(st.data())
def test_every_point_is_read_or_refused(data: st.DataObject) -> None:
    points = data.draw(st.lists(st.lists(st.sampled_from([point(), *JUNK]), min_size=1, max_size=4), max_size=4))
    steps = st.sampled_from([None, ("2026-01-31", "P1M"), ("2999-01-01Z", "P1Y"), ("", "P1D"), ("2026-01-01", "P0D")])
    results = [series("".join(each), steps=data.draw(steps)) for each in points]
    strange = data.draw(st.sampled_from(["MeasurementTimeseries", "CategoricalTimeseries", "Timeseries"]))
    named = data.draw(st.sampled_from(["<om:observedProperty/>", '<om:observedProperty xlink:href="x/H"/>']))
    of = data.draw(st.sampled_from([STATION, "", feature(attributes=' xlink:href="#no"')]))
    body = collection(*results, named=named, of=of).replace("MeasurementTimeseries", strange)
    interval = data.draw(st.sampled_from(["term", "daily", "monthly"]))
    said = said_by(body, sender(LEVEL | {"series": f"level.{interval}"}))
    assert all(isinstance(each, Reading | Unreadable) for each in said)
    assert count(said) == (sum(map(len, points)) or 1)
