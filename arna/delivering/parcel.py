"""What a recipient is to be handed: files of an issued report, by the names under which they were issued."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from arna.delivering.recipients import Recipient
from record.archive import Log
from record.archive.issued import COPIES, FIGURES, IssuedReport
from service.reports.issues import copies_of


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of a report: what its name says it is; `party` where it was filled for one."""

    name: str
    sha256: str
    form: str
    language: str
    party: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Files of one revision of a report for one recipient, with their bytes; `issued` is when its copies were."""

    edition: str
    day: str
    revision: int
    issued: datetime
    files: tuple[tuple[File, bytes], ...]


def last_revision(parts: Sequence[IssuedReport]) -> list[IssuedReport]:
    """Figures and copies of the last revision that is whole; empty where none is."""
    whole = [one.revision for one in parts if one.part == COPIES]
    return [one for one in parts if whole and one.revision == whole[-1]]


def files_of(parts: Iterable[IssuedReport]) -> Iterator[File]:
    """The files of one revision: those of its figures, then the copies."""
    for one in copies_of(sorted(parts, key=lambda part: part.part != FIGURES)):
        yield File(name=one.name, sha256=one.sha256, form=one.form, language=one.language, party=one.party or None)


def wanted(recipient: Recipient, edition: str, parts: Iterable[IssuedReport]) -> list[File]:
    """Those of the files of a revision that a recipient takes."""
    return [one for one in files_of(parts) if recipient.takes(edition, one.form, one.language, one.party)]


def parcel_of(log: Log, parts: Sequence[IssuedReport], files: Iterable[File]) -> Parcel:
    """The files of a revision with their bytes."""
    copies = parts[-1]
    return Parcel(
        edition=copies.kind,
        day=copies.day,
        revision=copies.revision,
        issued=copies.entered,
        files=tuple((one, log.form(one.sha256)) for one in files),
    )
