"""`/segments`: the sealed files, which never change and can be checked by themselves, and lists of them."""

import json
import logging
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, PlainTextResponse

from record.archive import Log
from record.archive.segment.manifest import Piece
from record.errors import RecordError
from record.leaf import write_time
from record.ledger.access import Given
from record.network import Network
from record.network.interval import interval_of as interval_called
from service import access, errors
from service.asked import parameter
from service.cached import is_held
from service.deps import LogDep, NetworkDep
from service.interval import interval_of
from service.offered import of_readings

_log = logging.getLogger("arna.service")
router = APIRouter()
_FOR_EVER = "public, max-age=31536000, immutable"
_RANGE = re.compile(r"bytes=\s*(?:\d+-\d*|-\d+)(?:\s*,\s*(?:\d+-\d*|-\d+))*", re.ASCII)
_BEGINS, _ENDINGS = re.compile(r"(\d+)-", re.ASCII), re.compile(r"[=,]\s*-", re.ASCII)
_LONGEST_RANGE = 500
_YAML = "application/yaml"
_FILTERS: dict[str, Any] = {
    "parameters": [
        parameter("collection", "Files of this collection alone", "chu-hourly"),
        parameter("interval", "Files of collections at this interval alone", "hourly"),
        parameter("datetime", "Files that hold a time of this interval", "2026-05-01/2026-05-31"),
    ]
}
_TOGETHER = {"data_vars": "minimal", "coords": "minimal", "compat": "no_conflicts", "join": "outer"}
"""How files of a collection lie behind each other; stations are told apart by their ids, see the documents."""


@router.get("/segments", summary="The sealed files: which collection and period each holds", openapi_extra=_FILTERS)
def listing(request: Request, log: LogDep, network: NetworkDep) -> dict[str, Any]:
    """By SHA-256, with the size of the journal on which each rests."""
    return {
        "sha256sums": "/segments/SHA256SUMS",
        "catalogue": "/segments/catalogue.yaml",
        "segments": [
            {
                "sha256": piece.sha256,
                "collection": piece.period.collection,
                "start": _moment(piece.period.start),
                "end": _moment(piece.period.end),
                "journal_size": piece.size,
                "bytes": piece.bytes,
                "href": f"/segments/{piece.sha256}.nc",
                "proof": f"/proof?segment={piece.sha256}",
            }
            for piece in _wanted(request, log.segments(), network)
        ],
    }


@router.get(
    "/segments/SHA256SUMS",
    summary="The hashes of the sealed files, as sha256sum checks them",
    response_class=PlainTextResponse,
    openapi_extra=_FILTERS,
)
def sums(request: Request, log: LogDep, network: NetworkDep) -> PlainTextResponse:
    """A line a file: its hash, two blanks, its name."""
    pieces = _wanted(request, log.segments(), network)
    return PlainTextResponse("".join(f"{piece.sha256}  {piece.sha256}.nc\n" for piece in pieces))


@router.get(
    "/segments/catalogue.yaml",
    summary="The sealed files as a catalogue of intake, a source a collection",
    response_class=Response,
    openapi_extra=_FILTERS,
)
def catalogue(request: Request, log: LogDep, network: NetworkDep) -> Response:
    """Version 1 of intake's catalogues; in JSON, which is YAML too."""
    files: dict[str, list[Piece]] = {}
    for piece in _wanted(request, log.segments(), network):
        files.setdefault(piece.period.collection, []).append(piece)
    base = str(request.base_url).rstrip("/")
    document = {
        "metadata": {"version": 1, "origin": network.origin, "service": base},
        "sources": {name: _source(name, pieces, base) for name, pieces in files.items()},
    }
    return Response(json.dumps(document, indent=2, ensure_ascii=False) + "\n", media_type=_YAML)


def _source(collection: str, pieces: Sequence[Piece], base: str) -> dict[str, Any]:
    urls = [f"{base}/segments/{piece.sha256}.nc" for piece in pieces]
    return {
        "description": f"{collection}: sealed files from {_moment(pieces[0].period.start)} "
        f"to {_moment(pieces[-1].period.end)}. Stations may differ from file to file: make station_id the dimension "
        "of each before they are joined.",
        "driver": "netcdf",
        "args": {
            # Each is copied once; netCDF would take the bare address of a file for one of OPeNDAP.
            "urlpath": [f"simplecache::{url}" for url in urls],
            "combine": "nested",
            "concat_dim": "time",
            "xarray_kwargs": _TOGETHER,
        },
        "metadata": {
            "urls": urls,
            "sha256": [piece.sha256 for piece in pieces],
            "journal_size": [piece.size for piece in pieces],
            "bytes": sum(piece.bytes for piece in pieces),
        },
    }


@router.head("/segments/{sha256}.nc", include_in_schema=False)
@router.get("/segments/{sha256}.nc", summary="A sealed file, as CF netCDF", response_class=Response)
def segment(sha256: str, request: Request, log: LogDep, network: NetworkDep) -> Response:
    """Its SHA-256 is its name, and stands in the seal that its proof shows. Parts of it can be asked for (`Range`)."""
    name, file = f"{sha256}.nc", log.segment(sha256)
    headers = {"Cache-Control": _FOR_EVER, "ETag": f'"{sha256}"', "Accept-Ranges": "bytes"}
    if is_held(request, headers["ETag"]):
        if sha256 in request.headers["if-none-match"]:
            _note(request, log, network, sha256, None)
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    size = file.stat().st_size
    if (refused := _range_refused(request, size)) is not None:
        return refused
    _note(request, log, network, sha256, size)
    return FileResponse(file, media_type="application/x-netcdf", filename=name, headers=headers)


def _range_refused(request: Request, size: int) -> Response | None:
    """The answer to a `Range` that cannot be read, or lies past the end of the file."""
    said = request.headers.get("range")
    if said is None or "if-range" in request.headers:
        return None
    if len(said) > _LONGEST_RANGE or not _RANGE.fullmatch(said.strip()):
        return errors.body(HTTPStatus.BAD_REQUEST, f"Range {said[:60]!r} cannot be read: write bytes=0-1023")
    if all(int(first) >= size for first in _BEGINS.findall(said)) and not _ENDINGS.search(said):
        answer = errors.body(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, f"the file has {size} bytes: ask for fewer")
        answer.headers["Content-Range"] = f"bytes */{size}"
        return answer
    return None


def _wanted(request: Request, pieces: Sequence[Piece], network: Network) -> list[Piece]:
    """Those that the address asks for, by collection and time; raises `SelectionError` for what cannot be read."""
    given = request.query_params
    start, end = interval_of(given.get("datetime"))
    found = [piece for piece in pieces if piece.first < end.timestamp() and piece.last >= start.timestamp()]
    if collection := given.get("collection"):
        of_readings(collection, network)
        found = [piece for piece in found if piece.period.collection == collection]
    if interval := given.get("interval"):
        interval_called(interval[:40])
        found = [piece for piece in found if piece.period.collection.endswith(f"-{interval}")]
    return sorted(found, key=lambda piece: piece.period)


def _moment(time: int) -> str:
    return write_time(datetime.fromtimestamp(time, UTC))


def _note(request: Request, log: Log, network: Network, sha256: str, size: int | None) -> None:
    """Say what a file gives to a party, and what the parts of it that are asked for give of its `size` bytes."""
    noted, in_part = access.given_to(request), access.given_in_part(request)
    piece = None if noted is None else log.piece(sha256)
    if noted is None or in_part is None or piece is None:
        return
    noted.append(_given(piece))
    said = request.headers.get("range")
    if said is not None and size is not None:
        try:
            in_part += _within(log, network, piece, _spans(said, size))
        except RecordError as fault:
            _log.warning("it is not noted what a part of a file gives: %s", fault)


def _given(piece: Piece) -> Given:
    """What a file holds: its collection over its period, as it stood when the journal had so many entries."""
    period = piece.period
    return Given(subject=period.collection, start=period.start, end=period.end, size=piece.size)


def _within(log: Log, network: Network, piece: Piece, spans: Sequence[tuple[int, int]]) -> list[Given]:
    """What parts of a file give: the readings whose values lie whole in them, for half a chunk cannot be inflated."""
    found = log.within(piece, spans)
    if found is None:
        return [_given(piece)]
    interval = network.collection(piece.period.collection).interval
    names = [(f"{station}.{quantity}.{interval}", first, last) for station, quantity, first, last in found]
    return [
        Given(subject=name, start=first, end=last + 1, size=piece.size)
        for name, first, last in names
        if name in network.series
    ]


def _spans(said: str, size: int) -> list[tuple[int, int]]:
    """The bytes that a `Range` asks for, first <= byte < end; they rise, and what touches is one."""
    found: list[tuple[int, int]] = []
    for first, end in sorted(_span(part, size) for part in said.partition("=")[2].split(",")):
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((first, end))
    return found


def _span(part: str, size: int) -> tuple[int, int]:
    first, _, last = part.strip().partition("-")
    if not first:
        return max(size - int(last), 0), size
    return int(first), min(int(last) + 1, size) if last else size
