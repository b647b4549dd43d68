"""Ids are short, plain and never shared."""

import re
from collections.abc import Iterator
from typing import Any

from record.network.declared import Declared
from record.network.row import Row

RESERVED = frozenset({"config", "reports", "seals", "quality", "derived", "follow"})
"""Sources of entries that the record makes itself: no message comes from them."""
RESERVED_BEGINNINGS = ("amendments-", "reviews-")

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_PLAIN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def ids_are_plain(declared: Declared) -> None:
    """Ids go into addresses and file names: small letters, digits and single hyphens."""
    for kind, name, row in _ids(declared):
        parts = name.split(":") if kind == "station" else [name]
        if not all(_PLAIN.fullmatch(part) for part in parts):
            raise row.wrong(f"{kind} id {name!r} is not plain: use small letters, digits and single hyphens", "id")
    for site in declared.sites:
        if not _PLAIN.fullmatch(site.fact.river):
            raise site.wrong(f"river {site.fact.river!r} is not plain: use small letters, digits and hyphens", "river")


def ids_are_unique(declared: Declared) -> None:
    """No two facts of one kind share an id, in whatever files they stand."""
    first: dict[tuple[str, str], Row[Any]] = {}
    for kind, name, row in _ids(declared):
        earlier = first.setdefault((kind, name), row)
        if earlier is not row:
            raise row.wrong(f"{kind} id {name!r} is already taken at {earlier.where('id')}: choose another", "id")
    ministries: set[str] = set()
    for party in declared.parties:
        for number, ministry in enumerate(party.fact.ministries):
            if ministry.id in ministries:
                raise party.wrong(f"ministry id {ministry.id!r} is taken twice: choose another", "ministries", number)
            ministries.add(ministry.id)


def source_ids_are_free(declared: Declared) -> None:
    """No source takes the name under which the record itself enters what it says."""
    for row in declared.sources:
        name = row.fact.id
        if name in RESERVED or name.startswith(RESERVED_BEGINNINGS):
            raise row.wrong(f"source id {name!r} is the record's own: choose another, such as {name}-posts", "id")


def names_are_no_formulas(declared: Declared) -> None:
    """Tables hold names as they stand, and a spreadsheet works out what begins as a formula does."""
    for kind, name, row in _ids(declared):
        for language, text in (getattr(row.fact, "names", None) or {}).items():
            if text.startswith(_FORMULA):
                raise row.wrong(
                    f"{kind} {name!r}: the name {text[:40]!r} begins as a formula of a spreadsheet does, with one of "
                    "= + - @, a tab or a line's end: begin it with a letter or a digit",
                    "names",
                    language,
                )


def _ids(declared: Declared) -> Iterator[tuple[str, str, Row[Any]]]:
    groups: dict[str, tuple[Row[Any], ...]] = {
        "party": declared.parties,
        "basin": declared.basins,
        "site": declared.sites,
        "station": declared.stations,
        "share": declared.shares,
        "season plan": declared.season_plans,
        "source": declared.sources,
        "obligation": declared.obligations,
        "rating curve": declared.rating_curves,
        "reservoir curve": declared.reservoir_curves,
        "reach": declared.reaches,
        "river": declared.rivers,
    }
    for kind, rows in groups.items():
        for row in rows:
            yield kind, row.fact.id, row
