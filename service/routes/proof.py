"""`/proof`: proof files of entries, of the reading, the issued report or the sealed file that an entry says."""

import io
import zipfile
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from record.archive import Archive, Log
from record.archive.issued import COPIES, FIGURES
from record.errors import SelectionError, UnknownName
from service import access
from service.deps import ArchiveDep, LogDep, NowDep
from service.interval import as_of_of, moment_of
from service.reports.issues import place_of

router = APIRouter()
_BRIEFLY = "public, max-age=5"
_MOST = 1000
_REPORT = (
    "An issued file by its name, such as daily-2026-05-01.r1.kk.pdf, or the day of a daily report, of another edition "
    "as monthly-2026-05-01: then of the last one issued for it"
)
_HOW = "a proof is of one thing: give entry=, or report=, or segment=, or series= and time="


@router.get("/proof", summary="The proof of an entry of the journal, as a C2SP tlog-proof", response_class=Response)
def proof(
    request: Request,
    archive: ArchiveDep,
    log: LogDep,
    now: NowDep,
    entry: Annotated[str | None, Query(description="Index of an entry, or several with commas for a zip")] = None,
    report: Annotated[str | None, Query(description=_REPORT)] = None,
    part: Annotated[str | None, Query(description="With a report: copies, without it too, or figures")] = None,
    segment: Annotated[str | None, Query(description="SHA-256 of a sealed file")] = None,
    series: Annotated[str | None, Query(description="Id of a series, together with `time`")] = None,
    time: Annotated[str | None, Query(description="The reading's time, in RFC 3339 with offset")] = None,
    as_of: Annotated[str | None, Query(alias="as-of")] = None,
) -> Response:
    """With the entry itself within, as `extra`; under a checkpoint of both ministries as soon as there is one."""
    if (series is None) != (time is None) or [entry, report, segment, series].count(None) != 3:
        raise SelectionError(_HOW)
    if entry is not None and "," in entry:
        numbers = _numbers(entry)
        packed = _zip(log, numbers)
        _note(request, numbers)
        return packed
    if entry is not None:
        (number,) = _numbers(entry)
    elif report is not None:
        number = _of_report(log, report, part)
    elif segment is not None:
        number = log.sealing(segment)
    else:
        number = _of_reading(archive, str(series), str(time), as_of_of(as_of, now))
    name = f'attachment; filename="entry-{number}.tlog-proof"'
    headers = {"Cache-Control": _BRIEFLY, "Content-Disposition": name}
    body = log.proof(number).encode()
    _note(request, [number])
    return Response(body, media_type="text/plain; charset=utf-8", headers=headers)


def _note(request: Request, entries: list[int]) -> None:
    """A proof holds the entry itself."""
    noted = access.given_to(request)
    if noted is not None:
        noted += [access.of_log(one, one + 1) for one in entries]


def _numbers(text: str) -> list[int]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    if not words or not all(word.isascii() and word.isdigit() and len(word) <= 15 for word in words):
        raise SelectionError(f"entry {text[:40]!r} is not an index of the journal, nor several with commas")
    if len(words) > _MOST:
        raise SelectionError(f"{len(words)} proofs at once are too many: ask for at most {_MOST}")
    return list(dict.fromkeys(int(word) for word in words))


def _of_report(log: Log, report: str, part: str | None) -> int:
    """The entry that names a file, or of a day or an edition's day that of its last copies or figures."""
    if part not in (None, COPIES, FIGURES):
        raise SelectionError(f"part {part[:40]!r} is neither {COPIES} nor {FIGURES}")
    place = place_of(report)
    edition, day = place or _edition_and_day(report)
    parts = log.reports(edition, day)
    if place is not None:
        found = [one.entry for one in parts if report in one.forms and part in (None, one.part)]
    else:
        found = [one.entry for one in parts if one.part == (part or COPIES)]
    if not found:
        raise UnknownName(f"no report {report[:60]!r} was issued: write the name of a file of one, or the day of one")
    return found[-1]


def _edition_and_day(text: str) -> tuple[str, str]:
    edition, dash, day = text[:-10], text[-11:-10], text[-10:]
    return (edition[:-1], day) if dash else ("daily", text)


def _of_reading(archive: Archive, series: str, time: str, as_of: datetime | int | None) -> int:
    said = archive.history(series, moment_of(time), as_of)
    if not said:
        raise UnknownName(f"nothing was said of {series} at {time}: see /history")
    return said[-1].entry


def _zip(log: Log, numbers: list[int]) -> Response:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for number in numbers:
            # A fixed date: the same proofs are the same bytes.
            member = zipfile.ZipInfo(f"entry-{number}.tlog-proof")
            file.writestr(member, log.proof(number).encode(), zipfile.ZIP_DEFLATED)
    headers = {"Cache-Control": _BRIEFLY, "Content-Disposition": 'attachment; filename="proofs.zip"'}
    return Response(packed.getvalue(), media_type="application/zip", headers=headers)
