"""How far a source that is asked for stretches of time has been read: what its cursor says, and says no more than that.

The cursor is JSON: a digest of the address, and for each thing asked (a station, a datastream, the address itself) how
far it was read. It holds no address, and of an address to go on with only what does not stand in the declared one.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

import httpx2

from ingest.sources.web import digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """All before `time` is held. Where `whole` the round was finished, and the next one asks for the last days again.

    Else it goes on at `time`; where `page` is given with that page, of the stretch that ends at `until`.
    """

    time: datetime
    whole: bool = True
    until: datetime | None = None
    page: Any = None


class Progress:
    """The cursor of a source at a place, opened; one of another place or form is as good as none."""

    def __init__(self, cursor: str | None, place: str, keys: Iterable[str]) -> None:
        self._place = digest(place)
        known = _object(cursor)
        told = known.get("reached") if known.get("address") == self._place else None
        read = {key: _reached(told.get(key)) for key in keys} if isinstance(told, dict) else {}
        self._reached = {key: one for key, one in read.items() if one is not None}

    def of(self, key: str) -> Reached | None:
        """How far one thing was read; None before the first time."""
        return self._reached.get(key)

    def move(self, key: str, reached: Reached) -> None:
        """Note how far one thing was read."""
        self._reached[key] = reached

    def text(self) -> str:
        """The cursor."""
        told = {key: _told(one) for key, one in self._reached.items()}
        return json.dumps({"address": self._place, "reached": told}, sort_keys=True)


def written(time: datetime) -> str:
    """A time in UTC as addresses and cursors spell it: to the second, unless it has a part of one."""
    return time.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def moment(text: object) -> datetime | None:
    """The aware time that a text is; None where it is none."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def kept_page(page: httpx2.URL, place: httpx2.URL) -> dict[str, Any]:
    """An address to go on with; in the place of each part of the query that the declared address has, its number."""
    own = [unquote_plus(part) for part in _parts(place)]
    query: list[int | str] = []
    for part in _parts(page):
        plain = unquote_plus(part)
        query.append(own.index(plain) if plain in own else part)
    return {"path": page.raw_path.partition(b"?")[0].decode("ascii"), "query": query}


def page_of(kept: Any, place: httpx2.URL) -> httpx2.URL | None:
    """The address that was kept; None where the cursor is of another form."""
    own = _parts(place)
    try:
        parts = [own[part] if isinstance(part, int) else str(part) for part in kept["query"]]
        query = f"?{'&'.join(parts)}" if parts else ""
        return place.copy_with(raw_path=f"{kept['path']}{query}".encode("ascii"))
    except (KeyError, TypeError, IndexError, ValueError, httpx2.InvalidURL):
        return None


def _parts(address: httpx2.URL) -> list[str]:
    return [part for part in address.query.decode("ascii", "replace").split("&") if part]


def _object(cursor: str | None) -> dict[str, Any]:
    try:
        known = json.loads(cursor or "{}")
    except json.JSONDecodeError:
        return {}
    return known if isinstance(known, dict) else {}


def _reached(told: Any) -> Reached | None:
    if not isinstance(told, dict):
        return None
    whole = moment(told.get("to"))
    if whole is not None:
        return Reached(time=whole)
    start = moment(told.get("from"))
    if start is None:
        return None
    return Reached(time=start, whole=False, until=moment(told.get("until")), page=told.get("page"))


def _told(one: Reached) -> dict[str, Any]:
    told: dict[str, Any] = {"to" if one.whole else "from": written(one.time)}
    if one.until is not None:
        told["until"] = written(one.until)
    return told if one.page is None else told | {"page": one.page}
