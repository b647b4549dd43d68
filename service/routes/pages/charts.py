"""`/hydrographs/{series}.svg`: the chart of a page as a picture of its own, to be sent on or printed."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from record.errors import UnknownName
from record.network import Network
from service.accept import in_language
from service.cached import PRIVATELY, etag_of_bytes
from service.deps import NetworkDep
from service.front.visit import in_lane, visit_of
from service.hydrographs import Hydrograph
from service.page.called import called
from service.page.hydrograph.drawing import picture
from service.page.hydrograph.figure import names_of, unreal
from service.page.hydrograph.naming import Naming
from service.page.hydrograph.rows import before_row, rows
from service.page.hydrograph.sheet import Sheet, svg
from service.page.shell import Shell
from service.present import present_moment
from service.routes.hydrographs import SpanDep, drawn
from service.routes.pages.asked import ShellDep, sentence_of
from service.standing import STATE

router = APIRouter()
_FRESH = "public, no-cache"
Beside = Annotated[str | None, Query(description="Other series in the same chart, with commas between them")]


@router.get("/hydrographs/{series}.svg", include_in_schema=False)
@in_lane(lambda lanes: lanes.large)
def chart(
    series: str, request: Request, network: NetworkDep, shell: ShellDep, span: SpanDep, beside: Beside = None
) -> Response:
    """The picture in the reader's language; raises `UnknownName` where nothing is known of the span."""
    held = drawn(request, network, [series, *(beside.split(",") if beside else ())], span)
    present = present_moment(request)
    said = present.said(held[0].count, fixed=span.as_of is not None)
    body = _svg(shell, network, held, sentence_of(shell.reader, network, said)).encode()
    headers = {
        "ETag": etag_of_bytes(body),
        "Cache-Control": PRIVATELY if visit_of(request.scope).private else _FRESH,
        "Vary": "Accept-Language",
        STATE: said.state,
        **in_language(shell.code),
    }
    if visit_of(request.scope).has(headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="image/svg+xml", headers=headers)


def _svg(shell: Shell, network: Network, held: tuple[Hydrograph, ...], standing: str) -> str:
    language, drawing = shell.reader.language, picture(network, held)
    if drawing is None:
        raise UnknownName(f"nothing is known of {held[0].series} in that span: choose another")
    naming, series = Naming(shell.reader, network, held), [network.series[one.series] for one in held]
    names = names_of(language, network, held) if len(held) == 1 else [called(one, network, language) for one in series]
    stations = [network.station(one.station) for one in series]
    before = before_row(network, held[0], language.say("last year")) if len(held) == 1 else None
    count = held[0].count
    rests = language.many(
        "It rests on the first entry of the journal.", "It rests on the first {count} entries of the journal.", count
    )
    sheet = Sheet(
        picture=drawing,
        title=", ".join(dict.fromkeys(language.name(one.names) for one in stations)),
        span=naming.span,
        rows=[*rows(network, held, names), *([before] if before else [])],
        times=naming.times,
        nature=unreal(network, held),
        feet=(
            *(f"{one.series} · {station.source}" for one, station in zip(held, stations, strict=True)),
            rests,
            standing,
            shell.api(f"/hydrographs/{held[0].series}", **{name: to for name, to in shell.asked if name != "beside"}),
        ),
    )
    return svg(sheet, language)
