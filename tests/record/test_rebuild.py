"""The archive is a view: folded anew from the journal it gives equal answers, whatever came in which order."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from record import tables
from record.archive import Archive
from record.archive.rebuild import rebuild
from record.entry import Flag, Observation, Refusal
from record.selection import Selection
from tests.example import BORDER, KIROV, KIROV_STORAGE, open_pen, say, seen

pytestmark = pytest.mark.usefixtures("each_database")

observations = st.builds(
    seen,
    st.sampled_from([KIROV, KIROV_STORAGE, BORDER]),
    st.integers(0, 6),
    st.one_of(st.none(), st.decimals(-10, 500, places=2).map(str)),
    st.sampled_from([Flag.GOOD, Flag.SUSPECT, Flag.BAD]),
)
messages = st.lists(st.lists(observations, min_size=1, max_size=12), min_size=1, max_size=8)


@given(messages)
@settings(max_examples=15)
def test_rebuilding_gives_equal_answers_as_of_every_size(said: Sequence[Sequence[Observation]]) -> None:
    with TemporaryDirectory() as folder:
        record, pen = open_pen(Path(folder))
        refusal = Refusal(fragment=b"\xff", where="group 2", reason="not readable")
        for number, batch in enumerate(said):
            say(pen, f"message {number}", batch, [refusal] if number % 3 == 0 else [], hours=number)
        archive = Archive(record)
        everything = (KIROV, KIROV_STORAGE, BORDER)
        sizes = range(archive.size() + 1)
        before = [archive.select(Selection(series=everything, as_of=size)) for size in sizes]
        latest = archive.latest(everything)
        with record.engine.begin() as connection:
            rows = connection.execute(select(tables.refusal)).all()
            for view in (tables.recent, tables.superseded, tables.latest, tables.refusal, tables.node):
                connection.execute(delete(view))
        assert rebuild(record).entries == archive.size()
        after = [archive.select(Selection(series=everything, as_of=size)) for size in sizes]
        assert all(old.identical(new) for old, new in zip(before, after, strict=True))
        assert archive.latest(everything) == latest
        with record.engine.begin() as connection:
            assert connection.execute(select(tables.refusal)).all() == rows
        record.engine.dispose()


@given(messages)
@settings(max_examples=15)
def test_the_last_word_stands_and_earlier_sizes_remember(said: Sequence[Sequence[Observation]]) -> None:
    with TemporaryDirectory() as folder:
        record, pen = open_pen(Path(folder))
        archive = Archive(record)
        standing: dict[tuple[str, object], Observation] = {}
        for number, batch in enumerate(said):
            say(pen, f"message {number}", batch, hours=number)
            for one in batch:
                stood = standing.get((one.series, one.time))
                # What is missing takes the place of no value, but of one that its sender called bad.
                if one.value is not None or stood is None or stood.value is None or stood.flag is Flag.BAD:
                    standing[one.series, one.time] = one
        for one in standing.values():
            last = archive.history(one.series, one.time)[-1]
            assert (last.value, last.flag) == (one.value, one.flag)
        record.engine.dispose()
