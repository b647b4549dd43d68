"""A network whose parties owe readings, and a record of what they gave."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from record.entry import Flag, Method, Observation, Receipt, Refusal
from record.network import Network
from record.network.obligation import Obligation, Watch
from record.network.source import Source
from record.writer import Appended, Pen
from tests.example import START, network_of_two

LEVEL = "kirov:kg.level.term"
INFLOW = "kirov:kg.inflow.daily"
GATE = "example-border:kz.discharge.daily"
HOUR = timedelta(hours=1)


def owing(*, watches: tuple[Watch, ...] = ()) -> Network:
    """The example network; one party owes a term and a mean, the other a mean: all due at nine by their clocks."""
    rows = (
        Obligation.model_validate(
            {
                "id": "kg-terms",
                "party": "kg",
                "series": ["*:kg.level.term"],
                "of": "08:00",
                "by": "09:00",
                "document": "assumed",
            }
        ),
        Obligation.model_validate(
            {
                "id": "kg-days",
                "party": "kg",
                "stations": ["kirov:kg"],
                "series": ["inflow.daily"],
                "of": "00:00",
                "by": "09:00",
                "by_days": 1,
                "document": "assumed",
            }
        ),
        Obligation.model_validate(
            {
                "id": "kz-days",
                "party": "kz",
                "series": ["*.daily"],
                "of": "00:00",
                "by": "09:00",
                "by_days": 1,
                "document": "assumed",
            }
        ),
    )
    sources = {name: _source(name, name[-2:]) for name in ("telegrams-kg", "tables-kz")}
    return replace(network_of_two(), obligations={row.id: row for row in rows}, watches=watches, sources=sources)


def _source(name: str, party: str) -> Source:
    return Source.model_validate(
        {
            "id": name,
            "party": party,
            "kind": "folder",
            "place": f"inbox/{name}",
            "format": "kn15",
            "media": "text/plain",
            "zone": "Asia/Bishkek",
            "trigger": {"every": 60},
        }
    )


def reading(series: str, time: datetime, value: str | None, flag: Flag = Flag.GOOD) -> Observation:
    """An observation of a time."""
    return Observation(
        series=series,
        time=time,
        value=None if value is None else Decimal(value),
        flag=Flag.MISSING if value is None else flag,
        method=Method.MEASURED,
    )


def give(
    pen: Pen,
    at: datetime,
    observations: Sequence[Observation],
    refusals: Sequence[Refusal] = (),
    *,
    source: str = "telegrams-kg",
    entered: datetime | None = None,
) -> Appended:
    """Let a message of that moment be entered, at once or at another moment."""
    body = f"{source} {at.isoformat()} {observations} {refusals}".encode()
    receipt = Receipt(source=source, name="message.txt", media="text/plain", received=at, body=body)
    return pen.append(receipt, observations, refusals, entered or at)


MORNING = START
"""08:00 of 1 May 2026 in Bishkek."""
MIDNIGHT_KG = START - 8 * HOUR
"""00:00 of that day in Bishkek."""
MIDNIGHT_KZ = START - 7 * HOUR
"""00:00 of that day in Almaty."""
