"""What one KN-15 telegram holds once its groups have been told apart: sections, fields, doubts and faults.

Nothing here has a month or a year: a telegram names only days, and `dating` places them. Numbers that were measured are
`Decimal`, code figures and days are `int`, two-figure code names that keep their leading zero are `str`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

Item = dict[str, Decimal | int | None]
Field = Decimal | int | str | Item | list[Item] | None


@dataclass(frozen=True, slots=True)
class Fault:
    """Groups that could not be read: the text, the number of the first (the index is 1), how many, and why."""

    token: str
    at: int
    reason: str
    span: int = 1


@dataclass(slots=True)
class Section:
    """One section: its number in the code, its marker as sent, and its fields by name in the order they came.

    Fields: levels, thickness and depth in cm, discharge in m3/s, volume in million m3, area in m2, temperature in
    degrees Celsius, precipitation in mm. None is "sent as missing"; a field that is absent was not sent. `places`
    gives the number of the group that said a field, `doubts` what the reader is unsure of, `read` every group used.
    """

    number: int
    marker: str | None = None
    head: dict[str, int | str] = field(default_factory=dict)
    fields: dict[str, Field] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    doubts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    read: list[int] = field(default_factory=list)
    at: int = 0

    def put(self, name: str, value: Field, doubts: tuple[str, ...] = ()) -> None:
        """Keep a field said by the group that is being read."""
        self.fields[name] = value
        self.places[name] = self.at
        if doubts:
            self.doubt(name, doubts)

    def add(self, name: str, items: list[Item], doubts: tuple[str, ...] = ()) -> None:
        """Append to a field that holds a list, because its group may be repeated."""
        held = self.fields.setdefault(name, [])
        if isinstance(held, list):
            held.extend(items)
        self.places.setdefault(name, self.at)
        if doubts:
            self.doubt(name, doubts)

    def doubt(self, name: str, doubts: tuple[str, ...]) -> None:
        """Add doubts about a field."""
        self.doubts[name] = self.doubts.get(name, ()) + doubts

    def number_of(self, name: str) -> Decimal | None:
        """The field as a number; None where it was sent as missing, was not sent, or is no measured number."""
        value = self.fields.get(name)
        return value if isinstance(value, Decimal) else None

    def to_dict(self) -> dict[str, object]:
        """Plain view: section number, marker and its figures, then the fields."""
        marker = {} if self.marker is None else {"marker": self.marker[:3]}
        return {"section": self.number, **marker, **self.head, **self.fields}


@dataclass(slots=True)
class Telegram:
    """One telegram up to its end mark `=`.

    `tokens` are its groups as sent (control bytes taken out), `station` the post index, `day` and `hour` local, `n`
    the contents figure; each is None where it was not sent or is not legal. `refused` says why the whole telegram
    is not KN-15, `undated` why nothing in it can be placed in time.
    """

    tokens: tuple[str, ...]
    station: str | None = None
    day: int | None = None
    hour: int | None = None
    n: int | None = None
    nil: bool = False
    refused: str | None = None
    undated: str | None = None
    sections: list[Section] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    own_flags: list[str] = field(default_factory=list)
    encoding: str = "utf-8"

    @property
    def text(self) -> str:
        """The groups, one blank apart."""
        return " ".join(self.tokens)

    @property
    def flags(self) -> tuple[str, ...]:
        """Every doubt in the telegram, once each."""
        return tuple(dict.fromkeys([*self.own_flags, *_doubts_of(self.sections)]))

    def fault(self, at: int, reason: str, span: int = 1) -> None:
        """Keep the `span` groups from number `at` as unreadable."""
        self.faults.append(Fault(" ".join(self.tokens[at - 1 : at - 1 + span]), at, reason, span))

    def to_dict(self) -> dict[str, object]:
        """Plain view; keys that do not apply are absent."""
        head = {"station": self.station, "day": self.day, "hour": self.hour, "n": self.n, "nil": self.nil or None}
        view: dict[str, object] = {key: value for key, value in head.items() if value is not None}
        view["sections"] = [section.to_dict() for section in self.sections]
        if self.flags:
            view["flags"] = list(self.flags)
        if self.faults:
            view["errors"] = [{"token": fault.token, "reason": fault.reason} for fault in self.faults]
        return view


def _doubts_of(sections: Iterable[Section]) -> list[str]:
    return [doubt for section in sections for doubts in section.doubts.values() for doubt in doubts]
