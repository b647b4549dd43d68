"""What the record says to a question: arrays (station, time) beside what they are of. Every form is made from this."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from record.archive.grid import FILL, Grid
from record.entry import Flag
from record.leaf import write_time
from record.network import Collection, Network
from record.network.basin import Nature
from record.quantities import ENTRY, FLAG


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """A station as the network declares it; `lat` and `lon` in degrees, NaN where no source gives its place."""

    id: str
    name: str
    nature: str
    verified: bool
    computed: bool
    lat: float
    lon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What an answer is of, known before any value is read.

    `quantities` have the layers `kinds`: "" for the value itself, `_flag`, `_entry`, `_status`, `_row`. All rests on
    the first `count` entries of the journal `origin`; `as_of` is as it was asked. `flags` are those that were wanted,
    None for all: values of others are held back. `figures`: whether the values are computed of readings, so that no
    entry says them; beside each stands the newest entry on which it rests.
    """

    collection: Collection
    stations: tuple[About, ...]
    quantities: tuple[str, ...]
    kinds: tuple[str, ...]
    count: int
    as_of: datetime | int | None
    origin: str
    flags: frozenset[Flag] | None = None
    figures: bool = False

    @property
    def nature_note(self) -> str:
        """Whether all of these stations stand in a river; what else there is among them."""
        unreal = sorted({about.nature for about in self.stations} - {Nature.REAL.value})
        return f"holds {' and '.join(unreal)} stations: see `nature`" if unreal else "real stations only"

    @property
    def as_of_note(self) -> str:
        """As of when it was asked, in words; empty where it is of all that is known."""
        if self.as_of is None:
            return ""
        return f"{self.as_of} entries" if isinstance(self.as_of, int) else write_time(self.as_of)

    @property
    def flags_note(self) -> str:
        """Which values were wanted, in words; empty where none is held back."""
        if self.flags is None:
            return ""
        wanted = " or ".join(flag.word for flag in Flag if flag in self.flags)
        return f"only values flagged {wanted} are given; the others are held back, and keep their flags and entries"


def entry_note(quantity: str, *, figures: bool) -> str:
    """What the index of an entry beside a value of this quantity means."""
    if figures:
        return f"index of the newest journal entry that this {quantity} rests on"
    return f"index of the journal entry that says this {quantity}"


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """`time` (int64): rising seconds since 1970 in UTC; `layers` by quantity and kind, (station, time).

    A value is float64 in the quantity's unit, NaN where it is missing, unwanted or was never said; `_flag` int8
    (QARTOD), `_entry` int64 (-1 where nobody spoke), `_status` int8, `_row` int16. Not to be written to.
    """

    heading: Heading
    time: np.ndarray
    layers: Mapping[str, np.ndarray]

    def of(self, row: int) -> "Answer":
        """One station, with the times at which something was said of it; a view where that is all of them."""
        heading = replace(self.heading, stations=(self.heading.stations[row],))
        layers = {name: layer[row : row + 1] for name, layer in self.layers.items()}
        spoken = np.zeros(len(self.time), dtype=bool)
        for quantity in heading.quantities:
            spoken |= layers[f"{quantity}{ENTRY}"][0] >= 0
        if spoken.all():
            return Answer(heading, self.time, layers)
        return Answer(heading, self.time[spoken], {name: layer[:, spoken] for name, layer in layers.items()})


def filled(part: Answer, heading: Heading) -> Answer:
    """The answer of some stations with every quantity of `heading`, and as resting on what that rests on."""
    layers = dict(part.layers)
    for quantity in heading.quantities:
        for kind in heading.kinds:
            if quantity + kind not in layers:
                layers[quantity + kind] = np.full((len(part.heading.stations), len(part.time)), FILL[kind])
    return Answer(replace(heading, stations=part.heading.stations), part.time, layers)


def together(heading: Heading, portions: Iterable[Answer]) -> Answer:
    """All portions as one answer; at times of which only another station spoke nobody spoke of this one."""
    parts = list(portions)
    if len(parts) == 1:
        return parts[0]
    time = np.unique(np.concatenate([part.time for part in parts])) if parts else np.empty(0, dtype=np.int64)
    shape = len(heading.stations), len(time)
    layers = {name + kind: np.full(shape, FILL[kind]) for name in heading.quantities for kind in heading.kinds}
    row = 0
    for part in parts:
        rows = slice(row, row + len(part.heading.stations))
        columns = np.searchsorted(time, part.time)
        for name, layer in part.layers.items():
            layers[name][rows, columns] = layer
        row = rows.stop
    return Answer(heading, time, layers)


def empty(
    collection: Collection,
    quantities: Sequence[str],
    count: int,
    as_of: datetime | int | None,
    origin: str,
    *,
    flags: frozenset[Flag] | None = None,
    figures: bool = False,
) -> Heading:
    """The heading of an answer that no station is in, which rests on the first `count` entries."""
    return Heading(
        collection=collection, stations=(), quantities=tuple(quantities), kinds=("", FLAG, ENTRY), count=count,
        as_of=as_of, origin=origin, flags=flags, figures=figures,
    )  # fmt: skip


def answer_of(
    grid: Grid,
    collection: Collection,
    count: int,
    as_of: datetime | int | None,
    facts: "Facts",
    flags: frozenset[Flag] | None = None,
) -> Answer:
    """The answer that a grid is, which rests on the first `count` entries and holds only values of these flags."""
    first = grid.quantities[0]
    heading = Heading(
        collection=collection,
        stations=facts.about(grid.stations),
        quantities=tuple(grid.quantities),
        kinds=tuple(kind for kind in FILL if first + kind in grid.layers),
        count=count,
        as_of=as_of,
        origin=facts.origin,
        flags=flags,
    )
    return Answer(heading, grid.time, grid.layers)


class Facts:
    """What the network says of stations; each is looked up once."""

    def __init__(self, network: Network) -> None:
        self.origin = network.origin
        self._network = network
        self._known: dict[str, About] = {}

    def about(self, names: Sequence[str]) -> tuple[About, ...]:
        """Each of the stations; of one that is declared no more its id alone is known."""
        for name in names:
            if name not in self._known:
                self._known[name] = _about(name, self._network)
        return tuple(self._known[name] for name in names)


def _about(name: str, network: Network) -> About:
    nan, station = float("nan"), network.stations.get(name)
    if station is None:
        return About(id=name, name=name, nature="undeclared", verified=False, computed=False, lat=nan, lon=nan)
    site = network.sites[station.site]
    return About(
        id=name,
        name=station.names["en"],
        nature=station.nature.value,
        verified=network.is_verified(name),
        computed=station.computed,
        lat=nan if site.lat is None else site.lat,
        lon=nan if site.lon is None else site.lon,
    )
