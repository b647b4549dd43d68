"""Late context: flags that change by amendment, why they say so, and that it comes to rest."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from ingest.consequence import Change
from ingest.follow import enter
from ingest.quality.judge import verdicts
from ingest.quality.rejudge import rejudge_all
from ingest.quality.values import Values
from record import leaf as leaves
from record.archive import Log
from record.entry import Flag, Method, Observation
from record.network import Network
from tests.ingest.computing import BISHKEK, midnight, said, term
from tests.ingest.judging import (
    DAILY,
    DISCHARGE,
    FAR,
    FLOW,
    INFLOW,
    LEVEL,
    RELEASE,
    STORAGE,
    Court,
    change,
    declared,
    row,
)

SPIKE, GAP, RANGE = row("spike", suspect=20, fail=100), row("gap", hours=25), row("gross_range", fail=(0, 900))
EVER = (int(term(1).timestamp()) - 40 * 86_400, int(term(31).timestamp()))


def network(**changed: object) -> Network:
    thresholds = [
        SPIKE, GAP, RANGE,
        row("rate_of_change", quantity="level", suspect=1),
        row("flat_line", tolerance=0, suspect_hours=72, interval="term"),
        row("neighbour", station="post:kg", series="discharge.daily", upstream="far:kz",
            upstream_series="discharge.daily", lag_hours=0, low="0.5", high=2),
        row("mass_balance", station="kirov:kg", storage="storage.term", inflow="inflow.daily",
            release="release.daily", suspect="0.5"),
        row("rating_residual", station="post:kg", level="level.term", discharge="discharge.term", suspect=10),
    ]  # fmt: skip
    return replace(declared(*thresholds), files={"quality.toml": b"# made up\n"}, **changed)  # type: ignore[arg-type]


@pytest.fixture
def court(tmp_path: Path) -> Iterator[Court]:
    made = Court(tmp_path, network())
    yield made
    made.record.engine.dispose()


def flow(day: int, value: str, flag: Flag = Flag.UNKNOWN) -> Observation:
    return said(FLOW, term(day), value, flag)


def test_a_spike_at_the_end_of_a_message_is_flagged_when_the_next_one_comes(court: Court) -> None:
    rows = [flow(1, "10.0"), flow(2, "11.0"), replace(flow(3, "60.50"), method=Method.ESTIMATED)]
    assert court.hear(*rows) == ["good", "good", "good"]
    size = court.archive.size()
    assert court.hear(flow(4, "10.5")) == ["good"]
    stands = court.stands(FLOW, term(3))
    assert (str(stands.value), stands.flag, stands.method) == ("60.50", Flag.SUSPECT, "estimated")
    assert (stands.tests["said"], stands.tests["spike"]) == (Flag.UNKNOWN, Flag.SUSPECT)
    assert stands.source == leaves.QUALITY
    assert stands.reason == (
        "spike unknown -> suspect: what was said of post:kg.discharge.term at 2026-07-04T02:00:00Z shows it"
    )
    (receipt,) = Log(court.record).receipts_of(stands.entry)
    assert orjson.loads(receipt.body) == {
        "rule": "quality",
        "thresholds": hashlib.sha256(b"# made up\n").hexdigest(),
        "because": [size],
        "size": size + 1,
    }
    # Nothing else was worth a word, though one check more found the others good.
    assert court.archive.size() == size + 2
    assert len(court.archive.history(FLOW, term(2))) == 1


def test_a_spike_that_a_late_reading_shows_to_be_a_crest_is_doubtful_no_more(court: Court) -> None:
    court.hear(flow(1, "10"), flow(3, "60"), *(said(FLOW, term(2, 8), value) for value in ["60"]))
    court.hear(said(FLOW, term(3, 20), "12"))
    assert court.flags(FLOW) == ["good"] * 4
    court.hear(flow(6, "10"), flow(7, "60"), said(FLOW, term(7, 20), "12"))
    assert court.stands(FLOW, term(7)).flag is Flag.SUSPECT
    court.hear(said(FLOW, term(6, 20), "59.5"))
    stands = court.stands(FLOW, term(7))
    assert stands.flag is Flag.GOOD
    assert stands.reason is not None
    assert stands.reason.startswith("spike suspect -> good: what was said of post:kg.discharge.term at ")


def test_a_message_that_contradicted_itself_did_so_whatever_comes_later(court: Court) -> None:
    assert court.hear(flow(2, "50"), flow(2, "55")) == ["suspect", "suspect"]
    court.hear(flow(3, "55"))
    stands = court.stands(FLOW, term(2))
    assert (str(stands.value), stands.flag, stands.tests["agreement"]) == ("55", Flag.SUSPECT, Flag.SUSPECT)
    # Found to be a spike and none again, the doubt of its message is left.
    court.hear(flow(1, "10"))
    court.hear(flow(3, "10"))
    assert court.stands(FLOW, term(2)).tests["spike"] is Flag.SUSPECT
    court.hear(flow(3, "55"))
    stands = court.stands(FLOW, term(2))
    assert (stands.flag, stands.tests["spike"], stands.tests["agreement"]) == (Flag.SUSPECT, Flag.GOOD, Flag.SUSPECT)
    # Said anew without a contradiction, it is doubtful no more.
    court.hear(flow(2, "54"))
    assert court.stands(FLOW, term(2)).flag is Flag.GOOD


def test_messages_out_of_order_come_to_the_same(court: Court) -> None:
    court.hear(flow(4, "10"))
    court.hear(flow(2, "10"))
    assert court.hear(flow(3, "60")) == ["suspect"]
    court.hear(flow(8, "60"))
    court.hear(flow(9, "10"))
    court.hear(flow(7, "10"))
    assert court.stands(FLOW, term(8)).flag is Flag.SUSPECT


def test_what_is_taken_back_takes_the_doubt_with_it(court: Court) -> None:
    """A reading is a spike beside what stood, and none beside what an amendment put there."""
    court.hear(flow(1, "10"), flow(2, "60"), flow(3, "10"))
    assert court.stands(FLOW, term(2)).flag is Flag.SUSPECT
    court.hear(flow(3, "61"), source="amendments-kg")
    assert court.stands(FLOW, term(2)).flag is Flag.GOOD
    court.hear(flow(3, "10"), source="amendments-kg")
    assert court.stands(FLOW, term(2)).flag is Flag.SUSPECT
    # Withdrawn, it says nothing of others.
    court.hear(flow(3, "10", Flag.BAD), source="amendments-kg")
    assert court.stands(FLOW, term(2)).flag is Flag.GOOD


def test_a_verdict_that_turns_is_written_though_the_flag_stays(court: Court) -> None:
    court.hear(flow(1, "10"), flow(2, "60", Flag.SUSPECT))
    court.hear(flow(3, "10"))
    stands = court.stands(FLOW, term(2))
    assert (stands.flag, stands.tests["spike"], stands.tests["said"]) == (Flag.SUSPECT, Flag.SUSPECT, Flag.SUSPECT)
    assert len(court.archive.history(FLOW, term(2))) == 2


def test_what_a_person_amended_keeps_its_flag(court: Court) -> None:
    court.hear(flow(1, "10"))
    assert court.hear(flow(2, "60", Flag.GOOD), source="amendments-kg") == ["good"]
    court.hear(flow(3, "10"))
    assert (court.stands(FLOW, term(2)).source, court.stands(FLOW, term(2)).flag) == ("amendments-kg", Flag.GOOD)
    # Its source says it anew: that is no person's word any more.
    court.hear(flow(2, "61"))
    assert court.stands(FLOW, term(2)).flag is Flag.SUSPECT


def test_the_flag_that_a_person_gives_counts_for_more_than_what_lies_around(court: Court) -> None:
    court.hear(*(flow(day, "10") for day in (1, 2, 3)))
    assert court.hear(flow(2, "60", Flag.GOOD), source="amendments-kg") == ["good"]
    stands = court.stands(FLOW, term(2))
    assert (stands.flag, stands.tests["said"], stands.tests["spike"]) == (Flag.GOOD, Flag.GOOD, Flag.SUSPECT)
    assert court.hear(flow(2, "950", Flag.GOOD), source="amendments-kg") == ["bad"]
    assert court.hear(flow(2, "-5", Flag.SUSPECT), source="amendments-kg") == ["bad"]
    assert court.hear(flow(2, "11", Flag.SUSPECT), source="amendments-kg") == ["suspect"]


def test_a_doubt_that_a_check_had_of_an_amended_value_goes_with_its_ground_and_none_is_added(court: Court) -> None:
    court.hear(*(flow(day, "10") for day in (1, 2, 3)))
    assert court.hear(flow(2, "60"), source="amendments-kg") == ["suspect"]
    court.hear(flow(1, "59"), flow(3, "61"), source="amendments-kg")
    stands = court.stands(FLOW, term(2))
    assert (str(stands.value), stands.flag, stands.tests["spike"]) == ("60", Flag.GOOD, Flag.GOOD)
    court.hear(flow(1, "10"), flow(3, "10"), source="amendments-kg")
    assert court.stands(FLOW, term(2)).flag is Flag.GOOD
    # A doubt of the person's own stays.
    court.hear(flow(6, "10", Flag.SUSPECT), source="amendments-kg")
    court.hear(flow(5, "10"), flow(7, "10"))
    assert court.stands(FLOW, term(6)).flag is Flag.SUSPECT


def test_what_a_person_amended_is_bad_where_it_makes_no_sense(court: Court) -> None:
    court.tell(flow(1, "10"), flow(2, "-5", Flag.GOOD), source="amendments-kg")
    court.settle([change(flow(3, "1"))])
    stands = court.stands(FLOW, term(2))
    assert (str(stands.value), stands.flag, stands.source) == ("-5", Flag.BAD, leaves.QUALITY)


def test_a_gauge_downstream_is_judged_anew_when_the_one_upstream_speaks(court: Court) -> None:
    at = midnight(5, BISHKEK)
    assert court.hear(said(DAILY, at, "30", Flag.UNKNOWN)) == ["good"]
    court.hear(said(FAR, at, "10"))
    stands = court.stands(DAILY, at)
    assert stands.flag is Flag.SUSPECT
    assert stands.reason == (
        "neighbour unknown -> suspect: what was said of far:kz.discharge.daily at 2026-07-04T18:00:00Z shows it"
    )
    court.hear(said(FAR, at, "20"))
    assert court.stands(DAILY, at).flag is Flag.GOOD
    assert court.stands(FAR, at).flag is Flag.GOOD


def test_the_days_of_a_reservoir_are_closed_when_the_last_of_it_is_known(court: Court) -> None:
    court.hear(*(said(STORAGE, term(day), str(100 + 9 * (day > 2))) for day in range(1, 5)))
    court.hear(*(said(INFLOW, midnight(day), "10") for day in range(1, 5)))
    assert set(court.flags(STORAGE)) == {"good"}
    court.hear(*(said(RELEASE, midnight(day), "10") for day in range(1, 5)))
    assert court.flags(STORAGE) == ["good", "good", "suspect", "good"]
    assert court.flags(INFLOW) == ["good", "suspect", "suspect", "good"]
    assert "kirov:kg.release.daily from 2026-06-30T18:00:00Z" in str(court.stands(STORAGE, term(3)).reason)


def test_a_corrected_level_is_held_against_the_discharge_of_its_time(court: Court) -> None:
    court.hear(flow(1, "20"), said(LEVEL, term(1), "2"))
    court.hear(said(LEVEL, term(1), "3"))
    assert court.stands(FLOW, term(1)).flag is Flag.SUSPECT
    court.hear(said(LEVEL, term(1), "2.01"))
    assert court.stands(FLOW, term(1)).flag is Flag.GOOD


def test_a_flat_line_that_a_late_reading_breaks_ends(court: Court) -> None:
    court.hear(*(flow(day, "10") for day in range(1, 9) if day != 3))
    assert court.flags(FLOW) == ["good", "good", "good", "good", "good", "suspect", "suspect"][:7]
    court.hear(flow(3, "10"))
    assert court.flags(FLOW) == ["good", "good", "good"] + ["suspect"] * 5
    court.hear(flow(3, "11"))
    assert court.flags(FLOW) == ["good", "good", "good", "good", "good", "good", "suspect", "suspect"]


def test_what_is_computed_is_held_against_what_stands_around_it(court: Court) -> None:
    """The curve is 10 times the level: discharges of 10, 60 and 10 m3/s; a level of its own is no spike."""
    computed = "post:kg:computed.discharge.term"
    court.tell(*(said(LEVEL, term(day), value) for day, value in ((1, "1"), (2, "6"), (3, "1"))))
    assert court.follow().counts() == {"entries": 4, "rejudged": 1, "computed": 3}
    stands = court.stands(computed, term(2))
    assert (str(stands.value), stands.flag, stands.tests["spike"]) == ("60", Flag.SUSPECT, Flag.SUSPECT)
    court.tell(said(LEVEL, term(2), "1.1"))
    court.follow()
    assert court.stands(computed, term(2)).flag is Flag.GOOD


def test_what_is_computed_is_held_against_its_own_season(court: Court) -> None:
    computed = "post:kg:computed.discharge.term"
    court.tell(said(computed, term(1) - timedelta(days=365), "10"))
    season = declared(row("climatology", low=0, high=100, margin=0, min_years=1)).thresholds
    court.record.engine.dispose()
    court.open(replace(court.record.network, thresholds=season, files={"quality.toml": b"seasons"}))
    court.tell(said(computed, term(1), "11"))
    (consequence,) = court.follows([change(said(computed, term(1), "11"))])
    assert consequence.reason.startswith("climatology unknown -> suspect: ")


def test_series_that_are_declared_no_more_change_nothing(court: Court) -> None:
    assert (
        court.follows([Change(series="gone:kg.level.term", start=0, end=9), Change(series=FLOW, start=0, end=9)]) == []
    )
    assert court.follows([]) == []


def test_another_threshold_or_curve_changes_nothing_by_itself(court: Court) -> None:
    court.tell(*(flow(day, value, Flag.GOOD) for day, value in ((1, "10"), (2, "60"), (3, "10"))))
    assert court.follows([replace(change(flow(3, "10")), said=False)]) == []


def test_only_what_lies_around_the_change_is_judged_anew(court: Court) -> None:
    court.tell(*(flow(day, value, Flag.GOOD) for day, value in ((1, "10"), (2, "60"), (3, "10"), (20, "10"))))
    assert court.follows([change(flow(20, "10"))]) == []
    (consequence,) = court.follows([change(flow(3, "10"))])
    assert consequence.said.time.tolist() == [int(term(2).timestamp())]
    court.tell(*(flow(day, value, Flag.GOOD) for day, value in ((9, "10"), (10, "60"), (11, "10"), (28, "10"))))
    far = Change(series=FAR, start=EVER[0], end=EVER[1])
    assert court.follows([change(flow(4, "10")), change(flow(28, "10")), far]) == []


def test_all_of_a_stretch_is_judged_by_the_thresholds_in_force_when_it_is_asked_for(
    court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thresholds that change leave what stands as it is, until somebody asks; undone, they can be asked for again."""
    rows = [flow(day, value) for day, value in ((1, "10"), (2, "25"), (3, "10"), (4, "11"))]
    rows += [said(FLOW, term(1) - timedelta(days=35 - day), value) for day, value in enumerate(("10", "26", "10"))]
    court.hear(*rows)
    assert set(court.flags(FLOW)) == {"good"}
    monkeypatch.setattr("ingest.quality.rejudge.AT_A_TIME", 40 * 86_400)
    strict = replace(court.record.network, thresholds=declared(RANGE, row("spike", suspect=5)).thresholds)
    old = court.record.network
    for thresholds, flag in ((strict, Flag.SUSPECT), (old, Flag.GOOD), (strict, Flag.SUSPECT)):
        court.record.engine.dispose()
        court.open(replace(thresholds, files={"quality.toml": repr(flag).encode()}))
        assert court.follows([change(rows[3])]) == []
        done = list(rejudge_all([FLOW, LEVEL], EVER, court.record.network, court.archive))
        assert [len(one.said) for one in done] == [1, 1]
        enter(done, court.pen, court.now)
        assert court.stands(FLOW, term(2)).flag is flag
        assert list(rejudge_all([FLOW], EVER, court.record.network, court.archive)) == []
    assert court.stands(FLOW, term(2)).reason == "spike good -> suspect: by the thresholds in force"


def test_what_follows_is_entered_when_the_journal_is_followed(court: Court) -> None:
    for day, value in ((1, "10"), (2, "60"), (3, "10")):
        court.tell(flow(day, value, Flag.GOOD))
    assert court.follow().rejudged == 1
    assert court.stands(FLOW, term(2)).flag is Flag.SUSPECT
    assert court.follow().counts() == {"entries": 0, "rejudged": 0, "computed": 0}


def test_grounds_name_what_lies_within_reach_of_the_rows_and_no_more_than_fifty_entries(
    court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [court.tell(flow(day, "60" if day == 2 else f"10.{day}", Flag.GOOD)) for day in range(1, 9)]
    every = Change(series=FLOW, start=EVER[0], end=EVER[1])
    (spike,) = court.follows([every])
    assert spike.grounds["because"] == entries[:3]
    assert "more" not in spike.grounds
    monkeypatch.setattr("ingest.quality.rejudge.MOST_GROUNDS", 2)
    (spike,) = court.follows([every])
    assert (spike.grounds["because"], spike.grounds["more"]) == (entries[1:3], 1)


def test_one_transaction_enters_few_of_the_flags_that_follow(court: Court, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.quality.rejudge.MOST_ROWS", 4)
    court.tell(*(flow(day, "10" if day % 3 else "60", Flag.GOOD) for day in range(1, 21)))
    done = court.follows([Change(series=FLOW, start=EVER[0], end=EVER[1])])
    assert [len(one.said) for one in done] == [4, 2]
    assert len({int(time) for one in done for time in one.said.time}) == 6


def test_rows_of_many_years_are_judged_anew_at_once(court: Court, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, answer = list[int](), verdicts

    def judge(values: Values, *others: Any) -> Any:
        asked.append(len(values))
        return answer(values, *others)

    monkeypatch.setattr("ingest.quality.rejudge.verdicts", judge)
    for away in range(0, 3000, 300):
        days = [(-1, "10"), (0, "60"), (1, "10")]
        court.tell(*(replace(flow(9, v, Flag.GOOD), time=term(9) - timedelta(days=away + day)) for day, v in days))
    changes = [change(replace(flow(9, "60"), time=term(9) - timedelta(days=away))) for away in range(0, 3000, 300)]
    assert [len(one.said) for one in court.follows(changes)] == [10]
    assert len(asked) == 1
    monkeypatch.setattr("ingest.quality.rejudge._STRETCHES", 4)
    assert [len(one.said) for one in court.follows(changes)] == [4, 4, 2]


def test_what_lies_between_the_stretches_that_an_entry_speaks_of_is_not_judged_anew(court: Court) -> None:
    """A spike of July that nobody judged stays as it is when a message speaks of March and August."""
    court.tell(*(flow(day, "60" if day == 6 else "10", Flag.GOOD) for day in range(5, 8)))
    court.pen.pass_over("follow", str(court.archive.size()))
    far = [replace(flow(1, "10"), time=term(1) + timedelta(days=days)) for days in (-100, 60)]
    court.tell(*far)
    assert court.follow().rejudged == 0
    assert court.stands(FLOW, term(6)).flag is Flag.GOOD


def test_rows_of_many_series_that_change_alike_are_one_word_each(court: Court) -> None:
    court.tell(*(flow(day, "10" if day % 3 else "60", Flag.GOOD) for day in range(1, 21)))
    (spikes,) = court.follows([Change(series=FLOW, start=EVER[0], end=EVER[1])])
    assert len(spikes.said) == 6
    assert DISCHARGE["quantity"] in spikes.reason
    assert spikes.grounds["because"] == [1]
