"""`/`, `/conformance` and `/health`: where to begin, what we claim, whether we are well."""

from typing import Any

from fastapi import APIRouter, Request

from record.leaf import write_time
from service.deps import ArchiveDep, LogDep, NetworkDep
from service.describe import link
from service.routes.api import OPENAPI_MEDIA
from service.standing import sentence

router = APIRouter()

_CLASSES = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-edr-1/1.1/conf/core",
    "http://www.opengis.net/spec/ogcapi-edr-1/1.1/conf/collections",
    "http://www.opengis.net/spec/ogcapi-edr-1/1.1/conf/json",
    "http://www.opengis.net/spec/ogcapi-edr-1/1.1/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-edr-1/1.1/conf/edr-geojson",
    "http://www.opengis.net/spec/ogcapi-edr-1/1.1/conf/covjson",
    "http://www.opengis.net/spec/ogcapi-edr-1/1.1/conf/queries",
)


@router.get("/", summary="Where to begin")
def landing(request: Request, network: NetworkDep) -> dict[str, Any]:
    """The landing page."""
    base = str(request.base_url).rstrip("/")
    return {
        "title": "Arna",
        "description": "The shared water record of the Chu and Talas basins",
        "links": [
            link(f"{base}/", "self"),
            link(f"{base}/api", "service-desc", OPENAPI_MEDIA),
            link(f"{base}/conformance", "conformance"),
            link(f"{base}/collections", "data"),
            link(f"{base}/log/standing", "status", title="How the record stands with both countries"),
            link(f"{base}/status", "status", title="What is amiss: late, silent, stuck or refused"),
            link(f"{base}/ledger", "related", title="What each party owed, and when it came"),
            link(f"{base}/dap", "related", title="The collections as OPeNDAP datasets"),
            link(f"{base}/sensorthings/v1.1", "related", title="The record as SensorThings 1.1"),
            link(f"{base}/segments", "related", title="The sealed files, for download in bulk"),
            link(f"{base}/reports/daily/latest?f=html", "alternate", "text/html", "The daily exchange report"),
        ],
        "provider": {"name": ", ".join(party.names["en"] for party in network.parties.values())},
    }


@router.get("/conformance", summary="What we claim to conform to")
def conformance() -> dict[str, Any]:
    """The conformance classes; CSV and netCDF have none of their own."""
    return {"conformsTo": list(_CLASSES)}


@router.get("/health", summary="Whether the record answers")
def health(archive: ArchiveDep, network: NetworkDep, log: LogDep) -> dict[str, Any]:
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
