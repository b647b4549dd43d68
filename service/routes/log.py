"""`/log` and `/proof`: what a witness, a mirror or anyone else needs to check that all were told the same."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from record.errors import ProofError, SelectionError, UnknownName
from record.proof import tiles
from service.deps import ArchiveDep, LogDep, NowDep
from service.interval import as_of_of, moment_of

router = APIRouter()
_FOR_EVER = "public, max-age=31536000, immutable"
_BRIEFLY = "public, max-age=5"


@router.get("/log/checkpoint", summary="The last signed size and root of the journal, as a C2SP checkpoint")
def last_checkpoint(log: LogDep) -> Response:
    """A signed note."""
    return Response(log.checkpoint(), media_type="text/plain; charset=utf-8", headers={"Cache-Control": _BRIEFLY})


@router.get("/log/tile/{path:path}", summary="A tile of the tree, or a bundle of entries, by C2SP tlog-tiles")
def tile(path: str, log: LogDep) -> Response:
    """Bytes that never change."""
    try:
        level, number, width = tiles.parse_path(f"tile/{path}")
    except ProofError as fault:
        raise UnknownName(str(fault)) from None
    body = log.tile(level, number, width)
    return Response(body, media_type="application/octet-stream", headers={"Cache-Control": _FOR_EVER})


@router.get("/proof", summary="The proof of one entry of the journal, as a C2SP tlog-proof")
def proof(
    archive: ArchiveDep,
    log: LogDep,
    now: NowDep,
    entry: Annotated[int | None, Query(description="Index of an entry")] = None,
    series: Annotated[str | None, Query(description="Id of a series, together with `time`")] = None,
    time: Annotated[str | None, Query(description="The reading's time, in RFC 3339 with offset")] = None,
    as_of: Annotated[str | None, Query(alias="as-of")] = None,
) -> Response:
    """Of an entry, or of the one that says the reading of a series at a time; the entry is within, as `extra`."""
    of_reading = (series is not None, time is not None)
    if of_reading not in ((True, True), (False, False)) or (entry is None) != all(of_reading):
        raise SelectionError("a proof is of an entry, or of a series at a time: give entry=, or series= and time=")
    if entry is None:
        said = archive.history(str(series), moment_of(str(time)), as_of_of(as_of, now))
        if not said:
            raise UnknownName(f"nothing was said of {series} at {time}: see /history")
        entry = said[-1].entry
    name = f'attachment; filename="entry-{entry}.tlog-proof"'
    headers = {"Cache-Control": _BRIEFLY, "Content-Disposition": name}
    return Response(log.proof(entry).encode(), media_type="text/plain; charset=utf-8", headers=headers)
