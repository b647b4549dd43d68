"""The pulse of a record: it changes with every commit, whoever makes it, and with nothing else."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select

from record import tables
from record.database import open_database, writing
from record.errors import RecordError
from record.pulse import Pulse
from tests import example
from tests.postgres import url_in

_COMMIT = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("INSERT INTO cursor (source, value) VALUES ('another', '1')")
connection.commit()
"""


@pytest.fixture
def engine(each_database: str, tmp_path: Path) -> Engine:
    return open_database(example.url_of(tmp_path))


class Hand:
    """A clock that is turned by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def commit(engine: Engine, source: str) -> None:
    with writing(engine) as connection:
        connection.execute(insert(tables.cursor), {"source": source, "value": "1"})


def read(engine: Engine) -> int:
    with engine.begin() as connection:
        return len(connection.execute(select(tables.cursor.c.source)).all())


def test_beats_alike_while_the_record_is_only_read(engine: Engine) -> None:
    clock = Hand()
    pulse = Pulse(engine, clock)
    first = pulse.beat()
    for _ in range(3):
        read(engine)
        clock.seconds += 1
        assert pulse.beat() == first


def test_beats_anew_after_every_commit(engine: Engine) -> None:
    clock = Hand()
    pulse = Pulse(engine, clock)
    beats = [pulse.beat()]
    for number in range(3):
        commit(engine, f"source-{number}")
        clock.seconds += 1
        beats.append(pulse.beat())
    assert len(set(beats)) == len(beats)


def test_a_transaction_that_was_given_up_is_no_change_of_what_is_read(engine: Engine) -> None:
    clock = Hand()
    pulse = Pulse(engine, clock)
    before = pulse.beat()
    with engine.connect() as connection:
        connection.execute(insert(tables.cursor), {"source": "gone", "value": "1"})
        clock.seconds += 1
        open_still = pulse.beat()
        connection.rollback()
    clock.seconds += 1
    after = pulse.beat()
    assert read(engine) == 0
    # A server may tell of it as of a change, which costs a reader no more than a look.
    assert pulse.late or before == open_still == after


def test_a_commit_is_seen_by_who_read_while_it_was_open(engine: Engine) -> None:
    """The beat of before the commit is not the beat of after it, although the transaction began before both."""
    clock = Hand()
    pulse = Pulse(engine, clock)
    with writing(engine) as connection:
        connection.execute(insert(tables.cursor), {"source": "slow", "value": "1"})
        clock.seconds += 1
        before = pulse.beat()
        assert read(engine) == 0
    clock.seconds += 1
    assert pulse.beat() != before
    assert read(engine) == 1


def test_two_pulses_of_one_record_beat_by_themselves(engine: Engine) -> None:
    clock = Hand()
    one, other = Pulse(engine, clock), Pulse(engine, clock)
    first, second = one.beat(), other.beat()
    commit(engine, "source")
    clock.seconds += 1
    assert one.beat() != first
    assert other.beat() != second


def test_threads_share_a_pulse(engine: Engine) -> None:
    clock = Hand()
    pulse = Pulse(engine, clock)
    before = pulse.beat()
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: pulse.beat(), range(64))) == {before}
        commit(engine, "source")
        clock.seconds += 1
        after = set(pool.map(lambda _: pulse.beat(), range(64)))
    assert len(after) == 1
    assert after != {before}


def test_a_closed_pulse_beats_anew(engine: Engine) -> None:
    pulse = Pulse(engine, Hand())
    before = pulse.beat()
    pulse.close()
    commit(engine, "source")
    assert pulse.beat() != before


def test_a_commit_of_another_process_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    engine = open_database(f"sqlite:///{path}")
    pulse = Pulse(engine)
    before = pulse.beat()
    subprocess.run([sys.executable, "-c", _COMMIT, str(path)], check=True, timeout=60)
    after = pulse.beat()
    assert after != before
    assert pulse.beat() == after


def test_a_file_is_asked_every_time(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'record.sqlite'}")
    pulse = Pulse(engine, Hand())
    before = pulse.beat()
    commit(engine, "source")
    assert not pulse.late
    assert pulse.beat() != before


def test_a_server_is_asked_once_in_a_tenth_of_a_second(cluster: Path, tmp_path: Path) -> None:
    engine, clock = open_database(url_in(cluster, tmp_path)), Hand()
    pulse = Pulse(engine, clock)
    before = pulse.beat()
    commit(engine, "source")
    clock.seconds = 0.09
    assert pulse.beat() == before
    clock.seconds = 0.11
    assert pulse.beat() != before


def test_who_cannot_be_asked_says_so_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    engine = open_database(f"sqlite:///{path}")
    engine.dispose()
    for file in tmp_path.iterdir():
        file.unlink()
    path.write_bytes(b"no database at all, but long enough for a header of one hundred bytes" * 4)
    with pytest.raises(RecordError, match="the record cannot be asked whether it changed") as caught:
        Pulse(engine).beat()
    assert "\n" not in str(caught.value)
