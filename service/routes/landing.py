"""`/`, `/conformance` and `/health`: where to begin, what we claim, whether we are well."""

from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from record.leaf import write_time
from service.deps import ArchiveDep, LogDep, NetworkDep, network_of
from service.describe import link
from service.describe.link import HTML, in_both
from service.documents import base_of, form_parameter, responses, wants_page, written
from service.front.visit import in_lane, visit_of
from service.openapi import MEDIA_30, MEDIA_31
from service.reports.feed import ATOM
from service.routes.pages import overview
from service.standing import sentence

router = APIRouter()

_EDR = ("core", "collections", "json", "geojson", "edr-geojson", "covjson", "html", "oas30", "queries", "instances")
_FEATURES = ("core", "geojson", "html", "oas30")
_CLASSES = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    *(f"http://www.opengis.net/spec/ogcapi-edr-1/1.1/conf/{name}" for name in _EDR),
    *(f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in _FEATURES),
)


@router.get(
    "/",
    summary="Where to begin",
    response_class=Response,
    responses=responses("The landing page"),
    openapi_extra={"parameters": [form_parameter()]},
)
async def landing(request: Request) -> Response:
    """The landing page; for people the overview, from which its links can be reached too."""
    document = _document(request)
    if not wants_page(request):
        return written(request, document, "Arna")
    lanes = visit_of(request.scope).lanes
    lane = lanes.papers if "as-of" in request.query_params else lanes.large
    return await lane.run(partial(overview.page, request, document["links"]))


def _document(request: Request) -> dict[str, Any]:
    base, parties = base_of(request), network_of(request).parties.values()
    return {
        "title": "Arna",
        "description": "The shared water record of the Chu and Talas basins",
        "links": [
            *in_both(f"{base}/"),
            link(f"{base}/api", "service-desc", MEDIA_30, "Every address, in OpenAPI 3.0"),
            link(f"{base}/api/3.1", "related", MEDIA_31, "Every address, in OpenAPI 3.1"),
            link(f"{base}/api?f=html", "service-doc", HTML, "Every address, as a page"),
            link(f"{base}/conformance", "conformance", title="What the service claims to fulfil"),
            link(f"{base}/collections", "data", title="The collections: a basin at an interval each"),
            link(f"{base}/log/standing", "status", title="How the record stands with both countries"),
            link(f"{base}/status", "status", title="What is amiss: late, silent, stuck or refused"),
            link(f"{base}/ledger", "related", title="What each party owed, and when it came"),
            link(f"{base}/dap", "related", title="The collections as OPeNDAP datasets"),
            link(f"{base}/sensorthings/v1.1", "related", title="The record as SensorThings 1.1"),
            link(f"{base}/segments", "related", title="The sealed files, for download in bulk"),
            link(f"{base}/reports", "related", title="The exchange reports: editions, and what was issued of each"),
            link(f"{base}/reports/daily?f=html", "related", HTML, "The daily exchange reports as issued, newest first"),
            link(f"{base}/reports/daily/latest?f=html", "related", HTML, "What is known now of that day, not issued"),
            link(f"{base}/reports/daily/feed.atom", "related", ATOM, "The daily exchange reports as they are issued"),
        ],
        "provider": {"name": ", ".join(party.names["en"] for party in parties)},
    }


@router.get(
    "/conformance",
    summary="What we claim to conform to",
    response_class=Response,
    responses=responses("The conformance classes"),
    openapi_extra={"parameters": [form_parameter()]},
)
def conformance(request: Request) -> Response:
    """The conformance classes; CSV and netCDF have none of their own."""
    return written(request, {"conformsTo": list(_CLASSES)}, "Conformance")


@router.get("/health", summary="Whether the record answers")
@in_lane(lambda lanes: lanes.pulse)
def health(_: Request, archive: ArchiveDep, network: NetworkDep, log: LogDep) -> dict[str, Any]:
    """The size of the journal and when it last grew; status 503 with the error body where the record is away."""
    grown = archive.grown()
    return {
        "status": "ok",
        "origin": network.origin,
        "network": network.version,
        "journal_size": archive.size(),
        "last_entered": None if grown is None else write_time(grown),
        "record": sentence(log.standing(), network),
    }
