"""Who is noted for which answer, and that no note ever costs an answer."""

import logging
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, event, select
from starlette.testclient import TestClient

from arna import tokens
from record import seal, tables
from record.archive import Log, Record
from record.archive.segment.manifest import Piece
from record.database import open_database
from record.errors import RecordError
from record.ledger import Ledger
from record.ledger.access import Fetch, Given
from record.writer import Pen
from service.access import Noted, Notes
from tests.arna.printed import FiguresAlone, issue
from tests.example import START
from tests.record.owing import GATE, INFLOW, LEVEL, MIDNIGHT_KG, MORNING, give, reading
from tests.service.owed import AS_KG, AS_KZ, NOW, owed

KIROV = "/collections/talas-term/locations/kirov:kg"
KIROV_DAILY = "/collections/talas-daily/locations/kirov:kg"
AT = int(MORNING.timestamp())
DAY = 86_400


Held = tuple[TestClient, Record, Pen]


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Held]:
    app, record, pen = owed(tmp_path)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client, record, pen


def noted(client: TestClient, record: Record) -> list[tuple[str, str, int, int, int, int]]:
    """The notes of the access table, without when and whence."""
    client.app.state.notes.write()  # type: ignore[attr-defined]
    column = tables.access.c
    with record.engine.begin() as connection:
        question = select(column.party, column.subject, column.start, column.end, column.low, column.size)
        return [tuple(row) for row in connection.execute(question.order_by(column.subject, column.start))]


def test_a_series_is_noted_from_its_first_time_to_its_last(held: Held) -> None:
    client, record, _ = held
    assert client.get(f"{KIROV}?datetime=2020-01-01/..", headers=AS_KZ).status_code == 200
    assert noted(client, record) == [("kz", LEVEL, AT, AT + 1, 0, 2)]


@pytest.mark.parametrize(
    ("path", "subject", "bounds"),
    [
        (f"{KIROV}?f=csv", LEVEL, (AT, AT + 1, 0, 2)),
        (f"{KIROV}?as-of=1", LEVEL, (AT, AT + 1, 0, 1)),
        ("/collections/talas-daily/position?coords=POINT(71.6183 42.6478)", INFLOW, None),
        (f"/history?series={LEVEL}&time=2026-05-01T02:00:00Z", LEVEL, (AT, AT + 1, 0, 2)),
        ("/latest?collection=talas-term", LEVEL, (AT, AT + 1, 0, 2)),
    ],
)
def test_each_way_to_a_reading_is_noted(
    held: Held, path: str, subject: str, bounds: tuple[int, int, int, int] | None
) -> None:
    client, record, _ = held
    assert client.get(path, headers=AS_KZ).status_code == 200
    at = int(MIDNIGHT_KG.timestamp())
    assert noted(client, record) == [("kz", subject, *(bounds or (at, at + 1, 0, 3)))]


def test_a_report_gives_the_readings_on_which_its_figures_rest(held: Held) -> None:
    client, record, _ = held
    assert client.get("/reports/daily/2026-05-01?f=html", headers=AS_KZ).status_code == 200
    midnight = int(MIDNIGHT_KG.timestamp())
    # The day stands in the table, and in the hydrograph with those since 1 April.
    season = midnight - 30 * DAY
    assert noted(client, record) == [
        ("kz", INFLOW, season, midnight + DAY, 0, 3),
        ("kz", INFLOW, midnight, midnight + DAY, 2, 3),
    ]
    # The ledger counts that as having been given the reading.
    assert first_fetched(record, "kg-days") == {"kz": NOW}


def first_fetched(record: Record, obligation: str) -> dict[str, datetime]:
    day = MORNING.date()
    (row,) = Ledger(record).page(day, day, NOW + timedelta(seconds=1), obligation=obligation).rows
    return dict(row.first_fetched)


def test_an_issued_report_gives_what_it_gave_when_it_was_issued(held: Held) -> None:
    client, record, pen = held
    folder = Path(str(record.engine.url.database)).parent
    issue(record, pen, folder, MORNING.date(), lambda: NOW, FiguresAlone())
    names = client.get("/reports/daily/2026-05-01/issued").json()["issued"][0]["forms"]
    form = next(one["href"] for one in names if one["name"].endswith("json"))
    assert client.get(form, headers=AS_KZ).status_code == 200
    assert {row[1] for row in noted(client, record)} == {INFLOW}


def test_a_sealed_file_gives_its_collection_over_its_period(held: Held) -> None:
    client, record, pen = held
    list(seal.seal(record, pen, lambda: datetime(2040, 1, 1, tzinfo=UTC), pause=lambda: None))
    for one in client.get("/segments").json()["segments"]:
        assert client.get(one["href"], headers=AS_KZ).status_code == 200
        for part in ("bytes=0-9", "bytes=0-9,-5"):
            assert client.get(one["href"], headers={**AS_KG, "range": part}).status_code == 206
    year = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
    rows = noted(client, record)
    assert [(party, subject, start) for party, subject, start, *_ in rows] == [
        ("kz", "talas-daily", year),
        ("kz", "talas-term", year),
    ]
    assert first_fetched(record, "kg-days") == {"kz": NOW}


def test_a_part_of_a_file_gives_the_readings_that_lie_whole_in_it(held: Held) -> None:
    client, record, pen = held
    list(seal.seal(record, pen, lambda: datetime(2040, 1, 1, tzinfo=UTC), pause=lambda: None))
    href, piece = daily_file(client)
    opened = record.segments.open(piece)
    first, size = opened.variables["inflow"].offset.item(0, 0), opened.variables["inflow"].size.item(0, 0)
    row = (INFLOW, int(opened.time[0]), int(opened.time[-1]) + 1, 0, piece.size)

    def given(said: str, **more: str) -> list[tuple[object, ...]]:
        with record.engine.begin() as connection:
            connection.execute(delete(tables.access))
        client.app.state.notes = Notes(client.app.state.notes._write)  # type: ignore[attr-defined]
        assert client.get(href, headers={**AS_KZ, "Range": said, **more}).status_code == (200 if more else 206)
        return [tuple(one[1:]) for one in noted(client, record)]

    assert row in given(f"bytes={first}-{first + size - 1}")
    assert row in given(f"bytes=0-3,{first}-{first + size - 9},{first + size - 8}-{first + size - 1}")
    assert row not in given(f"bytes={first + 1}-{first + size - 1}")
    assert row not in given(f"bytes={first}-{first + size - 2}")
    whole = [("talas-daily", piece.period.start, piece.period.end, 0, piece.size)]
    assert given("bytes=0-") == given("bytes=-99999999") == given("bytes=100-") == whole
    assert given("bytes=0-9", **{"If-Range": '"other"'}) == whole


def daily_file(client: TestClient) -> tuple[str, Piece]:
    """Where the file of daily means is, and what it is."""
    (one,) = client.get("/segments?collection=talas-daily").json()["segments"]
    log: Log = client.app.state.log  # type: ignore[attr-defined]
    return one["href"], next(piece for piece in log.segments() if piece.sha256 == one["sha256"])


def test_a_slice_by_opendap_gives_what_lies_in_it_and_flags_alone_give_nothing(held: Held) -> None:
    client, record, pen = held
    at = int(MIDNIGHT_KG.timestamp())
    give(pen, NOW, [reading(INFLOW, MIDNIGHT_KG + timedelta(days=day), "20.5") for day in (1, 2, 3)])
    axis = [at, at + 3600, at + DAY, at + 2 * DAY, at + 3 * DAY]
    assert client.app.state.archive.axis("talas-daily", 6).tolist() == axis  # type: ignore[attr-defined]
    stations = client.get("/dap/talas-daily.dds").text.split("station = ")[1].split("]")[0]
    rows = f"[0:{int(stations) - 1}]"
    for names in ("time,station_id", "inflow_flag,inflow_entry", f"inflow{rows}[1]"):
        assert client.get(f"/dap/talas-daily.dods?{names}", headers=AS_KZ).status_code == 200
        assert noted(client, record) == []
    assert client.get(f"/dap/talas-daily.dods?inflow{rows}[0:2:4]", headers=AS_KZ).status_code == 200
    # What lies between them was passed over.
    assert [row[1:4] for row in noted(client, record)] == [(INFLOW, axis[n], axis[n] + 1) for n in (0, 2, 4)]
    assert client.get(f"/dap/talas-daily.ascii?inflow{rows}[1:3]", headers=AS_KG).status_code == 200
    assert [row[1:4] for row in noted(client, record) if row[0] == "kg"] == [(INFLOW, axis[2], axis[3] + 1)]


def test_who_says_that_it_has_a_file_is_noted_for_it_and_who_asks_for_any_is_not(held: Held) -> None:
    client, record, pen = held
    list(seal.seal(record, pen, lambda: datetime(2040, 1, 1, tzinfo=UTC), pause=lambda: None))
    href, piece = daily_file(client)
    assert client.get(href, headers={**AS_KG, "If-None-Match": "*"}).status_code == 304
    assert noted(client, record) == []
    assert client.head(href, headers={**AS_KG, "If-None-Match": f'"{piece.sha256}"'}).status_code == 304
    assert noted(client, record) == []
    assert client.get(href, headers={**AS_KG, "If-None-Match": f'"{piece.sha256}"'}).status_code == 304
    assert [row[:2] for row in noted(client, record)] == [("kg", "talas-daily")]


def test_an_earlier_version_of_a_file_gives_what_stood_in_it(held: Held) -> None:
    client, record, pen = held
    for count in range(2):
        list(seal.seal(record, pen, lambda: datetime(2040, 1, 1, tzinfo=UTC), pause=lambda: None))
        if not count:
            href, piece = daily_file(client)
            give(pen, NOW, [reading(INFLOW, MIDNIGHT_KG, "20.4")])
    assert daily_file(client)[0] != href
    assert client.get(href, headers=AS_KZ).status_code == 200
    assert [row[-1] for row in noted(client, record)] == [piece.size]


def test_a_part_of_a_file_that_is_damaged_is_sent_and_not_noted(held: Held, caplog: pytest.LogCaptureFixture) -> None:
    client, record, pen = held
    list(seal.seal(record, pen, lambda: datetime(2040, 1, 1, tzinfo=UTC), pause=lambda: None))
    href, piece = daily_file(client)
    path = record.segments.store.fetch(piece.sha256)
    path.write_bytes(path.read_bytes() + b"x")
    record.segments.forget()
    assert client.get(href, headers={**AS_KZ, "Range": "bytes=5-"}).status_code == 206
    assert noted(client, record) == []
    assert "is damaged" in caplog.text


def test_an_account_that_was_given_to_nobody_is_given_to_a_party_anew(held: Held) -> None:
    client, _, _ = held
    asked = "/accounts/talas?from=2026-05-01&to=2026-05-02"
    first = client.get(asked)
    assert first.status_code == 200, first.text
    held_already = {"If-None-Match": first.headers["etag"]}
    assert client.get(asked, headers=held_already).status_code == 304
    assert client.get(asked, headers={**AS_KZ, **held_already}).status_code == 200


def test_who_mirrors_the_log_is_given_every_reading_in_it(held: Held) -> None:
    client, record, pen = held
    pen.checkpoint(NOW)
    assert client.get("/log/tile/0/000.p/5", headers=AS_KZ).status_code == 200
    assert noted(client, record) == []
    assert client.get("/log/tile/entries/000.p/5", headers=AS_KZ).status_code == 200
    ((party, subject, _, _, low, size),) = noted(client, record)
    assert (party, subject, low, size) == ("kz", "*", 0, 5)
    assert first_fetched(record, "kg-terms") == {"kz": NOW}


@pytest.mark.parametrize(("entries", "low", "size"), [("1", 1, 2), ("1,2", 1, 3)])
def test_a_proof_gives_the_entry_within(held: Held, entries: str, low: int, size: int) -> None:
    client, record, pen = held
    pen.checkpoint(NOW)
    assert client.get(f"/proof?entry={entries}", headers=AS_KZ).status_code == 200
    found = noted(client, record)
    assert {(party, subject) for party, subject, *_ in found} == {("kz", "*")}
    assert (min(one[4] for one in found), max(one[5] for one in found)) == (low, size)


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (KIROV, {}),
        (KIROV, {"Authorization": "Bearer nobody's"}),
        (KIROV, {"Authorization": "Basic dTpw"}),
        (f"{KIROV}?quality=good", AS_KZ),  # some readings may have come without their values
        (f"{KIROV}?datetime=2030-01-01/..", AS_KZ),  # nothing was given
        ("/collections/talas-term", AS_KZ),
        ("/collections/talas-term/locations", AS_KZ),
        ("/ledger", AS_KZ),
        ("/health", AS_KZ),
        (f"{KIROV}?as-of=99", AS_KZ),  # an error
        (f"{KIROV_DAILY}x", AS_KZ),
    ],
)
def test_nobody_is_noted_for(held: Held, path: str, headers: dict[str, str]) -> None:
    client, record, _ = held
    client.get(path, headers=headers)
    assert noted(client, record) == []


def test_a_token_of_no_declared_party_is_nobodys(held: Held, tmp_path: Path) -> None:
    client, record, _ = held
    os.rename(tmp_path / "own" / "tokens" / "kz", tmp_path / "own" / "tokens" / "uz")
    assert client.get(KIROV, headers=AS_KZ).status_code == 401
    assert noted(client, record) == []


def test_a_note_names_the_token_by_which_it_was_fetched(held: Held, tmp_path: Path) -> None:
    client, record, _ = held
    token, secret = tokens.make(tmp_path / "own", "kz", NOW.date())
    assert client.get(KIROV, headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    noted(client, record)
    with record.engine.begin() as connection:
        assert connection.execute(select(tables.access.c.token)).scalars().all() == [token.id]


def test_notes_of_before_tokens_had_names_get_a_place_for_them(held: Held) -> None:
    client, record, _ = held
    with record.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE access DROP COLUMN token")
    again = open_database(str(record.engine.url))
    assert client.get(KIROV, headers=AS_KZ).status_code == 200
    assert noted(client, record) == [("kz", LEVEL, AT, AT + 1, 0, 2)]
    again.dispose()


def test_an_answer_is_the_same_with_and_without_a_token(held: Held) -> None:
    client, _, _ = held
    assert client.get(KIROV, headers=AS_KZ).content == client.get(KIROV).content


def test_a_locked_record_costs_no_answer_and_loses_no_note(
    held: Held, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, record, _ = held
    monkeypatch.setattr("record.database._PRAGMAS", ("PRAGMA busy_timeout=50",))
    record.engine.dispose()
    other = sqlite3.connect(str(record.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert client.get(KIROV, headers=AS_KZ).status_code == 200
        notes: Notes = client.app.state.notes  # type: ignore[attr-defined]
        with caplog.at_level(logging.WARNING, "arna.service"):
            assert notes.write() is False
        assert "1 fetches wait to be noted: what was fetched was not noted: another process is writing" in caplog.text
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert noted(client, record) == [("kz", LEVEL, AT, AT + 1, 0, 2)]


def test_a_record_that_cannot_be_written_to_costs_no_answer(held: Held, caplog: pytest.LogCaptureFixture) -> None:
    client, record, _ = held
    client.app.state.present.moment()  # type: ignore[attr-defined] # It takes a connection for itself.
    event.listen(record.engine, "checkout", lambda connection, *_: connection.execute("PRAGMA query_only=1"))
    assert client.get(KIROV, headers=AS_KZ).status_code == 200
    with caplog.at_level(logging.WARNING, "arna.service"):
        assert client.app.state.notes.write() is False  # type: ignore[attr-defined]
    assert "readonly database" in caplog.text
    assert client.get(KIROV, headers=AS_KZ).status_code == 200


def test_the_service_writes_its_notes_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.app._NOTE_SECONDS", 0.01)
    app, record, _ = owed(tmp_path)
    with TestClient(app) as client:
        client.get(KIROV, headers=AS_KZ)
        for _ in range(1000):
            if first_fetched(record, "kg-terms"):
                break
            time.sleep(0.01)
        assert first_fetched(record, "kg-terms") == {"kz": NOW}


def test_what_waits_is_written_as_the_service_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.app._NOTE_SECONDS", 3600.0)
    app, record, _ = owed(tmp_path)
    with TestClient(app) as client:
        client.get(KIROV, headers=AS_KZ)
        assert first_fetched(record, "kg-terms") == {}
    assert first_fetched(record, "kg-terms") == {"kz": NOW}


def test_notes_wait_in_order_up_to_a_bound_and_each_once(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.access.MOST_NOTED", 3)
    written: list[Fetch] = []
    faults = [True]

    def write(fetches: Iterable[Noted]) -> None:
        if faults.pop():
            raise RecordError("away")
        written.extend(one for one in fetches if isinstance(one, Fetch))
        faults.append(False)

    def fetch(number: int, minute: int = 0) -> Fetch:
        given = Given(subject=GATE, start=number, end=number + 1, size=1)
        return Fetch(party="kg", at=START + timedelta(minutes=minute), path="/", given=given)

    notes = Notes(write)
    notes.take(fetch(number) for number in (1, 1, 2, 3, 4))
    assert "1 fetches were not noted: too many wait" in caplog.text
    assert notes.write() is False
    faults.append(False)
    assert notes.write() is True
    notes.take([fetch(2, minute=5), fetch(9)])
    assert notes.write() is True
    assert notes.write() is True
    assert [one.given.start for one in written] == [1, 2, 3, 9]
