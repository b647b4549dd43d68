"""Thresholds for tests over the network of `tests.ingest.computing`, and a record that judges what it hears."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from ingest.consequence import Change, Consequence
from ingest.follow import enter
from ingest.quality.climatology import Climate
from ingest.quality.context import Context, Known, NoContext, Season, Span
from ingest.quality.judge import judge
from ingest.quality.record_context import RecordContext
from ingest.quality.rejudge import rejudge
from record.archive.history import Said
from record.batch import Batch
from record.entry import Flag, Observation, Receipt
from record.network import Network
from record.network.threshold import (
    Climatology,
    FlatLine,
    Gap,
    GrossRange,
    MassBalance,
    Neighbour,
    RateOfChange,
    RatingResidual,
    Spike,
    Thresholds,
)
from tests.ingest import computing

FLOW, DAILY, FAR = "post:kg.discharge.term", "post:kg.discharge.daily", "far:kz.discharge.daily"
LEVEL, POOL, STORAGE = "post:kg.level.term", "kirov:kg.level.term", "kirov:kg.storage.term"
INFLOW, RELEASE = "kirov:kg.inflow.daily", "kirov:kg.release.daily"
DISCHARGE = {"quantity": "discharge", "source": "made up for tests"}

_KINDS: Mapping[str, Any] = {
    "gross_range": GrossRange,
    "climatology": Climatology,
    "rate_of_change": RateOfChange,
    "spike": Spike,
    "flat_line": FlatLine,
    "gap": Gap,
    "neighbour": Neighbour,
    "mass_balance": MassBalance,
    "rating_residual": RatingResidual,
}


def row(kind: str, **said: object) -> dict[str, tuple[object, ...]]:
    """One row of a kind, of the discharge unless it says otherwise."""
    facts = {"source": "made up for tests"} if kind in ("neighbour", "mass_balance", "rating_residual") else DISCHARGE
    return {kind: (_KINDS[kind].model_validate(facts | said),)}


def declared(*rows: Mapping[str, tuple[object, ...]], **changed: object) -> Network:
    """The network of two posts and a reservoir with these thresholds."""
    kinds: dict[str, tuple[object, ...]] = {}
    for one in rows:
        for kind, found in one.items():
            kinds[kind] = (*kinds.get(kind, ()), *found)
    return computing.network(thresholds=Thresholds(**kinds), **changed)  # type: ignore[arg-type]


class AllKnown:
    """A context of readings as (series, moment, value), with what was asked of it; and one climate for all."""

    def __init__(self, *said: tuple[str, datetime, float], withdrawn: int = -1, climate: Climate | None = None) -> None:
        self.asked: list[Mapping[str, Span]] = []
        self.seasons: list[Season] = []
        self._said, self._withdrawn, self._climate = said, withdrawn, climate

    def readings(self, wanted: Mapping[str, Span]) -> Known:
        """Those that lie within what is wanted."""
        self.asked.append(dict(wanted))
        rows = [
            (number, int(moment.timestamp()), value, number == self._withdrawn)
            for number, (name, moment, value) in enumerate(self._said)
            if name in wanted and wanted[name][0] <= moment.timestamp() < wanted[name][1]
        ]
        return Known(
            series=tuple(name for name, *_ in self._said),
            which=np.array([number for number, *_ in rows], dtype=np.int64),
            time=np.array([time for _, time, *_ in rows], dtype=np.int64),
            value=np.array([value for *_, value, _ in rows], dtype=np.float64),
            withdrawn=np.array([bad for *_, bad in rows], dtype=bool),
        )

    def climate(self, wanted: Sequence[Season], said: Known) -> Mapping[Season, Climate]:
        """The same of every series."""
        self.seasons += wanted
        return {} if self._climate is None else dict.fromkeys(wanted, self._climate)


NOTHING = NoContext()


def found(network: Network, context: Context, *said: Observation) -> Batch:
    """What the judge makes of a message."""
    return judge(Batch.of(said), network, context)


def verdicts(network: Network, check: str, context: Context, *said: Observation) -> list[int]:
    """What one check found of a message."""
    batch = found(network, context, *said)
    assert batch.verdicts is not None
    verdict: list[int] = batch.verdicts[:, batch.checks.index(check)].tolist()
    return verdict


class Court(computing.House):
    """A record in which all that is heard is judged in the light of what stands, and late context is followed."""

    def hear(self, *said: Observation, source: str = "telegrams") -> list[str]:
        """Judge and enter a message, and what follows of it; return the flags with which it was entered."""
        self.said += 1
        body = f"{source} {self.said}".encode()
        receipt = Receipt(source=source, name="message", media="text/plain", received=self.now(), body=body)
        context, by_person = RecordContext(self.archive, self.record.network), source.startswith("amendments-")
        batch = judge(Batch.of(said), self.record.network, context, by_person=by_person)
        self.pen.append(receipt, batch, (), self.now, reason="said so")
        self.settle([change(one) for one in said])
        return [Flag(flag).word for flag in batch.flag.tolist()]

    def settle(self, changes: Sequence[Change]) -> None:
        """Enter what follows from changes; asked again, nothing more does."""
        enter(list(self.follows(changes)), self.pen, self.now)
        assert list(self.follows(changes)) == []

    def follows(self, changes: Sequence[Change]) -> Sequence[Consequence]:
        """What follows from changes for the flags of others."""
        return list(rejudge(changes, self.record.network, self.archive))

    def stands(self, series: str, moment: datetime) -> Said:
        """What stands of a reading."""
        return self.archive.history(series, moment)[-1]

    def flags(self, series: str) -> list[str]:
        """The flags that stand in a series, in order of time."""
        return [flag for _, (_, flag) in sorted(self.values(series).items())]


def change(one: Observation) -> Change:
    """That something was said of a reading."""
    time = int(one.time.timestamp())
    return Change(series=one.series, start=time, end=time + 1)
