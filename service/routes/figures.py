"""`/figures` and `/norms`: means, volumes and what is normal, of one series by periods."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response

from record.archive import Archive, Log
from record.errors import SelectionError
from record.network import Network
from service import access
from service.accept import preferred
from service.cached import BRIEFLY, PRIVATELY, etag_of, is_held
from service.deps import ArchiveDep, LogDep, NetworkDep, NowDep
from service.figures import written
from service.figures.answer import Answer, figures, norms_of, span_of
from service.figures.given import given
from service.figures.periods import Kind, kind_called
from service.figures.sources import known_at, rests_on
from service.front.visit import in_lane
from service.guard.cost import spend
from service.interval import as_of_of, calendar_day, years_called
from service.points import points_of_days
from service.present import present_moment
from service.standing import STATE, state_of

router = APIRouter()
_KINDS = ", ".join(Kind)

By = Annotated[str, Query(description=f"The kind of period: {_KINDS}")]
Base = Annotated[str | None, Query(description="First and last year of the base period, such as 1991/2020")]
Form = Annotated[str | None, Query(alias="f", description="json or csv; without it, what Accept prefers, or json")]
AsOf = Annotated[
    str | None, Query(alias="as-of", description="A time with offset, or a number of entries: what was known before it")
]
_WRITTEN: dict[str, tuple[Callable[[Answer, Network], dict[str, Any]], Callable[[Answer], list[dict[str, Any]]]]] = {
    "figures": (written.figures_document, written.figure_rows),
    "norms": (written.norms_document, written.norm_rows),
}
_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"description": "The rows", "content": {media: {} for media in written.MEDIA.values()}}
}


@router.get("/figures/{series}", summary="Figures of one series by periods", responses=_ANSWER)
@in_lane(lambda lanes: lanes.papers)
def of_series(
    series: str,
    request: Request,
    archive: ArchiveDep,
    network: NetworkDep,
    log: LogDep,
    now: NowDep,
    by: By = Kind.TEN_DAYS.value,
    first: Annotated[str | None, Query(alias="from", description="The first day, YYYY-MM-DD")] = None,
    last: Annotated[str | None, Query(alias="to", description="The day after the last, YYYY-MM-DD")] = None,
    base: Base = None,
    as_of: AsOf = None,
    f: Form = None,
) -> Response:
    """Means, completeness, volumes, how they stand to the norm and to the year before, of each period whole."""
    told_as_of, years = as_of_of(as_of, now), years_called(base) if base else None
    bounds = calendar_day(first, "from") if first else None, calendar_day(last, "to") if last else None
    kind, span = kind_called(by), span_of(network, *bounds, known_at(archive, told_as_of, now))
    asked = _Asked(
        what="figures",
        series=series,
        request=request,
        archive=archive,
        network=network,
        log=log,
        now=now,
        as_of=told_as_of,
        f=f,
    )
    days = (span[1] - span[0]).days, _base_days(network, years)
    return asked.answered(days, lambda: figures(archive, network, series, kind, *span, now, told_as_of, years))


@router.get("/norms/{series}", summary="What is normal for one series by periods of the year", responses=_ANSWER)
@in_lane(lambda lanes: lanes.papers)
def norms(
    series: str,
    request: Request,
    archive: ArchiveDep,
    network: NetworkDep,
    log: LogDep,
    now: NowDep,
    by: By = Kind.TEN_DAYS.value,
    base: Base = None,
    as_of: AsOf = None,
    f: Form = None,
) -> Response:
    """Mean, extremes with their years, percentiles and coefficient of variation over the base period."""
    told_as_of, years, kind = as_of_of(as_of, now), years_called(base) if base else None, kind_called(by)
    asked = _Asked(
        what="norms",
        series=series,
        request=request,
        archive=archive,
        network=network,
        log=log,
        now=now,
        as_of=told_as_of,
        f=f,
    )
    days = (_base_days(network, years),)
    return asked.answered(days, lambda: norms_of(archive, network, series, kind, now, told_as_of, years))


def _base_days(network: Network, years: tuple[int, int] | None) -> int:
    """How many days are read for what is normal: those of the base period."""
    first, last = years or (network.figures.base_from, network.figures.base_until)
    return max(last - first + 1, 0) * 366


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A question of figures or of norms, answered where who asks does not hold the answer already."""

    what: str
    series: str
    request: Request
    archive: Archive
    network: Network
    log: Log
    now: datetime
    as_of: datetime | int | None
    f: str | None

    def answered(self, days: Sequence[int], make: Callable[[], Answer]) -> Response:
        """The answer in the form asked for, made of stretches of so many days; 304 where the asker holds it."""
        form = _form(self.f, self.request)
        count, last = rests_on(self.archive, self.network, self.as_of, self.now)
        headers = self._headers(form, count, last)
        if is_held(self.request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        spend(self.request, self._points(days))
        found = make()
        noted = access.given_to(self.request)
        if noted is not None:
            noted += given(found, self.network)
        return self._written(found, form)

    def _points(self, days: Sequence[int]) -> int:
        """How many readings the answer may be made of: of the series of that name, or of that quantity at a station."""
        moment, found = present_moment(self.request), 0
        for one in self.network.series.values():
            if self.series in (one.id, one.id.rpartition(".")[0]):
                span = moment.span(self.network.collection(one.collection))
                held = 0 if span is None else (span[1] - span[0]).days + 1
                found += sum(points_of_days([one], min(stretch, held)) for stretch in days)
        return found

    def _written(self, found: Answer, form: str) -> Response:
        document, rows = _WRITTEN[self.what]
        name = f"{self.what}_{found.subject.name.replace(':', '-')}_{found.kind.value}.{form}"
        # Between the tag that was asked for and the answer the journal may have grown.
        headers = self._headers(form, found.count, found.ended)
        headers["Content-Disposition"] = f'inline; filename="{name}"'
        if form == "csv":
            body = written.csv_of(found, self.network, rows(found))
        else:
            body = orjson.dumps(document(found, self.network))
        return Response(body, media_type=written.MEDIA[form], headers=headers)

    def _headers(self, form: str, count: int, last: date) -> dict[str, str]:
        """Those of an answer that rests on so many entries and on days up to `last`.

        What a party is given is noted, so that an answer to one has a tag of its own.
        """
        noted = access.given_to(self.request) is not None
        question = self.request.url.path, sorted(self.request.query_params.multi_items())
        return {
            "Vary": "Accept",
            "Cache-Control": PRIVATELY if noted else BRIEFLY,
            "ETag": etag_of(*question, form, self.network.version, count, last, noted),
            STATE: state_of(self.log.standing(), count),
        }


def _form(asked: str | None, request: Request) -> str:
    form = asked.strip().lower() if asked else preferred(request.headers.get("accept", ""), written.MEDIA, "json")
    if form not in written.MEDIA:
        raise SelectionError(f"f={form[:40]!r} is not a form of figures: use {', '.join(written.MEDIA)}")
    return form
