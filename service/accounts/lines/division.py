"""The division of a water by its shares: what there was, what is due to each party, what each received."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from record.network import Network
from record.network.account import Delivery, Resource
from record.network.basin import Nature
from record.network.share import Basis, Share
from service.accounts.counted import Source, sources_of
from service.accounts.document import Addend, Division, PartyWater, Rest, ShareNote, Volume
from service.accounts.frame import Frame, addends, counts, numbers, volume_of
from service.accounts.gauged import Key
from service.accounts.litres import litres, litres_of_day, total
from service.accounts.shares import divided, holding, percents
from service.accounts.spans import Sum, counted
from service.accounts.states import at_an_instant
from service.language.phrase import Phrase, phrase

_DAY = timedelta(days=1)
_MOST_NAMED = 5
"""How many days a sentence names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipts:
    """What is declared of how a party receives its water, and the gauges that count."""

    declared: tuple[Delivery, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionLine:
    """The shares of one water that are in force at some time of the account, with what each of them divides."""

    nature: Nature
    shares: tuple[Share, ...]
    resources: tuple[Resource, ...]
    sources: tuple[tuple[Source, ...], ...]
    receipts: dict[str, Receipts]

    def keys(self) -> Iterator[Key]:
        """The gauges of the resource where it flows, and those of all parties."""
        parts = [*([] if self._is_stock else self.sources), *(receipt.sources for receipt in self.receipts.values())]
        return (one.gauge for part in parts for one in part if one.gauge is not None)

    def states(self) -> Iterator[Key]:
        """The gauges of the resource where it is stored."""
        parts = self.sources if self._is_stock else ()
        return (one.gauge for part in parts for one in part if one.gauge is not None)

    def told(self, frame: Frame) -> Division:
        """The resource and its parts, by the share that is in force on each day."""
        share = self.shares[0]
        held = holding(self.shares, frame.begin, frame.days)
        resource = self._resource(frame, held)
        percent = percents(self.shares, held, list(self.receipts))
        due = divided(resource, percent)
        every = tuple(dict.fromkeys(one for part in self.sources for one in part))
        return Division(
            nature=self.nature.value,
            basis=share.basis.value,
            of=share.of,
            state=self._state(frame.network, every) if self._is_stock else None,
            state_on=tuple(span.end - _DAY for span in frame.spans) if self._is_stock else None,
            not_read=tuple(self._not_read(frame, every)) if self._is_stock else (),
            shares=tuple(note_of(one) for one in self.shares),
            days_without_share=counts(counted(held < 0, frame.starts)),
            days_negative=counts(counted(resource < 0, frame.starts)),
            resource=self._volume(frame, resource),
            counted=self._addends(frame, every),
            rest=tuple(rest_of(one) for one in self.resources),
            parties=tuple(self._party(frame, party, percent[row], due[row]) for row, party in enumerate(self.receipts)),
        )

    def _amounts(self, frame: Frame, sources: tuple[Source, ...]) -> np.ndarray:
        if self._is_stock:
            return litres(frame.held(sources)[:, : frame.days])
        return litres_of_day(frame.within(frame.values(sources)))

    def _resource(self, frame: Frame, held: np.ndarray) -> np.ndarray:
        """What there was on each day, as the document of the share of that day counts it."""
        nothing = np.full((1, frame.days), np.nan)
        sums = [total(self._amounts(frame, part))[None] for part in self.sources]
        found: np.ndarray = np.concatenate([*sums, nothing])[held, np.arange(frame.days)]
        return found

    def _party(self, frame: Frame, party: str, percent: np.ndarray, due: np.ndarray) -> PartyWater:
        receipts = self.receipts[party]
        amounts = self._amounts(frame, receipts.sources)
        received = frame.volume(total(amounts)) if receipts.sources else None
        first, last = percent[frame.starts], percent[frame.lasts]
        same = counted(percent == np.repeat(first, [span.days for span in frame.spans]), frame.starts)
        constant = same == [span.days for span in frame.spans]
        return PartyWater(
            party=party,
            name=frame.network.parties[party].names["en"],
            percent=numbers(np.where(constant, last, np.nan)),
            due=None if self._is_stock else self._volume(frame, due),
            part=self._volume(frame, due) if self._is_stock else None,
            received=received,
            counted=addends(frame, receipts.sources, amounts),
            rest=tuple(rest_of(one) for one in receipts.declared),
        )

    @property
    def _is_stock(self) -> bool:
        return self.shares[0].basis is Basis.STORAGE

    def _volume(self, frame: Frame, amount: np.ndarray) -> Volume:
        """Of flow the sum of the days; of storage what was stored at 08:00 of the last day: states do not add up."""
        return volume_of(_last(amount, frame.lasts)) if self._is_stock else frame.volume(amount)

    def _addends(self, frame: Frame, sources: tuple[Source, ...]) -> tuple[Addend, ...]:
        amounts = self._amounts(frame, sources)
        if not self._is_stock:
            return addends(frame, sources, amounts)
        return tuple(
            Addend(part=frame.part_held(one, frame.lasts), volume=volume_of(_last(amount, frame.lasts)))
            for one, amount in zip(sources, amounts, strict=True)
        )

    @staticmethod
    def _state(network: Network, sources: tuple[Source, ...]) -> Phrase:
        said = [at_an_instant(network, one.gauge) for one in sources if one.gauge is not None]
        return phrase("at 08:00") if all(said) else phrase("of the day")

    def _not_read(self, frame: Frame, sources: tuple[Source, ...]) -> Iterator[Phrase]:
        """Which gauge did not say its state on the days on which it counts."""
        for one, held in zip(sources, frame.held(sources)[:, frame.lasts], strict=True):
            days = [(frame.spans[place].end - _DAY).isoformat() for place in np.flatnonzero(np.isnan(held))]
            if one.gauge is not None and days:
                said = _said_not_read(one, days, at_08=at_an_instant(frame.network, one.gauge))
                bad = frame.part_held(one, frame.lasts).days_bad
                yield phrase("{said} ({count} of them flagged bad)", said=said, count=bad) if bad else said


def _said_not_read(one: Source, days: Sequence[str], *, at_08: bool) -> Phrase:
    named, more = ", ".join(days[:_MOST_NAMED]), len(days) - _MOST_NAMED
    told = phrase("{days} and {count} more", days=named, count=more) if more > 0 else named
    fields = {"station": one.station, "quantity": one.quantity, "days": told}
    if at_08:
        return phrase("{station}.{quantity}: not read at 08:00 on {days}", **fields)
    return phrase("{station}.{quantity}: not read as a value of the day on {days}", **fields)


def lines(network: Network, basin: str, nature: Nature, begin: date, end: date) -> Iterator[DivisionLine]:
    """A line for each water of the basin of which a share is in force on a day `begin <= day < end`."""
    waters: dict[tuple[str, str], list[Share]] = {}
    for share in shares_of(network, basin, begin, end):
        if share.in_force:
            waters.setdefault((share.basis, share.of), []).append(share)
    for shares in waters.values():
        parties = dict.fromkeys(party for share in shares for party in share.percent)
        stock = shares[0].basis is Basis.STORAGE
        yield DivisionLine(
            nature=nature,
            shares=tuple(shares),
            resources=tuple(one for share in shares for one in resources_of(network, share)),
            sources=tuple(resource_sources(network, share, nature) for share in shares),
            receipts={
                party: Receipts(declared=(), sources=()) if stock else receipts_of(network, basin, party, nature)
                for party in parties
            },
        )


def shares_of(network: Network, basin: str, begin: date, end: date) -> list[Share]:
    """The shares of a basin that are declared valid on a day `begin <= day < end`, in force or not."""
    return [
        share
        for share in network.shares.values()
        if share.basin == basin and share.valid_from < end and (share.valid_until is None or begin < share.valid_until)
    ]


def resources_of(network: Network, share: Share) -> list[Resource]:
    """What is declared of what a share divides."""
    return [one for one in network.resources if one.share == share.id]


def resource_sources(network: Network, share: Share, nature: Nature) -> tuple[Source, ...]:
    """The gauges of what a share divides."""
    rows = [one for resource in resources_of(network, share) for one in resource.counted]
    return sources_of(network, rows, nature)


def receipts_of(network: Network, basin: str, party: str, nature: Nature, *, border: bool = False) -> Receipts:
    """Where a party receives its water: all points of it, or at the border those of the season plan alone."""
    rows = [one for one in network.deliveries if (one.basin, one.party, one.border) == (basin, party, border)]
    counted_there = [one for row in rows for one in row.counted]
    return Receipts(declared=tuple(rows), sources=sources_of(network, counted_there, nature))


def note_of(share: Share) -> ShareNote:
    """A share as it is declared."""
    return ShareNote(
        id=share.id,
        basis=share.basis.value,
        of=share.of,
        percent={party: float(percent) for party, percent in share.percent.items()},
        in_force=share.in_force,
        valid_from=share.valid_from,
        valid_from_verified=share.valid_from_verified,
        verified=share.verified,
        document=share.document,
        source=share.source,
        note=share.note,
    )


def rest_of(fact: Resource | Delivery) -> Rest:
    """On what a declared row rests."""
    return Rest(verified=fact.verified, document=fact.document, source=fact.source, note=fact.note)


def _last(amount: np.ndarray, lasts: np.ndarray) -> Sum:
    found = amount[lasts]
    return Sum(found, np.isnan(found).astype(np.int64))
