"""Issuing: figures, their proof, then all copies; what breaks off is finished, and a correction is a revision."""

import errno
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine

from arna.issuing import Issued, issue, revise
from arna.issuing.corrections import Touched, standing, to_be_looked_at, touched
from arna.issuing.issue import lay_missing
from arna.issuing.round import revise_touched
from record.archive import Archive, Log
from record.errors import RecordBusy, RecordError, SelectionError
from record.health import REPORTS, failing
from record.proof import checkpoint, inclusion, note, tree
from record.verify import main as verify
from service.reports.editions import EDITIONS
from tests.arna.printed import FIRST, FiguresAlone, PlainPress, Slower, office
from tests.example import KIROV, START, say, seen
from tests.record.founded import found
from tests.service.report_example import Record as Made
from tests.service.report_example import at, kyrgyz_day, reading

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


def test_only_reports_that_rest_on_days_that_later_entries_touch_are_looked_at(held: Held) -> None:
    held.now = START + timedelta(days=12)
    for number in range(5):
        issue(held.office, DAILY, FIRST + timedelta(days=number))
    issue(held.office, WEEKLY, FIRST)
    log, network, archive = Log(held.record), held.record.network, Archive(held.record)
    issued, size = standing(log, network, date(2026, 5, 12)), archive.size()
    assert issued[0].since == date(2026, 3, 31)

    def touched_by(day: int) -> list[str]:
        before = archive.size()
        say(held.pen, f"amended {day}", [seen(KIROV, day, "2.5")], hours=24 * 12)
        by = touched(archive, network, before, archive.size())
        assert list(by.days) == [FIRST + timedelta(days=day)]
        return [f"{one.edition.name} {one.begin:%d}" for one in to_be_looked_at(issued, by)]

    # The day before closes with a reading of that morning, those after it hold what flowed since the season began.
    assert touched_by(2) == ["daily 02", "daily 03", "daily 04", "daily 05", "weekly 27"]
    assert touched_by(-10) == [f"daily 0{day}" for day in range(1, 6)] + ["weekly 27"]
    # A year before stands beside each of them, and what made the norms does not.
    assert touched_by(2 - 365) == [f"daily 0{day}" for day in range(1, 6)] + ["weekly 27"]
    assert touched_by(2 - 731) == touched_by(20) == []
    # What a report rests on already touches it no more, and other shares touch all.
    assert to_be_looked_at(issued, touched(archive, network, 0, size)) == []
    assert len(to_be_looked_at(issued, Touched({}, size))) == 6
    # Days long past are not looked at by themselves.
    assert standing(log, network, date(2026, 5, 1) + timedelta(days=60)) == []


def test_what_broke_off_is_no_revision_that_anyone_was_given(held: Held) -> None:
    first = issue(held.office, DAILY, FIRST)
    say(held.pen, "amended", [seen(KIROV, 0, "2.5")], hours=26)
    held.press.breaks["copies"] = RecordError("the disk is full")
    with pytest.raises(RecordError):
        revise(held.office, DAILY, FIRST)
    held.press.breaks.clear()
    held.press.spelling = " "
    say(held.pen, "amended again", [seen(KIROV, 0, "3.5")], hours=27)
    third = revise(held.office, DAILY, FIRST)
    assert third is not None
    revision = orjson.loads(third.path("json").read_bytes())["revision"]
    assert (revision["number"], revision["before"]) == (3, first.figures)
    assert [one["key"] for one in revision["changes"]] == ["1.5>3.5"]


def test_what_another_host_issued_meanwhile_is_laid_and_is_no_fault(held: Held, tmp_path: Path) -> None:
    here = replace(held.office, data=tmp_path / "here", press=Slower(held.office))
    done = issue(here, DAILY, FIRST)
    assert held.parts() == [(1, "figures"), (1, "copies")]
    assert sorted(path.name for path in done.folder.iterdir()) == sorted(done.files)
    assert done.folder.is_relative_to(tmp_path / "here")
    # One that is at it still is waited for.
    say(held.pen, "amended", [seen(KIROV, 0, "2.5")], hours=26)
    held.press.breaks["copies"] = RecordError("the disk is full")
    with pytest.raises(RecordBusy, match="revision 2 of the daily report of 2026-05-01 was issued meanwhile"):
        issue(replace(here, press=Slower(held.office, "figures")), DAILY, FIRST)
    held.press.breaks.clear()


def test_a_file_that_is_not_as_it_was_issued_is_laid_anew(held: Held, caplog: pytest.LogCaptureFixture) -> None:
    page = issue(held.office, DAILY, FIRST).path("html", "kk")
    body = page.read_bytes()
    page.write_bytes(b"other")
    lay_missing(held.office, "daily", Log(held.record).reports("daily", "2026-05-01")[1])
    assert page.read_bytes() == body
    assert "daily-2026-05-01.r1.kk.html was not as it was issued: it is laid anew" in caplog.text


def test_a_correction_reaches_the_later_reports_that_tell_what_has_flowed_since(tmp_path: Path) -> None:
    made = Made(tmp_path)
    record = made.log._record
    clock, april = [at(date(2026, 4, 5), 10)], [date(2026, 4, day) for day in (1, 3)]
    made.say([one for day in range(1, 5) for one in kyrgyz_day(date(2026, 4, day))], when=clock[0])
    desk = office(record, made.pen, tmp_path, lambda: clock[0], FiguresAlone())
    before = [_season(issue(desk, DAILY, day)) for day in april]
    made.say([reading("tuyte:kg.intake.daily", at(april[0]), "250")], when=clock[0])
    done = revise_touched(desk)
    assert [(one.begin, one.revision) for one in done] == [(day, 2) for day in april]
    more = (250 - 2.5) * 0.0864
    assert [_season(one) for one in done] == pytest.approx([value + more for value in before])
    (change,) = [one for one in _told(done[1])["revision"]["changes"] if one["key"] == "tuyte:kg.intake.season"]
    assert change["source"] == "telegrams"
    record.engine.dispose()


def _told(issued: Issued) -> Any:
    return orjson.loads(issued.path("json").read_bytes())


def _season(issued: Issued) -> float:
    (row,) = [one for one in _told(issued)["basins"][0]["canals"] if one["place"]["station"] == "tuyte:kg"]
    return float(row["season"]["value"])


def test_a_folder_of_templates_that_cannot_be_read_stops_no_report(
    held: Held, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder, engine = tmp_path / "templates", held.record.engine
    folder.mkdir()
    (folder / "daily.kz.kk.xlsx").write_bytes(b"bad")
    desk = replace(held.office, templates=folder)
    issue(desk, DAILY, FIRST)
    assert _amiss(engine) == ["template daily.kz.kk.xlsx"]
    with monkeypatch.context() as patch:
        patch.setattr(Path, "iterdir", _stale)
        assert issue(desk, DAILY, FIRST).revision == 2
    assert _amiss(engine) == ["template daily.kz.kk.xlsx", "templates"]
    assert "the folder of templates cannot be read (Host is down): no workbook of a ministry is filled" in caplog.text
    # Of a template that was taken away nothing is amiss.
    (folder / "daily.kz.kk.xlsx").rename(folder / "daily.kg.ky.xlsx")
    (folder / "daily.kg.ky.xlsx").write_bytes(b"{{title}}")
    held.press.breaks["fill"] = MemoryError()
    assert issue(desk, DAILY, FIRST).revision == 3
    assert _amiss(engine) == ["template daily.kg.ky.xlsx"]
    assert issue(replace(desk, templates=None), DAILY, FIRST).revision == 4
    assert _amiss(engine) == []


def _stale(_folder: Path) -> Iterator[Path]:
    raise OSError(errno.EHOSTDOWN, os.strerror(errno.EHOSTDOWN))


def _amiss(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return [one.source.removeprefix(REPORTS) for one in failing(connection, REPORTS)]
