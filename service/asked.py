"""The common parameters of questions for series, read from an address, and as `/api` describes them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from record.entry import FLAG_BY_WORD, Flag
from record.errors import SelectionError
from record.network import Collection
from record.quantities import QUANTITIES
from record.selection import Selection
from service.describe.reference import SPELLINGS, is_ours, why_not
from service.interval import as_of_of, interval_of
from service.place.box import refuse_malformed_z

_TRUE, _FALSE = ("true", "1", "yes"), ("", "false", "0", "no")
_TIME = r"(19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d)(T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(Z|[+-](0\d|1[0-4]):00))?"
_WHEN = rf"^({_TIME}|{_TIME}/\.\.|\.\./{_TIME})$|^{_TIME}/{_TIME}$"


def parameter(name: str, description: str, example: Any = None, **schema: Any) -> dict[str, Any]:
    """A parameter of an address as OpenAPI describes it; of type text unless `schema` says otherwise."""
    said = {"name": name, "in": "query", "required": False, "description": description}
    listed = {"style": "form", "explode": False} if schema.get("type") == "array" else {}
    return said | listed | {"schema": {"type": "string"} | schema} | ({} if example is None else {"example": example})


DATETIME = parameter(
    "datetime",
    "An instant, or an interval a/b, a/.. or ../b, in RFC 3339 with offset; a bare date is that day in UTC, or in a "
    "collection of means that day in the calendar of each station",
    "2026-05-01T00:00:00Z/2026-05-31T00:00:00Z",
    pattern=_WHEN,
)
CRS_WANTED = parameter(
    "crs", "The reference system of question and answer: CRS84 alone, longitude before latitude", enum=list(SPELLINGS)
)
PARAMETERS: tuple[dict[str, Any], ...] = (
    DATETIME,
    parameter(
        "parameter-name",
        "Ids of quantities, separated by commas; parameter_names is taken for the same",
        ["inflow", "release"],
        type="array",
        items={"type": "string", "enum": list(QUANTITIES)},
        minItems=1,
    ),
    parameter(
        "as-of",
        "A time with offset, or a number of entries: what was known before it",
        pattern=rf"^\d{{1,9}}$|^{_TIME}$",
    ),
    parameter(
        "quality",
        "Wanted flags, separated by commas; other readings keep their flag alone",
        ["good", "unknown"],
        type="array",
        items={"type": "string", "enum": list(FLAG_BY_WORD)},
        minItems=1,
    ),
    parameter("status", "Whether each reading comes with how far a person has reviewed it", type="boolean"),
    CRS_WANTED,
    parameter(
        "z",
        "A height, a range a/b, a list or a sequence; readings have no height of their own, and it changes nothing",
        pattern=r"^\d{1,5}(/\d{1,5})?$",
    ),
)


_OURS = (
    "datetime", "parameter-name", "as-of", "quality", "status", "crs", "z", "f", "coords", "bbox", "within",
    "within-units", "limit", "after", "before",
)  # fmt: skip
_CALLED_OTHERWISE = {
    "datetime": "date dates time times datetimes daterange timerange period interval from to since until start end "
    "begin starttime endtime startdate enddate starttimestamp",
    "parameter-name": "parameter parameters param params parameternames variable variables quantity quantities",
    "quality": "qualities flag flags qualityflag qualityflags",
    "as-of": "asat",
    "f": "format output outputformat",
    "coords": "coord coordinates",
    "bbox": "box boundingbox",
    "within-units": "withinunit",
    "limit": "limits",
}
_MEANT = {
    **{"".join(filter(str.isalnum, name)): name for name in _OURS},
    **{said: name for name, many in _CALLED_OTHERWISE.items() for said in many.split()},
}
_TAKEN = ("parameter_names",)
_LONGEST_NAME = 40


def refuse_misspelt(given: Iterable[str], meant: Mapping[str, str] = _MEANT) -> None:
    """Raise `SelectionError` for the name of a parameter that all but says one of ours, in any case or with any marks.

    Passed over, `as_of` would be answered with what is known today. Names that are like none of ours pass: the field's
    clients send some of their own. `meant` says what to write instead, by letters and digits alone.
    """
    for name in given:
        bare = "".join(filter(str.isalnum, name[:_LONGEST_NAME].lower()))
        ours = meant.get(bare)
        if ours is not None and name != ours and name not in _TAKEN:
            raise SelectionError(f"{name[:_LONGEST_NAME]!r} is no parameter of this address: write {ours}")


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
        wanted, given = self.quantities(collection), collection.of_stations(stations)
        series = tuple(series.id for series in given if series.quantity in wanted)
        if not series:
            raise SelectionError(
                f"parameter-name {', '.join(self.names)} is not given by {', '.join(stations)} in {collection.id}: "
                f"use {', '.join(dict.fromkeys(series.quantity for series in given))}"
            )
        return Selection(
            series=series, start=self.start, end=self.end, as_of=self.as_of, flags=self.flags, status=self.status
        )

    def quantities(self, collection: Collection) -> tuple[str, ...]:
        """The quantities that are asked for; raises `SelectionError` for one that the collection does not hold."""
        known = collection.quantities
        strange = [name for name in self.names if name not in known]
        if strange:
            raise SelectionError(
                f"parameter-name {strange[0][:40]!r} is not in {collection.id}: use {', '.join(known)}"
            )
        return tuple(dict.fromkeys(self.names)) or known


def asked(given: Mapping[str, str], now: datetime, zones: Sequence[ZoneInfo] = ()) -> Asked:
    """Read the common parameters of an address; some clients spell `parameter_names`, which is taken for the same.

    Bare dates are days of these `zones`, or of UTC where there are none.

    Parameters that nobody knows are passed over, for the field's clients send some of their own.
    Raises `SelectionError` for one that cannot be read.
    """
    refuse_other_crs(given.get("crs"))
    refuse_malformed_z(given.get("z"))
    start, end = interval_of(given.get("datetime"), zones)
    return Asked(
        start,
        end,
        names_of(given),
        as_of_of(given.get("as-of"), now),
        _flags_of(given.get("quality")),
        _status_of(given),
    )


def names_of(given: Mapping[str, str]) -> tuple[str, ...]:
    """The quantities that are asked for, in any case of letters, none where all are.

    Some clients spell `parameter_names`.
    """
    said = given.get("parameter-name", given.get("parameter_names", ""))
    names = (name.strip() for name in said.split(",") if name.strip())
    return tuple(name.lower() if name.lower() in QUANTITIES else name for name in names)


def refuse_other_crs(name: str | None) -> None:
    """Raise `SelectionError` for any reference system but CRS84."""
    if name and not is_ours(name):
        raise SelectionError(why_not(name))


def _flags_of(quality: str | None) -> frozenset[Flag] | None:
    if quality is None:
        return None
    words = [word.strip().lower() for word in quality.split(",") if word.strip()]
    strange = [word for word in words if word not in FLAG_BY_WORD]
    if strange or not words:
        raise SelectionError(f"quality {quality[:40]!r} holds no flag of ours: use {', '.join(FLAG_BY_WORD)}")
    return frozenset(FLAG_BY_WORD[word] for word in words)


def _status_of(given: Mapping[str, str]) -> bool:
    said = given.get("status", "").strip().lower()
    if said not in _TRUE + _FALSE:
        raise SelectionError(f"status {said[:40]!r} is neither true nor false: write one of them")
    return said in _TRUE
