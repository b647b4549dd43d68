"""A text that knows how it was made, so that it can be said in another language after it was made."""

from collections.abc import Callable, Mapping
from datetime import datetime


class Phrase(str):
    """An English text, made of a `text` of the catalogues and its `fields`; to whoever knows no languages it is a str.

    A field may be a phrase itself, which is then said in the same language; a date, a time or a number with decimals is
    written as that language does. Of a text that depends on a number `other` is its form for many, and the field
    `count` the number.
    """

    __slots__ = ("fields", "other", "text")
    text: str
    fields: dict[str, object]
    other: str

    def __new__(cls, text: str, fields: dict[str, object], other: str = "") -> "Phrase":
        """The text with its fields put in, in English."""
        form = other if other and fields["count"] != 1 else text
        self = super().__new__(cls, form.format(**fields) if fields else form)
        self.text, self.fields, self.other = text, fields, other
        return self

    def __getnewargs__(self) -> tuple[str, dict[str, object], str]:  # type: ignore[override]
        """What a copy is made of."""
        return self.text, self.fields, self.other


def phrase(text: str, /, **fields: object) -> Phrase:
    """The phrase of a text that stands in the catalogues, such as `phrase("the gate of {name}", name="Tuyte")`."""
    return Phrase(text, fields)


def phrases(one: str, other: str, count: int, /, **fields: object) -> Phrase:
    """The phrase of a text that depends on a number: `phrases("{count} day lacks", "{count} days lack", 3)`."""
    return Phrase(one, {**fields, "count": count}, other)


def renamed(said: str, names: Mapping[str, str]) -> str:
    """A text, or a phrase, in whose fields the names that stand in `names` are told by what stands there for them."""
    if not isinstance(said, Phrase):
        return names.get(said, said)
    fields = {name: renamed(held, names) if isinstance(held, str) else held for name, held in said.fields.items()}
    return Phrase(said.text, fields, said.other)


def retimed(said: str, tell: Callable[[datetime], str]) -> str:
    """A phrase whose fields that are a `time` with its offset, as in ISO 8601, are told anew; a text as it is."""
    if not isinstance(said, Phrase):
        return said
    fields = {name: _retimed(name, held, tell) for name, held in said.fields.items()}
    return Phrase(said.text, fields, said.other)


def _retimed(name: str, held: object, tell: Callable[[datetime], str]) -> object:
    if isinstance(held, Phrase):
        return retimed(held, tell)
    return tell(datetime.fromisoformat(held)) if name == "time" and isinstance(held, str) else held
