"""Lists of what was issued: of each edition, of one of its reports, and as a feed."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response

from record.archive import Log
from record.errors import SelectionError
from record.leaf import write_time
from record.ledger import Ledger
from record.ledger.delivered import Delivery
from record.network import Network
from service.accept import in_language, preferred, preferred_language
from service.cached import BRIEFLY, PRIVATELY, etag_of, is_held
from service.deps import LedgerDep, LogDep, NetworkDep, NowDep
from service.documents import base_of
from service.figures.periods import Kind
from service.front.visit import in_lane, visit_of
from service.language import language_called
from service.page.reports import calendar
from service.page.reports import lists as pages
from service.page.shell import Shell
from service.paging import limit_of
from service.reports import called, feed
from service.reports.called import LATEST
from service.reports.copies import MEDIA
from service.reports.editions import EDITIONS
from service.reports.issues import Issue, IssuedCopy, file_of, issues_of, place_in_list
from service.routes.pages.asked import Zone, answered, shell_of

router = APIRouter()
_DEFAULT, _MOST = 30, 400
_DAILY = "daily"
_FORMS = {"json": "application/json", "html": "text/html"}
_LISTS: dict[int | str, dict[str, Any]] = {
    200: {"description": "The list, for programs or as a page", "content": {media: {} for media in _FORMS.values()}}
}

Limit = Annotated[str | None, Query(description=f"How many entries at most; {_DEFAULT} without it, {_MOST} at most")]


Form = Annotated[str | None, Query(alias="f", description="json or html; without it what Accept prefers, or json")]
Lang = Annotated[str | None, Query(description="kk, ky, ru or en; without it, what Accept-Language prefers")]
Month = Annotated[str | None, Query(description="YYYY-MM: of the page, which month of daily reports is shown")]


class Asker:
    """Who asks for a list: whether as a page, and the shell of it."""

    def __init__(
        self,
        request: Request,
        network: NetworkDep,
        now: NowDep,
        f: Form = None,
        lang: Lang = None,
        zone: Zone = None,
    ) -> None:
        accept, form = request.headers.get("accept", ""), (f or "").strip().lower()
        if form not in ("", *_FORMS):
            raise SelectionError(f"f={form[:40]!r} is not a form of this list: use one of {', '.join(_FORMS)}")
        if lang is not None:
            language_called(lang)
        self.request, self._chosen = request, bool(form)
        is_page = (form or preferred(accept, _FORMS, "json")) == "html"
        self.shell = shell_of(request, network, now, lang, zone) if is_page else None

    def listed(self, *rests: object, document: Callable[[], Any]) -> Response:
        """The list for programs, which follows from these beside the question; or that the asker has it."""
        asked = (self.request.scope["query_string"], base_of(self.request))
        caching = PRIVATELY if visit_of(self.request.scope).private else BRIEFLY
        headers = {"ETag": etag_of(self.request.app.version, "json", *asked, *rests), "Cache-Control": caching}
        headers |= {} if self._chosen else {"Vary": "Accept"}
        if is_held(self.request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return Response(orjson.dumps(document()), media_type=_FORMS["json"], headers=headers)


@router.get(
    "/reports",
    summary="The editions of the exchange report, with the newest issued one of each",
    response_class=Response,
    responses=_LISTS,
)
@in_lane(lambda lanes: lanes.large)
def editions(
    request: Request, asker: Annotated[Asker, Depends()], network: NetworkDep, log: LogDep, month: Month = None
) -> Response:
    """What can be asked for, and where."""
    newest = {name: _page(log, name, 1, None) for name in EDITIONS}
    if asker.shell is not None:
        first = {name: issues[:1] for name, issues in newest.items()}
        body = pages.every(asker.shell, first, _month(log, asker.shell, month, None)[1])
        return answered(request, asker.shell, body)
    rests = ("editions", network.version, *map(log.newest_report, EDITIONS))
    return asker.listed(*rests, document=lambda: _editions(newest, network))


@router.get(
    "/reports/{edition}",
    summary="The issued reports of an edition, the newest first, with their copies",
    response_class=Response,
    responses=_LISTS,
)
@in_lane(lambda lanes: lanes.large)
def reports(
    request: Request,
    asker: Annotated[Asker, Depends()],
    edition: str,
    network: NetworkDep,
    log: LogDep,
    ledger: LedgerDep,
    limit: Limit = None,
    before: Annotated[str | None, Query(description="A day: reports of periods that begin before it alone")] = None,
    month: Month = None,
) -> Response:
    """Each with its revisions, the addresses, hashes and proofs of their copies, and who was given them first."""
    asked = called.edition_called(edition)
    if asker.shell is not None and asked.kind is Kind.DAY:
        issues, shown = _month(log, asker.shell, month, before)
        return answered(request, asker.shell, pages.of_one(asker.shell, edition, issues, shown, None))
    most = limit_of(limit, _DEFAULT, _MOST)
    issues = _page(log, edition, most, None if before is None else called.day_called(before).isoformat())
    more = issues and log.latest_reports(edition, 1, issues[-1].day)
    if asker.shell is not None:
        older = issues[-1].day if more else None
        return answered(request, asker.shell, pages.of_one(asker.shell, edition, issues, None, older))
    following = f"/reports/{edition}?limit={most}&before={issues[-1].day}" if more else None
    rests = (edition, network.version, log.newest_report(edition), *ledger.delivered_mark(edition))
    return asker.listed(
        *rests,
        document=lambda: {
            "edition": edition,
            "feed": f"/reports/{edition}/feed.atom",
            "reports": _reports(issues, network, ledger),
            "next": following,
        },
    )


@router.get(
    "/reports/{edition}/feed.atom",
    summary="The issued reports of an edition as an Atom feed",
    response_class=Response,
    responses={200: {"description": "The feed", "content": {feed.ATOM: {}}}},
)
@in_lane(lambda lanes: lanes.large)
def atom(
    request: Request,
    edition: str,
    network: NetworkDep,
    log: LogDep,
    now: NowDep,
    lang: Lang = None,
    limit: Limit = None,
) -> Response:
    """An entry a revision; its PDF, workbook and page in the language of the feed."""
    called.edition_called(edition)
    language = language_called(lang or preferred_language(request.headers.get("accept-language", "")))
    most, newest, base = limit_of(limit, _DEFAULT, _MOST), log.newest_report(edition), base_of(request)
    headers = {"Cache-Control": BRIEFLY, **in_language(language.code), **({} if lang else {"Vary": "Accept-Language"})}
    if newest >= 0:
        # Before there is any report the feed tells the time at which it was asked for.
        headers["ETag"] = etag_of(
            request.app.version, "feed", edition, network.version, language.code, base, most, newest
        )
        if is_held(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
    body = feed.write(edition, _page(log, edition, most, None), network, language, base, MEDIA, now)
    return Response(body, media_type=feed.MEDIA, headers=headers)


@router.get(
    "/reports/{edition}/{day}/issued", summary="A report as it was issued: every revision, with its files and proofs"
)
@in_lane(lambda lanes: lanes.large)
def issued(
    _: Request, edition: str, day: str, network: NetworkDep, log: LogDep, ledger: LedgerDep, now: NowDep
) -> dict[str, Any]:
    """Each part with its entry, the time of entry and its files by SHA-256; and who fetched or was sent which file."""
    asked = called.edition_called(edition)
    period = (
        called.latest(asked, network, now) if day == LATEST else asked.period(called.day_called(day), network.figures)
    )
    begin = period.begin.isoformat()
    place = f"/reports/{edition}/{begin}/issued"
    return {
        "edition": edition,
        "day": begin,
        "end": period.end.isoformat(),
        "issued": [
            {
                "revision": part.revision,
                "part": part.part,
                "entry": part.entry,
                "entered": write_time(part.entered),
                "journal_size": part.as_of_size,
                "proof": f"/proof?entry={part.entry}",
                "forms": [
                    {"name": name, "sha256": sha256, "href": f"{place}/{part.entry}/{name}"}
                    for name, sha256 in part.forms.items()
                ],
            }
            for part in log.reports(edition, begin)
        ],
        "deliveries": _deliveries(ledger.delivered(edition, begin)),
    }


def _month(log: Log, shell: Shell, month: str | None, before: str | None) -> tuple[list[Issue], calendar.Month]:
    """The daily reports of the month that is asked for, and its calendar."""
    first = calendar.first_asked(shell, month, before)
    last = calendar.following(first).isoformat()
    issues = [one for one in issues_of(log.reports(_DAILY, first.isoformat(), last)) if one.day < last]
    earlier = bool(log.latest_reports(_DAILY, 1, first.isoformat()))
    return issues, calendar.month_of(first, issues, shell, earlier=earlier)


def _page(log: Log, edition: str, most: int, before: str | None) -> list[Issue]:
    """So many revisions, those of the last day whole."""
    days = [part.day for part in log.latest_reports(edition, most, before)]
    return issues_of(log.reports(edition, min(days), max(days))) if days else []


def _editions(newest: Mapping[str, list[Issue]], network: Network) -> dict[str, Any]:
    return {
        "editions": [
            {
                "edition": name,
                "period": EDITIONS[name].kind.value,
                "href": f"/reports/{name}",
                "draft": f"/reports/{name}/{LATEST}",
                "feed": f"/reports/{name}/feed.atom",
                "newest": next(iter(_reports(issues, network)), None),
            }
            for name, issues in newest.items()
        ]
    }


def _reports(issues: Sequence[Issue], network: Network, ledger: Ledger | None = None) -> list[dict[str, Any]]:
    """The revisions by the days of their reports; with a ledger, who was given their files."""
    given: defaultdict[str, list[Delivery]] = defaultdict(list)
    if ledger is not None and issues:
        for one in ledger.delivered(issues[0].edition, issues[-1].day, issues[0].day):
            given[one.day].append(one)
    found = []
    for (edition, day), revisions in groupby(issues, key=lambda issue: (issue.edition, issue.day)):
        told = [_revision(issue) for issue in revisions]
        period = EDITIONS[edition].period(called.day_called(day), network.figures)
        about = {"day": day, "end": period.end.isoformat(), "label": period.label, "href": f"/reports/{edition}/{day}"}
        fetched = {} if ledger is None else {"deliveries": _deliveries(given[day])}
        found.append({**about, "issued": f"/reports/{edition}/{day}/issued", "revisions": told, **fetched})
    return found


def _revision(issue: Issue) -> dict[str, Any]:
    return {
        "revision": issue.revision,
        "entry": issue.named,
        "copies_entry": issue.entry,
        "entered": write_time(issue.entered),
        "journal_size": issue.journal_size,
        "copies": [_copy(issue, copy) for copy in issue.copies],
    }


def _copy(issue: Issue, copy: IssuedCopy) -> dict[str, Any]:
    """The PDF at `href` has its proof behind it; `sha256` is of the bytes at `file`, as they were issued."""
    return {
        "name": copy.name,
        "form": copy.form,
        "language": copy.language or None,
        "party": copy.party or None,
        "sha256": copy.sha256,
        "file": file_of(issue, copy),
        "href": place_in_list(issue, copy),
        "proof": f"/proof?report={copy.name}",
    }


def _deliveries(given: Iterable[Delivery]) -> list[dict[str, Any]]:
    """Which party was given which file how and when; neither tokens nor addresses are told."""
    return [
        {
            "party": one.party,
            "way": one.way,
            "revision": one.revision,
            "file": one.file,
            "sha256": one.sha256,
            "time": write_time(one.at),
        }
        for one in given
    ]
