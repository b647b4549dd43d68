"""The newest reading of every series, of the journal and of the archive, while the pen may go on writing."""

from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np

from record import leaf as leaves
from record.archive import Archive
from record.archive.latest import Latest
from record.archive.record import Record
from record.audit.audited import Findings
from record.audit.entries import batch_said, read
from record.audit.line import contrast, reading
from record.audit.spill import NOBODY, ROW, rows_of
from record.audit.standing import in_order, standing
from record.entry import Flag
from record.leaf import write_time


class Newest:
    """The newest row of each of the declared series, by its number."""

    def __init__(self, count: int) -> None:
        self._row = np.zeros(count, dtype=ROW)
        self._row["entry"], self._row["time"] = NOBODY, np.iinfo(np.int64).min

    def put(self, rows: np.ndarray) -> list[int]:
        """Take rows that stand, by series and time, each once; return the series that have a newer one now."""
        last = np.append(rows["series"][1:] != rows["series"][:-1], True)[: len(rows)]
        found = rows[last]
        found = found[found["time"] >= self._row["time"][found["series"]]]
        self._row[found["series"]] = found
        moved: list[int] = found["series"].tolist()
        return moved

    def of(self, number: int) -> Latest | None:
        """The newest reading of a series, as the archive would say it; None where it never spoke."""
        row = self._row[number]
        if row["entry"] == NOBODY:
            return None
        value = None if np.isnan(row["value"]) else float(row["value"])
        return Latest(datetime.fromtimestamp(int(row["time"]), UTC), value, Flag(int(row["flag"])), int(row["entry"]))


def compare(record: Record, archive: Archive, newest: Newest, size: int, findings: Findings) -> None:
    """Compare what the archive shows as newest now with `newest` of the first `size` entries and those come since."""
    names = list(record.network.series)
    shown = findings.answer(lambda: archive.latest(names), "newest readings")
    if shown is None:
        return
    said = [[newest.of(number)] for number in range(len(names))]
    for number, state in _since(record, newest, size, archive.size(), findings):
        said[number].append(state)
    for name, states in zip(names, said, strict=True):
        one = shown.get(name)
        findings.cells += one is not None or states[0] is not None
        if one not in states:
            findings.tell(f"{name}, newest reading: {contrast(_text(one), _text(states[-1]))}")


def _since(
    record: Record, newest: Newest, size: int, grown: int, findings: Findings
) -> Iterator[tuple[int, Latest | None]]:
    """The number and the newest reading of every series that an entry from `size` to before `grown` moved.

    The archive answered at one of those sizes, which it does not say.
    """
    known = {name: number for number, name in enumerate(record.network.series)}
    for entry, leaf in read(record, size, grown, findings):
        said = batch_said(entry, leaf, findings) if leaf.kind == leaves.BATCH else None
        if said is not None:
            rows = rows_of(entry.index, said, known)
            for number in newest.put(standing(in_order(rows[rows["series"] != NOBODY]), grown)):
                yield number, newest.of(number)


def _text(said: Latest | None) -> str | None:
    if said is None:
        return None
    return f"{reading(said.value, int(said.flag), said.entry)} at {write_time(said.time)}"
