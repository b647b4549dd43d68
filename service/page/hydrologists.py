"""What the page for hydrologists shows: where what can be asked, and calls of it that can be copied and work.

The calls are of a series that the network declares: one that a gauge measured by days where there is any, else one
that comes nearest to it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from record.network import Network
from record.network.basin import Nature, Series
from service.language.phrase import Phrase, phrase
from service.language.words import FLAGS, INTERVALS, QUANTITIES
from service.page.reader import place_of
from service.page.shell import Shell

_NATURES = (Nature.REAL, Nature.EXAMPLE, Nature.SIMULATED)
_INTERVALS = ("daily", "10-day", "monthly", "hourly", "10-minute", "term")
_OF_FLOW = ("discharge", "inflow", "release", "intake")
_NUMBERS: Mapping[str, int] = {"good": 1, "unknown": 2, "suspect": 3, "bad": 4, "missing": 9}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An address that can be copied, and what one gets there."""

    what: Phrase
    href: str


def shown(shell: Shell, newest: Mapping[str, datetime]) -> dict[str, Any]:
    """What the template shows; `newest` is the time of the newest reading of each series of which anything was said."""
    series = example_of(shell.network, newest)
    return {
        "series": series,
        "called": "" if series is None else _called(shell, series),
        "calls": () if series is None else _calls(shell, series, newest.get(series.id, shell.now).year),
        "begins": f"{shell.network.report_day.begins:%H:%M}",
        "place": place_of(shell.network.report_day.zone, shell.reader.language),
        "flags": [(_NUMBERS[flag], flag, shell.reader.language.word(FLAGS, flag)) for flag in FLAGS],
    }


def example_of(network: Network, spoken: Collection[str]) -> Series | None:
    """The series by which calls are shown; None where none is declared."""
    return min(network.series.values(), key=lambda one: _rank(network, one, spoken), default=None)


def _rank(network: Network, one: Series, spoken: Collection[str]) -> tuple[bool, int, bool, bool, int]:
    station = network.stations[one.station]
    return (
        one.id not in spoken,
        _NATURES.index(station.nature),
        station.computed,
        one.quantity not in _OF_FLOW,
        _INTERVALS.index(one.interval),
    )


def _called(shell: Shell, one: Series) -> str:
    language = shell.reader.language
    station = shell.network.stations[one.station]
    return language.say(
        "{station}: {quantity}, {interval}",
        station=language.name(station.names),
        quantity=language.word(QUANTITIES, one.quantity),
        interval=language.word(INTERVALS, one.interval),
    )


def _calls(shell: Shell, one: Series, year: int) -> tuple[Call, ...]:
    place = f"/collections/{one.collection}"
    station = f"{place}/locations/{one.station}"
    days = {"by": "month", "from": f"{year}-01-01", "to": f"{year + 1}-01-01"}
    return (
        Call(what=phrase("the series as a table, for Excel, R and pandas"), href=shell.api(station, f="csv")),
        Call(what=phrase("the same as a workbook"), href=shell.api(station, f="xlsx")),
        Call(what=phrase("the stations of a collection, for QGIS"), href=shell.api(f"{place}/locations", f="geojson")),
        Call(what=phrase("the newest reading of each series"), href=shell.api("/latest", collection=one.collection)),
        Call(what=phrase("means and volumes by months"), href=shell.api(f"/figures/{one.id}", **days, f="csv")),
        Call(what=phrase("what is normal, by months"), href=shell.api(f"/norms/{one.id}", by="month")),
        Call(what=phrase("the water account of the basin"), href=shell.api(f"/accounts/{one.basin}", **days)),
        Call(what=phrase("a collection by OPeNDAP"), href=shell.api(f"/dap/{one.collection}")),
        Call(what=phrase("the record as SensorThings"), href=shell.api("/sensorthings/v1.1")),
        Call(what=phrase("what happens, as it happens"), href=shell.api("/events", collection=one.collection)),
        Call(what=phrase("finished periods as netCDF files"), href=shell.api("/segments")),
    )
