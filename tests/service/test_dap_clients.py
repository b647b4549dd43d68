"""OPeNDAP to clients that keep no cookies, send false ones, ask much for little, or are parties whose name is noted."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from starlette.testclient import TestClient

from record import seal, tables
from record.archive.axis import first_late
from record.errors import RecordDamaged
from record.network.access import Access
from record.writer import Pen
from service import renewal
from service.app import create_app
from service.opendap import dataset
from service.settings import Settings
from tests.example import BORDER, KIROV, START, network_of_two, open_pen, say, seen
from tests.service.owed import AS_KZ, TOKENS, keep_token
from tests.service.served import ROOT

DAILY = "/dap/talas-daily"
DAY = 86_400
AT = int(START.timestamp())


class Served:
    """A record that grows, as it is served; a client without cookies."""

    def __init__(self, folder: Path) -> None:
        self.now = START + timedelta(hours=3)
        self.folder = folder
        network = network_of_two()
        stations = dict(network.stations)
        stations["kirov:kg"] = stations["kirov:kg"].model_copy(update={"names": {"en": 'The "Kirov"'}})
        self.record, self.pen = open_pen(folder, replace(network, stations=stations))
        (folder / "own" / "tokens").mkdir(parents=True)
        keep_token(folder / "own", "kz", TOKENS["kz"])
        self.begin()

    def begin(self) -> None:
        """Begin anew, as another worker or after a restart."""
        app = create_app(Settings(config=ROOT / "config", data=self.folder / "own"), now=lambda: self.now)
        renewal.install(app, lambda: self.record)
        self.app = app

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        """Status and body of a question without a cookie, unless one is sent."""
        found = TestClient(self.app, raise_server_exceptions=False).get(path, headers=headers)
        return found.status_code, found.content

    def status(self, path: str, **headers: str) -> int:
        return self.get(path, **headers)[0]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    made = Served(tmp_path)
    yield made
    made.record.engine.dispose()


def day_by_day(pen: Pen) -> None:
    """Three days were said the day before; then the fourth and the sixth; then the fifth, late; then a correction."""
    say(pen, "before", [seen(KIROV, day, "1.5") for day in (0, 1, 2)], hours=-30)
    say(pen, "lately", [seen(KIROV, day, "1.5") for day in (3, 5)])
    say(pen, "late", [seen(BORDER, 4, "1.5"), seen(BORDER, 6, "1.5")], hours=1)
    say(pen, "again", [seen(BORDER, 4, "2.5"), seen(KIROV, 0, "2.5")], hours=2)


@pytest.mark.parametrize("sealed", [False, True])
def test_what_moved_between_the_day_before_and_now_is_known_from_the_journal(served: Served, sealed: bool) -> None:
    day_by_day(served.pen)
    if sealed:
        later = START + timedelta(days=800)
        assert [done.fault for done in seal.seal(served.record, served.pen, lambda: later, lambda: None)] == [None]
    served.begin()
    asked = [served.status(f"{DAILY}.dods?time[{place}]") for place in range(7)]
    # Whoever opened it with five times has the sixth day at place 4; who asks for the last place has seen all.
    assert asked == [200, 200, 200, 200, 400, 400, 200]
    assert served.status(f"{DAILY}@4.dods?time[4]") == 200
    served.now = served.now + timedelta(days=3)
    assert served.status(f"{DAILY}.dods?time[4]") == 200


def test_what_is_said_again_or_behind_the_end_moves_nothing(served: Served) -> None:
    say(served.pen, "before", [seen(KIROV, day, "1.5") for day in (0, 1)], hours=-30)
    for place, days in enumerate(((3, 2), (4,), (2, 3, 0), (5,))):
        say(served.pen, f"{place}", [seen(KIROV, day, f"{place}.5") for day in days], hours=place)
    assert [served.status(f"{DAILY}.dods?time[{place}]") for place in range(6)] == [200] * 6


@given(st.lists(st.sets(st.integers(0, 12), min_size=1, max_size=4), min_size=1, max_size=6), st.integers(0, 2))
def test_the_first_late_time_is_where_any_state_of_the_axis_had_another(said: list[set[int]], then: int) -> None:
    states = [sorted(set().union(*said[:count])) for count in range(len(said) + 1)]
    then, now = min(then, len(said)), states[-1]
    first = {time: count for count, state in reversed(list(enumerate(states))) for time in state}
    fresh = [time for time in now if time not in states[then]]
    arrays = (np.array(part, dtype=np.int64) for part in (states[then], fresh, [first[time] for time in fresh]))
    places = [
        next((place for place, time in enumerate(state) if now[place] != time), len(now)) for state in states[then:]
    ]
    place = min(places)
    assert first_late(*arrays) == ([now[place]] if place < len(now) else [])


def cookie(count: int, at: datetime) -> dict[str, str]:
    return {"Cookie": f"arna-dap-talas-daily={count}.{int(at.timestamp())}"}


def test_a_cookie_that_cannot_be_ours_says_nothing_and_harms_nobody(served: Served) -> None:
    say(served.pen, "first", [seen(KIROV, 1, "1.5"), seen(KIROV, 3, "1.5")])
    assert served.status(f"{DAILY}.dds") == 200
    say(served.pen, "late", [seen(KIROV, 2, "1.5")], hours=1)
    far = served.now + timedelta(days=4000)
    for false in (cookie(1, far), cookie(99, served.now), cookie(2, served.now + timedelta(seconds=1))):
        assert b"time = 3" in served.get(f"{DAILY}.dds", **false)[1]
        assert served.status(f"{DAILY}.dods?time[1]", **false) == 400
    assert served.status(f"{DAILY}.dods?time[1]", **cookie(1, served.now)) == 200
    served.now = served.now + timedelta(days=2)
    assert served.status(f"{DAILY}.dods?time[1]") == 200


def test_what_is_read_is_what_is_counted(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    spent: list[int] = []
    monkeypatch.setattr("service.routes.opendap.spend", lambda _, points: spent.append(points))
    say(served.pen, "first", [seen(KIROV, day, "1.5") for day in range(20)])
    say(served.pen, "next", [seen(KIROV, 20, "1.5")])
    for path in (f"{DAILY}@1.dds", f"{DAILY}@1.das", f"{DAILY}@1", f"{DAILY}@2.das", f"{DAILY}@1.das"):
        assert served.status(path) == 200
    assert spent == [21, 21]
    spent.clear()
    for asked in ("inflow[0:1][0:10:19]", "inflow_flag[0][3:2:4],time[1]", "time"):
        assert served.status(f"{DAILY}@1.dods?{asked}") == 200
    assert spent == [40, 3, 20]


def test_the_width_of_a_stride_is_refused_too(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    say(served.pen, "first", [seen(KIROV, day, "1.5") for day in range(20)])
    monkeypatch.setattr("service.routes.opendap.MOST_CELLS", 15)
    assert served.status(f"{DAILY}.dods?inflow[0][0:10:10]") == 200
    assert served.status(f"{DAILY}.dods?inflow[0][0:10:19]") == 400


@pytest.mark.parametrize(
    ("asked", "noted"),
    [
        ("inflow", [(AT, AT + 4 * DAY + 1, 2)]),
        ("inflow[0][1:3]", [(AT + DAY, AT + 3 * DAY + 1, 1)]),
        (
            "inflow[0][0:2:4]",
            [(AT, AT + 1, 2), (AT + 2 * DAY, AT + 2 * DAY + 1, 1), (AT + 4 * DAY, AT + 4 * DAY + 1, 1)],
        ),
        ("inflow[1][0:2:4]", []),
        ("inflow_flag,inflow_entry", []),
        ("time,station_id", []),
    ],
)
def test_a_party_is_noted_for_the_values_that_it_was_given(
    served: Served, asked: str, noted: list[tuple[int, int, int]]
) -> None:
    say(served.pen, "first", [seen(KIROV, day, "1.5") for day in range(5)])
    say(served.pen, "again", [seen(KIROV, 0, "2.5")])
    assert served.status(f"{DAILY}.dods?{asked}", **AS_KZ) == 200
    served.app.state.notes.write()
    column = tables.access.c
    with served.record.engine.connect() as connection:
        found = connection.execute(select(column.start, column.end, column.size).order_by(column.start))
        assert [tuple(one) for one in found] == noted


def test_a_party_is_given_no_more_single_readings_than_are_noted(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dataset, "MOST_SINGLE", 4)
    say(served.pen, "first", [seen(KIROV, day, "1.5") for day in range(6)])
    status, body = served.get(f"{DAILY}.dods?inflow[0:1][0:2:5]", **AS_KZ)
    assert (status, b"6 readings are asked for one by one, and of a party at most 4" in body) == (400, True)
    assert served.status(f"{DAILY}.dods?inflow[0:1][0:2:5]") == 200
    assert served.status(f"{DAILY}.dods?inflow", **AS_KZ) == 200


def test_what_is_too_much_is_said_as_the_protocol_says_it(served: Served) -> None:
    say(served.pen, "first", [seen(KIROV, day, "1.5") for day in range(6)])
    access = Access.model_validate({"points_a_question": 8})
    served.app.state.network = replace(served.app.state.network, access=access)
    status, body = served.get(f"{DAILY}.dods?inflow")
    assert (status, body.decode().splitlines()[:2]) == (413, ["Error {", "    code = 413;"])
    # Opening it is counted too.
    assert b"18 points are asked for, and one question may ask for 8" in body


def test_a_quotation_mark_does_not_end_a_text(served: Served) -> None:
    say(served.pen, "first", [seen(KIROV, 1, "1.5")])
    assert '"The \\"Kirov\\""' in served.get(f"{DAILY}.ascii?station_name")[1].decode()


def test_an_answer_that_breaks_off_is_a_line_in_the_log(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    say(served.pen, "first", [seen(KIROV, day, "1.5") for day in range(6)])
    monkeypatch.setattr("service.routes.opendap._AT_ONCE", 0)
    monkeypatch.setattr(dataset, "_CELLS_AT_A_TIME", 1)
    portion, read = dataset._portion, []

    def failing(*given: object) -> np.ndarray:
        read.append(given)
        if len(read) == 2:
            raise RecordDamaged("a segment is damaged: run `arna rebuild`")
        return portion(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(dataset, "_portion", failing)
    with caplog.at_level(logging.INFO, "arna.service"):
        served.get(f"{DAILY}.dods?inflow")
    assert [one.getMessage() for one in caplog.records if one.name == "arna.service"] == [
        "the answer at /dap/talas-daily.dods broke off: RecordDamaged: a segment is damaged: run `arna rebuild`"
    ]
