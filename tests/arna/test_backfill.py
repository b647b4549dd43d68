"""Fetching a stretch of time again: day by day, on from where it broke off, and nothing twice."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from arna.operator.backfill import Stretch, backfill
from record.archive import Archive
from record.errors import SourceError
from record.network.source import Channel, Paths, Source
from record.selection import Selection
from tests.example import KIROV, open_pen
from tests.ingest.answering import Handler, serving
from tests.ingest.declared import RECEIVED, clock, network, source

START = datetime(2026, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)
STRETCH = Stretch(start=START, end=START + 5 * DAY)


def values(handler: Handler) -> None:
    """One value a day of the asked stretch, at its start."""
    asked = {name: value[0] for name, value in parse_qs(urlsplit(handler.path).query).items()}
    first, last = (datetime.fromisoformat(asked[name]) for name in ("from", "to"))
    moments = [START + number * DAY for number in range(5)]
    found = [{"t": one.isoformat(), "v": one.day} for one in moments if first <= one < last]
    handler.reply(200, json.dumps(found).encode())


def rest(address: str) -> Source:
    """A source that answers for any stretch of time."""
    return source(
        f"{address}/values?from={{from}}&to={{to}}", id="rest-kg", kind="http", format="json", media="application/json",
        paths=Paths(items="*", time="t"), table=None,
        channels=(Channel(name="v", series="inflow.daily", station="15954", unit="m3/s"),),
    )  # fmt: skip


def test_a_stretch_comes_day_by_day_goes_on_where_it_broke_off_and_says_nothing_twice(tmp_path: Path) -> None:
    with serving(values) as server:
        declared = rest(server.address)
        record, pen = open_pen(tmp_path, network(declared))

        def days(most: int = 99) -> list[int]:
            done = []
            for _, report in backfill(declared, STRETCH, record.network, pen, data=tmp_path, now=clock(RECEIVED)):
                done.append(report.readings)
                if len(done) == most:
                    break
            return done

        assert days(2) == [1, 1]
        asked = len(server.paths)
        assert days() == [1, 1, 1]
        assert len(server.paths) == asked + 3
        assert pen.cursor("rest-kg") is None
        found = Archive(record).select(Selection(series=(KIROV,), start=START - DAY, end=START + 9 * DAY))
        assert found["inflow"].values.ravel().tolist() == [1, 2, 3, 4, 5]
        size = Archive(record).size()
        assert days() == [0] * 5
        assert Archive(record).size() == size
        record.engine.dispose()


def test_what_has_no_past_to_ask_for_is_said_in_one_line(tmp_path: Path) -> None:
    declared = source()
    record, pen = open_pen(tmp_path, network(declared))
    with pytest.raises(SourceError, match="kind folder, which has no past to ask for"):
        next(backfill(declared, STRETCH, record.network, pen, data=tmp_path, now=clock(RECEIVED)))
    record.engine.dispose()


def test_a_day_that_failed_is_asked_again(tmp_path: Path) -> None:
    broken = {"2026-05-03"}

    def sometimes(handler: Handler) -> None:
        if any(day in handler.path for day in broken):
            handler.reply(503)
        else:
            values(handler)

    with serving(sometimes) as server:
        declared = rest(server.address)
        record, pen = open_pen(tmp_path, network(declared))

        def brought() -> int:
            days = backfill(declared, STRETCH, record.network, pen, data=tmp_path, now=clock(RECEIVED))
            return sum(report.readings for _, report in days)

        with pytest.raises(SourceError, match="503"):
            brought()
        broken.clear()
        assert brought() >= 3
        found = Archive(record).select(Selection(series=(KIROV,), start=START - DAY, end=START + 9 * DAY))
        assert found["inflow"].values.ravel().tolist() == [1, 2, 3, 4, 5]
        record.engine.dispose()
