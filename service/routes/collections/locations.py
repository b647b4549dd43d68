"""`locations`: the stations of a collection, and the series of one of them."""

from typing import Any

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from service.asked import CRS_WANTED, DATETIME, PARAMETERS, parameter, refuse_other_crs
from service.deps import archive_of, network_of
from service.describe.extent import Span
from service.describe.link import GEOJSON, in_both, link
from service.describe.location import location
from service.documents import form_parameter, responses, written
from service.interval import interval_of
from service.paging import MOST, Page, limit_of, page_of
from service.place.box import box_of
from service.routes.collections.cube import BBOX
from service.routes.collections.held import ASKED, SERIES, Held, both
from service.routes.collections.spans import span_of

router = APIRouter()

_PARAMETER_NAME = next(one for one in PARAMETERS if one["name"] == "parameter-name")
LIMIT = parameter(
    "limit", f"How many a page holds; more than {MOST} are as many", 100, type="integer", minimum=1, default=100
)
AFTER = parameter("after", "The id after which the page begins, as the next link of the page before has it")
LIST = [BBOX, DATETIME, LIMIT, AFTER, CRS_WANTED, form_parameter(GEOJSON)]


@both(
    router,
    "/locations",
    "The stations of a collection",
    [*LIST, _PARAMETER_NAME],
    responses("The stations", GEOJSON),
)
async def locations(of: Held) -> Response:
    """The stations as GeoJSON features, all of them unless `limit` says how many."""
    return await run_in_threadpool(_locations, of)


def _locations(of: Held) -> Response:
    given, network = of.request.query_params, network_of(of.request)
    refuse_other_crs(given.get("crs"))
    span = span_of(of.collection, archive_of(of.request), of.offered)
    stations = of.collection.stations if is_within(span, given.get("datetime")) else ()
    stations = of.giving(stations)
    if given.get("bbox") is not None:
        there = frozenset(of.places.in_box(box_of(given.get("bbox"))))
        stations = tuple(name for name in stations if name in there)
    page = page_of(stations, given.get("after"), limit_of(given.get("limit"), MOST))
    features = [location(name, of.collection, network, span, of.here) for name in page.keys]
    return written(of.request, listed(of, "locations", page, features), f"Stations of {of.collection.id}", GEOJSON)


@both(router, "/locations/{location}", "The series of one station", ASKED, SERIES)
async def one_location(of: Held) -> Response:
    """The series of a station in the form asked for."""
    name = str(of.request.path_params["location"])
    return await of.answered((of.offered.station(name, of.collection),))


def is_within(span: Span, asked: str | None) -> bool:
    """Whether the times of a collection meet the interval asked for; where it has none it does."""
    start, end = interval_of(asked)
    return span is None or (span[0] < end and span[1] >= start)


def listed(of: Held, name: str, page: Page, features: list[dict[str, Any]]) -> dict[str, Any]:
    """A page of features, with a link to the next one; when it was made it does not say, or none was as another."""
    links = [*in_both(f"{of.here}/{name}", GEOJSON), link(of.here, "collection")]
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
