"""`/status`: how the sources fare, what is amiss, and what of today's readings has come."""

from typing import Any

from fastapi import APIRouter, Response

from record.leaf import write_time
from service import ledger as written
from service.deps import LedgerDep, NowDep

router = APIRouter()


@router.get("/status", summary="Warnings that stand, the last message of each source, today's readings by party")
def status(ledger: LedgerDep, now: NowDep, response: Response) -> dict[str, Any]:
    """Warnings are raised and ended by the scheduled jobs, once a minute; without them none is raised.

    `following`: of how many entries of the journal it has been entered what follows, flags and computed series.
    """
    response.headers["Cache-Control"] = "no-store"
    network = ledger.network
    day = now.astimezone(network.report_day.tz).date()
    return {
        "time": write_time(now),
        "warnings": written.warned(ledger.warnings()),
        "following": written.followed(ledger.following()),
        "sources": written.last_messages(ledger.sources(), ledger.health(), network),
        "today": written.today(ledger.page(day, day, now).rows, network, day),
    }
