"""Choosing series without a script: by basin, site, quantity and interval, from what is declared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from record.archive.latest import Latest
from record.network import Network
from record.network.basin import Series, Site, Station

MOST = 40
"""So many series are listed; who wants others asks more narrowly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for; empty where all are meant."""

    basin: str = ""
    site: str = ""
    quantity: str = ""
    interval: str = ""

    @property
    def is_asked(self) -> bool:
        """Whether anything is."""
        return any((self.basin, self.site, self.quantity, self.interval))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A series that may be added, and when it was last spoken of; None where it never was."""

    series: Series
    station: Station
    latest: Latest | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What there is to choose from, by what is wanted; `over` series more fit than are `found`."""

    wanted: Wanted
    sites: Sequence[Site]
    quantities: Sequence[str]
    intervals: Sequence[str]
    found: Sequence[Found]
    over: int


def choices(network: Network, wanted: Wanted, newest: Mapping[str, Latest]) -> Choices:
    """The series that fit, those that ever spoke first; none where nothing is asked, for all of them help nobody."""
    every = network.series.values()
    fit = [one for one in every if _fits(network, one, wanted)] if wanted.is_asked else []
    fit.sort(key=lambda one: one.id not in newest)
    return Choices(
        wanted=wanted,
        sites=[site for site in network.sites.values() if wanted.basin in ("", site.basin)],
        quantities=list(dict.fromkeys(one.quantity for one in every)),
        intervals=list(dict.fromkeys(one.interval for one in every)),
        found=[
            Found(series=one, station=network.station(one.station), latest=newest.get(one.id)) for one in fit[:MOST]
        ],
        over=max(len(fit) - MOST, 0),
    )


def _fits(network: Network, series: Series, wanted: Wanted) -> bool:
    site = network.station(series.station).site
    has = series.basin, site, series.quantity, series.interval
    wants = wanted.basin, wanted.site, wanted.quantity, wanted.interval
    return all(want in ("", own) for want, own in zip(wants, has, strict=True))
