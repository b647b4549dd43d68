"""The head of a told report, what it tells at a glance, what changed, and how it is checked."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from service.accounts.document import Gate, Plan
from service.language import language_called
from service.paper.paper import Mark, Number, Paper, Prose
from service.reports.report import Against, Gaps, Report, Revision
from service.reports.told import tell
from tests.service.report_example import ISSUE, Record
from tests.service.report_made import flow_row, made_report, second
from tests.service.told_example import glance, numbers, seal_of, section, table

FIRST = Revision(number=1, before=None, changes=())


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The made report, a draft."""
    return made_report(Record(tmp_path_factory.mktemp("told-head")))


def fact(paper: Paper, tag: str) -> str:
    """What a line of the head says."""
    return next(one.said for one in paper.facts if one.tag == tag)


def of_basin(report: Report, **parts: object) -> str:
    """What is told at a glance when the basin is so."""
    basin = replace(report.basins[0], **parts)  # type: ignore[arg-type]
    return glance(tell(replace(report, basins=(basin,)), "en"))


def test_the_head_gives_the_day_on_both_clocks(report: Report) -> None:
    paper = tell(report, "en")
    assert (paper.title, paper.subtitle) == ("Daily exchange report", "1 May 2026")
    assert fact(paper, "day.kz") == "2026-05-01 07:00 – 2026-05-02 07:00 (+05:00)"
    assert fact(paper, "day.kg") == "2026-05-01 08:00 – 2026-05-02 08:00 (+06:00)"
    assert fact(paper, "status") == "20 figures are provisional; 1 figure is verified"


def test_a_draft_says_that_it_is_one(report: Report) -> None:
    paper = tell(report, "en", None, "provisional")
    assert paper.name == "daily-2026-05-01.draft.en"
    assert paper.warnings[0] == "This is a draft. It is not issued and may change."
    assert fact(paper, "issue").startswith("draft, not issued; due ")
    assert fact(paper, "record").startswith("Provisional: not signed by both countries. The report rests on the first ")
    assert (paper.code, paper.attached, paper.dated) == (None, (), ISSUE)
    assert section(paper, "checking").parts[-1] == Prose(text="This copy bears no proof.")
    assert tell(replace(report, revision=FIRST), "en").warnings[0] != paper.warnings[0]


def test_how_a_record_stands_is_not_guessed(report: Report) -> None:
    rests = f"The report rests on the first {report.journal_size} entries of the journal."
    assert fact(tell(report, "en"), "record") == rests
    assert fact(tell(report, "en", None, "final"), "record") == f"Both countries hold the same record. {rests}"
    assert fact(tell(report, "en", None, "All is well."), "record") == f"All is well. {rests}"
    assert "All is well." not in fact(tell(report, "kk", None, "All is well."), "record")
    assert tell(report, "en", None, "records differ").warnings[1].startswith("RECORDS DIFFER.")


@pytest.mark.parametrize(
    ("state", "parties", "said", "signed"),
    [
        ("final", ("kz", "kg"), "Both countries hold the same record of the first 3 entries.",
         [("Signed, Kazakhstan", "2026-05-02 08:31 (+05:00)"), ("Signed, Kyrgyzstan", "2026-05-02 09:31 (+06:00)")]),
        ("provisional", ("kz",), "Provisional. The signature is awaited of: Kyrgyzstan.",
         [("Signed, Kazakhstan", "2026-05-02 08:31 (+05:00)")]),
        ("provisional", (), "Provisional. The signature is awaited of: Kazakhstan, Kyrgyzstan.", []),
        ("records differ", ("kz", "kg"), "RECORDS DIFFER: the two countries do not hold the same.", []),
        ("provisional", ("kg-example",), "Provisional. The signature is awaited of: Kazakhstan.",
         [("Signed, Kyrgyzstan", "2026-05-02 09:31 (+06:00), with an example key")]),
    ],
)  # fmt: skip
def test_an_issued_report_says_who_signed(
    report: Report, state: str, parties: tuple[str, ...], said: str, signed: list[tuple[str, str]]
) -> None:
    issued = replace(report, revision=FIRST)
    paper = tell(issued, "en", seal_of(issued, state, parties))
    assert fact(paper, "record") == said
    assert [(one.name, one.said) for one in paper.facts if one.tag.startswith("signed.")] == signed
    assert any(text.startswith("RECORDS DIFFER") for text in paper.warnings) == (state == "records differ")
    examples = any(party.endswith("example") for party in parties)
    assert ("The keys are examples: no ministry has signed anything." in paper.warnings) == examples


def test_an_issued_report_carries_its_figures_and_their_proof(report: Report) -> None:
    issued = replace(report, revision=FIRST)
    seal = seal_of(issued)
    paper = tell(issued, "en", seal)
    assert paper.name == "daily-2026-05-01.r1.en"
    assert paper.dated == seal.entered
    assert [(one.name, one.body) for one in paper.attached] == [
        ("daily-2026-05-01.r1.json", seal.body), ("daily-2026-05-01.r1.json.tlog-proof", seal.proof),
    ]  # fmt: skip
    assert paper.code is not None
    assert paper.code.text.encode() == seal.checkpoint
    assert fact(paper, "issue") == "revision 1, made 2026-05-02 08:30 (+05:00), 09:30 (+06:00)"
    said = [part.text for part in section(paper, "checking").parts if isinstance(part, Prose)]
    assert said[-1].endswith("these files: daily-2026-05-01.r1.json, daily-2026-05-01.r1.json.tlog-proof.")
    assert said[1] == f"The figures are entry #{seal.entry} of the journal, entered 2026-05-02 09:30 (+06:00)."


def test_warnings_say_what_is_not_as_it_should_be(report: Report) -> None:
    span = replace(report.span, ended=False, verified=True)
    whole = tell(replace(report, span=span, simulated=False, revision=FIRST), "en")
    assert whole.warnings == (
        "The period has not ended. The report is of 1 May 2026.",
        "What is marked “unverified” was confirmed by nobody.",
    )
    said = tell(report, "en").warnings
    assert "This report holds simulated data: rows marked “simulated” come from a generator." in said
    assert said[-1] == "The hours of the report day, and what is marked “unverified”, were confirmed by nobody."


def test_a_second_revision_tells_what_changed_behind_its_glance(report: Report) -> None:
    first = second().changes[0]
    share = replace(first, key="share:flow-50:simulated.due.kz", station="flow-50", unit="million m³")
    change = replace(first, key="kirov:kg.storage.change", station="kirov:kg", old=-2.5, new=1.25)
    reason = "read again (A. Example, for kg; signed by kg.amender.example)"
    changes = (replace(first, reason=reason), replace(change, reason=reason), replace(share, reason=None, source=None))
    paper = tell(replace(report, revision=second(changes)), "en")
    assert [one.tag for one in paper.sections[:2]] == ["glance", "changes"]
    assert paper.sections[1].title == "What changed since revision 1, and why"
    assert [row.cells for row in table(paper, "corrections").rows] == [
        (
            "1",
            "amendments: “read again” (A. Example, for Kyrgyzstan; signed with the key kg.amender.example)",
            "2",
            "#2",
        ),
        ("2", "not said in the journal", "1", "#2"),
    ]
    rows = table(paper, "changes").rows
    assert [(*row.cells[:2], *row.cells[4:]) for row in rows] == [
        ("Tuyte of kg", "water intake", "m³/s", "1"),
        ("Kirov of kg", "storage: change", "m³/s", "1"),
        ("share flow-50", "Due: Kazakhstan", "million m³", "2"),
    ]
    assert [cell.signed for row in rows for cell in row.cells[2:4] if isinstance(cell, Number)] == [
        False, False, True, True, False, False,
    ]  # fmt: skip
    assert rows[2].marks == (Mark.SIMULATED,)
    assert [cell.value for cell in rows[0].cells[2:4] if isinstance(cell, Number)] == [2.5, 2.75]
    assert table(tell(replace(report, revision=second(())), "en"), "changes").empty == "No figure changed."
    assert tell(replace(report, revision=FIRST), "en").sections[1].tag == "talas"


def test_a_glance_tells_each_basin_from_its_figures(report: Report) -> None:
    paper = tell(report, "en")
    assert glance(paper) == (
        "Talas Kirov of kg: 275.00 million m³, 50.0 % of capacity, change −1.50 million m³. Last year it held 280.00 "
        "million m³. Inflow: 20.0 m³/s (last year 18.5 m³/s), 125.0 % of the norm (above normal). Release: 12.5 "
        "m³/s (suspect). "
        "Upper of kg: 3.00 m³/s (last year 4.00 m³/s), 60.0 % of the norm (low). Gate: Kyrgyzstan 9.00 m³/s, "
        "Kazakhstan 8.75 m³/s; within the tolerance. "
        "Delivery to date, Kazakhstan: 30 days are missing; on the others 0.756 million m³, 34.6 % of "
        "what was planned for them. No value: Merke of kz. Missing, late or changed 1 owed series is missing. "
        "1 real station is silent. 1 series came late. 1 message part was refused. 1 reading was amended."
    )
    english = language_called("en")
    shown = {english.number(abs(one.value), one.decimals) for one in numbers(paper) if one.value is not None}
    told = re.findall(r"\d[\d,]*\.\d+", glance(paper))
    assert len(told) == 15
    assert set(told) <= shown


def test_what_is_not_known_of_a_reservoir_is_said(report: Report) -> None:
    row = report.basins[0].reservoirs[0]
    assert row.storage
    assert row.inflow
    assert row.release
    assert row.change
    none = replace(row.storage, value=None)
    lost = (
        replace(row, storage=none, inflow=replace(row.inflow, value=None), release=replace(none, quantity="release")),
    )
    said = of_basin(report, reservoirs=lost)
    assert "Kirov of kg: storage is missing. Last year it held 280.00 million m³. The inflow is missing. " in said
    assert "The inflow is missing. The release is missing." in said
    small = (replace(row, filled=None, change=replace(row.change, value=None), inflow=None, release=None),)
    assert "Kirov of kg: 275.00 million m³, change not known. Last year it held" in of_basin(report, reservoirs=small)
    assert "275.00 million m³, change −1.50 million m³." in of_basin(report, reservoirs=(replace(row, filled=None),))
    still = (replace(row, change=None),)
    assert "275.00 million m³, 50.0 % of capacity, change not known." in of_basin(report, reservoirs=still)


def test_what_has_no_norm_says_so(report: Report) -> None:
    row = report.basins[0].reservoirs[0]
    assert row.inflow
    last = Against(last_year=18.5, norm=None, norm_years=0, percent=None, rank=None, klass=None)
    normed = Against(last_year=None, norm=16.0, norm_years=30, percent=125.0, rank=0.8, klass="above normal")
    for against, said in (
        (None, "Inflow: 20.0 m³/s; no norm is known."),
        (last, "Inflow: 20.0 m³/s (last year 18.5 m³/s); no norm is known."),
        (normed, "Inflow: 20.0 m³/s, 125.0 % of the norm (above normal)."),
    ):
        assert said in of_basin(report, reservoirs=(replace(row, inflow=replace(row.inflow, against=against)),))
    bare = replace(report.basins[0].rivers[0], flow=replace(report.basins[0].rivers[0].flow, against=None))
    assert "Upper of kg: 3.00 m³/s; no norm is known." in of_basin(report, rivers=(bare,))


def test_of_many_rivers_the_lowest_and_the_highest_are_told(report: Report) -> None:
    rivers = tuple(
        flow_row(f"post-{count}:kg", "post", "discharge", 3.0,
                 Against(last_year=None, norm=5.0, norm_years=30, percent=10.0 * count, rank=0.5, klass="normal"))
        for count in (4, 2, 9, 7)
    )  # fmt: skip
    said = of_basin(report, rivers=rivers)
    assert "River flow in percent of the norm, 4 posts: from 20.0 % (post-2:kg) to 90.0 % (post-9:kg)." in said
    unknown = tuple(replace(row, flow=replace(row.flow, against=None)) for row in rivers)
    assert "No norm is known of the rivers." in of_basin(report, rivers=unknown)
    assert "post-9:kg: 3.00 m³/s, 90.0 % of the norm (normal)." in of_basin(report, rivers=(*unknown[:2], *rivers[2:3],
                                                                                           unknown[3]))  # fmt: skip


def test_a_site_is_told_from_a_generator_only_where_no_gauge_speaks(report: Report) -> None:
    real, simulated = report.basins[0].reservoirs
    quiet = replace(real, level=None, storage=None, inflow=None, release=None)
    said = of_basin(report, reservoirs=(quiet, simulated))
    assert "No value: Kirov of kg, Merke of kz. Talas: SIMULATED data Kirov: 275.00" in said
    assert "SIMULATED" not in of_basin(report)


def test_many_stations_without_a_value_are_counted(report: Report) -> None:
    lost = tuple(flow_row(f"canal-{count}:kz", "canal", "intake", None) for count in range(6))
    assert "6 stations gave no value." in of_basin(report, canals=lost)
    assert "No value: canal-0:kz, canal-1:kz" in of_basin(report, canals=lost[:5])


def test_gates_are_told_as_they_agree(report: Report) -> None:
    basin = report.basins[0]
    gate: Gate = basin.account.gates[0]

    def said(changed: Gate, **parts: object) -> str:
        return of_basin(report, account=replace(basin.account, gates=(changed,)), **parts)

    outside = replace(gate, days_inside=(0,), days_outside=(1,), run_days=(3,))
    assert "Kazakhstan 8.75 m³/s; OUTSIDE the tolerance on 3 days." in said(outside)
    first, second_gauge = gate.gauges
    half = replace(gate, gauges=(replace(first, mean=(None,)), replace(second_gauge, mean=(None,))), days_inside=(0,))
    kg, kz = basin.borders
    silent = replace(kg, flow=replace(kg.flow, value=None))
    assert "Gate: Kazakhstan 8.75 m³/s; Kyrgyzstan said nothing." in said(half, borders=(silent, kz))
    silent = replace(kz, flow=replace(kz.flow, value=None))
    assert "Gate: Kyrgyzstan 9.00 m³/s; Kazakhstan said nothing." in said(half, borders=(kg, silent))
    assert "Gate:" not in said(half, borders=())


def test_plans_are_told_as_far_as_they_are_known(report: Report) -> None:
    basin = report.basins[0]
    plan: Plan = basin.account.plans[0]

    def said(**so_far: object) -> str:
        held = replace(plan, to_date=replace(plan.to_date, **so_far))  # type: ignore[arg-type]
        return of_basin(report, account=replace(basin.account, plans=(held,)))

    whole = said(delivered=(70.0,), percent=(103.307,))
    assert "Delivery to date, Kazakhstan: 70.00 million m³ of 67.76 million m³ planned, 103.3 %." in whole
    none = said(known=(None,), percent_of_known=(None,))
    assert "Delivery to date, Kazakhstan: missing; planned 67.76 million m³." in none
    assert "Delivery" not in of_basin(report, account=replace(basin.account, plans=()))


def test_of_many_gates_those_outside_are_named(report: Report) -> None:
    basin = report.basins[0]
    gate: Gate = basin.account.gates[0]
    outside = replace(gate, site="kirov", days_inside=(0,), days_outside=(1,))
    unknown = replace(gate, days_inside=(0,))
    said = of_basin(report, account=replace(basin.account, gates=(outside, *[gate] * 3, unknown)))
    assert "Gates OUTSIDE the tolerance: Kirov. 3 gates are within the tolerance. 1 gate cannot be compared." in said
    rows = tuple(
        replace(basin.reservoirs[0], place=replace(basin.reservoirs[0].place, site=f"site-{count}"))
        for count in range(10)
    )
    assert of_basin(report, reservoirs=rows).count("275.00") == 8
    assert "2 more reservoirs stand in the table." in of_basin(report, reservoirs=rows)


def test_what_two_stations_of_a_generator_say_of_a_reservoir_is_told_once(report: Report) -> None:
    basin = report.basins[0]
    simulated = basin.reservoirs[1]
    assert simulated.storage
    gauge = replace(simulated, storage=replace(simulated.storage, value=None), change=None, filled=None)
    computed = replace(simulated, place=replace(simulated.place, computed=True), inflow=None, release=None)
    said = of_basin(report, reservoirs=(computed, gauge), rivers=(), canals=(), borders=())
    assert "Talas: SIMULATED data" in said
    assert said.count("Kirov:") == 1
    assert "Kirov: 275.00 million m³, 50.0 % of capacity, change −1.50 million m³. Last year" in said
    assert "Release: 12.5 m³/s (suspect)." in said


def test_a_day_without_a_real_value_says_so(report: Report) -> None:
    basin = report.basins[0]
    account = replace(basin.account, gates=(), plans=())
    bare = replace(basin, rivers=(), canals=(), borders=(), reservoirs=basin.reservoirs[1:], account=account)
    simulated = tell(replace(report, basins=(bare,)), "en")
    assert simulated.warnings[1] == (
        "No real station gave a value: all figures of this report are simulated, by a generator."
    )
    assert "Talas: SIMULATED data; no real station gave a value Kirov: 275.00" in glance(simulated)
    nothing = tell(replace(report, basins=(replace(bare, reservoirs=()),)), "en")
    assert nothing.warnings[1] == "No station gave a value: nothing came that this report could tell."
    assert glance(nothing).startswith("Talas: no station gave a value Missing, late or changed ")


def test_the_hour_of_the_report_day_is_the_declared_one(report: Report) -> None:
    later = timedelta(hours=2)
    local = tuple(replace(one, begin=one.begin + later) for one in report.span.local)
    other = tell(replace(report, span=replace(report.span, local=local)), "en")
    said = [part.text for part in section(other, "reading").parts if isinstance(part, Prose)]
    assert said[0].startswith("Days are report days, which begin at: Kazakhstan 09:00, Kyrgyzstan 10:00.")
    assert (
        table(other, "talas.stored").notes[0].startswith("A part of what was stored as the last day began (at 08:00).")
    )


def test_nothing_amiss_is_said_too(report: Report) -> None:
    none = Gaps(missing=(), silent=(), late=(), estimated=(), refused=(), amended=())
    assert glance(tell(replace(report, gaps=none), "en")).endswith("Nothing is missing, late, refused or amended.")


def test_silent_stations_of_a_party_stand_in_one_row(report: Report) -> None:
    one = report.gaps.silent[0]
    some = replace(one, station="gate:kg", series=("gate:kg.discharge.daily",), whole=False)
    held = (one, replace(one, station="kirov:kg"), some, replace(one, station="merke:kz", party="kz"))
    rows = table(tell(replace(report, gaps=replace(report.gaps, silent=held)), "en"), "silent").rows
    assert [row.cells for row in rows] == [
        ("Kyrgyzstan", "the whole station", "2", "Upper of kg, Kirov of kg"),
        ("Kyrgyzstan", "discharge, daily means", "1", "Gate of kg"),
        ("Kazakhstan", "the whole station", "1", "Merke of kz"),
    ]


def test_stations_that_lack_the_same_for_the_same_reason_stand_in_one_row(report: Report) -> None:
    one = report.gaps.missing[0]
    term = replace(one, series="gate:kz.discharge.term", entries=(7,))
    held = (
        one, term,
        replace(one, series="merke:kz.discharge.daily", station="merke:kz", entries=(4,)),
        replace(one, series="merke:kz.discharge.term", station="merke:kz", entries=(4,)),
        replace(one, series="upper:kg.discharge.daily", station="upper:kg", party="kg"),
        replace(term, series="kirov:kz.discharge.term", station="kirov:kz"),
    )  # fmt: skip
    paper = tell(replace(report, gaps=replace(report.gaps, missing=held)), "en")
    assert [(row.cells[0], row.cells[2], row.cells[6]) for row in table(paper, "missing").rows] == [
        ("Gate of kz, Merke of kz", "discharge, daily means; discharge, readings at the terms", "#4, #7"),
        ("Upper of kg", "discharge, daily means", ""),
        ("kirov:kz", "discharge, readings at the terms", "#7"),
    ]
    many = (*(replace(one, days=count + 1) for count in range(62)), replace(term, days=62))
    shown = table(tell(replace(report, gaps=replace(report.gaps, missing=many)), "en"), "missing")
    assert (len(shown.rows), shown.notes) == (60, ("And 3 more, in the JSON of this report.",))


def test_times_stand_on_the_clock_of_the_report_day(report: Report) -> None:
    missing = table(tell(report, "en"), "missing").rows[0].cells
    assert missing[4:6] == ("nothing was received", "2026-05-02 09:30 (+06:00)")
    unowed = replace(report.gaps.missing[0], due=None)
    held = replace(report, gaps=replace(report.gaps, missing=(unowed,)))
    assert table(tell(held, "en"), "missing").rows[0].cells[5] == "owed by nobody"
    later = replace(report.gaps.amended[0], entered=ISSUE + timedelta(hours=1))
    held = replace(report, gaps=replace(report.gaps, amended=(later,)))
    assert table(tell(held, "en"), "amended").rows[0].cells[7] == "2026-05-02 10:30 (+06:00), after the hour of issue"
