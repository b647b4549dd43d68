"""`/metrics` and `/ready`: for those who run the service, and the programs that watch it for them."""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.exceptions import HTTPException

from record.errors import RecordError
from record.ledger.amiss import Kind
from service.deps import ArchiveDep, NetworkDep
from service.front.visit import in_lane
from service.guard import doors

router = APIRouter()


@router.get("/ready", summary="Whether questions would be answered now")
@in_lane(lambda lanes: lanes.pulse)
def ready(_: Request, archive: ArchiveDep, network: NetworkDep, response: Response) -> dict[str, Any]:
    """Status 503 with the error body while the record cannot be read: ask another machine meanwhile."""
    response.headers["Cache-Control"] = "no-store"
    try:
        size = archive.size()
    except RecordError as fault:
        raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, str(fault)) from None
    return {"status": "ready", "network": network.version, "journal_size": size}


@router.get("/metrics", summary="What the service counts of itself, for Prometheus", response_class=Response)
@in_lane(lambda lanes: lanes.pulse)
def metrics(request: Request) -> Response:
    """On the machine itself, or with a token of scope `metrics`."""
    doors.for_operator(request)
    told: bytes = request.app.state.metrics.text()
    return Response(told, media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def figures(state: Any) -> dict[str, float | dict[str, float]]:
    """The figures of the moment, of an app's state; those of the record are left out while it cannot be read."""
    today = state.clock().date()
    found: dict[str, float | dict[str, float]] = {
        "arna_tokens_ending_soon": sum(token.ends_soon(today) for token in state.tokens.all()),
    }
    try:
        grown = state.archive.grown()
        found["arna_journal_entries"] = state.archive.size()
        if grown is not None:
            found["arna_last_entry_age_seconds"] = (state.clock() - grown).total_seconds()
        kinds = [one.kind for one in state.ledger.warnings()]
        found["arna_warnings"] = {kind.value: kinds.count(kind) for kind in Kind}
    except RecordError:
        pass
    return found
