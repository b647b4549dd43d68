"""The page of an answer: nothing from outside, nothing that runs, what a person must know, and what it leaves out."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from record.archive.answer import Answer
from record.entry import Flag
from service.encode import ENCODERS
from service.encode import html as form
from service.written.curve import curve_of
from tests.answers import TOLD, written
from tests.service.asking import answer_of
from tests.service.world import BEGIN, DAILY, HOURLY, SEALED_UNTIL, World, post

ASKED = "http://arna.example/collections/chu-hourly/locations/post-00:kg?datetime=2026-05-01/..&f=html"
OUTSIDE = re.compile(r"<(?:script|link(?![^>]*href=\"data:)|img|iframe)|@import|url\(|javascript:", re.IGNORECASE)
ASKING = replace(TOLD, asked=lambda: ASKED)


def page_of(answer: Answer, **more: Any) -> Any:
    said = written("html", answer, **({"told": ASKING} | more)).decode()
    assert OUTSIDE.findall(said) == []
    return html.document_fromstring(said)


def words(part: Any) -> str:
    return " ".join(" ".join(part.itertext()).split())


def test_the_newest_readings_stand_with_flag_and_entry(served_world: World) -> None:
    answer = answer_of(served_world, HOURLY, [post(0)])
    page = page_of(answer)
    rows = page.findall(".//tbody/tr")
    assert len(rows) == form.ROWS == 500
    one = answer.of(0)
    for place in (0, 7, 499):
        time = np.datetime_as_string(one.time[::-1][place].astype("datetime64[s]"), unit="m").replace("T", " ")
        said = [time]
        for name in ("discharge", "level"):
            value, flag, entry = (one.layers[name + kind][0][::-1][place] for kind in ("", "_flag", "_entry"))
            said += ["—" if np.isnan(value) else str(value), Flag(flag).word, str(entry)]
        assert words(rows[place]) == " ".join(said)
    assert {link.get("href") for link in rows[-1].iter("a")} == {f"http://arna.example/proof?entry={said[-1]}"}
    assert f"The newest 500 of {len(one.time)} times; the {len(one.time) - 500} before them stand in CSV" in words(page)


def test_it_leads_to_the_same_question_in_other_forms(served_world: World) -> None:
    page = page_of(answer_of(served_world, HOURLY, [post(0)]))
    links = {link.text: link.get("href") for link in page.findall(".//ul[@class='forms']//a")}
    assert links["CSV"] == ASKED.replace("f=html", "f=csv")
    assert {href.rpartition("=")[2] for href in links.values()} <= set(ENCODERS)
    assert page_of(answer_of(served_world, DAILY), told=TOLD).findall(".//ul[@class='forms']") == []


def test_the_state_of_the_record_and_the_meaning_of_flags_are_said(served_world: World) -> None:
    answer = answer_of(served_world, DAILY)
    said = words(page_of(answer))
    assert TOLD.note in said
    assert "suspect doubtful: a person should look" in said
    assert f"From the first {answer.heading.count} entries of the journal {served_world.network.origin}" in said
    assert "daily means; a time is the start of its period, in UTC" in said
    differ = page_of(answer, told=replace(ASKING, state="records differ"))
    assert differ.find(".//p[@class='standing differ']") is not None


@pytest.mark.parametrize(
    ("stations", "banner"),
    [
        ([post(1)], None),
        ([post(10)], "All of this is simulated: no river is measured here."),
        ([post(9), post(10)], "This holds simulated stations, which measure no river; each is marked."),
    ],
    ids=["real", "simulated", "both"],
)
def test_what_is_simulated_is_seen_as_such(served_world: World, stations: list[str], banner: str | None) -> None:
    page = page_of(answer_of(served_world, HOURLY, stations, end=SEALED_UNTIL + timedelta(days=1)))
    assert page.findtext(".//p[@class='banner']") == banner
    badges = page.findall(".//main//span[@class='badge simulated']")
    assert len(badges) == sum(one == post(10) for one in stations)
    rows = page.findall(".//tbody/tr[@class='simulated']")
    assert len(rows) == (0 if banner is None else 24)


def test_each_station_has_its_part_of_the_page(served_world: World) -> None:
    page = page_of(answer_of(served_world, HOURLY))
    sections = page.findall(".//section")
    assert len(sections) == 12
    assert [len(section.findall(".//tbody/tr")) for section in sections] == [500 // 12] * 12
    assert "its place is not known" in words(sections[-1])
    assert len(sections[0].findall(".//svg/path[@d]")) == 4


def test_review_and_silence_are_told(served_world: World) -> None:
    page = page_of(answer_of(served_world, DAILY, status=True))
    assert "provisional" in words(page.find(".//tbody/tr"))
    empty = answer_of(served_world, DAILY, start=BEGIN.replace(year=1990), end=BEGIN.replace(year=1991))
    assert "Nothing was said of it in this time." in words(page_of(empty))


@settings(max_examples=25)
@given(name=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20))
def test_any_name_is_escaped(served_world: World, name: str) -> None:
    evil = f"<script>{name}</script>\"' onclick=1"
    answer = answer_of(served_world, DAILY, end=SEALED_UNTIL + timedelta(days=2))
    heading = replace(answer.heading, stations=(replace(answer.heading.stations[0], name=evil, id=evil),))
    told = replace(TOLD, note=evil, service="http://x.example/", asked=lambda: f"javascript:{evil}")
    page = page_of(Answer(heading, answer.time, answer.layers), told=told)
    assert name.strip() in page.findtext(".//title")
    assert [part for part in page.iter() if any(str(one).startswith("on") for one in part.attrib)] == []


def test_stations_are_written_as_they_come(served_world: World) -> None:
    answer = answer_of(served_world, HOURLY)
    taken = []

    def coming() -> Iterator[Answer]:
        for row in range(12):
            taken.append(row)
            yield answer.of(row)

    pieces = ENCODERS["html"].write(answer.heading, coming(), ASKING)
    next(pieces)
    assert taken == [0]
    assert len(list(pieces)) > 12


def test_a_browser_is_given_the_page_and_a_program_is_not(served_world: World) -> None:
    address = f"{served_world.url}/collections/{DAILY}/locations/reservoir:kg?datetime=2026-05-01/2026-05-03"
    browser = httpx2.get(address, headers={"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"})
    assert browser.headers["content-type"] == "text/html; charset=utf-8"
    page = html.document_fromstring(browser.text)
    (csv,) = [link for link in page.findall(".//ul[@class='forms']//a") if link.text == "CSV"]
    assert httpx2.get(str(csv.get("href"))).text.startswith("station_id,")
    assert httpx2.get(address).headers["content-type"] == "application/prs.coverage+json"


def test_a_line_keeps_every_peak_and_breaks_where_nothing_was_measured() -> None:
    time = np.arange(50_000) * 3600
    values = np.sin(time / 1e6)
    values[[20_001, 30_002]] = 9, -9
    values[40_000:41_000] = np.nan
    curve = curve_of(time, values)
    assert curve is not None
    assert (curve.low, curve.high) == (-9, 9)
    steps = re.findall(r"([ML])([\d.]+) ([\d.]+)", curve.path)
    heights = [float(down) for _, _, down in steps]
    assert (min(heights), max(heights)) == (0, curve.height)
    assert [step for step, _, _ in steps].count("M") == 2
    assert len(steps) < 5 * curve.width
    assert steps[0][1:] == ("0.0", f"{(9 - 0) / 18 * curve.height:.1f}")
    assert float(steps[-1][1]) == curve.width


def test_a_spike_that_nobody_relies_on_is_a_mark_and_sets_no_scale() -> None:
    time, values = np.arange(9), np.array([2.0, 4, 500, 2, 4, 3, -70, 2, 4])
    flags = np.array([1, 1, 4, 1, 1, 2, 3, 1, 9])
    curve = curve_of(time, values, flags, width=80, height=10)
    assert curve is not None
    assert (curve.low, curve.high) == (2, 4)
    # The bad one breaks the line and lies at the upper edge; the suspect one is left out and lies at the lower.
    assert re.sub(r"[\d.]+ [\d.]+", "", curve.path) == "MLMLLLL"
    assert curve.marks == "M20 0h0M60 10h0"
    everything = curve_of(np.arange(2), np.array([500.0, -70]), np.array([4, 3]))
    assert everything is not None
    assert (everything.low, everything.high, everything.marks) == (-70, 500, "")


def test_a_page_shows_bad_and_suspect_values_as_dots(served_world: World) -> None:
    page = written("html", answer_of(served_world, HOURLY, [post(0)])).decode()
    assert page.count('<path class="doubted"') == 2
    assert "without the suspect and bad values, which are dots" in page


@pytest.mark.parametrize("values", [[], [1.0], [float("nan")] * 5])
def test_below_two_values_there_is_no_line(values: list[float]) -> None:
    assert curve_of(np.arange(len(values)), np.array(values, dtype=float)) is None


def test_a_level_line_lies_in_the_middle() -> None:
    curve = curve_of(np.array([0, 10, 20]), np.array([3.0, 3.0, 3.0]), width=100, height=10)
    assert curve is not None
    assert curve.path == "M0.0 5.0L50.0 5.0L100.0 5.0"
