"""Folding a batch into rows: each new row takes the place of the row of the same series and time that stood before."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Connection, func, insert, select, text

from record import force, issued, review, tables
from record import leaf as leaves
from record.archive import period, rows
from record.archive.rows import NOBODY, Rows
from record.archive.segment import manifest
from record.archive.segment.manifest import Piece
from record.archive.segment.segments import Segments
from record.batch import Batch
from record.leaf import Leaf
from record.network import Network
from record.place import stretches

_MARK_OPEN = text(
    """INSERT INTO open_period (collection, start, "end", low, home, length)
    VALUES (:collection, :start, :end, :low, :home, :length) ON CONFLICT DO NOTHING"""
)

_FEW = 100

UNDECLARED = ""
"""The collection of a series that the network in force no longer declares: it is kept as rows and never sealed."""


class Registered(NamedTuple):
    """A series as the record keeps it: its number, the number of its collection, the length of its stretches."""

    no: int
    home: int
    length: int


@dataclass(frozen=True, slots=True)
class Fold:
    """What folding needs to know: the open transaction, the declared network and the sealed files."""

    connection: Connection
    network: Network
    segments: Segments
    _register: dict[str, Registered] = field(default_factory=dict)

    def entry(self, index: int, leaf: Leaf) -> Piece | None:
        """Fold an entry of any kind; a seal is given back, since its file must be there before it can stand."""
        if leaf.kind == leaves.BATCH:
            said = leaves.batch_of(leaf)
            register = self.registered(said)
            self.batch(index, said, register, self.standing(said, register))
        elif leaf.kind == leaves.REFUSAL:
            self.refusals(index, leaf.source, leaf.content["refused"])
        elif leaf.kind == leaves.REVIEW:
            review.fold(self.connection, index, leaf)
        elif leaf.kind == leaves.REPORT:
            issued.fold(self.connection, index, leaf)
        elif leaf.kind == leaves.SEAL:
            return manifest.piece_said(leaf.content["segment"])
        force.fold(self.connection, index, leaf)
        return None

    def registered(self, said: Batch) -> dict[str, Registered]:
        """Each series of a batch as it is registered, or registered now, in order of first appearance."""
        known = tables.series.c
        lacking = [name for name in said.series if name not in self._register]
        if lacking:
            question = select(known.id, known.no, known.home, known.length)
            if len(lacking) <= _FEW:
                question = question.where(known.id.in_(lacking))
            self._register.update((name, Registered(*row)) for name, *row in self.connection.execute(question))
        fresh = [name for name in lacking if name not in self._register]
        if fresh:
            self._register.update(self._registered_now(fresh))
        return self._register

    def register_again(self, number: Mapping[str, int]) -> None:
        """Register series under the numbers that they had: a reader at work may hold them still."""
        homes: dict[str, int] = {}
        given: dict[str, Registered] = {}
        for name, no in sorted(number.items(), key=lambda pair: pair[1]):
            home = homes.setdefault(self._collection(name), no)
            given[name] = Registered(no, home, self._stretch(name))
        self._insert(given)

    def _registered_now(self, names: Sequence[str]) -> dict[str, Registered]:
        known = tables.series.c
        last = self.connection.execute(select(func.max(known.no))).scalar()
        homes = {row.collection: row.home for row in self.connection.execute(select(known.collection, known.home))}
        given: dict[str, Registered] = {}
        for number, name in enumerate(names, start=0 if last is None else last + 1):
            home = homes.setdefault(self._collection(name), number)
            given[name] = Registered(number, home, self._stretch(name))
        self._insert(given)
        return given

    def _insert(self, given: Mapping[str, Registered]) -> None:
        rows = [{"id": name, "collection": self._collection(name), **row._asdict()} for name, row in given.items()]
        if rows:
            self.connection.execute(insert(tables.series), rows)

    def standing(self, said: Batch, register: Mapping[str, Registered]) -> Rows:
        """What stands at the place of each row of a batch, a recent row or else in a file; entry -1 for nothing."""
        found = rows.standing(self.connection, _numbers(said, register), said.time)
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

    def batch(self, entry: int, said: Batch, register: Mapping[str, Registered], before: Rows) -> None:
        """Write the rows of batch `entry`; keep those in `before` that it supersedes; move `latest` along."""
        fresh = Rows(
            series=_numbers(said, register),
            time=said.time,
            entry=np.full(len(said), entry, dtype=np.int64),
            position=np.arange(len(said), dtype=np.int64),
            value=said.floats(),
            flag=said.flag,
        )
        rows.put_superseded(self.connection, before.only(before.entry != NOBODY), entry)
        rows.put_recent(self.connection, fresh, _stretches(said, register))
        rows.move_latest(self.connection, _newest(fresh))
        self._mark_open(entry, said, register)

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

    def _stretch(self, name: str) -> int:
        declared = self.network.series.get(name)
        return period.stretch_of("hourly" if declared is None else declared.interval)

    def _mark_open(self, entry: int, said: Batch, register: Mapping[str, Registered]) -> None:
        marks = []
        for collection, mine in self._by_collection(said):
            if collection == UNDECLARED:
                continue
            interval = self.network.collection(collection).interval
            held = register[said.said[int(said.which[np.argmax(mine)])][0]]
            for start in np.unique(period.starts(interval, said.time[mine])).tolist():
                span = period.period_from(collection, interval, start)
                mark = {"collection": collection, "start": start, "end": span.end, "low": entry}
                marks.append(mark | {"home": held.home, "length": held.length})
        if marks:
            self.connection.execute(_MARK_OPEN, marks)


def _numbers(said: Batch, register: Mapping[str, Registered]) -> np.ndarray:
    return said.numbered({name: register[name].no for name in said.series})


def _stretches(said: Batch, register: Mapping[str, Registered]) -> np.ndarray:
    home = said.numbered({name: register[name].home for name in said.series})
    length = said.numbered({name: register[name].length for name in said.series})
    return stretches(home, length, said.time)


def _newest(fresh: Rows) -> Rows:
    """The newest row of each series; of rows of the same time, the last."""
    order = np.lexsort((fresh.position, fresh.time, fresh.series))
    series = fresh.series[order]
    last = np.append(series[1:] != series[:-1], True)
    return fresh.only(order[last])
