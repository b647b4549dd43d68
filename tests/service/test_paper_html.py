"""A paper as one page: well formed, closed to the outside, readable without colour, with its numbers unrounded."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from service.paper import html
from service.paper.paper import Code, Prose, Section, Stand, Table
from tests.service.paper_example import example_paper

_VOID = {"meta", "link", "br", "hr", "img", "input"}
_LOADS = {"src", "srcset", "action", "data", "poster"}


class Page(HTMLParser):
    """Reads a page strictly: every element is closed in its turn."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "title"} & set(self.open):
            self.words.append(data)

    @property
    def text(self) -> str:
        """What a reader reads, with single blanks."""
        return " ".join("".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of all elements of a name."""
        return [attributes for name, attributes in self.seen if name == tag]


@pytest.fixture(scope="module")
def source() -> str:
    return html.write(example_paper()).decode()


@pytest.fixture(scope="module")
def page(source: str) -> Page:
    return Page(source)


def test_the_page_is_well_formed_and_names_its_language(page: Page) -> None:
    assert page.open == []
    assert page.all("html") == [{"lang": "kk"}]


def test_the_page_asks_nothing_of_the_outside_and_runs_nothing(page: Page, source: str) -> None:
    assert not {tag for tag, _ in page.seen} & {"script", "iframe", "img", "object", "embed", "form"}
    for _, attributes in page.seen:
        assert not _LOADS & set(attributes)
        assert not [name for name in attributes if name.startswith("on")]
        assert (attributes.get("href") or "#").startswith(("#", "data:,", "../"))
    for word in ("@import", "url("):
        assert word not in source


def test_what_a_message_said_cannot_become_part_of_the_page(page: Page) -> None:
    assert "<script>alert(1)</script> & #set page(fill: red)" in page.text


def test_no_line_ends_within_a_unit(source: str) -> None:
    paper = replace(example_paper(), subtitle="1 м³/с <b>")
    assert '1 <span class="unit">м³/с</span> &lt;b&gt;' in html.write(paper).decode()
    assert '<span class="unit">м³/с</span>' in source


def test_numbers_are_shown_rounded_and_held_unrounded(page: Page) -> None:
    held = {one["data-key"]: one["value"] for one in page.all("data")}
    assert held["orto-tokoy:kg:simulated.inflow"] == "9.87654321"
    assert held["orto-tokoy:kg:simulated.level"] == ""
    assert "9,877" in page.text
    assert "9,87654321" not in page.text
    assert "1\N{NO-BREAK SPACE}234,50" in "".join(page.words)


def test_every_table_has_a_caption_and_headings_with_a_scope(page: Page) -> None:
    tables, captions = len(page.all("table")), len(page.all("caption"))
    assert tables == captions == 3
    assert {attributes.get("scope") for attributes in page.all("th")} == {"col", "row"}


def test_marks_stand_by_sign_and_in_words(page: Page) -> None:
    signs = [one["title"] for one in page.all("span") if one.get("class") == "mark"]
    assert signs == ["suspect", "simulated", "unverified", "estimated"]
    assert "— деректер жоқ ? suspect ≈ estimated † simulated ‡ unverified" in page.text


def test_points_are_a_list_and_what_is_below_belongs_to_its_point() -> None:
    example = example_paper()
    said = [
        ("Шу", Stand.LEAD),
        ("Су.", Stand.POINT),
        ("Суу.", Stand.BELOW),
        ("Тағы.", Stand.POINT),
        ("Жай.", Stand.ALONE),
    ]
    parts = tuple(Prose(text=text, stand=stand) for text, stand in said)
    page = html.write(replace(example, sections=(replace(example.sections[0], parts=parts),))).decode()
    lines = [
        line for line in page.splitlines() if line.startswith(("<li>", '<ul class="points', '<p class="lead', "<p>Жай"))
    ]
    assert lines == [
        '<p class="lead">Шу</p>',
        '<ul class="points">',
        "<li>Су.<br>Суу.</li>",
        "<li>Тағы.</li>",
        "<p>Жай.</p>",
    ]


def test_a_row_whose_name_says_what_it_is_bears_no_badge(source: str) -> None:
    assert source.count('class="badge') == 1
    words = {**example_paper().words, "simulated": "модельденген"}
    assert 'class="badge' not in html.write(replace(example_paper(), words=words)).decode()


def test_links_lead_to_places_on_the_page(page: Page) -> None:
    places = {attributes["id"] for _, attributes in page.seen if "id" in attributes}
    links = [attributes["href"] for attributes in page.all("a")]
    assert len(links) == 3
    assert {f"#{place}" for place in places} >= set(links[1:])


def test_it_leads_back_to_the_reports_of_its_edition_wherever_it_is_served(page: Page) -> None:
    assert page.all("a")[0]["href"] == "../daily"
    other = Page(html.write(replace(example_paper(), name="10-day-2026-05-01.draft.kk")).decode())
    assert other.all("a")[0]["href"] == "../10-day"


def test_a_chart_is_a_picture_with_a_table_of_its_days(page: Page) -> None:
    pictures = [one for one in page.all("svg") if one.get("role") == "img"]
    assert len(pictures) == 1
    assert "183" not in page.text
    assert len(page.all("time")) == 183


def test_what_no_square_code_can_hold_is_written_out() -> None:
    paper = replace(example_paper(), code=Code(text="long " * 900, words=("word",)))
    page = Page(html.write(paper).decode())
    assert page.all("pre")
    assert "long long" in page.text


def test_each_of_two_languages_is_named_where_it_stands() -> None:
    paper = replace(example_paper(), languages=("kk", "ky"), title="Тәуліктік алмасу есебі / Суткалык алмашуу отчету")
    page = Page(html.write(paper).decode())
    assert {"lang": "kk"} in page.all("span")
    assert {"lang": "ky"} in page.all("span")


def test_the_same_paper_gives_the_same_bytes(source: str) -> None:
    assert html.write(example_paper()).decode() == source


def test_what_a_message_said_is_never_taken_for_two_languages() -> None:
    said = html.write(replace(example_paper(), languages=("kk", "ky"))).decode()
    told = html.write(replace(example_paper(), languages=("kk", "ky"), sections=_with_code("15954 / 99999"))).decode()
    assert "15954 / 99999" not in said
    assert "15954 / 99999" in told


def _with_code(code: str) -> tuple[Section, ...]:
    *others, gaps = example_paper().sections
    tables = [part for part in gaps.parts if isinstance(part, Table) and part.rows]
    row = replace(tables[0].rows[0], cells=(tables[0].rows[0].cells[0], code))
    return (*others, replace(gaps, parts=(replace(tables[0], rows=(row,)),)))
