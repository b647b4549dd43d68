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
from service.page.verify import Agreed, File, Sample
from service.reports.issues import issues_of, place_in_list
from service.reports.stapled import PDF
from service.routes.pages.asked import ShellDep, answered

router = APIRouter()
_NAME = "verify.py"
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
    """The newest daily report that both have signed: its PDF, and a copy whose proof is a file of its own."""
    for issue in issues_of(log.latest_reports("daily", _LOOKED_AT)):
        paper = issue.copy(PDF, shell.code)
        other = issue.copy("xlsx", shell.code) or issue.copy("csv", "")
        if paper is None or other is None or log.first_proof(paper.entry) is None:
            continue
        paper_file, other_file = (File(one.name, f"{shell.base}{place_in_list(issue, one)}") for one in (paper, other))
        return Sample(paper=paper_file, other=other_file, proof=f"{shell.base}/proof?report={other.name}")
    return None
