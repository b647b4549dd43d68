"""Answering a question for series: the form that is liked best, the answer of the record, its headers.

Every address that gives series answers through here, so that flags, states, notes and limits are the same everywhere.
"""

from collections.abc import Iterator, Mapping

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from record.archive import Archive
from record.archive.answer import Answer, Heading
from record.network import Collection, Network
from record.selection import Selection
from service import access
from service.accept import preferred
from service.asked import Asked, asked
from service.encode import ENCODERS, Encoder, encoder_called
from service.encode.told import Told
from service.standing import STATE, sentence, state_of

_ALONE = 5
"""Up to so many stations are answered at once, from one state of the record; of more each after the other."""


async def answered(
    request: Request,
    collection: Collection,
    stations: tuple[str, ...],
    *,
    forms: Mapping[str, Encoder] = ENCODERS,
    form: str = "covjson",
) -> Response:
    """The series of these stations as the parameters of the request ask for them; `form` where none is preferred.

    Raises `SelectionError` for a parameter that cannot be read, `UnknownName`, or `RecordError`, each in one line.
    """
    question = asked(request.query_params, request.app.state.clock())
    encoder = _encoder_of(request, forms, form)
    return await run_in_threadpool(_answered, request, collection, stations, question, encoder)


def _encoder_of(request: Request, forms: Mapping[str, Encoder], default: str) -> Encoder:
    said = request.query_params.get("f")
    if said:
        return encoder_called(said, forms)
    media = {key: encoder.media for key, encoder in forms.items()}
    return forms[preferred(request.headers.get("accept", ""), media, default)]


def _answered(
    request: Request, collection: Collection, stations: tuple[str, ...], question: Asked, encoder: Encoder
) -> Response:
    archive: Archive = request.app.state.archive
    selection = question.selection(collection, stations)
    heading, portions = _read(archive, selection, len(stations))
    told = _told(request, archive, heading.count)
    headers = {
        "Vary": "Accept",
        "Content-Disposition": f'inline; filename="{_name(collection, stations)}.{encoder.suffix}"',
        STATE: told.state,
    }
    if (noted := access.given_to(request)) is not None and question.flags is None:
        # With wanted flags some readings come without their values, and so were not given.
        portions = access.noting(portions, noted)
    pieces = encoder.write(heading, portions, told)
    if len(stations) <= _ALONE:
        return Response(b"".join(pieces), media_type=encoder.media, headers=headers)
    # The first piece is made before the answer begins, so that what cannot be read is an error and no broken answer.
    first = next(pieces, b"")
    return StreamingResponse(_after(first, pieces), media_type=encoder.media, headers=headers)


def _read(archive: Archive, selection: Selection, stations: int) -> tuple[Heading, Iterator[Answer]]:
    if stations > _ALONE:
        return archive.portions(selection)
    answer = archive.answer(selection)
    return answer.heading, iter([answer])


def _told(request: Request, archive: Archive, count: int) -> Told:
    network: Network = request.app.state.network
    standing = request.app.state.log.standing()
    return Told(
        service=str(request.base_url).rstrip("/"),
        state=state_of(standing, count),
        note=sentence(standing, network, count),
        asked=lambda: str(request.url),
        entered=lambda: archive.grown(count),
    )


def _name(collection: Collection, stations: tuple[str, ...]) -> str:
    return f"{collection.id}_{stations[0].replace(':', '-')}" if len(stations) == 1 else collection.id


def _after(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
