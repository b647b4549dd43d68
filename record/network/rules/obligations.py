"""What is owed names what is declared, can fall due, and is owed once; what is watched can be told."""

from collections.abc import Callable
from datetime import date, time
from fnmatch import fnmatchcase
from itertools import combinations
from typing import TYPE_CHECKING

from record.network.basin import Station
from record.network.declared import Declared
from record.network.obligation import ASSUMED, Obligation, Watch, series_owed
from record.network.twins import MARK

if TYPE_CHECKING:
    from record.network.row import Row

_MIDNIGHT = time()
_LONGER = ("10-day", "monthly")
_BOUNDS: tuple[tuple[str, Callable[[Watch], bool], str], ...] = (
    ("silent_hours", lambda watch: watch.silent_hours is None or watch.silent_hours > 0, "more than 0 hours"),
    ("stuck_readings", lambda watch: watch.stuck_readings is None or watch.stuck_readings > 1, "2 readings or more"),
    (
        "refused_share",
        lambda watch: watch.refused_share is None or 0 <= watch.refused_share < 1,
        "a share from 0 to less than 1",
    ),
)


def obligations_name_what_is_declared(declared: Declared) -> None:
    """A declared party owes series that its own stations declare; no name and no pattern is without any."""
    for row in declared.obligations:
        owing = row.fact
        if owing.party not in declared.party_ids():
            known = ", ".join(sorted(declared.party_ids()))
            raise row.wrong(f"party {owing.party!r} is not declared: use one of {known}", "party")
        own = _own(declared, owing)
        for name in owing.stations:
            if name not in {station.id for station in own}:
                raise row.wrong(f"station {name!r} is no declared station of party {owing.party}", "stations")
        for said in owing.series:
            fault = _nobodys(owing, said, own)
            if fault is not None:
                raise row.wrong(fault, "series")


def obligations_fall_due(declared: Declared) -> None:
    """A reading is due after it was taken, a daily mean after its day; longer means are not owed by a day."""
    for row in declared.obligations:
        owing = row.fact
        for series in series_owed(owing, _own(declared, owing)):
            interval = series.rpartition(".")[2]
            if interval in _LONGER:
                raise row.wrong(f"obligation {owing.id!r}: {series} is not a reading of one day", "series")
            if interval == "daily" and (owing.of != _MIDNIGHT or not owing.by_days):
                raise row.wrong(
                    f"obligation {owing.id!r}: a daily mean is owed with of = '00:00' and by_days = 1, since it is "
                    f"not known before its day has ended: {series}",
                    "of",
                )
        if not owing.by_days and owing.by <= owing.of:
            raise row.wrong(f"obligation {owing.id!r} is due at {owing.by:%H:%M}, before it can be sent", "by")


def obligations_run_forward(declared: Declared) -> None:
    """An obligation ends after it begins, and is owed on some day of the week."""
    for row in declared.obligations:
        owing = row.fact
        if owing.since is not None and owing.until is not None and owing.until <= owing.since:
            raise row.wrong(f"obligation {owing.id!r} ends on {owing.until}, before it begins", "until")
        if not owing.weekdays or len(set(owing.weekdays)) != len(owing.weekdays):
            raise row.wrong(f"obligation {owing.id!r}: weekdays names each day once, and at least one", "weekdays")


def obligations_say_what_they_are(declared: Declared) -> None:
    """What is assumed is not verified; what generators owe says so, and there are generators that owe it."""
    for row in declared.obligations:
        owing = row.fact
        if owing.verified and owing.document == ASSUMED:
            raise row.wrong(f"obligation {owing.id!r} is assumed and so cannot be verified: name its document")
        if owing.simulated != (MARK in owing.id):
            raise row.wrong(f"obligation {owing.id!r}: 'simulated' in the id and simulated = true go together", "id")
        if owing.simulated and owing.party not in _generated(declared):
            raise row.wrong(f"obligation {owing.id!r}: no simulated source speaks for party {owing.party}", "simulated")


def obligations_are_owed_once(declared: Declared) -> None:
    """A reading that two obligations in force name would count twice."""
    in_force = [row for row in declared.obligations if row.fact.in_force]
    for earlier, later in combinations(in_force, 2):
        one, other = earlier.fact, later.fact
        both = set(series_owed(one, _own(declared, one))) & set(series_owed(other, _own(declared, other)))
        if both and one.of == other.of and _on_one_day(one, other):
            raise later.wrong(
                f"obligation {other.id!r} names {min(both)} of {other.of:%H:%M} on the same days as {one.id!r}"
                f" ({earlier.where()}): set in_force = false in one",
                "id",
            )


def watches_name_sources_once(declared: Declared) -> None:
    """One row for all sources, and one for a declared source."""
    known = {row.fact.id for row in declared.sources}
    first: dict[str | None, Row[Watch]] = {}
    for row in declared.watches:
        name = row.fact.source
        if name is not None and name not in known:
            raise row.wrong(f"source {name!r} is not declared: declare it or correct the name", "source")
        earlier = first.setdefault(name, row)
        if earlier is not row:
            raise row.wrong(f"{name or 'every source'} is already watched at {earlier.where()}: join the rows")


def watches_can_be_told(declared: Declared) -> None:
    """A threshold is one that can be passed, and a row has at least one."""
    for row in declared.watches:
        for key, holds, wanted in _BOUNDS:
            if not holds(row.fact):
                raise row.wrong(f"{key} {getattr(row.fact, key)} must be {wanted}", key)
        if all(getattr(row.fact, key) is None for key, _, _ in _BOUNDS):
            raise row.wrong(f"a watch needs one of {', '.join(key for key, _, _ in _BOUNDS)}")


def _own(declared: Declared, owing: Obligation) -> list[Station]:
    return [row.fact for row in declared.stations if row.fact.party == owing.party]


def _generated(declared: Declared) -> set[str]:
    """The parties whose stations have twins."""
    simulated = [row.fact for row in declared.sources if row.fact.simulated]
    return {party for source in simulated for party in (source.party, *source.speaks_for)}


def _nobodys(owing: Obligation, said: str, own: list[Station]) -> str | None:
    """What is wrong with one name of `series`."""
    if owing.stations:
        lacks = [one.id for one in own if one.id in owing.stations and said not in one.series]
        return f"station {lacks[0]!r} declares no series {said!r}" if lacks else None
    known = [f"{station.id}.{series}" for station in own for series in station.series]
    if any(fnmatchcase(series, said) for series in known):
        return None
    return f"no series of party {owing.party} is like {said!r}: write one such as {next(iter(known), 'kirov:kg.level')}"


def _on_one_day(one: Obligation, other: Obligation) -> bool:
    starts = (one.since or date.min) < (other.until or date.max)
    ends = (other.since or date.min) < (one.until or date.max)
    return starts and ends and bool(set(one.weekdays) & set(other.weekdays))
