"""What reservoirs hold at the end of a period: level and storage of its last day, and their change since before it."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import numpy as np

from record.network import Network
from record.quantities import quantity_of
from service.figures.periodic import mean_by
from service.figures.periods import Kind
from service.reports.built.asked import alike
from service.reports.built.columns import PERCENT, Column
from service.reports.built.flows import Read
from service.reports.built.hours import changed, entries_of

_DAY = timedelta(days=1)


def states(read: Read, stations: Sequence[str], quantity: str) -> Iterator[Column]:
    """A quantity on the last day of the period; of storage its change over the period and what it fills as well."""
    asked = read.asked
    for sources, names in alike(asked.network, stations, quantity, Kind.DAY).items():
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
        if quantity == "storage":
            yield _change(read, state)
            yield state.derived("filled", PERCENT, _filled(asked.network, state))


def _change(read: Read, state: Column) -> Column:
    asked = read.asked
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
