"""The refusals that the journal holds beside those that the archive lists, a stretch of the journal at a time."""

import base64
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from record.archive import Archive
from record.archive.history import Refused
from record.audit.audited import BROKEN, Findings, said_of
from record.journal import Entry
from record.leaf import Leaf
from record.selection import EARLIEST, LATEST

_AT_A_TIME = 1000


class Refusals:
    """Takes the refusals of the first `size` entries as they come, and compares them when there are many."""

    def __init__(self, archive: Archive, size: int, findings: Findings) -> None:
        self._archive, self._size, self._findings = archive, size, findings
        self._said: list[Refused] = []
        self._since, self._last = EARLIEST, EARLIEST

    def put(self, entry: Entry, leaf: Leaf) -> None:
        """Take what a refusal entry says."""
        if len(self._said) >= _AT_A_TIME and entry.entered > self._last:
            self._compare(entry.entered)
        try:
            self._said += _refused(entry, leaf)
        except BROKEN as fault:
            self._findings.tell(f"entry {entry.index} cannot be read: {said_of(fault)}")
        self._last = max(self._last, entry.entered)

    def done(self) -> None:
        """Compare what is left."""
        self._compare(LATEST)

    def _compare(self, until: datetime) -> None:
        since, self._since = self._since, until
        said, self._said = Counter(self._said), []
        what = f"refusals entered from {since:%Y-%m-%dT%H:%M:%SZ}"
        listed = self._findings.answer(lambda: self._archive.refusals(since, until, as_of=self._size), what)
        if listed is None:
            return
        shown = Counter(listed)
        self._findings.cells += len(said | shown)
        for one in said - shown:
            self._findings.tell(f"{_where(one)}: the API does not show this refusal, and the journal holds it")
        for one in shown - said:
            self._findings.tell(f"{_where(one)}: the API would show a refusal that no entry said")


def _refused(entry: Entry, leaf: Leaf) -> Iterator[Refused]:
    for refusal in leaf.content["refused"]:
        yield Refused(
            entry=entry.index,
            entered=leaf.entered,
            source=leaf.source,
            where=str(refusal["where"]),
            reason=str(refusal["reason"]),
            fragment=base64.b64decode(refusal["fragment"]),
        )


def _where(refusal: Refused) -> str:
    said = f"refusal of {refusal.source} in entry {refusal.entry} ({refusal.where}: {refusal.reason})"
    return " ".join(said.split())
