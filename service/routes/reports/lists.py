"""Lists of what was issued: of each edition, of one of its reports, and as a feed."""

from collections.abc import Iterable
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from record.archive import Log
from record.leaf import write_time
from record.ledger import Ledger
from record.ledger.delivered import Delivery
from record.network import Network
from service.deps import LedgerDep, LogDep, NetworkDep, NowDep
from service.documents import base_of
from service.front.visit import in_lane
from service.language import language_called, preferred_language
from service.paging import limit_of
from service.reports import called, feed
from service.reports.called import LATEST
from service.reports.copies import MEDIA
from service.reports.editions import EDITIONS
from service.reports.issues import Issue, IssuedCopy, issues_of

router = APIRouter()
_DEFAULT, _MOST = 30, 400

Limit = Annotated[str | None, Query(description=f"How many entries at most; {_DEFAULT} without it, {_MOST} at most")]


@router.get("/reports", summary="The editions of the exchange report, with the newest issued one of each")
@in_lane(lambda lanes: lanes.large)
def editions(_: Request, network: NetworkDep, log: LogDep) -> dict[str, Any]:
    """What can be asked for, and where."""
    return {
        "editions": [
            {
                "edition": name,
                "period": edition.kind.value,
                "href": f"/reports/{name}",
                "draft": f"/reports/{name}/{LATEST}",
                "feed": f"/reports/{name}/feed.atom",
                "newest": next(iter(_reports(_page(log, name, 1, None), network)), None),
            }
            for name, edition in EDITIONS.items()
        ]
    }


@router.get("/reports/{edition}", summary="The issued reports of an edition, the newest first, with their copies")
@in_lane(lambda lanes: lanes.large)
def reports(
    _: Request,
    edition: str,
    network: NetworkDep,
    log: LogDep,
    ledger: LedgerDep,
    limit: Limit = None,
    before: Annotated[str | None, Query(description="A day: reports of periods that begin before it alone")] = None,
) -> dict[str, Any]:
    """Each with its revisions, the addresses, hashes and proofs of their copies, and who was given them first."""
    called.edition_called(edition)
    most = limit_of(limit, _DEFAULT, _MOST)
    below = None if before is None else called.day_called(before).isoformat()
    issues = _page(log, edition, most, below)
    more = issues and log.latest_reports(edition, 1, issues[-1].day)
    following = f"/reports/{edition}?limit={most}&before={issues[-1].day}" if more else None
    return {
        "edition": edition,
        "feed": f"/reports/{edition}/feed.atom",
        "reports": _reports(issues, network, ledger),
        "next": following,
    }


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
    lang: Annotated[str | None, Query(description="kk, ky, ru or en; without it, what Accept-Language prefers")] = None,
    limit: Limit = None,
) -> Response:
    """An entry a revision; its PDF, workbook and page in the language of the feed."""
    called.edition_called(edition)
    language = language_called(lang or preferred_language(request.headers.get("accept-language", "")))
    issues = _page(log, edition, limit_of(limit, _DEFAULT, _MOST), None)
    body = feed.write(edition, issues, network, language, base_of(request), MEDIA, now)
    vary = {} if lang else {"Vary": "Accept-Language"}
    return Response(body, media_type=feed.MEDIA, headers={"Content-Language": language.code, **vary})


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


def _page(log: Log, edition: str, most: int, before: str | None) -> list[Issue]:
    """So many revisions, those of the last day whole."""
    days = [part.day for part in log.latest_reports(edition, most, before)]
    return issues_of(log.reports(edition, min(days), max(days))) if days else []


def _reports(issues: Iterable[Issue], network: Network, ledger: Ledger | None = None) -> list[dict[str, Any]]:
    """The revisions by the days of their reports; with a ledger, who was given their files."""
    found = []
    for (edition, day), revisions in groupby(issues, key=lambda issue: (issue.edition, issue.day)):
        told = [_revision(issue) for issue in revisions]
        period = EDITIONS[edition].period(called.day_called(day), network.figures)
        about = {"day": day, "end": period.end.isoformat(), "label": period.label, "href": f"/reports/{edition}/{day}"}
        given = {} if ledger is None else {"deliveries": _deliveries(ledger.delivered(edition, day))}
        found.append({**about, "issued": f"/reports/{edition}/{day}/issued", "revisions": told, **given})
    return found


def _revision(issue: Issue) -> dict[str, Any]:
    return {
        "revision": issue.revision,
        "entry": issue.entry,
        "entered": write_time(issue.entered),
        "figures": issue.figures,
        "journal_size": issue.journal_size,
        "copies": [_copy(issue, copy) for copy in issue.copies],
    }


def _copy(issue: Issue, copy: IssuedCopy) -> dict[str, Any]:
    language = f"lang={copy.language}&" if copy.language else ""
    return {
        "name": copy.name,
        "form": copy.form,
        "language": copy.language or None,
        "sha256": copy.sha256,
        "href": f"/reports/{issue.edition}/{issue.day}.{copy.form}?{language}revision={issue.revision}",
        "proof": f"/proof?report={copy.name}",
    }


def _deliveries(given: Iterable[Delivery]) -> list[dict[str, Any]]:
    """Which party was given which file how and when; neither tokens nor addresses are told."""
    return [
        {
            "party": one.party,
            "way": one.recipient.partition(":")[0],
            "revision": one.revision,
            "file": one.file,
            "sha256": one.sha256,
            "time": write_time(one.at),
        }
        for one in given
    ]
