"""Issued copies over HTTP, byte for byte: the bytes whose SHA-256 the journal holds, a PDF with its proof behind it."""

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response

from record.archive import Log
from record.errors import SelectionError, UnknownName
from service import access
from service.accept import in_language, preferred_language
from service.cached import BRIEFLY, FOR_EVER, PRIVATELY, is_held
from service.deps import LogDep, NetworkDep, NowDep, log_of, network_of
from service.front.visit import in_lane, visit_of
from service.reports import called
from service.reports.called import LATEST
from service.reports.copies import MEDIA
from service.reports.given import given_by
from service.reports.issues import Issue, IssuedCopy, copies_of, issues_of
from service.reports.stapled import PDF, GivenOut, given_out
from service.routes.reports.asked import query_of
from service.standing import STATE, state_of

router = APIRouter()
_FOUND, _MOVED = 302, 308
_ANY = "application/octet-stream"
_LONGEST_NUMBER = 6

_COPIES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The issued copy", "content": {media: {} for media in MEDIA.values()}},
    302: {"description": "The newest issued report, where `latest` was asked for"},
    308: {"description": "The report of the period that holds the day"},
}

Proof = Annotated[str | None, Query(description="none for the issued PDF alone, without its proof behind it")]


@router.get(
    "/reports/{edition}/{day}.{form}",
    summary="A copy of an issued report: the PDF bears the proof that it is in the journal",
    response_class=Response,
    responses=_COPIES,
)
@in_lane(lambda lanes: lanes.large)
def copy(
    edition: str,
    day: str,
    form: str,
    request: Request,
    network: NetworkDep,
    log: LogDep,
    now: NowDep,
    lang: Annotated[str | None, Query(description="kk, ky, ru, en or kk-ky; else what Accept-Language prefers")] = None,
    revision: Annotated[str | None, Query(description="Number of a revision; without it the last one")] = None,
    proof: Proof = None,
) -> Response:
    """As it was issued: pdf, xlsx and html in a language, json, csv and nc in all; `latest` leads to the newest."""
    asked, form = called.edition_called(edition), called.form_called(form)
    liked = preferred_language(request.headers.get("accept-language", ""))
    language = called.language_of(form, lang, liked)
    vary = {"Vary": "Accept-Language"} if language and lang is None else {}
    if day == LATEST:
        return _away(request, _FOUND, _newest(log, edition), form, vary)
    period = called.begun(asked, called.day_called(day), network, now)
    begin = period.begin.isoformat()
    if begin != day:
        return _away(request, _MOVED, begin, form, vary)
    issue = _wanted(log, edition, begin, form, revision)
    found = issue.copy(form, language)
    if found is None:
        raise UnknownName(f"{_called(issue)} was not issued as {form}: see /reports/{edition}/{begin}/issued")
    return _answer(request, issue, found, vary, named=revision is not None, bare=_is_bare(proof))


@router.get(
    "/reports/{edition}/{day}/issued/{entry}/{name}",
    summary="A file of an issued report by the name under which it was issued, byte for byte",
    response_class=Response,
)
@in_lane(lambda lanes: lanes.large)
def file(edition: str, day: str, entry: int, name: str, request: Request, log: LogDep) -> Response:
    """The bytes whose hash the journal holds, without anything behind them."""
    parts = log.reports(edition, day)
    for issue in issues_of(parts):
        # The figures are named by two entries, and lie at the address of either.
        named = [part for part in parts if part.entry == entry and part.revision == issue.revision]
        for found in copies_of(named):
            if found.name == name:
                return _answer(request, issue, found, {}, named=True, bare=True)
    raise UnknownName(f"no file {name[:60]!r} was issued as entry {entry} for {day[:20]}")


def _newest(log: Log, edition: str) -> str:
    newest = log.latest_reports(edition, 1)
    if not newest:
        raise UnknownName(f"no {edition} report is issued yet: what is known now is at /reports/{edition}/{LATEST}")
    return newest[0].day


def _wanted(log: Log, edition: str, day: str, form: str, revision: str | None) -> Issue:
    """The revision asked for, the last one without; raise `UnknownName` with the address of the draft."""
    number = None if revision is None else _number(revision)
    for issue in issues_of(log.reports(edition, day)):
        if number in (None, issue.revision):
            return issue
    which = "" if number is None else f"revision {number} of "
    draft = f"what is known now is at /reports/{edition}/{day}?f={form}"
    raise UnknownName(f"{which}the {edition} report of {day} is not issued: {draft}")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
        raise SelectionError(f"revision={text[:20]!r} is not the number of a revision: write revision=1")
    return int(text)


def _is_bare(proof: str | None) -> bool:
    if proof not in (None, "none"):
        raise SelectionError(f"proof={proof[:20]!r} is not none: leave it out for the PDF with its proof")
    return proof == "none"


def _away(request: Request, status: int, day: str, form: str, vary: Mapping[str, str]) -> Response:
    """To the same question of another day, beside this address."""
    headers = {"Location": f"{day}.{form}{query_of(request)}", "Cache-Control": _now(request), **vary}
    return Response(status_code=status, headers=headers)


def _now(request: Request) -> str:
    return PRIVATELY if visit_of(request.scope).private else BRIEFLY


def _answer(
    request: Request, issue: Issue, found: IssuedCopy, vary: Mapping[str, str], *, named: bool, bare: bool
) -> Response:
    """The copy; for ever where its revision is `named` and neither its bytes nor its state can change any more."""
    log, visit = log_of(request), visit_of(request.scope)
    made, how = _bytes(log, found, bare=bare), log.standing()
    sha256 = hashlib.sha256(made.body).hexdigest()
    settled = how.final is None or how.is_final(found.entry + 1)
    lasting = named and made.lasting and settled and not visit.private
    headers = {
        "ETag": f'"{sha256}"',
        "Cache-Control": FOR_EVER if lasting else _now(request),
        "Content-Disposition": f'inline; filename="{found.name}"',
        "X-Content-Type-Options": "nosniff",
        "Link": _links(request, issue, found),
        STATE: state_of(how, found.entry + 1),
        **in_language(found.language),
        **vary,
    }
    if is_held(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    _note(request, issue, found)
    visit.keep, visit.apart = not visit.private, " ".join((headers["Cache-Control"], *vary.values(), ""))
    return Response(made.body, media_type=MEDIA.get(found.form, _ANY), headers=headers)


def _links(request: Request, issue: Issue, found: IssuedCopy) -> str:
    """Where the proof of the copy is, and the list in which it stands (RFC 8288)."""
    root = quote(request.scope.get("root_path", "").rstrip("/"))
    proof, up = f"{root}/proof?report={found.name}", f"{root}/reports/{issue.edition}/{issue.day}/issued"
    return f'<{proof}>; rel="describedby"; type="text/plain", <{up}>; rel="up"'


def _called(issue: Issue) -> str:
    return f"revision {issue.revision} of the {issue.edition} report of {issue.day}"


def _bytes(log: Log, found: IssuedCopy, *, bare: bool) -> GivenOut:
    if bare or found.form != PDF:
        return GivenOut(log.form(found.sha256), lasting=True, signed=False)
    return given_out(log, found)


def _note(request: Request, issue: Issue, found: IssuedCopy) -> None:
    """That a party is given the file, and by it the readings on which the figures of the report rest."""
    files, noted, figures = access.files_to(request), access.given_to(request), issue.copy("json", "")
    if files is None or noted is None:
        return
    files.append(
        access.File(edition=issue.edition, day=issue.day, revision=issue.revision, name=found.name, sha256=found.sha256)
    )
    if figures is not None:
        noted += given_by(log_of(request).form(figures.sha256), network_of(request))
