"""How many of something, as its readers write it: a text that remembers its number, for forms that hold numbers."""

from typing import Self


class Count(str):
    """A whole number in a language; `value` is the number."""

    __slots__ = ("value",)
    value: int

    @classmethod
    def of(cls, value: int, text: str) -> Self:
        """A number and how it is written."""
        made = cls(text)
        made.value = value
        return made
