"""`/verify`: whether a file is what was issued; the browser checks it. And `/verify/verify.py`, which does so alone."""

import hashlib
from dataclasses import replace
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request, Response

from record import verify as alone
from record.archive import Log
from record.network.key import EXAMPLE
from service.cached import BRIEFLY, etag_of_bytes, is_held
from service.deps import LogDep, NetworkDep
from service.page.shell import Shell
from service.page.verify import Agreed, Sample
from service.reports.issues import issues_of, place_in_list
from service.reports.stapled import PDF
from service.routes.pages.asked import ShellDep, answered

router = APIRouter()
_NAME = "verify.py"
_WORKBOOK = "xlsx"
_LOOKED_AT = 5
"""How many reports, from the newest, are looked at for one that both have signed."""


@router.get("/verify", include_in_schema=False)
def page(request: Request, shell: ShellDep, network: NetworkDep, log: LogDep) -> Response:
    """The page. It asks for nothing once it is there, so that it can be seen to send nothing."""
    still = replace(shell, still=True)
    body = still.render(
        "verify.html",
        still.reader.language.say("Verify"),
        words=alone.LANGUAGES[still.code],
        agreed=_agreed(log),
        example=EXAMPLE,
        # Where reading is closed nobody who comes to this open page could fetch it.
        sample=_sample(log, still) if network.access.reading == "open" else None,
        program={"name": _NAME, "sha256": hashlib.sha256(_program()).hexdigest()},
    )
    return answered(request, still, body)


@router.get("/verify/verify.py", include_in_schema=False)
def program(request: Request) -> Response:
    """The file that checks without anything else of ours."""
    body = _program()
    headers = {
        "ETag": etag_of_bytes(body),
        "Cache-Control": BRIEFLY,
        "Content-Disposition": f'attachment; filename="{_NAME}"',
    }
    if is_held(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="text/x-python; charset=utf-8", headers=headers)


@cache
def _program() -> bytes:
    return Path(alone.__file__).read_bytes()


def _agreed(log: Log) -> Agreed | None:
    """The policy that this service offers; None where the network declares no keys."""
    text, policy = log.policy_text(), log.policy
    if text is None or policy is None:
        return None
    return Agreed(text=text, logs=tuple(policy.logs), witnesses=tuple(policy.witnesses))


def _sample(log: Log, shell: Shell) -> Sample | None:
    """The newest daily report that bears both signatures: its PDF, and a workbook, whose proof is a file of its own."""
    for issue in issues_of(log.latest_reports("daily", _LOOKED_AT)):
        paper, workbook = (issue.copy(form, shell.code) for form in (PDF, _WORKBOOK))
        if paper is not None and log.first_proof(paper.entry) is not None:
            return Sample(
                name=paper.name,
                paper=f"{shell.base}{place_in_list(issue, paper)}",
                workbook=None if workbook is None else f"{shell.base}{place_in_list(issue, workbook)}",
                proof=f"{shell.base}/proof?report={paper.name}",
            )
    return None
