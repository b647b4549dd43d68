"""The history of one reading: all that was ever said of it, on what that rests, and how to prove it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from record.archive import Said
from record.entry import Flag
from record.leaf import write_time
from record.quantities import Quantity
from record.review import Reviewed
from service.language.words import FLAGS
from service.page.site import terms
from service.page.site.readings import written_of
from service.page.sources.refusals import ByNetwork
from service.reports.told import refusals

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

    `before` is what of it stood otherwise in the saying before it, "" where nothing did, None of the first. `tests` are
    the checks that were made of it, each with the flag that it gave; those that had no value to look at are none where
    it is `unchecked`. `state` is how its entry stands with
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
    reason: str
    before: str | None
    unchecked: bool
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
    quantity: Quantity,
    said: Sequence[Said],
    reviews: Sequence[Reviewed],
    beside: Mapping[int, Beside],
    teller: ByNetwork,
    api: Callable[..., str],
    as_of: str | None,
) -> History:
    """The history of a reading of which this was said; `beside` is what is known of each of the entries."""
    time = write_time(at)
    return History(
        series=series,
        at=at,
        time=time,
        unit=quantity.label,
        said=tuple(
            _saying(one, last, beside[one.entry], quantity, teller, api)
            for last, one in zip((None, *said), said, strict=False)
        ),
        reviews=tuple(reviews),
        api=api("/history", series=series, time=time, as_of=as_of),
    )


def _saying(
    one: Said, last: Said | None, beside: Beside, quantity: Quantity, teller: ByNetwork, api: Callable[..., str]
) -> Saying:
    grounds = beside.grounds or {}
    unchecked = one.value is None and bool(one.tests)
    return Saying(
        written=None if one.value is None else f"{one.value:f}",
        shown=written_of(one, quantity, teller.language),
        flag=one.flag.word,
        status=one.status.word,
        method=one.method,
        source=one.source,
        received=one.received,
        entered=one.entered,
        entry=one.entry,
        reason=refusals.given(teller, one.reason) if one.reason else "",
        before=None if last is None else ", ".join(_otherwise(last, one, quantity, teller)),
        unchecked=unchecked,
        tests=tuple(
            (check, flag.word) for check, flag in one.tests.items() if not unchecked or flag in (Flag.SUSPECT, Flag.BAD)
        ),
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


def _otherwise(last: Said, one: Said, quantity: Quantity, teller: ByNetwork) -> Iterator[str]:
    """What a saying said that the next one says otherwise."""
    language = teller.language
    if last.value != one.value:
        yield written_of(last, quantity, language)
    if last.flag != one.flag:
        yield language.word(FLAGS, last.flag.word)
    if last.status != one.status:
        yield language.word(terms.LEVELS, last.status.word)
    if last.method != one.method:
        yield language.word(terms.METHODS, last.method)


def _grounds(grounds: Mapping[str, Any]) -> list[Ground]:
    inputs = [
        Ground(series=str(one["series"]), entries=_listed(one["entries"]))
        for one in grounds.get("inputs", ())[:_INPUTS]
    ]
    because = grounds.get("because", ())
    return [*inputs, *([Ground(series="", entries=_listed(because))] if because else [])]


def _listed(entries: Sequence[int]) -> str:
    return ", ".join(map(str, entries))
