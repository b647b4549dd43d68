"""Charts of a workbook over a sheet of their own, on which each day and each value of their lines stands."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from service.paper.paper import Chart, Paper, Stroke
from service.paper.xlsx.looks import Exact, Looks
from service.paper.xlsx.sheet import lay_out

CHARTS = "charts"
"""The sheet, called the same in all languages."""
_HEADS = 2
_WIDTH, _HEIGHT = 860, 330
_DRAWN: dict[Stroke, dict[str, Any]] = {
    Stroke.NOW: {"color": "#00406E", "width": 2.5},
    Stroke.OTHER: {"color": "#9A5B00", "width": 2, "dash_type": "long_dash"},
    Stroke.BEFORE: {"color": "#5F5F5F", "width": 1.25, "dash_type": "dash"},
    Stroke.NORM: {"color": "#1A1A1A", "width": 1.5, "dash_type": "round_dot"},
}
_OF_BAND = {"color": "#9FB3C0", "width": 1.0}

Values = Sequence[float | None]


def write_charts(book: Any, sheet: Any, looks: Looks, paper: Paper, charts: Sequence[Chart]) -> list[Any]:
    """Lay the values of all charts beside each other, and make each chart; a day without a value stays a gap."""
    sheet.freeze_panes(_HEADS, 0)
    made, first = [], 0
    for chart in charts:
        columns = _columns(chart)
        _write_values(sheet, looks, chart, first, columns)
        made.append(_made(book, chart, first, columns))
        first += len(columns) + 2
    lay_out(sheet, paper, _HEADS + max(chart.days for chart in charts), first - 2, upright=False)
    # As many pages beside each other as there are: on one, twenty columns could not be read.
    sheet.fit_to_pages(0, 0)
    sheet.repeat_rows(0, _HEADS - 1)
    return made


def _columns(chart: Chart) -> list[tuple[str, dict[str, Any], Values]]:
    """The lines of a chart by name, look and values; its band is told by both its edges, drawn first."""
    band = chart.band
    edges = [] if band is None else [(band.name, _OF_BAND, band.low), (band.name, _OF_BAND, band.high)]
    return [*edges, *((line.name, _DRAWN[line.stroke], line.values) for line in chart.lines)]


def _write_values(
    sheet: Any, looks: Looks, chart: Chart, first: int, columns: Sequence[tuple[str, dict[str, Any], Values]]
) -> None:
    sheet.write_string(0, first, chart.title, looks.caption)
    sheet.write_string(1, first, chart.unit, looks.head())
    sheet.set_column(first, first, 12)
    sheet.set_column(first + 1, first + len(columns), 14)
    for day in range(chart.days):
        sheet.write_datetime(_HEADS + day, first, chart.begin + timedelta(days=day), looks.date)
    for place, (name, _, values) in enumerate(columns, first + 1):
        sheet.write_string(1, place, name, looks.head(numbers=True))
        for day, value in enumerate(values):
            if value is not None:
                sheet.write_number(_HEADS + day, place, Exact(value), looks.plain)


def _made(book: Any, chart: Chart, first: int, columns: Sequence[tuple[str, dict[str, Any], Values]]) -> Any:
    """A chart; its texts are references to cells, so that none is ever taken for a formula."""
    drawn, last = book.add_chart({"type": "line"}), _HEADS + chart.days - 1
    for place, (_, line, _) in enumerate(columns, first + 1):
        drawn.add_series({
            "name": [CHARTS, 1, place],
            "categories": [CHARTS, _HEADS, first, last, first],
            "values": [CHARTS, _HEADS, place, last, place],
            "line": line,
        })  # fmt: skip
    drawn.set_title({"name": [CHARTS, 0, first], "name_font": {"size": 12}})
    drawn.set_x_axis({"date_axis": True, "num_format": "dd.mm", "major_unit": 1, "major_unit_type": "months"})
    drawn.set_y_axis({"name": [CHARTS, 1, first], "num_format": "General", "major_gridlines": {"visible": True}})
    drawn.set_legend({"position": "bottom", "delete_series": [1] if chart.band is not None else None})
    drawn.set_size({"width": _WIDTH, "height": _HEIGHT})
    return drawn
