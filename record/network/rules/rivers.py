"""Rivers: of sites that stand on them, of rivers that there are, and never in a ring."""

from itertools import pairwise

from record.network.declared import Declared
from record.network.river import River
from record.network.row import Row

_FEWEST = 2
_LONGEST_STEP = 2.0
"""Degrees between two points of a line; further apart, one of them is a slip."""
_FAR = 2.0
"""Degrees from a line to a site on its river; a line that lies further off is of another river."""


def rivers_are_of_a_basin(declared: Declared) -> None:
    """A river is in a declared basin."""
    for row in declared.rivers:
        if row.fact.basin not in declared.basin_ids():
            known = ", ".join(sorted(declared.basin_ids()))
            raise row.wrong(f"basin {row.fact.basin!r} is not declared: use one of {known}", "basin")


def courses_are_of_their_sites(declared: Declared) -> None:
    """A course names declared sites that stand on this river, in its basin; no site stands in two places."""
    first: dict[str, Row[River]] = {}
    for row in declared.rivers:
        river = row.fact
        for number, name in enumerate(river.course):
            site = declared.site_of(name)
            if site is None:
                raise row.wrong(f"site {name!r} is not declared: declare it or correct the name", "course", number)
            if (site.basin, site.river) != (river.basin, river.id):
                raise row.wrong(
                    f"site {name!r} stands on river {site.river!r} of basin {site.basin!r}, not on {river.id!r} of "
                    f"{river.basin!r}: move it to the course of its own",
                    "course",
                    number,
                )
            if first.setdefault(name, row) is not row or name in river.course[:number]:
                raise row.wrong(
                    f"site {name!r} already stands in the course at {first[name].where('course')}: remove one",
                    "course",
                    number,
                )


def rivers_flow_into_rivers(declared: Declared) -> None:
    """A river flows into another one of its basin, after a site of that one; a main stem flows into none."""
    rivers = {row.fact.id: row.fact for row in declared.rivers}
    for row in declared.rivers:
        river = row.fact
        if river.into is None:
            if river.after is not None:
                raise row.wrong(f"after {river.after!r} says where it joins, and not what: give into", "after")
            continue
        into = rivers.get(river.into)
        if into is None or into.basin != river.basin:
            known = ", ".join(one.id for one in rivers.values() if one.basin == river.basin)
            raise row.wrong(f"into {river.into!r} is no river of basin {river.basin!r}: use one of {known}", "into")
        if river.after is not None and river.after not in into.course:
            known = ", ".join(into.course) or "it has none: leave after out"
            raise row.wrong(f"after {river.after!r} is no site in the course of {into.id!r}: {known}", "after")


def rivers_flow_in_no_ring(declared: Declared) -> None:
    """Water that runs down never comes back to where it was."""
    into = {row.fact.id: row.fact.into for row in declared.rivers}
    for row in declared.rivers:
        passed = [row.fact.id]
        while (following := into.get(passed[-1])) is not None:
            if following in passed:
                ring = ", ".join((*passed[passed.index(following) :], following))
                raise row.wrong(f"river {row.fact.id!r} flows in a ring: {ring}", "into")
            passed.append(following)


def lines_lie_on_their_river(declared: Declared) -> None:
    """A line has two points or more, on the globe, none far from the next, and not far from the sites of its river."""
    for row in declared.rivers:
        line = row.fact.line
        if len(line) == 1:
            raise row.wrong(f"line of river {row.fact.id!r} is one point: give {_FEWEST} or more, or none", "line")
        for number, (lon, lat) in enumerate(line):
            if not (-180 <= lon <= 180 and -90 <= lat <= 90):
                raise row.wrong(
                    f"point {lon}, {lat} of river {row.fact.id!r} is not on the globe: longitude first, in degrees",
                    "line",
                    number,
                )
        for number, (one, other) in enumerate(pairwise(line), 1):
            if _apart(one, other) > _LONGEST_STEP:
                raise row.wrong(
                    f"point {other[0]}, {other[1]} of river {row.fact.id!r} lies more than {_LONGEST_STEP:g} degrees "
                    "from the one before it: correct it, or add those between them",
                    "line",
                    number,
                )
        _passes_its_sites(declared, row)


def _passes_its_sites(declared: Declared, row: Row[River]) -> None:
    for name in row.fact.course if row.fact.line else ():
        site = declared.site_of(name)
        if site is None or site.lon is None or site.lat is None:
            continue
        if min(_apart((site.lon, site.lat), point) for point in row.fact.line) > _FAR:
            raise row.wrong(
                f"the line of river {row.fact.id!r} lies more than {_FAR:g} degrees from site {name!r}: correct one of "
                "them",
                "line",
            )


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """How many degrees of longitude or of latitude two points are apart, whichever are more."""
    return max(abs(one[0] - other[0]), abs(one[1] - other[1]))
