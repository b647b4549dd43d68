"""Errors as pages, for who asks for a page with a browser; programs are told the same as JSON."""

from collections.abc import Mapping
from datetime import datetime

from fastapi import Request, Response
from starlette.types import Scope

from record.errors import SelectionError
from service.accept import in_language, preferred, preferred_language
from service.deps import network_of, now_of
from service.errors import log_unforeseen
from service.language import language_called
from service.page import faults
from service.page.reader import Reader, reader_of
from service.page.shell import UNKNOWN, Standing, is_page
from service.routes.pages.asked import shell_for, standing_now

_FORMS = {"json": "application/json", "html": "text/html"}
_NOT_FOUND = 404
_KEPT = frozenset({"www-authenticate", "retry-after", "allow"})


def for_people(scope: Scope, status: int, description: str, headers: Mapping[str, str]) -> Response | None:
    """The page of an error; None where none is wanted, or where it cannot be made.

    Wanted it is at the address of a page, and where there is nothing at all, by who likes pages better than JSON.
    """
    request = Request(scope)
    path = request.url.path.removeprefix(scope.get("root_path", "").rstrip("/"))
    nowhere = status == _NOT_FOUND and "endpoint" not in scope
    if not (nowhere or is_page(path)) or preferred(request.headers.get("accept", ""), _FORMS, "json") != "html":
        return None
    try:
        return _page(request, status, description, headers)
    except Exception as fault:  # noqa: BLE001  whatever it was, who asked is told the line
        log_unforeseen(path, fault)
        return None


def _page(request: Request, status: int, description: str, headers: Mapping[str, str]) -> Response:
    reader = _reader(request)
    shell = shell_for(request, reader, _standing(request, reader, now_of(request)), now_of(request))
    kept = {name: value for name, value in headers.items() if name.lower() in _KEPT}
    told = {"Cache-Control": "no-store", "Vary": "Accept, Accept-Language", **in_language(reader.language.code)}
    body = faults.page(shell, status, description)
    return Response(body, status, kept | told, media_type=_FORMS["html"])


def _reader(request: Request) -> Reader:
    """Who asks, in the language and by the clock that were asked for as far as we have them."""
    asked, network = request.query_params, network_of(request)
    try:
        language = language_called(asked.get("lang") or "")
    except SelectionError:
        language = language_called(preferred_language(request.headers.get("accept-language", "")))
    try:
        return reader_of(network, language, asked.get("zone"))
    except SelectionError:
        return reader_of(network, language)


def _standing(request: Request, reader: Reader, now: datetime) -> Standing:
    try:
        return standing_now(request, reader, now)
    except Exception:  # noqa: BLE001  what is amiss with the record is what the page may be about
        return Standing(
            state=UNKNOWN, sentence=reader.language.say("How the record stands cannot be asked now."), size=0
        )
