"""What is delivered can be checked by whoever has it: papers go with their proof, once both have signed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from arna.delivering.parcel import is_same
from arna.issuing import issue
from arna.issuing.press import Made
from record.proof.stapled import unstapled
from record.verify import main as verify
from service.reports.editions import EDITIONS, Copy
from service.reports.report import Report, Seal
from tests.arna.delivering import Sent
from tests.arna.printed import FIRST, PlainPress, cosign
from tests.record.founded import found

DAILY, DAY, MINUTE = EDITIONS["daily"], FIRST + timedelta(days=1), timedelta(minutes=1)
NAME = f"daily-{DAY}.r1"
PDF = b"%PDF-1.7\n1 0 obj\nnull\nendobj\nstartxref\n9\n%%EOF\n"


class PaperPress(PlainPress):
    """A plain press that makes one paper more."""

    def copies(self, report: Report, seal: Seal) -> Iterator[Made]:
        yield from super().copies(report, seal)
        yield Made(Copy(form="pdf", language="kk"), "application/pdf", PDF)


@pytest.fixture
def sent(tmp_path: Path) -> Iterator[Sent]:
    """A report of a day that neither has signed, and a folder into which its paper and its page go."""
    made = Sent(tmp_path, found)
    made.now += timedelta(days=1)
    (tmp_path / "drop").mkdir()
    made.name(f'[[recipient]]\nlanguages = ["kk"]\nforms = ["pdf", "html", "json"]\nfolder = "{tmp_path / "drop"}"\n')
    made.round()
    made.office = replace(made.office, press=PaperPress(), ask=lambda *_: [])
    issue(made.office, DAILY, DAY)
    yield made
    made.record.engine.dispose()


def test_a_paper_waits_for_both_signatures_and_is_checked_by_itself(sent: Sent, tmp_path: Path) -> None:
    assert sent.round(after=MINUTE) == []
    cosign(sent.office.log, sent.pen, sent.clock)
    assert sent.round(after=MINUTE) == [f"{NAME}.json", f"{NAME}.kk.html", f"{NAME}.kk.pdf"]
    drop, policy = tmp_path / "drop", tmp_path / "policy"
    policy.write_text(str(sent.office.log.policy_text()))
    paper = drop / f"{NAME}.kk.pdf"
    assert (unstapled(paper.read_bytes()) or (b"", b""))[0] == PDF
    for files in ([paper], [drop / f"{NAME}.json", drop / f"{NAME}.kk.html", drop / f"{NAME}.tlog-proof"]):
        assert verify([*map(str, files), "--policy", str(policy)], sent.clock) == 0


def test_after_a_while_it_goes_with_those_signatures_that_there_are_and_is_the_same_paper_still(
    sent: Sent, tmp_path: Path
) -> None:
    assert sent.round(after=timedelta(hours=2)) == [f"{NAME}.json", f"{NAME}.kk.html", f"{NAME}.kk.pdf"]
    paper, proof = tmp_path / "drop" / f"{NAME}.kk.pdf", tmp_path / "drop" / f"{NAME}.tlog-proof"
    assert paper.read_bytes() == PDF
    early = proof.read_bytes()
    # Sent again once both have signed, as where it could not be noted: nothing lies there otherwise.
    cosign(sent.office.log, sent.pen, sent.clock)
    with sent.record.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM delivered")
    assert f"{NAME}.kk.pdf" in sent.round(after=MINUTE)
    assert (paper.read_bytes(), proof.read_bytes()) == (PDF, early)
    assert not is_same(proof.name, b"x", b"x")
    assert not is_same(paper.name, PDF, PDF + b" ")
