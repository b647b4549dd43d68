"""What all pages are asked: the language, the clock; and how a page is answered."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from record.network import Network
from service.accept import in_language, preferred_language
from service.cached import PRIVATELY, etag_of_bytes
from service.deps import NetworkDep, NowDep, network_of
from service.documents import base_of
from service.front.visit import visit_of
from service.interval import calendar_day
from service.language import Language, language_called
from service.language.phrase import phrase, renamed, retimed
from service.page.reader import Reader, reader_of
from service.page.shell import Shell, Standing
from service.present import Said, present_moment
from service.standing import DIFFERENT, NOT_YET, SIGNED_BY_BOTH, STATE, brief

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
    return shell_for(request, reader, standing_now(request, reader, now), now)


def standing_now(request: Request, reader: Reader, now: datetime) -> Standing:
    """How the record stands, told to a reader in short by his clock; raises `RecordError` where the record is away."""
    moment, network = present_moment(request), network_of(request)
    said = moment.said(moment.size)
    language = reader.language
    told = retimed(
        renamed(brief(moment.standing, network, reader.offset(now)), _parties(network, language)),
        lambda at: reader.brief(at, now),
    )
    if "as-of" in request.query_params:
        told = phrase("Now, of all {count} entries: {said}", count=moment.size, said=told)
    return Standing(
        state=_CALLED[said.state],
        sentence=language.say(told),
        size=moment.size,
    )


def sentence_of(reader: Reader, network: Network, said: Said) -> str:
    """What is said of a state of the record, in full, with times by the reader's clock and their offset."""
    return reader.language.say(retimed(renamed(said.note, _parties(network, reader.language)), reader.moment))


def _parties(network: Network, language: Language) -> dict[str, str]:
    """The parties in a language, by their English names."""
    return {party.names["en"]: language.name(party.names) for party in network.parties.values()}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The days that a form asks for, both counted, as they were written."""

    first: str | None
    last: str | None

    def elsewhere(self, shell: Shell) -> Response | None:
        """Where the same is asked by `from` and `to`, as all other addresses do; None where no form was filled.

        Raises `SelectionError` for what is no day.
        """
        asked: dict[str, object] = {}
        if self.first is not None:
            asked["from"] = calendar_day(self.first, "first") if self.first else None
        if self.last is not None:
            asked["to"] = calendar_day(self.last, "last") + timedelta(days=1) if self.last else None
        return RedirectResponse(shell.here(first=None, last=None, **asked), status_code=303) if asked else None


async def days_of(
    first: Annotated[str | None, Query(description="The first day, YYYY-MM-DD, as forms ask")] = None,
    last: Annotated[str | None, Query(description="The last day, counted too, as forms ask")] = None,
) -> Days:
    """The days that a form asks for."""
    return Days(first=first, last=last)


DaysDep = Annotated[Days, Depends(days_of)]


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
