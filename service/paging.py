"""Long lists by pages: so many at a time, and from which one on, told by its key and not by its number."""

from collections.abc import Sequence
from dataclasses import dataclass

from record.errors import SelectionError

MOST = 10_000
"""How many a page holds at most; who asks for more gets so many."""

_MOST_DIGITS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The keys of a page, how many there are in all, and the key after which the next page begins, if there is one."""

    keys: Sequence[str]
    matched: int
    after: str | None


def limit_of(text: str | None, default: int, most: int = MOST) -> int:
    """How many `limit` asks for, no more than `most`; raise `SelectionError` where it is no whole number above zero."""
    if text is None:
        return min(default, most)
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit()) or not digits.strip("0"):
        raise SelectionError(f"limit {text[:40]!r} is not a whole number above 0: write limit=100")
    return most if len(digits.lstrip("0")) > len(str(most)) else min(int(digits), most)


def below_of(text: str | None) -> int | None:
    """The number below which `before` asks for the rest of a list; raise `SelectionError` where it is none."""
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise SelectionError(f"before {text[:40]!r} is not a number of entries: follow the next link of a page")
    return int(text)


def page_of(keys: Sequence[str], after: str | None, limit: int) -> Page:
    """The page of `keys` that begins after the key `after`, or with the first.

    Raises `SelectionError` where `after` is none of them. A page is found by a key: what is declared or measured
    meanwhile neither repeats nor hides any.
    """
    if after is None:
        first = 0
    elif after in keys:
        first = keys.index(after) + 1
    else:
        raise SelectionError(f"after {after[:60]!r} is none of these: follow the next link of a page, or leave it out")
    held = keys[first : first + limit]
    more = first + limit < len(keys)
    return Page(keys=held, matched=len(keys), after=held[-1] if more and held else None)
