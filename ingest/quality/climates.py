"""The climates of series by what stands in the record, each worked out once and remembered for its year."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.quality.by_itself import possible
from ingest.quality.calendar import DAYS, local, year_begins
from ingest.quality.climatology import Climate
from ingest.quality.context import Known, Season, Span
from ingest.quality.limits import Group
from ingest.quality.values import Values
from record.archive.cache import Cache
from record.network import Network
from record.selection import EARLIEST

REMEMBERED = 4096
"""So many climates are remembered, about 6 kB each."""
MUCH = 31 * 86_400
"""A message that speaks of more than so many seconds of earlier years counts for the climate of the later ones."""
_BEGIN = int(EARLIEST.timestamp())
_UNKNOWN = Climate(low=np.full(DAYS, np.nan), high=np.full(DAYS, np.nan))


class Climates:
    """Makes climates from `history`, which gives what stands of series within spans. Safe to share between threads.

    What is remembered is made anew after a message spoke of an earlier year.
    """

    def __init__(self, network: Network, history: Callable[[Mapping[str, Span]], Iterator[Known]]) -> None:
        self._network = network
        self._history = history
        self._held: Cache[Climate] = Cache(REMEMBERED, lambda _: 1)
        self._spoken_of: dict[str, int] = {}
        self._renewed: dict[str, int] = {}

    def of(self, wanted: Sequence[Season], said: Known) -> dict[Season, Climate]:
        """What the years before said of each series, with what the message that is judged says of them itself."""
        self._renew(wanted)
        telling = self._telling(wanted, said)
        keys = {(one, self._renewed.get(one.series, 0)): one for one in wanted if one.series not in telling}
        held = self._held.held(keys)
        made = self._made([season for key, season in keys.items() if key not in held], Known.nothing())
        self._held.keep({key: made[season] for key, season in keys.items() if season in made})
        told = self._made([season for season in wanted if season.series in telling], said)
        return {keys[key]: one for key, one in held.items()} | made | told

    def _renew(self, wanted: Sequence[Season]) -> None:
        """Forget the climates of series of which an earlier year was spoken of since: that is in the record by now."""
        for name in {one.series for one in wanted if self._spoken_of.get(one.series, one.year) < one.year}:
            self._renewed[name] = self._renewed.get(name, 0) + 1
        earliest: dict[str, int] = {}
        for season in wanted:
            earliest[season.series] = min(season.year, earliest.get(season.series, season.year))
        self._spoken_of |= earliest

    def _telling(self, wanted: Sequence[Season], said: Known) -> set[str]:
        """The series of which the message says so much of earlier years that it counts."""
        if not len(said.time):
            return set()
        first = np.full(len(said.series), np.iinfo(np.int64).max)
        np.minimum.at(first, said.which, said.time)
        begins = dict(zip(said.series, first.tolist(), strict=True))
        return {one.series for one in wanted if self._begin(one) - begins.get(one.series, self._begin(one)) > MUCH}

    def _made(self, seasons: Sequence[Season], said: Known) -> dict[Season, Climate]:
        by_series: dict[str, list[Season]] = {}
        for season in seasons:
            by_series.setdefault(season.series, []).append(season)
        spans = {name: (_BEGIN, max(map(self._begin, of))) for name, of in by_series.items()}
        found = dict.fromkeys(seasons, _UNKNOWN)
        seen = set[str]()
        for known in self._history(spans):
            usable = possible(self._values(known)) & ~known.withdrawn
            for name, mine in _by_series(known):
                seen.add(name)
                part = mine[usable[mine]]
                found |= self._of_one(by_series[name], known.time[part], known.value[part], said)
        for name in by_series.keys() - seen:
            found |= self._of_one(by_series[name], said.time[:0], said.value[:0], said)
        return found

    def _of_one(
        self, seasons: Sequence[Season], time: NDArray[np.int64], value: NDArray[np.float64], said: Known
    ) -> dict[Season, Climate]:
        """The climates of one series by what stands and what the message says, which takes the place of what stands."""
        name = seasons[0].series
        own = np.flatnonzero(said.which == said.series.index(name)) if name in said.series else said.which[:0]
        kept = ~np.isin(time, said.time[own])
        when = local(np.append(time[kept], said.time[own]), self._network.zone_of(self._network.series[name].station))
        values = np.append(value[kept], said.value[own])
        return {season: season.made(when, values) for season in seasons}

    def _begin(self, season: Season) -> int:
        return year_begins(season.year, self._network.zone_of(self._network.series[season.series].station))

    def _values(self, known: Known) -> Values:
        group = Group(self._network, [self._network.series[name] for name in known.series])
        return Values(group=group, which=known.which, time=known.time, value=known.value)


def _by_series(known: Known) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """Each series that is known of, with the numbers of its readings."""
    order = np.argsort(known.which, kind="stable")
    present, begins = np.unique(known.which[order], return_index=True)
    for number, mine in zip(present.tolist(), np.split(order, begins[1:]), strict=False):
        yield known.series[number], mine
