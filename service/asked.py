"""The common parameters of questions for series, read from an address, and as `/api` describes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from record.entry import FLAG_BY_WORD, Flag
from record.errors import SelectionError
from record.network import Collection
from record.selection import Selection
from service.describe import CRS
from service.interval import as_of_of, interval_of

_TRUE, _FALSE = ("true", "1", "yes"), ("", "false", "0", "no")
_SPELLINGS_OF_CRS = (CRS, "CRS84", "OGC:CRS84")


def parameter(name: str, description: str, example: str | None = None, **schema: Any) -> dict[str, Any]:
    """A parameter of an address as OpenAPI describes it; of type text unless `schema` says otherwise."""
    said = {"name": name, "in": "query", "required": False, "description": description}
    return said | {"schema": {"type": "string"} | schema} | ({} if example is None else {"example": example})


PARAMETERS: tuple[dict[str, Any], ...] = (
    parameter(
        "datetime",
        "An instant, or an interval a/b, a/.. or ../b, in RFC 3339 with offset; a bare date is that day in UTC",
        "2026-05-01T00:00:00Z/2026-05-31T00:00:00Z",
    ),
    parameter("parameter-name", "Ids of quantities, separated by commas", "inflow,release"),
    parameter("as-of", "A time with offset, or a number of entries: what was known before it"),
    parameter(
        "quality",
        "Wanted flags, separated by commas: good, unknown, suspect, bad; other readings keep their flag alone",
        "good,unknown",
    ),
    parameter("status", "Whether each reading comes with how far a person has reviewed it", type="boolean"),
    parameter("crs", "The reference system of the answer: CRS84 alone, longitude before latitude"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The common parameters of EDR questions, as read from the address."""

    start: datetime
    end: datetime
    names: tuple[str, ...]
    as_of: datetime | int | None
    flags: frozenset[Flag] | None
    status: bool = False

    def selection(self, collection: Collection, stations: tuple[str, ...]) -> Selection:
        """The question to the archive, for these stations of the collection.

        Raises `SelectionError` for a quantity that the collection or every one of these stations does not hold.
        """
        known = collection.quantities
        strange = [name for name in self.names if name not in known]
        if strange:
            raise SelectionError(
                f"parameter-name {strange[0][:40]!r} is not in {collection.id}: use {', '.join(known)}"
            )
        given = [series for series in collection.series if series.station in stations]
        series = tuple(series.id for series in given if series.quantity in (self.names or known))
        if not series:
            raise SelectionError(
                f"parameter-name {', '.join(self.names)} is not given by {', '.join(stations)} in {collection.id}: "
                f"use {', '.join(dict.fromkeys(series.quantity for series in given))}"
            )
        return Selection(
            series=series, start=self.start, end=self.end, as_of=self.as_of, flags=self.flags, status=self.status
        )


def asked(given: Mapping[str, str], now: datetime) -> Asked:
    """Read the common parameters of an address; some clients spell `parameter_names`, which is taken for the same.

    Parameters that nobody knows are passed over, for the field's clients send some of their own.
    Raises `SelectionError` for one that cannot be read.
    """
    crs = given.get("crs")
    if crs and crs not in _SPELLINGS_OF_CRS:
        raise SelectionError(f"crs {crs[:60]!r} is not a reference system of ours: use CRS84")
    start, end = interval_of(given.get("datetime"))
    said = given.get("parameter-name", given.get("parameter_names", ""))
    names = tuple(name.strip() for name in said.split(",") if name.strip())
    return Asked(
        start, end, names, as_of_of(given.get("as-of"), now), _flags_of(given.get("quality")), _status_of(given)
    )


def _flags_of(quality: str | None) -> frozenset[Flag] | None:
    if quality is None:
        return None
    words = [word.strip() for word in quality.split(",") if word.strip()]
    strange = [word for word in words if word not in FLAG_BY_WORD]
    if strange or not words:
        raise SelectionError(f"quality {quality[:40]!r} holds no flag of ours: use {', '.join(FLAG_BY_WORD)}")
    return frozenset(FLAG_BY_WORD[word] for word in words)


def _status_of(given: Mapping[str, str]) -> bool:
    said = given.get("status", "").strip().lower()
    if said not in _TRUE + _FALSE:
        raise SelectionError(f"status {said[:40]!r} is neither true nor false: write one of them")
    return said in _TRUE
