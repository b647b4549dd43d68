"""Folding a batch into rows: each new row takes the place of the row of the same series and time that stood before."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, insert, select, text

from record import tables
from record.archive import period, rows
from record.archive.rows import NOBODY, Rows
from record.archive.segment import manifest
from record.archive.segment.manifest import Piece
from record.archive.segment.segments import Segments
from record.batch import Batch
from record.network import Network

_MARK_OPEN = text(
    "INSERT INTO open_period (collection, start, low) VALUES (:collection, :start, :low) ON CONFLICT DO NOTHING"
)

_FEW = 100

UNDECLARED = ""
"""The collection of a series that the network in force no longer declares: it is kept as rows and never sealed."""


@dataclass(frozen=True, slots=True)
class Fold:
    """What folding needs to know: the open transaction, the declared network and the sealed files."""

    connection: Connection
    network: Network
    segments: Segments

    def numbers(self, said: Batch) -> dict[str, int]:
        """The row number of each series of a batch, given out in order of first appearance."""
        known = tables.series.c
        question = select(known.id, known.no)
        if len(said.series) <= _FEW:
            question = question.where(known.id.in_(said.series))
        held = {found.id: found.no for found in self.connection.execute(question)}
        fresh = [name for name in said.series if name not in held]
        if fresh:
            last = self.connection.execute(select(known.no).order_by(known.no.desc()).limit(1)).scalar()
            first = 0 if last is None else last + 1
            given = {name: first + place for place, name in enumerate(fresh)}
            self.connection.execute(
                insert(tables.series),
                [{"no": no, "id": name, "collection": self._collection(name)} for name, no in given.items()],
            )
            held |= given
        return held

    def standing(self, said: Batch, number: dict[str, int]) -> Rows:
        """What stands at the place of each row of a batch, a recent row or else in a file; entry -1 for nothing."""
        found = rows.standing(self.connection, said.numbered(number), said.time)
        for collection, mine in self._by_collection(said):
            lacking = mine & (found.entry == NOBODY)
            if collection == UNDECLARED or not lacking.any():
                continue
            for piece in manifest.covering(self.connection, collection, said.time[lacking]):
                within = lacking & (said.time >= piece.period.start) & (said.time < piece.period.end)
                self._take_sealed(piece, said, within, found)
        return found

    def _take_sealed(self, piece: Piece, said: Batch, within: np.ndarray, found: Rows) -> None:
        """Put into `found` what a sealed file holds at the places of the rows `within`."""
        series = [self.network.series.get(name) for name, _ in said.said]
        pairs = [(None, None) if one is None else (one.station, one.quantity) for one in series]
        file = self.segments.open(piece)
        for quantity in {quantity for _, quantity in pairs if quantity is not None}:
            of_quantity = np.array([quantity == theirs for _, theirs in pairs], dtype=bool)
            mine = np.flatnonzero(within & of_quantity[said.which])
            stations = [str(pairs[which][0]) for which in said.which[mine].tolist()]
            cells = self.segments.cells(file, stations, quantity, said.time[mine])
            found.entry[mine], found.position[mine] = cells.entry, cells.position
            found.value[mine], found.flag[mine] = cells.value, cells.flag

    def batch(self, entry: int, said: Batch, number: dict[str, int], before: Rows) -> None:
        """Write the rows of batch `entry`; keep those in `before` that it supersedes; move `latest` along."""
        fresh = Rows(
            series=said.numbered(number),
            time=said.time,
            entry=np.full(len(said), entry, dtype=np.int64),
            position=np.arange(len(said), dtype=np.int64),
            value=said.floats(),
            flag=said.flag,
        )
        rows.put_superseded(self.connection, before.only(before.entry != NOBODY), entry)
        rows.put_recent(self.connection, fresh)
        rows.move_latest(self.connection, _newest(fresh))
        self._mark_open(entry, said)

    def refusals(self, entry: int, source: str, refused: Sequence[Mapping[str, Any]]) -> None:
        """List the refusals of entry `entry`, as the entry holds them."""
        listed = [
            {
                "entry": entry,
                "position": position,
                "source": source,
                "place": refusal["where"],
                "reason": refusal["reason"],
                "fragment": base64.b64decode(refusal["fragment"]),
            }
            for position, refusal in enumerate(refused)
        ]
        self.connection.execute(insert(tables.refusal), listed)

    def _collection(self, name: str) -> str:
        declared = self.network.series.get(name)
        return UNDECLARED if declared is None else declared.collection

    def _by_collection(self, said: Batch) -> list[tuple[str, np.ndarray]]:
        """Each collection that a batch speaks of, with which of its rows are of it."""
        of_pair = np.array([self._collection(name) for name, _ in said.said], dtype=object)
        return [(name, (of_pair == name)[said.which]) for name in dict.fromkeys(of_pair.tolist())]

    def _mark_open(self, entry: int, said: Batch) -> None:
        marks = [
            {"collection": collection, "start": start, "low": entry}
            for collection, mine in self._by_collection(said)
            if collection != UNDECLARED
            for start in np.unique(
                period.starts(self.network.collection(collection).interval, said.time[mine])
            ).tolist()
        ]
        if marks:
            self.connection.execute(_MARK_OPEN, marks)


def _newest(fresh: Rows) -> Rows:
    """The newest row of each series; of rows of the same time, the last."""
    order = np.lexsort((fresh.position, fresh.time, fresh.series))
    series = fresh.series[order]
    last = np.append(series[1:] != series[:-1], True)
    return fresh.only(order[last])
