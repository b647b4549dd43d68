"""A report over HTTP as it would be issued now: what is known of a period, whether or not it was issued."""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response

from service import access
from service.accept import in_language, preferred, preferred_language
from service.cached import BRIEFLY, PRIVATELY, again, etag_of, to_be_kept
from service.deps import ArchiveDep, LogDep, NetworkDep, NowDep
from service.figures import last_complete
from service.front.visit import in_lane, visit_of
from service.guard.cost import spend
from service.interval import as_of_of
from service.points import points_of_days
from service.reports import called
from service.reports.built import build, days_read
from service.reports.called import LATEST
from service.reports.copies import MEDIA, write
from service.reports.editions import Copy
from service.reports.given import given
from service.reports.issues import issues_of, of_draft
from service.routes.reports.asked import query_of
from service.standing import STATE, sentence, state_of

router = APIRouter()
_MEDIA = {form: media.partition(";")[0] for form, media in MEDIA.items()}
_MOVED = 308
_DRAFTS: dict[int | str, dict[str, Any]] = {
    200: {"description": "What is known of the period", "content": {media: {} for media in MEDIA.values()}},
    308: {"description": "The report of the period that holds the day"},
}

Form = Annotated[
    str | None, Query(alias="f", description=f"{', '.join(MEDIA)}; without it, what Accept prefers, or json")
]
Lang = Annotated[
    str | None, Query(description="kk, ky, ru or en, of a PDF kk-ky too; else what Accept-Language prefers")
]
AsOf = Annotated[
    str | None, Query(alias="as-of", description="A time with offset, or a number of entries: what was known then")
]


class Question:
    """What is asked for, as read from the address: which copy of which report, as of when.

    `ended` is the last report day that has, `vary` what of the answer the address does not say.
    """

    def __init__(
        self,
        request: Request,
        edition: str,
        day: str,
        network: NetworkDep,
        now: NowDep,
        f: Form = None,
        lang: Lang = None,
        as_of: AsOf = None,
    ) -> None:
        self.edition, self.now, self.as_of = called.edition_called(edition), now, as_of_of(as_of, now)
        self.copy, self.vary = _copy(request, f, lang)
        self.period, self.is_latest = called.latest(self.edition, network, now), day == LATEST
        if not self.is_latest:
            self.period = called.begun(self.edition, called.day_called(day), network, now)
        self.is_first = self.is_latest or day == self.period.begin.isoformat()
        moment = min(self.as_of, now) if isinstance(self.as_of, datetime) else now
        self.ended = last_complete(network.report_day, moment)

    @property
    def begin(self) -> str:
        """By what the report is called."""
        return self.period.begin.isoformat()

    @property
    def lasts(self) -> bool:
        """Whether the answer follows from the record alone, and not from the clock too."""
        return not self.is_latest and self.ended >= self.period.end

    @property
    def days(self) -> int:
        """Of about how many days readings are read."""
        return days_read(self.period.days)


@router.get(
    "/reports/{edition}/{day}",
    summary="The exchange report of a day or a longer period as it is known now, whether or not it was issued",
    response_class=Response,
    responses=_DRAFTS,
)
@in_lane(lambda lanes: lanes.papers)
def draft(
    request: Request,
    question: Annotated[Question, Depends()],
    archive: ArchiveDep,
    network: NetworkDep,
    log: LogDep,
) -> Response:
    """In the form asked for, called by its first day; `latest` is the last period that has ended. It is not issued."""
    how, count, visit = log.standing(), archive.counted(question.as_of), visit_of(request.scope)
    noted, issues = access.given_to(request), issues_of(log.reports(question.edition.name, question.begin))
    said = of_draft(sentence(how, network, count), issues, network)
    headers = _headers(
        request, question, state_of(how, count), f"{request.app.version} {network.version} {count} {said}"
    )
    if not question.is_first:
        headers["Location"] = f"{question.period.begin}{query_of(request)}"
        return Response(status_code=_MOVED, headers=headers)
    if not question.lasts:
        # A day ends without anything being entered.
        visit.question = None
    media = MEDIA[question.copy.form]
    before = again(request, headers, media, noted)
    if before is not None:
        return before
    spend(request, points_of_days(network.series.values(), question.days))
    report = build(archive, network, question.edition, question.period.begin, question.now, question.as_of)
    if noted is not None:
        noted += given(report, network)
    if report.journal_size != count:
        # Something was entered meanwhile.
        del headers["ETag"]
    elif visit.has_any or visit.has(headers["ETag"]):
        return Response(status_code=304, headers=headers)
    else:
        to_be_kept(request, noted)
    return Response(write(report, question.copy, None, said), media_type=media, headers=headers)


def _copy(request: Request, f: str | None, lang: str | None) -> tuple[Copy, str]:
    """The copy that is wanted, and by which headers the answer varies. Who names a language wants something to read."""
    said = request.headers
    default = "json" if lang is None else "html"
    form = called.form_called(f) if f else preferred(said.get("accept", ""), _MEDIA, default)
    language = called.language_of(form, lang, preferred_language(said.get("accept-language", "")))
    spoken = bool(called.languages(form)) and lang is None
    by = [name for name, holds in (("Accept", not f), ("Accept-Language", spoken)) if holds]
    return Copy(form=form, language=language), ", ".join(by)


def _headers(request: Request, question: Question, state: str, rests: str) -> dict[str, str]:
    """The headers of the answer, whose tag says on what it rests."""
    copy, edition, begin = question.copy, question.edition.name, question.period.begin
    language = f".{copy.language}" if copy.language else ""
    root = quote(request.scope.get("root_path", "").rstrip("/"))
    headers = {
        "Cache-Control": PRIVATELY if visit_of(request.scope).private else BRIEFLY,
        "Content-Disposition": f'inline; filename="{edition}-{begin}.draft{language}.{copy.form}"',
        "ETag": etag_of("report", rests, edition, begin, copy, question.as_of, question.ended),
        "Link": f'<{root}/reports/{edition}/{begin}/issued>; rel="related"; type="application/json"',
        STATE: state,
        **in_language(copy.language),
    }
    return headers | ({"Vary": question.vary} if question.vary else {})
