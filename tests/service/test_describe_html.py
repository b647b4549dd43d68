"""Describing documents as pages: everything stands on them, everything is escaped, and nothing comes from outside."""

import re
from typing import Any

import httpx2
import pytest
from lxml import html

from service import describe_html
from tests.service.world import DAILY, HOURLY, World

BASE = "https://water.example"
OUTSIDE = re.compile(r"<(?:script|link(?![^>]*href=\"data:)|img|iframe)|@import|url\(|javascript:", re.IGNORECASE)


def page_of(document: dict[str, Any], title: str = "Arna") -> html.HtmlElement:
    """The page, parsed; it must ask for nothing and run nothing."""
    said = describe_html.page(document, title, BASE).decode()
    assert OUTSIDE.findall(said) == []
    return html.document_fromstring(said)


def words(page: html.HtmlElement) -> str:
    return " ".join(" ".join(page.itertext()).split())


@pytest.mark.parametrize("path", ["/", "/conformance", "/collections", f"/collections/{DAILY}"])
def test_every_describing_document_has_a_page_with_its_links(served_world: World, path: str) -> None:
    document = httpx2.get(f"{served_world.url}{path}", headers={"Accept": "application/json"}).json()
    page = page_of(document, "What we claim")
    said = {link.get("href") for link in page.iter("a")}
    assert {link["href"] for link in document.get("links", []) if link["rel"] != "self"} <= said
    assert f"{BASE}/collections" in said
    assert document.get("title", "What we claim") in words(page)
    for name in document.get("conformsTo", []):
        assert name in said


def test_a_collection_tells_its_quantities_with_units_its_queries_and_its_extent(served_world: World) -> None:
    document = httpx2.get(f"{served_world.url}/collections/{DAILY}", headers={"Accept": "application/json"}).json()
    said = words(page_of(document))
    assert "inflow to the reservoir m³/s incoming_water_volume_transport_along_river_channel" in said
    assert f"{served_world.url}/collections/{DAILY}/position?coords=POINT(lon lat)" in said
    assert "2026-04-01T00:00:00Z to 2026-05-31T00:00:00Z" in said
    assert "latitude 42.3 to 42.3" in said


def test_stations_stand_with_their_nature_and_place(served_world: World) -> None:
    address = f"{served_world.url}/collections/{HOURLY}/locations"
    document = httpx2.get(address, headers={"Accept": "application/geo+json"}).json()
    rows = page_of(document, "Stations").findall(".//tbody/tr")
    assert len(rows) == 12
    found = {row.find("th/a").text: words(row) for row in rows}
    assert "simulated" in found["Post 10"]
    assert "simulated" not in found["Post 9"]
    assert "not known" in found["Post 11"]
    assert "74.9, 42.95" in found["Post 9"]
    assert "2026-04-01 00:00 to 2026-05-31 23:00" in found["Post 9"]
    assert rows[0].find("th/a").get("href") == f"{address}/post-00:kg"


def test_series_stand_with_their_newest_reading() -> None:
    said = {"time": "2026-05-01T02:00:00Z", "value": 12.5, "unit": "m3/s", "flag": "good"}
    told = [said, said | {"value": None, "flag": "missing"}, said | {"time": None, "value": None, "flag": None}]
    table = page_of({"features": [{"id": "a", "properties": one} for one in told]}, "Series")
    assert [row.findall("td")[0].text for row in table.findall(".//tbody/tr")] == [
        "12.5 m3/s, good", "—, missing", "never yet",
    ]  # fmt: skip


def test_what_is_said_is_escaped_and_no_link_runs_a_script() -> None:
    evil = "<script>alert(1)</script>"
    feature = {
        "id": evil, "geometry": None,
        "properties": {"label": evil, "edrqueryendpoint": "javascript:alert(1)", "verified": False, "datetime": evil},
    }  # fmt: skip
    document = {
        "title": evil, "description": evil, evil: {evil: [evil, None, True, 3, {"a": "//elsewhere.example"}]},
        "links": [{"href": "javascript:alert(1)", "rel": 'x" onclick="alert(1)'}], "features": [feature],
    }  # fmt: skip
    page = describe_html.page(document, "Stations", BASE).decode()
    assert "<script" not in page
    read = html.document_fromstring(page)
    assert [link.get("href") for link in read.iter("a") if "javascript" in (link.get("href") or "")] == []
    assert [part for part in read.iter() if any(str(name).startswith("on") for name in part.attrib)] == []
    assert "unverified" in words(read)


def test_the_page_leads_to_the_same_as_json() -> None:
    link = {"href": f"{BASE}/collections/a?f=html&limit=3", "rel": "self", "type": "application/json"}
    page = page_of({"id": "a", "links": [link]}, "A")
    assert f"{BASE}/collections/a?limit=3&f=json" in {link.get("href") for link in page.iter("a")}


def test_a_bare_document_is_a_page_too() -> None:
    assert "Nothing yet" in words(page_of({}, "Nothing yet"))
    box = {"extent": {"spatial": {"bbox": [[70, 41, 0, 77, 46, 9]]}, "temporal": {"interval": [[None, None]]}}}
    said = words(page_of(box))
    assert "longitude 70 to 77, latitude 41 to 46" in said
    assert "the beginning to now" in said
