"""`/inbox`: where a party puts its messages, with a token of its own; the writer of the record takes them there."""

import asyncio
import errno
from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from record.errors import RecordError, UnknownName
from record.network import Network
from record.network.source import Source
from service.deps import NetworkDep, NowDep
from service.inbox import Inbox, Pushed, Upload
from service.tokens import SENT, Scope, Token

router = APIRouter()
LONGEST_SECONDS = 600.0
"""How long a message may take to come."""
_RETRY_SECONDS = 600
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_RECEIPT = {
    "application/json": {
        "schema": {
            "type": "object",
            "required": ["source", "name", "sha256", "bytes", "received"],
            "properties": {
                "source": {"type": "string"},
                "name": {"type": "string"},
                "sha256": {"type": "string"},
                "bytes": {"type": "integer"},
                "received": {"type": "string", "format": "date-time"},
            },
        }
    }
}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "The same bytes were pushed before: the receipt of then", "content": _RECEIPT},
    202: {"description": "Held: the receipt", "content": _RECEIPT},
}
_BODY = {
    "requestBody": {
        "required": True,
        "description": "The message as it is, in the format that its source declares; at most `max_bytes` of it",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


def _inbox_of(source: str, request: Request, network: NetworkDep) -> tuple[Source, Inbox]:
    """The inbox of a source, for the party whose token was sent. Whoever has none learns nothing of the sources."""
    if request.app.state.mirrors:
        raise HTTPException(HTTPStatus.FORBIDDEN, "this is a mirror, which takes no messages: push to the main node")
    token: Token | None = request.scope["state"].get(SENT)
    if token is None:
        raise HTTPException(
            HTTPStatus.UNAUTHORIZED,
            "no token of a party was sent: send Authorization: Bearer TOKEN, as arna token new made it",
            {"WWW-Authenticate": 'Bearer realm="arna"'},
        )
    if Scope.PUSH not in token.scopes:
        raise HTTPException(
            HTTPStatus.FORBIDDEN, f"the token {token.id} does not open inboxes: it needs the scope push"
        )
    found = _pushed_into(network, source)
    if token.party != found.party:
        text = f"source {found.id} is of {found.party}: {token.party} may not speak there"
        raise HTTPException(HTTPStatus.FORBIDDEN, text)
    return found, Inbox(found.id, request.app.state.data, found.place)


def _pushed_into(network: Network, name: str) -> Source:
    found = network.sources.get(name)
    if found is None or not found.push:
        raise UnknownName(f"no source {name[:60]!r} takes pushed messages: declare it with push = true")
    return found


@router.post(
    "/inbox/{source}",
    status_code=202,
    summary="Push a message of a source, with the token of its party",
    responses=_ANSWERS,
    openapi_extra=_BODY,
)
async def push(
    request: Request, now: NowDep, place: Annotated[tuple[Source, Inbox], Depends(_inbox_of)]
) -> JSONResponse:
    """With `Authorization: Bearer TOKEN`; answered once it is on the disk, where the next round takes it."""
    source, inbox = place
    _refuse_packed(request)
    announced = request.headers.get("content-length", "")
    _refuse_larger(int(announced) if announced.isdigit() else 0, source)
    try:
        if await run_in_threadpool(inbox.is_full, now):
            raise HTTPException(
                HTTPStatus.SERVICE_UNAVAILABLE,
                f"too many messages wait in the inbox of source {source.id}: try again later, or tell the main node",
                {"Retry-After": str(_RETRY_SECONDS)},
            )
        async with asyncio.timeout(LONGEST_SECONDS):
            pushed, is_new = await _taken(request, source, inbox, now)
    except TimeoutError:
        raise HTTPException(
            HTTPStatus.REQUEST_TIMEOUT, f"the message took over {LONGEST_SECONDS:g} s to come"
        ) from None
    except ClientDisconnect:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "the message broke off: send it again") from None
    except OSError as fault:
        raise _of_disk(fault, source) from None
    return JSONResponse(asdict(pushed), 202 if is_new else 200, headers={"Cache-Control": "no-store"})


async def _taken(request: Request, source: Source, inbox: Inbox, now: datetime) -> tuple[Pushed, bool]:
    upload: Upload = await run_in_threadpool(inbox.begin)
    with upload:
        async for chunk in request.stream():
            _refuse_larger(upload.bytes + len(chunk), source)
            await run_in_threadpool(upload.write, chunk)
        return await run_in_threadpool(upload.settle, now)


def _refuse_packed(request: Request) -> None:
    coding = request.headers.get("content-encoding", "identity")
    if coding.lower() != "identity":
        raise HTTPException(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"Content-Encoding {coding[:40]!r} is not taken: send the bytes as they are",
        )


def _refuse_larger(count: int, source: Source) -> None:
    if count > source.max_bytes:
        raise HTTPException(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"a message of source {source.id} has at most {source.max_bytes} bytes: send less at once",
        )


def _of_disk(fault: OSError, source: Source) -> Exception:
    if fault.errno in _FULL:
        text = f"the disk of the main node is full: nothing was taken of source {source.id}; try again later"
        return HTTPException(HTTPStatus.INSUFFICIENT_STORAGE, text, {"Retry-After": str(_RETRY_SECONDS)})
    return RecordError(
        f"the message of source {source.id} could not be laid into its inbox: {fault.strerror}; try again"
    )
