"""Figures of a series as they are asked for: which source, which days, what they rest on, whom they were given."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from record.archive import Archive
from record.entry import Flag, Observation
from record.errors import SelectionError, UnknownName
from record.ledger.access import Given
from record.network import Network
from record.network.account import FigureRules
from service.figures import written
from service.figures.answer import figures, norms_of, span_of
from service.figures.given import given
from service.figures.periods import Kind
from service.figures.terms import read_terms
from tests.service.figures_example import archive, network
from tests.service.report_example import ALMATY, BISHKEK, at, reading

POST, GATE = "upper:kg.discharge", "gate:kz.discharge"
APRIL = date(2024, 4, 1)
NOW = datetime(2030, 5, 1, tzinfo=UTC)


def days(first: date, count: int) -> list[date]:
    return [first + timedelta(days=ahead) for ahead in range(count)]


Held = tuple[Archive, Network]


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Held:
    """Terms of April 2024 with a gap, the mean of its second 10-day period, and the means of two years' months."""
    seen = [
        reading(f"{POST}.term", at(day, hour), str(day.day))
        for day in days(APRIL, 28)
        if day.day != 5
        for hour in (8, 20)
    ]
    seen.append(reading(f"{POST}.10-day", at(date(2024, 4, 11)), "99"))
    months = [date(year, month, 1) for year in (2023, 2024) for month in range(1, 13)]
    seen += [reading(f"{POST}.monthly", at(month), "7") for month in months]
    return archive(tmp_path_factory.mktemp("held"), seen)


def rows(held: Held, name: str, kind: Kind, begin: date, end: date, **more: Any) -> list[dict[str, Any]]:
    return written.figure_rows(figures(*held, name, kind, begin, end, **{"now": NOW, **more}))


def test_the_mean_of_the_very_period_stands_before_those_of_its_days(held: Held) -> None:
    first, second, third = rows(held, POST, Kind.TEN_DAYS, APRIL, date(2024, 5, 1))
    assert (first["value"], first["days"], first["basis"]) == (pytest.approx(50 / 9), 9, "term")
    assert (second["value"], second["days"], second["basis"]) == (99, 10, "10-day")
    assert (third["value"], third["completeness_percent"]) == (pytest.approx(24.5), 80)
    (month,) = rows(held, POST, Kind.MONTH, APRIL, date(2024, 5, 1))
    assert (month["value"], month["basis"]) == (7, "monthly")
    (season,) = rows(held, POST, Kind.SEASON, APRIL, date(2024, 4, 2))
    assert (season["value"], season["days"], season["basis"]) == (7, 183, "monthly")


def test_a_series_by_its_own_name_is_taken_alone(held: Held) -> None:
    (month,) = rows(held, f"{POST}.term", Kind.MONTH, APRIL, date(2024, 5, 1))
    assert (month["days"], month["of_days"], month["basis"]) == (27, 30, "term")
    (alone,) = rows(held, f"{POST}.10-day", Kind.MONTH, APRIL, date(2024, 5, 1))
    assert (alone["value"], alone["days"], alone["flag"]) == (None, 10, "missing")


def test_a_range_cut_anywhere_joins_to_the_same_figures(held: Held) -> None:
    edges = [date(2024, 3, 30), date(2024, 4, 4), APRIL + timedelta(days=10), date(2024, 4, 29), date(2024, 5, 12)]
    for kind in (Kind.DAY, Kind.FIVE_DAYS, Kind.TEN_DAYS, Kind.MONTH, Kind.SEASON):
        whole = rows(held, POST, kind, edges[0], edges[-1])
        parts = [row for begin, end in pairwise(edges) for row in rows(held, POST, kind, begin, end)]
        joined = {row["period"]: row for row in parts}
        assert [joined[row["period"]] for row in whole] == whole
        assert all(joined[row["period"]] == row for row in parts)


def test_what_flowed_stands_at_the_end_of_each_period(held: Held) -> None:
    found = rows(held, f"{POST}.term", Kind.TEN_DAYS, APRIL, date(2024, 5, 1))
    assert found[0]["cumulative_measured"] == pytest.approx(50 * 0.0864)
    assert found[0]["cumulative"] == pytest.approx(found[0]["volume"])
    assert [row["cumulative_missing_days"] for row in found] == [1, 1, 3]
    assert [row["cumulative_estimated"] for row in found] == [True, True, True]
    assert found[2]["cumulative"] == pytest.approx((sum(range(1, 29)) - 5) / 27 * 30 * 0.0864)


def test_the_morning_and_the_evening_are_those_of_the_stations_own_clock(tmp_path: Path) -> None:
    around = days(date(2024, 2, 28), 4)
    seen = [reading(f"{GATE}.term", at(day, hour, ALMATY), f"{day.day}.{hour}") for day in around for hour in (8, 20)]
    # Twice it was half past eleven in the night of the leap day; the hourly gauge goes on by the clock of the world.
    first = datetime(2024, 2, 28, tzinfo=UTC)
    seen += [reading(f"{GATE}.hourly", first + timedelta(hours=hour), str(hour)) for hour in range(96)]
    held = archive(tmp_path, seen)
    found = rows(held, GATE, Kind.DAY, around[0], around[-1] + timedelta(days=1))
    assert [row["at_08"] for row in found] == [28.8, 29.8, 1.8, 2.8]
    assert [row["at_20"] for row in found] == [28.20, 29.20, 1.20, 2.20]
    hourly = read_terms(*held, ["gate:kz"], "discharge", around[0], around[-1], bases=("hourly",))
    # 08:00 was 02:00 UTC under +06:00, and is 03:00 UTC since 1 March.
    assert hourly["value"].values[0, :, 0].tolist() == [2, 26, 51]
    assert hourly["value"].values[0, :, 1].tolist() == [14, 38, 63]


def test_a_gap_at_the_term_is_a_gap(held: Held) -> None:
    found = rows(held, POST, Kind.DAY, date(2024, 4, 5), date(2024, 4, 7))
    assert [(row["at_08"], row["at_08_flag"]) for row in found] == [(None, "missing"), (6, "good")]


def test_all_rests_on_one_state_of_the_journal(tmp_path: Path) -> None:
    messages = [[reading(f"{POST}.10-day", at(APRIL), said)] for said in ("5", "6")]
    held = archive(tmp_path, *messages)
    end = date(2024, 4, 11)
    for as_of, value, count in ((None, 6, 2), (1, 5, 1), (0, None, 0)):
        answer = figures(*held, POST, Kind.TEN_DAYS, APRIL, end, NOW, as_of=as_of)
        (row,) = written.figure_rows(answer)
        assert (row["value"], answer.count) == (value, count)
    with pytest.raises(SelectionError):
        figures(*held, POST, Kind.TEN_DAYS, APRIL, end, NOW, as_of=3)


def history(folder: Path) -> tuple[Archive, Network]:
    """The first ten days of April of eleven years, and those of 2024."""
    years = [*range(1991, 2002), 2023, 2024]
    seen = [reading(f"{POST}.10-day", at(date(year, 4, 1)), str(place + 1)) for place, year in enumerate(years)]
    held, declared = archive(folder, seen)
    return held, replace(declared, figures=FigureRules(min_years=10))


def test_an_answer_says_why_there_is_no_norm(tmp_path: Path) -> None:
    held, declared = history(tmp_path)
    asked = (held, replace(declared, figures=FigureRules()), POST, Kind.TEN_DAYS)
    answer = figures(*asked, APRIL, date(2024, 4, 12), NOW)
    first, second = written.figure_rows(answer)
    assert [(row["norm"], row["norm_years"], row["class"]) for row in (first, second)] == [
        (None, 11, None),
        (None, 0, None),
    ]
    said = written.figures_document(answer, declared)
    assert said["no_norm"] == (
        "no norm: at most 11 of the 30 years 1991-2020 have a value, and 24 are needed; ask with a base period of "
        "other years, as base=1961/1990"
    )
    assert said["rules"]["min_years"] == 24
    some = written.norms_document(norms_of(*asked, NOW, base=(1991, 2002)), declared)
    assert some["no_norm"].startswith("no norm of 35 of 36 periods: at most 0 of the 12 years 1991-2002 have a value")
    (one,) = written.figure_rows(figures(*asked, APRIL, date(2024, 4, 2), NOW, base=(1991, 2002)))
    assert (one["norm"], one["norm_years"]) == (6, 11)
    whole = figures(*asked, APRIL, date(2024, 4, 2), NOW, base=(1991, 2002))
    assert written.figures_document(whole, declared)["no_norm"] is None


@pytest.mark.parametrize(
    ("quantity", "volumes", "percents"),
    [("level", False, False), ("temperature", False, False), ("storage", False, True), ("inflow_error", False, True),
     ("release", True, True)],
)  # fmt: skip
def test_a_quantity_has_the_figures_that_make_sense_of_it(
    tmp_path: Path, quantity: str, volumes: bool, percents: bool
) -> None:
    known = network()
    post = known.stations["upper:kg"].model_copy(update={"series": (f"{quantity}.daily",)})
    declared = replace(known, stations={**known.stations, post.id: post})
    asked = (*archive(tmp_path, declared=declared), f"upper:kg.{quantity}")
    (row,) = written.figure_rows(figures(*asked, Kind.MONTH, APRIL, date(2024, 4, 2), NOW))
    norm = written.norm_rows(norms_of(*asked, Kind.MONTH, NOW))[0]
    assert [name in row for name in ("volume", "volume_estimated", "cumulative")] == [volumes] * 3
    assert ("percent_of_norm" in row, "cv" in norm) == (percents, percents)
    assert {"value", "norm", "rank", "class"} <= set(row)


def test_a_figure_is_told_beside_its_norm_and_the_year_before(tmp_path: Path) -> None:
    held = history(tmp_path)
    (row,) = rows(held, POST, Kind.TEN_DAYS, APRIL, date(2024, 4, 2))
    assert (row["norm"], row["percent_of_norm"]) == (6, pytest.approx(100 * 13 / 6))
    assert (row["rank"], row["class"], row["year_before"]) == (1, "high", 12)
    (other,) = rows(held, POST, Kind.TEN_DAYS, APRIL, date(2024, 4, 2), base=(1992, 2024))
    assert other["norm"] == pytest.approx(sum(range(2, 14)) / 12)
    (second,) = rows(held, POST, Kind.TEN_DAYS, date(1992, 4, 1), date(1992, 4, 2), base=(1995, 2024))
    assert (second["value"], second["year_before"]) == (2, 1)
    found = written.norm_rows(norms_of(*held, POST, Kind.TEN_DAYS, NOW))
    april = next(row for row in found if row["period"] == "04 01-10")
    assert (april["count"], april["mean"], april["max_year"]) == (11, 6, 2001)
    assert [row["count"] for row in found].count(0) == 35
    assert len(found) == 36


@pytest.mark.parametrize("kind", list(Kind))
def test_every_answer_can_be_written_and_holds_no_number_that_is_none(held: Held, kind: Kind) -> None:
    name = f"{POST}.term"
    for document in (
        written.figures_document(figures(*held, name, kind, APRIL, date(2024, 4, 15), NOW), held[1]),
        written.norms_document(norms_of(*held, name, kind, NOW), held[1]),
    ):
        said = json.loads(json.dumps(document, allow_nan=False))
        assert (said["nature"], said["unit"], said["journal_size"], said["by"]) == ("real", "m³/s", 1, kind.value)
        assert said["rules"]["base_period"] == [1991, 2020]
        assert len(said["rules"]["sentences"]) == 7
        (items,) = (said[key] for key in ("figures", "norms") if key in said)
        assert items


def test_a_table_has_its_units_in_its_header(held: Held) -> None:
    answer = figures(*held, POST, Kind.TEN_DAYS, APRIL, date(2024, 4, 2), NOW)
    header, row, end = written.csv_of(answer, held[1], written.figure_rows(answer)).decode().split("\r\n")
    assert (header.split(",")[0], end) == ("series", "")
    cells = dict(zip(header.split(","), row.split(","), strict=True))
    assert cells["value [m3/s]"] == str(50 / 9)
    assert cells["norm [m3/s]"] == ""
    assert cells["volume_estimated"] == "true"
    assert (cells["nature"], cells["journal_size"], cells["base_period"]) == ("real", "1", "1991/2020")
    assert "cumulative [million m3]" in cells


@pytest.mark.parametrize(
    ("name", "kind", "fault", "words"),
    [
        (f"{POST}.10-day", Kind.DAY, SelectionError, "ask by 10-day, month, season"),
        (f"{POST}.monthly", Kind.TEN_DAYS, SelectionError, "ask by month, season"),
        ("nowhere:kg.discharge", Kind.DAY, UnknownName, "neither a series nor station.quantity"),
        ("upper:kg.storage", Kind.DAY, UnknownName, "neither a series nor station.quantity"),
        ("upper:kg", Kind.DAY, UnknownName, "neither a series nor station.quantity"),
    ],
)
def test_what_has_no_figures_is_refused_in_one_line(
    held: Held, name: str, kind: Kind, fault: type[Exception], words: str
) -> None:
    with pytest.raises(fault, match=words) as said:
        figures(*held, name, kind, APRIL, date(2024, 4, 2), NOW)
    assert "\n" not in str(said.value)


def test_amounts_of_precipitation_are_no_means(held: Held) -> None:
    declared = held[1]
    rain = declared.stations["upper:kg"].model_copy(update={"series": ("precipitation.daily",)})
    declared = replace(declared, stations={**declared.stations, rain.id: rain})
    with pytest.raises(SelectionError, match="precipitation is an amount"):
        figures(held[0], declared, "upper:kg.precipitation", Kind.MONTH, APRIL, date(2024, 4, 2), NOW)


@pytest.mark.parametrize(
    ("begin", "end"),
    [(APRIL, APRIL), (date(2024, 4, 2), APRIL), (date(1700, 1, 1), APRIL), (APRIL, date(9999, 1, 1))],
)
def test_a_range_that_cannot_be_is_refused(held: Held, begin: date, end: date) -> None:
    with pytest.raises(SelectionError, match="give the first day and the day after the last"):
        figures(*held, POST, Kind.TEN_DAYS, begin, end, NOW)


def test_a_century_of_days_is_answered_and_more_is_not(held: Held) -> None:
    assert len(rows(held, POST, Kind.DAY, date(1930, 1, 1), date(2030, 1, 1))) == 36_525
    with pytest.raises(SelectionError, match="ask for at most 40000"):
        figures(*held, POST, Kind.DAY, date(1900, 1, 1), date(2030, 1, 1), NOW)


def test_without_days_it_is_the_hydrological_year_up_to_the_last_complete_day(held: Held) -> None:
    _, declared = held
    now = datetime(2024, 5, 3, 7, 59, tzinfo=BISHKEK)
    assert span_of(declared, None, None, now) == (date(2023, 10, 1), date(2024, 5, 2))
    assert span_of(declared, APRIL, None, now) == (APRIL, date(2024, 5, 2))
    assert span_of(declared, None, date(2020, 10, 1), now) == (date(2019, 10, 1), date(2020, 10, 1))


def daily_and_term() -> list[Observation]:
    seen = [reading(f"{GATE}.daily", at(day, 0, ALMATY), "5") for day in days(APRIL, 2)]
    return [*seen, reading(f"{GATE}.term", at(date(2024, 4, 3), 8, ALMATY), "6")]


def test_days_are_given_by_the_series_that_they_came_from_and_terms_with_their_day(tmp_path: Path) -> None:
    held = archive(tmp_path, daily_and_term())
    found = given(figures(*held, GATE, Kind.DAY, APRIL, date(2024, 4, 6), NOW), held[1])
    first, last = (int(at(day, 0, ALMATY).timestamp()) for day in (APRIL, date(2024, 4, 3)))
    begin = int(at(date(2024, 4, 3), 8).timestamp())
    assert found == [
        Given(subject=f"{GATE}.daily", start=first, end=last, size=1),
        Given(subject=f"{GATE}.term", start=begin, end=begin + 86_400, size=1),
    ]


def test_terms_in_a_row_are_one_note(tmp_path: Path) -> None:
    # The clock of Almaty went back on 29 February: the terms around it are 13 hours apart.
    around, gap = days(date(2024, 2, 20), 20), date(2024, 3, 3)
    seen = [reading(f"{GATE}.daily", at(day, 0, ALMATY), "5") for day in around]
    terms = [at(day, hour, ALMATY) for day in around if day != gap for hour in (8, 20)]
    held = archive(tmp_path, seen, [reading(f"{GATE}.term", moment, "6") for moment in terms])
    found = given(figures(*held, GATE, Kind.DAY, around[0], around[-1] + timedelta(days=1), NOW), held[1])
    before, after = [one for one in terms if one.date() < gap], [one for one in terms if one.date() > gap]
    assert [one for one in found if one.subject == f"{GATE}.term"] == [
        Given(
            subject=f"{GATE}.term",
            start=int(some[0].timestamp()),
            end=int(some[-1].timestamp()) + 1,
            low=1,
            size=2,
        )
        for some in (before, after)
    ]
    assert len(found) == 3


def test_the_days_of_the_year_before_are_given_too(tmp_path: Path) -> None:
    held = archive(
        tmp_path,
        [reading(f"{GATE}.daily", at(day, 0, ALMATY), "5") for day in days(date(2023, 4, 1), 3)],
        [reading(f"{GATE}.daily", at(day, 0, ALMATY), "6") for day in days(APRIL, 2)],
    )
    found = given(figures(*held, GATE, Kind.DAY, APRIL, date(2024, 4, 6), NOW), held[1])
    spans = [(date(2023, 4, 1), date(2023, 4, 4), 1), (APRIL, date(2024, 4, 3), 2)]
    assert found == [
        Given(
            subject=f"{GATE}.daily",
            start=int(at(begin, 0, ALMATY).timestamp()),
            end=int(at(end, 0, ALMATY).timestamp()),
            size=size,
        )
        for begin, end, size in spans
    ]
    only = given(figures(*held, GATE, Kind.DAY, date(2024, 4, 3), date(2024, 4, 4), NOW), held[1])
    assert [one.start for one in only] == [int(at(date(2023, 4, 3), 0, ALMATY).timestamp())]
    assert given(figures(*held, GATE, Kind.MONTH, APRIL, date(2024, 4, 6), NOW), held[1]) == []


def test_the_extremes_of_norms_by_day_are_given(tmp_path: Path) -> None:
    values = {1991: "5", 1992: "3", 1993: "9", 1994: "3"}
    seen = [reading(f"{GATE}.daily", at(date(year, 4, 1), 0, ALMATY), value) for year, value in values.items()]
    held, declared = archive(tmp_path, seen)
    asked = (held, replace(declared, figures=FigureRules(min_years=4)), GATE)
    found = given(norms_of(*asked, Kind.DAY, NOW, base=(1991, 2001)), declared)
    assert found == [
        Given(
            subject=f"{GATE}.daily",
            start=int(at(date(year, 4, 1), 0, ALMATY).timestamp()),
            end=int(at(date(year, 4, 2), 0, ALMATY).timestamp()),
            size=1,
        )
        for year in (1992, 1993)
    ]
    assert given(norms_of(held, declared, GATE, Kind.DAY, NOW), declared) == []
    assert given(norms_of(*asked, Kind.YEAR, NOW, base=(1991, 2001)), declared) == []


def test_the_mean_of_a_month_gives_nobody_its_days(held: Held) -> None:
    for kind in (Kind.TEN_DAYS, Kind.MONTH):
        answer = figures(*held, f"{POST}.term", kind, APRIL, date(2024, 5, 1), NOW)
        assert answer.table["value"].notnull().any()
        assert given(answer, held[1]) == []
    (own,) = given(figures(*held, POST, Kind.TEN_DAYS, APRIL, date(2024, 5, 1), NOW), held[1])
    start, end = (int(at(date(2024, 4, day)).timestamp()) for day in (11, 21))
    assert own == Given(subject=f"{POST}.10-day", start=start, end=end, size=1)
    assert given(figures(*held, POST, Kind.YEAR, APRIL, date(2024, 5, 1), NOW), held[1]) == []


def test_a_flagged_day_is_shown_as_what_it_is(tmp_path: Path) -> None:
    seen = [reading(f"{GATE}.daily", at(APRIL, 0, ALMATY), "900", Flag.BAD)]
    held = archive(tmp_path, seen)
    (row,) = rows(held, GATE, Kind.DAY, APRIL, date(2024, 4, 2))
    assert (row["value"], row["flag"], row["volume"], row["cumulative"]) == (900, "bad", None, None)


def test_a_mean_that_is_bad_is_neither_shown_nor_given(tmp_path: Path) -> None:
    held = archive(tmp_path, [reading(f"{POST}.10-day", at(APRIL), "900", Flag.BAD)])
    answer = figures(*held, POST, Kind.TEN_DAYS, APRIL, date(2024, 4, 2), NOW)
    (row,) = written.figure_rows(answer)
    assert (row["value"], row["days"], row["left_out"]) == (None, 0, 0)
    assert given(answer, held[1]) == []
    alone = figures(*held, f"{POST}.10-day", Kind.TEN_DAYS, APRIL, date(2024, 4, 2), NOW)
    assert (written.figure_rows(alone)[0]["left_out"], given(alone, held[1])) == (10, [])
