"""The forms of the daily report: numbers unrounded in JSON, a page that needs nothing from outside in HTML."""

import json
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from record.entry import Flag, Refusal
from service.reports import REPORTS, text
from tests.service.report_example import ALMATY, DAY, ISSUE, Record, at, kazakh_day, kyrgyz_day, reading

_VOID = {"meta", "link", "br", "hr", "img", "input"}
_LOADS = {"src", "srcset", "action", "data", "poster"}


class Page(HTMLParser):
    """Reads a page strictly: every element is closed in its turn."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.tables: list[list[str]] = []
        self.words: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag == "table":
            self.tables.append([])
        if self.tables and "table" in [*self.open, tag]:
            self.tables[-1].append(tag)
        if tag not in _VOID:
            self.open.append(tag)

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


@pytest.fixture
def record(tmp_path: Path) -> Record:
    """A day on which everything happens that a report tells of."""
    made = Record(tmp_path)
    made.say([reading("kirov:kg.storage.term", at(DAY - timedelta(days=1), 8), "276.5")])
    refused = [Refusal(fragment=b"15954 <script>alert(1)</script>", where="group 2", reason="not a group & no number")]
    made.say(kyrgyz_day(), refused)
    made.say([reading("tuyte:kg.intake.daily", at(DAY), "2.7183", Flag.SUSPECT)])
    made.say([reading("kirov:kg:simulated.inflow.daily", at(DAY), "19.123456")])
    made.say(kazakh_day()[:1], when=ISSUE + timedelta(hours=2))
    made.say([reading("gate:kz.discharge.daily", at(DAY, zone=ALMATY), None)], when=ISSUE + timedelta(hours=3))
    return made


def page_of(record: Record) -> Page:
    return Page(REPORTS["daily"].render(record.archive, record.network, DAY, "html").decode())


def json_of(record: Record) -> dict[str, Any]:
    found = json.loads(REPORTS["daily"].render(record.archive, record.network, DAY, "json"))
    assert isinstance(found, dict)
    return found


def test_the_page_is_well_formed_and_names_its_language(record: Record) -> None:
    page = page_of(record)
    assert page.open == []
    assert ("html", {"lang": "en"}) in page.seen


def test_the_page_asks_nothing_of_the_outside_and_runs_nothing(record: Record) -> None:
    source = REPORTS["daily"].render(record.archive, record.network, DAY, "html").decode()
    page = Page(source)
    assert not {tag for tag, _ in page.seen} & {"script", "iframe", "img", "object", "embed", "form"}
    for _, attributes in page.seen:
        assert not _LOADS & set(attributes)
        assert not [name for name in attributes if name.startswith("on")]
        assert (attributes.get("href") or "#").startswith(("#", "data:,"))
    for word in ("@import", "url(", "http://", "https://"):
        assert word not in source.split("</style>")[0]


def test_what_a_message_said_cannot_become_part_of_the_page(record: Record) -> None:
    assert "15954 <script>alert(1)</script>" in page_of(record).text


def test_every_table_has_a_caption_and_headings_with_a_scope(record: Record) -> None:
    page = page_of(record)
    assert len(page.tables) > 6
    assert [table for table in page.tables if table[1] != "caption"] == []
    headings = [attributes for tag, attributes in page.seen if tag == "th"]
    assert headings
    assert [attributes for attributes in headings if attributes.get("scope") not in {"col", "row"}] == []


def test_every_link_leads_to_a_place_on_the_page(record: Record) -> None:
    page = page_of(record)
    places = {attributes["id"] for _, attributes in page.seen if "id" in attributes}
    links = {attributes["href"] for tag, attributes in page.seen if tag == "a"}
    assert links
    assert links <= {f"#{place}" for place in places}


def test_the_head_says_day_offsets_journal_and_simulation(record: Record) -> None:
    said = page_of(record).text
    assert "Daily exchange report 1 May 2026" in said
    assert "This report holds simulated data." in said
    assert "2026-05-01 08:00 +06:00" in said
    assert "2026-05-01 07:00 +05:00" in said
    assert "2026-05-01 02:00 UTC" in said
    assert f"Rests on {record.archive.size()} entries" in said


def test_flags_stand_in_words_and_not_in_colour_alone(record: Record) -> None:
    said = page_of(record).text
    assert "▲ suspect" in said
    assert "missing" in said
    assert "good" in said


def test_the_page_tells_of_what_is_late_refused_amended_and_missing(record: Record) -> None:
    said = page_of(record).text
    assert "not a group & no number" in said
    assert "the sender says that it is missing" in said
    assert "a later message says otherwise" in said
    assert "2026-05-02 05:30 UTC" in said
    assert "Told but not in force:" in said
    assert "unverified" in said


def test_a_page_without_simulated_data_does_not_speak_of_it(tmp_path: Path) -> None:
    record = Record(tmp_path)
    record.say(kyrgyz_day())
    assert "holds simulated data" not in page_of(record).text


def test_a_day_with_no_data_has_a_page_too(tmp_path: Path) -> None:
    said = page_of(Record(tmp_path)).text
    assert "No station of this basin said anything of late." in said
    assert "Nothing was refused." in said


def test_json_is_unrounded_and_the_page_rounds(record: Record) -> None:
    (_, simulated) = json_of(record)["basins"][0]["reservoirs"]
    assert simulated["inflow"]["value"] == 19.123456
    said = page_of(record).text
    assert "19.123" in said
    assert "19.123456" not in said


def test_json_has_times_with_offset_and_nothing_that_is_no_number(record: Record) -> None:
    found = json_of(record)
    assert found["day"]["local"][0]["begin"] == "2026-05-01T08:00:00+06:00"
    assert found["date"] == "2026-05-01"
    assert found["journal_size"] == record.archive.size()
    assert "NaN" not in json.dumps(found)


@pytest.mark.parametrize(
    ("value", "decimals", "signed", "shown"),
    [
        (19.123456, 3, False, "19.123"),
        (30.0, 3, False, "30.0"),
        (0.5, 3, False, "0.5"),
        (-1.5, 2, True, "\N{MINUS SIGN}1.5"),
        (1.5, 2, True, "+1.5"),
        (-0.0004, 3, True, "0.0"),
        (0.0, 2, True, "0.0"),
        (2.675, 2, False, "2.68"),
        (1234.5, 0, False, "1234"),
    ],
)
def test_numbers_round_as_they_are_written(value: float, decimals: int, signed: bool, shown: str) -> None:
    assert text.number(value, decimals, signed) == shown


@pytest.mark.parametrize(("value", "shown"), [(50.0, "50"), (1.05, "1.05"), (100.0, "100"), (158.6, "158.6")])
def test_declared_numbers_are_printed_as_declared(value: float, shown: str) -> None:
    assert text.plain(value) == shown


def test_many_entries_are_cut_with_their_number() -> None:
    assert text.entries([1, 2, 3, 4, 5]) == "#1, #2, #3 +2"
    assert text.entries([7]) == "#7"


def test_counts_take_the_right_form_of_their_noun() -> None:
    counts = ((1, "entry"), (2, "entry"), (1, "station"), (0, "station"))
    said = [text.counted(count, noun) for count, noun in counts]
    assert said == ["1 entry", "2 entries", "1 station", "0 stations"]


def test_the_page_shows_how_the_plan_stands_and_two_gauges_at_one_gate(record: Record) -> None:
    said = page_of(record).text
    assert "Season plan: Kazakhstan 400 million m³ from 2026-04-01 to before 2026-10-01, day 31 of 183" in said
    assert "Spread evenly by day." in said
    assert "Two gauges, one gate" in said
    assert "not known" in said
    assert "On what it divides, document: Document of what flow-50 divides." in said
    (plan,) = json_of(record)["basins"][0]["plans"]
    assert plan["standing"][0]["delivered"] is None
    assert plan["standing"][0]["days_missing"] == 31
