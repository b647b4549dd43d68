"""The language of `$filter`: text to tokens, tokens to a tree. Pure, and limited in length and depth."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from record.errors import SelectionError

_LONGEST, _MOST_TOKENS, _DEEPEST = 4000, 400, 24
MOST_PARTS = 8
"""Properties and relations in a path."""
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<duration>duration'(?P<length>[^']*)')
      | (?P<shape>(?:geography|geometry)'(?P<wkt>[^']*)')
      | (?P<text>'(?:[^']|'')*')
      | (?P<time>\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+\- ]\d\d:?\d\d))?(?![\w:.-]))
      | (?P<clock>\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?![\w:.-]))
      | (?P<number>-?\d{1,18}(?:\.\d{1,18})?(?:[eE][+-]?\d{1,3})?(?![\w.]))
      | (?P<word>[@A-Za-z_][\w.@]*(?:/[@A-Za-z_][\w.@]*)*)
      | (?P<mark>[(),])
    )""",
    re.VERBOSE | re.ASCII,
)
_DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,8})M)?(?:(?P<seconds>\d{1,9})S)?)?",
    re.ASCII,
)
_SECONDS = {"days": 86_400, "hours": 3600, "minutes": 60, "seconds": 1}
COMPARISONS = ("eq", "ne", "gt", "ge", "lt", "le")
_SUMS, _PRODUCTS = ("add", "sub"), ("mul", "div", "mod")
_CONSTANTS: dict[str, tuple[str, object]] = {"true": ("truth", True), "false": ("truth", False), "null": ("null", None)}


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as written; `kind`: number, text, time or duration (both in seconds), truth, shape (WKT) or null."""

    kind: str
    value: object


@dataclass(frozen=True, slots=True)
class Path:
    """A property, by way of other entities: `Datastream/ObservedProperty/name`."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function of expressions."""

    name: str
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """What is true where the other is not."""

    of: "Expression"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two expressions with a word between them: and, or, a comparison or an arithmetic one."""

    word: str
    left: "Expression"
    right: "Expression"


Expression = Literal | Path | Call | Not | Pair


def parsed(text: str) -> Expression:
    """The tree of a `$filter`; raises `SelectionError` with the place where it cannot be read."""
    if len(text) > _LONGEST:
        raise SelectionError(f"$filter has {len(text)} characters, more than {_LONGEST}: ask in several requests")
    reader = _Reader(list(_tokens(text)))
    found = reader.either(0)
    if reader.place < len(reader.tokens):
        raise SelectionError(f"$filter: {reader.shown()} stands where it should end, or a word such as and")
    return found


def operands(found: Expression) -> tuple[Expression, ...]:
    """The expressions of which an expression is made."""
    match found:
        case Call(_, arguments):
            return arguments
        case Not(of):
            return (of,)
        case Pair(_, left, right):
            return left, right
        case _:
            return ()


def paths(found: Expression) -> Iterator[Path]:
    """Every property that an expression speaks of."""
    if isinstance(found, Path):
        yield found
    for one in operands(found):
        yield from paths(one)


def conjuncts(found: Expression) -> Iterator[Expression]:
    """What must all be true for it to be true."""
    if isinstance(found, Pair) and found.word == "and":
        yield from conjuncts(found.left)
        yield from conjuncts(found.right)
    else:
        yield found


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    value: object


def _tokens(text: str) -> Iterator[_Token]:
    place, many, text = 0, 0, text.rstrip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        many += 1
        if found is None:
            raise SelectionError(f"$filter cannot be read from {text[place : place + 30]!r} on")
        if many > _MOST_TOKENS:
            raise SelectionError(f"$filter has more than {_MOST_TOKENS} words: ask in several requests")
        place = found.end()
        yield _token(found)


def _token(found: re.Match[str]) -> _Token:
    kind = str(found.lastgroup)
    kind = {"length": "duration", "wkt": "shape"}.get(kind, kind)
    said = found[kind]
    value: object = said
    if kind == "text":
        value = said[1:-1].replace("''", "'")
    elif kind == "number":
        value = _finite(said)
    elif kind == "time":
        value = _seconds(said)
    elif kind == "clock":
        kind, value = "duration", _of_day(said)
    elif kind == "duration":
        value = _length(found["length"])
    elif kind == "shape":
        value = found["wkt"]
    return _Token(kind, said, value)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise SelectionError(f"$filter: {text!r} is more than we can reckon with")
    return value


def _of_day(text: str) -> float:
    """The seconds since midnight that a time of day is, as `time(...)` gives them."""
    try:
        at = time.fromisoformat(text)
    except ValueError:
        raise SelectionError(f"$filter: {text!r} is not a time of day: write 08:00:00") from None
    return at.hour * 3600 + at.minute * 60 + at.second + at.microsecond / 1e6


def _seconds(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise SelectionError(f"$filter: {text!r} is not a time: write 2026-05-01T08:00:00Z") from None
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()


def _length(text: str) -> float:
    found = _DURATION.fullmatch(text)
    if found is None or text.endswith(("P", "T")):
        raise SelectionError(f"$filter: {text[:30]!r} is not a duration of days to seconds: write duration'PT24H'")
    seconds = sum(int(found[name]) * many for name, many in _SECONDS.items() if found[name])
    return float(-seconds if found["sign"] else seconds)


class _Reader:
    """Descends from what binds loosest to what binds closest."""

    def __init__(self, tokens: Sequence[_Token]) -> None:
        self.tokens, self.place = tokens, 0

    def shown(self) -> str:
        """The token at hand, for a message."""
        return repr(self.tokens[self.place].text[:40]) if self.place < len(self.tokens) else "the end"

    def either(self, depth: int) -> Expression:
        """Expressions with `or` between them."""
        if depth > _DEEPEST:
            raise SelectionError(f"$filter has more than {_DEEPEST} brackets in each other: write it flatter")
        found = self._both(depth)
        while self._word("or"):
            found = Pair("or", found, self._both(depth))
        return found

    def _both(self, depth: int) -> Expression:
        found = self._negated(depth)
        while self._word("and"):
            found = Pair("and", found, self._negated(depth))
        return found

    def _negated(self, depth: int) -> Expression:
        many = 0
        while self._word("not"):
            many += 1
        found = self._compared(depth)
        return Not(found) if many % 2 else found

    def _compared(self, depth: int) -> Expression:
        left = self._summed(depth)
        word = self._word(*COMPARISONS)
        return Pair(word, left, self._summed(depth)) if word else left

    def _summed(self, depth: int) -> Expression:
        found = self._multiplied(depth)
        while word := self._word(*_SUMS):
            found = Pair(word, found, self._multiplied(depth))
        return found

    def _multiplied(self, depth: int) -> Expression:
        found = self._single(depth)
        while word := self._word(*_PRODUCTS):
            found = Pair(word, found, self._single(depth))
        return found

    def _single(self, depth: int) -> Expression:
        if self._mark("("):
            found = self.either(depth + 1)
            self._closed()
            return found
        if self.place == len(self.tokens):
            raise SelectionError("$filter ends where a value should stand")
        token = self.tokens[self.place]
        if token.kind == "mark":
            raise SelectionError(f"$filter: {token.text!r} stands where a value should")
        self.place += 1
        if token.kind != "word":
            return Literal(token.kind, token.value)
        if self._mark("("):
            return Call(token.text.lower(), self._arguments(depth + 1))
        if token.text in _CONSTANTS:
            return Literal(*_CONSTANTS[token.text])
        parts = tuple(token.text.split("/"))
        if len(parts) > MOST_PARTS:
            raise SelectionError(f"$filter: {token.text[:40]!r} has {len(parts)} parts, more than {MOST_PARTS}")
        return Path(parts)

    def _arguments(self, depth: int) -> tuple[Expression, ...]:
        if self._mark(")"):
            return ()
        found = [self.either(depth)]
        while self._mark(","):
            found.append(self.either(depth))
        self._closed()
        return tuple(found)

    def _closed(self) -> None:
        if not self._mark(")"):
            raise SelectionError(f"$filter: {self.shown()} stands where a bracket should close")

    def _word(self, *words: str) -> str:
        if self.place < len(self.tokens) and self.tokens[self.place].kind == "word":
            said = self.tokens[self.place].text
            if said in words:
                self.place += 1
                return said
        return ""

    def _mark(self, mark: str) -> bool:
        if self.place < len(self.tokens) and self.tokens[self.place].text == mark:
            self.place += self.tokens[self.place].kind == "mark"
            return self.tokens[self.place - 1].kind == "mark"
        return False
