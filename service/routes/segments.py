"""`/segments`: the sealed files, which never change and can be checked by themselves."""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from record.archive.segment.manifest import Piece
from record.leaf import write_time
from record.ledger.access import Given
from service import access
from service.deps import LogDep

router = APIRouter()
_FOR_EVER = "public, max-age=31536000, immutable"


@router.get("/segments", summary="The sealed files: which collection and period each holds")
def listing(log: LogDep) -> dict[str, Any]:
    """By SHA-256, with the size of the journal on which each rests."""
    return {
        "segments": [
            {
                "sha256": piece.sha256,
                "collection": piece.period.collection,
                "start": write_time(datetime.fromtimestamp(piece.period.start, UTC)),
                "end": write_time(datetime.fromtimestamp(piece.period.end, UTC)),
                "journal_size": piece.size,
                "bytes": piece.bytes,
                "href": f"/segments/{piece.sha256}.nc",
                "proof": f"/proof?segment={piece.sha256}",
            }
            for piece in log.segments()
        ]
    }


@router.get("/segments/{sha256}.nc", summary="A sealed file, as CF netCDF", response_class=Response)
def segment(sha256: str, request: Request, log: LogDep) -> FileResponse:
    """Its SHA-256 is its name, and stands in the seal that its proof shows."""
    name, file = f"{sha256}.nc", log.segment(sha256)
    noted = access.given_to(request)
    if noted is not None:
        noted += [_given(piece) for piece in log.segments() if piece.sha256 == sha256]
    return FileResponse(file, media_type="application/x-netcdf", filename=name, headers={"Cache-Control": _FOR_EVER})


def _given(piece: Piece) -> Given:
    """What a file holds: its collection over its period, as it stood when the journal had so many entries."""
    period = piece.period
    return Given(subject=period.collection, start=period.start, end=period.end, size=piece.size)
