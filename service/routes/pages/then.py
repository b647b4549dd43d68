"""`/then`: leads from the form at the foot of a page to that page as it was known on a day at an hour."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from record.errors import SelectionError
from record.leaf import write_time
from service.page.shell import knows_then
from service.routes.pages.asked import ShellDep

router = APIRouter()
_OWN = ("page", "on", "at", "lang", "zone", "as-of")


@router.get("/then", include_in_schema=False)
def then(request: Request, shell: ShellDep) -> RedirectResponse:
    """The page that `page` names as of `on` (YYYY-MM-DD) `at` (HH:MM) by the reader's clock, with all else asked of it.

    Raises `SelectionError` where that is no day and hour, or no page that knows an earlier time.
    """
    asked = request.query_params
    page, on, at = asked.get("page", ""), asked.get("on", ""), asked.get("at", "")
    if not knows_then(page):
        raise SelectionError(f"page={page[:40]!r} cannot be shown as it was known at an earlier time: begin at /")
    try:
        moment = datetime.combine(date.fromisoformat(on), time.fromisoformat(at), shell.reader.clock.tz)
    except ValueError:
        raise SelectionError(f"on={on[:20]!r} at={at[:20]!r} is no day and hour: write 2026-05-01 and 08:00") from None
    known = write_time(min(moment.astimezone(UTC).replace(microsecond=0), shell.now.replace(microsecond=0)))
    kept = tuple((name, value) for name, value in asked.multi_items() if name not in _OWN)
    return RedirectResponse(replace(shell, path=page, asked=kept).here(as_of=known), 303)
