"""`locations`: the stations of a collection, and the series of one of them."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from service.asked import CRS_WANTED, DATETIME, PARAMETERS, parameter, refuse_other_crs
from service.deps import network_of
from service.describe.extent import Span
from service.describe.link import GEOJSON, in_both, link
from service.describe.location import location
from service.documents import form_parameter, responses, written
from service.interval import interval_of
from service.paging import MOST, Page, limit_of, page_of
from service.place.box import box_of
from service.routes.collections.cube import BBOX
from service.routes.collections.held import ASKED, SERIES, Held, both

router = APIRouter()

PARAMETER_NAME = next(one for one in PARAMETERS if one["name"] == "parameter-name")
LIMIT = parameter(
    "limit", f"How many a page holds; more than {MOST} are as many", 100, type="integer", minimum=1, default=100
)
AFTER = parameter("after", "The id after which the page begins, as the next link of the page before has it")
LIST = [BBOX, DATETIME, LIMIT, AFTER, CRS_WANTED, form_parameter(GEOJSON)]


@both(
    router,
    "/locations",
    "The stations of a collection",
    [*LIST, PARAMETER_NAME],
    responses("The stations", GEOJSON),
)
async def locations(of: Held) -> Response:
    """The stations as GeoJSON features, all of them unless `limit` says how many."""
    return await run_in_threadpool(_locations, of)


def _locations(of: Held) -> Response:
    given, network = of.request.query_params, network_of(of.request)
    refuse_other_crs(given.get("crs"))
    spans = of.spans.of_stations
    stations = of.giving(of.collection.stations)
    if given.get("datetime") is not None:
        interval = interval_of(given.get("datetime"), of.zones)
        stations = tuple(name for name in stations if meets(spans.get(name), interval))
    if given.get("bbox") is not None:
        there = frozenset(of.places.in_box(box_of(given.get("bbox"))))
        stations = tuple(name for name in stations if name in there)
    page = page_of(stations, given.get("after"), limit_of(given.get("limit"), MOST))
    features = [location(name, of.collection, network, spans.get(name), of.here) for name in page.keys]
    return written(of.request, listed(of, page, features), f"Stations of {of.collection.id}", GEOJSON)


@both(router, "/locations/{location}", "The series of one station", ASKED, SERIES)
async def one_location(of: Held) -> Response:
    """The series of a station in the form asked for."""
    name = str(of.request.path_params["location"])
    return await of.answered((of.offered.station(name, of.collection),))


def meets(span: Span, interval: tuple[datetime, datetime]) -> bool:
    """Whether of a station or series something may have been said in the interval asked for."""
    return span is not None and span[0] < interval[1] and span[1] >= interval[0]


def listed(of: Held, page: Page, features: list[dict[str, Any]]) -> dict[str, Any]:
    """A page of features, with a link to the next one; when it was made it does not say, or none was as another."""
    links = [*in_both(of.asked, GEOJSON), link(of.here, "collection")]
    if page.after is not None:
        following = str(of.request.url.include_query_params(after=page.after))
        links.append(link(following, "next", GEOJSON, "The next page"))
    return {
        "type": "FeatureCollection",
        "features": features,
        "links": links,
        "numberMatched": page.matched,
        "numberReturned": len(features),
    }
