"""A paper in two languages: each word in both, each number once."""

from dataclasses import replace

import pytest

from service.paper.paper import Number, Paper, Prose, Section, Stand, Table
from service.reports.told.pair import pair
from tests.service.paper_example import example_paper


@pytest.fixture
def first() -> Paper:
    """The example in its language."""
    return example_paper()


def in_another_language(paper: Paper) -> Paper:
    """The same with other words."""
    head, rest = paper.sections[0], paper.sections[1:]
    _, table, chart = head.parts
    assert isinstance(table, Table)
    columns = (
        replace(table.columns[0], head="Суу сактагыч"),
        replace(table.columns[1], unit="метр"),
        *table.columns[2:],
    )
    row = replace(table.rows[0], cells=("Киров суу сактагычы", *table.rows[0].cells[1:]))
    other = replace(table, title="Суу сактагычтар", columns=columns, rows=(row, *table.rows[1:]), notes=("Көлөм.",))
    return replace(
        paper,
        name="daily-2026-05-01.r1.ky",
        languages=("ky",),
        title="Күндөлүк отчёт",
        warnings=("Бул отчётто моделденген маалымат бар.",),
        sections=(replace(head, title="Талас өрөөнү", parts=(Prose(text="Киров."), other, chart)), *rest),
        words={**paper.words, "missing": "жок", "page": "{page}-бет, баары {pages}"},
    )


def test_both_languages_stand_beside_each_other(first: Paper) -> None:
    both = pair(first, in_another_language(first))
    assert (both.name, both.languages) == ("daily-2026-05-01.r1.kk-ky", ("kk", "ky"))
    assert both.title == "Тәуліктік алмасу есебі / Күндөлүк отчёт"
    assert both.subtitle == first.subtitle
    assert both.warnings == (f"{first.warnings[0]} / Бул отчётто моделденген маалымат бар.",)
    assert both.words["missing"] == "деректер жоқ / жок"
    assert both.words["page"].format(page=1, pages=2) == "1-бет, барлығы 2 / 1-бет, баары 2"
    assert both.words["suspect"] == first.words["suspect"]
    assert (both.dated, both.attached, both.code) == (first.dated, first.attached, first.code)


def test_sentences_follow_each_other_and_cells_stand_once(first: Paper) -> None:
    section: Section = pair(first, in_another_language(first)).sections[0]
    mine, theirs, table, chart = section.parts
    assert section.title == "Талас / Талас өрөөнү"
    assert (mine, theirs) == (first.sections[0].parts[0], Prose(text="Киров."))
    assert isinstance(table, Table)
    before = first.sections[0].parts[1]
    assert isinstance(before, Table)
    assert table.title == "Су қоймалары / Суу сактагычтар"
    assert [(one.head, one.unit) for one in table.columns[:3]] == [
        ("Су қоймасы / Суу сактагыч", ""), ("Деңгей", "м / метр"), ("Көлем", "млн м³"),
    ]  # fmt: skip
    assert table.rows[0].cells == ("Киров су қоймасы / Киров суу сактагычы", *before.rows[0].cells[1:])
    assert table.rows[1:] == before.rows[1:]
    assert table.notes == (*before.notes, "Көлөм.")
    assert chart == first.sections[0].parts[2]


def test_a_point_is_said_below_in_the_other_language_and_a_lead_beside(first: Paper) -> None:
    def led(lead: str, point: str) -> Paper:
        parts = (Prose(text=lead, stand=Stand.LEAD), Prose(text=point, stand=Stand.POINT))
        return replace(first, sections=(replace(first.sections[0], title="", parts=parts),))

    assert pair(led("Шу", "Су."), led("Чүй", "Суу.")).sections[0].parts == (
        Prose(text="Шу / Чүй", stand=Stand.LEAD), Prose(text="Су.", stand=Stand.POINT),
        Prose(text="Суу.", stand=Stand.BELOW),
    )  # fmt: skip


def test_a_row_of_texts_alone_keeps_its_cells(first: Paper) -> None:
    gaps = first.sections[1]
    prose, table, *rest = gaps.parts
    assert isinstance(table, Table)
    other = replace(table, rows=(replace(table.rows[0], cells=("telegrams", "15954 ///")),))
    second = replace(first, sections=(first.sections[0], replace(gaps, parts=(prose, other, *rest))))
    held = pair(first, second).sections[1].parts[1]
    assert isinstance(held, Table)
    assert held.rows[0].cells == ("telegrams", f"{table.rows[0].cells[1]} / 15954 ///")


def test_a_paper_beside_itself_is_itself(first: Paper) -> None:
    same = pair(first, first)
    assert replace(same, name=first.name, languages=first.languages) == first


def test_papers_of_other_numbers_are_no_pair(first: Paper) -> None:
    head = first.sections[0]
    prose, table, chart = head.parts
    assert isinstance(table, Table)
    level = table.rows[0].cells[1]
    assert isinstance(level, Number)
    row = replace(table.rows[0], cells=(table.rows[0].cells[0], replace(level, value=1.0), *table.rows[0].cells[2:]))
    rows = (row, *table.rows[1:])
    for parts in ((prose, replace(table, rows=rows), chart), (prose, replace(table, rows=rows[1:]), chart), (prose,)):
        other = replace(first, sections=(replace(head, parts=parts), *first.sections[1:]))
        with pytest.raises(ValueError, match="two papers of one document differ"):
            pair(first, other)
