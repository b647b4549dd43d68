"""On what a computed value rests, as its receipt states it: rule, declared facts by their hash, and entries used."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from ingest.derive.column import NOBODY
from ingest.derive.rule import Computed, Span, Worked
from ingest.derive.validity import bounds
from record.network.curve import RatingCurve, ReservoirCurve, Shift
from record.network.derived import Balance, Input
from record.network.fact import Fact
from record.proof import canonical
from record.quantities import quantity_of

_NAMED = 3
"""How many inputs a reason names; the receipt names all."""


def hash_of(facts: Sequence[Fact]) -> str:
    """SHA-256 (hex) of the declared facts, in canonical JSON: what has another hash computes otherwise."""
    said = [{"kind": type(fact).__name__, **_plain(fact)} for fact in facts]
    return hashlib.sha256(canonical.encode(said)).hexdigest()


def grounds_of(asked: Computed, facts: Sequence[Fact], worked: Worked, size: int) -> dict[str, Any]:
    """The grounds of some rows, computed by `facts` and worked out when the journal held `size` entries."""
    stated: dict[str, Any] = {
        "rule": str(asked.row.by),
        "series": worked.series,
        "unit": quantity_of(worked.series.rsplit(".", 2)[1]).unit,
        "network": asked.network.version,
        "hash": hash_of([asked.row, *facts]),
        "curves": curves_of(facts),
        "shifts": [_plain(fact) for fact in facts if isinstance(fact, Shift)],
        "inputs": [_input(one, worked) for one in asked.row.inputs],
        "size": size,
    }
    window = next((fact.window_days for fact in facts if isinstance(fact, Balance)), None)
    return stated if window is None else stated | {"window_days": window}


def used_facts(asked: Computed, facts: Sequence[Fact], read: Iterable[Span]) -> list[Fact]:
    """Those of the facts by which something was computed from inputs of these times: of dated ones those that held."""
    starts, ends = zip(*read, strict=True)
    return [fact for fact in facts if _held(fact, asked, min(starts), max(ends))]


def turns_of(facts: Iterable[Fact], zone: ZoneInfo) -> list[int]:
    """The moments at which a dated fact begins or ends to hold, rising, in seconds since 1970."""
    dated = (fact for fact in facts if isinstance(fact, RatingCurve | ReservoirCurve | Shift))
    return sorted({moment for fact in dated for moment in bounds(fact, zone)})


def _held(fact: Fact, asked: Computed, start: int, end: int) -> bool:
    if not isinstance(fact, RatingCurve | ReservoirCurve | Shift):
        return True
    begins, ends = bounds(fact, asked.zone)
    return begins < end and ends > start


def _input(one: Input, worked: Worked) -> dict[str, Any]:
    """A series that was used: by which entries, and how it counts where that is not once and at the same time."""
    used = worked.used[one.series]
    stated: dict[str, Any] = {"series": one.series, "entries": np.unique(used[used != NOBODY]).tolist()}
    if one.weight != 1:
        stated["weight"] = str(one.weight)
    if one.lag_days:
        stated["lag_days"] = one.lag_days
    return stated


def curves_of(facts: Sequence[Fact]) -> list[str]:
    """The ids of the curves among declared facts."""
    return [fact.id for fact in facts if isinstance(fact, RatingCurve | ReservoirCurve)]


def reason_of(worked: Worked, facts: Sequence[Fact], standing: np.ndarray, *, had_values: bool) -> str:
    """Why rows are written in the place of those of the entries `standing`, -1 where nothing stood.

    Either an input was said later than they were, or else something else is declared now than when they were computed.
    """
    later: dict[str, int] = {}
    for series, used in worked.used.items():
        newer = used[used > np.where(standing == NOBODY, np.iinfo(np.int64).max, standing)[:, np.newaxis]]
        if len(newer):
            later[series] = int(newer.max())
    if later:
        verb = "was corrected by" if had_values else "came with"
        named = [f"{series} {verb} entry {entry}" for series, entry in list(later.items())[:_NAMED]]
        more = [f"and {len(later) - _NAMED} more inputs"] if len(later) > _NAMED else []
        return "; ".join(named + more)
    if not worked.told.any():
        return "no input or curve that is declared now gives it any more"
    curves = ", ".join(curves_of(facts))
    return f"rule, balance or curves are declared otherwise now{', these hold: ' if curves else ''}{curves}"


def _plain(fact: Fact) -> dict[str, Any]:
    """A fact as text, lists and tables, without what is not said."""
    return {key: _spelled(value) for key, value in fact.model_dump(mode="json", exclude_none=True).items()}


def _spelled(said: Any) -> Any:
    """Canonical JSON knows neither truth values nor numbers below nought: both become words."""
    if isinstance(said, dict):
        return {key: _spelled(value) for key, value in said.items()}
    if isinstance(said, list | tuple):
        return [_spelled(value) for value in said]
    return said if isinstance(said, str) or said is None else str(said)
