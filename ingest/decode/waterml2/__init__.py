"""WaterML 2.0 part 1, the OGC's XML of time series, under any root that it is sent in.

The form is described in `docs/formats/waterml2.md`. Nothing here knows a clock, a database or a network.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from ingest.decode.waterml2.naming import ids_of
from ingest.decode.waterml2.quality import explained
from ingest.decode.waterml2.series import Series
from ingest.reading import Said, Unreadable
from ingest.written import xml_tree
from ingest.written.xml_tree import Element, shown

if TYPE_CHECKING:
    from record.network.source import Source

__all__ = ["WATERML2", "decode"]

WATERML2 = "http://www.opengis.net/waterml/2.0"
_WATERML1 = "cuahsi.org/waterml"
_SERIES = "MeasurementTimeseries"
_POINT, _PAIR = "point", "MeasurementTVP"


def decode(
    body: bytes,
    received: datetime,  # noqa: ARG001 - every decoder is called alike; each point dates itself
    source: "Source",
) -> list[Said]:
    """A reading of each point of a series whose channel is declared, and why any other is none.

    A channel is called by the last part of the observed property's address, by that address, or by its title. Never
    raises on any bytes.
    """
    root = xml_tree.parsed(body)
    if isinstance(root, str):
        return [Unreadable(fragment=body, where="message", reason=root)]
    said = _in_series(root, explained(source)) + _outside_of_series(root) + _other_results(root)
    return said or [Unreadable(fragment=body, where="message", reason=_says_nothing(root))]


def _in_series(root: Element, source: "Source") -> list[Said]:
    """What the points of all series say."""
    said: list[Said] = []
    ids = ids_of(root)
    left = xml_tree.MAX_VALUES
    for element in root.iter(f"{{*}}{_SERIES}"):
        series = Series(element, source, ids)
        space = xml_tree.namespace_of(element)
        if space != WATERML2:
            said.append(series.refused(f"it is of {shown(space)!r} and not of WaterML 2.0"))
            continue
        said += series.said(left)
        left -= len(series.points)
    return said


def _outside_of_series(root: Element) -> list[Said]:
    """Points of anything but a series of measurements, all of one parent together."""
    strays: dict[Element, list[Element]] = {}
    for element in root.iter(f"{{*}}{_POINT}", f"{{*}}{_PAIR}"):
        parent = element.getparent()
        if parent is None:
            parent = element
        if not _holds(parent, element):
            strays.setdefault(parent, []).append(element)
    return [
        Unreadable(
            fragment=xml_tree.fragments(found),
            where=xml_tree.where(found[0]),
            reason=f"it stands in a {shown(xml_tree.name_of(parent))} and in no point of a {_SERIES}; "
            f"values of it here: {len(found)}",
        )
        for parent, found in strays.items()
    ]


def _holds(parent: Element, element: Element) -> bool:
    """Whether a point is read with its series, or a pair with its point."""
    return xml_tree.name_of(parent) == (_SERIES if xml_tree.name_of(element) == _POINT else _POINT)


def _other_results(root: Element) -> list[Said]:
    """Observations whose result is no series."""
    return [
        Unreadable(
            fragment=xml_tree.fragment(observation),
            where=xml_tree.where(observation),
            reason=f"its result is no {_SERIES}, the one form that is read",
        )
        for observation in root.iter("{*}OM_Observation")
        if next(observation.iter(f"{{*}}{_SERIES}", f"{{*}}{_POINT}", f"{{*}}{_PAIR}"), None) is None
    ]


def _says_nothing(root: Element) -> str:
    """Why a message in which nothing was found says nothing."""
    if xml_tree.name_of(root) == "ExceptionReport":
        return f"the sender answers with an error: {shown(' '.join(map(str, root.itertext())), 200)}"
    if any(_WATERML1 in xml_tree.namespace_of(element).lower() for element in root.iter()):
        return "it is WaterML 1, another format: ask its sender for WaterML 2.0"
    if next(root.iter(f"{{*}}{_SERIES}"), None) is not None:
        return "its series have no points"
    return f"it is a {shown(xml_tree.name_of(root))} without any {_SERIES} of WaterML 2.0"
