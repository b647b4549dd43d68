"""A report told: the numbers of its tables, their marks, and the same in every language."""

import re
from dataclasses import replace

import pytest

from service.language import LANGUAGES, language_called
from service.paper.paper import Chart, Mark, Number, Paper, Prose, Row, Stroke
from service.reports.editions import BOTH
from service.reports.listed import listed
from service.reports.report import FlowRow, Report, ReservoirRow
from service.reports.told import tell
from tests.service.report_example import Record
from tests.service.report_made import figure, gaps, made_report, second
from tests.service.told_example import numbers, seal_of, section, table, tables

LEFT_TO_OTHER_FORMS = {"volume_difference", "days_outside", "run_unknown", "to_date.days"}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The made report, issued."""
    return made_report(Record(tmp_path_factory.mktemp("told")), replace(second(), number=1, changes=()))


@pytest.fixture(scope="module")
def paper(report: Report) -> Paper:
    """It in English."""
    return tell(report, "en", seal_of(report))


def row(paper: Paper, tag: str, station: str) -> Row:
    """A row of a table."""
    return next(one for one in table(paper, tag).rows if one.tag == station)


def test_every_number_of_the_report_is_told_under_its_key(report: Report, paper: Paper) -> None:
    known = {one.key: one.value for one in listed(report) if one.measure not in LEFT_TO_OTHER_FORMS}
    told = {one.key: one.value for one in numbers(paper) if "@" not in one.key}
    assert len(known) > 60
    assert {key: told.get(key, "not told") for key in known} == known
    assert {key for key, value in told.items() if value is not None} <= known.keys()


def test_a_number_that_stands_twice_is_the_same_twice(paper: Paper) -> None:
    seen: dict[str, Number] = {}
    for one in numbers(paper):
        first = seen.setdefault(one.key, one)
        assert (first.value, first.decimals, first.marks) == (one.value, one.decimals, one.marks), one.key


def test_every_language_tells_the_same(report: Report, paper: Paper) -> None:
    for code in (*LANGUAGES, BOTH):
        other = tell(report, code, seal_of(report))
        assert numbers(other) == numbers(paper)
        assert [_shape(one) for one in tables(other)] == [_shape(one) for one in tables(paper)]
        assert other.name == f"daily-2026-05-01.r1.{code}"
        assert other.languages == tuple(code.split("-"))
        assert other.words.keys() == paper.words.keys() >= {"page", "contents", "missing", "made", *Mark}
        assert "{page}" in other.words["page"]
        assert "{pages}" in other.words["page"]


def _shape(one: object) -> object:
    return one.tag, [column.tag for column in one.columns], [(row.tag, row.marks) for row in one.rows]  # type: ignore[attr-defined]


def test_all_rows_have_a_cell_for_each_column(report: Report, paper: Paper) -> None:
    for one in (*tables(paper), *tables(tell(report, BOTH))):
        assert {len(held.cells) for held in one.rows} <= {len(one.columns)}, one.tag


def test_what_is_not_measured_or_not_good_is_marked(paper: Paper) -> None:
    marks = {one.key: one.marks for one in numbers(paper)}
    assert marks["kirov:kg.release"] == (Mark.SUSPECT,)
    assert marks["tuyte:kg.intake.season"] == (Mark.ESTIMATED, Mark.AMENDED)
    assert marks["tuyte:kg.intake"] == (Mark.AMENDED,)
    assert marks["upper:kg.discharge.season"] == (Mark.ESTIMATED,)
    assert marks["merke:kz.intake.season"] == ()
    assert row(paper, "talas.reservoirs", "kirov:kg").marks == ()
    assert row(paper, "talas.reservoirs", "kirov:kg:simulated").marks == (Mark.SIMULATED,)
    assert Mark.UNVERIFIED in row(paper, "talas.plans", "talas-2026-kz.real").marks
    assert Mark.UNVERIFIED in row(paper, "talas.shares", "flow-50.real.kz").marks


def test_a_computed_figure_is_marked_once(report: Report) -> None:
    basin = report.basins[0]
    first = basin.reservoirs[0]
    assert first.inflow is not None
    computed = replace(first, inflow=replace(first.inflow, computed=True))
    whole = replace(computed, place=replace(first.place, computed=True, verified=False))
    alone, within = (_of_reservoir(report, one) for one in (computed, whole))
    assert [cell.marks for cell in alone.cells if isinstance(cell, Number) and cell.marks] == [
        (Mark.COMPUTED,), (Mark.SUSPECT,),
    ]  # fmt: skip
    assert within.marks == (Mark.COMPUTED, Mark.UNVERIFIED)
    assert [cell.marks for cell in within.cells if isinstance(cell, Number) and cell.marks] == [(Mark.SUSPECT,)]


def _of_reservoir(report: Report, one: ReservoirRow) -> Row:
    held = replace(report, basins=(replace(report.basins[0], reservoirs=(one,)),))
    return row(tell(held, "en"), "talas.reservoirs", one.place.station)


def test_decimals_are_those_of_the_field(paper: Paper) -> None:
    decimals = {one.key: one.decimals for one in numbers(paper)}
    assert decimals["kirov:kg.level"] == decimals["kirov:kg.storage"] == decimals["kirov:kg.storage.change"] == 2
    assert decimals["kirov:kg.inflow"] == decimals["tuyte:kg.intake.volume"] == decimals["kirov:kg.inflow.norm"] == 3
    assert decimals["share:storage-88:real.part.kz"] == 2
    assert decimals["kirov:kg.storage.filled"] == decimals["kirov:kg.inflow.percent_of_norm"] == 1
    assert [one.signed for one in numbers(paper) if one.key.endswith((".change", "difference"))].count(False) == 0


def test_plans_of_canals_have_columns_where_there_is_one(report: Report, paper: Paper) -> None:
    columns = [column.tag for column in table(paper, "talas.canals").columns]
    assert not {"plan", "deviation"} & set(columns)
    assert table(paper, "talas.canals").notes == ("No plan is declared for these gauges by themselves.",)
    basin = report.basins[0]
    canal: FlowRow = replace(
        basin.canals[0],
        plan=figure("tuyte:kg", "intake", "plan", 3.0),
        deviation=figure("tuyte:kg", "intake", "deviation", -0.5),
    )
    planned = tell(replace(report, basins=(replace(basin, canals=(canal, basin.canals[1])),)), "en")
    held = table(planned, "talas.canals")
    assert [column.tag for column in held.columns][3:5] == ["plan", "deviation"]
    assert [getattr(cell, "value", cell) for cell in held.rows[0].cells[2:5]] == [2.5, 3.0, -0.5]
    assert held.rows[1].cells[3:5] == (None, None)
    assert held.notes == ()


def test_days_that_lack_of_a_plan_stand_with_what_is_known(paper: Paper) -> None:
    held = table(paper, "talas.plans")
    cells = dict(zip((one.tag for one in held.columns), held.rows[0].cells, strict=True))
    assert {tag: cell.value for tag, cell in cells.items() if isinstance(cell, Number)} == {
        "volume": 400.0, "planned": 67.759562842, "delivered": None, "deviation": None, "percent": None,
        "days_missing": 30, "known": 0.756, "planned_of_known": 2.18579235,
        "percent_of_known": pytest.approx(34.587, abs=1e-3),
    }  # fmt: skip


def test_hydrographs_are_charts_with_what_is_known(report: Report, paper: Paper) -> None:
    basin = report.basins[0]
    chart = next(part for part in section(paper, "talas").parts if isinstance(part, Chart))
    assert [line.stroke for line in chart.lines] == [Stroke.NOW, Stroke.BEFORE, Stroke.NORM]
    assert chart.band is not None
    assert [day.isoformat() for day, _ in chart.months[:3]] == ["2026-04-01", "2026-05-01", "2026-06-01"]
    assert chart.alt == "Kirov of kg: inflow by day from 1 April 2026, m³/s. The last value is 50.000, of 1 May 2026."
    assert chart.lines[0].name == "this year"
    nothing = (None,) * chart.days
    one = replace(basin.hydrographs[0], now=nothing, before=nothing, norm=nothing, low=nothing, high=nothing)
    held = replace(report, basins=(replace(basin, hydrographs=(one,)),))
    assert not [part for part in section(tell(held, "en"), "talas").parts if isinstance(part, Chart)]
    assert section(tell(held, "en"), "talas").parts[-1] == Prose(
        text="No hydrograph is drawn where fewer than 10 days of this season are known, and neither last year nor a "
        "norm: Kirov of kg."
    )


def test_both_gauges_of_a_gate_stand_in_one_chart(report: Report) -> None:
    basin = report.basins[0]
    whole = basin.hydrographs[0]
    bare = replace(whole, before=(), norm=(), low=(), high=())
    gauges = tuple(
        replace(bare if party == "kg" else whole, station=f"gate:{party}", quantity="discharge")
        for party in ("kg", "kz")
    )
    held = replace(report, basins=(replace(basin, hydrographs=(whole, *gauges)),))
    charts = [part for part in section(tell(held, "en"), "talas").parts if isinstance(part, Chart)]
    assert [chart.title for chart in charts] == ["Kirov of kg: inflow", "Gate: discharge"]
    assert [(line.stroke, line.name) for line in charts[1].lines] == [
        (Stroke.NOW, "this year, Kyrgyzstan"), (Stroke.OTHER, "this year, Kazakhstan"),
        (Stroke.BEFORE, "last year, Kazakhstan"), (Stroke.NORM, "norm, Kazakhstan"),
    ]  # fmt: skip
    few = replace(bare, now=(*[20.0] * 9, *[None] * (whole.days - 9)))
    for hydrograph, drawn in ((few, 0), (replace(few, now=(*[20.0] * 10, *few.now[10:])), 1)):
        one = replace(report, basins=(replace(basin, hydrographs=(hydrograph,)),))
        assert sum(isinstance(part, Chart) for part in section(tell(one, "en"), "talas").parts) == drawn


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (40, 40), (100, 60)])
def test_refusals_are_shown_and_counted(report: Report, count: int, shown: int) -> None:
    held = table(tell(replace(report, gaps=gaps(count)), "en"), "refused")
    assert len(held.rows) == shown
    assert held.empty == "None."
    assert held.notes == (("And 40 more, in the JSON of this report.",) if count == 100 else ())
    if count:
        assert held.rows[7].cells[1::2] == ("#7", "15954 <script>alert(7)</script>")
        assert held.rows[7].cells[-1] == "group 2: not a group & no number"


def test_what_is_declared_in_english_stands_in_no_other_language(report: Report) -> None:
    said = repr(tell(report, "kk", seal_of(report)))
    assert not re.findall("Document of|not a group", said)
    assert "read again" in said
    assert "flow-50" in said
    refused, estimated = (table(tell(report, "ru"), tag).rows[0].cells[-1] for tag in ("refused", "estimated"))
    assert refused == "по-английски в записи #0 и в JSON"
    assert estimated == "по-английски в JSON этой сводки"


def test_a_basin_of_which_nothing_is_declared_is_told(report: Report) -> None:
    basin = report.basins[0]
    account = replace(basin.account, spans=(), divisions=(), plans=(), gates=())
    bare = replace(basin, reservoirs=(), canals=(), borders=(), rivers=(), hydrographs=(), account=account)
    assert section(tell(replace(report, basins=(bare,)), "en"), "talas").parts == ()
    kept = replace(bare, account=replace(basin.account, spans=()))
    assert section(tell(replace(report, basins=(kept,)), "en"), "talas").parts == ()


def test_names_are_those_of_the_language(report: Report) -> None:
    names = {**report.names, "kz": {"en": "Kazakhstan", "kk": "Қазақстан"}}
    told = tell(replace(report, names=names), "kk")
    assert table(told, "talas.gates.kg.kz").columns[2].head == "Қазақстан"
    assert told.subtitle == language_called("kk").day(report.span.begin)
