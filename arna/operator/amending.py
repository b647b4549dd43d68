"""`arna amend`: what an amendment would change, before it is entered."""

from collections.abc import Sequence
from decimal import Decimal

from ingest.amendment import Prepared
from record.archive import Archive
from record.entry import Flag, Method, Observation

_SHOWN = 40


def told(made: Prepared, said: Sequence[Observation], archive: Archive) -> str:
    """Each value with what stands in its place, and why it changes; of many values the first ones."""
    lines = [
        f"{one.series} {one.time:%Y-%m-%dT%H:%M:%SZ}: {_stands(one, archive)} -> {_cell(one)}" for one in said[:_SHOWN]
    ]
    if len(said) > _SHOWN:
        lines.append(f"and {len(said) - _SHOWN} more")
    return "\n".join([*lines, f"because: {made.reason}", ""])


def _stands(one: Observation, archive: Archive) -> str:
    stood = archive.history(one.series, one.time)
    return _written(stood[-1].value, stood[-1].flag, stood[-1].method) if stood else "nothing"


def _cell(one: Observation) -> str:
    return _written(one.value, one.flag, one.method)


def _written(value: Decimal | None, flag: Flag, method: str) -> str:
    if value is None:
        return "missing"
    how = f", {Method.ESTIMATED}" if method == Method.ESTIMATED else ""
    return f"{value:f} ({flag.word}{how})"
