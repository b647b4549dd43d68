"""What is remembered of a folder that is not ours: bounded, and never past what was not read."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sources.memory import MAX_WAITING, File, Memory
from record.errors import SourceError

BEGAN = datetime(2026, 5, 1, tzinfo=UTC)


def file(name: str, hours: float | None = 0, size: int | None = 1) -> File:
    return File(name=name, size=size, changed=None if hours is None else BEGAN + timedelta(hours=hours))


def after(files: list[File], cursor: str | None = None, *, unread: tuple[str, ...] = (), kept: int = 8) -> str:
    """The cursor when all that is due was read, but for some."""
    memory = Memory(cursor, "here", kept=kept)
    assert memory.see(files) == []
    for due in memory.due():
        if due.name not in unread:
            memory.done(due)
    return memory.cursor()


def due(files: list[File], cursor: str | None, *, kept: int = 8) -> list[str]:
    memory = Memory(cursor, "here", kept=kept)
    memory.see(files)
    return [one.name for one in memory.due()]


def test_what_was_read_is_not_due_and_what_is_new_or_changed_is_oldest_first() -> None:
    files = [file("b", 1), file("a", 2), file("c", 0)]
    assert due(files, None) == ["c", "b", "a"]
    cursor = after(files)
    assert due(files, cursor) == []
    assert due([file("b", 1, size=2), file("a", 3), file("c", 0), file("d", 0)], cursor) == ["d", "b", "a"]


def test_a_file_of_which_nothing_is_told_is_read_once() -> None:
    files = [file("b", None, None), file("a", None, None)]
    assert due(files, None) == ["a", "b"]
    assert due(files, after(files)) == []


def test_what_is_gone_is_forgotten() -> None:
    cursor = after([file("a"), file("b")])
    assert set(json.loads(after([file("b"), file("c")], cursor))["seen"]) == {"b", "c"}


def test_many_names_are_a_mark_and_the_newest_of_them() -> None:
    files = [file(f"{number:03}", number) for number in range(100)]
    cursor = after(files)
    said = json.loads(cursor)
    assert len(said["seen"]) <= 8
    assert said["behind"] == 100 - len(said["seen"])
    assert due(files, cursor) == []
    assert due([*files, file("new", 100)], cursor) == ["new"]


def test_what_could_not_be_read_stays_due_behind_the_mark() -> None:
    files = [file(f"{number:03}", number) for number in range(100)]
    cursor = after(files, unread=("003", "050", "099"))
    assert due(files, cursor) == ["003", "050", "099"]
    cursor = after(files, cursor, unread=("050",))
    assert due(files, cursor) == ["050"]
    left = [one for one in files if one.name != "050"]
    assert due(left, cursor) == []
    assert json.loads(after([*left, file("new", 100)], cursor))["waiting"] == []


@pytest.mark.parametrize("kept", [0, 1, 8])
def test_an_old_file_that_could_be_read_at_last_takes_nothing_back(kept: int) -> None:
    files = [file(f"{number:03}", number) for number in range(100)]
    cursor = after(files, unread=("003",), kept=kept)
    assert due(files, after(files, cursor, kept=kept), kept=kept) == []


def test_a_file_that_comes_older_than_all_that_is_remembered_is_told() -> None:
    files = [file(f"{number:03}", number) for number in range(100)]
    cursor = after(files)
    memory = Memory(cursor, "here", kept=8)
    (fault,) = memory.see([*files, file("late", 1)])
    assert "1 files came that are older" in fault
    assert "Memory" not in fault
    # Once told, and once the cursor moved on, it is not told for ever.
    memory.done(file("new", 200))
    assert Memory(memory.cursor(), "here", kept=8).see([*files, file("late", 1)]) == []


def test_files_that_go_make_no_room_for_a_fault() -> None:
    files = [file(f"{number:03}", number) for number in range(100)]
    cursor = after(files)
    assert Memory(cursor, "here", kept=8).see(files[50:]) == []


def test_too_many_that_cannot_be_read_end_the_round() -> None:
    files = [file(f"{number:05}", number) for number in range(MAX_WAITING + 20)]
    memory = Memory(None, "here", kept=8)
    memory.see(files)
    newest = memory.due()[MAX_WAITING + 5 :]
    with pytest.raises(SourceError, match="old files cannot be read"):
        list(map(memory.done, newest))


@pytest.mark.parametrize(
    "cursor",
    [
        None, "", "no json", "[]", "7", '{"place": "elsewhere"}', '{"place": "here"}',
        '{"place": "here", "mark": 1, "behind": 0, "waiting": [], "seen": {}, "begun": null}',
        '{"place": "here", "mark": null, "behind": "x", "waiting": [], "seen": {}, "begun": null}',
        '{"place": "here", "mark": null, "behind": 0, "waiting": 1, "seen": {}, "begun": null}',
        '{"place": "here", "mark": null, "behind": 0, "waiting": [], "seen": {"a": []}, "begun": null}',
        "[" * 100_000,
    ],
)  # fmt: skip
def test_a_cursor_of_another_place_or_form_begins_anew(cursor: str | None) -> None:
    assert due([file("a")], cursor) == ["a"]


@dataclass
class Folder:
    """A folder at work: files come, grow and go, and some cannot be read for a while."""

    files: dict[str, File] = field(default_factory=dict)
    read: dict[str, object] = field(default_factory=dict)
    cursor: str | None = None

    def round(self, unread: set[str], most: int, kept: int) -> None:
        memory = Memory(self.cursor, "here", kept=kept)
        memory.see(list(self.files.values()))
        for one in [one for one in memory.due() if one.name not in unread][:most]:
            memory.done(one)
            assert self.read.get(one.name) != one.stamp, "read twice"
            self.read[one.name] = one.stamp
            self.cursor = memory.cursor()
            assert len(json.loads(self.cursor)["seen"]) <= max(kept, 1)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["come", "come", "come", "grow", "go"]),
        st.integers(0, 7),
        st.sets(st.integers(0, 7), max_size=3),
        st.integers(1, 6),
    ),
    max_size=60,
)


@given(STEPS, st.sampled_from([0, 1, 5, 100]))
def test_every_file_is_read_in_every_state_in_which_it_stays(
    steps: list[tuple[str, int, set[int], int]], kept: int
) -> None:
    folder = Folder()
    for hour, (what, number, unread, most) in enumerate(steps):
        name = f"{number:02}"
        if what == "go":
            folder.files.pop(name, None)
            folder.read.pop(name, None)
        elif what == "come" or name in folder.files:
            folder.files[name] = file(name, hour, size=hour)
        folder.round({f"{one:02}" for one in unread}, most, kept)
    for _ in range(len(folder.files) + 1):
        folder.round(set(), 3, kept)
    assert folder.read == {name: one.stamp for name, one in folder.files.items()}
