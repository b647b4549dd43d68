"""The tables of a morning: one a source, one sent again with other values, and planted faults."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from arna.demo.generator import speakers, tables
from arna.demo.generator.chance import Chance
from arna.demo.generator.message import Message, Trouble
from arna.demo.generator.tables import Row
from record.network import Network
from record.network.source import Source, Table

_FIRST_TABLE = timedelta(hours=8, minutes=5)
_BETWEEN = timedelta(minutes=7)
_CORRECTED = timedelta(hours=16, minutes=20)
_OF_ANOTHER = timedelta(hours=8, minutes=24)
_SLIP = Decimal("1.08")
_CENT = Decimal("0.01")


def morning(network: Network, source: Source, day: date, chance: Chance, planted: frozenset[Trouble]) -> list[Message]:
    """The messages of a source of tables on the morning of `day`; `planted` are the faults of that day.

    A value out of range and a correction are planted in the first declared table, another party's station in the last.
    """
    table = source.table
    if table is None:
        return []
    peers = speakers.sources_of(network, source.format)
    first, last = source == peers[0], source == peers[-1]
    lines = tables.rows(table, speakers.by_table(network, source), day, chance)
    faults = planted & {Trouble.OUT_OF_RANGE, Trouble.CORRECTED} if first else frozenset()
    office = _Office(source, table, day)
    made = [office.message("daily", _faulty(lines, faults), _FIRST_TABLE + peers.index(source) * _BETWEEN, *faults)]
    if Trouble.CORRECTED in faults:
        made.append(office.message("daily-corrected", lines, _CORRECTED, Trouble.CORRECTED))
    if Trouble.OTHER_PARTY in planted and last:
        theirs = tables.rows(table, speakers.in_table(speakers.foreign(network, source), source)[:1], day, chance)
        if theirs:
            made.append(office.message("neighbour", theirs, _OF_ANOTHER, Trouble.OTHER_PARTY))
    return made


def _faulty(lines: Sequence[Row], faults: frozenset[Trouble]) -> list[Row]:
    """The lines as first sent: a sign too many in the first value, or the first value too high by some per cent."""
    if Trouble.OUT_OF_RANGE in faults:
        return _with_first_changed(lines, Decimal(-1))
    return _with_first_changed(lines, _SLIP) if Trouble.CORRECTED in faults else list(lines)


def _with_first_changed(lines: Sequence[Row], factor: Decimal) -> list[Row]:
    changed = list(lines)
    for number, line in enumerate(lines):
        for series, value in line.values.items():
            if value:
                values = {**line.values, series: (value * factor).quantize(_CENT)}
                changed[number] = replace(line, values=values)
                return changed
    return changed


class _Office:
    """What the messages of one table source on one morning have in common."""

    def __init__(self, source: Source, table: Table, day: date) -> None:
        self._source, self._table, self._day = source, table, day

    def message(self, stem: str, lines: Sequence[Row], after_midnight: timedelta, *troubles: Trouble) -> Message:
        """The lines as a file that comes so long after midnight, by the clock of the sender."""
        local = datetime.combine(self._day, time(), ZoneInfo(self._source.zone)) + after_midnight
        return Message(
            source=self._source.id,
            name=f"{stem}-{local:%Y%m%d-%H%M}.csv",
            body=tables.write(self._table, lines),
            at=local.astimezone(UTC),
            troubles=tuple(sorted(troubles)),
        )
