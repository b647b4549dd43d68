"""`items`: the series of a collection one by one, by the rules of OGC API - Features."""

from collections.abc import Sequence
from datetime import datetime

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from record.archive.latest import Latest
from record.errors import UnknownName
from service import access
from service.asked import refuse_other_crs
from service.deps import archive_of, network_of
from service.describe.item import item
from service.describe.link import GEOJSON, in_both, link
from service.documents import form_parameter, responses, written
from service.figures.collections import is_of_figures
from service.guard.cost import spend
from service.interval import interval_of
from service.paging import limit_of, page_of
from service.place.box import box_of
from service.routes.collections.held import Held, both
from service.routes.collections.locations import LIST, listed

router = APIRouter()
_USUAL = 100


@both(router, "/items", "The series of a collection", LIST, responses("The series", GEOJSON))
async def items(of: Held) -> Response:
    """The series as GeoJSON features, each with its newest reading, by pages."""
    return await run_in_threadpool(_items, of)


@both(
    router,
    "/items/{item}",
    "One series of a collection",
    [form_parameter(GEOJSON)],
    responses("The series", GEOJSON),
)
async def one_item(of: Held) -> Response:
    """A series as a GeoJSON feature, with its newest reading."""
    return await run_in_threadpool(_one_item, of)


def _items(of: Held) -> Response:
    given = of.request.query_params
    refuse_other_crs(given.get("crs"))
    series = {one.id: one for one in of.collection.series}
    if given.get("bbox") is not None:
        there = frozenset(of.places.in_box(box_of(given.get("bbox"))))
        series = {name: one for name, one in series.items() if one.station in there}
    newest: dict[str, Latest] | None = None
    if given.get("datetime") is not None:
        # Which series have spoken since a time can be told of all alone.
        start, _ = interval_of(given.get("datetime"))
        newest = _newest(of, list(series))
        series = {name: one for name, one in series.items() if _reaches(newest.get(name), start)}
    page = page_of(list(series), given.get("after"), limit_of(given.get("limit"), _USUAL))
    known = _newest(of, page.keys) if newest is None else newest
    _note(of, [(name, known[name]) for name in page.keys if name in known])
    network = network_of(of.request)
    features = [item(series[name], network, known.get(name), of.here) for name in page.keys]
    return written(of.request, listed(of, "items", page, features), f"Series of {of.collection.id}", GEOJSON)


def _one_item(of: Held) -> Response:
    name = str(of.request.path_params["item"])
    found = next((one for one in of.collection.series if one.id == name), None)
    if found is None:
        raise UnknownName(f"item {name[:60]!r} is not in {of.collection.id}: see /collections/{of.collection.id}/items")
    newest = _newest(of, [name])
    _note(of, list(newest.items()))
    feature = item(found, network_of(of.request), newest.get(name), of.here)
    links = [*in_both(f"{of.here}/items/{name}", GEOJSON), link(of.here, "collection")]
    return written(of.request, feature | {"links": links}, name, GEOJSON)


def _newest(of: Held, series: Sequence[str]) -> dict[str, Latest]:
    """The newest reading of each; what is computed as it is asked for has none that is told here."""
    if is_of_figures(of.collection) or not series:
        return {}
    spend(of.request, len(series))
    return archive_of(of.request).latest(series, of.as_of)


def _reaches(newest: Latest | None, start: datetime) -> bool:
    """Whether the times of a series, which end with its newest reading, reach an interval from `start` on."""
    return newest is None or newest.time >= start


def _note(of: Held, given: list[tuple[str, Latest]]) -> None:
    noted = access.given_to(of.request)
    if noted is not None:
        noted += [access.one_reading(name, int(one.time.timestamp()), one.entry) for name, one in given]
