"""Who was given what: files of reports as they were handed over, and readings as they were asked for with a token."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from record.ledger.access import ALWAYS, EVERYTHING, Fetch
from record.ledger.delivered import Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportGiven:
    """Files of a revision of a report that a party was given by one way, the first of them `at`."""

    at: datetime
    party: str | None
    way: str
    edition: str
    day: str
    revision: int
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataGiven:
    """What a party was first given of a subject: a series, a collection, or everything where that is empty.

    Times are `begin <= time < end`, None where all are meant; entries are the first `size`, from `low` on.
    """

    at: datetime
    party: str
    subject: str
    begin: datetime | None
    end: datetime | None
    low: int
    size: int


def reports_given(deliveries: Iterable[Delivery]) -> list[ReportGiven]:
    """The files of each revision together by party and way, the newest first."""
    held: dict[tuple[str, str, int, str, str], list[Delivery]] = {}
    for one in deliveries:
        held.setdefault((one.edition, one.day, one.revision, one.party or "", one.way), []).append(one)
    found = [
        ReportGiven(
            at=min(one.at for one in files),
            party=party or None,
            way=way,
            edition=edition,
            day=day,
            revision=revision,
            files=tuple(dict.fromkeys(one.file for one in files)),
        )
        for (edition, day, revision, party, way), files in held.items()
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)


def data_given(fetches: Iterable[Fetch]) -> list[DataGiven]:
    """The notes of fetches without the token and the address by which they were made, which stay in the house."""
    return [
        DataGiven(
            at=one.at,
            party=one.party,
            subject="" if one.given.subject == EVERYTHING else one.given.subject,
            begin=None if one.given.start <= ALWAYS[0] else datetime.fromtimestamp(one.given.start, UTC),
            end=None if one.given.end >= ALWAYS[1] else datetime.fromtimestamp(one.given.end, UTC),
            low=one.given.low,
            size=one.given.size,
        )
        for one in fetches
    ]
