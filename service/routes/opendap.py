"""`/dap`: the collections as OPeNDAP datasets (DAP 2.0), for xarray, netCDF, MATLAB, R and whatever else speaks it.

`/dap/chu-hourly` is the collection as it stands; `/dap/chu-hourly@5000` as it stood when the journal held 5,000
entries, and that never changes. A client asks for the structure first and for slices of it much later, by their places:
so the structure of the plain name comes with a cookie that says on how many entries it rests, and the slices that the
same client asks for rest on as many. Of a client that keeps no cookies nobody knows what it saw: where times have moved
within a day, it is refused what may be another time than it means.
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.responses import HTMLResponse

from record.errors import ArnaError, UnknownName
from record.selection import Selection
from service import access, errors
from service.deps import archive_of, network_of
from service.front.lanes import Lane
from service.front.stream import Streamed
from service.front.visit import visit_of
from service.guard.cost import TooMuch, spend
from service.offered import of_readings
from service.opendap import text, xdr
from service.opendap.constraint import Wanted, wanted
from service.opendap.dataset import (
    MOST_CELLS,
    Datasets,
    cells_of,
    read,
    refuse_moved,
    refuse_too_many,
    refuse_unnoted,
)
from service.opendap.layout import Layout
from service.points import points_asked
from service.present import present_moment

router = APIRouter()

_NAME = re.compile(r"(?P<collection>[^@]+)(?:@(?P<size>\d{1,15}))?", re.ASCII)
_SEEN = re.compile(r"(?P<size>\d{1,15})\.(?P<at>\d{1,15})", re.ASCII)
_SAME_SECONDS, _HOUR, _HOURS_OPEN = 60, 3600, 24
_AT_ONCE = 4_000_000
"""Up to so many bytes are sent as one piece with their length; more as they are read."""
_MOST_IN_TEXT = 500_000
_FOR_EVER, _NOT_KEPT = "public, max-age=86400", "private, no-cache"
_BYTES = "application/octet-stream"
_PLAIN = "text/plain; charset=utf-8"
_FAULT: dict[str, Any] = {
    "description": "A fault as DAP spells it, or as all others are where nothing was let in",
    "content": {"text/plain": {}, "application/json": {}},
}
_SAID: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The dataset, in the form that is added to its name",
        "content": {"text/html": {}, "text/plain": {}, "application/octet-stream": {}},
    },
    400: _FAULT,
    404: _FAULT,
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A dataset as a request opens it.

    Its name, whether that is pinned, whether it is known in which state its client saw it, and since when; its layout.
    """

    request: Request
    name: str
    pinned: bool
    known: bool
    at: int
    layout: Layout

    @property
    def wanted(self) -> list[Wanted]:
        """What the constraint asks for; raises `SelectionError` where the client may mean other times than it says."""
        found = wanted(self.request.url.query, self.layout.shapes)
        if not self.known:
            moved = self._moved()
            if moved is not None:
                refuse_moved(self.layout, found, moved)
        return found

    def _moved(self) -> int | None:
        """The first time that came in late within a day."""
        archive = archive_of(self.request)
        since = (self.at // _HOUR - _HOURS_OPEN) * _HOUR
        then = archive.size_as_of(datetime.fromtimestamp(since, UTC))
        return archive.moved(self.name, then, self.layout.heading.count)

    def pieces(self, one: Wanted) -> Iterator[Any]:
        """The values of a variable, whole rows at a time."""
        return read(self.request.app.state.archive, self.layout, one, access.given_to(self.request))

    def taken(self, most: int) -> list[Wanted]:
        """What the constraint asks for, where its client may have so much; raises `SelectionError` or `TooMuch`."""
        found = self.wanted
        refuse_too_many(self.layout, found, most)
        if access.given_to(self.request) is not None:
            refuse_unnoted(found)
        spend(self.request, cells_of(found))
        return found


@router.get("/dap", summary="The collections as OPeNDAP datasets")
def datasets(request: Request) -> dict[str, Any]:
    """Each by its plain name, and by the name that never changes, of the record as it stands now."""
    base, size = str(request.base_url).rstrip("/"), request.app.state.archive.size()
    return {
        "protocol": "DAP 2.0",
        "journal_size": size,
        "datasets": [
            {"collection": name, "href": f"{base}/dap/{name}", "pinned": f"{base}/dap/{name}@{size}"}
            for name in request.app.state.network.collections
        ],
    }


@router.get(
    "/dap/{dataset}",
    summary="A dataset of OPeNDAP, for people; programs add .dds, .das or .dods themselves",
    response_class=Response,
    responses=_SAID,
)
async def dataset(request: Request, dataset: str) -> Response:
    """Forms, by what is added to the name: `.dds` structure, `.das` attributes, `.dods` values, `.ascii`, `.html`."""
    name, dot, form = dataset.rpartition(".")
    if not dot:
        name, form = dataset, "html"
    return await _lane(request).run(partial(_given, request, name, form))


def _lane(request: Request) -> Lane:
    return visit_of(request.scope).lanes.large


def _given(request: Request, name: str, form: str) -> Response:
    try:
        written = _FORMS.get(form)
        if written is None:
            raise UnknownName(
                f".{form[:40]} is not a form of {name[:60]}: use {', '.join(f'.{one}' for one in _FORMS)}"
            )
        asked = _opened(request, name, structure=form == "dds")
        answer = written(asked)
    except ArnaError as fault:
        status = next(status for kind, status in errors.STATUSES.items() if isinstance(fault, kind))
        return _refused(status, str(fault))
    except TooMuch as fault:
        return _refused(fault.status_code, fault.detail, fault.headers)
    answer.headers["XDODS-Server"] = "dods/2.0"
    answer.headers["Cache-Control"] = _FOR_EVER if asked.pinned else _NOT_KEPT
    if not asked.pinned:
        count = asked.layout.heading.count
        answer.set_cookie(_cookie(asked.name), f"{count}.{asked.at}", path="/dap", httponly=True, samesite="lax")
    return answer


def _opened(request: Request, name: str, *, structure: bool) -> _Asked:
    """The dataset of that name; of the plain one the structure as it stands now, the rest as its client saw that.

    Some clients ask for the structure twice: within a minute it is the same.
    """
    state = request.app.state
    found = _NAME.fullmatch(name)
    if found is None:
        raise UnknownName(f"{name[:60]!r} is not a dataset: write a collection, or one with @ and a number of entries")
    collection, said = of_readings(found["collection"], state.network).id, found["size"]
    count = state.archive.counted(int(said)) if said else state.archive.size()
    at = int(state.clock().timestamp())
    seen = None if said else _seen(request, collection, count, at)
    if structure and seen is not None and at - seen[1] > _SAME_SECONDS:
        seen = None
    if seen is not None:
        count, at = seen
    layout = _layout(request, collection, count)
    return _Asked(request, collection, bool(said), bool(said) or structure or seen is not None, at, layout)


def _seen(request: Request, collection: str, size: int, now: int) -> tuple[int, int] | None:
    """On how many entries the client saw the dataset rest, and when, as its cookie has it.

    None where it has none, or one that we cannot have given: of more entries than there are, or of a time to come.
    """
    kept = _SEEN.fullmatch(request.cookies.get(_cookie(collection), ""))
    if kept is None:
        return None
    count, at = int(kept["size"]), int(kept["at"])
    return (count, at) if count <= size and at <= now else None


def _layout(request: Request, collection: str, count: int) -> Layout:
    """That of a collection in a state; one that nobody asked for lately costs a point for each of its times."""
    state = request.app.state
    held: Datasets = state.datasets
    network = network_of(request)
    if not held.holds(network, collection, count):
        known = network.collection(collection)
        asked = Selection(series=(known.series[0].id,), as_of=count)
        spend(request, points_asked(asked, known, lambda _: present_moment(request).span(known)))
    return held.opened(state.archive, network, collection, count)


def _cookie(collection: str) -> str:
    return f"arna-dap-{collection}"


def _refused(status: int, description: str, headers: Mapping[str, str] | None = None) -> Response:
    said = {"Content-Description": "dods_error", **(headers or {})}
    return Response(text.error(status, description[:1000]), status, said, media_type=_PLAIN)


def _dds(asked: _Asked) -> Response:
    said = text.dds(asked.layout, asked.wanted if asked.request.url.query else None)
    return Response(said, headers={"Content-Description": "dods_dds"}, media_type=_PLAIN)


def _das(asked: _Asked) -> Response:
    return Response(text.das(asked.layout), headers={"Content-Description": "dods_das"}, media_type=_PLAIN)


def _dods(asked: _Asked) -> Response:
    parts = asked.taken(MOST_CELLS)
    head = f"{text.dds(asked.layout, parts)}Data:\n".encode()
    texts = {one.name: b"" for one in parts if asked.layout.variables[one.name].type == "String"}
    for one in parts:
        if one.name in texts:
            texts[one.name] = xdr.texts(next(asked.pieces(one)))
    variables = asked.layout.variables
    length = len(head) + sum(
        len(texts[one.name]) if one.name in texts else xdr.size(variables[one.name], one.shape) for one in parts
    )

    def body() -> Iterator[bytes]:
        yield head
        for one in parts:
            if one.name in texts:
                yield texts[one.name]
            else:
                yield from xdr.numbers(variables[one.name], one.shape, asked.pieces(one))

    headers = {"Content-Description": "dods_data", "Content-Length": str(length)}
    return _sent(body(), length, headers, _lane(asked.request))


def _ascii(asked: _Asked) -> Response:
    parts = asked.taken(_MOST_IN_TEXT)
    pieces = [text.dds(asked.layout, parts), "-" * 45, "\n"]
    for one in parts:
        pieces += xdr.ascii_of(one, asked.pieces(one))
    return Response("".join(pieces), headers={"Content-Description": "dods_ascii"}, media_type=_PLAIN)


def _html(asked: _Asked) -> Response:
    layout, name = asked.layout, html.escape(asked.name)
    address = f"{name}@{layout.heading.count}"
    rows = "".join(
        f"<tr><td>{html.escape(text.described(variable))}</td>"
        f"<td>{html.escape(str(variable.attributes.get('long_name', '')))}</td>"
        f"<td>{html.escape(str(variable.attributes.get('units', '')))}</td></tr>"
        for variable in layout.variables.values()
    )
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{name}</title><h1>{name}</h1>'
        f"<p>OPeNDAP, DAP 2.0. Open this address in xarray, netCDF, MATLAB or R. As it stands now, for ever: "
        f'<a href="{address}">{address}</a>, with its <a href="{address}.dds">structure</a> and '
        f'<a href="{address}.das">attributes</a>.'
        f"<p>{html.escape(str(layout.attributes['nature_note']))}<table>{rows}</table></html>"
    )


def _sent(body: Iterator[bytes], length: int, headers: dict[str, str], lane: Lane) -> Response:
    if length <= _AT_ONCE:
        return Response(b"".join(body), headers=headers, media_type=_BYTES)
    # The first values are read before the answer begins, so that what cannot be read is an error and no broken answer.
    begun = b"".join(islice(body, 3))
    return Streamed(begun, body, lane, media_type=_BYTES, headers=headers)


_FORMS: dict[str, Callable[[_Asked], Response]] = {
    "dds": _dds,
    "das": _das,
    "dods": _dods,
    "ascii": _ascii,
    "asc": _ascii,
    "html": _html,
}
