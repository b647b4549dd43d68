"""A record of few readings in which everything happened once, harmed behind its back and audited."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, update

from record import seal, tables
from record.archive import Record
from record.audit import audit
from record.entry import Flag, Refusal
from record.writer import Pen
from tests.example import BORDER, KIROV, KIROV_STORAGE, START, say, seen

EVERYTHING = (KIROV, KIROV_STORAGE, BORDER)
LONG_AFTER = datetime(2040, 1, 1, tzinfo=UTC)
REFUSAL = Refusal(fragment=b"\xff", where="group 2", reason="not readable")
Harm = Callable[[Connection], object]


def close_periods(record: Record, pen: Pen) -> None:
    assert [done.fault for done in seal.seal(record, pen, lambda: LONG_AFTER, pause=lambda: None) if done.fault] == []


def fill(record: Record, pen: Pen) -> None:
    """Two years that were sealed and one that was not, corrections before and after the seal, and refusals."""
    say(pen, "first", [seen(KIROV, 0, "20.30"), seen(BORDER, 0, "7"), seen(KIROV, 400, None)], [REFUSAL], hours=1)
    say(pen, "second", [seen(KIROV, 0, "23.1"), seen(KIROV_STORAGE, 1, "310")], hours=2)
    close_periods(record, pen)
    third = [seen(KIROV, 0, "24"), seen(KIROV, 800, "30.5"), seen(KIROV, 801, "31")]
    say(pen, "third", third, [REFUSAL], hours=3)
    say(pen, "fourth", [seen(KIROV, 801, "32", Flag.SUSPECT)], hours=4)


def found(record: Record, folder: Path) -> tuple[str, ...]:
    """The differences; the workplace is always left empty."""
    done = audit(record, folder / "audit")
    assert list((folder / "audit").iterdir()) == []
    assert done.more == 0
    return done.differences


def harmed(record: Record, folder: Path, harm: Harm) -> tuple[str, ...]:
    """The differences after that was done behind the record's back."""
    with record.engine.begin() as connection:
        harm(connection)
    return found(record, folder)


def seconds(day: int) -> int:
    return int((START + timedelta(days=day)).timestamp())


def change_recent(day: int, **values: object) -> Harm:
    return lambda connection: connection.execute(
        update(tables.recent).where(tables.recent.c.time == seconds(day)).values(values)
    )
