"""Answers in the forms that people get, for tests of every floor."""

from collections.abc import Iterable
from datetime import UTC, datetime

from record.archive.answer import Answer
from service.encode import ENCODERS
from service.encode.told import Told

TOLD = Told(
    service="http://arna.example",
    state="agreed",
    note="Both countries have signed it.",
    entered=lambda: datetime(2026, 5, 3, 4, 0, tzinfo=UTC),
    makers=("Example water service", "Example hydrometeorological service"),
)


def written(form: str, answer: Answer, portions: Iterable[Answer] | None = None, told: Told = TOLD) -> bytes:
    """The document of an answer, or of the portions of it."""
    return b"".join(ENCODERS[form].write(answer.heading, [answer] if portions is None else portions, told))
