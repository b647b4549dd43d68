"""The commands of operators, as typed on a terminal or asked by another program with --json."""

import re
import sys
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from arna import house, jobs
from arna.operator import accounting, by_hand, deriving, figuring, judging, publishing, reporting, saying
from arna.operator import refusals as refusing
from arna.operator import sources as sourcing
from arna.operator import tokens as keyring
from arna.operator.backfill import Stretch
from arna.operator.backfill import backfill as fetch_again
from arna.operator.shown import progress, show
from ingest import follow as following
from ingest.consequence import Consequence
from ingest.cycle import CycleReport
from ingest.follow import Followed
from record.archive import Archive, Log, Record
from record.errors import SelectionError
from record.health import health
from record.selection import EARLIEST, LATEST
from service.settings import Settings

Json = Annotated[bool, typer.Option("--json", help="For another program: JSON with all that is known.")]
Since = Annotated[str, typer.Option(help="How far back: 36h, 7d, or a time with offset.")]
Source = Annotated[str | None, typer.Option(help="Only of this source.")]
_IS_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_BACK = re.compile(r"(\d{1,5})([hd])", re.ASCII)

refusals_app = typer.Typer(no_args_is_help=True, help="What was refused, its bytes, and another try.")


def register(app: typer.Typer) -> None:
    """Add the commands of operators to the command of the house."""
    app.command()(sources)
    app.command()(by_hand.amend)
    app.command()(by_hand.review)
    app.command()(backfill)
    app.command()(derive)
    app.command()(judge)
    app.command()(history)
    app.command()(figuring.figures)
    app.command()(figuring.norms)
    app.command()(accounting.account)
    app.command()(reporting.report)
    app.command()(reporting.issue)
    app.command()(publishing.publish)
    app.add_typer(refusals_app, name="refusals")
    app.add_typer(keyring.app, name="token")


def sources(as_json: Json = False) -> None:
    """Show how every source fares: when it was asked and heard, what it brought, and what went wrong."""
    settings = Settings()
    record = house.open_house(settings)
    rows = sourcing.rows(record.network, health(record.engine), _now())
    show(sourcing.COLUMNS, rows, as_json=as_json, empty="no source is declared")


def backfill(
    source: Annotated[str, typer.Argument(help="The source to ask; of a kind that can be asked for the past.")],
    start: Annotated[str, typer.Option("--from", help="The first day, or a time with offset.")],
    end: Annotated[str, typer.Option("--to", help="The day after the last, or a time with offset.")],
    as_json: Json = False,
) -> None:
    """Fetch again what a source has of a stretch of time; broken off, the same command goes on where it was."""
    settings = Settings()
    with house.holding_the_pen(settings):
        record = house.open_house(settings)
        network, pen = record.network, house.open_pen(settings, record)
        declared = network.source(source)
        stretch = Stretch(start=_moment(start, declared.zone), end=_moment(end, declared.zone))
        pen.declare(_now)
        total = CycleReport()
        days = fetch_again(declared, stretch, network, pen, data=settings.data, now=_now)
        with progress(f"{source}: {start} to {end}") as advance:
            for until, report in days:
                total += report
                advance((until - stretch.start) / (stretch.end - stretch.start))
        deriving.let_follow(record, pen, _now)
        pen.checkpoint(_now)
    columns = ("source", "receipts", "readings", "refusals", "repeated")
    show(columns, [{"source": source, **total.counts()}], as_json=as_json, empty="")


def derive(
    start: Annotated[
        str | None, typer.Option("--from", help="The first day, or a time with offset; all if none.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", help="The day after the last, or a time with offset.")] = None,
    series: Annotated[list[str] | None, typer.Option(help="Only this computed series; may be given again.")] = None,
    enter: Annotated[bool, typer.Option("--enter", help="Enter it; without this it is shown alone.")] = False,
    limit: Annotated[int, typer.Option(help="At most so many values are shown.", min=1)] = 40,
    as_json: Json = False,
) -> None:
    """Work computed series out anew, and show or enter what comes out otherwise than it stands."""
    settings = Settings()
    with house.holding_the_pen(settings) if enter else nullcontext():
        record = house.open_house(settings)
        network, zone = record.network, record.network.report_day.zone
        span = EARLIEST if start is None else _moment(start, zone), LATEST if end is None else _moment(end, zone)
        found = list(deriving.again(network, Archive(record), *span, series or ()))
        rows = deriving.rows(found)
        show(deriving.COLUMNS, rows[:limit], as_json=as_json, empty="all is as it would be computed now")
        if len(rows) > limit:
            sys.stderr.write(f"arna: {len(rows) - limit} more are not shown: use --limit\n")
        if not enter:
            return
        done = _entered(found, settings, record)
    sys.stderr.write(f"arna: {done.computed} values were entered, with what follows from them\n")


def judge(
    start: Annotated[str, typer.Option("--from", help="The first day, or a time with offset.")],
    end: Annotated[str, typer.Option("--to", help="The day after the last, or a time with offset.")],
    series: Annotated[list[str] | None, typer.Option(help="Only this series; may be given again.")] = None,
    enter: Annotated[bool, typer.Option("--enter", help="Enter it; without this it is counted alone.")] = False,
    as_json: Json = False,
) -> None:
    """Judge what stands anew by the thresholds in force, and count or enter the flags that come out otherwise."""
    settings = Settings()
    with house.holding_the_pen(settings) if enter else nullcontext():
        record = house.open_house(settings)
        network, zone = record.network, record.network.report_day.zone
        found = judging.again(network, Archive(record), _moment(start, zone), _moment(end, zone), series or ())
        if not enter:
            show(judging.COLUMNS, judging.rows(found), as_json=as_json, empty="all is as it would be judged now")
            return
        done = _entered(found, settings, record)
    sys.stderr.write(f"arna: flags of {done.rejudged} readings were entered, with what follows from them\n")


def _entered(found: Iterable[Consequence], settings: Settings, record: Record) -> Followed:
    """Enter what was found to follow, and what follows from that, and sign a checkpoint over it."""
    pen = house.open_pen(settings, record)
    pen.declare(_now)
    done = following.enter(found, pen, _now) + jobs.follow(record, pen, _now)
    pen.checkpoint(_now)
    return done


def history(
    series: Annotated[str, typer.Argument(help="The series, such as kirov:kg:computed.inflow.daily.")],
    time: Annotated[str, typer.Argument(help="Time of the reading with offset, or a day of the station's calendar.")],
    as_json: Json = False,
) -> None:
    """Show all that was ever said of a reading, or of a day's: what doubts it, why it changed, on what it rests."""
    record = house.open_house(Settings())
    known = record.network.series.get(series)
    zone = record.network.report_day.tz if known is None else record.network.zone_of(known.station)
    archive, moment = Archive(record), _moment(time, str(zone))
    moments = [moment]
    if _IS_DAY.fullmatch(time):
        moments = saying.times_within(series, moment, moment + timedelta(days=1), archive)
    rows = saying.rows(series, moments, archive, Log(record))
    show(saying.COLUMNS, rows, as_json=as_json, empty=f"nothing was ever said of {series} at {time}")


def _moment(text: str, zone: str) -> datetime:
    """A time with offset, or the start of a local day of the source."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SelectionError(f"{text[:40]!r} is no time: write YYYY-MM-DD, or a time with offset") from None
    if moment.year < EARLIEST.year:
        raise SelectionError(f"{text[:40]!r} lies before {EARLIEST.year}, when no gauge stood here")
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(zone))


@refusals_app.command("list")
def list_refusals(
    since: Since = "7d",
    source: Source = None,
    limit: Annotated[int, typer.Option(help="At most so many, the newest.", min=1)] = 200,
    as_json: Json = False,
) -> None:
    """List what was refused, the oldest first; `arna refusals show` gives the bytes."""
    record = house.open_house(Settings())
    if source is not None:
        record.network.source(source)
    found = refusing.listed(Archive(record), _start(since), _now() + timedelta(days=1), source)
    rows = refusing.rows(found[-limit:])
    show(refusing.COLUMNS, rows, as_json=as_json, empty=f"nothing was refused since {since}")
    if len(found) > limit:
        sys.stderr.write(f"arna: {len(found) - limit} older ones are not shown: use --limit\n")


@refusals_app.command("show")
def show_refusal(name: Annotated[str, typer.Argument(help="A refusal as entry.position, such as 17.0.")]) -> None:
    """Write the refused bytes to the standard output, as they came."""
    entry = name.partition(".")[0]
    if not entry.isascii() or not entry.isdecimal():
        raise SelectionError(f"{name[:40]!r} is no refusal: write entry.position, such as 17.0")
    archive = Archive(house.open_house(Settings()))
    found = refusing.listed(archive, datetime(1900, 1, 1, tzinfo=UTC), _now() + timedelta(days=1), None)
    sys.stdout.buffer.write(refusing.bytes_of(found, name))


@refusals_app.command("retry")
def retry_refusals(since: Since = "30d", source: Source = None, as_json: Json = False) -> None:
    """Read the refused messages again, by the config as it is now; what was entered before is recognised."""
    settings = Settings()
    with house.holding_the_pen(settings):
        record = house.open_house(settings)
        pen = house.open_pen(settings, record)
        pen.declare(_now)
        found = refusing.listed(Archive(record), _start(since), _now() + timedelta(days=1), source)
        rows = [
            {"source": one.source, "receipt": one.receipt, **one.report.counts()}
            for one in refusing.retried(found, Log(record), record.network, pen, _now)
        ]
        deriving.let_follow(record, pen, _now)
        pen.checkpoint(_now)
    columns = ("source", "receipt", "readings", "refusals", "repeated")
    show(columns, rows, as_json=as_json, empty=f"nothing was refused since {since} that could be read again")


def _start(since: str) -> datetime:
    back = _BACK.fullmatch(since)
    if back is not None:
        hours = int(back[1]) * (24 if back[2] == "d" else 1)
        return max(_now() - timedelta(hours=hours), datetime(1900, 1, 1, tzinfo=UTC))
    try:
        moment = datetime.fromisoformat(since)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise SelectionError(f"{since[:40]!r} is no time: write 36h, 7d, or a time with offset")
    return moment


def _now() -> datetime:
    return datetime.now(UTC)
