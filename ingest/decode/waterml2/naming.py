"""Names in a message: of properties, stations and words of a vocabulary, which stand at the end of an address."""

import re
from collections.abc import Iterable, Mapping

from ingest.written import xml_tree
from ingest.written.xml_tree import Element, shown

XLINK = "{http://www.w3.org/1999/xlink}"
MAX_NAME = 200
"""Signs of a name, of an address too: what is longer is cut, and called by nobody."""
_PARTS = re.compile(r"[/#]")
_IDS = ("{http://www.opengis.net/gml/3.2}id", "{http://www.opengis.net/gml}id")


def last_part(address: str) -> str:
    """The last part of the path of an address, or of a URN."""
    plain = address.strip().rstrip("/#")
    if plain.lower().startswith("urn:"):
        return plain.rpartition(":")[2]
    return _PARTS.split(plain)[-1]


def word_of(element: Element) -> str:
    """The word of a vocabulary that an element points to, else its title, else its text; "" for none."""
    return last_part(href_of(element)) or title_of(element) or shown(xml_tree.text_of(element), 200)


def href_of(element: Element) -> str:
    """The address that an element points to."""
    return element.get(f"{XLINK}href", "").strip()


def title_of(element: Element) -> str:
    """What an element says that it points to."""
    return element.get(f"{XLINK}title", "").strip()


def ids_of(root: Element) -> dict[str, Element]:
    """Each element that has an id, by it: the first where several have the same."""
    found: dict[str, Element] = {}
    for element in root.iter():
        name = id_of(element)
        if name:
            found.setdefault(name, element)
    return found


def id_of(element: Element) -> str:
    """The id of an element in its document."""
    return next((element.get(name, "").strip() for name in _IDS if element.get(name)), "")


def names_of_property(observation: Element | None, series: Element) -> list[str]:
    """What the channel of a series may be called; a bare series goes by its id or by what it is."""
    named = None if observation is None else xml_tree.child_of(observation, "observedProperty")
    names = [] if named is None else [last_part(href_of(named)), href_of(named), title_of(named)]
    return _each_once(names) or _each_once([id_of(series), xml_tree.name_of(series)])


def names_of_station(observation: Element | None, ids: Mapping[str, Element]) -> list[str]:
    """What the station of an observation may be called, the likeliest name first."""
    feature = None if observation is None else xml_tree.child_of(observation, "featureOfInterest")
    if feature is None:
        return []
    href = href_of(feature)
    if href.startswith("#"):
        # A point that is described elsewhere in the message: its id there is the message's own, seldom the station's.
        there = ids.get(href[1:])
        within = [] if there is None else [there]
        return _each_once([*_identifiers(within), last_part(href), title_of(feature), *_given_names(within)])
    within = list(feature)
    inline = [*_identifiers(within), *_given_names(within), *(id_of(point) for point in within)]
    return _each_once([last_part(href), href, title_of(feature), *inline])


def _identifiers(points: Iterable[Element]) -> list[str]:
    """The identifiers of monitoring points: the last part of one that is an address, and as they stand."""
    found = [xml_tree.text_of(child) for point in points for child in point if xml_tree.name_of(child) == "identifier"]
    return [name for text in found for name in (last_part(text) if _is_address(text) else text, text)]


def _given_names(points: Iterable[Element]) -> list[str]:
    return [xml_tree.text_of(child) for point in points for child in point if xml_tree.name_of(child) == "name"]


def _is_address(text: str) -> bool:
    return "://" in text or text.lower().startswith("urn:")


def _each_once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(name[:MAX_NAME] for name in names if name))
