"""A folder as a source: nothing is taken twice, half written, overwritten or lost."""

import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.sources import Fetched
from ingest.sources.fetched import KEPT, LAIN_LONG
from ingest.sources.folder import GIVEN_UP, Folder
from record.errors import SourceError
from record.network.source import Source
from tests.ingest.declared import clock, source

ROOT = Path(__file__).parent.parent.parent
PLACE = "inbox/tables"


def put(data: Path, name: str, body: bytes = b"body", *, minutes: int = 0) -> Path:
    """A file in the inbox, last written so many minutes after a fixed hour."""
    path = data / PLACE / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    os.utime(path, (1_700_000_000 + 60 * minutes,) * 2)
    return path


def changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_ctime, UTC)


def take(
    data: Path, declared: Source | None = None, now: datetime | None = None, *, done: bool = True
) -> list[Fetched]:
    folder = Folder(declared or source(PLACE), data)
    found = []
    for message in folder.fetch(None, clock(now or datetime(2026, 5, 10, tzinfo=UTC))):
        found.append(message)
        if done:
            folder.done(message.receipt)
    return found


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def test_files_come_oldest_first_then_by_name_and_lie_in_taken_afterwards(tmp_path: Path) -> None:
    for name, minutes in (("b.csv", 5), ("a.csv", 5), ("z.csv", 1)):
        put(tmp_path, name, name.encode(), minutes=minutes)
    found = take(tmp_path)
    assert [(one.receipt.name, one.receipt.body) for one in found] == [
        ("z.csv", b"z.csv"),
        ("a.csv", b"a.csv"),
        ("b.csv", b"b.csv"),
    ]
    assert {(one.receipt.source, one.receipt.media) for one in found} == {("tables-kg", "text/csv")}
    assert names(tmp_path / PLACE) == ["claimed", "taken"]
    assert names(tmp_path / PLACE / "claimed") == []
    assert names(tmp_path / PLACE / "taken") == ["a.csv", "b.csv", "z.csv"]
    assert take(tmp_path) == []


def test_a_folder_that_is_not_there_yet_is_made(tmp_path: Path) -> None:
    assert take(tmp_path) == []
    assert (tmp_path / PLACE).is_dir()


def test_what_was_claimed_before_a_crash_comes_first(tmp_path: Path) -> None:
    put(tmp_path, "late.csv", minutes=9)
    assert [one.receipt.name for one in take(tmp_path, done=False)] == ["late.csv"]
    put(tmp_path, "early.csv", minutes=1)
    assert [one.receipt.name for one in take(tmp_path)] == ["late.csv", "early.csv"]


def test_a_file_is_claimed_only_when_its_turn_comes(tmp_path: Path) -> None:
    put(tmp_path, "1.csv", minutes=1)
    put(tmp_path, "2.csv", minutes=2)
    messages = Folder(source(PLACE), tmp_path).fetch(None, clock())
    assert next(messages).receipt.name == "1.csv"
    messages.close()
    assert names(tmp_path / PLACE / "claimed") == ["1.csv"]
    assert (tmp_path / PLACE / "2.csv").exists()


def test_the_same_name_again_overwrites_nothing(tmp_path: Path) -> None:
    for body in (b"1", b"2", b"3"):
        put(tmp_path, "day.csv", body)
        take(tmp_path)
    taken = tmp_path / PLACE / "taken"
    assert {name: (taken / name).read_bytes() for name in names(taken)} == {
        "day.csv": b"1",
        "day-1.csv": b"2",
        "day-2.csv": b"3",
    }


def test_the_same_name_beside_a_claimed_one_overwrites_nothing(tmp_path: Path) -> None:
    put(tmp_path, "day.csv", b"1")
    take(tmp_path, done=False)
    put(tmp_path, "day.csv", b"2")
    assert sorted(one.receipt.body for one in take(tmp_path)) == [b"1", b"2"]
    assert names(tmp_path / PLACE / "taken") == ["day-1.csv", "day.csv"]


def test_unfinished_files_dotfiles_and_folders_are_left_alone(tmp_path: Path) -> None:
    for name in (".hidden", "a.csv.part", "b.tmp"):
        put(tmp_path, name)
    put(tmp_path, "sub/c.csv")
    assert take(tmp_path, now=datetime(2020, 1, 1, tzinfo=UTC)) == []
    assert names(tmp_path / PLACE) == ["a.csv.part", "b.tmp", "claimed", "sub"]


def test_an_unfinished_file_that_was_given_up_is_taken_as_it_is(tmp_path: Path) -> None:
    came = changed(put(tmp_path, "a.csv.part"))
    assert take(tmp_path, now=came + GIVEN_UP - timedelta(seconds=1)) == []
    assert [one.receipt.name for one in take(tmp_path, now=came + GIVEN_UP)] == ["a.csv.part"]


def test_a_file_must_have_settled(tmp_path: Path) -> None:
    came = changed(put(tmp_path, "a.csv"))
    slow = source(PLACE, settle=30)
    assert take(tmp_path, slow, came + timedelta(seconds=29)) == []
    assert len(take(tmp_path, slow, came + timedelta(seconds=30))) == 1


def test_a_file_that_lay_long_counts_as_received_when_it_came(tmp_path: Path) -> None:
    came = changed(put(tmp_path, "a.csv"))
    soon = came + LAIN_LONG
    assert [one.receipt.received for one in take(tmp_path, now=soon)] == [soon]
    came = changed(put(tmp_path, "a.csv"))
    late = came + LAIN_LONG + timedelta(seconds=1)
    assert [one.receipt.received for one in take(tmp_path, now=late)] == [came]


def test_a_link_is_refused_and_the_other_files_are_taken_all_the_same(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    put(tmp_path, "z.csv", minutes=9)
    (tmp_path / PLACE / "a.csv").symlink_to(secret)
    os.mkfifo(tmp_path / PLACE / "pipe.csv")
    folder = Folder(source(PLACE), tmp_path)
    messages = folder.fetch(None, clock())
    assert next(messages).receipt.name == "z.csv"
    with pytest.raises(SourceError, match=r"a\.csv: a link or device.*and 1 more"):
        next(messages)
    assert (tmp_path / PLACE / "a.csv").is_symlink()


def test_a_link_put_among_the_claimed_is_never_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    claimed = tmp_path / PLACE / "claimed"
    claimed.mkdir(parents=True)
    (claimed / "a.csv").symlink_to(secret)
    with pytest.raises(SourceError, match="a link or device"):
        take(tmp_path)


def test_a_link_put_in_the_place_of_a_file_at_the_last_moment_is_not_followed(tmp_path: Path) -> None:
    claimed = put(tmp_path, "claimed/1.csv").parent
    put(tmp_path, "claimed/2.csv", minutes=1)
    messages = Folder(source(PLACE), tmp_path).fetch(None, clock())
    assert next(messages).receipt.name == "1.csv"
    (claimed / "2.csv").unlink()
    (claimed / "2.csv").symlink_to(claimed / "1.csv")
    with pytest.raises(SourceError, match=r"2\.csv: cannot be read"):
        next(messages)


def test_a_file_that_its_sender_withdraws_is_no_fault(tmp_path: Path) -> None:
    for number in range(3):
        put(tmp_path, f"{number}.csv", minutes=number)
    messages = Folder(source(PLACE), tmp_path).fetch(None, clock())
    assert next(messages).receipt.name == "0.csv"
    (tmp_path / PLACE / "1.csv").unlink()
    assert [one.receipt.name for one in messages] == ["2.csv"]


def test_a_file_of_the_largest_size_is_taken_and_one_byte_more_is_a_fault(tmp_path: Path) -> None:
    limit = KEPT + 10
    put(tmp_path, "1.csv", b"x" * limit, minutes=1)
    put(tmp_path, "2.csv", b"x" * (limit + 1), minutes=2)
    whole, large = take(tmp_path, source(PLACE, max_bytes=limit))
    assert (whole.fault, len(whole.receipt.body)) == (None, limit)
    assert large.fault is not None
    assert f"more than {limit} bytes" in large.fault
    assert len(large.receipt.body) == KEPT
    assert (tmp_path / PLACE / "taken" / "2.csv").stat().st_size == limit + 1


@pytest.mark.parametrize("place", ["/etc", "../outside", "inbox/../../outside", ".", ""])
def test_a_place_outside_the_data_folder_is_refused(tmp_path: Path, place: str) -> None:
    with pytest.raises(SourceError, match="within the data folder"):
        take(tmp_path / "data", source(place))
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_is_a_file_is_one_line(tmp_path: Path) -> None:
    put(tmp_path, "claimed")
    with pytest.raises(SourceError, match="cannot be made"):
        take(tmp_path)


WORKER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from ingest.sources.folder import Folder
from record.errors import SourceError
from tests.ingest.declared import clock, source

data = Path(sys.argv[1])
place = data / "inbox/tables"
folder = Folder(source("inbox/tables"), data)
print("ready", flush=True)
sys.stdin.readline()
while any(place.glob("*.csv")):
    try:
        for number, message in enumerate(folder.fetch(None, clock())):
            print(message.receipt.name, flush=True)
            folder.done(message.receipt)
            if number == 9:
                break
    except SourceError as fault:
        assert "another process" in str(fault), fault
    time.sleep(0.001)
"""


@pytest.mark.uncounted
def test_two_processes_at_once_take_every_file_exactly_once(tmp_path: Path) -> None:
    expected = [put(tmp_path, f"{number:03}.csv", minutes=number).name for number in range(200)]
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, str(tmp_path)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    answers = [worker.communicate(timeout=60) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], answers
    taken = Counter(name for out, _ in answers for name in out.split())
    assert taken == Counter(expected)
    assert all(out for out, _ in answers)
    assert names(tmp_path / PLACE / "taken") == expected


def test_where_names_are_declared_only_those_are_taken_and_each_is_whole(tmp_path: Path) -> None:
    for name in ("DATA_1.xml.part", "DATA_2.xml", "other.xml.part"):
        put(tmp_path, name)
    taken = take(tmp_path, source(PLACE, match=r"DATA.*\.xml\.part"), datetime.now(UTC))
    assert [message.receipt.name for message in taken] == ["DATA_1.xml.part"]
    assert names(tmp_path / PLACE) == ["DATA_2.xml", "claimed", "other.xml.part", "taken"]


def test_what_was_pushed_counts_as_received_when_the_inbox_took_it(tmp_path: Path) -> None:
    pushed = source(PLACE, push=True)
    put(tmp_path, "20260510T040030Z-9c56cc51b374c3ba189210d5b6d4bf57")
    put(tmp_path, "20360510T040030Z-9c56cc51b374c3ba189210d5b6d4bf58", minutes=1)
    put(tmp_path, "laid-in-by-hand", minutes=2)
    now = datetime(2026, 5, 10, 7, tzinfo=UTC)
    times = [message.receipt.received for message in take(tmp_path, pushed, now)]
    assert times == [datetime(2026, 5, 10, 4, 0, 30, tzinfo=UTC), now, now]
