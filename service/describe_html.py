"""The documents that describe the service as pages for people: what it holds, where, since when, and links on."""

from collections.abc import Mapping, Sequence
from typing import Any

from service.written import pages

_SAID = frozenset({
    "title", "description", "links", "type", "id", "extent", "collections", "instances", "parameter_names",
    "data_queries", "features", "numberReturned", "numberMatched", "timeStamp", "crs", "output_formats", "keywords",
    "distanceunits",
})  # fmt: skip
"""Members that have their own place on the page; any other is shown as it is."""
_JSON = ("application/json", "application/geo+json")
_ASKED = {
    "position": "?coords=POINT(lon lat)",
    "radius": "?coords=POINT(lon lat)&within=20&within-units=km",
    "area": "?coords=POLYGON((lon lat, lon lat, …))",
    "cube": "?bbox=west,south,east,north",
}
"""What must stand behind the address of a query by place, which without it is an error and so no link."""


def page(document: Mapping[str, Any], title: str, base: str) -> bytes:
    """Any describing document of ours (landing page, conformance, collections, one of them, locations) as HTML, UTF-8.

    `title` stands where the document has none of its own; `base` is the address of the service without a slash at its
    end.
    """
    links = [link for link in _all(document, "links") if link.get("rel") != "self"]
    shown = {
        "title": document.get("title") or title,
        "description": document.get("description", ""),
        "base": base,
        "json": _as_json(document),
        "facts": _facts(document),
        "collections": _cards(document),
        "tables": _tables(document),
        "rest": [(name, held) for name, held in document.items() if name not in _SAID],
        "links": [{"rel": "", "type": "", "title": "", **link} for link in links],
    }
    return pages.template("document.html").render(shown).encode()


def _as_json(document: Mapping[str, Any]) -> str:
    """Where the same stands as JSON: the address that the document calls its own."""
    own = [link for link in _all(document, "links") if link.get("rel") == "self"]
    known = [link for link in own if link.get("type", _JSON[0]).partition(";")[0] in _JSON] or own
    return pages.in_form(str(known[0]["href"]), "json") if known else ""


def _facts(document: Mapping[str, Any]) -> dict[str, Any]:
    """What a collection says of itself in few words; of other documents what of this they have."""
    said: dict[str, Any] = {}
    if "id" in document:
        said["id"] = document["id"]
    if "numberMatched" in document:
        said["number"] = f"{document.get('numberReturned', document['numberMatched'])} of {document['numberMatched']}"
    said |= _extent(document.get("extent", {}))
    for name, word in (
        ("output_formats", "forms"),
        ("crs", "reference systems"),
        ("distanceunits", "distances in"),
        ("keywords", "keywords"),
    ):
        if document.get(name):
            said[word] = document[name]
    return said


def _extent(extent: Mapping[str, Any]) -> dict[str, str]:
    said = {}
    for west, south, east, north in (_flat(box) for box in extent.get("spatial", {}).get("bbox", [])[:1]):
        said["place"] = f"longitude {west} to {east}, latitude {south} to {north}"
    for begin, end in extent.get("temporal", {}).get("interval", [])[:1]:
        said["time"] = f"{begin or 'the beginning'} to {end or 'now'}"
    return said


def _flat(box: Sequence[float]) -> tuple[float, float, float, float]:
    """The bounds without heights, which stand third and last in a box of six."""
    west, south, east, north = (box[0], box[1], box[3], box[4]) if len(box) == 6 else box
    return west, south, east, north


def _cards(document: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """What a list of collections, or of instances of one, says of each; None of any other document."""
    listed = document.get("collections", document.get("instances"))
    return None if listed is None else [_card(one) for one in listed]


def _card(one: Mapping[str, Any]) -> dict[str, Any]:
    own = [str(link["href"]) for link in _all(one, "links") if link.get("rel") == "self"]
    said = {"id": one.get("id", ""), "quantities": list(one.get("parameter_names", {}))}
    return {
        "href": pages.address(own[0]) if own else "",
        "title": one.get("title") or one.get("id", ""),
        "description": one.get("description", ""),
        "facts": said | _extent(one.get("extent", {})),
    }


def _tables(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    tables = []
    if "parameter_names" in document:
        rows = [_row([name, *_quantity(said)]) for name, said in document["parameter_names"].items()]
        tables.append({"title": "Quantities", "columns": ["Id", "What it is", "Unit", "Standard name"], "rows": rows})
    if "data_queries" in document:
        rows = [_row([name, *_query(name, said)]) for name, said in document["data_queries"].items()]
        tables.append({"title": "Ways to ask", "columns": ["Query", "What it gives", "Address"], "rows": rows})
    if "features" in document:
        tables.append(_features(document["features"]))
    return tables


def _row(cells: list[Any], nature: str = "real", *, verified: bool = True) -> dict[str, Any]:
    return {"cells": cells, "nature": nature, "verified": verified}


def _quantity(said: Mapping[str, Any]) -> list[Any]:
    observed, unit = said.get("observedProperty", {}), said.get("unit", {})
    label = _word(unit.get("label", "")) or str(unit.get("symbol", {}).get("value", ""))
    meant = str(observed.get("id", ""))
    standard = {"href": meant, "text": meant.rstrip("/").rpartition("/")[2]} if pages.address(meant) else meant or "—"
    return [_word(said.get("description", "")) or _word(observed.get("label", "")), label, standard]


def _word(said: Any) -> str:
    """A text, or the English of a text in several languages."""
    return str(said.get("en", "")) if isinstance(said, Mapping) else str(said)


def _query(name: str, said: Mapping[str, Any]) -> list[Any]:
    link = said.get("link", {})
    href = str(link.get("href", ""))
    return [link.get("variables", {}).get("description", ""), {"code": href + _ASKED[name]} if name in _ASKED else href]


def _features(features: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The table of a list of stations, or of series, which have a newest reading."""
    columns = ["Id", "Longitude, latitude", "Quantities", "Time in UTC", "Party"]
    if any("value" in (one.get("properties") or {}) for one in features):
        rows = [_feature(one, [_newest(one["properties"])]) for one in features]
        return {"title": "Series", "columns": ["Series", "Newest reading", *columns], "rows": rows}
    return {"title": "Stations", "columns": ["Station", *columns], "rows": [_feature(one, []) for one in features]}


def _newest(said: Mapping[str, Any]) -> str:
    """Value, unit and flag of the newest reading; a value that is not there is a dash."""
    if said.get("time") is None:
        return "never yet"
    value = "—" if said.get("value") is None else f"{said['value']} {said.get('unit', '')}"
    return f"{value}, {said.get('flag', '')}"


def _feature(one: Mapping[str, Any], more: list[Any]) -> dict[str, Any]:
    said = one.get("properties") or {}
    label = _word(said.get("label") or said.get("name") or one.get("id", ""))
    where = pages.address(str(said.get("edrqueryendpoint", "")))
    cells = [
        {"href": where, "text": label} if where else label,
        *more,
        {"code": str(one.get("id", ""))},
        _place(one.get("geometry")),
        list(said.get("parameter-name", [])),
        _when(said.get("datetime")),
        said.get("party", "—"),
    ]
    return _row(cells, said.get("nature", "real"), verified=said.get("verified", True))


def _when(interval: Any) -> str:
    """An interval as people write it; `../..` is one in which nothing was ever said."""
    if not isinstance(interval, str):
        return "—"
    return (
        "never yet"
        if interval == "../.."
        else " to ".join(end.replace("T", " ").removesuffix(":00Z") for end in interval.split("/"))
    )


def _place(geometry: Any) -> str:
    """Longitude and latitude of a point; of a wider shape its kind."""
    if not geometry:
        return "not known"
    if geometry["type"] != "Point":
        return str(geometry["type"])
    return ", ".join(f"{number:.4f}".rstrip("0").rstrip(".") for number in geometry["coordinates"][:2])


def _all(document: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    return list(document.get(name, []))
