"""Hydrographs as pictures: what is drawn, what is not, and that no text becomes markup."""

import re
from dataclasses import replace
from datetime import date

import pytest
from lxml import etree

from service.paper.chart import svg
from service.paper.paper import Band, Chart, Line, Stroke

SVG = "{http://www.w3.org/2000/svg}"


def chart(*lines: Line, band: Band | None = None, days: int = 61) -> Chart:
    return Chart(
        tag="kirov:kg.inflow",
        title="Inflow",
        alt="Inflow since 1 April.",
        unit="м³/с",
        begin=date(2026, 4, 1),
        days=days,
        lines=lines,
        band=band,
        months=((date(2026, 4, 1), "сәу."), (date(2026, 5, 1), "мам.")),
        decimals=3,
    )


def line(*values: float | None, stroke: Stroke = Stroke.NOW, name: str = "2026") -> Line:
    return Line(name=name, stroke=stroke, values=values)


def drawn(picture: Chart, *codes: str) -> etree._Element:
    return etree.fromstring(svg(picture, *(codes or ("kk",))).encode())


def texts(root: etree._Element) -> list[str]:
    return [text.text or "" for text in root.iter(f"{SVG}text")]


def paths(root: etree._Element, name: str) -> list[str]:
    """The lines of that class, without their keys in the legend."""
    return [path.get("d", "") for path in root.findall(f"{SVG}path") if path.get("class") == name]


def ticks(root: etree._Element) -> list[str]:
    return [text.text or "" for text in root.iter(f"{SVG}text") if text.get("text-anchor") == "end"]


def test_a_line_is_not_drawn_over_days_without_a_value() -> None:
    values = (1.0, 2.0, None, None, 3.0, None, 2.0, 1.0, None)
    whole, alone = paths(drawn(chart(line(*values), days=9)), "now")
    assert [len(run.split("L")) for run in whole.split("M")[1:]] == [2, 2]
    # The day between two without a value is a dot.
    assert len(re.findall("M[0-9. ]+h0", alone)) == 1


def test_values_lie_where_the_axes_say() -> None:
    root = drawn(chart(line(0.0, 10.0, 5.0), days=3))
    assert ticks(root) == ["0", "2", "4", "6", "8", "10"]
    points = [tuple(map(float, point.split())) for point in paths(root, "now")[0][1:].split("L")]
    (left, bottom), (middle, top), (right, half) = points
    assert middle - left == pytest.approx(right - middle, abs=0.1)
    assert half == pytest.approx((top + bottom) / 2, abs=0.1)
    lines = [float(re.split("[ H]", path)[1]) for path in paths(root, "grid") if "H" in path]
    assert (max(lines), min(lines)) == pytest.approx((bottom, top), abs=0.1)


@pytest.mark.parametrize(
    ("values", "code", "said"),
    [
        ((880.26, 880.35), "ru", ["880,26", "880,28", "880,30", "880,32", "880,34", "880,36"]),
        ((880.26, 880.35), "en", ["880.26", "880.28", "880.30", "880.32", "880.34", "880.36"]),
        ((0.0, 1e4), "ky", ["0", "2\xa0000", "4\xa0000", "6\xa0000", "8\xa0000", "10\xa0000"]),
        ((-3.0, 8.0), "kk", ["−5,0", "−2,5", "0,0", "2,5", "5,0", "7,5", "10,0"]),
        ((7.0, 7.0), "kk", ["7,0", "7,2", "7,4", "7,6", "7,8"]),
        ((10.0, 13.0), "en", ["0", "5", "10", "15"]),
        ((10.0, 11.0), "en", ["10.0", "10.2", "10.4", "10.6", "10.8", "11.0"]),
        ((0.0, 0.0), "kk", ["0,0", "0,2", "0,4", "0,6", "0,8", "1,0"]),
    ],
)
def test_ticks_are_round_and_written_as_the_language_does(
    values: tuple[float, ...], code: str, said: list[str]
) -> None:
    assert ticks(drawn(chart(line(*values), days=2), code)) == said


def test_this_year_the_last_and_the_norm_are_told_apart_without_colour() -> None:
    lines = [line(*[1.0, 2.0] * 30, stroke=stroke, name=stroke.value) for stroke in Stroke]
    band = Band(name="10–90 %", low=(0.5,) * 60, high=(None, *[2.5] * 59))
    root = drawn(chart(*lines, band=band))
    looks = {
        path.get("class"): (path.get("stroke-dasharray"), path.get("stroke-width"))
        for path in root.findall(f"{SVG}path")
        if path.get("class") in list(Stroke)
    }
    assert looks == {
        "now": (None, "2.6"),
        "other": ("14 3 3 3", "2"),
        "before": ("8 4", "1.5"),
        "norm": ("0.1 4.2", "1.7"),
    }
    # Of the first day there is no band, as one of its bounds is not known.
    assert len(re.split("[ML]", paths(root, "band")[0])) == 1 + 2 * 59
    known = {"now", "other", "before", "norm", "10–90 %", "м³/с", "сәу.", "мам."}
    assert [text for text in texts(root) if text in known] == [
        "м³/с", "сәу.", "мам.", "now", "other", "before", "norm", "10–90 %"
    ]  # fmt: skip


def test_what_has_no_data_is_said_to_have_none() -> None:
    past = line(1.0, 2.0, stroke=Stroke.BEFORE, name="2025")
    root = drawn(chart(line(None, None), past, days=2), "en")
    assert "2026: no data" in texts(root)
    assert paths(root, "now") == []
    assert texts(drawn(chart(line(None, None), days=2), "en")) == ["No data."]


def test_no_text_becomes_markup_and_nothing_is_fetched() -> None:
    nasty = '"><script>alert(1)</script>&\x00\U0001f600'
    picture = replace(chart(line(1.0, 2.0, name=nasty), days=2), alt=nasty, unit=nasty)
    picture = replace(picture, months=((date(2026, 4, 1), nasty), *picture.months[1:]))
    text = svg(picture, "kk", "ky")
    root = etree.fromstring(text.encode())
    assert {element.tag for element in root.iter()} <= {f"{SVG}{tag}" for tag in ("svg", "g", "path", "text", "rect")}
    assert "href" not in text
    assert "url(" not in text
    assert '"><script>alert(1)</script>&<U+0000><U+1F600>' in texts(root)
    assert root.get("aria-label", "").startswith('"><script>')
