"""What one must know before all tables: a paragraph for each basin, in whole sentences made from the figures.

Real stations come first. A site of which no real gauge says anything is told from an example or a generator, in a
paragraph of its own that says so.
"""

from collections.abc import Iterable, Iterator, Sequence

from service.accounts.document import Gate, Plan
from service.paper.paper import Part, Prose, Section
from service.reports.report import BasinPart, Figure, FlowRow, ReservoirRow
from service.reports.told import against, gates, plans
from service.reports.told.teller import Teller

NATURES = ("real", "example", "simulated")
_EACH = 3
"""So many rivers are told one by one; of more, the lowest and the highest."""
_NAMED = 5
"""So many stations without a value are named; of more, how many they are."""


def section(teller: Teller) -> Section:
    """The section, which is the first of the paper."""
    parts: list[Part] = []
    for basin in teller.report.basins:
        for nature in NATURES:
            sentences = tuple(_of(teller, basin, nature))
            if sentences or nature == NATURES[0]:
                opening = _opening(teller, basin, nature) if sentences else _nothing(teller, basin)
                parts.append(Prose(text=" ".join((opening, *sentences))))
    parts.append(Prose(text=" ".join(_gaps(teller))))
    return Section(tag="glance", title=teller.say("At a glance"), level=1, parts=tuple(parts))


def _opening(teller: Teller, basin: BasinPart, nature: str) -> str:
    name = teller.name(basin.id)
    match nature:
        case "simulated":
            return teller.say("{basin}, SIMULATED data.", basin=name)
        case "example":
            return teller.say("{basin}, EXAMPLE stations.", basin=name)
        case _:
            return teller.say("{basin}.", basin=name)


def _nothing(teller: Teller, basin: BasinPart) -> str:
    return teller.say("{basin}: no gauge said anything.", basin=teller.name(basin.id))


def _of(teller: Teller, basin: BasinPart, nature: str) -> Iterator[str]:
    for row in _chosen(basin.reservoirs, nature):
        yield from _reservoir(teller, row)
    yield from _rivers(teller, [row for row in basin.rivers if row.place.nature == nature])
    for gate in gates.of(basin):
        if gate.nature == nature:
            yield from _gate(teller, basin, gate)
    for plan in _told_plans(basin, nature):
        yield _plan(teller, plan)
    silent = [*dict.fromkeys(_silent(basin, nature))]
    if len(silent) > _NAMED:
        yield teller.many("{count} station gave no value.", "{count} stations gave no value.", len(silent))
    elif silent:
        yield teller.say("No value: {names}.", names=teller.names(silent))


def _silent(basin: BasinPart, nature: str) -> Iterator[str]:
    """The stations of that nature that have a row and no value in it."""
    for reservoir in basin.reservoirs:
        if reservoir.place.nature == nature and not _speaks(reservoir):
            yield reservoir.place.station
    for row in (*basin.rivers, *basin.borders, *basin.canals):
        if row.place.nature == nature and row.flow.value is None:
            yield row.place.station


def _speaks(row: ReservoirRow) -> bool:
    held = (row.level, row.storage, row.inflow, row.release)
    return any(figure is not None and figure.value is not None for figure in held)


def _chosen(rows: Iterable[ReservoirRow], nature: str) -> Iterator[ReservoirRow]:
    """Of each site the rows of the best nature that says anything, where it is this one."""
    best: dict[str, int] = {}
    speaking = [row for row in rows if _speaks(row)]
    for row in speaking:
        rank = NATURES.index(row.place.nature)
        best[row.place.site] = min(rank, best.get(row.place.site, rank))
    return (row for row in speaking if row.place.nature == nature and best[row.place.site] == NATURES.index(nature))


def _reservoir(teller: Teller, row: ReservoirRow) -> Iterator[str]:
    yield _storage(teller, row)
    if row.inflow is not None:
        yield _inflow(teller, row.inflow)
    if row.release is not None and row.release.value is None:
        yield teller.say("The release is missing.")
    elif row.release is not None:
        yield teller.say("Release: {flow} m³/s.", flow=_number(teller, row.release))


def _storage(teller: Teller, row: ReservoirRow) -> str:
    fields = {
        "name": teller.name(row.place.station),
        "storage": _number(teller, row.storage),
        "percent": _number(teller, row.filled),
        "change": _number(teller, row.change, signed=True),
    }
    filled, changed = _known(row.filled), _known(row.change)
    if row.storage is None:
        return teller.say("{name}: storage is not measured.", **fields)
    if not _known(row.storage):
        return teller.say("{name}: storage is missing.", **fields)
    if filled and changed:
        return teller.say(
            "{name}: {storage} million m³, {percent} % of capacity, change {change} million m³.", **fields
        )
    if filled:
        return teller.say("{name}: {storage} million m³, {percent} % of capacity, change not known.", **fields)
    if changed:
        return teller.say("{name}: {storage} million m³, change {change} million m³.", **fields)
    return teller.say("{name}: {storage} million m³, change not known.", **fields)


def _inflow(teller: Teller, inflow: Figure) -> str:
    held, klass = inflow.against, teller.klass(inflow.against)
    last, percent = against.last_year(inflow), against.percent(inflow)
    fields = {
        "flow": _number(teller, inflow),
        "percent": "" if percent is None else teller.shown(percent),
        "class": klass,
        "last": "" if last is None else teller.shown(last),
    }
    if inflow.value is None:
        return teller.say("The inflow is missing.")
    has_last = held is not None and held.last_year is not None
    if held is None or held.percent is None or klass is None:
        if has_last:
            return teller.say("Inflow: {flow} m³/s, last year {last} m³/s; no norm is known.", **fields)
        return teller.say("Inflow: {flow} m³/s; no norm is known.", **fields)
    if has_last:
        return teller.say("Inflow: {flow} m³/s, {percent} % of the norm ({class}), last year {last} m³/s.", **fields)
    return teller.say("Inflow: {flow} m³/s, {percent} % of the norm ({class}).", **fields)


def _rivers(teller: Teller, rows: Sequence[FlowRow]) -> Iterator[str]:
    spoke = [row for row in rows if row.flow.value is not None]
    normed = sorted((row for row in spoke if _percent(row) is not None), key=lambda row: (_percent(row), row.flow.key))
    if len(spoke) <= _EACH:
        for row in spoke:
            yield _river(teller, row)
    elif len(normed) > 1:
        low, high = normed[0], normed[-1]
        yield teller.many(
            "River flow in percent of the norm, {count} post: from {low} % ({low_name}) to {high} % ({high_name}).",
            "River flow in percent of the norm, {count} posts: from {low} % ({low_name}) to {high} % ({high_name}).",
            len(normed),
            low=_percent_said(teller, low),
            low_name=teller.name(low.place.station),
            high=_percent_said(teller, high),
            high_name=teller.name(high.place.station),
        )
    elif normed:
        yield _river(teller, normed[0])
    elif spoke:
        yield teller.say("No norm is known of the rivers.")


def _percent(row: FlowRow) -> float | None:
    return None if row.flow.against is None else row.flow.against.percent


def _percent_said(teller: Teller, row: FlowRow) -> str:
    number = against.percent(row.flow)
    return "" if number is None else teller.shown(number)


def _river(teller: Teller, row: FlowRow) -> str:
    klass = teller.klass(row.flow.against)
    fields = {"name": teller.name(row.place.station), "flow": _number(teller, row.flow)}
    if _percent(row) is None or klass is None:
        return teller.say("{name}: {flow} m³/s; no norm is known.", **fields)
    return teller.say(
        "{name}: {flow} m³/s, {percent} % of the norm ({class}).",
        **fields,
        percent=_percent_said(teller, row),
        **{"class": klass},
    )


def _gate(teller: Teller, basin: BasinPart, one: Gate) -> Iterator[str]:
    first, second = one.gauges
    first_flow, second_flow = gates.flow(teller, basin, one, 0), gates.flow(teller, basin, one, 1)
    fields = {
        "name": teller.name(one.site),
        "first": teller.name(first.party),
        "first_flow": teller.shown(first_flow),
        "second": teller.name(second.party),
        "second_flow": teller.shown(second_flow),
    }
    if first_flow.value is None and second_flow.value is None:
        return
    if first_flow.value is None:
        yield teller.say("{name}: {second} {second_flow} m³/s; {first} said nothing.", **fields)
    elif second_flow.value is None:
        yield teller.say("{name}: {first} {first_flow} m³/s; {second} said nothing.", **fields)
    elif gates.agrees(one) is False:
        yield teller.many(
            "{name}: {first} {first_flow} m³/s, {second} {second_flow} m³/s; OUTSIDE the tolerance on {count} day.",
            "{name}: {first} {first_flow} m³/s, {second} {second_flow} m³/s; OUTSIDE the tolerance on {count} days.",
            max(one.run_days[-1], one.days_outside[-1]),
            **fields,
        )
    else:
        yield teller.say(
            "{name}: {first} {first_flow} m³/s, {second} {second_flow} m³/s; within the tolerance.", **fields
        )


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
        "planned": teller.shown(plans.to_date(one, "planned", so_far.planned[-1])),
        "delivered": teller.shown(plans.to_date(one, "delivered", so_far.delivered[-1])),
        "percent": teller.shown(plans.to_date(one, "percent", so_far.percent[-1])),
        "known": teller.shown(plans.to_date(one, "known", so_far.known[-1])),
        "of_known": teller.shown(plans.to_date(one, "percent_of_known", so_far.percent_of_known[-1])),
    }
    if so_far.percent[-1] is not None:
        return teller.say(
            "Delivery to date, {country}: {delivered} of {planned} million m³ planned, {percent} %.", **fields
        )
    if so_far.percent_of_known[-1] is not None:
        return teller.many(
            "Delivery to date, {country}: {count} day is missing; on the others {known} million m³, {of_known} % "
            "of what was planned for them.",
            "Delivery to date, {country}: {count} days are missing; on the others {known} million m³, {of_known} % "
            "of what was planned for them.",
            so_far.days_missing[-1],
            **fields,
        )
    return teller.say("Delivery to date, {country}: missing; planned {planned} million m³.", **fields)


def _gaps(teller: Teller) -> Iterator[str]:
    gaps = teller.report.gaps
    counts = tuple(map(len, (gaps.missing, gaps.silent, gaps.late, gaps.refused, gaps.amended)))
    missing, silent, late, refused, amended = counts
    if not any(counts):
        yield teller.say("Nothing is missing, late, refused or amended.")
    if missing:
        yield teller.many("{count} series is missing.", "{count} series are missing.", missing)
    if silent:
        yield teller.many("{count} station is silent.", "{count} stations are silent.", silent)
    if late:
        yield teller.many("{count} series came late.", "{count} series came late.", late)
    if refused:
        yield teller.many("{count} message part was refused.", "{count} message parts were refused.", refused)
    if amended:
        yield teller.many("{count} reading was amended.", "{count} readings were amended.", amended)


def _known(figure: Figure | None) -> bool:
    return figure is not None and figure.value is not None


def _number(teller: Teller, figure: Figure | None, *, signed: bool = False) -> str:
    number = teller.figure(figure, signed=signed)
    return "" if number is None else teller.shown(number)
