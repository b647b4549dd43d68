"""Which file of which report was sent to whom, and when: notes of the house, which no entry of the journal holds.

A recipient is known by a name that gives no address away. A file is sent to the same recipient once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine, func, select, text

from record import tables
from record.database import aside, told

_PUT = text(
    """INSERT INTO delivered (recipient, sha256, party, edition, day, revision, file, at)
    VALUES (:recipient, :sha256, :party, :edition, :day, :revision, :file, :at) ON CONFLICT DO NOTHING"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """That a file of a report was handed over; `recipient` of a `party`, or of none, and `day` begins its period."""

    recipient: str
    party: str | None
    edition: str
    day: str
    revision: int
    file: str
    sha256: str
    at: datetime

    @property
    def way(self) -> str:
        """Fetched, or the way by which it was sent: whatever else a recipient is known by stays in the house."""
        return self.recipient.replace(":", " ").partition(" ")[0]


def note(engine: Engine, deliveries: Iterable[Delivery]) -> None:
    """Keep what was handed over; of the same bytes the first time. Raises `RecordError`."""
    with told("what was delivered was not noted"), aside(engine) as connection:
        for one in deliveries:
            connection.execute(_PUT, _row(one))


def deliveries(
    engine: Engine, edition: str, day: str, revision: int | None = None, last: str | None = None
) -> list[Delivery]:
    """What was handed over of a report, of all its revisions or of one, in the order of time. Raises `RecordError`.

    With `last`, of the reports of all days from `day` to that one, both counted.
    """
    row = tables.delivered.c
    question = select(tables.delivered).where(
        row.edition == edition, row.day.between(day, day if last is None else last)
    )
    if revision is not None:
        question = question.where(row.revision == revision)
    with told("what was delivered cannot be read"), engine.connect() as connection:
        found = connection.execute(question.order_by(row.at, row.recipient, row.file)).all()
    return [
        Delivery(
            recipient=one.recipient,
            party=one.party,
            edition=one.edition,
            day=one.day,
            revision=one.revision,
            file=one.file,
            sha256=one.sha256,
            at=datetime.fromtimestamp(one.at, UTC),
        )
        for one in found
    ]


def mark(engine: Engine, edition: str) -> tuple[int, int]:
    """How often anything of an edition was handed over, and when last (seconds of 1970): it changes with each note.

    Raises `RecordError`.
    """
    row = tables.delivered.c
    question = select(func.count(), func.coalesce(func.max(row.at), 0)).where(row.edition == edition)
    with told("what was delivered cannot be read"), engine.connect() as connection:
        count, at = connection.execute(question).one()
    return int(count), int(at)


def has(engine: Engine, recipient: str, files: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Which of these files, by name and SHA-256, a recipient has been handed. Raises `RecordError`."""
    row, wanted = tables.delivered.c, frozenset(files)
    question = select(row.file, row.sha256).where(
        row.recipient == recipient, row.sha256.in_(sorted(sha256 for _, sha256 in wanted))
    )
    with told("what was delivered cannot be read"), engine.connect() as connection:
        return wanted & {(name, sha256) for name, sha256 in connection.execute(question)}


def _row(one: Delivery) -> dict[str, object]:
    return {
        "recipient": one.recipient,
        "sha256": one.sha256,
        "party": one.party,
        "edition": one.edition,
        "day": one.day,
        "revision": one.revision,
        "file": one.file,
        "at": int(one.at.timestamp()),
    }
