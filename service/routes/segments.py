"""`/segments`: the sealed files, which never change and can be checked by themselves, and lists of them."""

import json
import logging
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, PlainTextResponse
from starlette.types import Receive, Scope, Send

from record.archive import Log
from record.archive.segment.manifest import Piece
from record.errors import RecordError, SelectionError
from record.leaf import write_time
from record.ledger.access import Given
from record.network import Network
from record.network.interval import interval_of as interval_called
from service import access, errors
from service.asked import parameter
from service.cached import FOR_EVER, is_held
from service.deps import LogDep, NetworkDep
from service.interval import interval_of
from service.offered import of_readings

_log = logging.getLogger("arna.service")
router = APIRouter()
_RANGE = re.compile(r"bytes=\s*(?:\d+-\d*|-\d+)(?:\s*,\s*(?:\d+-\d*|-\d+))*", re.ASCII | re.IGNORECASE)
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
    headers = {"Cache-Control": FOR_EVER, "ETag": f'"{sha256}"', "Accept-Ranges": "bytes"}
    if is_held(request, headers["ETag"]):
        if sha256 in request.headers["if-none-match"]:
            _note(request, log, network, sha256, None)
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    size = file.stat().st_size
    spans = _asked(request, size, headers["ETag"])
    if spans == []:
        answer = errors.body(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, f"the file has {size} bytes: ask for fewer")
        answer.headers["Content-Range"] = f"bytes */{size}"
        return answer
    _note(request, log, network, sha256, spans)
    return _File(spans, file, media_type="application/x-netcdf", filename=name, headers=headers)


class _File(FileResponse):
    """A file, or parts of it: rising spans of its bytes that do not touch, None for the whole."""

    def __init__(self, spans: Sequence[tuple[int, int]] | None, path: Path, **said: Any) -> None:
        self._spans = spans
        super().__init__(path, **said)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        headers = [one for one in scope["headers"] if one[0] != b"range"]
        if self._spans is not None:
            asked = ",".join(f"{first}-{end - 1}" for first, end in self._spans)
            headers.append((b"range", f"bytes={asked}".encode()))
        await super().__call__({**scope, "headers": headers}, receive, send)


def _asked(request: Request, size: int, etag: str) -> list[tuple[int, int]] | None:
    """The bytes that a `Range` asks for, first <= byte < end, those that are there; None where it asks for all.

    They rise, and what touches is one. A unit that we do not know asks for all (RFC 9110, 14.2), and so does who has
    parts of another file (`If-Range`).
    Raises `SelectionError` where it cannot be read.
    """
    said, held = request.headers.get("range", ""), request.headers.get("if-range", etag)
    if said.partition("=")[0].strip().lower() != "bytes" or held != etag:
        return None
    if len(said) > _LONGEST_RANGE or not _RANGE.fullmatch(said.strip()):
        raise SelectionError(f"Range {said[:60]!r} cannot be read: write bytes=0-1023")
    found: list[tuple[int, int]] = []
    for first, end in sorted(_span(part.strip(), size) for part in said.partition("=")[2].split(",")):
        if first >= end:
            continue
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((first, end))
    return found


def _span(part: str, size: int) -> tuple[int, int]:
    """One of them; empty where it lies past the end of the file."""
    first, _, last = part.partition("-")
    if not first:
        return max(size - int(last), 0), size
    if last and int(last) < int(first):
        raise SelectionError(f"Range {part} runs backwards: write {last}-{first}")
    return int(first), min(int(last) + 1, size) if last else size


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


def _note(request: Request, log: Log, network: Network, sha256: str, spans: Sequence[tuple[int, int]] | None) -> None:
    """Say what a file gives to a party, and what those parts of it give that are asked for."""
    noted, in_part = access.given_to(request), access.given_in_part(request)
    piece = None if noted is None else log.piece(sha256)
    if noted is None or in_part is None or piece is None:
        return
    noted.append(_given(piece))
    if spans is not None:
        try:
            in_part += _within(log, network, piece, spans)
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
