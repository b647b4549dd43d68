"""The lines of what is told at a glance: reservoirs, rivers, gates and plans of a basin, each in whole sentences."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from service.accounts.document import Gate, Plan
from service.reports.report import BasinPart, Figure, FlowRow, Place, ReservoirRow
from service.reports.told import against, gates, plans
from service.reports.told.teller import Teller

NATURES = ("real", "example", "simulated")
_RATE, _MILLION, _PERCENT = "m³/s", "million m³", "%"
_EACH = 3
"""So many rivers are told one by one; of more, the lowest and the highest."""
_GATES, _RESERVOIRS = 4, 8
"""So many gates and reservoirs are told one by one; of more, how gates agree, and what else stands in the tables."""


def silent(teller: Teller, basin: BasinPart, nature: str) -> Iterator[str]:
    """The names of the stations of that nature that have a row and no value in it."""
    for reservoir in basin.reservoirs:
        if reservoir.place.nature == nature and not _speaks(reservoir):
            yield _called(teller, reservoir.place)
    for row in (*basin.rivers, *basin.borders, *basin.canals):
        if row.place.nature == nature and row.flow.value is None:
            yield _called(teller, row.place)


def _called(teller: Teller, place: Place) -> str:
    """The name of a station; of one that is not real that of its site, as the list says already what it is."""
    real = place.nature == NATURES[0] or place.site not in teller.report.names
    return teller.name(place.station if real else place.site)


# --- reservoirs ------------------------------------------------------------------------------------------------------


def reservoirs(teller: Teller, basin: BasinPart, nature: str) -> Iterator[str]:
    """A line for each reservoir, of all that stations of this nature say of it."""
    held: dict[tuple[str, str], list[ReservoirRow]] = {}
    for row in _chosen(basin.reservoirs, nature):
        held.setdefault((row.place.site, row.place.party), []).append(row)
    known = sorted(map(_as_one, held.values()), key=lambda row: not _known(row.storage))
    for row in known[:_RESERVOIRS]:
        yield " ".join(_reservoir(teller, row))
    more = len(known) - _RESERVOIRS
    if more > 0:
        yield teller.many(
            "{count} more reservoir stands in the table.", "{count} more reservoirs stand in the table.", more
        )


def _speaks(row: ReservoirRow) -> bool:
    return any(map(_known, (row.level, row.storage, row.inflow, row.release)))


def _chosen(rows: Iterable[ReservoirRow], nature: str) -> Iterator[ReservoirRow]:
    """Of each site the rows of the best nature that says anything, where it is this one."""
    best: dict[str, int] = {}
    speaking = [row for row in rows if _speaks(row)]
    for row in speaking:
        rank = NATURES.index(row.place.nature)
        best[row.place.site] = min(rank, best.get(row.place.site, rank))
    return (row for row in speaking if row.place.nature == nature and best[row.place.site] == NATURES.index(nature))


def _as_one(rows: Sequence[ReservoirRow]) -> ReservoirRow:
    """What is known of a reservoir: what was measured goes before what was computed."""
    rows = sorted(rows, key=lambda row: row.place.computed)
    stored = next((row for row in rows if _known(row.storage)), rows[0])
    return replace(
        stored,
        place=rows[0].place,
        inflow=_first([row.inflow for row in rows]),
        release=_first([row.release for row in rows]),
    )


def _first(figures: Sequence[Figure | None]) -> Figure | None:
    """The first that is known, else the first that is there."""
    there = [figure for figure in figures if figure is not None]
    return next((figure for figure in there if _known(figure)), there[0] if there else None)


def _reservoir(teller: Teller, row: ReservoirRow) -> Iterator[str]:
    yield _storage(teller, row)
    last = None if row.storage is None else against.last_year(row.storage)
    if last is not None:
        yield teller.say("Last year it held {storage}.", storage=teller.shown(last, _MILLION))
    if row.inflow is not None:
        yield _inflow(teller, row.inflow)
    if row.release is not None and row.release.value is None:
        yield teller.say("The release is missing.")
    elif row.release is not None:
        yield teller.say("Release: {flow}.", flow=_number(teller, row.release, _RATE))


def _storage(teller: Teller, row: ReservoirRow) -> str:
    fields = {
        "name": _called(teller, row.place),
        "storage": _stored(teller, row.storage),
        "percent": _number(teller, row.filled, _PERCENT),
        "change": _number(teller, row.change, _MILLION, signed=True),
    }
    filled, changed = _known(row.filled), _known(row.change)
    if not _known(row.storage):
        return teller.say("{name}: storage is missing.", **fields)
    if filled and changed:
        return teller.say("{name}: {storage}, {percent} of capacity, change {change}.", **fields)
    if filled:
        return teller.say("{name}: {storage}, {percent} of capacity, change not known.", **fields)
    if changed:
        return teller.say("{name}: {storage}, change {change}.", **fields)
    return teller.say("{name}: {storage}, change not known.", **fields)


def _stored(teller: Teller, storage: Figure | None) -> str:
    """What is stored, and when it was read."""
    said = _number(teller, storage, _MILLION)
    if storage is None or storage.at is None:
        return said
    return teller.say("{volume} at {hour}", volume=said, hour=teller.language.hour(storage.at))


def _inflow(teller: Teller, inflow: Figure) -> str:
    held, klass = inflow.against, teller.klass(inflow.against)
    last, percent = against.last_year(inflow), against.percent(inflow)
    fields = {
        "flow": _number(teller, inflow, _RATE),
        "percent": "" if percent is None else teller.shown(percent, _PERCENT),
        "class": klass,
        "last": "" if last is None else teller.shown(last, _RATE),
    }
    if inflow.value is None:
        return teller.say("The inflow is missing.")
    has_last = held is not None and held.last_year is not None
    if held is None or held.percent is None or klass is None:
        if has_last:
            return teller.say("Inflow: {flow}, last year {last}; no norm is known.", **fields)
        return teller.say("Inflow: {flow}; no norm is known.", **fields)
    if has_last:
        return teller.say("Inflow: {flow}, {percent} of the norm ({class}), last year {last}.", **fields)
    return teller.say("Inflow: {flow}, {percent} of the norm ({class}).", **fields)


# --- rivers, gates and plans -----------------------------------------------------------------------------------------


def rivers(teller: Teller, rows: Sequence[FlowRow]) -> Iterator[str]:
    """A line for each of few rivers; of many one for all."""
    spoke = [row for row in rows if row.flow.value is not None]
    normed = sorted((row for row in spoke if _percent(row) is not None), key=lambda row: (_percent(row), row.flow.key))
    if len(spoke) <= _EACH:
        for row in spoke:
            yield _river(teller, row)
    elif len(normed) > 1:
        low, high = normed[0], normed[-1]
        yield teller.many(
            "River flow in percent of the norm, {count} post: from {low} ({low_name}) to {high} ({high_name}).",
            "River flow in percent of the norm, {count} posts: from {low} ({low_name}) to {high} ({high_name}).",
            len(normed),
            low=_percent_said(teller, low),
            low_name=_called(teller, low.place),
            high=_percent_said(teller, high),
            high_name=_called(teller, high.place),
        )
    elif normed:
        yield _river(teller, normed[0])
    elif spoke:
        yield teller.say("No norm is known of the rivers.")


def _percent(row: FlowRow) -> float | None:
    return None if row.flow.against is None else row.flow.against.percent


def _percent_said(teller: Teller, row: FlowRow) -> str:
    number = against.percent(row.flow)
    return "" if number is None else teller.shown(number, _PERCENT)


def _river(teller: Teller, row: FlowRow) -> str:
    klass = teller.klass(row.flow.against)
    fields = {"name": _called(teller, row.place), "flow": _number(teller, row.flow, _RATE)}
    if _percent(row) is None or klass is None:
        return teller.say("{name}: {flow}; no norm is known.", **fields)
    return teller.say(
        "{name}: {flow}, {percent} of the norm ({class}).",
        **fields,
        percent=_percent_said(teller, row),
        **{"class": klass},
    )


def gates_of(teller: Teller, basin: BasinPart, nature: str) -> Iterator[str]:
    """A line for each gate of which a gauge says anything."""
    held = [gate for gate in gates.of(basin) if gate.nature == nature]
    if len(held) > _GATES:
        yield " ".join(_of_many(teller, held))
        return
    for gate in held:
        yield from _gate(teller, basin, gate)


def _of_many(teller: Teller, held: Sequence[Gate]) -> Iterator[str]:
    agreed = [gates.agrees(gate) for gate in held]
    outside = [gate.site for gate, agrees in zip(held, agreed, strict=True) if agrees is False]
    if outside:
        yield teller.say("Gates OUTSIDE the tolerance: {names}.", names=teller.names(outside))
    if True in agreed:
        count = agreed.count(True)
        yield teller.many("{count} gate is within the tolerance.", "{count} gates are within the tolerance.", count)
    if None in agreed:
        count = agreed.count(None)
        yield teller.many("{count} gate cannot be compared.", "{count} gates cannot be compared.", count)


def _gate(teller: Teller, basin: BasinPart, one: Gate) -> Iterator[str]:
    first, second = one.gauges
    first_flow, second_flow = gates.flow(teller, basin, one, 0), gates.flow(teller, basin, one, 1)
    fields = {
        "name": teller.name(one.site),
        "first": teller.name(first.party),
        "first_flow": teller.shown(first_flow, _RATE),
        "second": teller.name(second.party),
        "second_flow": teller.shown(second_flow, _RATE),
    }
    if first_flow.value is None and second_flow.value is None:
        return
    if first_flow.value is None:
        yield teller.say("{name}: {second} {second_flow}; {first} said nothing.", **fields)
    elif second_flow.value is None:
        yield teller.say("{name}: {first} {first_flow}; {second} said nothing.", **fields)
    elif gates.agrees(one) is False:
        yield teller.many(
            "{name}: {first} {first_flow}, {second} {second_flow}; OUTSIDE the tolerance on {count} day.",
            "{name}: {first} {first_flow}, {second} {second_flow}; OUTSIDE the tolerance on {count} days.",
            max(one.run_days[-1], one.days_outside[-1]),
            **fields,
        )
    else:
        yield teller.say("{name}: {first} {first_flow}, {second} {second_flow}; within the tolerance.", **fields)


def plans_of(teller: Teller, basin: BasinPart, nature: str) -> Iterator[str]:
    """A line for each season plan."""
    return (_plan(teller, plan) for plan in _told_plans(basin, nature))


def _told_plans(basin: BasinPart, nature: str) -> Iterator[Plan]:
    """Of each plan the line of real stations; of others where only these say anything."""
    spoken: dict[str, int] = {}
    for one in plans.of(basin):
        rank = NATURES.index(one.nature)
        if one.to_date.known[-1] is not None or one.to_date.delivered[-1] is not None:
            spoken[one.id] = min(rank, spoken.get(one.id, rank))
    return (one for one in plans.of(basin) if one.nature == nature and spoken.get(one.id, 0) == NATURES.index(nature))


def _plan(teller: Teller, one: Plan) -> str:
    so_far = one.to_date
    fields = {
        "country": teller.name(one.party),
        "planned": teller.shown(plans.to_date(one, "planned", so_far.planned[-1]), _MILLION),
        "delivered": teller.shown(plans.to_date(one, "delivered", so_far.delivered[-1]), _MILLION),
        "percent": teller.shown(plans.to_date(one, "percent", so_far.percent[-1]), _PERCENT),
        "known": teller.shown(plans.to_date(one, "known", so_far.known[-1]), _MILLION),
        "of_known": teller.shown(plans.to_date(one, "percent_of_known", so_far.percent_of_known[-1]), _PERCENT),
    }
    if so_far.percent[-1] is not None:
        return teller.say("Delivery to date, {country}: {delivered} of {planned} planned, {percent}.", **fields)
    if so_far.percent_of_known[-1] is not None:
        return teller.many(
            "Delivery to date, {country}: {count} day is missing; on the others {known}, {of_known} "
            "of what was planned for them.",
            "Delivery to date, {country}: {count} days are missing; on the others {known}, {of_known} "
            "of what was planned for them.",
            so_far.days_missing[-1],
            **fields,
        )
    return teller.say("Delivery to date, {country}: missing; planned {planned}.", **fields)


def _known(figure: Figure | None) -> bool:
    return figure is not None and figure.value is not None


def _number(teller: Teller, figure: Figure | None, unit: str, *, signed: bool = False) -> str:
    number = teller.figure(figure, signed=signed)
    return "" if number is None else teller.shown(number, unit)
