"""`/log`: what a witness, a mirror or anyone else needs to check that all were told the same."""

from typing import Any

from fastapi import APIRouter, Request, Response

from record.errors import ProofError, UnknownName
from record.leaf import write_time
from record.proof import tiles
from service import access
from service.cached import BRIEFLY, FOR_EVER
from service.deps import LogDep, NetworkDep
from service.standing import document

router = APIRouter()


@router.get("/log/checkpoint", summary="The last signed size and root of the journal, as a C2SP checkpoint")
def last_checkpoint(log: LogDep) -> Response:
    """A signed note."""
    return Response(log.checkpoint(), media_type="text/plain; charset=utf-8", headers={"Cache-Control": BRIEFLY})


@router.get("/log/final", summary="The last checkpoint that both ministries' witnesses have signed")
def final_checkpoint(log: LogDep) -> Response:
    """A signed note with the cosignatures that the policy asks for."""
    return Response(log.final(), media_type="text/plain; charset=utf-8", headers={"Cache-Control": BRIEFLY})


@router.get("/log/standing", summary="Up to which entry both countries have signed, and for whom the rest waits")
def how_it_stands(log: LogDep, network: NetworkDep, response: Response) -> dict[str, Any]:
    """A sentence, sizes and times."""
    response.headers["Cache-Control"] = BRIEFLY
    return document(log.standing(), network)


@router.get("/log/policy", summary="Whose signatures make a checkpoint final, as a C2SP tlog-policy")
def policy_file(log: LogDep) -> Response:
    """For a first look; who checks the record takes the policy from the own ministry, not from here."""
    text = log.policy_text()
    if text is None:
        raise UnknownName("no policy: the network declares no keys, see docs/keys.md")
    return Response(text, media_type="text/plain; charset=utf-8")


@router.get("/log/alarms", summary="What anyone found that must not be, with a link to the bytes that show it")
def alarm_list(log: LogDep) -> dict[str, Any]:
    """In the order in which they were raised."""
    return {
        "alarms": [
            {
                "no": one.no,
                "raised": write_time(one.raised),
                "kind": one.kind,
                "said": one.said,
                "settled": None if one.settled is None else write_time(one.settled),
                "reason": one.reason,
                "evidence": f"/log/alarms/{one.no}",
            }
            for one in log.alarms()
        ]
    }


@router.get("/log/alarms/{number}", summary="The evidence of an alarm", response_class=Response)
def evidence(number: int, log: LogDep) -> Response:
    """Most often two notes that contradict each other."""
    for one in log.alarms():
        if one.no == number:
            return _bytes(one.evidence, f"alarm-{number}.txt")
    raise UnknownName(f"there is no alarm {number}: see /log/alarms")


@router.get("/log/receipt/{sha256}", summary="The original bytes on which entries rest", response_class=Response)
def receipt(sha256: str, log: LogDep) -> Response:
    """As they came; never shown by a browser, whatever they are."""
    kept = log.receipt(sha256)
    answer = _bytes(kept.body, f"{sha256}.bin")
    answer.headers["Cache-Control"] = FOR_EVER
    return answer


@router.get("/log/tile/{path:path}", summary="A tile of the tree, or a bundle of entries, by C2SP tlog-tiles")
def tile(path: str, request: Request, log: LogDep) -> Response:
    """Bytes that never change."""
    try:
        level, number, width = tiles.parse_path(f"tile/{path}")
    except ProofError as fault:
        raise UnknownName(str(fault)) from None
    body = log.tile(level, number, width)
    noted = access.given_to(request)
    if noted is not None and level is None:
        noted.append(access.of_log(number * tiles.WIDTH, number * tiles.WIDTH + width))
    return Response(body, media_type="application/octet-stream", headers={"Cache-Control": FOR_EVER})


def _bytes(body: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type="application/octet-stream", headers=headers)
