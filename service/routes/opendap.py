"""`/dap`: the collections as OPeNDAP datasets (DAP 2.0), for xarray, netCDF, MATLAB, R and whatever else speaks it.

`/dap/chu-hourly` is the collection as it stands; `/dap/chu-hourly@5000` as it stood when the journal held 5,000
entries, and that never changes. A client asks for the structure first and for slices of it much later, by their places:
so the structure of the plain name comes with a cookie that says on how many entries it rests, and the slices that the
same client asks for rest on as many. Of a client that keeps no cookies nobody knows what it saw: where times have moved
within a day, it is refused what may be another time than it means.
"""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, StreamingResponse

from record.errors import ArnaError, UnknownName
from service import access, errors
from service.guard.cost import spend
from service.offered import of_readings
from service.opendap import text, xdr
from service.opendap.constraint import Wanted, wanted
from service.opendap.dataset import Datasets, cells_of, first_moved, read, refuse_moved, refuse_too_many
from service.opendap.layout import Layout

router = APIRouter()

_NAME = re.compile(r"(?P<collection>[^@]+)(?:@(?P<size>\d{1,15}))?", re.ASCII)
_SEEN = re.compile(r"(?P<size>\d{1,15})\.(?P<at>\d{1,15})", re.ASCII)
_SAME_SECONDS, _HOUR, _HOURS_OPEN = 60, 3600, 24
_AT_ONCE = 4_000_000
"""Up to so many bytes are sent as one piece with their length; more as they are read."""
_MOST_IN_TEXT = 500_000
_FOR_EVER, _NOT_KEPT = "public, max-age=86400", "private, no-cache"
_PLAIN = "text/plain; charset=utf-8"
_FAULT: dict[str, Any] = {"description": "A fault, as DAP spells it", "content": {"text/plain": {}}}
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
        """The first time that came in late within a day: as this process saw it, or as the day before has it."""
        state, since = self.request.app.state, (self.at // _HOUR - _HOURS_OPEN) * _HOUR
        then = state.archive.size_as_of(datetime.fromtimestamp(since, UTC))
        earlier = state.archive.axis(self.name, then)
        held: Datasets = state.datasets
        moved = (held.moved(self.name, since), first_moved(earlier, self.layout.time))
        return min((time for time in moved if time is not None), default=None)

    def pieces(self, one: Wanted) -> Iterator[Any]:
        """The values of a variable, whole rows at a time."""
        return read(self.request.app.state.archive, self.layout, one, access.given_to(self.request))


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
    return await run_in_threadpool(_given, request, name, form)


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
        return _refused(fault)
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
    kept = _SEEN.fullmatch(request.cookies.get(_cookie(collection), ""))
    if said or (structure and kept is not None and at - int(kept["at"]) > _SAME_SECONDS):
        kept = None
    if kept is not None:
        count, at = min(count, int(kept["size"])), int(kept["at"])
    held: Datasets = state.datasets
    layout = held.opened(state.archive, state.network, collection, count, at)
    return _Asked(request, collection, bool(said), bool(said) or structure or kept is not None, at, layout)


def _cookie(collection: str) -> str:
    return f"arna-dap-{collection}"


def _refused(fault: ArnaError) -> Response:
    status = next(status for kind, status in errors.STATUSES.items() if isinstance(fault, kind))
    return Response(
        text.error(status, str(fault)[:1000]), status, {"Content-Description": "dods_error"}, media_type=_PLAIN
    )


def _dds(asked: _Asked) -> Response:
    said = text.dds(asked.layout, asked.wanted if asked.request.url.query else None)
    return Response(said, headers={"Content-Description": "dods_dds"}, media_type=_PLAIN)


def _das(asked: _Asked) -> Response:
    return Response(text.das(asked.layout), headers={"Content-Description": "dods_das"}, media_type=_PLAIN)


def _dods(asked: _Asked) -> Response:
    parts = asked.wanted
    refuse_too_many(asked.layout, parts)
    spend(asked.request, cells_of(parts))
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
    return _sent(body(), length, headers, "application/octet-stream")


def _ascii(asked: _Asked) -> Response:
    parts = asked.wanted
    refuse_too_many(asked.layout, parts, _MOST_IN_TEXT)
    spend(asked.request, cells_of(parts))
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


def _sent(body: Iterator[bytes], length: int, headers: dict[str, str], media: str) -> Response:
    if length <= _AT_ONCE:
        return Response(b"".join(body), headers=headers, media_type=media)
    # The first values are read before the answer begins, so that what cannot be read is an error and no broken answer.
    begun = [next(body), next(body), next(body)]
    return StreamingResponse(_after(begun, body), headers=headers, media_type=media)


def _after(begun: list[bytes], rest: Iterator[bytes]) -> Iterator[bytes]:
    yield from begun
    yield from rest


_FORMS: dict[str, Callable[[_Asked], Response]] = {
    "dds": _dds,
    "das": _das,
    "dods": _dods,
    "ascii": _ascii,
    "asc": _ascii,
    "html": _html,
}
