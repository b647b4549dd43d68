"""What one must know before all tables: for each basin a short list, a line for each thing, made from the figures.

Real stations come first. A site of which no real gauge says anything is told from an example or a generator, in a
list of its own that says so.
"""

from collections.abc import Iterator

from service.paper.paper import Part, Prose, Section, Stand
from service.reports.report import BasinPart
from service.reports.told import lines, plans, summary
from service.reports.told.teller import Teller

NATURES = lines.NATURES
_NAMED = 5
"""So many stations without a value are named; of more, how many they are."""


def section(teller: Teller) -> Section:
    """The section, which is the first of the paper."""
    parts: list[Part] = [*summary.tables(teller)]
    parts += [part for basin in teller.report.basins for part in _basin(teller, basin)]
    parts.append(_lead(teller.say("Missing, late or changed")))
    parts.append(_point(" ".join(gaps(teller))))
    return Section(tag="glance", title=teller.say("At a glance"), level=1, parts=tuple(parts))


def _basin(teller: Teller, basin: BasinPart) -> Iterator[Prose]:
    """The lists of a basin, one for each nature that says anything; that no real station does is said in a lead."""
    told = {nature: tuple(_points(teller, basin, nature)) for nature in NATURES}
    measured = bool(told[NATURES[0]])
    for nature, points in told.items():
        if points:
            yield _lead(_opening(teller, basin, nature, measured=measured))
            yield from map(_point, points)
    if any(told.values()) and not plans.of(basin):
        yield _point(teller.say("No season plan is declared for these days: there is no delivery to hold against one."))
    if not any(told.values()):
        yield _lead(teller.say("{basin}: no station gave a value", basin=teller.name(basin.id)))


def _lead(text: str) -> Prose:
    return Prose(text=text, stand=Stand.LEAD)


def _point(text: str) -> Prose:
    return Prose(text=text, stand=Stand.POINT)


def _opening(teller: Teller, basin: BasinPart, nature: str, *, measured: bool) -> str:
    name = teller.name(basin.id)
    match nature:
        case "simulated" if measured:
            return teller.say("{basin}: SIMULATED data", basin=name)
        case "simulated":
            return teller.say("{basin}: SIMULATED data; no real station gave a value", basin=name)
        case "example":
            return teller.say("{basin}: EXAMPLE stations", basin=name)
        case _:
            return name


def _points(teller: Teller, basin: BasinPart, nature: str) -> Iterator[str]:
    yield from lines.reservoirs(teller, basin, nature)
    yield from lines.rivers(teller, [row for row in basin.rivers if row.place.nature == nature])
    yield from lines.gates_of(teller, basin, nature)
    yield from lines.plans_of(teller, basin, nature)
    silent = [*dict.fromkeys(lines.silent(teller, basin, nature))]
    if len(silent) > _NAMED:
        yield teller.many("{count} station gave no value.", "{count} stations gave no value.", len(silent))
    elif silent:
        yield teller.say("No value: {names}.", names=", ".join(silent))


def _missing(teller: Teller) -> Iterator[str]:
    """How many series lack that were owed, of these of how many real stations, and how many that nobody owes."""
    owed = [one for one in teller.report.gaps.missing if one.due is not None]
    real = sum(one.nature == "real" for one in owed)
    others = len(teller.report.gaps.missing) - len(owed)
    if real:
        yield teller.many("{count} owed series is missing.", "{count} owed series are missing.", real)
    if len(owed) > real:
        yield teller.many(
            "{count} owed series of an example or of a generator is missing.",
            "{count} owed series of examples and generators are missing.",
            len(owed) - real,
        )
    if others:
        yield teller.many(
            "Of the series that nobody owes, {count} is missing.",
            "Of the series that nobody owes, {count} are missing.",
            others,
        )


def gaps(teller: Teller) -> Iterator[str]:
    """How much is missing, silent, late, refused or amended, in sentences."""
    held = teller.report.gaps
    counts = tuple(map(len, (held.missing, held.silent, held.late, held.refused, held.amended)))
    missing, _, late, refused, amended = counts
    if not any(counts):
        yield teller.say("Nothing is missing, late, refused or amended.")
    if missing:
        yield from _missing(teller)
    real = sum(one.nature == "real" for one in held.silent)
    if real:
        yield teller.many("{count} real station is silent.", "{count} real stations are silent.", real)
    if late:
        yield teller.many("{count} series came late.", "{count} series came late.", late)
    if refused:
        yield teller.many("{count} message part was refused.", "{count} message parts were refused.", refused)
    if amended:
        yield teller.many("{count} reading was amended.", "{count} readings were amended.", amended)
