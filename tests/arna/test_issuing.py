"""Issuing: figures, their proof, then all copies; what breaks off is finished, and a correction is a revision."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from arna.issuing import issue, revise
from arna.issuing.corrections import standing, to_be_looked_at, touched
from record.archive import Archive, Log
from record.errors import RecordError, SelectionError
from record.proof import checkpoint, inclusion, note, tree
from record.verify import main as verify
from service.reports.editions import EDITIONS
from tests.arna.printed import FIRST, PlainPress, office
from tests.example import KIROV, START, say, seen
from tests.record.founded import found

DAILY, WEEKLY = EDITIONS["daily"], EDITIONS["weekly"]
NOW = START + timedelta(days=1, hours=2)


class Held:
    """A record of two days, its office, and a clock that can be moved."""

    def __init__(self, folder: Path) -> None:
        self.record, self.pen = found(folder)
        say(self.pen, "one", [seen(KIROV, 0, "1.5")])
        self.now, self.press = NOW, PlainPress()
        self.office = office(self.record, self.pen, folder, self.clock, self.press)

    def clock(self) -> datetime:
        return self.now

    def parts(self, day: date = FIRST) -> list[tuple[int, str]]:
        return [(one.revision, one.part) for one in Log(self.record).reports("daily", day.isoformat())]


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Held]:
    made = Held(tmp_path)
    yield made
    made.record.engine.dispose()


def test_the_copies_bear_the_proof_that_the_figures_are_in_the_journal(held: Held) -> None:
    size = Archive(held.record).size()
    done = issue(held.office, DAILY, FIRST)
    figures, copies = Log(held.record).reports("daily", "2026-05-01")
    assert (
        (done.figures, done.entry, copies.figures)
        == (figures.entry, copies.entry, figures.entry)
        == (size, size + 1, size)
    )
    assert list(figures.forms) == ["daily-2026-05-01.r1.json"]
    assert list(copies.forms) == [f"daily-2026-05-01.r1.{end}" for end in ("json", "csv", "kk.html", "ru.html")]
    (seal,) = held.press.seals
    proof = inclusion.parse(seal.proof)
    signed = checkpoint.parse(note.parse(seal.checkpoint).text)
    assert proof.extra is not None
    tree.verify_inclusion(tree.leaf_hash(proof.extra), proof.index, signed.size, proof.hashes, signed.root)
    assert (seal.entry, seal.size, signed.size) == (size, size + 1, size + 1)
    assert (seal.state, [one.party for one in seal.signed], seal.signed[0].at) == ("final", ["kg", "kz"], NOW)
    assert b'"figures"' in proof.extra
    for name, sha256 in (figures.forms | copies.forms).items():
        assert (done.folder / name).read_bytes() == Log(held.record).form(sha256)
    assert [path.name for path in done.folder.iterdir() if path.name.startswith(".")] == []
    # What is entered last is signed too.
    assert Log(held.record).final_of(size + 2).issued == NOW


def test_an_issued_copy_is_checked_as_any_other_file(held: Held, tmp_path: Path) -> None:
    done = issue(held.office, DAILY, FIRST)
    proof, policy = tmp_path / "proof", tmp_path / "policy"
    proof.write_bytes(Log(held.record).proof(done.entry).encode())
    policy.write_text(str(Log(held.record).policy_text()))
    asked = [str(done.path("html", "kk")), str(proof), "--policy", str(policy)]
    assert verify(asked, lambda: NOW) == 0
    done.path("html", "kk").write_bytes(b"other")
    assert verify(asked, lambda: NOW) == 1


@pytest.mark.parametrize("fault", [RecordError("the disk is full"), KeyboardInterrupt()])
def test_what_breaks_off_between_figures_and_copies_is_finished_as_it_was_begun(
    held: Held, fault: BaseException
) -> None:
    held.press.breaks["copies"] = fault
    with pytest.raises(type(fault)):
        issue(held.office, DAILY, FIRST)
    assert held.parts() == [(1, "figures")]
    held.press.breaks.clear()
    say(held.pen, "later", [seen(KIROV, 0, "9")], hours=26)
    done = issue(held.office, DAILY, FIRST)
    assert held.parts() == [(1, "figures"), (1, "copies")]
    # It still rests on what was known when its figures were entered.
    assert b"1.5" in done.path("csv").read_bytes()


def test_figures_that_come_out_otherwise_now_are_followed_by_another_revision(
    held: Held, caplog: pytest.LogCaptureFixture
) -> None:
    held.press.breaks["copies"] = RecordError("the disk is full")
    with pytest.raises(RecordError):
        issue(held.office, DAILY, FIRST)
    held.press.breaks.clear()
    held.press.spelling = " "
    assert issue(held.office, DAILY, FIRST).revision == 2
    assert held.parts() == [(1, "figures"), (2, "figures"), (2, "copies")]
    assert "revision 1, cannot be made again: the next revision stands for them" in caplog.text


def test_a_correction_is_another_revision_and_the_first_stays(held: Held) -> None:
    first = revise(held.office, DAILY, FIRST)
    assert first is not None
    before = {path.name: path.read_bytes() for path in first.folder.iterdir()}
    assert revise(held.office, DAILY, FIRST) is None
    say(held.pen, "amended", [seen(KIROV, 0, "2.5")], hours=26)
    second = revise(held.office, DAILY, FIRST)
    assert second is not None
    revision = orjson.loads(second.path("json").read_bytes())["revision"]
    assert (revision["number"], revision["before"]) == (2, first.figures)
    assert [one["key"] for one in revision["changes"]] == ["1.5>2.5"]
    assert {name: (first.folder / name).read_bytes() for name in before} == before
    assert held.parts() == [(1, "figures"), (1, "copies"), (2, "figures"), (2, "copies")]


def test_nothing_is_issued_of_a_period_that_has_not_ended(held: Held) -> None:
    for edition in (DAILY, WEEKLY):
        with pytest.raises(SelectionError, match="is of days that have not ended: wait"):
            issue(held.office, edition, date(2026, 5, 2))
    assert held.press.made == []


def test_only_reports_of_days_that_later_entries_touch_are_looked_at(held: Held) -> None:
    held.now = START + timedelta(days=12)
    for number in range(5):
        issue(held.office, DAILY, FIRST + timedelta(days=number))
    issue(held.office, WEEKLY, FIRST)
    size = Archive(held.record).size()
    say(held.pen, "amended", [seen(KIROV, 2, "2.5")], hours=24 * 12)
    log, network, archive = Log(held.record), held.record.network, Archive(held.record)
    issued = standing(log, network, date(2026, 5, 12))
    by = touched(archive, network, size, archive.size())
    assert list(by.days) == [date(2026, 5, 3)]
    found = [(one.edition.name, one.begin) for one in to_be_looked_at(issued, by)]
    assert found == [("daily", date(2026, 5, 3)), ("weekly", date(2026, 4, 27))]
    # What a report rests on already touches it no more, and other shares touch all.
    assert to_be_looked_at(issued, touched(archive, network, 0, size)) == []
    assert len(to_be_looked_at(issued, replace(by, days={}, whole=size))) == 6
    # Days long past are not looked at by themselves.
    assert standing(log, network, date(2026, 5, 1) + timedelta(days=60)) == []
