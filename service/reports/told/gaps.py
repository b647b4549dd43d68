"""The account that a report gives of its own gaps: missing, silent, late, estimated, refused and amended."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from service.paper.paper import Cell, Column, Kind, Mark, Number, Row, Section, Table
from service.reports import keys
from service.reports.report import Amendment, Estimated, Late, Missing, RefusedPart, Silent
from service.reports.told import refusals
from service.reports.told.teller import SHOWN, Teller, decimals_of, marks_of_nature, quantity_of

if TYPE_CHECKING:
    from datetime import datetime


def section(teller: Teller) -> Section:
    """The chapter."""
    parts = (_missing(teller), _silent(teller), _late(teller), _estimated(teller), _refused(teller), _amended(teller))
    return Section(tag="gaps", title=teller.say("What is missing, late or changed"), level=1, parts=parts)


def _table(
    teller: Teller,
    tag: str,
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    notes: Sequence[str] = (),
    told: Sequence[int] = (),
    empty: str = "",
    *,
    always: bool = False,
) -> Table:
    """A table of no more rows than are shown; a note says how many there are beside them.

    `told` says of how many gaps each row tells, where that is not one. `notes` stand `always`, or with rows alone.
    """
    more = sum(told[SHOWN:]) if told else len(rows) - SHOWN
    rest = (
        (
            teller.many(
                "And {count} more, in the JSON of this report.", "And {count} more, in the JSON of this report.", more
            ),
        )
        if more > 0
        else ()
    )
    return Table(
        tag=tag,
        title=title,
        columns=tuple(columns),
        rows=tuple(rows[:SHOWN]),
        empty=empty or teller.say("None."),
        notes=(*rest, *notes) if rows or always else (),
    )


def _text(tag: str, head: str) -> Column:
    return Column(tag=tag, head=head, kind=Kind.TEXT)


def _missing(teller: Teller) -> Table:
    columns = (
        _text("station", teller.say("Stations")),
        _text("party", teller.say("Party")),
        _text("series", teller.say("Series")),
        Column(tag="days", head=teller.say("Days missing")),
        _text("why", teller.say("Why")),
        _text("due", teller.say("Was due")),
        Column(tag="entries", head=teller.say("Entry"), kind=Kind.CODE),
    )
    held = sorted(_alike(teller.report.gaps.missing), key=lambda group: _rank(group[0]))
    rows = [_missing_row(teller, group) for group in held]
    owed = {one.due is not None for one in teller.report.gaps.missing}
    first = teller.say("What was owed stands first, and of it what real stations owed.")
    notes = (first,) if len(owed) > 1 else ()
    empty = teller.say("Nothing is missing.")
    return _table(teller, "missing", teller.say("Missing"), columns, rows, notes, [*map(len, held)], empty)


def _rank(one: Missing) -> tuple[bool, bool]:
    """What was owed goes before what nobody owes, and real stations before others."""
    return one.due is None, one.nature != "real"


def _alike(gaps: Iterable[Missing]) -> Iterator[Sequence[Missing]]:
    """Stations of a party that lack the same series for the same reason; of each station all these series."""
    stations: dict[tuple[str, str, int, datetime | None], list[Missing]] = {}
    for one in gaps:
        stations.setdefault((one.station, one.why, one.days, one.due), []).append(one)
    groups: dict[tuple[object, ...], list[list[Missing]]] = {}
    for (_, *why), lacking in stations.items():
        kinds = tuple(one.series.removeprefix(one.station) for one in lacking)
        groups.setdefault((lacking[0].party, lacking[0].nature, kinds, *why), []).append(lacking)
    return (list(chain.from_iterable(group)) for group in groups.values())


def _missing_row(teller: Teller, group: Sequence[Missing]) -> Row:
    one = group[0]
    cells: tuple[Cell, ...] = (
        teller.names(lacking.station for lacking in group),
        teller.name(one.party),
        "; ".join(dict.fromkeys(teller.kind(lacking.series) for lacking in group)),
        teller.language.count(one.days),
        teller.why(one.why),
        teller.say("owed by nobody") if one.due is None else teller.at(one.due),
        teller.entries(sorted({entry for lacking in group for entry in lacking.entries})),
    )
    return Row(tag=one.series, cells=cells, marks=marks_of_nature(one.nature))


def _silent(teller: Teller) -> Table:
    """The real stations that keep silent, those of a party that keep the same silent in one row; others are counted."""
    grouped: dict[tuple[str, str, str], list[Silent]] = {}
    for one in teller.report.gaps.silent:
        if one.nature == "real":
            grouped.setdefault((one.party, one.nature, _kept(teller, one)), []).append(one)
    others = sum(one.nature != "real" for one in teller.report.gaps.silent)
    columns = (
        _text("party", teller.say("Party")),
        _text("what", teller.say("What is silent")),
        _text("count", teller.say("Stations")),
        _text("names", teller.say("Names")),
    )
    rows = [
        Row(
            tag=f"{party}.{nature}.{held[0].station}",
            cells=(
                teller.name(party),
                what,
                teller.language.count(len(held)),
                teller.names(one.station for one in held),
            ),
            marks=marks_of_nature(nature),
        )
        for (party, nature, what), held in grouped.items()
    ]
    notes = [teller.say("Silent: nothing was said of late. Silent stations have no rows in the tables above.")]
    if others:
        notes.append(
            teller.many(
                "{count} example or simulated station is silent too; the JSON of this report names it.",
                "{count} example and simulated stations are silent too; the JSON of this report names them.",
                others,
            )
        )
    return _table(teller, "silent", teller.say("Silent"), columns, rows, notes, always=bool(others))


def _kept(teller: Teller, one: Silent) -> str:
    return teller.say("the whole station") if one.whole else "; ".join(teller.kind(series) for series in one.series)


def _late(teller: Teller) -> Table:
    columns = (
        _text("station", teller.say("Station")),
        _text("series", teller.say("Series")),
        _text("readings", teller.say("Readings")),
        _text("times", teller.say("Of the times")),
        _text("received", teller.say("Received")),
        _text("hours", teller.say("Late, hours")),
        Column(tag="source", head=teller.say("Source"), kind=Kind.CODE),
        Column(tag="entries", head=teller.say("Entry"), kind=Kind.CODE),
    )
    rows = [_late_row(teller, one) for one in teller.report.gaps.late]
    return _table(teller, "late", teller.say("Late"), columns, rows)


def _late_row(teller: Teller, one: Late) -> Row:
    cells: tuple[Cell, ...] = (
        teller.name(one.station),
        teller.kind(one.series),
        teller.language.count(one.count),
        _times(teller, one),
        teller.at(one.received),
        teller.language.number(one.hours, 1),
        one.source,
        teller.entries(one.entries),
    )
    return Row(tag=one.series, cells=cells, marks=marks_of_nature(one.nature))


def _times(teller: Teller, one: Late) -> str:
    if one.first == one.last:
        return teller.at(one.first)
    return teller.from_to(one.first.astimezone(teller.clock), one.last.astimezone(teller.clock))


def _estimated(teller: Teller) -> Table:
    """The estimated figures, those of one kind and nature that are so for one reason in one row."""
    grouped: dict[tuple[str, str, str], list[Estimated]] = {}
    for one in teller.report.gaps.estimated:
        said = teller.measure(*quantity_of(one.key, one.station))
        grouped.setdefault((said, one.nature, one.why), []).append(one)
    columns = (
        _text("station", teller.say("Stations")),
        _text("what", teller.say("Figure")),
        _text("why", teller.say("Why")),
    )
    rows = [
        Row(
            tag=held[0].key,
            cells=(teller.names(one.station for one in held), said, teller.why(held[0].why)),
            marks=marks_of_nature(nature),
        )
        for (said, nature, _), held in grouped.items()
    ]
    return _table(teller, "estimated", teller.say("Estimated"), columns, rows, told=[*map(len, grouped.values())])


def _refused(teller: Teller) -> Table:
    columns = (
        Column(tag="source", head=teller.say("Source"), kind=Kind.CODE),
        Column(tag="entry", head=teller.say("Entry"), kind=Kind.CODE),
        _text("entered", teller.say("Entered")),
        Column(tag="fragment", head=teller.say("Fragment"), kind=Kind.CODE),
        _text("reason", teller.say("Reason")),
    )
    rows = [_refused_row(teller, one) for one in teller.report.gaps.refused]
    return _table(teller, "refused", teller.say("Refused"), columns, rows)


def _refused_row(teller: Teller, one: RefusedPart) -> Row:
    where = teller.reason(one.where) or refusals.place(teller, one.where)
    reason = teller.reason(one.reason) or refusals.reason(teller, one.reason)
    if not reason:
        reason = teller.say("in English in entry #{entry} and in the JSON", entry=one.entry)
    said = teller.say("{where}: {reason}", where=where, reason=reason) if where else reason
    marks = (Mark.SIMULATED,) if one.simulated else ()
    cells = (one.source, f"#{one.entry}", teller.at(one.entered), one.fragment, said)
    return Row(tag=f"#{one.entry}.{one.where}", cells=cells, marks=marks)


def _amended(teller: Teller) -> Table:
    columns = (
        _text("station", teller.say("Station")),
        _text("series", teller.say("Series")),
        _text("time", teller.say("Time")),
        Column(tag="old", head=teller.say("Was")),
        Column(tag="new", head=teller.say("Is")),
        _text("unit", teller.say("Unit")),
        _text("source", teller.say("Source and reason")),
        _text("entered", teller.say("Entered")),
        Column(tag="entries", head=teller.say("Entries"), kind=Kind.CODE),
    )
    rows = [_amended_row(teller, one) for one in teller.report.gaps.amended]
    return _table(teller, "amended", teller.say("Amended"), columns, rows, tuple(_amended_notes(teller)))


def _amended_row(teller: Teller, one: Amendment) -> Row:
    quantity = one.series.rsplit(".", 2)[1]
    said = [value for value in (one.old, one.new) if value is not None]
    decimals = decimals_of(quantity, one.unit, max(said, key=abs, default=None))
    old, new = (keys.of_amendment(one.series, one.time, one.new_entry, what) for what in ("old", "new"))
    cells: tuple[Cell, ...] = (
        teller.name(one.station),
        teller.kind(one.series),
        teller.at(one.time),
        Number(key=old, value=one.old, decimals=decimals, marks=of_flag(one.old_flag)),
        Number(key=new, value=one.new, decimals=decimals, marks=of_flag(one.new_flag)),
        teller.unit(one.unit),
        sourced(teller, one.source, one.reason),
        _entered(teller, one),
        teller.entries((one.old_entry, one.new_entry)),
    )
    return Row(
        tag=f"{one.series}.{one.time.isoformat()}#{one.new_entry}", cells=cells, marks=marks_of_nature(one.nature)
    )


def _entered(teller: Teller, one: Amendment) -> str:
    at = teller.at(one.entered)
    return teller.say("{time}, after the hour of issue", time=at) if one.after_issue else at


def _amended_notes(teller: Teller) -> Iterator[str]:
    follows = sum(one.follows for one in teller.report.gaps.amended)
    if follows:
        yield teller.many(
            "{count} computed reading changed with these.", "{count} computed readings changed with these.", follows
        )


def sourced(teller: Teller, source: str | None, reason: str | None) -> str:
    """Who said it, and the reason in the sender's own words; one that the house gave in the words of the paper."""
    if source and reason:
        return teller.say("{source}: {reason}", source=source, reason=refusals.given(teller, reason))
    return source or (refusals.given(teller, reason) if reason else "")


def of_flag(flag: str) -> tuple[Mark, ...]:
    """The mark of a flag that must be shown."""
    return {"suspect": (Mark.SUSPECT,), "bad": (Mark.BAD,)}.get(flag, ())
