"""What reservoirs hold at the end of a period: level and storage at 08:00, and their change since its begin.

That is the reading which closes the last report day, by the clock of its own station. Of a reservoir that is declared
to give daily values alone, the value of the last day stands, and its change is from the day before the period.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import numpy as np

from record.network import Network
from record.quantities import quantity_of
from service.accounts.litres import litres, million_m3
from service.accounts.states import at_an_instant
from service.figures.periodic import mean_by
from service.figures.periods import Kind
from service.reports.built.asked import Asked, Sources, alike
from service.reports.built.closing import Morning, hour_of, morning_of
from service.reports.built.columns import PERCENT, Column
from service.reports.built.flows import Read
from service.reports.built.hours import changed, entries_of

_DAY = timedelta(days=1)
_STORED = "storage"


def states(at_eight: Read, of_last_day: Read, stations: Sequence[str], quantity: str) -> Iterator[Column]:
    """A quantity at the end of the period; of storage its change over the period and what it fills as well.

    The two are held against the same morning and against the same day of other years.
    """
    network = at_eight.asked.network
    by_clock = [name for name in stations if at_an_instant(network, (name, quantity))]
    for sources, names in alike(network, by_clock, quantity, Kind.DAY).items():
        yield from _at_eight(at_eight, names, quantity, sources)
    by_day = [name for name in stations if name not in set(by_clock)]
    for sources, names in alike(network, by_day, quantity, Kind.DAY).items():
        yield from _of_last_day(of_last_day, names, quantity, sources)


def _at_eight(read: Read, names: Sequence[str], quantity: str, sources: Sources) -> Iterator[Column]:
    asked = read.asked
    closing = morning_of(read.near, asked.network, names, quantity, asked.closing, asked.count)
    if not asked.has_begun:
        closing = closing.hidden
    state = Column(
        stations=tuple(names),
        quantity=quantity,
        measure="",
        unit=quantity_of(quantity).label,
        of_days=int(asked.has_begun),
        value=closing.value,
        flag=closing.flag,
        estimated=np.zeros(len(names), dtype=bool),
        basis=closing.basis,
        days=closing.usable.astype(np.int64),
        readings=closing.usable.astype(np.int64),
        left_out=closing.bad.astype(np.int64),
        newest=closing.entry,
        reviewed=_reviewed(read, names, quantity, asked.closing, closing),
        entries=closing.entries,
        against=read.history.against(read.near, names, quantity, sources),
        at=tuple(hour_of(asked.network, name, asked.closing) for name in names),
    )
    yield state
    if quantity == _STORED:
        yield _change(read, state, closing)
        yield state.derived("filled", PERCENT, _filled(asked.network, state))


def _change(read: Read, state: Column, closing: Morning) -> Column:
    """What closes the period less what opens it; where one of the two lacks, or was flagged bad, nothing is known."""
    asked = read.asked
    opening = morning_of(read.near, asked.network, state.stations, state.quantity, asked.span.begin, asked.count)
    both = opening.usable & closing.usable
    opened = _reviewed(read, state.stations, state.quantity, asked.span.begin, opening)
    return state.derived(
        "change",
        state.unit,
        million_m3(litres(closing.counted) - litres(opening.counted)),
        flag=np.maximum(opening.flag, closing.flag),
        basis=opening.basis | closing.basis,
        readings=2 * both.astype(np.int64),
        left_out=opening.bad.astype(np.int64) + closing.bad,
        newest=np.maximum(opening.entry, closing.entry),
        reviewed=np.minimum(opened, state.reviewed),
        entries={row: _both(opening, closing, row) for row in np.flatnonzero(both).tolist()},
        at=None,
    )


def _both(opening: Morning, closing: Morning, row: int) -> tuple[int, ...]:
    return tuple(sorted({*opening.entries[row], *closing.entries[row]}))


def _reviewed(read: Read, names: Sequence[str], quantity: str, day: date, said: Morning) -> np.ndarray:
    return read.reviews.lowest(names, quantity, said.basis, (day, day + _DAY), said.time)


def _of_last_day(read: Read, names: Sequence[str], quantity: str, sources: Sources) -> Iterator[Column]:
    asked = read.asked
    reader = asked.reader(read.near, sources, names, quantity)
    parts = reader.parts(np.datetime64(asked.last, "D"), np.datetime64(asked.last + _DAY, "D"))
    now = mean_by(reader.best(parts, Kind.DAY, asked.rules), Kind.DAY, asked.rules, asked.until).isel(period=0)
    basis = now["basis"].values.astype(np.int64)
    state = Column(
        stations=tuple(names),
        quantity=quantity,
        measure="",
        unit=quantity_of(quantity).label,
        of_days=int(asked.has_begun),
        value=now["value"].values,
        flag=now["flag"].values,
        estimated=now["value_estimated"].values,
        basis=basis,
        days=now["days"].values,
        readings=now["readings"].values,
        left_out=now["left_out"].values,
        newest=now["entry"].values,
        reviewed=read.reviews.lowest(names, quantity, basis, (asked.last, asked.last + _DAY)),
        entries=entries_of(asked, read.near, names, quantity, basis, asked.last),
        against=read.history.against(read.near, names, quantity, sources),
    )
    yield state
    if quantity == _STORED:
        yield _change_of_days(asked, read, state)
        yield state.derived("filled", PERCENT, _filled(asked.network, state))


def _change_of_days(asked: Asked, read: Read, state: Column) -> Column:
    days = asked.span.begin - _DAY, asked.last
    found = changed(asked, read.near, state.stations, state.quantity, state.basis, days)
    return state.derived(
        "change", state.unit, found.value, flag=np.maximum(state.flag, found.flag), entries=found.entries
    )


def _filled(network: Network, state: Column) -> np.ndarray:
    """Percent of the declared capacity; NaN where none is declared."""
    declared = [network.sites[network.stations[name].site].capacity or np.nan for name in state.stations]
    found: np.ndarray = 100 * state.value / np.array(declared, dtype=np.float64)
    return found
