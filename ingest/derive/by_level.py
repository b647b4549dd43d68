"""What is read off a curve at a level: each time by itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.consequence import Change
from ingest.derive.column import Column
from ingest.derive.rating import discharge
from ingest.derive.rule import Computed, Span, Worked
from ingest.derive.storage import storage, surface
from ingest.derive.validity import NOTHING, in_force
from record.entry import Flag
from record.network.curve import RatingCurve, ReservoirCurve, Shift
from record.network.fact import Fact

Values = NDArray[np.float64]
Times = NDArray[np.int64]

Reading = Callable[[Computed, Values, Times], tuple[Values, NDArray[np.bool_]]]
"""From levels and times to values, and which of them are in doubt."""


@dataclass(frozen=True, slots=True)
class ByLevel:
    """Reads a value off the curves of the station, at the times of its level."""

    read: Reading
    curves: Callable[[Computed], Sequence[RatingCurve | ReservoirCurve]]
    corrections: Callable[[Computed], Sequence[Fact]] = lambda _asked: ()

    def touched(self, asked: Computed, change: Change) -> Span:  # noqa: ARG002 - every rule is asked alike
        """The same times."""
        return change.start, change.end

    def reads(self, asked: Computed, span: Span) -> Mapping[str, Span]:
        """The same times of the level."""
        return {asked.inputs[0].id: span}

    def facts(self, asked: Computed) -> Sequence[Fact]:
        """The curves of the station, and its shifts."""
        return [*self.curves(asked), *self.corrections(asked)]

    def work(self, asked: Computed, inputs: Mapping[str, Column], span: Span) -> Sequence[Worked]:
        """A value for each level of the span; while no curve holds nothing is said."""
        level = inputs[asked.inputs[0].id].within(*span)
        values, doubtful = self.read(asked, level.usable(), level.times)
        return [
            Worked(
                series=asked.series,
                times=level.times,
                values=values,
                doubtful=doubtful | level.suspect(),
                told=in_force(level.times, self.curves(asked), asked.zone) != NOTHING,
                used={asked.inputs[0].id: level.entries[:, np.newaxis]},
            )
        ]


def ratings_of(asked: Computed) -> Sequence[RatingCurve]:
    """The rating curves of the station."""
    return [curve for curve in asked.network.rating_curves if curve.station == asked.row.station]


def shifts_of(asked: Computed) -> Sequence[Shift]:
    """The shifts of the station."""
    return [shift for shift in asked.network.shifts if shift.station == asked.row.station]


def reservoir_curves_of(asked: Computed) -> Sequence[ReservoirCurve]:
    """The curves of the reservoir."""
    return [curve for curve in asked.network.reservoir_curves if curve.station == asked.row.station]


def _discharge(asked: Computed, level: Values, times: Times) -> tuple[Values, NDArray[np.bool_]]:
    values, verdict = discharge(level, times, ratings_of(asked), shifts_of(asked), asked.zone)
    return values, verdict == Flag.SUSPECT


def _of_reservoir(asked: Computed, level: Values, times: Times) -> tuple[Values, NDArray[np.bool_]]:
    read = surface if asked.quantity == "surface" else storage
    return read(level, times, reservoir_curves_of(asked), asked.zone), np.zeros(times.shape, dtype=bool)


BY_RATING = ByLevel(_discharge, ratings_of, shifts_of)
BY_RESERVOIR_CURVE = ByLevel(_of_reservoir, reservoir_curves_of)
