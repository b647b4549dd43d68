"""The data of a message, element by element as its template has them: integers, from which numbers are made exactly.

Subsets lie one after another, or compressed: of each element the lowest value of all subsets, and what each adds to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from ingest.written.bufr_message import tables
from ingest.written.bufr_message.bits import Bits, Spent
from ingest.written.bufr_message.envelope import Message
from ingest.written.bufr_message.tables import Element

MAX_STEPS = 100_000
"""Elements of all subsets, and steps of the template, in one message."""
_REPLICATION, _OPERATOR, _SEQUENCE = 1, 2, 3
_FACTORS = frozenset({31000, 31001, 31002})
_ASSOCIATION_EXCEPT = 31
_COUNT_BITS = 6
_ABOUT_DATA = frozenset({222, 223, 224, 225, 232, 235, 236, 237})
_BIAS = 128


@dataclass(frozen=True, slots=True)
class Item:
    """One element of one subset: a number, a text, or None for missing; `code` the associated field beside it.

    `is_aside` of what follows an operator of quality or statistics: it speaks of other elements, not of water.
    """

    element: Element
    value: Decimal | str | None
    code: int | None = None
    is_aside: bool = False


@dataclass(slots=True)
class Subset:
    """What was read of one subset, in its order."""

    items: list[Item] = field(default_factory=list)


@dataclass(slots=True)
class _Changes:
    """What the operators in force change."""

    width: int = 0
    scale: int = 0
    larger: int = 0
    octets: int = 0
    next_width: int = 0
    associated: list[int] = field(default_factory=list)
    is_aside: bool = False

    def applied(self, element: Element) -> Element:
        """An element as they leave it."""
        if element.kind == "string" and self.octets:
            return _changed(element, element.scale, element.reference, 8 * self.octets)
        if not element.is_number:
            return element
        scale = element.scale + self.scale + self.larger
        width = element.width + self.width + (10 * self.larger + 2) // 3
        return _changed(element, scale, element.reference * 10**self.larger, width)


def subsets_of(message: Message) -> tuple[list[Subset], str | None]:
    """All subsets, as far as they can be read, and why no further; None where all is read."""
    subsets: list[Subset] = []
    bits = Bits(message.data)
    steps = 0
    try:
        if message.is_compressed:
            subsets = [Subset() for _ in range(message.subsets)]
            _Walk(message, bits, subsets, steps).along(message.descriptors)
        else:
            for _ in range(message.subsets):
                subsets.append(Subset())
                walk = _Walk(message, bits, subsets[-1:], steps)
                walk.along(message.descriptors)
                steps = walk.steps
        if bits.rest():
            return [], "its data go on after the end of its template: the tables do not fit it"
    except Spent as fault:
        return subsets, str(fault)
    return subsets, None


class _Walk:
    """A walk along the template, through one subset or through all compressed ones at once."""

    def __init__(self, message: Message, bits: Bits, subsets: list[Subset], steps: int) -> None:
        self.message = message
        self.bits = bits
        self.subsets = subsets
        self.steps = steps
        self.changes = _Changes()

    def along(self, descriptors: Sequence[int]) -> None:
        """Read what the descriptors stand for. Raises `Spent` where that cannot be done.

        It goes no deeper than 63 groups and the sequences of the WMO: what a descriptor repeats is shorter than 64.
        """
        at = 0
        while at < len(descriptors):
            at += self._step(descriptors, at)

    def _step(self, descriptors: Sequence[int], at: int) -> int:
        """Read one descriptor and what belongs to it; how many they were."""
        descriptor = descriptors[at]
        kind = descriptor // 100_000
        if kind:
            self._count(1)
        if kind == _REPLICATION:
            return self._replicate(descriptors, at)
        if kind == _OPERATOR:
            self._operate(descriptor)
        elif kind == _SEQUENCE:
            inner = tables.sequence(descriptor, self.message.version)
            if inner is None:
                raise Spent(self._unknown("sequence", descriptor))
            self.along(inner)
        else:
            self._read(descriptor)
        return 1

    def _replicate(self, descriptors: Sequence[int], at: int) -> int:
        size, times = descriptors[at] // 1000 % 100, descriptors[at] % 1000
        first = at + 1
        if times == 0:
            if first >= len(descriptors) or descriptors[first] not in _FACTORS:
                raise Spent("its template repeats without a number of times that can be read")
            times = self._factor(descriptors[first])
            first += 1
        group = descriptors[first : first + size]
        if len(group) != size:
            raise Spent("its template ends within what it repeats")
        for _ in range(times):
            self._count(1)
            self.along(group)
        return first + size - at

    def _factor(self, code: int) -> int:
        """How often to repeat; a number of times is never missing, and all its bits may be set."""
        element = self._element(code)
        found = {_all_ones(element.width) if number is None else number for number in self._plain(element.width)}
        if len(found) != 1:
            raise Spent("its compressed subsets repeat a group unequally often")
        return found.pop()

    def _operate(self, descriptor: int) -> None:
        operator, operand = descriptor // 1000, descriptor % 1000
        changes = self.changes
        if operator == 201:
            changes.width = operand - _BIAS if operand else 0
        elif operator == 202:
            changes.scale = operand - _BIAS if operand else 0
        elif operator == 204:
            self._associate(operand)
        elif operator == 205:
            self._strings(8 * operand)
        elif operator == 206:
            changes.next_width = operand
        elif operator == 207:
            changes.larger = operand
        elif operator == 208:
            changes.octets = operand
        else:
            self._operate_on_data(operator, operand)

    def _operate_on_data(self, operator: int, operand: int) -> None:
        if operator not in _ABOUT_DATA or operand not in (0, 255) or (operand and operator != 237):
            raise Spent(f"operator {_spelled(operator * 1000 + operand)} of its template is not read")
        self.changes.is_aside = True

    def _associate(self, width: int) -> None:
        if width:
            self.changes.associated.append(width)
        elif self.changes.associated:
            self.changes.associated.pop()

    def _read(self, code: int) -> None:
        """Read an element of each subset."""
        known = tables.element(code, self.message.version)
        width, self.changes.next_width = self.changes.next_width, 0
        if width and (known is None or known.width != width):
            self._plain(width)
            return
        if known is None:
            raise Spent(self._unknown("element", code))
        element = self.changes.applied(known)
        codes: list[int | None] = [None] * len(self.subsets)
        if self.changes.associated and element.group != _ASSOCIATION_EXCEPT:
            codes = self._plain(sum(self.changes.associated))
        values = self._strings(element.width) if element.kind == "string" else self._decimals(element)
        for subset, value, beside in zip(self.subsets, values, codes, strict=True):
            subset.items.append(Item(element, value, beside, self.changes.is_aside))

    def _element(self, code: int) -> Element:
        known = tables.element(code, self.message.version)
        if known is None:
            raise Spent(self._unknown("element", code))
        return known

    def _decimals(self, element: Element) -> list[Decimal | None]:
        """The numbers of an element, exactly: (figures + reference) / 10 ** scale."""
        return [
            None if number is None else Decimal(f"{number + element.reference}E{-element.scale}")
            for number in self._plain(element.width)
        ]

    def _plain(self, width: int) -> list[int | None]:
        """A number of so many bits in each subset; None where all its bits are set."""
        self._count(len(self.subsets))
        if not self.message.is_compressed:
            return [_missing(self.bits.number(width), width)]
        lowest = _missing(self.bits.number(width), width)
        added = self.bits.number(_COUNT_BITS)
        if not added:
            return [lowest] * len(self.subsets)
        if lowest is None:
            raise Spent("the lowest of compressed values is missing, and yet some are not")
        more = [_missing(self.bits.number(added), added) for _ in self.subsets]
        return [None if step is None else lowest + step for step in more]

    def _strings(self, width: int) -> list[str | None]:
        self._count(len(self.subsets))
        common = _text(self.bits.octets(width // 8))
        if not self.message.is_compressed:
            return [common]
        own = self.bits.number(_COUNT_BITS)
        return [_text(self.bits.octets(own)) for _ in self.subsets] if own else [common] * len(self.subsets)

    def _count(self, steps: int) -> None:
        self.steps += steps
        if self.steps > MAX_STEPS:
            raise Spent(f"more than {MAX_STEPS} elements in one message: split it")

    def _unknown(self, kind: str, code: int) -> str:
        version = self.message.version
        return (
            f"{kind} {_spelled(code)} of its template is not in version {version} of the WMO tables, as ecCodes has it"
        )


def _changed(element: Element, scale: int, reference: int, width: int) -> Element:
    return Element(
        code=element.code,
        name=element.name,
        unit=element.unit,
        kind=element.kind,
        scale=scale,
        reference=reference,
        width=width,
    )


def _missing(number: int, width: int) -> int | None:
    return None if number == _all_ones(width) else number


def _all_ones(width: int) -> int:
    return (1 << width) - 1


def _text(octets: bytes) -> str | None:
    """A text without the blanks around it; None where all its bits are set, or nothing stands in it."""
    if not octets.strip(b"\xff"):
        return None
    return octets.decode("latin-1").strip(" \0") or None


def _spelled(code: int) -> str:
    return f"{code // 100_000} {code // 1000 % 100:02} {code % 1000:03}"
