"""Answering a question for series: the form that is liked best, the answer of the record, its headers.

Every address that gives series answers through here, so that flags, states, notes and limits are the same everywhere.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from record.archive import Archive
from record.archive.answer import Answer, Heading, empty
from record.errors import SelectionError
from record.ledger.access import Given
from record.network import Collection, Network
from record.selection import Selection
from service import access
from service.accept import preferred
from service.asked import Asked, asked
from service.encode import ENCODERS, Encoder, encoder_called
from service.encode.told import Told
from service.standing import STATE, sentence, state_of

Read = Callable[[Selection, list[Given] | None], tuple[Heading, Iterator[Answer]]]
"""Reads what a selection asks for; where somebody is to be noted, adds what it gives as it is taken."""

_ALONE = 5
"""Up to so many stations are answered at once, from one state of the record; of more each after the other."""


async def answered(
    request: Request,
    collection: Collection,
    stations: tuple[str, ...],
    *,
    forms: Mapping[str, Encoder] = ENCODERS,
    form: str = "covjson",
    as_of: int | None = None,
    read: Read | None = None,
) -> Response:
    """The series of these stations as the parameters of the request ask for them; `form` where none is preferred.

    `as_of` is the state of the record that the address itself names; `read` takes the place of the archive, for what
    is no reading. Without any station the answer is an empty document.
    Raises `SelectionError` for a parameter that cannot be read, `UnknownName`, or `RecordError`, each in one line.
    """
    question = asked(request.query_params, request.app.state.clock())
    if as_of is not None:
        question = _of_instance(question, as_of)
    encoder = _encoder_of(request, forms, form)
    return await run_in_threadpool(_answered, request, collection, stations, question, encoder, read)


def _of_instance(question: Asked, as_of: int) -> Asked:
    if question.as_of is not None:
        raise SelectionError(f"as-of is asked of an instance, which is of the first {as_of} entries: leave it out")
    return replace(question, as_of=as_of)


def _encoder_of(request: Request, forms: Mapping[str, Encoder], default: str) -> Encoder:
    said = request.query_params.get("f")
    if said:
        return encoder_called(said, forms)
    media = {key: encoder.media for key, encoder in forms.items() if encoder.by_media}
    return forms[preferred(request.headers.get("accept", ""), media, default)]


def _answered(
    request: Request,
    collection: Collection,
    stations: tuple[str, ...],
    question: Asked,
    encoder: Encoder,
    read: Read | None,
) -> Response:
    archive: Archive = request.app.state.archive
    # With wanted flags some readings come without their values, and so were not given.
    noted = access.given_to(request) if question.flags is None else None
    if not stations:
        heading, portions = _nobody(archive, collection, question)
    elif read is not None:
        heading, portions = read(question.selection(collection, stations), noted)
    else:
        heading, portions = _read(archive, question.selection(collection, stations), len(stations))
        portions = portions if noted is None else access.noting(portions, noted)
    told = _told(request, archive, heading.count)
    headers = {
        "Vary": "Accept",
        "Content-Disposition": f'inline; filename="{_name(collection, stations)}.{encoder.suffix}"',
        STATE: told.state,
    }
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


def _nobody(archive: Archive, collection: Collection, question: Asked) -> tuple[Heading, Iterator[Answer]]:
    """An answer without stations, where none lies where one was asked for."""
    count, quantities = archive.counted(question.as_of), question.quantities(collection)
    return empty(collection, quantities, count, question.as_of, archive.origin), iter(())


def _told(request: Request, archive: Archive, count: int) -> Told:
    network: Network = request.app.state.network
    standing = request.app.state.log.standing()
    return Told(
        service=str(request.base_url).rstrip("/"),
        state=state_of(standing, count),
        note=sentence(standing, network, count),
        asked=str(request.url.remove_query_params("f")),
        entered=lambda: archive.grown(count),
    )


def _name(collection: Collection, stations: tuple[str, ...]) -> str:
    return f"{collection.id}_{stations[0].replace(':', '-')}" if len(stations) == 1 else collection.id


def _after(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
