"""`/events`: what happens to the record, told as it happens, as server-sent events."""

from typing import Any

from fastapi import APIRouter, Request, Response

from record.errors import SelectionError
from record.events.event import EventKind, Place
from service import errors
from service.asked import parameter
from service.events.frames import MEDIA
from service.events.hub import Hub
from service.events.stream import EventStream, as_long_as
from service.events.wanted import place_asked, wanted
from service.guard.doors import HOLDS
from service.offered import of_readings

router = APIRouter()

_TOO_MANY = 503
_PARAMETERS = [
    parameter("after", "Id of an event: what happened after it is told first, then what happens from now on", "1204"),
    parameter("from", "A number of entries, such as journal_size: what is beyond them is told first", "1205"),
    parameter("kind", f"Wanted kinds, separated by commas: {', '.join(EventKind)}", "new,amended"),
    parameter("collection", "Ids of wanted collections, separated by commas"),
    parameter("series", "Ids of wanted series, separated by commas"),
    parameter("party", "Ids of the parties whose stations or sources are wanted, separated by commas"),
    {
        "name": "Last-Event-ID",
        "in": "header",
        "required": False,
        "description": "What a client sends by itself when it comes again; it goes before after and from",
        "schema": {"type": "string"},
    },
]
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"description": "A stream that lasts", "content": {MEDIA: {"schema": {"type": "string"}}}}
}


@router.get(
    "/events",
    summary="What happens to the record, as it happens: new, amended, late, issued",
    response_class=Response,
    responses=_STREAM,
    openapi_extra={"parameters": _PARAMETERS},
)
async def events(request: Request) -> Response:
    """Server-sent events. The id of one is the index of its entry, with which a client goes on where it was."""
    network = request.app.state.network
    for name in request.query_params.get("collection", "").split(","):
        if name.strip():
            of_readings(name.strip(), network)
    chosen, hub = wanted(request.query_params, network), _hub_of(request)
    last_id = request.headers.get("last-event-id")
    place = place_asked(request.query_params, last_id)
    client = "" if request.client is None else request.client.host
    if hub.is_full(client):
        return errors.body(_TOO_MANY, "too many listen already: close some of your streams, or come again later")
    size = await hub.open()
    if place is not None and not last_id:
        _refuse_beyond(place, size)
    # Where no guard stands everybody may listen.
    holds = request.scope.get("state", {}).get(HOLDS, lambda: True)
    return EventStream(hub, client, as_long_as(holds, hub.listen(place, chosen)))


def _refuse_beyond(place: Place, size: int) -> None:
    # An id that a client had elsewhere, at a mirror that is ahead of us, is waited for.
    if place.entry > size:
        raise SelectionError(f"the journal holds {size} entries, and not yet what you go on from: ask without it")


def _hub_of(request: Request) -> Hub:
    found: Hub = request.app.state.events
    return found
