"""Portions of an answer on their way into a document."""

from collections.abc import Iterable, Iterator
from itertools import chain

from record.archive.answer import Answer


def begun(portions: Iterable[Answer]) -> Iterator[Answer]:
    """The same portions, of which the first has been read: what fails then is an error, and later a broken answer."""
    rest = iter(portions)
    first = next(rest, None)
    return rest if first is None else chain((first,), rest)


def one_by_one(portions: Iterable[Answer]) -> Iterator[Answer]:
    """Each station alone, with the times at which something was said of it."""
    for portion in portions:
        for row in range(len(portion.heading.stations)):
            yield portion.of(row)
