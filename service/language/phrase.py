"""A text that knows how it was made, so that it can be said in another language after it was made."""


class Phrase(str):
    """An English text, made of a `text` of the catalogues and its `fields`; to whoever knows no languages it is a str.

    A field may be a phrase itself, which is then said in the same language.
    """

    __slots__ = ("fields", "text")
    text: str
    fields: dict[str, object]

    def __new__(cls, text: str, fields: dict[str, object]) -> "Phrase":
        """The text with its fields put in, in English."""
        self = super().__new__(cls, text.format(**fields) if fields else text)
        self.text, self.fields = text, fields
        return self

    def __getnewargs__(self) -> tuple[str, dict[str, object]]:  # type: ignore[override]
        """What a copy is made of."""
        return self.text, self.fields


def phrase(text: str, /, **fields: object) -> Phrase:
    """The phrase of a text that stands in the catalogues, such as `phrase("{count} days lack", count=3)`."""
    return Phrase(text, fields)
