"""The demonstration as a whole: each message is entered at its hour; what is planted is refused, flagged or amended."""

import shutil
import stat
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from arna.demo import inbox, table
from arna.demo.generator import Trouble, messages
from arna.demo.outcome import DemoResult
from arna.demo.play import SEED, play
from record.archive import Archive, Record, open_record
from record.entry import Flag
from record.errors import SourceError
from record.network import Network, load_network
from record.proof.keys import Signer, new_signer
from record.selection import Selection
from record.writer import Pen

CONFIG = Path(__file__).parent.parent.parent / "config"
DAY = date(2026, 6, 20)
NOW = datetime(2026, 6, 21, 3, 31, tzinfo=UTC)
"""09:31 in Bishkek on the day after: a minute after the report of 20 June is due."""
LATER = datetime(2026, 6, 22, 3, 31, tzinfo=UTC)
TELEGRAMS = "simulated-telegrams-kg"
HISTORY = "ala-archa-history"


@dataclass
class House:
    """A record in a temporary folder and what the demonstration did to it, up to a day after the report."""

    record: Record
    signers: dict[str, Signer]
    pen: Pen
    data: Path
    result: DemoResult

    @property
    def archive(self) -> Archive:
        return Archive(self.record)

    @property
    def network(self) -> Network:
        return self.record.network


def opened(data: Path, network: Network) -> Record:
    url = f"sqlite:///{data / 'record.sqlite'}"
    return open_record(url, network, segments=str(data / "segments"), data=data)


def build(data: Path, now: datetime) -> House:
    network = load_network(CONFIG)
    record = opened(data, network)
    signers = {"gateway": new_signer("gateway.test"), "log": new_signer(network.origin)}
    pen = Pen(record, **signers)
    result = play(record, pen, data, day=DAY, now=lambda: now)
    return House(record, signers, pen, data, result)


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The record a minute after the report was due, which each test that goes on from there copies."""
    return build(tmp_path_factory.mktemp("evening"), NOW)


def copied(house: House, folder: Path) -> House:
    """The same record and inboxes in another folder, with the same keys."""
    house.record.engine.dispose()
    shutil.copytree(house.data, folder, dirs_exist_ok=True)
    record = opened(folder, house.network)
    return replace(house, record=record, pen=Pen(record, **house.signers), data=folder)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> House:
    return build(tmp_path_factory.mktemp("demo"), LATER)


def reasons(house: House, source: str) -> str:
    (found,) = [row for row in house.result.sources if row.source == source]
    return "\n".join(refused.reason for refused in found.refused)


def test_every_source_of_the_demonstration_brought_readings(played: House) -> None:
    brought = {found.source: found.readings for found in played.result.sources}
    assert set(brought) == set(played.network.sources)
    assert all(brought.values()), brought


def test_storage_and_surface_are_computed_from_the_level_and_agree_with_what_was_sent(played: House) -> None:
    sent, made = (
        played.archive.select(Selection(series=(f"{station}.storage.term",))).to_dataframe()["storage"].dropna()
        for station in ("orto-tokoy:kg:simulated", "orto-tokoy:kg:simulated:computed")
    )
    both = sent.droplevel("station").to_frame("sent").join(made.droplevel("station").to_frame("made"), how="inner")
    assert len(both)
    # The telegram rounds storage to a million m3, and a level of 1 cm is a quarter of one.
    assert (both["sent"] - both["made"]).abs().max() < 1
    assert played.result.computed > 0
    assert played.result.fault is None


def test_the_real_tables_are_entered_whole_with_their_gaps(played: House) -> None:
    found = {row.source: row for row in played.result.sources}
    assert found[HISTORY].flags.total() - found[HISTORY].flags[Flag.MISSING] == 2912
    assert found["klyuchevka-history"].flags.total() - found["klyuchevka-history"].flags[Flag.MISSING] == 171
    assert not found[HISTORY].refused
    assert not found["klyuchevka-history"].refused


def test_each_message_is_entered_at_the_moment_it_came(played: House) -> None:
    simulated = [outcome for outcome in played.result.outcomes if outcome.simulated and not outcome.repeated]
    first, last = simulated[0], simulated[-1]
    arrived = {arrival.received for arrival in played.archive.arrivals(first.came, last.came + timedelta(seconds=1))}
    assert {outcome.came for outcome in simulated} <= arrived


def test_what_is_planted_is_refused_flagged_corrected_or_recognised(played: House) -> None:
    telegrams = reasons(played, TELEGRAMS)
    (out_of_range,) = [outcome for outcome in played.result.outcomes if outcome.flags[Flag.BAD]]
    assert "15999" in telegrams or any(b"15999" in row.fragment for row in played.result.refused)
    assert any(b"#?" in row.fragment for row in played.result.refused if row.source == TELEGRAMS)
    assert out_of_range.source == "simulated-canals-kg"
    assert reasons(played, "simulated-reservoirs-kz")
    assert sum(outcome.repeated for outcome in played.result.outcomes if outcome.source == TELEGRAMS) == 3


def test_corrections_alone_supersede(played: House) -> None:
    superseding = {outcome.name for outcome in played.result.outcomes if outcome.corrected}
    assert len(superseding) == 4
    assert superseding == {outcome.name for outcome in played.result.outcomes if "-corrected-" in outcome.name}


def test_a_message_without_a_planted_fault_loses_nothing(played: House) -> None:
    faulty = {Trouble.GARBLED, Trouble.UNKNOWN_POST, Trouble.OTHER_PARTY}
    sound = {(made.source, made.name) for made in messages(played.network, DAY, SEED) if not faulty & {*made.troubles}}
    lost = [
        outcome for outcome in played.result.outcomes if (outcome.source, outcome.name) in sound and outcome.refused
    ]
    assert [(outcome.name, outcome.refused[0].where, outcome.refused[0].reason) for outcome in lost] == []


def test_a_late_telegram_is_in_the_record_only_from_its_own_hour(played: House) -> None:
    late = next(made for made in messages(played.network, DAY, SEED) if Trouble.LATE in made.troubles)
    before, after = played.archive.size_as_of(late.at), played.archive.size_as_of(late.at + timedelta(seconds=1))
    assert after > before


def test_a_second_run_over_the_same_folder_enters_nothing(evening: House, tmp_path: Path) -> None:
    house = copied(evening, tmp_path)
    size, files = house.archive.size(), sorted(tmp_path.rglob("*"))
    again = play(house.record, house.pen, tmp_path, day=DAY, now=lambda: NOW + timedelta(minutes=5))
    assert house.archive.size() == size
    assert sorted(tmp_path.rglob("*")) == files
    assert all(outcome.repeated for outcome in again.outcomes)
    assert house.result.waiting == again.waiting > 0


def test_a_fresh_record_is_filled_from_a_folder_that_was_played_before(evening: House, tmp_path: Path) -> None:
    evening.record.engine.dispose()
    shutil.copytree(evening.data, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("record.sqlite*"))
    again = build(tmp_path, NOW)
    assert [found.readings for found in again.result.sources] == [found.readings for found in evening.result.sources]


def test_the_following_day_goes_on_where_the_first_one_ended(evening: House, tmp_path: Path) -> None:
    house = copied(evening, tmp_path)
    size = house.archive.size()
    on = play(house.record, house.pen, tmp_path, day=DAY + timedelta(days=1), now=lambda: LATER)
    fresh = [outcome for outcome in on.outcomes if not outcome.repeated]
    assert house.archive.size() > size
    assert {outcome.came > NOW for outcome in fresh} == {True}


def test_no_unfinished_file_is_left_in_a_folder(played: House) -> None:
    assert list(played.data.rglob("*.csv"))
    assert list(played.data.rglob("*.part")) == []


def test_a_message_is_put_whole_dated_and_once(tmp_path: Path) -> None:
    folder = tmp_path / "inbox" / "canals"
    assert inbox.put(folder, "a.csv", b"first", NOW)
    assert not inbox.put(folder, "a.csv", b"first", LATER)
    assert inbox.put(folder, "a.csv", b"second", LATER)
    assert [path.name for path in folder.iterdir()] == ["a.csv"]
    assert (folder / "a.csv").read_bytes() == b"second"
    assert (folder / "a.csv").stat().st_mtime == LATER.timestamp()


def test_a_folder_that_cannot_be_made_is_an_error_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "inbox").write_bytes(b"a file, not a folder")
    assert stat.S_ISREG((tmp_path / "inbox").stat().st_mode)
    with pytest.raises(SourceError, match=r"canals/a\.csv cannot be written"):
        inbox.put(tmp_path / "inbox" / "canals", "a.csv", b"", NOW)


def shown(house: House, *, terminal: bool) -> str:
    text = StringIO()
    table.show(house.result, house.network, Console(file=text, force_terminal=terminal, width=200, color_system=None))
    return text.getvalue()


def test_what_came_in_and_why_something_was_refused_is_printed_plainly_without_a_terminal(played: House) -> None:
    text = shown(played, terminal=False)
    line = next(line for line in text.splitlines() if line.startswith(TELEGRAMS))
    assert line.split()[1] == "simulated"
    assert next(line for line in text.splitlines() if line.startswith(HISTORY)).split()[1] == "real"
    assert all(refused.reason in text for refused in played.result.refused)
    assert all(sign.isprintable() or sign == "\n" for sign in text)
    assert "│" not in text


def test_a_terminal_gets_drawn_tables(played: House) -> None:
    text = shown(played, terminal=True)
    assert "│" in text
    assert TELEGRAMS in text


def test_times_are_printed_with_their_offset(played: House) -> None:
    first = played.result.refused[0]
    assert f"{first.entered.astimezone(ZoneInfo('Asia/Bishkek')):%Y-%m-%d %H:%M}+0600" in shown(played, terminal=False)
