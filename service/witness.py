"""The HTTP side of a witness (C2SP tlog-witness v1.0.0): one ministry's own server, beside and not in the record's."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from record.errors import UnknownName
from record.leaf import write_time
from record.proof.witness import MAX_BODY_BYTES, log_id
from record.witness import Witness
from service import errors

_TEXT = "text/plain; charset=utf-8"
_SIZE = "text/x.tlog.size"
_MALFORMED, _OTHER_SIZE, _TOO_LONG = 400, 409, 413

router = APIRouter()


def create_witness_app(witness: Witness, now: Callable[[], datetime]) -> FastAPI:
    """The server of a witness."""
    app = FastAPI(title="Arna witness", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.witness, app.state.clock = witness, now
    errors.install(app)
    app.include_router(router)
    return app


def _witness_of(request: Request) -> Witness:
    found: Witness = request.app.state.witness
    return found


WitnessDep = Annotated[Witness, Depends(_witness_of)]


@router.post("/add-checkpoint")
async def add_checkpoint(request: Request, witness: WitnessDep) -> Response:
    """Sign a checkpoint that continues the last one."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                return _text(f"a request has at most {MAX_BODY_BYTES} bytes\n", _TOO_LONG)
    except ClientDisconnect:
        return _text("the request broke off\n", _MALFORMED)
    answer = await run_in_threadpool(witness.add, bytes(body), request.app.state.clock)
    return _text(answer.body, answer.status, _SIZE if answer.status == _OTHER_SIZE else _TEXT)


def _text(body: str, status: int, media: str = _TEXT) -> Response:
    # As a header, since to a media type of text a charset would be added, and clients compare that of the size whole.
    return Response(body, status, headers={"Content-Type": media})


@router.get("/")
def about(witness: WitnessDep) -> dict[str, Any]:
    """Whose witness it is, and how far it has signed."""
    logs = [
        {
            "origin": origin,
            "signed": size,
            "checkpoint": f"/{log_id(origin)}/checkpoint",
        }
        for origin, size in witness.sizes().items()
    ]
    return {"witness": witness.signer.name, "vkey": witness.signer.verifier.vkey, "logs": logs}


@router.get("/evidence")
def evidence(witness: WitnessDep) -> dict[str, Any]:
    """What was found against the logs."""
    return {
        "evidence": [
            {
                "no": one.no,
                "found": write_time(one.found),
                "origin": one.origin,
                "why": one.why,
                "certain": one.certain,
                "size": one.size,
                "held_size": one.held_size,
                "held": one.held.decode("utf-8", "replace"),
                "request": f"/evidence/{one.no}",
            }
            for one in witness.evidence()
        ]
    }


@router.get("/evidence/{number}")
def request_of(number: int, witness: WitnessDep) -> Response:
    """The request as it came, with the checkpoint that does not continue the one that was held."""
    found = witness.request_of(number)
    if found is None:
        raise UnknownName(f"there is no evidence {number}: see /evidence")
    return Response(found, media_type="application/octet-stream")


@router.get("/{origin_sha256}/checkpoint")
def latest(origin_sha256: str, witness: WitnessDep) -> Response:
    """The last checkpoint that was signed, for the other ministry to compare."""
    held = witness.latest(origin_sha256)
    if held is None:
        raise UnknownName("this witness has signed nothing of that log: the path is the SHA-256 of its origin")
    return Response(held, media_type=_TEXT, headers={"Cache-Control": "no-store"})
