"""Answering a question for series: the form that is liked best, the answer of the record, its headers.

Every address that gives series answers through here, so that flags, states, notes and limits are the same everywhere.
An answer that the asker has, or that was given before, is not read again; a small one is read at once, a large one
waits for a thread, a very long one is sent as it is made.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from urllib.parse import quote

from fastapi import Request, Response

from record.archive import Archive
from record.archive.answer import Answer, Heading, empty
from record.errors import SelectionError
from record.ledger.access import Given
from record.network import Collection
from record.selection import Selection
from service import access
from service.accept import preferred
from service.asked import Asked, asked
from service.cached import PRIVATELY, again, etag_of, to_be_kept
from service.deps import offered_of
from service.encode import ENCODERS, Encoder, encoder_called
from service.encode.told import Told
from service.figures.collections import is_of_figures, sources_read
from service.figures.day import last_complete
from service.front.lanes import Lane
from service.front.stream import Streamed
from service.front.visit import Visit, visit_of
from service.guard.cost import spend
from service.points import points_asked, points_between
from service.present import Moment, Present, Said, present_moment
from service.standing import SIGNED_BY_BOTH, STATE
from service.written.workplace import workplace_of

Read = Callable[[Selection, list[Given] | None], tuple[Heading, Iterator[Answer]]]
"""Reads what a selection asks for; where somebody is to be noted, adds what it gives as it is taken."""

_SMALL, _LONG = 5_000, 200_000
"""Up to so many points are read at once; of more than so many the answer is sent as it is made."""
_LIGHT = frozenset(("application/prs.coverage+json", "application/geo+json", "text/csv", "application/json"))
"""Forms that we write ourselves, in less time than a thread takes to begin."""
_LIBRARY = frozenset(("application/x-netcdf",))
_PERIOD = timedelta(days=32)
"""No figure is of a longer one."""
OPEN, SEALED, SIGNED = "public, max-age=5", "public, max-age=60", "public, max-age=86400"
"""For how long a cache need not ask again: while readings come every hour, once a period is sealed, once both countries
have signed the entries that were asked for. None is for ever: an alarm must be seen."""


async def answered(
    request: Request,
    collection: Collection,
    stations: tuple[str, ...],
    *,
    forms: Mapping[str, Encoder] = ENCODERS,
    form: str = "covjson",
    as_of: int | None = None,
    read: Read | None = None,
    more: Mapping[str, str] | None = None,
) -> Response:
    """The series of these stations as the parameters of the request ask for them; `form` where none is preferred.

    `more` are headers that the answer bears besides its own.

    `as_of` is the state of the record that the address itself names; `read` takes the place of the archive, for what
    is no reading. Without any station the answer is an empty document.
    Raises `SelectionError` for a parameter that cannot be read, `UnknownName`, or `RecordError`, each in one line.
    """
    state = request.app.state
    now: datetime = state.clock()
    offered = offered_of(request)
    said = asked(request.query_params, now, offered.zones(collection))
    offered.refuse_strange(said.names, collection)
    if as_of is not None:
        said = _of_instance(said, as_of)
    question = _Question(
        request=request,
        collection=collection,
        stations=stations,
        asked=said,
        selection=said.selection(collection, stations) if stations else None,
        form=encoder_of(request, forms, form),
        read=read,
        more=more or {},
        day=None if read is None else last_complete(state.network.report_day, now),
    )
    present: Present = state.present
    if present.late:
        return await question.lane.run(partial(_answered, question))
    moment = present_moment(request)
    before = _again(question, moment)
    if before is not None:
        return before
    if question.is_small(moment):
        return _read(question, moment)
    return await question.lane.run(partial(_read, question, moment))


def _of_instance(question: Asked, as_of: int) -> Asked:
    if question.as_of is not None:
        raise SelectionError(f"as-of is asked of an instance, which is of the first {as_of} entries: leave it out")
    return replace(question, as_of=as_of)


def encoder_of(request: Request, forms: Mapping[str, Encoder] = ENCODERS, default: str = "covjson") -> Encoder:
    """The form in which a request wants series; raises `SelectionError` for one that there is not."""
    said = request.query_params.get("f")
    if said:
        return encoder_called(said, forms)
    media = {key: encoder.media for key, encoder in forms.items() if encoder.by_media}
    return forms[preferred(request.headers.get("accept", ""), media, default)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Question:
    """What was asked, by whom, and in which form.

    `day` is the last report day that has ended, where the answer follows from that too.
    """

    request: Request
    collection: Collection
    stations: tuple[str, ...]
    asked: Asked
    selection: Selection | None
    form: Encoder
    read: Read | None
    more: Mapping[str, str]
    day: date | None
    _headers: dict[int, dict[str, str]] = field(default_factory=dict)

    @property
    def visit(self) -> Visit:
        """What the door is told of the answer."""
        return visit_of(self.request.scope)

    @property
    def lane(self) -> Lane:
        """Where it waits for a thread."""
        lanes = self.visit.lanes
        return lanes.library if self.form.media in _LIBRARY else lanes.large

    @property
    def noted(self) -> list[Given] | None:
        """Where to say what is given; nowhere where wanted flags keep values back, which so were not given."""
        return access.given_to(self.request) if self.asked.flags is None else None

    @property
    def base(self) -> str:
        """The address of the service without a slash at its end."""
        scope, host = self.request.scope, self.request.headers.get("host")
        if host is None:
            return str(self.request.base_url).rstrip("/")
        return f"{scope['scheme']}://{host}{scope.get('root_path', '').rstrip('/')}"

    @property
    def address(self) -> str:
        """The address that was asked, without its form."""
        scope = self.request.scope
        path = quote(scope["path"].removeprefix(scope.get("root_path", "")), safe="/:@")
        query = scope["query_string"].decode("latin-1").split("&")
        rest = "&".join(part for part in query if part and not part.startswith("f="))
        return f"{self.base}{path}?{rest}" if rest else f"{self.base}{path}"

    def points(self, moment: Moment) -> int:
        """How many points the answer may have."""
        if self.selection is None:
            return 0
        return points_asked(self.selection, self.collection, lambda _: moment.span(self.collection))

    def cost(self, moment: Moment) -> int:
        """How many points it costs: as many as it may have, or as are read for it where these are more."""
        asked = self.points(moment)
        return asked if self.selection is None else max(asked, _points_read(self.selection, self.collection, moment))

    def is_small(self, moment: Moment) -> bool:
        """Whether the answer is made faster than a thread takes it up."""
        return self.read is None and self.form.media in _LIGHT and self.points(moment) <= _SMALL

    def said(self, moment: Moment, count: int) -> Said:
        """How the entries stand on which the answer rests."""
        return moment.said(count, fixed=isinstance(self.asked.as_of, int))

    def tag(self, moment: Moment, count: int) -> str:
        """The entity tag of all that the answer follows from."""
        one, said = self.asked, self.said(moment, count)
        return etag_of(
            "series", self.request.app.version, self.address, moment.network.version, count, said.state, said.note,
            self.form.media, self.collection.id, self.stations, one.start, one.end, one.names, one.as_of,
            None if one.flags is None else sorted(one.flags), one.status, self.day,
        )  # fmt: skip

    def headers(self, moment: Moment, count: int) -> dict[str, str]:
        """Those of the answer."""
        known = self._headers.get(count)
        if known is None:
            known = self._headers[count] = self._made(moment, count)
        return known

    def _made(self, moment: Moment, count: int) -> dict[str, str]:
        return {
            "Vary": "Accept",
            "Content-Disposition": f'inline; filename="{self._name()}.{self.form.suffix}"',
            "Cache-Control": self._cache_control(moment, count),
            "ETag": self.tag(moment, count),
            STATE: self.said(moment, count).state,
            **self.more,
        }

    def _cache_control(self, moment: Moment, count: int) -> str:
        if self.visit.private:
            return PRIVATELY
        if isinstance(self.asked.as_of, int) and self.said(moment, count).state == SIGNED_BY_BOTH:
            return SIGNED
        sealed = moment.sealed_until(self.collection.id)
        return SEALED if sealed is not None and self.asked.end.timestamp() <= sealed else OPEN

    def _name(self) -> str:
        one = self.stations[0].replace(":", "-") if len(self.stations) == 1 else None
        return self.collection.id if one is None else f"{self.collection.id}_{one}"


def _points_read(selection: Selection, collection: Collection, moment: Moment) -> int:
    """Of how many readings figures are made, which are read in whole periods; 0 of what is no figure."""
    if not is_of_figures(collection):
        return 0
    network, found = moment.network, 0
    for series in sources_read(collection, selection.series, network):
        known = moment.span(network.collection(series.collection))
        if known is not None:
            start, end = max(selection.start - _PERIOD, known[0]), min(selection.end + _PERIOD, known[1])
            found += points_between(series.interval, 1, (end - start).total_seconds() + 1)
    return found


def _answered(question: _Question) -> Response:
    moment = present_moment(question.request)
    return _again(question, moment) or _read(question, moment)


def _again(question: _Question, moment: Moment) -> Response | None:
    """That the asker has the answer, or the answer as it was given before; None where it must be read."""
    as_of = question.asked.as_of
    if question.day is not None:
        # A day ends without anything being entered.
        question.visit.question = None
    if isinstance(as_of, datetime) or (as_of is not None and as_of > moment.size):
        # How many entries there were by then must be looked up, and what lies beyond the journal is refused.
        return None
    headers = question.headers(moment, moment.size if as_of is None else as_of)
    return again(question.request, headers, question.form.media, question.noted)


def _read(question: _Question, moment: Moment) -> Response:
    """The answer of the record; of an asker to be noted the whole answer is read, even where it has it already."""
    visit, noted, points = question.visit, question.noted, question.points(moment)
    spend(question.request, question.cost(moment))
    long = points > _LONG
    heading, portions = _found(question, noted, long=long)
    headers = question.headers(moment, heading.count)
    if visit.has_any or visit.has(headers["ETag"]):
        for _ in portions if noted is not None else ():
            pass
        return Response(status_code=304, headers=headers)
    pieces = question.form.write(heading, portions, _told(question, moment, heading.count))
    if not long:
        body = b"".join(pieces)
        to_be_kept(question.request, noted)
        return Response(body, media_type=question.form.media, headers=headers)
    to_be_kept(question.request, None)
    # The first piece is made before the answer begins, so that what cannot be read is an error and no broken answer.
    return Streamed(next(pieces, b""), pieces, question.lane, media_type=question.form.media, headers=headers)


def _found(question: _Question, noted: list[Given] | None, *, long: bool) -> tuple[Heading, Iterator[Answer]]:
    archive: Archive = question.request.app.state.archive
    selection = question.selection
    if selection is None:
        return _nobody(archive, question)
    if question.read is not None:
        return question.read(selection, noted)
    heading, portions = archive.portions(selection) if long else _at_once(archive, selection)
    return heading, portions if noted is None else access.noting(portions, noted)


def _at_once(archive: Archive, selection: Selection) -> tuple[Heading, Iterator[Answer]]:
    answer = archive.answer(selection)
    return answer.heading, iter([answer])


def _nobody(archive: Archive, question: _Question) -> tuple[Heading, Iterator[Answer]]:
    """An answer without stations, where none lies where one was asked for."""
    as_of, quantities = question.asked.as_of, question.asked.quantities(question.collection)
    count = archive.counted(as_of)
    heading = empty(
        question.collection, quantities, count, as_of, archive.origin, flags=question.asked.flags,
        figures=question.read is not None,
    )  # fmt: skip
    return heading, iter(())


def _told(question: _Question, moment: Moment, count: int) -> Told:
    said = question.said(moment, count)
    return Told(
        service=question.base,
        state=said.state,
        note=said.note,
        asked=lambda: question.address,
        entered=lambda: moment.archive.grown(count),
        makers=moment.network.ministries,
        licence=moment.network.licence.words if moment.network.licence else "",
        workplace=workplace_of(question.request.app.state.data),
    )
