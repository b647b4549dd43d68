"""What all pages are asked: the language, the clock; and how a page is answered."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Query, Request, Response

from record.network import Network
from service.accept import in_language, preferred_language
from service.cached import PRIVATELY, etag_of_bytes
from service.deps import NetworkDep, NowDep, network_of
from service.documents import base_of
from service.front.visit import visit_of
from service.language import language_called
from service.language.phrase import renamed, retimed
from service.page.reader import Reader, reader_of
from service.page.shell import Shell, Standing
from service.present import Said, present_moment
from service.standing import DIFFERENT, NOT_YET, SIGNED_BY_BOTH, STATE

Lang = Annotated[str | None, Query(description="kk, ky, ru or en; without it, what Accept-Language prefers")]
Zone = Annotated[str | None, Query(description="Whose clock tells times: a party's id, or utc")]
_OWN = ("lang", "zone", "f")
_FRESH = "public, no-cache"
"""A page is asked for again each time, and not sent again where it is the same."""
_CALLED = {SIGNED_BY_BOTH: "same", NOT_YET: "provisional", DIFFERENT: "differ"}
"""What the three states of the record are called in styles and scripts."""


def shell_of(request: Request, network: NetworkDep, now: NowDep, lang: Lang = None, zone: Zone = None) -> Shell:
    """The page that is asked for, for who asks; raises `SelectionError` for a language or a clock that we have not."""
    language = language_called(lang or preferred_language(request.headers.get("accept-language", "")))
    reader = reader_of(network, language, zone)
    return shell_for(request, reader, standing_now(request, reader), now)


def standing_now(request: Request, reader: Reader) -> Standing:
    """How the record stands, told to a reader by his clock; raises `RecordError` where the record is away."""
    moment, network = present_moment(request), network_of(request)
    said = moment.said(moment.size)
    return Standing(
        state=_CALLED[said.state], sentence=sentence_of(reader, network, said, reader.hour), size=moment.size
    )


def sentence_of(reader: Reader, network: Network, said: Said, tell: Callable[[datetime], str] | None = None) -> str:
    """What is said of the record, to a reader; times as `tell` tells them, without it with their offset."""
    names = {party.names["en"]: reader.language.name(party.names) for party in network.parties.values()}
    return reader.language.say(retimed(renamed(said.note, names), tell or reader.moment))


def shell_for(request: Request, reader: Reader, standing: Standing, now: datetime) -> Shell:
    """The shell at the address that was asked."""
    root = request.scope.get("root_path", "").rstrip("/")
    return Shell(
        reader=reader,
        network=network_of(request),
        standing=standing,
        assets=request.app.state.assets,
        base=root,
        host=base_of(request),
        path=quote(request.url.path.removeprefix(root)),
        asked=tuple((name, value) for name, value in request.query_params.multi_items() if name not in _OWN),
        now=now,
    )


ShellDep = Annotated[Shell, Depends(shell_of)]


def answered(request: Request, shell: Shell, body: bytes, *, state: str | None = None) -> Response:
    """The page, or that the asker has it; `state` is that of the entries that it rests on, else of all."""
    visit, said = visit_of(request.scope), present_moment(request)
    headers = {
        "ETag": etag_of_bytes(body),
        "Cache-Control": PRIVATELY if visit.private else _FRESH,
        "Vary": "Accept, Accept-Language",
        STATE: state or said.said(said.size).state,
        **in_language(shell.code),
    }
    if visit.has_any or visit.has(headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="text/html; charset=utf-8", headers=headers)
