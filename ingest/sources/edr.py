"""A collection of an OGC API - EDR service, another Arna among them, asked for the series of each declared station.

The place is the address of the collection, `https://host/collections/ID`. A channel is named `LOCATION/PARAMETER`, or
`PARAMETER` alone where its `station` is called as the location is; each location is asked at `/locations/LOCATION` for
the parameters of its channels. Where a channel names neither, the collection is asked which locations it has. A place
that ends in `/position` holds its `coords`, and is asked as it stands. Answers are CoverageJSON.
"""

import time
from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2

from ingest.sources.fetched import Clock, Fetched
from ingest.sources.progress import Progress, written
from ingest.sources.web import Answer, Wait, Web, shown, within
from ingest.sources.window import Look, Question, Round, Window
from record.entry import Receipt
from record.errors import SourceError
from record.network.source import Channel, Source

_POSITION = "/position"
_MOST_LOCATIONS = 1000


@dataclass(frozen=True, slots=True)
class Edr:
    """The collection of a source; with a `window` it is asked for that alone, and no cursor is moved."""

    source: Source
    data: Path
    window: Window | None = None
    wait: Wait = time.sleep

    def fetch(self, cursor: str | None, now: Clock, /) -> Generator[Fetched, None, None]:
        """The series of each station since the last round, and of the days that are asked again."""
        with Web(self.source, self.wait) as web:
            locations = self._locations(web)
            progress = Progress(cursor, self.source.place, locations)
            asked = Round(web=web, progress=progress, now=now, look=look, window=self.window)
            yield from asked.fetch([_question(web.place, location, names) for location, names in locations.items()])

    def done(self, _receipt: Receipt, /) -> None:
        """Nothing: the cursor, entered with the message, is all that there is to remember."""

    def _locations(self, web: Web) -> dict[str, list[str]]:
        """The locations to ask for, "" for the place itself, each with its parameters; none of them asks for all."""
        if web.place.path.endswith(_POSITION):
            return {"": [_split(channel)[1] for channel in self.source.channels]}
        wanted: dict[str, list[str]] = {}
        of_all: list[str] = []
        for channel in self.source.channels:
            location, name = _split(channel)
            (of_all if location is None else wanted.setdefault(location, [])).append(name)
        if not wanted or of_all:
            for location in self._listed(web):
                wanted.setdefault(location, []).extend(of_all)
        return {location: names for location, names in wanted.items() if names or not self.source.channels}

    def _listed(self, web: Web) -> list[str]:
        address = within(web.place, "/locations", {})
        answer = web.get(address)
        found = None if answer is None else _ids(answer.tree)
        if found is None:
            raise SourceError(
                f"{shown(address)}: lists no locations: ask its keeper, or name a station in each channel"
            )
        return list(dict.fromkeys(found))[:_MOST_LOCATIONS]


def _question(place: httpx2.URL, location: str, names: list[str]) -> Question:
    def address(start: datetime, end: datetime) -> httpx2.URL:
        asked = {"datetime": f"{written(start)}/{written(end)}", "f": "CoverageJSON"}
        if names:
            asked["parameter-name"] = ",".join(dict.fromkeys(names))
        return within(place, f"/locations/{quote(location, safe=':')}" if location else "", asked)

    return Question(key=location, address=address)


def _split(channel: Channel) -> tuple[str | None, str]:
    """The location and the parameter that a channel names."""
    location, slash, name = channel.name.rpartition("/")
    return location if slash else channel.station, name


def look(answer: Answer) -> Look:
    """Whether an answer is CoverageJSON, and whether any value is in it."""
    tree = answer.tree
    if not isinstance(tree, dict):
        return Look.STRANGE
    if tree.get("type") == "CoverageCollection":
        coverages = tree.get("coverages")
        known = isinstance(coverages, list) and all(isinstance(one, dict) for one in coverages)
    else:
        known, coverages = tree.get("type") == "Coverage", [tree]
    if not known or not isinstance(coverages, list):
        return Look.STRANGE
    return Look.NOTHING if all(_is_empty(one) for one in coverages) else Look.DATA


def _is_empty(coverage: dict[str, Any]) -> bool:
    """Whether a coverage has an axis of time without any time, or no ranges at all."""
    domain = coverage.get("domain")
    axes = domain.get("axes") if isinstance(domain, dict) else None
    times = axes.get("t") if isinstance(axes, dict) else None
    return coverage.get("ranges") == {} or (isinstance(times, dict) and times.get("values") == [])


def _ids(tree: Any) -> list[str] | None:
    """The ids of the features of a list of locations."""
    features = tree.get("features") if isinstance(tree, dict) else None
    if not isinstance(features, list):
        return None
    ids = [feature.get("id") for feature in features if isinstance(feature, dict)]
    return [str(one) for one in ids if isinstance(one, str | int) and str(one)]
