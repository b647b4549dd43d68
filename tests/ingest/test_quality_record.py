"""The context that the record gives: asked once, no wider than needed, and remembered where it is dear."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.quality.context import Season
from ingest.quality.judge import judge
from ingest.quality.record_context import RecordContext
from record.archive import Archive
from record.batch import Batch
from record.entry import Flag, Observation
from record.selection import Selection
from tests.ingest.computing import BISHKEK, midnight, said, term
from tests.ingest.judging import DAILY, FAR, FLOW, LEVEL, NOTHING, Court, declared, found, row

UNKNOWN, GOOD, SUSPECT, BAD = 2, 1, 3, 4
SPIKE, GAP = row("spike", suspect=20, fail=100), row("gap", hours=25)


def flow(day: int, value: str | None, flag: Flag = Flag.UNKNOWN) -> Observation:
    return said(FLOW, term(day), value, flag)


@pytest.fixture
def court(tmp_path: Path) -> Iterator[Court]:
    made = Court(tmp_path, declared(SPIKE, GAP, row("climatology", low=0, high=100, margin=0, min_years=3)))
    yield made
    made.record.engine.dispose()


def test_the_record_is_asked_once_a_collection(court: Court, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Selection] = []
    answer = Archive.select

    def select(self: Archive, selection: Selection) -> object:
        asked.append(selection)
        return answer(self, selection)

    court.hear(*(flow(day, "10") for day in (1, 2, 3)), *(said(DAILY, midnight(day), "9") for day in (1, 2)))
    monkeypatch.setattr(Archive, "select", select)
    context = RecordContext(court.archive, court.record.network)
    message = Batch.of([flow(4, "30"), said(DAILY, midnight(3), "9"), said(FAR, midnight(3), "9")])
    judge(message, court.record.network, context)
    # The climate is asked for from the first reading on.
    around = [one.series for one in asked if one.start not in (term(1), midnight(1))]
    assert around == [(FLOW,), (DAILY, FAR)]


def test_what_stands_is_known_with_what_was_taken_back(court: Court) -> None:
    court.hear(flow(1, "10"), flow(2, "11"))
    court.hear(flow(2, "12", Flag.BAD))
    court.hear(flow(3, None), flow(4, "-5"))
    context = RecordContext(court.archive, court.record.network)
    every = (0, int(term(20).timestamp()))
    stands = context.readings({FLOW: every, LEVEL: every})
    assert stands.value.tolist() == [10, 12, -5]
    assert stands.withdrawn.tolist() == [False, True, False]
    assert context.entries({FLOW: [every]}) == [1, 2, 3]
    assert len(context.readings({}).time) == 0


def test_what_a_check_found_bad_is_not_taken_back(court: Court) -> None:
    """A spike of 100 is bad; what it says of its neighbours must not hang on who was judged first."""
    court.hear(*(flow(day, value) for day, value in ((1, "10"), (2, "300"), (3, "10"))))
    assert court.flags(FLOW) == ["unknown", "bad", "good"]
    stands = RecordContext(court.archive, court.record.network).readings({FLOW: (0, int(term(9).timestamp()))})
    assert stands.withdrawn.tolist() == [False, False, False]


def test_a_very_wide_question_is_asked_in_parts(court: Court, monkeypatch: pytest.MonkeyPatch) -> None:
    court.hear(flow(1, "10"), said(LEVEL, term(1), "3"))
    monkeypatch.setattr("ingest.quality.record_context.MOST_CELLS", 10)
    context = RecordContext(court.archive, court.record.network)
    stands = context.readings({FLOW: (0, int(term(9).timestamp())), LEVEL: (0, int(term(9).timestamp()))})
    assert sorted(stands.value.tolist()) == [3, 10]


def years(values: dict[int, str]) -> list[Observation]:
    return [said(FLOW, datetime(year, 7, 1, 8, tzinfo=BISHKEK), value) for year, value in values.items()]


def test_the_climate_comes_from_the_record_of_the_years_before(court: Court) -> None:
    court.hear(*years({2022: "10", 2023: "20"}))
    assert court.hear(flow(1, "50")) == ["unknown"]  # two years are too few
    court.hear(*years({2024: "15", 2025: "-7"}))
    assert court.hear(flow(2, "20.1"), flow(3, "20")) == ["suspect", "good"]


def test_a_message_of_many_years_is_held_against_its_own_earlier_ones(court: Court) -> None:
    """What is filled back in one message is judged as if it had come year by year."""

    def hear(values: dict[int, str]) -> list[str]:
        return court.hear(*(replace(one, flag=Flag.UNKNOWN) for one in years(values)))

    hear({2021: "30"})
    values = {2022: "10", 2023: "20", 2024: "31", 2025: "30.5", 2026: "10"}
    assert hear(values) == ["unknown", "unknown", "suspect", "good", "good"]
    # A value that it says anew takes the place of what stands; of each year its own are left out.
    assert hear({2021: "15", 2022: "10", 2024: "31", 2025: "30.5"})[-1] == "good"
    assert hear({2021: "15", 2024: "19", 2025: "20.5"}) == ["unknown", "good", "suspect"]


def test_a_climate_is_remembered_until_an_earlier_year_is_spoken_of(
    court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, made, answer = court.record.network, list[Season](), RecordContext._made

    def make(self: RecordContext, seasons: Sequence[Season], *told: Any) -> object:
        made.extend(seasons)
        return answer(self, seasons, *told)

    monkeypatch.setattr(RecordContext, "_made", make)
    context = RecordContext(court.archive, network)

    def hear(*message: Observation) -> int:
        before = len(made)
        batch = judge(Batch.of(message), network, context)
        court.tell(*batch.observations())
        return len(made) - before

    assert hear(*years({2022: "10", 2023: "20"}), flow(1, "15")) == 3
    assert hear(flow(2, "15")) == 1  # what the first message said of 2022 and 2023 is in the record by now
    assert hear(flow(3, "15")) == 0
    assert hear(flow(4, "15")) == 0
    assert hear(*years({2024: "20"})) == 1
    assert hear(flow(5, "20.1")) == 1
    assert court.values(FLOW)[term(5)] == ("20.1", "suspect")


def test_who_follows_remembers_climates_until_an_earlier_year_is_spoken_of(
    court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, answer = list[Season](), RecordContext._made

    def make(self: RecordContext, seasons: Sequence[Season], *told: Any) -> object:
        made.extend(seasons)
        return answer(self, seasons, *told)

    monkeypatch.setattr(RecordContext, "_made", make)

    def follow(*message: Observation) -> int:
        before = len(made)
        court.tell(*message)
        court.follow()
        return len(made) - before

    assert follow(*years({2022: "10", 2023: "20", 2024: "15"})) == 3
    assert follow(flow(1, "15")) == 1
    assert follow(flow(2, "15")) == 0
    # Two rows of one entry, years apart. The flag of the first is an entry that is followed, too.
    assert follow(*years({2025: "40"}), flow(3, "15")) == 2
    assert follow(flow(4, "39")) == 1
    assert court.stands(FLOW, term(4)).flag is Flag.UNKNOWN
    court.tell(flow(5, "41"))
    assert court.follow().rejudged == 1
    assert court.stands(FLOW, term(5)).flag is Flag.SUSPECT


def test_the_days_of_a_series_are_read_once_for_all_years(court: Court, monkeypatch: pytest.MonkeyPatch) -> None:
    court.hear(*years({year: str(year - 1990) for year in range(2000, 2026)}))
    asked, answer = list[Selection](), Archive.select

    def select(self: Archive, selection: Selection) -> object:
        asked.append(selection)
        return answer(self, selection)

    monkeypatch.setattr(Archive, "select", select)
    context = RecordContext(court.archive, court.record.network)
    seasons = [Season(FLOW, year, low=0, high=100, window_days=15, min_years=3) for year in range(1999, 2027)]
    found = context.climates(seasons)
    context.climates([season._replace(low=10) for season in seasons])
    assert len(asked) == 1
    day = 31 + 29 + 31 + 30 + 31 + 30
    assert [found[one].high[day] for one in seasons[3:6]] == pytest.approx([np.nan, 12, 13], nan_ok=True)


def test_verdicts_do_not_hang_on_how_the_same_readings_came(court: Court) -> None:
    """In one message, or one by one in disorder and followed: the same flags stand."""
    rows = [flow(day, value) for day, value in enumerate(["10", "60", "10", "10", "400", "11", "10"], 1)]
    at_once = found(court.record.network, NOTHING, *rows).flag.tolist()
    assert at_once == [UNKNOWN, SUSPECT, GOOD, GOOD, BAD, GOOD, GOOD]
    for at in (4, 0, 6, 1, 5, 2, 3):
        court.hear(rows[at])
    doubts = [{"suspect": SUSPECT, "bad": BAD}.get(flag) for flag in court.flags(FLOW)]
    assert doubts == [flag if flag > UNKNOWN else None for flag in at_once]
