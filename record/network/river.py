"""Watercourses as they are drawn: which sites they pass, in which order, and what they flow into."""

from record.network.fact import Fact, Names


class River(Fact):
    """A watercourse of a basin.

    `course` are ids of its sites from the headwater down, canals at their heads. It flows into the river `into` after
    the site `after` of that one, or before its first where `after` is None; a main stem flows into none. `line` are its
    WGS84 longitudes and latitudes from the headwater down, for a map; they are schematic unless `verified`.
    """

    id: str
    basin: str
    names: Names
    course: tuple[str, ...] = ()
    into: str | None = None
    after: str | None = None
    line: tuple[tuple[float, float], ...] = ()
    verified: bool = True
    note: str | None = None
    source: str
