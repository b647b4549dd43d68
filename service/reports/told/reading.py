"""How a report is read and how it is checked: marks, rules, the checkpoint, and the files that go with it."""

from collections.abc import Iterator

from service.language.words import FLAGS, MARKS
from service.paper.paper import Attachment, Code, Column, Kind, Mark, Prose, Row, Section, Table
from service.reports.report import Seal
from service.reports.told.teller import Teller
from service.reports.told.terms import MEANINGS

_SHOWN = 12
"""So many signs of a version are shown; the JSON holds all."""


def sections(teller: Teller, seal: Seal | None) -> tuple[Section, ...]:
    """The last chapters."""
    return (
        Section(
            tag="reading",
            title=teller.say("How to read this report"),
            level=1,
            parts=(_marks(teller), *(Prose(text=rule) for rule in _rules(teller))),
        ),
        Section(
            tag="checking",
            title=teller.say("How to check this report"),
            level=1,
            parts=tuple(Prose(text=text) for text in _checking(teller, seal)),
        ),
    )


def words(teller: Teller) -> dict[str, str]:
    """The words that the forms use."""
    return {
        "page": teller.say("page {page} of {pages}"),
        "contents": teller.say("Contents"),
        "reports": teller.say("Reports"),
        "missing": teller.language.word(FLAGS, "missing"),
        "made": teller.say("Arna, the shared water record"),
        "mark": teller.say("mark"),
        **{mark.value: teller.language.word(MARKS, mark) for mark in Mark},
    }


def code(teller: Teller, seal: Seal | None) -> Code | None:
    """The checkpoint with its cosignatures, as a square code."""
    if seal is None:
        return None
    said = (
        teller.say("Checkpoint of the journal, with its signatures"),
        teller.many("{count} entry", "{count} entries", seal.size),
        teller.say("figures: entry #{entry}", entry=seal.entry),
    )
    return Code(text=seal.checkpoint.decode(), words=said)


def attached(teller: Teller, seal: Seal | None) -> tuple[Attachment, ...]:
    """The figures as they were entered, and the proof that they were."""
    if seal is None:
        return ()
    return (
        Attachment(
            name=seal.name,
            media="application/json",
            about=teller.say("The figures of this report, as they were entered"),
            body=seal.body,
        ),
        Attachment(
            name=f"{seal.name}.tlog-proof",
            media="text/plain",
            about=teller.say("The proof that the figures are in the journal"),
            body=seal.proof,
        ),
    )


def foot(teller: Teller) -> tuple[str, ...]:
    """What stands last."""
    return (teller.say("What is missing is said to be missing. Nothing is made up."),)


def _marks(teller: Teller) -> Table:
    return Table(
        tag="marks",
        title=teller.say("Marks"),
        columns=(
            Column(tag="mark", head=teller.say("Mark"), kind=Kind.TEXT),
            Column(tag="meaning", head=teller.say("Meaning"), kind=Kind.TEXT),
        ),
        rows=tuple(
            Row(
                tag=mark.value,
                cells=(teller.language.word(MARKS, mark), teller.say(said)),
                marks=(mark,),
            )
            for mark, said in MEANINGS.items()
        ),
        empty=teller.say("None."),
    )


def _rules(teller: Teller) -> Iterator[str]:
    begins = ", ".join(
        teller.say("{country} {time}", country=teller.name(local.party), time=f"{local.begin:%H:%M}")
        for local in teller.report.span.local
    )
    yield teller.say(
        "Days are report days, which begin at: {begins}. A reading of that hour is the first of its report day. "
        "A daily mean belongs to the report day of its own date.",
        begins=begins,
    )
    yield teller.say(
        "A flow is the daily mean; without one, the mean of hourly, 10-minute or term readings. Values flagged bad are "
        "left out."
    )
    yield teller.say("1 m³/s over 24 hours is 0.0864 million m³.")
    yield teller.say("A sum with a missing part is missing. Nothing stands in for a missing day.")
    yield teller.say("Due is the percent of the share in force. What the water counted is, is a working assumption.")
    yield teller.say("Real, example and simulated stations are never added to each other.")
    yield teller.say("Numbers are rounded here. The JSON, CSV, netCDF and workbook forms hold them unrounded.")


def _checking(teller: Teller, seal: Seal | None) -> Iterator[str]:
    report = teller.report
    yield teller.many(
        "The report rests on the first entry of the journal {origin} and on network version {version}.",
        "The report rests on the first {count} entries of the journal {origin} and on network version {version}.",
        report.journal_size,
        origin=report.origin,
        version=report.network_version[:_SHOWN],
    )
    if seal is None:
        yield teller.say("This copy bears no proof.")
        return
    yield teller.say(
        "The figures are entry #{entry} of the journal, entered {time}.",
        entry=seal.entry,
        time=teller.at(seal.entered),
    )
    yield teller.many(
        "The checkpoint is of {count} entry; the square code holds it with its signatures.",
        "The checkpoint is of {count} entries; the square code holds it with its signatures.",
        seal.size,
    )
    yield teller.say(
        "Check: arna verify FILE, with the PDF of this report or with these files: {names}.",
        names=f"{seal.name}, {seal.name}.tlog-proof",
    )
