"""What changed since the revision before, and why."""

from service.paper.paper import Cell, Column, Kind, Number, Row, Section, Table
from service.reports import keys
from service.reports.listed import PART
from service.reports.report import Change, Revision
from service.reports.told.gaps import of_flag, sourced
from service.reports.told.keyed import called
from service.reports.told.teller import Teller, decimals_of, quantity_of


def section(teller: Teller) -> Section | None:
    """The table of a second or later revision; it shows every change."""
    revision = teller.report.revision
    if revision is None or revision.number < 2:
        return None
    title = teller.say("What changed since revision {number}, and why", number=revision.number - 1)
    return Section(tag="changes", title=title, level=1, parts=(_table(teller, revision),))


def _table(teller: Teller, revision: Revision) -> Table:
    before = revision.before
    notes = () if before is None else (teller.say("The revision before was issued as entry #{entry}.", entry=before),)
    return Table(
        tag="changes",
        title=teller.say("Changed figures"),
        columns=(
            Column(tag="station", head=teller.say("Station"), kind=Kind.TEXT),
            Column(tag="what", head=teller.say("Figure"), kind=Kind.TEXT),
            Column(tag="old", head=teller.say("Was")),
            Column(tag="new", head=teller.say("Is")),
            Column(tag="unit", head=teller.say("Unit"), kind=Kind.TEXT),
            Column(tag="source", head=teller.say("Source and reason"), kind=Kind.TEXT),
            Column(tag="entries", head=teller.say("Entries"), kind=Kind.CODE),
        ),
        rows=tuple(_row(teller, one) for one in revision.changes),
        empty=teller.say("No figure changed."),
        notes=notes,
    )


def _row(teller: Teller, one: Change) -> Row:
    decimals = decimals_of(quantity_of(one.key, one.station)[0], one.unit)
    whose, what = called(teller, one.key, one.station)
    cells: tuple[Cell, ...] = (
        whose,
        what,
        Number(key=keys.of_change(one.key), value=one.old, decimals=decimals, marks=of_flag(one.old_flag)),
        Number(key=one.key, value=one.new, decimals=decimals, marks=of_flag(one.new_flag)),
        "" if one.unit == PART else teller.unit(one.unit),
        sourced(teller, one.source, one.reason) or teller.say("not said in the journal"),
        teller.entries(one.entries),
    )
    return Row(tag=one.key, cells=cells)
