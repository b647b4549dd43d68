"""A folder of a server as a source: the same over FTP, FTP with TLS, and SFTP."""

import gzip
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from ingest import cycle
from ingest.sources.listing import ROUND, Pace
from record.archive import Archive
from record.network.source import Trigger
from tests.example import open_pen
from tests.ingest.declared import RECEIVED, clock, network
from tests.ingest.looped import dribbling, silent
from tests.ingest.remote import KINDS, PASSWORD, SECRET, Remote, bodies, names, remote

HASTY = Trigger(every=60, timeout=1)
AT_ONCE = Trigger(every=60, timeout=0.2)
"""For servers of whom nothing has to come in time."""


@pytest.fixture(params=KINDS)
def there(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Remote]:
    with remote(request.param, tmp_path, monkeypatch) as opened:
        yield opened


def tree(folder: Path) -> dict[str, tuple[bytes, float]]:
    return {str(path): (path.read_bytes(), path.stat().st_mtime) for path in folder.rglob("*") if path.is_file()}


def test_files_come_oldest_first_in_their_very_bytes(there: Remote) -> None:
    there.put("b", b"older\x00\xff\r\n", hours=3)
    there.put("a", b"newer" * 50_000, hours=2)
    (there.folder / "sub").mkdir()
    there.put(".hidden", b"not for us")
    found = there.ask()
    assert names(found) == ["b", "a"]
    assert bodies(found) == [b"older\x00\xff\r\n", b"newer" * 50_000]
    assert {one.receipt.received for one in found} == {RECEIVED}


def test_nothing_new_is_nothing_fetched(there: Remote) -> None:
    there.put("a", b"1")
    cursor = there.ask()[-1].cursor
    there.server.fetched()
    assert there.ask(cursor) == []
    assert there.server.fetched() == []


def test_a_grown_file_is_fetched_again_as_a_whole_and_a_new_one_beside_it(there: Remote) -> None:
    there.put("a", b"1\n", hours=5)
    there.put("same", b"1\n", hours=5)
    cursor = there.ask()[-1].cursor
    there.put("a", b"1\n2\n", hours=4)
    there.put("new", b"3", hours=3)
    found = there.ask(cursor)
    assert (names(found), bodies(found)) == (["a", "new"], [b"1\n2\n", b"3"])
    assert there.ask(found[-1].cursor) == []


def test_a_round_that_broke_off_goes_on_behind_its_last_message(there: Remote) -> None:
    for number in range(4):
        there.put(f"f{number}", b"x", hours=9 - number)
    messages = there.round()
    taken = [next(messages), next(messages)]
    messages.close()  # type: ignore[attr-defined]
    assert names(there.ask(taken[0].cursor)) == ["f1", "f2", "f3"]
    assert names(there.ask(taken[1].cursor)) == ["f2", "f3"]


def test_a_round_takes_so_many_and_the_next_one_the_rest(there: Remote) -> None:
    for number in range(5):
        there.put(f"f{number}", b"x", hours=9 - number)
    first = there.ask(max_messages=2)
    assert there.server.fetched() == ["f0", "f1"]
    second = there.ask(first[-1].cursor, max_messages=2)
    third = there.ask(second[-1].cursor, max_messages=2)
    assert [names(found) for found in (first, second, third)] == [["f0", "f1"], ["f2", "f3"], ["f4"]]


def test_a_fault_of_one_file_stops_no_other_and_it_is_tried_again(there: Remote) -> None:
    for number in range(3):
        there.put(f"f{number}", b"x", hours=9 - number)
    there.server.refused.add("f1")
    found, fault = there.until_fault()
    assert names(found) == ["f0", "f2"]
    assert fault.startswith("f1: ")
    again, _ = there.until_fault(found[-1].cursor)
    assert again == []
    there.server.refused.clear()
    assert names(there.ask(found[-1].cursor)) == ["f1"]


def test_a_file_on_which_the_server_hangs_stops_no_other(there: Remote) -> None:
    for number in range(3):
        there.put(f"f{number}", b"x", hours=9 - number)
    there.server.stalls.add("f1")
    found, fault = there.until_fault(trigger=HASTY)
    assert names(found) == ["f0", "f2"]
    assert "f1: took longer than 1 s" in fault


def test_a_file_that_comes_too_slowly_stops_no_other(there: Remote) -> None:
    there.put("a", b"x" * 1000, hours=3)
    there.put("b", b"x", hours=2)
    there.server.slow.add("a")
    found, fault = there.until_fault(trigger=HASTY)
    assert names(found) == ["b"]
    assert "a: took longer than 1 s" in fault


def test_a_file_that_is_too_large_is_refused_with_its_first_bytes_and_not_asked_for_again(there: Remote) -> None:
    there.put("a", b"12345678" * 100_000, hours=3)
    there.put("b", b"12345678", hours=2)
    large, whole = there.ask(max_bytes=8)
    assert (large.receipt.body, whole.receipt.body, whole.fault) == (b"12345678", b"12345678", None)
    assert large.fault is not None
    assert "more than 8 bytes" in large.fault
    assert there.ask(whole.cursor, max_bytes=8) == []


def test_a_gzip_is_unpacked_for_the_decoder_and_kept_as_it_came(there: Remote) -> None:
    packed = gzip.compress(b"words")
    there.put("DATA1.xml.part.gz", packed, hours=3)
    there.put("DATA2.xml.part.gz", gzip.compress(b"0" * 1_000_000), hours=2)
    good, bomb = there.ask(max_bytes=10_000, match=r"DATA.*\.xml\.part(\.gz)?")
    assert (good.receipt.body, good.content, good.fault) == (packed, b"words", None)
    assert bomb.content is None
    assert bomb.fault is not None
    assert "holds more than 10000 bytes" in bomb.fault


def test_only_the_names_that_match_as_a_whole_are_taken(there: Remote) -> None:
    for name in ("imomo-1.txt", "imomo", "not-imomo", "DATA.xml.part", "DATA.xml", "DATA.xml.part.old"):
        there.put(name, b"x")
    assert sorted(names(there.ask(match="imomo.*"))) == ["imomo", "imomo-1.txt"]
    assert names(there.ask(match=r"DATA.*\.xml\.part")) == ["DATA.xml.part"]


def test_a_changed_pattern_begins_anew(there: Remote) -> None:
    there.put("a", b"x")
    there.put("b", b"x")
    cursor = there.ask(match="a")[-1].cursor
    assert sorted(names(there.ask(cursor, match="a|b"))) == ["a", "b"]


def test_a_file_that_changed_too_lately_waits(there: Remote) -> None:
    there.put("still", b"x", hours=1)
    there.put("fresh", b"x", hours=0.01)
    there.put("future", b"x", hours=-1)
    assert sorted(names(there.ask(settle=60))) == ["future", "still"]
    assert sorted(names(there.ask(settle=30))) == ["fresh", "future", "still"]


def test_a_file_that_lay_long_counts_as_received_when_it_was_changed(there: Remote) -> None:
    there.put("old", b"x", hours=24 * 40)
    there.put("new", b"x", hours=24 * 6)
    assert [one.receipt.received for one in there.ask()] == [RECEIVED - timedelta(days=40), RECEIVED]


@pytest.mark.parametrize("name", ["../outside", "sub/inside", "/etc/passwd", "a\\b", "x" * 300])
def test_a_name_that_leads_elsewhere_is_not_asked_for(there: Remote, name: str) -> None:
    there.put("a", b"x")
    there.list_also(name)
    found, fault = there.until_fault()
    assert names(found) == ["a"]
    assert "is no name of a file" in fault
    assert there.server.fetched() == ["a"]


def test_nothing_is_changed_at_the_source(there: Remote) -> None:
    there.put("a", b"1")
    there.put("b", b"2" * 100)
    before = tree(there.folder)
    there.ask(there.ask(max_bytes=10)[0].cursor)
    assert tree(there.folder) == before
    if there.kind == "sftp":
        assert there.server.others == []
    else:
        reads = {"auth", "user", "pass", "pbsz", "prot", "cwd", "type", "pasv", "mlsd", "retr", "quit"}
        assert {command for command, _ in there.server.asked} <= reads


def test_there_is_a_pause_between_two_files(there: Remote) -> None:
    for name in ("a", "b", "c"):
        there.put(name, b"x")
    waited: list[float] = []
    assert len(there.ask(pace=Pace(wait=waited.append), pause=1.5)) == 3
    assert waited == [1.5, 1.5]
    waited.clear()
    there.ask(pace=Pace(wait=waited.append))
    assert waited == []


def test_a_round_that_takes_too_long_leaves_the_rest_to_the_next(there: Remote) -> None:
    for number in range(4):
        there.put(f"f{number}", b"x", hours=9 - number)
    seconds = iter([0, 1, ROUND * 5 + 1])
    found = there.ask(pace=Pace(seconds=lambda: next(seconds)))
    assert names(found) == ["f0"]
    assert names(there.ask(found[-1].cursor)) == ["f1", "f2", "f3"]


@pytest.mark.parametrize(("user", "password"), [("arna", "wrong"), ("nobody", PASSWORD), ("arna", "не то")])
def test_a_wrong_password_is_told_and_not_repeated(
    there: Remote, monkeypatch: pytest.MonkeyPatch, user: str, password: str
) -> None:
    there.put("a", b"x")
    monkeypatch.setenv(SECRET, password)
    found, fault = there.until_fault(user=user)
    assert found == []
    assert "refused" in fault
    assert password not in fault


@pytest.mark.parametrize(("word", "told"), [(None, "is not set"), ("", "is not set"), ("a\r\nQUIT", "line break")])
def test_a_password_that_cannot_be_is_told_before_anyone_is_asked(
    there: Remote, monkeypatch: pytest.MonkeyPatch, word: str | None, told: str
) -> None:
    if word is None:
        monkeypatch.delenv(SECRET)
    else:
        monkeypatch.setenv(SECRET, word)
    _, fault = there.until_fault(place=f"{there.scheme}://192.0.2.1/")
    assert SECRET in fault
    assert told in fault


def test_a_folder_that_is_not_there_is_told(there: Remote) -> None:
    _, fault = there.until_fault(place=f"{there.server.address}/elsewhere")
    assert "elsewhere" in fault


def test_a_server_that_says_nothing_is_left(there: Remote) -> None:
    with silent() as port:
        there.know(port)
        found, fault = there.until_fault(place=f"{there.scheme}://127.0.0.1:{port}/", trigger=AT_ONCE)
    assert found == []
    assert "no answer" in fault


def test_a_server_that_never_ends_its_line_is_cut_off(there: Remote) -> None:
    with dribbling(b"220", b"-", 0.05) as port:
        there.know(port)
        _, fault = there.until_fault(place=f"{there.scheme}://127.0.0.1:{port}/", trigger=AT_ONCE)
    assert "no answer" in fault


def test_a_server_that_is_not_there_is_told(there: Remote) -> None:
    with silent() as port:
        there.know(port)
    _, fault = there.until_fault(place=f"{there.scheme}://127.0.0.1:{port}/")
    assert "no answer (ConnectionRefusedError)" in fault


def test_a_folder_goes_into_the_record_and_the_record_knows_how_far(there: Remote, tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path, network())
    telegrams = there.source(format="kn15", media="text/plain", table=None, match="imomo.*")
    now = clock()
    there.put("imomo-1", b"HHZZ\n15194 10081 10204=\n", hours=3)
    there.put("imomo-2.gz", gzip.compress(b"HHZZ\n15194 10081 10208=\n"), hours=2)
    first = cycle.run(telegrams, network(), pen, data=there.data, now=now)
    assert (first.receipts, first.readings) == (2, 2)
    assert cycle.run(telegrams, network(), pen, data=there.data, now=now) == cycle.CycleReport()
    there.put("imomo-3", b"nonsense", hours=1)
    assert len(cycle.run(telegrams, network(), pen, data=there.data, now=now).refusals) == 1
    said = Archive(record).history("post:kg.level.term", RECEIVED.replace(hour=2))
    assert [one.value for one in said] == [Decimal("2.04"), Decimal("2.08")]


def test_what_a_grown_file_says_again_is_no_amendment(there: Remote, tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path, network())
    telegrams = there.source(format="kn15", media="text/plain", table=None)
    one, other = b"HHZZ\n15194 09081 10204=\n", b"15194 10081 10208=\n"
    there.put("imomo-1", one, hours=3)
    assert cycle.run(telegrams, network(), pen, data=there.data, now=clock()).readings == 1
    there.put("imomo-1", one + other, hours=2)
    assert cycle.run(telegrams, network(), pen, data=there.data, now=clock()).readings == 1
    said = Archive(record).history("post:kg.level.term", RECEIVED.replace(day=9, hour=2))
    assert [one.value for one in said] == [Decimal("2.04")]
