"""The balance of a reservoir: what its storage changed by, against what came in and went out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from record.network import Network
from record.network.basin import Nature
from record.network.computed import computed_id
from record.network.derived import Balance, By, Derived
from service.accounts.counted import Source
from service.accounts.document import Reservoir, Rest
from service.accounts.frame import Frame, counts, numbers
from service.accounts.gauged import Key
from service.accounts.litres import litres, litres_of_day, million_m3
from service.accounts.reservoir import Errors, Terms, closed, evaporation_of
from service.accounts.spans import counted, summed
from service.figures.periods import days_between
from service.language.phrase import Phrase, phrase
from service.language.row import with_semicolons

NOTHING_TO_CHECK = phrase("its inflow is computed from this balance: there is nothing to check")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservoirLine:
    """A reservoir with the gauges of its terms; `surface` is None where its surface is declared as one number."""

    nature: Nature
    balance: Balance
    storage: Source
    inflow: Source
    release: Source
    surface: Source | None

    def keys(self) -> Iterator[Key]:
        """The gauges of its terms."""
        return (one.gauge for one in self._flows() if one.gauge is not None)

    def states(self) -> Iterator[Key]:
        """The gauge whose state at the beginning of each day counts."""
        return (one.gauge for one in [self.storage] if one.gauge is not None)

    def told(self, frame: Frame) -> Reservoir:
        """The balance closed over each period."""
        balance = self.balance
        storage, by_day = self._storage(frame), self._by_day(frame)
        firsts, lasts = frame.starts, frame.lasts + 1
        change = np.diff(storage)
        terms = Terms(
            change=million_m3(storage[lasts] - storage[firsts]),
            **{name: million_m3(summed(amount, frame.starts).whole) for name, amount in by_day.items()},
        )
        closing = closed(terms, _errors(balance))
        known_terms = [amount for name, amount in by_day.items() if name != "inflow" or not self._is_of_itself]
        lacking = np.isnan(change + sum(known_terms))
        known = ~np.isnan(closing.residual)
        sources = [self.storage, *self._flows()]
        return Reservoir(
            station=balance.station,
            name=frame.network.stations[balance.station].names["en"],
            nature=self.nature.value,
            storage_begin=numbers(million_m3(storage[firsts])),
            storage_end=numbers(million_m3(storage[lasts])),
            change=numbers(terms.change),
            inflow=numbers(terms.inflow),
            release=numbers(terms.release),
            evaporation=numbers(terms.evaporation),
            seepage=numbers(terms.seepage),
            residual=numbers(np.round(closing.residual, 9)),
            uncertainty=numbers(closing.uncertainty),
            within=tuple(
                within if sure else None for within, sure in zip(closing.within.tolist(), known.tolist(), strict=True)
            ),
            days_missing=counts(counted(lacking, frame.starts)),
            parts=(
                frame.part_held(self.storage, np.unique([firsts, lasts])),
                *(frame.part(one) for one in self._flows()),
            ),
            reason=with_semicolons(_reasons(sources)),
            rest=Rest(verified=balance.verified, document=balance.document, source=balance.source, note=balance.note),
        )

    @property
    def _is_of_itself(self) -> bool:
        """Whether its inflow is what closes it: no day lacks an inflow, for none could check the balance."""
        return self.inflow.reason == NOTHING_TO_CHECK

    def _flows(self) -> list[Source]:
        return [self.inflow, self.release, *([] if self.surface is None else [self.surface])]

    def _storage(self, frame: Frame) -> np.ndarray:
        """Litres at the beginning of each day of the account, and at its end."""
        return litres(frame.held([self.storage])[0])

    def _by_day(self, frame: Frame) -> dict[str, np.ndarray]:
        """Litres that came in and went out on each day of the account."""
        inflow, release = frame.within(frame.values([self.inflow, self.release]))
        days = days_between(frame.begin, frame.end)
        month = days.astype("datetime64[M]")
        length = ((month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")).astype(np.int64)
        depth = np.array([float(depth) for depth in self.balance.evaporation_mm])[month.astype(np.int64) % 12] / length
        # Where nothing evaporates the surface need not be known.
        evaporation = np.where(depth == 0, 0.0, evaporation_of(depth, self._surface(frame)))
        return {
            "inflow": litres_of_day(inflow),
            "release": litres_of_day(release),
            "evaporation": litres(evaporation),
            "seepage": litres_of_day(np.full(frame.days, float(self.balance.seepage))),
        }

    def _surface(self, frame: Frame) -> np.ndarray:
        if self.surface is None:
            return np.full(frame.days, float(self.balance.surface_km2 or 0))
        found: np.ndarray = frame.within(frame.values([self.surface]))[0]
        return found


def lines(network: Network, basin: str, nature: Nature) -> Iterator[ReservoirLine]:
    """A line for each reservoir of the basin whose balance is declared, with stations of that nature."""
    for balance in network.balances:
        station = network.stations[balance.station]
        if station.nature is nature and network.sites[station.site].basin == basin:
            storage, release = _declared_terms(network, balance.station)
            yield ReservoirLine(
                nature=nature,
                balance=balance,
                storage=storage,
                inflow=_inflow(network, balance.station),
                release=release,
                surface=_surface(network, balance),
            )


def _declared_terms(network: Network, station: str) -> tuple[Source, Source]:
    """Storage and release: those from which the inflow is computed, where it is, otherwise those of the station."""
    for derived in _derived(network, station, "inflow"):
        if derived.by is By.BALANCE:
            storage, release = (one.series.rsplit(".", 2)[0] for one in derived.inputs[:2])
            return _source(network, storage, "storage"), _source(network, release, "release")
    return _source(network, station, "storage"), _source(network, station, "release")


def _inflow(network: Network, station: str) -> Source:
    """The inflow that was measured; else one that is computed, but not from this very balance, which it would close."""
    measured, computed = _source(network, station, "inflow"), _derived(network, station, "inflow")
    if measured.station is not None or not computed:
        return measured
    if any(one.by is By.BALANCE for one in computed):
        return replace(measured, reason=NOTHING_TO_CHECK)
    return _source(network, computed_id(station), "inflow")


def _surface(network: Network, balance: Balance) -> Source | None:
    if balance.surface_km2 is not None and not _derived(network, balance.station, "surface"):
        return None
    return _source(network, computed_id(balance.station), "surface", of=balance.station)


def _derived(network: Network, station: str, quantity: str) -> list[Derived]:
    return [one for one in network.derived if one.station == station and one.series.partition(".")[0] == quantity]


def _source(network: Network, station: str, quantity: str, of: str | None = None) -> Source:
    declared = network.stations.get(station)
    holder = network.stations[station if declared is not None else of or station]
    given = declared is not None and any(said.partition(".")[0] == quantity for said in declared.series)
    return Source(
        site=holder.site,
        party=holder.party,
        quantity=quantity,
        station=station if given else None,
        reason=None if given else phrase("{station} is not declared to give it", station=station),
    )


def _reasons(sources: Iterable[Source]) -> Iterator[Phrase]:
    for one in sources:
        if one.reason == NOTHING_TO_CHECK:
            yield NOTHING_TO_CHECK
        elif one.reason is not None:
            yield phrase("{quantity}: {reason}", quantity=one.quantity, reason=one.reason)


def _errors(balance: Balance) -> Errors:
    return Errors(
        storage=float(balance.storage_error),
        inflow=float(balance.inflow_error_percent) / 100,
        release=float(balance.release_error_percent) / 100,
        losses=float(balance.loss_error_percent) / 100,
    )
