"""The one table from our exceptions to HTTP statuses, and the one body that every error has."""

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from record.errors import ArnaError, RecordBusy, SelectionError, UnknownName

log = logging.getLogger("arna.service")

OWN_FAULT = "the service met a fault of its own; it is in the log"


class TooSlow(Exception):
    """A long answer stands still, or takes longer than any may: it is broken off."""


ForPeople = Callable[[Scope, int, str, Mapping[str, str]], Response | None]
"""The page that tells a status and its line to who reads pages, with the headers of the answer; None for a program."""

# A line may hold a name as it was asked for, of any length; of a longer line the beginning and the end are said.
_LONGEST = 1000

STATUSES: dict[type[ArnaError], HTTPStatus] = {
    UnknownName: HTTPStatus.NOT_FOUND,
    SelectionError: HTTPStatus.BAD_REQUEST,
    RecordBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    ArnaError: HTTPStatus.INTERNAL_SERVER_ERROR,
}


def install(app: FastAPI) -> None:
    """Answer every fault with the one body."""
    app.add_exception_handler(ArnaError, _ours)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(Exception, _unforeseen)


class Told(JSONResponse):
    """An error as a program is told it; who asked with a browser for a page is given a page instead.

    Who asked is known when it is sent, and the state of the app holds `for_people`, where it has pages.
    """

    def __init__(self, status: int, description: str) -> None:
        self.description = description
        super().__init__({"code": HTTPStatus(status).phrase, "status": status, "description": description}, status)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, or the page in its place."""
        page = self._page(scope)
        await (super().__call__ if page is None else page)(scope, receive, send)

    def _page(self, scope: Scope) -> Response | None:
        app: Any = scope.get("app")
        for_people: ForPeople | None = None if app is None else getattr(app.state, "for_people", None)
        return None if for_people is None else for_people(scope, self.status_code, self.description, self.headers)


def body(status: int, description: str) -> Told:
    """`code` is the name of the status, `description` one line: what happened, where, what to do."""
    if len(description) > _LONGEST:
        description = f"{description[: _LONGEST // 2]} ... {description[-_LONGEST // 2 :]}"
    return Told(status, description)


def _ours(_: Request, fault: Exception) -> Told:
    status = next(status for kind, status in STATUSES.items() if isinstance(fault, kind))
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("%s", fault)
    return body(status, str(fault))


def _malformed(_: Request, fault: Exception) -> Told:
    assert isinstance(fault, RequestValidationError)
    said = "; ".join(f"{error['loc'][-1]}: {error['msg']}" for error in fault.errors())
    return body(HTTPStatus.BAD_REQUEST, f"the request is not well formed: {said}")


def _of_http(request: Request, fault: Exception) -> Told:
    assert isinstance(fault, HTTPException)
    path = request.url.path[:200]
    allowed = (fault.headers or {}).get("Allow", "GET")
    texts = {
        HTTPStatus.NOT_FOUND: f"there is nothing at {path}: begin at /",
        HTTPStatus.METHOD_NOT_ALLOWED: f"{request.method} is not answered at {path}: use {allowed}",
    }
    answer = body(fault.status_code, texts.get(HTTPStatus(fault.status_code), str(fault.detail)))
    answer.headers.update(fault.headers or {})
    return answer


def _unforeseen(request: Request, fault: Exception) -> Told:
    if isinstance(fault, TooSlow):
        log.warning("the answer at %s was broken off: %s", plain(request.scope["path"]), fault)
    else:
        log_unforeseen(request.scope["path"], fault)
    return body(HTTPStatus.INTERNAL_SERVER_ERROR, OWN_FAULT)


def log_unforeseen(path: str, fault: Exception) -> None:
    """One line of a fault that nobody foresaw, or that came when a part of the answer had gone out."""
    # The framework wraps what befell an answer on its way, and what is said is the cause.
    cause = fault.__cause__ if isinstance(fault, RuntimeError) and fault.__cause__ is not None else fault
    log.error("unforeseen fault at %s: %s: %s", plain(path), type(cause).__name__, plain(str(cause)))


def plain(text: str) -> str:
    """Text of others, on one line of at most 500 signs: what is no sign that can be seen is written by its number."""
    shown = text if len(text) <= _LONGEST // 2 else f"{text[: _LONGEST // 2]} ..."
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in shown)


def of_status(fault: HTTPException) -> Told:
    """The one body for a status that was raised, with its headers."""
    answer = body(fault.status_code, str(fault.detail))
    answer.headers.update(fault.headers or {})
    return answer
