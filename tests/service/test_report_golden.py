"""Whole reports of the days on which they are most easily wrong, held against figures that were reckoned by hand."""

import csv
import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import netCDF4
import openpyxl
import orjson
import pytest
from pypdf import PdfReader

from service.language import LANGUAGES, language_called
from service.paper.numbers import numbers_of
from service.paper.paper import Paper, Prose, Table
from service.reports.copies import write_all
from service.reports.editions import BOTH, COPIES, FIGURES, Copy
from service.reports.listed import Listed, listed
from service.reports.report import Report
from service.reports.superseded import superseded
from service.reports.told import tell
from tests.service.golden_digest import ONE_OF_EACH, digests
from tests.service.golden_record import NASTY
from tests.service.golden_reports import CASES, FOLDER, Golden, Goldens, reckoned
from tests.service.report_read import Data, Numbers, figures_in, of_file

LAST = {case: len(CASES[case]["reports"]) - 1 for case in CASES}


@pytest.fixture(scope="module")
def goldens(tmp_path_factory: pytest.TempPathFactory) -> Goldens:
    return Goldens(tmp_path_factory.mktemp("golden"))


def by_key(report: Report) -> dict[str, Listed]:
    return {one.key: one for one in listed(report)}


def test_the_files_are_reckoned_right() -> None:
    lines = [(key, line) for case in CASES.values() for one in case["reports"] for key, line in one["figures"].items()]
    assert len(lines) > 100
    wrong = [key for key, line in lines if reckoned(line["reckoned"]) != pytest.approx(line["value"], abs=1e-5)]
    assert wrong == []


@pytest.mark.parametrize("case", CASES)
def test_figures_are_as_reckoned_by_hand(case: str, goldens: Goldens) -> None:
    for one in goldens.of(case):
        found = by_key(one.report)
        wrong = {
            key: found[key].value if key in found else "no such figure"
            for key, line in one.said["figures"].items()
            if key not in found or found[key].value != pytest.approx(line["value"], abs=5e-9)
        }
        assert wrong == {}, one.report.span.label
        known = [key for key in one.said["none"] if key in found and found[key].value is not None]
        assert known == [], one.report.span.label


@pytest.mark.parametrize("case", CASES)
def test_days_are_as_declared_on_all_clocks(case: str, goldens: Goldens) -> None:
    for one in goldens.of(case):
        span, said = one.report.span, one.said["span"]
        assert (span.begin.isoformat(), span.end.isoformat()) == (said["begin"], said["end"])
        assert (span.start.isoformat(), span.stop.isoformat()) == (said["start"], said["stop"])
        assert said.get("deadline", span.deadline.isoformat()) == span.deadline.isoformat()
        local = {own.party: f"{own.begin.isoformat()}/{own.end.isoformat()}" for own in span.local}
        assert {party: local[party] for party in said["local"]} == said["local"]


@pytest.mark.parametrize("case", CASES)
def test_gaps_are_told_and_no_others(case: str, goldens: Goldens) -> None:
    for one in goldens.of(case):
        gaps, said = one.report.gaps, one.said["gaps"]
        assert {row.series: row.days for row in gaps.missing} == said["missing"]
        dues = {row.due.isoformat() for row in gaps.missing if row.due is not None}
        assert dues == ({said["due"]} if "due" in said else set())
        assert {row.series: row.hours for row in gaps.late} == said["late"]
        assert sorted(row.key for row in gaps.estimated) == said["estimated"]
        assert (len(gaps.refused), len(gaps.amended)) == (said["refused"], said["amended"])


def test_a_day_of_which_nobody_speaks_has_no_rows_and_names_who_is_silent(goldens: Goldens) -> None:
    for one in goldens.of("nothing"):
        assert [part for basin in one.report.basins for part in (*basin.reservoirs, *basin.borders)] == []
        assert {row.station for row in one.report.gaps.silent if row.whole} == set(one.report.names) & set(
            goldens.record("empty").network.stations
        )


def test_what_is_below_nought_is_a_resource_of_which_nothing_is_due(goldens: Goldens) -> None:
    for one in goldens.of("below"):
        (line,) = [line for basin in one.report.basins for line in basin.account.divisions if basin.id == "chu"]
        assert line.days_negative == (1,)


@pytest.mark.parametrize("case", ["corrected", "late"])
def test_a_revision_says_what_changed_and_why(case: str, goldens: Goldens) -> None:
    for one in goldens.of(case):
        assert one.report.revision is not None
        found = {change.key: change for change in one.report.revision.changes}
        for key, (old, new) in one.said["changes"].items():
            assert [found[key].old, found[key].new] == pytest.approx([old, new]), key
            assert found[key].reason == one.said["reason"]
            assert all(one.before and one.before["journal_size"] <= entry for entry in found[key].entries[-1:])
        assert bool(found) == bool(one.said["changes"])


def test_a_figure_that_was_corrected_back_is_what_it_was_and_its_two_corrections_are_told(goldens: Goldens) -> None:
    first, _, third = (one.report for one in goldens.of("corrected"))
    old, new = by_key(first), by_key(third)
    assert {key: one.value for key, one in old.items()} == {key: one.value for key, one in new.items()}
    assert [(one.old, one.new) for one in third.gaps.amended] == [(2.5, 2.75), (2.75, 2.5)]


@pytest.mark.parametrize("case", CASES)
def test_all_languages_tell_the_same_numbers(case: str, goldens: Goldens) -> None:
    for one in goldens.of(case):
        told = [tell(one.report, code) for code in (*LANGUAGES, BOTH)]
        held = [{key: said.number.value for key, said in numbers_of(paper).items()} for paper in told]
        known = {key: row.value for key, row in by_key(one.report).items()}
        known |= {row.key: row.value for row in superseded(one.report)}
        assert all(numbers == held[0] for numbers in held)
        assert held[0] == {key: known[key] for key in held[0]}


@pytest.mark.parametrize("case", CASES)
def test_each_form_holds_what_was_reckoned(case: str, goldens: Goldens, tmp_path: Path) -> None:
    golden = goldens.of(case)[-1]
    copies = written(case, golden.report)
    wanted = {key: pytest.approx(line["value"], abs=5e-9) for key, line in golden.said["figures"].items()}
    rows = csv.DictReader(io.StringIO(copies[Copy(form="csv")].decode("utf-8-sig"), newline=""))
    assert {row["key"]: float(row["value"]) for row in rows if row["key"] in wanted} == wanted
    path = tmp_path / "report.nc"
    path.write_bytes(copies[Copy(form="nc")])
    with netCDF4.Dataset(str(path)) as file:
        file.set_auto_mask(False)
        assert of_these(dict(of_file(file)), wanted) == wanted
    figures = {one["key"]: one["value"] for one in figures_in(orjson.loads(copies[FIGURES]))}
    assert of_these(figures, wanted) == {key: wanted[key] for key in wanted if key in figures}
    for copy, body in copies.items():
        if copy.language:
            shown(golden, copy, body)


def of_these(found: Numbers, wanted: Mapping[str, object]) -> Numbers:
    return {key: value for key, value in found.items() if key in wanted}


def written(case: str, report: Report) -> dict[Copy, bytes]:
    """The forms for machines, and papers of which each case has other languages."""
    papers = [*(copy for copy in COPIES if copy.language), Copy(form="html", language=BOTH)]
    turn = list(CASES).index(case)
    return dict(write_all(report, (FIGURES, *(copy for copy in COPIES if not copy.language), *papers[turn % 5 :: 5])))


def shown(golden: Golden, copy: Copy, body: bytes) -> None:
    """Hold the numbers of a paper against what was reckoned."""
    told = numbers_of(tell(golden.report, copy.language))
    wanted = {
        key: pytest.approx(line["value"], abs=5e-9) for key, line in golden.said["figures"].items() if key in told
    }
    if copy.form == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(body), read_only=True)["figures"]
        rows = [(str(row[0]), row[1]) for row in sheet.iter_rows(min_row=2, values_only=True)]
        assert len(rows) == len(dict(rows)) == len(told)
        assert {key: value for key, value in rows if key in wanted} == wanted
    elif copy.form == "html":
        page = Data()
        page.feed(body.decode())
        assert of_these(page.found, wanted) == wanted
    else:
        said = re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages))
        language = language_called(copy.language.partition("-")[0])
        for key in wanted:
            number = told[key].number
            assert (
                re.sub(r"\s", "", language.number(number.value or 0.0, number.decimals, signed=number.signed)) in said
            )


def test_what_was_refused_is_shown_and_does_nothing(goldens: Goldens) -> None:
    (golden,) = goldens.of("refused")
    report = golden.report
    assert len({part.fragment for part in report.gaps.refused}) == len(NASTY)
    for part in report.gaps.refused:
        assert part.fragment.isprintable()
        assert len(part.fragment) <= 4 * 400 + 40
    copies = dict(write_all(report, [*(Copy(form=form, language="en") for form in ("html", "xlsx", "pdf")), COPIES[2]]))
    page = copies[Copy(form="html", language="en")].decode()
    assert "<script" not in page
    assert "<img" not in page
    book = zipfile.ZipFile(io.BytesIO(copies[Copy(form="xlsx", language="en")]))
    sheets = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/")]
    assert not any("<f>" in sheet for sheet in sheets)
    texts = "".join(
        page.extract_text() for page in PdfReader(io.BytesIO(copies[Copy(form="pdf", language="en")])).pages
    )
    for said in ("=cmd|", "#set page(", "<script>alert(1)</script>", "{{reservoirs."):
        assert said in re.sub(r"\s+", " ", texts), said


def test_a_number_whose_last_digits_alone_differ_is_no_change(goldens: Goldens) -> None:
    _, second = goldens.of("late")
    season = "merke:kz.intake.season"
    assert second.before is not None
    assert by_key(second.report)[season].value == pytest.approx(52 * 1.25 * 0.0864, rel=1e-13)
    assert second.report.revision is not None
    assert season not in {change.key for change in second.report.revision.changes}


def test_each_change_names_whose_number_it_is_and_what_it_says(goldens: Goldens) -> None:
    (_, changes, *_) = tell(goldens.of("late")[-1].report, "ru").sections
    (_, table) = changes.parts
    assert isinstance(table, Table)
    said = {row.tag: row.cells[:2] for row in table.rows}
    assert said["share:flow-50:real.received.kz"] == ("доля flow-50", "Получено: Казахстан")
    assert said["gate:gate:discharge:real.difference"] == ("Пограничный створ", "расход воды: Разность")
    assert said["gate:gate:discharge:real.kz"] == ("Пограничный створ", "расход воды: Казахстан")
    assert said["plan:talas-2026-kz:real.to_date.known"] == ("план talas-2026-kz", "Подано в известные сутки")
    assert said["merke:kz.intake.volume"] == ("Мерке (Казахстан)", "водозабор: объём")
    assert not [cells for cells in said.values() if ":" in str(cells[0]) or ":real" in str(cells[1])]


def test_all_forms_are_the_same_bytes_in_another_process(goldens: Goldens, tmp_path: Path) -> None:
    elsewhere = {
        "PATH": os.environ["PATH"], "PYTHONPATH": str(FOLDER.parents[2]), "PYTHONHASHSEED": "99",
        "TZ": "America/New_York", "LANG": "tr_TR.UTF-8",
    }  # fmt: skip
    asked = [sys.executable, "-m", "tests.service.golden_digest", "silent"]
    told = subprocess.run(asked, cwd=tmp_path, env=elsewhere, check=True, capture_output=True, text=True).stdout
    assert told.splitlines() == list(digests(goldens, "silent", ONE_OF_EACH))


def test_a_basin_of_which_nobody_speaks_is_told_so_in_each_language(goldens: Goldens) -> None:
    (quiet, *_) = goldens.of("nothing")
    for code, name in (("kk", "Шу: "), ("ky", "Чүй: "), ("ru", "Чу: ")):
        (said,) = [text for text in prose(tell(quiet.report, code)) if text.startswith(name)]
        assert len(said) > len(name)
        assert re.search("[A-Za-z]", said) is None
    assert "Chu: no station gave a value" in prose(tell(quiet.report, "en"))


def test_of_a_reservoir_that_only_has_a_computed_inflow_no_storage_is_missing(goldens: Goldens) -> None:
    (below, *_) = goldens.of("below")
    (said,) = [text for text in prose(tell(below.report, "en")) if text.startswith("Orto-Tokoy")]
    assert "missing" not in said
    assert "Inflow: −6.57\N{NO-BREAK SPACE}m³/s (suspect, computed)" in said


def prose(paper: Paper) -> list[str]:
    """The paragraphs of what one must know first."""
    (glance,) = [section for section in paper.sections if section.tag == "glance"]
    return [part.text for part in glance.parts if isinstance(part, Prose)]


def test_a_season_is_called_by_its_name_on_every_page(goldens: Goldens) -> None:
    season = goldens.of("changed")[-1].report
    assert tell(season, "kk").running == "Деректер алмасу бойынша маусымдық есеп, 2026 жылғы вегетация кезеңі, жоба"
