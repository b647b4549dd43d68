"""The audit: the journal is read once, laid out on disk by period, and compared with all that the archive answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import xarray as xr

from record import leaf as leaves
from record.archive import Archive
from record.archive.record import Record
from record.audit import cells, newest
from record.audit.audited import Audited, Findings
from record.audit.entries import batch_said, read
from record.audit.line import line_of
from record.audit.newest import Newest
from record.audit.refusals import Refusals
from record.audit.reviews import Reviews
from record.audit.spill import NOBODY, Bucket, Spill, rows_of
from record.audit.standing import earlier_sizes, in_order, standing
from record.errors import RecordError
from record.selection import EARLIEST, LATEST, Selection

_SPAN = int(EARLIEST.timestamp()), int(LATEST.timestamp())


def audit(record: Record, workplace: Path) -> Audited:
    """Compare every value, flag and entry that the API would show with what the entries of the journal say.

    The journal is taken at the size that it has when the audit begins; what is written meanwhile is not audited, and
    disturbs nothing. Compared are the readings as they stand at that size; as they stood at up to three earlier sizes,
    in every period in which something was superseded; the newest reading of every series; the refusals and the reviews.
    Times at which no entry spoke are asked for too. A sealed file or a row that cannot be read is a difference like any
    other.

    A folder of its own in `workplace` takes 29 bytes a reading, and is deleted whatever happens; one file in it is open
    at a time. Memory does not grow with the journal: half a million readings are held and compared at a time, or those
    of one series in one period where these are more. With the archive's own caches the process was
    measured to take less than 400 MB. Only
    rows that no entry said can make an answer larger, up to the archive's own limit of one.

    Raises `RecordError` where the journal itself cannot be read, or where there is no room in `workplace`.
    """
    # What is open or decoded already says nothing of the files that lie there now.
    record.segments.forget()
    with _room(workplace) as folder:
        return _Audit(record, folder).run()


class _Audit:
    """One audit under way, its rows on disk in `folder`."""

    def __init__(self, record: Record, folder: Path) -> None:
        self._record = record
        self._archive = Archive(record)
        self._declared = list(record.network.series.values())
        self._spill = Spill(folder, record.network)
        self._newest = Newest(len(self._declared))
        self._findings = Findings()
        self._size = self._archive.size()

    def run(self) -> Audited:
        """Read the journal, and compare."""
        self._read()
        for collection in self._record.network.collections.values():
            members = np.array([self._spill.number[one.id] for one in collection.series], dtype=np.int64)
            for bucket in self._spill.buckets(collection.id, _SPAN):
                for portion, rows in bucket.portions(members):
                    self._compare(bucket, portion, in_order(rows))
        newest.compare(self._record, self._archive, self._newest, self._size, self._findings)
        return self._findings.audited(self._size)

    def _read(self) -> None:
        refusals = Refusals(self._archive, self._size, self._findings)
        reviews = Reviews(self._archive, self._size, self._findings)
        for entry, leaf in read(self._record, 0, self._size, self._findings):
            if leaf.kind == leaves.REFUSAL:
                refusals.put(entry, leaf)
            elif leaf.kind == leaves.REVIEW:
                reviews.put(entry, leaf)
            said = batch_said(entry, leaf, self._findings) if leaf.kind == leaves.BATCH else None
            if said is not None:
                rows = rows_of(entry.index, said, self._spill.number)
                declared = rows["series"] != NOBODY
                self._findings.readings += len(rows)
                self._findings.undeclared += len(rows) - int(np.count_nonzero(declared))
                self._spill.put(rows[declared])
        refusals.done()
        reviews.done()

    def _compare(self, bucket: Bucket, portion: np.ndarray, rows: np.ndarray) -> None:
        """Compare what the archive answers about a portion of a bucket's series with their rows, in order."""
        sizes, unasked = earlier_sizes(rows)
        self._findings.unasked += unasked
        now = standing(rows, self._size)
        self._newest.put(now)
        differing = [self._differing(bucket, portion, now, self._size)]
        differing += [self._differing(bucket, portion, standing(rows, size), size) for size in sizes]
        found = cells.once(np.concatenate(differing))
        lines = [line_of(cell, self._declared[cell["series"]].id) for cell in found[: self._findings.room]]
        self._findings.tell_all(lines, len(found))

    def _differing(self, bucket: Bucket, portion: np.ndarray, said: np.ndarray, size: int) -> Any:
        """The cells that differ as of `size`."""
        names = tuple(self._declared[number].id for number in portion.tolist())

        def question() -> xr.Dataset:
            start, end = (datetime.fromtimestamp(at, UTC) for at in (bucket.period.start, bucket.period.end))
            return self._archive.select(Selection(series=names, start=start, end=end, as_of=size))

        shown = self._findings.answer(question, f"{bucket.period.label} as of {size} entries")
        if shown is None:
            return np.empty(0, dtype=cells.CELL)
        count, found = cells.compare(shown, said, portion, self._declared)
        found["size"] = cells.NOW if size == self._size else size
        self._findings.cells += count
        return found


@contextmanager
def _room(workplace: Path) -> Iterator[Path]:
    """A folder for one audit, deleted at its end."""
    try:
        workplace.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix="audit-", dir=workplace) as folder:
            yield Path(folder)
    except OSError as fault:
        raise RecordError(
            f"the audit broke off: {fault.strerror or fault}; look at the space left, of which it takes 29 bytes a "
            f"reading, and at the rights of {workplace}"
        ) from None
