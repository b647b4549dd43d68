"""The reviews that the journal holds beside those that the archive knows."""

from collections import Counter

from record import review
from record.archive import Archive
from record.audit.audited import BROKEN, Findings, said_of
from record.journal import Entry
from record.leaf import Leaf
from record.review import Reviewed
from record.selection import EARLIEST, LATEST


class Reviews:
    """Takes the reviews of the first `size` entries as they come: they are few, and compared at the end."""

    def __init__(self, archive: Archive, size: int, findings: Findings) -> None:
        self._archive, self._size, self._findings = archive, size, findings
        self._said: Counter[Reviewed] = Counter()

    def put(self, entry: Entry, leaf: Leaf) -> None:
        """Take what a review entry says."""
        try:
            self._said.update(review.reviewed(entry.index, review.said(leaf)))
        except BROKEN as fault:
            self._findings.tell(f"entry {entry.index} cannot be read: {said_of(fault)}")

    def done(self) -> None:
        """Compare them."""
        listed = self._findings.answer(
            lambda: self._archive.reviews(None, EARLIEST, LATEST, as_of=self._size), "reviews"
        )
        if listed is None:
            return
        shown = Counter(listed)
        self._findings.cells += len(self._said | shown)
        for one in self._said - shown:
            self._findings.tell(f"{_where(one)}: the API does not show this review, and the journal holds it")
        for one in shown - self._said:
            self._findings.tell(f"{_where(one)}: the API would show a review that no entry said")


def _where(one: Reviewed) -> str:
    said = f"{one.span.series} {one.level.word} by {one.author} in entry {one.entry} ({one.reason})"
    return " ".join(said.split())
