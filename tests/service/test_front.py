"""Answers that are given again: never an old one, never another's, and never without a note of who was given it."""

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from record.archive import Archive, Record
from record.archive.answer import Answer
from record.selection import Selection
from service import renewal
from service.encode import ENCODERS, Encoder
from service.encode.told import Told
from service.front.coding import Coding
from service.front.kept import coded_tag
from tests.example import open_example
from tests.record.owing import HOUR, LEVEL, MORNING, give, owing, reading
from tests.service.asking import answer_of
from tests.service.owed import AS_KZ, owed
from tests.service.world import HOURLY, World, post

if TYPE_CHECKING:
    from fastapi import FastAPI

    from record.writer import Pen
    from service.present import Present

KIROV = "/collections/talas-term/locations/kirov:kg"
LATEST = "/latest?collection=talas-term"
EITHER = pytest.mark.parametrize("path", [KIROV, f"{KIROV}?f=csv", f"{KIROV}?f=netcdf", LATEST])


class Reads:
    """How often the archive was asked for series or for newest readings."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.count = 0
        for name in ("answer", "latest"):
            patch.setattr(Archive, name, self._counted(getattr(Archive, name)))

    def _counted(self, asked: Any) -> Any:
        def counted(*args: Any, **more: Any) -> Any:
            self.count += 1
            return asked(*args, **more)

        return counted


class Held:
    """A client of a service over a record that the test writes to."""

    def __init__(self, folder: Path) -> None:
        self.app: FastAPI
        self.record: Record
        self.pen: Pen
        self.app, self.record, self.pen = owed(folder)
        self.client = TestClient(self.app, raise_server_exceptions=False, headers={"Accept-Encoding": "identity"})

    def get(self, path: str, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(path, headers=named)

    def given(self) -> list[tuple[str, str]]:
        """What waits to be noted, and waits no more after this."""
        waiting = self.app.state.notes._waiting
        found = [(party, given.subject) for party, given in waiting]
        waiting.clear()
        return found


@pytest.fixture
def held(tmp_path: Path) -> Held:
    return Held(tmp_path)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    return Reads(monkeypatch)


@EITHER
def test_what_was_given_is_not_read_again(held: Held, reads: Reads, path: str) -> None:
    first = held.get(path)
    assert (first.status_code, reads.count) == (200, 1)
    again = held.get(path)
    assert (again.content, again.headers) == (first.content, first.headers)
    assert reads.count == 1
    unchanged = held.get(path, If_None_Match=first.headers["etag"])
    assert (unchanged.status_code, unchanged.content, reads.count) == (304, b"", 1)
    assert unchanged.headers["etag"] == first.headers["etag"]
    assert unchanged.headers["cache-control"] == first.headers["cache-control"]
    assert unchanged.headers["arna-record-state"] == first.headers["arna-record-state"]


@EITHER
def test_no_answer_is_older_than_a_commit(held: Held, path: str) -> None:
    before = [held.get(path) for _ in range(2)][-1]
    for value in ("31.25", "31.50", "31.75"):
        give(held.pen, MORNING + 27 * HOUR, [reading(LEVEL, MORNING, value)])
        after = held.get(path, If_None_Match=before.headers["etag"])
        assert after.status_code == 200
        assert after.headers["etag"] != before.headers["etag"]
        assert after.content != before.content
        before = after
    assert ",31.75," in held.get(f"{KIROV}?f=csv").text


def test_what_is_written_beside_the_journal_costs_no_reading(held: Held, reads: Reads) -> None:
    first = held.get(KIROV)
    held.get(KIROV, **AS_KZ)
    counted = reads.count
    assert held.app.state.notes.write()
    assert held.get(KIROV).content == first.content
    assert reads.count == counted


def test_each_asker_has_the_form_that_it_likes(held: Held) -> None:
    assert held.get(KIROV).headers["content-type"] == "application/prs.coverage+json"
    assert held.get(KIROV, Accept="text/csv").headers["content-type"] == "text/csv; charset=utf-8"
    assert held.get(KIROV).headers["content-type"] == "application/prs.coverage+json"
    tags = {held.get(KIROV, Accept=media).headers["etag"] for media in ("text/csv", "*/*", "application/geo+json")}
    assert len(tags) == 3


def test_links_lead_to_the_host_that_was_asked(held: Held) -> None:
    path = f"{KIROV}?f=geojson"
    for host in ("one.example", "two.example", "one.example"):
        answer = held.get(path, Host=host)
        assert f"http://{host}/" in answer.text
        assert set(re.findall(r"//(\w+\.example)/", answer.text)) == {host}
    tags = {held.get(path, Host=host).headers["etag"] for host in ("one.example", "two.example")}
    assert len(tags) == 2


def test_a_party_is_noted_each_time_and_given_nothing_that_others_may_keep(held: Held, reads: Reads) -> None:
    public = held.get(KIROV)
    assert public.headers["cache-control"] == "public, max-age=5"
    for _ in range(3):
        answer = held.get(KIROV, **AS_KZ)
        assert answer.content == public.content
        assert answer.headers["cache-control"] == "private, no-cache"
        assert held.given() == [("kz", LEVEL)]
    # One reading for anyone, one to know what the party was given.
    assert reads.count == 2
    assert held.get(KIROV).headers["cache-control"] == "public, max-age=5"
    assert held.given() == []


def test_a_party_that_is_told_that_it_has_the_answer_is_noted(held: Held) -> None:
    tag = held.get(KIROV).headers["etag"]
    for _ in range(2):
        assert held.get(KIROV, If_None_Match=tag, **AS_KZ).status_code == 304
        assert held.given() == [("kz", LEVEL)]
    tag = held.get(LATEST).headers["etag"]
    assert held.get(LATEST, If_None_Match=tag, **AS_KZ).status_code == 304
    assert ("kz", LEVEL) in held.given()


def test_a_token_that_is_wrong_is_refused_what_is_kept(held: Held) -> None:
    held.get(KIROV)
    assert held.get(KIROV, Authorization="Bearer nobody-holds-this").status_code == 401


def test_wanted_flags_keep_values_back_and_note_nothing(held: Held) -> None:
    for _ in range(2):
        assert held.get(f"{KIROV}?quality=bad", **AS_KZ).status_code == 200
        assert held.given() == []


@EITHER
def test_the_header_alone_is_that_of_the_answer_and_gives_nothing(held: Held, path: str) -> None:
    for _ in range(2):
        head = held.client.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert held.client.head(path, headers=AS_KZ).status_code == 200
        assert held.given() == []
        whole = held.get(path)
        assert head.headers == whole.headers
        assert int(head.headers["content-length"]) == len(whole.content)


def test_faults_are_not_kept(held: Held) -> None:
    ahead = f"{KIROV}?as-of={held.app.state.archive.size() + 1}"
    for _ in range(2):
        assert held.get(ahead).status_code == 400
        assert held.get(f"{KIROV}?as-of=2126-01-01T00:00:00Z").status_code == 400
        assert held.get(f"{KIROV}?parameter-name=nothing", If_None_Match="*").status_code == 400
    give(held.pen, MORNING + 27 * HOUR, [reading(LEVEL, MORNING, "31.25")])
    assert held.get(ahead).status_code == 200


def test_any_answer_is_one_that_who_has_any_wants_not(held: Held) -> None:
    for _ in range(2):
        assert held.get(KIROV, If_None_Match="*").status_code == 304
        assert held.get(KIROV, If_None_Match='"other", W/"another"').status_code == 200


def test_an_answer_of_the_first_entries_outlives_those_that_come(held: Held, reads: Reads) -> None:
    path = f"{KIROV}?as-of=2&f=csv"
    first, counted = held.get(path), reads.count
    tag = first.headers["etag"]
    assert held.get(KIROV).headers["etag"] != tag
    counted = reads.count
    give(held.pen, MORNING + 27 * HOUR, [reading(LEVEL, MORNING, "31.25")])
    again = held.get(path)
    # A trial without keys, of which nothing is ever signed: its sentence is the same whatever is entered.
    assert (again.headers["etag"], again.content, reads.count) == (tag, first.content, counted)


def test_another_network_has_answers_of_its_own(held: Held, tmp_path: Path) -> None:
    before = [held.get(KIROV) for _ in range(2)][-1]
    network = owing()
    named = network.stations["kirov:kg"].model_copy(update={"names": {"en": "Kirov under another name"}})
    other = replace(network, stations={**network.stations, "kirov:kg": named}, files={"parties.toml": b"# another\n"})
    record = open_example(tmp_path / "example", other)
    renewal.install(held.app, lambda: record)
    after = held.get(KIROV, If_None_Match=before.headers["etag"])
    assert after.status_code == 200
    assert "Kirov under another name" in after.text
    assert "Kirov under another name" not in before.text


def test_who_asks_for_a_part_is_not_answered_from_what_is_kept(held: Held) -> None:
    whole = held.get(KIROV)
    assert held.get(KIROV, Range="bytes=0-3").content == whole.content


def test_nothing_is_kept_where_no_memory_is_given(
    tmp_path: Path, reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARNA_KEPT_MEGABYTES", "0")
    held = Held(tmp_path)
    for count in (1, 2):
        assert held.get(KIROV).status_code == 200
        assert reads.count == count


def test_a_record_that_is_away_is_an_error_and_not_an_old_answer(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    held.get(KIROV)
    held.record.engine.dispose()
    held.app.state.present._pulse.close()
    database = Path(str(held.record.engine.url.database))
    database.rename(database.with_suffix(".away"))
    database.mkdir()
    assert held.get(KIROV).status_code == 500
    database.rmdir()
    database.with_suffix(".away").rename(database)
    assert held.get(KIROV).status_code == 200


def test_a_sealed_interval_is_kept_longer_than_an_open_one(served_world: World) -> None:
    client = TestClient(served_world.app)
    here = f"/collections/{HOURLY}/locations/{post(0)}?datetime="
    kept = [client.get(here + span).headers["cache-control"] for span in ("2026-04-03/2026-04-09", "2026-05-03/..")]
    assert kept == ["public, max-age=60", "public, max-age=5"]


@pytest.mark.parametrize("form", ENCODERS)
def test_equal_answers_have_equal_bytes(served_world: World, form: str) -> None:
    def written(encoder: Encoder, answer: Answer) -> bytes:
        return b"".join(encoder.write(answer.heading, iter([answer]), Told(service="http://x", state="a", note="b")))

    asked = [answer_of(served_world, HOURLY, [post(0), post(1)]) for _ in range(2)]
    first, again = (written(ENCODERS[form], answer) for answer in asked)
    assert first == again


@pytest.mark.parametrize("coding", Coding)
def test_each_coding_has_a_tag_of_its_own(held: Held, reads: Reads, coding: Coding) -> None:
    path = KIROV
    plain = held.get(path)
    coded = held.get(path, Accept_Encoding=coding.value)
    assert coded.headers["content-encoding"] == coding.value
    assert coded.headers["vary"] == plain.headers["vary"] == "Accept, Accept-Encoding"
    assert coded.headers["etag"] == coded_tag(plain.headers["etag"], coding) != plain.headers["etag"]
    if coding is Coding.GZIP:
        assert coded.content == plain.content
    for tag in (coded.headers["etag"], plain.headers["etag"]):
        unchanged = held.get(path, Accept_Encoding=coding.value, If_None_Match=tag)
        assert unchanged.status_code == 304
    assert reads.count == 1


def test_what_is_packed_already_is_not_packed_again(held: Held) -> None:
    answer = held.get(f"{KIROV}?f=netcdf", Accept_Encoding="gzip, zstd")
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept"


def test_documents_without_a_tag_are_packed_too(held: Held) -> None:
    answer = held.get("/api", Accept_Encoding="gzip")
    assert (answer.headers["content-encoding"], answer.headers["vary"]) == ("gzip", "Accept, Accept-Encoding")
    assert answer.json() == held.get("/api").json()


def test_a_tag_of_a_packed_figure_is_known_again(held: Held) -> None:
    path = "/figures/kirov:kg.inflow?by=day&from=2026-04-01&to=2026-05-03"
    packed = held.get(path, Accept_Encoding="gzip")
    assert packed.headers["etag"].endswith('-gzip"')
    unchanged = held.get(path, Accept_Encoding="gzip", If_None_Match=packed.headers["etag"])
    assert (unchanged.status_code, unchanged.headers["etag"]) == (304, packed.headers["etag"])


def test_moments_are_the_same_until_something_is_written(held: Held) -> None:
    present: Present = held.app.state.present
    first = present.moment()
    assert present.moment() is first
    assert first.size == held.app.state.archive.size() == 5
    give(held.pen, MORNING + 27 * HOUR, [reading(LEVEL, MORNING, "31.25")])
    assert present.moment() is not first
    assert present.moment().size == 6
    assert Archive(held.record).answer(Selection(series=(LEVEL,))).heading.count == 6
