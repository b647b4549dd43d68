"""How a site is told: whose each number is, of when it is, and what of a reading was said otherwise."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from record.archive import Said
from record.archive.latest import Latest
from record.entry import Flag
from record.network import Network, load_network
from record.quantities import quantity_of
from record.review import Level
from service.language import language_called
from service.page.called import kinds_of, stations_of
from service.page.site.choice import Span
from service.page.site.downloads import downloads_of
from service.page.site.head import Gauge, Newest
from service.page.site.history import Beside, Saying, history_of
from service.page.site.listed import Line, listed
from service.page.site.readings import written_of
from service.page.sources.refusals import ByNetwork

ROOT = Path(__file__).parents[2]
ENGLISH = language_called("en")
NOW = datetime(2026, 11, 27, 2, tzinfo=UTC)
FLOW = quantity_of("discharge")
FIRST = Said(
    entry=3, entered=NOW, received=NOW, source="telegrams-kg", value=Decimal("3.070"), flag=Flag.GOOD,
    method="measured", reason=None, tests={"sense": Flag.GOOD}, status=Level.PROVISIONAL,
)  # fmt: skip


@pytest.fixture(scope="module")
def network() -> Network:
    return load_network(ROOT / "config")


def spoke(value: float, time: datetime = NOW) -> Latest:
    return Latest(time=time, value=value, flag=Flag.GOOD, entry=1)


def line_of(network: Network, site: str, newest: dict[str, Latest]) -> Line:
    lines = [line for basin in listed(network, newest, ENGLISH) for river in basin.rivers for line in river.lines]
    (found,) = [line for line in lines if line.site.id == site]
    return found


def test_a_number_in_the_list_of_sites_is_of_one_party_and_the_other_has_its_own(network: Network) -> None:
    gate = "example-border-chu"
    one, other = (f"{gate}:{party}:simulated.discharge.daily" for party in ("kg", "kz"))
    both = {said.party: said.newest for said in line_of(network, gate, {one: spoke(87.9), other: spoke(87.2)}).said}
    assert {party: said.series if said else None for party, said in both.items()} == {"kg": one, "kz": other}
    alone = {said.party: said.newest for said in line_of(network, gate, {one: spoke(87.9)}).said}
    assert alone["kz"] is None
    assert alone["kg"] is not None


def test_an_archive_goes_after_a_gauge_that_speaks(network: Network) -> None:
    site, archive = "ala-archa", spoke(1.0, datetime(2011, 12, 20, tzinfo=UTC))
    old, new = "ala-archa:kg.discharge.10-day", "ala-archa:kg:simulated.discharge.term"
    (said,) = line_of(network, site, {old: archive, new: spoke(1.94)}).said
    assert said.newest is not None
    assert (said.newest.series, said.marks[0]) == (new, "simulated")
    (said,) = line_of(network, site, {old: archive}).said
    assert said.newest is not None
    assert said.newest.series == old


def test_days_of_a_span_are_those_of_the_station_and_so_are_those_of_its_figures(network: Network) -> None:
    bishkek = ZoneInfo("Asia/Bishkek")
    span = Span(start=datetime(1949, 12, 31, 18, tzinfo=UTC), end=datetime(2011, 12, 31, 18, tzinfo=UTC))
    assert span.days(bishkek) == (date(1950, 1, 1), date(2011, 12, 31))
    assert replace(span, end=span.end + timedelta(hours=1)).days(bishkek)[1] == date(2012, 1, 1)

    def api(path: str, **asked: object) -> str:
        return f"{path}?from={asked.get('from')}&to={asked.get('to')}"

    series = network.series["ala-archa:kg.discharge.10-day"]
    assert downloads_of(series, span, bishkek, None, api).figures.endswith("?from=1950-01-01&to=2012-01-01")


def told(network: Network, *said: Said) -> list[Saying]:
    return list(
        history_of(
            "ala-archa:kg.discharge.daily", NOW, FLOW, said, (),
            {one.entry: Beside(state="final", held=False, originals=(), grounds=None) for one in said},
            ByNetwork(network, language_called("ru")), lambda path, **_: path, None,
        ).said
    )  # fmt: skip


def test_a_history_says_what_was_said_otherwise(network: Network) -> None:
    again = replace(FIRST, entry=5, reason="a later message says otherwise")
    bad = replace(again, entry=9, value=Decimal("-2.84"), flag=Flag.BAD, reason=None)
    found = told(network, FIRST, again, bad)
    assert [one.before for one in found] == [None, "", "3,070, без замечаний"]
    assert [one.reason for one in found] == ["", "в более позднем сообщении указано иное", ""]


def test_what_has_no_value_was_not_checked(network: Network) -> None:
    tests = {"said": Flag.MISSING, "sense": Flag.MISSING, "neighbour": Flag.UNKNOWN, "spike": Flag.SUSPECT}
    (found,) = told(network, replace(FIRST, value=None, flag=Flag.MISSING, tests=tests))
    assert (found.unchecked, found.tests) == (True, (("spike", "suspect"),))
    (found,) = told(network, FIRST)
    assert (found.unchecked, found.tests) == (False, (("sense", "good"),))


def test_what_is_computed_has_the_digits_of_its_quantity_and_what_was_sent_its_own() -> None:
    computed = replace(FIRST, value=Decimal("22.8958"), method="computed")
    assert written_of(computed, FLOW, ENGLISH) == "22.9"
    assert written_of(FIRST, FLOW, ENGLISH) == "3.070"
    assert written_of(replace(computed, value=None), FLOW, ENGLISH) == "–"


def test_what_is_owed_is_said_in_words(network: Network) -> None:
    series = [network.series[f"{post}.discharge.daily"] for post in ("ala-archa:kg", "klyuchevka:kg")]
    assert kinds_of(series, ENGLISH) == ("discharge, daily means",)
    assert stations_of(series, network, ENGLISH) == "2 stations"
    assert stations_of(series[:1], network, ENGLISH) == ENGLISH.name(network.stations["ala-archa:kg"].names)


def test_series_that_never_spoke_are_apart_from_those_that_did() -> None:
    one, other = (Newest(series=name, quantity="level", interval="term", unit="m") for name in ("a", "b"))
    gauge = Gauge(id="x", party="kg", name="X", marks=(), newest=(replace(one, at=NOW), other))
    assert [said.series for said in gauge.told] == ["a"]
    assert [said.series for said in gauge.silent] == ["b"]
