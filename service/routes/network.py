"""`/network`: which version of the network is in force, which one waits for whose approval, and approving it."""

import hashlib
import os
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool

from record.errors import ProofError, RecordError, SelectionError, UnknownName
from record.force import Proposal
from record.network import Network
from service.deps import LogDep, NetworkDep

router = APIRouter()
APPROVALS = "approvals"
_LONGEST_APPROVAL = 4096


def _data_of(request: Request) -> Path:
    found: Path = request.app.state.data
    return found


@router.get("/network", summary="The version in force, and the one that waits for approvals")
def declared(network: NetworkDep, log: LogDep) -> dict[str, Any]:
    """Files by their SHA-256; their bytes are at /log/receipt."""
    waiting = log.proposal()
    return {
        "origin": network.origin,
        "version": network.version,
        "in_force": log.version_in_force() == network.version,
        "files": _files(network),
        "proposal": None if waiting is None else _proposal(waiting),
    }


@router.get("/network/proposal", summary="What an approver signs, as text", response_class=Response)
def statement(log: LogDep) -> Response:
    """The text of the statement on the proposal that waits."""
    waiting = log.proposal()
    if waiting is None:
        raise UnknownName("no version of the network waits for approval")
    return Response(waiting.statement, media_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})


@router.post("/network/approvals", status_code=202, summary="Send the approval of one party, as a signed note")
async def approve(request: Request, log: LogDep, data: Annotated[Path, Depends(_data_of)]) -> dict[str, str]:
    """Taken when it is an approval of what waits; the writer of the record enters it within a minute."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_APPROVAL:
            raise SelectionError(f"an approval has at most {_LONGEST_APPROVAL} bytes")
    return await run_in_threadpool(_take, bytes(body), log, data)


def _take(approval: bytes, log: LogDep, data: Path) -> dict[str, str]:
    waiting = log.proposal()
    if waiting is None:
        raise UnknownName("no version of the network waits for approval")
    try:
        signer = waiting.approver(approval)
    except ProofError as fault:
        raise SelectionError(f"this approves nothing: {fault}") from None
    folder = data / APPROVALS
    name = f"{hashlib.sha256(approval).hexdigest()}.note"
    try:
        folder.mkdir(exist_ok=True)
        unfinished = folder / f"{name}.part"
        unfinished.write_bytes(approval)
        os.replace(unfinished, folder / name)
    except OSError as fault:
        raise RecordError(f"the approval could not be laid into {APPROVALS}: {fault.strerror}; try again") from None
    return {"approved_by": signer, "version": waiting.network.version}


def _files(network: Network) -> dict[str, str]:
    return {name: hashlib.sha256(body).hexdigest() for name, body in sorted(network.files.items())}


def _proposal(waiting: Proposal) -> dict[str, Any]:
    return {
        "entry": waiting.entry,
        "version": waiting.network.version,
        "files": _files(waiting.network),
        "approved_by": sorted(waiting.approved),
        "lacks": list(waiting.lacking),
    }
