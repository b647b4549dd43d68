"""What an address under `/collections` is about: a collection as it is known now, or an instance of it."""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from record.archive.answer import Answer, Heading
from record.archive.standing import Final
from record.errors import UnknownName
from record.ledger.access import Given
from record.network import Collection
from record.selection import Selection
from service.answering import Read, answered
from service.asked import PARAMETERS, names_of, parameter, refuse_misspelt
from service.deps import archive_of, log_of, network_of, now_of, offered_of
from service.documents import base_of
from service.encode import ENCODERS, Encoder
from service.figures.collections import is_of_figures
from service.figures.reading import FiguresRead, figures_of
from service.interval import as_of_of
from service.offered import Offered
from service.place.places import Places
from service.routes.collections.spans import Spans

_MOST_DIGITS = 15
_FEW = 5
HINT = "Arna-Hint"
_NAMES = re.compile(r"\{(\w+)\}")
FORM = parameter(
    "f",
    f"The form: {', '.join(ENCODERS)}, in any case of letters; without it what Accept prefers, or covjson",
    enum=list(ENCODERS),
)
ASKED = [*PARAMETERS, FORM]
SERIES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The series; an empty document where nothing was said, or nobody is there",
        "content": {encoder.media: {} for encoder in ENCODERS.values()},
    }
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A collection, as it is known now or as of a final checkpoint."""

    request: Request
    collection: Collection
    final: Final | None = None

    @property
    def offered(self) -> Offered:
        """What the network offers."""
        return offered_of(self.request)

    @property
    def places(self) -> Places:
        """Where its stations lie."""
        return self.offered.places(self.collection)

    @property
    def as_of(self) -> int | None:
        """How many entries it rests on; None for all."""
        return None if self.final is None else self.final.size

    @property
    def state(self) -> datetime | int | None:
        """The state of the record that is asked of: that of the instance, or of `as-of`; None for all there is."""
        if self.final is not None:
            return self.final.size
        return as_of_of(self.request.query_params.get("as-of"), now_of(self.request))

    @property
    def spoke(self) -> frozenset[tuple[str, str]]:
        """The stations with the quantities of which they ever spoke, in the state that is asked of."""
        return Spans(request=self.request, collection=self.collection, as_of=self.state).spoke

    @property
    def here(self) -> str:
        """Its address."""
        above = f"{base_of(self.request)}/collections/{self.collection.id}"
        return above if self.final is None else f"{above}/instances/{self.final.size}"

    @property
    def spans(self) -> Spans:
        """Of which times anything was said in it."""
        return Spans(request=self.request, collection=self.collection, as_of=self.as_of)

    @property
    def zones(self) -> tuple[ZoneInfo, ...]:
        """The calendars in which dates that are asked of it are read; of instants none, which is UTC."""
        return self.offered.zones(self.collection)

    @property
    def asked(self) -> str:
        """The address that was asked, without its form."""
        return str(self.request.url.remove_query_params("f"))

    def giving(self, stations: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the stations that give any of the quantities that are asked for."""
        wanted = names_of(self.request.query_params)
        if not wanted:
            return stations
        given = {series.station for series in self.collection.series if series.quantity in wanted}
        return tuple(name for name in stations if name in given)

    async def answered_there(self, stations: tuple[str, ...], exchanged: Callable[[], tuple[str, ...]]) -> Response:
        """The same of the stations at a place; `exchanged` are those at the place with latitude before longitude.

        Where there are none but those, a header says so: the answer is an empty document, as of any empty place.
        """
        found = self.giving(stations)
        meant = () if found else self.giving(exchanged())
        return await self.answered(found, more={HINT: hint(meant)} if meant else None)

    async def answered(
        self,
        stations: tuple[str, ...],
        forms: Mapping[str, Encoder] = ENCODERS,
        read: Read | None = None,
        more: Mapping[str, str] | None = None,
    ) -> Response:
        """The series of these stations, as the parameters of the request ask for them."""
        reads = read or (self._figures if is_of_figures(self.collection) else None)
        return await answered(
            self.request, self.collection, stations, forms=forms, as_of=self.as_of, read=reads, more=more
        )

    def figures(self, selection: Selection) -> FiguresRead:
        """What is asked of it where it is a collection of figures."""
        archive, network = archive_of(self.request), network_of(self.request)
        return figures_of(archive, network, self.collection, selection, now_of(self.request))

    def _figures(self, selection: Selection, noted: list[Given] | None) -> tuple[Heading, Iterator[Answer]]:
        found = self.figures(selection)
        return found.heading(), found.portions(noted)


def hint(stations: tuple[str, ...]) -> str:
    """What to say of a place where nobody is, of whose numbers the other order would have these."""
    return f"longitude comes first, then latitude: the other way round {', '.join(stations[:_FEW])} would be there"


Answers = Callable[[Held], Awaitable[Response]]


def _named(name: str) -> dict[str, Any]:
    """A part of the path of an address as OpenAPI describes it."""
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


async def held(request: Request, collection: str, instance: str | None = None) -> Held:
    """What the address is about; raise `UnknownName` where there is no such collection or instance.

    Raises `SelectionError` for a parameter that all but says one of ours.
    """
    found = offered_of(request).collection(collection)
    refuse_misspelt(request.query_params)
    if instance is None:
        return Held(request=request, collection=found)
    final = await run_in_threadpool(final_called, request, instance)
    return Held(request=request, collection=found, final=final)


def final_called(request: Request, instance: str) -> Final:
    """The final checkpoint that an instance is, by its size; raise `UnknownName` where there is none."""
    if not (instance.isascii() and instance.isdigit() and len(instance) <= _MOST_DIGITS):
        raise UnknownName(f"instance {instance[:60]!r} is not a number of entries: see the list of instances")
    return log_of(request).final_of(int(instance))


def both(
    router: APIRouter, path: str, summary: str, parameters: list[dict[str, Any]], responses: dict[int | str, Any]
) -> Callable[[Answers], Answers]:
    """Let a query be asked at `path` of a collection, and of an instance of it."""
    named = [_named(name) for name in _NAMES.findall(path)]

    def put(answer: Answers) -> Answers:
        async def of_collection(collection: str, request: Request) -> Response:
            return await answer(await held(request, collection))

        async def of_instance(collection: str, instance: str, request: Request) -> Response:
            return await answer(await held(request, collection, instance))

        for above, endpoint, whose in (("", of_collection, ""), ("/instances/{instance}", of_instance, ", as signed")):
            router.add_api_route(
                f"/{{collection}}{above}{path}",
                endpoint,
                methods=["GET"],
                name=f"{answer.__name__}{'_of_instance' if above else ''}",
                summary=f"{summary}{whose}",
                description=answer.__doc__,
                response_class=Response,
                responses=responses,
                openapi_extra={
                    "parameters": named + [one for one in parameters if not (above and one["name"] == "as-of")]
                },
            )
        return answer

    return put
