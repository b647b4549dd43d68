"""From what is said to observations: whose station, which series, which unit, and every reason to refuse."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from ingest.attribute import AHEAD, attribute
from ingest.reading import NoReport, Reading, Single, Unreadable
from record.entry import Flag, Method, Observation, Refusal
from record.network.source import Source
from tests.example import START
from tests.ingest.declared import RECEIVED, network, source

READING = Reading(
    station="15194", quantity="level", interval="term", time=START, value=Decimal(204), unit="cm", where="line 2"
)


def attributed(said: Single, declared: Source | None = None) -> list[Observation] | Refusal:
    return attribute(said, declared or source(), network(), RECEIVED)


def reason(said: Single, declared: Source | None = None) -> str:
    found = attributed(said, declared)
    assert isinstance(found, Refusal)
    assert found.where == "line 2"
    return found.reason


def test_a_reading_becomes_an_observation_in_the_unit_of_its_quantity() -> None:
    assert attributed(READING) == [
        Observation(
            series="post:kg.level.term",
            time=START,
            value=Decimal("2.04"),
            flag=Flag.UNKNOWN,
            method=Method.MEASURED,
        )
    ]


def test_a_simulated_source_speaks_of_simulated_stations_and_says_so() -> None:
    found = attributed(READING, source(id="simulated-kg", simulated=True))
    assert isinstance(found, list)
    assert [(seen.series, seen.method) for seen in found] == [("post:kg:simulated.level.term", Method.SIMULATED)]


def test_doubts_make_a_reading_suspect() -> None:
    found = attributed(replace(READING, doubts=("hour_of_sending",)))
    assert isinstance(found, list)
    assert [seen.flag for seen in found] == [Flag.SUSPECT]


def test_parts_of_a_second_are_left_out_since_the_journal_holds_none() -> None:
    found = attributed(replace(READING, time=START + timedelta(microseconds=5)))
    assert isinstance(found, list)
    assert [seen.time for seen in found] == [START]


def test_a_reading_that_is_missing_is_an_observation_without_value() -> None:
    found = attributed(replace(READING, value=None))
    assert isinstance(found, list)
    assert [(seen.value, seen.flag) for seen in found] == [(None, Flag.MISSING)]


def test_missing_said_of_a_series_that_is_not_there_says_nothing() -> None:
    assert attributed(replace(READING, quantity="intake", value=None)) == []


def test_an_unreadable_part_is_refused_with_its_bytes() -> None:
    said = Unreadable(fragment=b"\x00", where="group 3", reason="no group of the code")
    assert attributed(said) == Refusal(fragment=b"\x00", where="group 3", reason="no group of the code")


def test_an_unknown_post_is_refused_by_its_code() -> None:
    said = replace(READING, station="99999")
    assert "'99999'" in reason(said)
    found = attributed(said)
    assert isinstance(found, Refusal)
    assert found.fragment == b"99999 2026-05-01T02:00Z level.term 204 cm"


def test_a_reading_without_station_is_refused() -> None:
    assert "no station" in reason(replace(READING, station=""))


def test_a_simulated_source_cannot_name_a_station_that_has_no_twin() -> None:
    assert "no simulated station" in reason(replace(READING, station="15954"), source(simulated=True))


def test_the_other_partys_station_is_refused_unless_the_source_speaks_for_it() -> None:
    said = replace(READING, station="example-border", quantity="discharge", interval="daily", unit="m3/s")
    assert "a station of kz" in reason(said)
    found = attributed(said, source(speaks_for=("kz",)))
    assert isinstance(found, list)
    assert [seen.series for seen in found] == ["example-border:kz.discharge.daily"]


def test_a_quantity_that_the_station_does_not_have_is_refused() -> None:
    assert "no series storage.term" in reason(replace(READING, quantity="storage"))
    assert "no series level.daily" in reason(replace(READING, interval="daily"))


@pytest.mark.parametrize("unit", ["m3/s", "furlong"])
def test_a_unit_that_cannot_be_converted_is_refused(unit: str) -> None:
    assert repr(unit) in reason(replace(READING, unit=unit))


def test_a_time_after_the_receipt_is_refused_and_one_within_three_hours_is_not() -> None:
    assert isinstance(attributed(replace(READING, time=RECEIVED + AHEAD)), list)
    assert "after the receipt" in reason(replace(READING, time=RECEIVED + AHEAD + timedelta(seconds=1)))


def test_a_time_before_all_gauges_is_refused() -> None:
    assert "before 1800" in reason(replace(READING, time=START.replace(year=26)))


def test_no_report_is_a_missing_observation_of_each_series_of_the_term() -> None:
    found = attributed(NoReport(station="15194", time=START, where="line 2"))
    assert isinstance(found, list)
    assert [seen.series for seen in found] == [
        "post:kg.level.term",
        "post:kg.discharge.term",
        "post:kg.temperature.term",
    ]
    assert {(seen.time, seen.value, seen.flag) for seen in found} == {(START, None, Flag.MISSING)}


def test_no_report_of_nobody_or_of_a_station_without_terms_is_refused() -> None:
    assert "no station" in reason(NoReport(station="", time=START, where="line 2"))
    said = NoReport(station="example-border", time=START, where="line 2")
    assert "no series of the term" in reason(said, source(party="kz"))


def test_a_senders_own_name_of_a_station_stands_for_its_code() -> None:
    named = source(stations={"Кировское  вдхр.": "15954"})
    said = replace(READING, station="Кировское вдхр.")
    found = attribute(said, named, network(named), RECEIVED)
    assert not isinstance(found, Refusal)
    assert [one.series.partition(".")[0] for one in found] == ["kirov:kg"]
    assert isinstance(attribute(said, source(), network(), RECEIVED), Refusal)
