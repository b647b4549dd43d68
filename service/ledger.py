"""The ledger as it is answered: as JSON documents, and as CSV by RFC 4180 with a row for each reading that is owed.

Times are UTC with Z; `time_local` and `due_local` are by the clock of the party that owes, with its offset.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from record.health import Health
from record.leaf import write_time
from record.ledger import Page, Row
from record.ledger.following import Following
from record.ledger.kept import Kept
from record.ledger.row import Saying
from record.ledger.summary import by_obligation, by_party
from record.network import Network
from record.network.obligation import Obligation

MEDIA: Mapping[str, str] = {"json": "application/json", "csv": "text/csv"}
"""The media type of each form."""

_COLUMNS = (
    "obligation",
    "party",
    "series",
    "nature",
    "time_utc",
    "time_local",
    "due_utc",
    "due_local",
    "state",
    "sent_utc",
    "received_utc",
    "entered_utc",
    "late_by_seconds",
    "entry",
    "source",
    "amended_by_entries",
    "entry_without_value",
)


def document(page: Page, network: Network, days: tuple[date, date]) -> dict[str, Any]:
    """A page with what it rests on, a reading an item."""
    return _head(page, days) | {"readings": [_reading(row, network) for row in page.rows]}


def table(page: Page, network: Network) -> bytes:
    """The same rows as UTF-8 text with CRLF line ends; what is not known is an empty cell."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([*_COLUMNS, *(f"first_fetched_{party}_utc" for party in network.parties)])
    for row in page.rows:
        said = _reading(row, network)
        fetched = said.pop("first_fetched")
        said["amended"] = " ".join(map(str, said["amended"]))
        writer.writerow(["" if cell is None else cell for cell in (*said.values(), *map(fetched.get, network.parties))])
    return out.getvalue().encode()


def summed(
    page: Page, network: Network, days: tuple[date, date], party: str | None, obligation: str | None
) -> dict[str, Any]:
    """The numbers of each party, and of each obligation with what it rests on; of those asked for, or of all."""
    obligations = [one for one in network.obligations.values() if obligation in (None, one.id)]
    obligations = [one for one in obligations if party in (None, one.party)]
    whose = {one.party for one in obligations} if obligation else {party or name for name in network.parties}
    parties = [name for name in network.parties if name in whose]
    numbers = by_obligation(page.rows, [one.id for one in obligations])
    return _head(page, days) | {
        **_by_party(page.rows, network, parties),
        "obligations": [declared(one, network) | {"readings": asdict(numbers[one.id])} for one in obligations],
    }


def declared(one: Obligation, network: Network) -> dict[str, Any]:
    """An obligation as it is declared, with the series that it is on, and whether anybody confirmed it."""
    return {
        "id": one.id,
        "party": one.party,
        "series": list(network.owed[one.id]),
        "of": f"{one.of:%H:%M}",
        "by": f"{one.by:%H:%M}",
        "by_days": one.by_days,
        "weekdays": list(one.weekdays),
        "since": None if one.since is None else one.since.isoformat(),
        "until": None if one.until is None else one.until.isoformat(),
        "in_force": one.in_force,
        "simulated": one.simulated,
        "verified": one.verified,
        "document": one.document,
        "note": one.note,
    }


def warned(kept: Iterable[Kept]) -> list[dict[str, Any]]:
    """Warnings, each with since when it is so and when it was raised."""
    return [
        {
            "kind": one.kind.value,
            "of": one.of,
            "party": one.party,
            "since": write_time(one.since),
            "raised": write_time(one.raised),
            "said": one.said,
        }
        for one in kept
    ]


def last_messages(
    last: Mapping[str, Saying | None], health: Mapping[str, Health], network: Network
) -> list[dict[str, Any]]:
    """Each source with its last message, nulls for one that never spoke, and how often in a row asking it failed.

    Why it failed may name hosts and folders, and is for the operator's log alone.
    """
    return [
        {
            "source": name,
            "party": network.sources[name].party,
            "simulated": network.sources[name].simulated,
            "last_received": None if one is None else write_time(one.received),
            "last_entered": None if one is None else write_time(one.entered),
            "entry": None if one is None else one.entry,
            "failures": health[name].failures if name in health else None,
        }
        for name, one in last.items()
    ]


def followed(how: Following) -> dict[str, Any]:
    """How far the journal was followed, and what keeps it from being followed further."""
    return {
        "entries": how.size,
        "followed": how.read,
        "since": None if how.since is None else write_time(how.since),
        "fault": how.fault,
    }


def today(rows: Sequence[Row], network: Network, day: date) -> dict[str, Any]:
    """What is owed of a day, in numbers by party."""
    return {"day": day.isoformat(), **_by_party(rows, network, list(network.parties))}


def _by_party(rows: Sequence[Row], network: Network, parties: Sequence[str]) -> dict[str, Any]:
    """The numbers of each party; what generators owe is counted apart, so that it accuses nobody."""
    made_up = {one.id for one in network.obligations.values() if one.simulated}
    parts = {
        "parties": [row for row in rows if row.owed.obligation not in made_up],
        "simulated": [row for row in rows if row.owed.obligation in made_up],
    }
    return {
        part: {name: asdict(found) for name, found in by_party(some, parties).items()}
        for part, some in parts.items()
        if part == "parties" or made_up
    }


def _head(page: Page, days: tuple[date, date]) -> dict[str, Any]:
    first, last = days
    return {
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
        "known_until": write_time(page.moment),
        "journal_size": page.count,
    }


def _reading(row: Row, network: Network) -> dict[str, Any]:
    owed, zone = row.owed, network.party(row.owed.party).tz
    return {
        "obligation": owed.obligation,
        "party": owed.party,
        "series": owed.series,
        "nature": network.station(network.series[owed.series].station).nature.value,
        "time": write_time(owed.time),
        "time_local": owed.time.astimezone(zone).isoformat(),
        "due": write_time(owed.due),
        "due_local": owed.due.astimezone(zone).isoformat(),
        "state": row.state.value,
        "sent": _time(row.sent),
        "received": _time(row.received),
        "entered": _time(row.entered),
        "late_by": row.late_by,
        "entry": row.entry,
        "source": row.source,
        "amended": list(row.amended),
        "without_value": row.without_value,
        "first_fetched": {party: write_time(at) for party, at in row.first_fetched.items()},
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else write_time(moment)
