"""What changed since the revision before, and why: a row for each correction, and the figures that it changed."""

from collections.abc import Mapping, Sequence

from service.paper.paper import Cell, Column, Kind, Mark, Number, Row, Section, Table
from service.reports import keys
from service.reports.listed import PART
from service.reports.report import Change, Revision
from service.reports.told.gaps import of_flag, sourced
from service.reports.told.keyed import called, nature_of
from service.reports.told.teller import OF_TWO, Teller, marks_of_nature, marks_of_place, quantity_of

Cause = tuple[str | None, str | None, tuple[int, ...]]
"""Who said it, the reason that was given, and the entries."""


def section(teller: Teller) -> Section | None:
    """The tables of a second or later revision; they show every change."""
    revision = teller.report.revision
    if revision is None or revision.number < 2:
        return None
    title = teller.say("What changed since revision {number}, and why", number=revision.number - 1)
    causes: dict[Cause, list[Change]] = {}
    for one in revision.changes:
        causes.setdefault(_cause(one), []).append(one)
    parts = (_corrections(teller, revision, causes), _figures(teller, causes)) if causes else (_none(teller, revision),)
    return Section(tag="changes", title=title, level=1, parts=parts)


def _cause(one: Change) -> Cause:
    return one.source, one.reason, one.entries


def _notes(teller: Teller, revision: Revision) -> tuple[str, ...]:
    before = revision.before
    return () if before is None else (teller.say("The revision before was issued as entry #{entry}.", entry=before),)


def _none(teller: Teller, revision: Revision) -> Table:
    return Table(
        tag="changes", title=teller.say("Changed figures"), columns=_columns(teller), rows=(),
        empty=teller.say("No figure changed."), notes=_notes(teller, revision),
    )  # fmt: skip


def _corrections(teller: Teller, revision: Revision, causes: Mapping[Cause, Sequence[Change]]) -> Table:
    rows = tuple(
        Row(tag=f"correction.{place}", cells=_correction(teller, place, cause, len(held)))
        for place, (cause, held) in enumerate(causes.items(), 1)
    )
    return Table(
        tag="corrections",
        title=teller.say("Corrections"),
        columns=(
            Column(tag="number", head=teller.say("Number"), kind=Kind.CODE),
            Column(tag="source", head=teller.say("Source and reason"), kind=Kind.TEXT),
            Column(tag="figures", head=teller.say("Figures changed"), kind=Kind.TEXT),
            Column(tag="entries", head=teller.say("Entries"), kind=Kind.CODE),
        ),
        rows=rows,
        empty=teller.say("None."),
        notes=_notes(teller, revision),
    )


def _correction(teller: Teller, place: int, cause: Cause, count: int) -> tuple[Cell, ...]:
    source, reason, entries = cause
    said = sourced(teller, source, reason) or teller.say("not said in the journal")
    return str(place), said, teller.language.count(count), teller.entries(entries)


def _columns(teller: Teller) -> tuple[Column, ...]:
    return (
        Column(tag="station", head=teller.say("Station"), kind=Kind.TEXT),
        Column(tag="what", head=teller.say("Figure"), kind=Kind.TEXT),
        Column(tag="old", head=teller.say("Was")),
        Column(tag="new", head=teller.say("Is")),
        Column(tag="unit", head=teller.say("Unit"), kind=Kind.TEXT),
        Column(tag="correction", head=teller.say("Correction number"), kind=Kind.CODE),
    )


def _figures(teller: Teller, causes: Mapping[Cause, Sequence[Change]]) -> Table:
    return Table(
        tag="changes",
        title=teller.say("Changed figures"),
        columns=_columns(teller),
        rows=tuple(_row(teller, one, place) for place, held in enumerate(causes.values(), 1) for one in held),
        empty=teller.say("No figure changed."),
    )


def _row(teller: Teller, one: Change, correction: int) -> Row:
    quantity, measure = quantity_of(one.key, one.station)
    signed = measure in OF_TWO or one.key.rpartition(".")[2] in OF_TWO
    decimals = teller.decimals(one.station, quantity, measure, one.unit, _greatest(one))
    whose, what = called(teller, one.key, one.station)
    cells: tuple[Cell, ...] = (
        whose,
        what,
        Number(
            key=keys.of_change(one.key), value=one.old, decimals=decimals, signed=signed, marks=of_flag(one.old_flag)
        ),
        Number(key=one.key, value=one.new, decimals=decimals, signed=signed, marks=of_flag(one.new_flag)),
        "" if one.unit == PART else teller.unit(one.unit),
        str(correction),
    )
    return Row(tag=one.key, cells=cells, marks=_marks(teller, one))


def _greatest(one: Change) -> float | None:
    return max((value for value in (one.old, one.new) if value is not None), key=abs, default=None)


def _marks(teller: Teller, one: Change) -> tuple[Mark, ...]:
    place = teller.places.get(one.station)
    return marks_of_nature(nature_of(one.key)) if place is None else marks_of_place(place)
