"""What a report says of periods and refusals in words, and its small tables at a glance."""

from dataclasses import replace
from datetime import date

import pytest

from service.language import language_called
from service.paper.paper import Number, Prose
from service.reports.report import Report
from service.reports.told import refusals, tell
from service.reports.told.label import label
from service.reports.told.teller import Teller, beside
from tests.service.report_example import Record
from tests.service.report_made import figure, made_report
from tests.service.told_example import glance, table

REASON = "kirov:kg is a station of kg, for which source telegrams-kz may not speak"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The made report, a draft."""
    return made_report(Record(tmp_path_factory.mktemp("told-said")))


def teller(report: Report, code: str) -> Teller:
    """Who tells it."""
    names = {"en": "Kyrgyzstan", "ru": "Кыргызстан", "kk": "Қырғызстан", "ky": "Кыргызстан"}
    return Teller(replace(report, names={**report.names, "kg": names}), language_called(code))


@pytest.mark.parametrize(
    ("kind", "begin", "end", "name", "said"),
    [
        ("week", date(2026, 11, 16), date(2026, 11, 23), "2026-W47",
         ("week 16–22 November 2026", "неделя, 16–22 ноября 2026 г.", "апта, 2026 ж. 16–22 қараша",
          "жума, 2026-ж., 16–22-ноябрь")),
        ("10-day", date(2010, 7, 11), date(2010, 7, 21), "2010-07 11-20",
         ("2nd 10-day period of July 2010", "2-я декада, июль 2010 г.", "2010 ж. шілде, 2-онкүндік",
          "2010-ж., июль, 2-он күндүк")),
        ("month", date(2026, 2, 1), date(2026, 3, 1), "2026-02",
         ("February 2026", "февраль 2026 г.", "2026 ж. ақпан", "2026-ж., февраль")),
        ("season", date(2026, 4, 1), date(2026, 10, 1), "2026 growing",
         ("growing season of 2026", "вегетационный период 2026 г.", "2026 жылғы вегетация кезеңі",
          "2026-жылдын вегетация мезгили")),
        ("week", date(2026, 11, 30), date(2026, 12, 7), "2026-W49",
         ("week 30 November 2026 – 6 December 2026", None, None, None)),
    ],
)  # fmt: skip
def test_a_period_is_called_in_words(
    report: Report, kind: str, begin: date, end: date, name: str, said: tuple[str | None, ...]
) -> None:
    span = replace(report.span, kind=kind, begin=begin, end=end, label=name)
    told = [label(teller(report, code), span).replace("\N{NO-BREAK SPACE}", " ") for code in ("en", "ru", "kk", "ky")]
    assert [one for one, wanted in zip(told, said, strict=True) if wanted is not None] == [*filter(None, said)]


def test_common_reasons_are_said_in_the_language_of_the_paper(report: Report) -> None:
    russian = teller(report, "ru")
    assert refusals.reason(russian, REASON) == (
        "Kirov of kg: пост стороны Кыргызстан, за которую источник telegrams-kz сообщать не вправе"
    )
    undated = "nothing in it can be dated: date group 27O82: not a group of five figures"
    assert refusals.reason(russian, undated) == (
        "ничему в нём нельзя приписать время: группа даты 27O82: не группа из пяти цифр"
    )
    assert refusals.reason(russian, "nothing in it can be dated: by a reason of tomorrow") == ""
    two = "a:kg.level.term was corrected by entry 7; b:kg.level.term came with entry 8"
    assert refusals.reason(russian, two) == "a:kg.level.term исправлен записью 7; b:kg.level.term поступил с записью 8"
    assert refusals.reason(russian, "the moon was full") == ""
    assert refusals.place(russian, "telegram 9, group 3") == "телеграмма 9, группа 3"
    assert refusals.place(russian, "line 3, column 'уровень, м'") == "строка 3, столбец 'уровень, м'"
    assert refusals.given(russian, "прочитано заново (А. Б., for kg; signed by kg.key)") == (
        "«прочитано заново» (А. Б., Кыргызстан; подписано ключом kg.key)"
    )
    assert refusals.given(russian, "as it was") == "«as it was»"


def test_every_reason_is_known_in_every_language() -> None:
    for code in ("kk", "ky", "ru"):
        assert not [one for one in (*refusals.REASONS, *refusals.PLACES) if not language_called(code).knows(one)]


def test_reservoirs_and_the_border_stand_first_in_small_tables(report: Report) -> None:
    basin = report.basins[0]
    paper = tell(report, "en")
    row = table(paper, "glance.reservoirs").rows[0]
    assert [cell.value if isinstance(cell, Number) else cell for cell in row.cells] == [
        "Kirov of kg", 275.0, 50.0, -1.5, 20.0, 12.5,
    ]  # fmt: skip
    assert [one.tag for one in table(paper, "glance.borders").columns] == ["name", "party", "flow", "change"]
    border = basin.borders[0]
    plan = figure(border.place.station, "discharge", "plan", 8.0)
    planned = replace(border, plan=plan, deviation=figure(border.place.station, "discharge", "deviation", 1.0))
    held = tell(replace(report, basins=(replace(basin, borders=(planned,)),)), "en")
    cells = table(held, "glance.borders").rows[0].cells[2:5]
    assert [cell.value for cell in cells if isinstance(cell, Number)] == [border.flow.value, 8.0, 1.0]
    bare = tell(replace(report, basins=(replace(basin, reservoirs=(), borders=()),)), "en")
    assert isinstance(bare.sections[0].parts[0], Prose)


def test_the_lack_of_a_plan_is_said(report: Report) -> None:
    basin = report.basins[0]
    bare = replace(report, basins=(replace(basin, account=replace(basin.account, plans=())),))
    assert "No season plan is declared for these days" in glance(tell(bare, "en"))
    assert "No season plan" not in glance(tell(report, "en"))


def test_what_is_computed_stands_beside_its_gauge(report: Report) -> None:
    first, other = report.basins[0].reservoirs
    computed = replace(first, place=replace(first.place, station="kirov:kg:computed", computed=True))
    assert [row.place.station for row in beside((computed, other, first))] == [
        "kirov:kg", "kirov:kg:computed", other.place.station,
    ]  # fmt: skip


def test_what_was_owed_is_counted_apart_and_stands_first(report: Report) -> None:
    owed = report.gaps.missing[0]
    unowed = replace(owed, station="upper:kg", series="upper:kg.temperature.daily", due=None)
    twin = replace(owed, station="kirov:kg:simulated", series="kirov:kg:simulated.level.daily", nature="simulated")
    silent = (*report.gaps.silent, replace(report.gaps.silent[0], nature="example"))
    paper = tell(replace(report, gaps=replace(report.gaps, missing=(unowed, twin, owed), silent=silent)), "en")
    said = glance(paper)
    assert "1 owed series is missing. 1 owed series of an example or of a generator is missing. " in said
    assert "Of the series that nobody owes, 1 is missing. 1 real station is silent." in said
    assert [row.tag for row in table(paper, "missing").rows] == [owed.series, twin.series, unowed.series]
    assert len(table(paper, "silent").rows) == 1
    assert table(paper, "silent").notes[-1].startswith("1 example or simulated station is silent too")


def test_rivers_together_are_held_against_their_norm_where_each_has_one(report: Report) -> None:
    basin = report.basins[0]
    row = basin.rivers[0]
    both = (row, replace(row, place=replace(row.place, station="other:kg")))
    assert "All 2 rivers together: 60.0 % of the norm." in glance(
        tell(replace(report, basins=(replace(basin, rivers=both),)), "en")
    )
    less = (row, replace(row, flow=replace(row.flow, against=None)))
    assert "together" not in glance(tell(replace(report, basins=(replace(basin, rivers=less),)), "en"))


def test_rain_is_a_sum_of_the_day(report: Report) -> None:
    assert teller(report, "ru").kind("upper:kg.precipitation.daily") == "осадки, суточная сумма"
    assert teller(report, "ru").kind("upper:kg.discharge.daily") == "расход воды, средние суточные"
