"""The commands of operators, as typed on a terminal or asked by another program with --json."""

import re
import sys
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from arna import amendments, house, jobs
from arna.operator import accounts as accounting
from arna.operator import amending, deriving, figuring, judging, saying
from arna.operator import refusals as refusing
from arna.operator import sources as sourcing
from arna.operator.backfill import Stretch
from arna.operator.backfill import backfill as fetch_again
from arna.operator.shown import progress, show
from ingest import amendment
from ingest import follow as following
from ingest.cycle import CycleReport
from ingest.quality.judge import judge as judged
from ingest.quality.record_context import RecordContext
from record.archive import Archive, Log, Record
from record.batch import Batch
from record.errors import ConfigError, RecordBusy, SelectionError
from record.health import FOLLOW, health
from record.network import Network
from record.proof.keys import load_signer
from record.selection import EARLIEST, LATEST
from service import accounts
from service.figures import last_complete
from service.figures.periods import Kind
from service.interval import as_of_of, calendar_day
from service.settings import Settings

if TYPE_CHECKING:
    from record.writer import Pen

Json = Annotated[bool, typer.Option("--json", help="For another program: JSON with all that is known.")]
Since = Annotated[str, typer.Option(help="How far back: 36h, 7d, or a time with offset.")]
Source = Annotated[str | None, typer.Option(help="Only of this source.")]
_BACK = re.compile(r"(\d{1,5})([hd])", re.ASCII)
_LARGEST = amendment.MAX_BYTES

refusals_app = typer.Typer(no_args_is_help=True, help="What was refused, its bytes, and another try.")


def register(app: typer.Typer) -> None:
    """Add the commands of operators to the command of the house."""
    app.command()(sources)
    app.command()(amend)
    app.command()(backfill)
    app.command()(derive)
    app.command()(judge)
    app.command()(history)
    app.command()(figuring.figures)
    app.command()(figuring.norms)
    app.command()(account)
    app.add_typer(refusals_app, name="refusals")


def sources(as_json: Json = False) -> None:
    """Show how every source fares: when it was asked and heard, what it brought, and what went wrong."""
    settings = Settings()
    record = house.open_house(settings)
    rows = sourcing.rows(record.network, health(record.engine), _now())
    show(sourcing.COLUMNS, rows, as_json=as_json, empty="no source is declared")


def amend(
    file: Annotated[Path, typer.Argument(help="The amendment: author, reason and values, see docs/amendments.md.")],
    key: Annotated[Path | None, typer.Option(help="The party's amender key; none for a file signed before.")] = None,
    sign_to: Annotated[Path | None, typer.Option(help="Sign into this file, and enter nothing.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Enter without asking.")] = False,
) -> None:
    """Correct readings by hand: what stood before is kept, and the reason, author and signature stand beside it."""
    settings = Settings()
    text = _text_of(file)
    if sign_to is not None:
        _write(sign_to, _signed(text, key, house.open_network(settings)))
        return
    record = house.open_house(settings)
    raw = text.encode() if key is None else _signed(text, key, record.network)
    made = amendment.prepared(raw, record.network, _now())
    archive = Archive(record)
    said = judged(Batch.of(made.observations), record.network, RecordContext(archive, record.network))
    sys.stdout.write(amending.told(made, said.observations(), archive))
    if not yes and not typer.confirm("Enter this amendment?"):
        raise typer.Exit(code=1)
    try:
        with house.holding_the_pen(settings):
            pen = house.open_pen(settings, record)
            done = amendments.enter(raw, record.network, pen, _now)
            _follow(record, pen)
            pen.checkpoint(_now)
    except RecordBusy:
        amendments.lay_in(settings.data, raw)
        sys.stdout.write("`arna ingest` runs here: it enters the amendment within a minute\n")
        return
    entries = ", ".join(map(str, done.entries))
    sys.stdout.write("it was entered before\n" if done.repeated else f"{done.rows} values are entry {entries}\n")


def _signed(text: str, key: Path | None, network: Network) -> bytes:
    if key is None:
        raise ConfigError("--sign-to needs --key, the file of the party's amender key")
    signer = load_signer(key, f"amender.{network.origin.split('/', maxsplit=1)[0]}")
    return amendment.signed(text, signer, network, _now())


def _write(file: Path, raw: bytes) -> None:
    try:
        with file.open("xb") as opened:
            opened.write(raw)
    except OSError as fault:
        raise ConfigError(f"{file} cannot be written: {fault.strerror}; name a new file") from None
    sys.stdout.write(f"signed into {file}: `arna amend {file}` on the main node enters it\n")


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
        _follow(record, pen)
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
        pen = house.open_pen(settings, record)
        pen.declare(_now)
        done = following.enter(found, pen, _now)
        done += jobs.follow(record, pen, _now)
        pen.checkpoint(_now)
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
        pen = house.open_pen(settings, record)
        pen.declare(_now)
        done = following.enter(found, pen, _now)
        done += jobs.follow(record, pen, _now)
        pen.checkpoint(_now)
    sys.stderr.write(f"arna: flags of {done.rejudged} readings were entered, with what follows from them\n")


def history(
    series: Annotated[str, typer.Argument(help="The series, such as kirov:kg:computed.inflow.daily.")],
    time: Annotated[str, typer.Argument(help="Time of the reading with offset; a day is its midnight at the station.")],
    as_json: Json = False,
) -> None:
    """Show all that was ever said of one reading, why it was changed, and on what a computed one rests."""
    record = house.open_house(Settings())
    known = record.network.series.get(series)
    zone = record.network.report_day.tz if known is None else record.network.zone_of(known.station)
    rows = saying.rows(series, _moment(time, str(zone)), Archive(record), Log(record))
    show(saying.COLUMNS, rows, as_json=as_json, empty=f"nothing was ever said of {series} at {time}")


def _follow(record: Record, pen: "Pen") -> None:
    """Let follow what follows from what was entered; a fault of that undoes nothing, and is tried again."""
    done = jobs.follow(record, pen, _now)
    if done.fault is not None:
        sys.stderr.write(f"arna: {FOLLOW}: {done.fault}; `arna ingest` tries again\n")


def account(
    basin: Annotated[str, typer.Argument(help="The basin, such as talas.")],
    start: Annotated[str | None, typer.Option("--from", help="The first day; the season's first if none.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="The day after the last; up to today if none.")] = None,
    by: Annotated[str, typer.Option(help=f"Kind of period: {', '.join(Kind)}.")] = Kind.TEN_DAYS,
    as_of: Annotated[str | None, typer.Option(help="A time with offset, or a number of entries.")] = None,
    as_json: Json = False,
) -> None:
    """Show the water account of a basin: what there was, was due, delivered and lost, and where gauges differ."""
    record = house.open_house(Settings())
    days = accounts.range_of(
        record.network,
        last_complete(record.network.report_day, _now()),
        None if start is None else calendar_day(start, "--from"),
        None if end is None else calendar_day(end, "--to"),
    )
    done = accounts.build(Archive(record), record.network, basin, *days, as_of_of(as_of, _now()), by)
    if as_json:
        sys.stdout.buffer.write(accounts.render_json(done))
        return
    sys.stdout.write(f"{accounting.head(done)}\n")
    for table in accounting.tables(done):
        sys.stdout.write("\n".join(("", table.title, *table.notes, "")))
        show(table.columns, table.rows, as_json=False, empty="")
    sys.stdout.write("\n".join(("", "Not known:", *done.not_known, "")))


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
        _follow(record, pen)
        pen.checkpoint(_now)
    columns = ("source", "receipt", "readings", "refusals", "repeated")
    show(columns, rows, as_json=as_json, empty=f"nothing was refused since {since} that could be read again")


def _text_of(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            raw = opened.read(_LARGEST + 1)
        if len(raw) > _LARGEST:
            raise ConfigError(f"{file}: more than {_LARGEST} bytes: split the amendment")
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as fault:
        raise ConfigError(f"{file} cannot be read: {fault.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{file}: not UTF-8: save the file in that encoding") from None


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
