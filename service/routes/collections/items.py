"""`items`: the series of a collection one by one, by the rules of OGC API - Features."""

from typing import Any

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from record.archive.latest import Latest
from record.errors import SelectionError, UnknownName
from service import access
from service.asked import CRS_WANTED, names_of, refuse_other_crs
from service.deps import network_of
from service.describe.item import item
from service.describe.link import GEOJSON, in_both, link
from service.documents import form_parameter, responses, written
from service.figures.collections import is_of_figures
from service.guard.cost import spend
from service.interval import interval_of
from service.paging import limit_of, page_of
from service.place.box import box_of
from service.routes.collections.held import Held, both
from service.routes.collections.locations import LIST, PARAMETER_NAME, listed, meets

router = APIRouter()
_USUAL = 100
_LIST = [*LIST, PARAMETER_NAME]
_ALSO = ("parameter_names",)
_ONE = [CRS_WANTED, form_parameter(GEOJSON)]


@both(router, "/items", "The series of a collection", _LIST, responses("The series", GEOJSON))
async def items(of: Held) -> Response:
    """The series as GeoJSON features, each with its newest reading, by pages."""
    return await run_in_threadpool(_items, of)


@both(
    router,
    "/items/{item}",
    "One series of a collection",
    _ONE,
    responses("The series", GEOJSON),
)
async def one_item(of: Held) -> Response:
    """A series as a GeoJSON feature, with its newest reading."""
    return await run_in_threadpool(_one_item, of)


def _items(of: Held) -> Response:
    given = of.request.query_params
    _refuse_unknown(of, _LIST)
    refuse_other_crs(given.get("crs"))
    series = {one.id: one for one in of.collection.series}
    if given.get("bbox") is not None:
        there = frozenset(of.places.in_box(box_of(given.get("bbox"))))
        series = {name: one for name, one in series.items() if one.station in there}
    wanted = names_of(given)
    if wanted:
        series = {name: one for name, one in series.items() if one.quantity in wanted}
    spans = of.spans
    if given.get("datetime") is not None:
        interval = interval_of(given.get("datetime"), of.zones)
        series = {name: one for name, one in series.items() if meets(spans.of_series.get(name), interval)}
    page = page_of(list(series), given.get("after"), limit_of(given.get("limit"), _USUAL))
    _spend(of, len(page.keys))
    known = spans.newest
    _note(of, [(name, known[name]) for name in page.keys if name in known])
    network = network_of(of.request)
    told = spans.of_series
    features = [item(series[name], network, known.get(name), told.get(name), of.here) for name in page.keys]
    return written(of.request, listed(of, page, features), f"Series of {of.collection.id}", GEOJSON)


def _one_item(of: Held) -> Response:
    _refuse_unknown(of, _ONE)
    refuse_other_crs(of.request.query_params.get("crs"))
    name = str(of.request.path_params["item"])
    found = next((one for one in of.collection.series if one.id == name), None)
    if found is None:
        raise UnknownName(f"item {name[:60]!r} is not in {of.collection.id}: see /collections/{of.collection.id}/items")
    _spend(of, 1)
    spans = of.spans
    newest = spans.newest.get(name)
    _note(of, [] if newest is None else [(name, newest)])
    feature = item(found, network_of(of.request), newest, spans.of_series.get(name), of.here)
    links = [*in_both(f"{of.here}/items/{name}", GEOJSON), link(of.here, "collection")]
    return written(of.request, feature | {"links": links}, name, GEOJSON)


def _spend(of: Held, series: int) -> None:
    """Pay for the newest reading of each; what is computed as it is asked for has none that is told here."""
    if series and not is_of_figures(of.collection):
        spend(of.request, series)


def _refuse_unknown(of: Held, parameters: list[dict[str, Any]]) -> None:
    """Raise `SelectionError` for a parameter that this address does not have.

    Features are asked for by stricter rules than series are (OGC API - Features 1.0, /req/core/query-param-unknown).
    """
    known = [one["name"] for one in parameters]
    strange = [name for name in of.request.query_params if name not in (*known, *_ALSO)]
    if strange:
        raise SelectionError(f"parameter {strange[0][:40]!r} is not known at this address: use {', '.join(known)}")


def _note(of: Held, given: list[tuple[str, Latest]]) -> None:
    noted = access.given_to(of.request)
    if noted is not None:
        noted += [access.one_reading(name, int(one.time.timestamp()), one.entry) for name, one in given]
