"""The history of one reading: all that was ever said of it, on what that rests, and how to prove it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from record.archive import Said
from record.leaf import write_time
from record.review import Reviewed
from service.language import Language
from service.page.site.readings import as_written

_INPUTS = 20
"""Of a mean of many readings so many inputs are named; its receipt names all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The bytes on which an entry rests: their SHA-256, their media type, and where they are to be had."""

    sha256: str
    media: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """On what a computed value rests: a series, and the entries that said it, as text."""

    series: str
    entries: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """One saying of a reading; `written` is its value as the entry has it, None where it gives none.

    `tests` are the checks that were made of it, each with the flag that it gave; `state` is how its entry stands with
    both countries, `proof` the address of its proof file, None before a checkpoint holds the entry. `grounds`, `curves`
    and `rule` are of what follows from other readings.
    """

    written: str | None
    shown: str
    flag: str
    status: str
    method: str
    source: str
    received: datetime
    entered: datetime
    entry: int
    reason: str | None
    tests: tuple[tuple[str, str], ...]
    state: str
    proof: str | None
    originals: tuple[Original, ...]
    rule: str | None
    curves: tuple[str, ...]
    grounds: tuple[Ground, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All of one reading, the oldest saying first; `api` is the address of the same for programs."""

    series: str
    at: datetime
    time: str
    unit: str
    said: tuple[Saying, ...]
    reviews: tuple[Reviewed, ...]
    api: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What is known of an entry: its state, its originals, and its grounds as its receipt states them.

    `held` is whether a checkpoint holds it, so that it can be proved.
    """

    state: str
    held: bool
    originals: Sequence[tuple[str, str]]
    grounds: Mapping[str, Any] | None


def history_of(
    series: str,
    at: datetime,
    unit: str,
    said: Sequence[Said],
    reviews: Sequence[Reviewed],
    beside: Mapping[int, Beside],
    language: Language,
    api: Callable[..., str],
    as_of: str | None,
) -> History:
    """The history of a reading of which this was said; `beside` is what is known of each of the entries."""
    time = write_time(at)
    return History(
        series=series,
        at=at,
        time=time,
        unit=unit,
        said=tuple(_saying(one, beside[one.entry], language, api) for one in said),
        reviews=tuple(reviews),
        api=api("/history", series=series, time=time, as_of=as_of),
    )


def _saying(one: Said, beside: Beside, language: Language, api: Callable[..., str]) -> Saying:
    grounds = beside.grounds or {}
    return Saying(
        written=None if one.value is None else f"{one.value:f}",
        shown=as_written(one.value, language),
        flag=one.flag.word,
        status=one.status.word,
        method=one.method,
        source=one.source,
        received=one.received,
        entered=one.entered,
        entry=one.entry,
        reason=one.reason,
        tests=tuple((check, flag.word) for check, flag in one.tests.items()),
        state=beside.state,
        proof=api("/proof", entry=one.entry) if beside.held else None,
        originals=tuple(
            Original(sha256=sha256, media=media, href=api(f"/log/receipt/{sha256}"))
            for sha256, media in beside.originals
        ),
        rule=grounds.get("rule"),
        curves=(*grounds.get("curves", ()), *map(str, grounds.get("shifts", ()))),
        grounds=tuple(_grounds(grounds)),
    )


def _grounds(grounds: Mapping[str, Any]) -> list[Ground]:
    inputs = [
        Ground(series=str(one["series"]), entries=_listed(one["entries"]))
        for one in grounds.get("inputs", ())[:_INPUTS]
    ]
    because = grounds.get("because", ())
    return [*inputs, *([Ground(series="", entries=_listed(because))] if because else [])]


def _listed(entries: Sequence[int]) -> str:
    return ", ".join(map(str, entries))
