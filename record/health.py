"""How each source fares: when it was asked, when it answered, and what went wrong last. Operation, not the record."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, Row, delete, insert, select

from record import tables
from record.database import told, writing

FOLLOW = "follow"
"""In the place of a source: how whoever follows the journal fares, and under this name up to where it was followed."""
REPORTS = "reports: "
"""How the names of what issues and delivers reports begin, in the place of sources."""
_MAX_FAULT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The state of one source; all times are aware.

    `tried` is the start of its last round, `answered` the last that ended without fault, `heard` the last that brought
    a message; `failures` counts those in a row that failed, the last of them at `failed` for the reason `fault`.
    `messages`, `readings` and `refusals` are of the last round that brought any message.
    """

    source: str
    tried: datetime
    answered: datetime | None = None
    heard: datetime | None = None
    failures: int = 0
    failed: datetime | None = None
    fault: str | None = None
    messages: int = 0
    readings: int = 0
    refusals: int = 0


def health(engine: Engine) -> dict[str, Health]:
    """The health of every source that was ever asked, by its id; raise `RecordError`."""
    with told("the health of the sources cannot be read"), engine.connect() as connection:
        return {row.source: _read(row) for row in connection.execute(select(tables.health))}


def note(engine: Engine, state: Health) -> None:
    """Keep the health of one source in place of what was noted before; raise `RecordError`."""
    with told(f"the health of source {state.source} was not noted"), writing(engine) as connection:
        connection.execute(delete(tables.health).where(tables.health.c.source == state.source))
        connection.execute(insert(tables.health), _row(state))


def of(engine: Engine, name: str) -> Health | None:
    """The health of one source, or of what stands in the place of one; None where it was never tried."""
    question = select(tables.health).where(tables.health.c.source == name)
    with told(f"the health of {name} cannot be read"), engine.connect() as connection:
        row = connection.execute(question).first()
    return None if row is None else _read(row)


def went_well(engine: Engine, name: str, now: datetime) -> None:
    """Note that something went well which had failed; of what never failed nothing is kept."""
    known = of(engine, name)
    if known is not None and known.failures:
        note(engine, replace(known, tried=now, answered=now, failures=0, failed=None, fault=None))


def failed(engine: Engine, name: str, now: datetime, fault: str) -> Health:
    """Note that something failed, once more in a row; return how it fares."""
    known = of(engine, name) or Health(source=name, tried=now)
    state = replace(known, tried=now, failures=known.failures + 1, failed=now, fault=fault)
    note(engine, state)
    return state


def forget(engine: Engine, beginning: str, known: Collection[str]) -> None:
    """Forget how fares what is not there any more: all whose names begin so and are not known; raise `RecordError`."""
    column = tables.health.c.source
    question = select(column).where(column.startswith(beginning, autoescape=True))
    with told("the health of the sources cannot be read"), engine.connect() as connection:
        gone = [name for name in connection.execute(question).scalars() if name not in known]
    if gone:
        with told("the health of what is gone was not forgotten"), writing(engine) as connection:
            connection.execute(delete(tables.health).where(column.in_(gone)))


def failing(connection: Connection, beginning: str) -> list[Health]:
    """What failed when it was tried last, of all whose names begin so, in their order."""
    column = tables.health.c
    question = select(tables.health).where(column.failures > 0, column.source.startswith(beginning, autoescape=True))
    return [_read(row) for row in connection.execute(question.order_by(column.source))]


def _row(state: Health) -> Mapping[str, object]:
    return {
        "source": state.source,
        "tried": _seconds(state.tried),
        "answered": _seconds(state.answered),
        "heard": _seconds(state.heard),
        "failures": state.failures,
        "failed": _seconds(state.failed),
        "fault": None if state.fault is None else state.fault[:_MAX_FAULT],
        "messages": state.messages,
        "readings": state.readings,
        "refusals": state.refusals,
    }


def _read(row: Row[tuple[object, ...]]) -> Health:
    return Health(
        source=row.source,
        tried=datetime.fromtimestamp(row.tried, UTC),
        answered=_moment(row.answered),
        heard=_moment(row.heard),
        failures=row.failures,
        failed=_moment(row.failed),
        fault=row.fault,
        messages=row.messages,
        readings=row.readings,
        refusals=row.refusals,
    )


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
