"""All forms of a report hold the same numbers: each is read back, and compared with the list of them by its key."""

import csv
import io
import re
from collections.abc import Mapping
from pathlib import Path

import netCDF4
import openpyxl
import orjson
import pytest
from pypdf import PdfReader

from service.language import language_called
from service.paper.numbers import numbers_of
from service.paper.paper import Paper
from service.reports import keys
from service.reports.copies import write_all
from service.reports.editions import BOTH, Copy
from service.reports.listed import Listed, listed
from service.reports.report import Change, Report
from service.reports.superseded import superseded
from service.reports.told import tell
from tests.service.report_example import Record
from tests.service.report_made import made_report, second
from tests.service.report_read import Data, Numbers, figures_in, of_file

LANGUAGES = ("ky", "en")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    change = Change(
        key="tuyte:kg.intake", station="tuyte:kg", unit="m³/s", old=2.25, old_flag="good", new=2.5, new_flag="good",
        reason=None, source=None, entries=(2,),
    )  # fmt: skip
    return made_report(Record(tmp_path_factory.mktemp("record")), second((change,)))


@pytest.fixture(scope="module")
def known(report: Report) -> dict[str, Listed]:
    rows = [*listed(report), *superseded(report)]
    assert len({one.key for one in rows}) == len(rows)
    return {one.key: one for one in rows}


@pytest.fixture(scope="module")
def numbers(known: Mapping[str, Listed]) -> Numbers:
    return {key: one.value for key, one in known.items()}


@pytest.fixture(scope="module")
def papers(report: Report) -> dict[str, Paper]:
    return {code: tell(report, code) for code in (*LANGUAGES, BOTH)}


@pytest.fixture(scope="module")
def copies(report: Report) -> dict[Copy, bytes]:
    machines = [Copy(form=form) for form in ("json", "csv", "nc")]
    papers = [Copy(form=form, language=code) for form in ("xlsx", "html", "pdf") for code in LANGUAGES]
    return dict(write_all(report, (*machines, *papers)))


def test_the_list_holds_every_figure_and_each_basin(known: Mapping[str, Listed], report: Report) -> None:
    assert {one.section for one in known.values()} == {
        "reservoirs", "canals", "borders", "rivers", "division", "plans", "gates", "changes", "amended",
    }  # fmt: skip
    figures = {one["key"]: one["value"] for one in figures_in(orjson.loads(orjson.dumps(report)))}
    assert len(figures) > 30
    assert figures == {key: known[key].value for key in figures}


def test_json_holds_every_number(copies: Mapping[Copy, bytes], numbers: Numbers) -> None:
    document = orjson.loads(copies[Copy(form="json")])
    found = {}
    for one in figures_in(document):
        found[one["key"]] = one["value"]
        against = one["against"] or {}
        for what, member in ((keys.LAST_YEAR, "last_year"), (keys.NORM, "norm"), (keys.PERCENT, "percent")):
            if against.get(member) is not None:
                found[keys.of_against(one["key"], what)] = against[member]
    (basin,) = document["basins"]
    flow = basin["account"]["divisions"][0]
    found[keys.of_division(["flow-50"], "real", "due", "kz")] = flow["parties"][0]["due"]["volume"][0]
    plan = basin["account"]["plans"][0]
    found[keys.of_plan(plan["id"], "real", "planned", to_date=True)] = plan["to_date"]["planned"][0]
    (gate,) = basin["account"]["gates"]
    found[keys.of_gate("gate", "discharge", "real", "difference")] = gate["difference"][0]
    assert len(found) > 50
    assert found == {key: numbers[key] for key in found}


def test_csv_holds_every_number_and_no_other(copies: Mapping[Copy, bytes], known: Mapping[str, Listed]) -> None:
    rows = list(csv.DictReader(io.StringIO(copies[Copy(form="csv")].decode("utf-8-sig"), newline="")))
    assert {row["key"]: float(row["value"]) if row["value"] else None for row in rows} == {
        key: one.value for key, one in known.items()
    }
    by_key = {row["key"]: row for row in rows}
    assert by_key["kirov:kg.release"]["flag"] == "suspect"
    assert by_key["tuyte:kg.intake.season"]["estimated"] == "true"
    assert by_key["kirov:kg.inflow"]["name_en"] == "Kirov of kg"
    assert copies[Copy(form="csv")].count(b"\r\n") == len(rows) + 1


def test_netcdf_holds_every_number(copies: Mapping[Copy, bytes], known: Mapping[str, Listed], tmp_path: Path) -> None:
    path = tmp_path / "report.nc"
    path.write_bytes(copies[Copy(form="nc")])
    with netCDF4.Dataset(str(path)) as file:
        file.set_auto_mask(False)
        found = dict(of_file(file))
    assert found == {key: one.value for key, one in known.items() if one.section not in ("changes", "amended")}


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_workbook_holds_every_number_of_its_paper(
    code: str, copies: Mapping[Copy, bytes], papers: Mapping[str, Paper], numbers: Numbers
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(copies[Copy(form="xlsx", language=code)]), read_only=True)
    found = {row[0]: row[1] for row in book["figures"].iter_rows(min_row=2, values_only=True)}
    assert found == {key: numbers[key] for key in numbers_of(papers[code])}


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_page_holds_every_number_of_its_paper(
    code: str, copies: Mapping[Copy, bytes], papers: Mapping[str, Paper], numbers: Numbers
) -> None:
    page = Data()
    page.feed(copies[Copy(form="html", language=code)].decode())
    assert page.found == {key: numbers[key] for key in numbers_of(papers[code])}


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_pdf_shows_every_number_of_its_paper_rounded(
    code: str, copies: Mapping[Copy, bytes], papers: Mapping[str, Paper]
) -> None:
    reader = PdfReader(io.BytesIO(copies[Copy(form="pdf", language=code)]))
    shown = re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))
    language = language_called(code)
    for key, held in numbers_of(papers[code]).items():
        number = held.number
        if number.value is not None:
            said = language.number(number.value, number.decimals, signed=number.signed)
            assert re.sub(r"\s", "", said) in shown, key


def test_papers_of_all_languages_have_the_same_numbers(papers: Mapping[str, Paper], numbers: Numbers) -> None:
    held = [{key: one.number.value for key, one in numbers_of(paper).items()} for paper in papers.values()]
    assert len(held[0]) > 60
    assert held[0] == held[1] == held[2]
    assert held[0] == {key: numbers[key] for key in held[0]}
