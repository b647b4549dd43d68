"""The command `arna`: it reads the settings, opens the house, and says in one line what went wrong."""

import json
import logging
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from arna import approvals, house, jobs, serving, tokens
from arna import mirror as mirroring
from arna import witness as witnessing
from arna.demo import command as demo_command
from arna.desk import Desk
from arna.operator import commands as operator
from arna.rounds import Rounds
from arna.schedule import build_schedule
from ingest.peer import Peer
from record.archive import Log
from record.archive.alarms import settle as settle_alarm
from record.archive.rebuild import rebuild as rebuild_archive
from record.archive.record import check_segments
from record.audit import audit as audit_record
from record.check import Known, check
from record.database import open_database, told, writing
from record.errors import ArnaError, ConfigError, SelectionError, UnknownName
from record.force import declared_keys
from record.health import FOLLOW
from record.network import Network, load_network
from record.network.key import Role
from record.network.rules.keys import OF_A_PARTY
from record.proof.keys import COSIGNATURE, ED25519, load_signer, new_signer, save_signer
from record.verify import main as verify_files
from service.settings import Settings

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
keys_app = typer.Typer(no_args_is_help=True, help="Keys of the gateway and of the log.")
app.add_typer(keys_app, name="keys")
operator.register(app)

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)]


def main() -> None:
    """Run the command; a fault of ours is one line on the error stream and exit code 1."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    for chatty in ("aiobotocore", "apscheduler", "botocore", "httpx2", "paramiko", "pyfive"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    try:
        app()
    except ArnaError as fault:
        sys.stderr.write(f"arna: {fault}\n")
        sys.exit(1)


@app.command()
def ingest(
    once: Annotated[bool, typer.Option("--once", help="One round of every source, then stop.")] = False,
    source: Annotated[str | None, typer.Option(help="Only this source.")] = None,
) -> None:
    """Fetch, decode, judge and enter what the sources have."""
    settings = Settings()
    _known(source, house.open_network(settings))
    with house.holding_the_pen(settings):
        while True:
            desk = _desk(settings)
            network = desk.record.network
            _known(source, network)
            if once:
                _ingest_once(desk, network, source)
                return
            chosen = network if source is None else network.narrowed(source)
            schedule = build_schedule(chosen, desk)
            if not schedule.run():
                schedule.leave()
            # It ended by itself: another version of the network is in force.
            desk.record.engine.dispose()


@app.command()
def serve(host: Host = "127.0.0.1", port: Port = 8000, workers: Annotated[int, typer.Option(min=1)] = 1) -> None:
    """Serve the record to both countries."""
    settings = Settings()
    house.open_network(settings)
    serving.serve(settings, host, port, workers)


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Run the main job and stop instead of serving.")] = False,
    day: Annotated[str | None, typer.Option(help="Report day to play; the last complete one if none.")] = None,
    host: Host = "127.0.0.1",
    port: Port = 8000,
) -> None:
    """The main job on real and simulated data: ingest, print what came in, issue the report, serve."""
    demo_command.run(once=once, day=None if day is None else _day(day), host=host, port=port, now=_now)


@app.command()
def rebuild() -> None:
    """Fold the archive anew from the journal alone."""
    settings = Settings()
    with house.holding_the_pen(settings):
        record = house.open_house(settings, renew_views=True)
        done = rebuild_archive(record)
    Console().print(
        f"rebuilt the archive from {done.entries} entries, {done.segments} segments among it", soft_wrap=True
    )
    for label in done.unsealed:
        Console().print(f"{label}: its file came out otherwise; `arna seal` will seal it again", soft_wrap=True)


@app.command()
def seal() -> None:
    """Close finished periods into netCDF files."""
    settings = Settings()
    with house.holding_the_pen(settings):
        record = house.open_house(settings)
        done, faults = jobs.seal(record, house.open_pen(settings, record), _now)
    Console().print(f"sealed {done} periods" + (f", {faults} not: see above" if faults else ""))
    if faults:
        raise typer.Exit(code=1)


@app.command()
def doctor() -> None:
    """Check the config, the keys, and every hash, signature and checkpoint of the journal."""
    settings = Settings()
    record = house.open_house(settings)
    network = record.network
    keys = house.load_keys(settings.data, network)
    with told("the journal cannot be checked"), record.engine.connect() as connection:
        earlier = declared_keys(connection, Role.GATEWAY, Role.LOG)
        known = Known(gateway=keys[house.GATEWAY].verifier, log=keys[house.LOG].verifier, earlier=earlier)
        count = check(connection, known)
    files = check_segments(record)
    Console().print(
        f"config: {len(network.stations)} stations, {len(network.series)} series, {len(network.sources)} sources; "
        f"keys: in order; journal: {count} entries, every hash, chain, signature and checkpoint as it should be; "
        f"{files} segments, every byte as it was sealed",
        soft_wrap=True,
    )


@app.command()
def audit() -> None:
    """Compute every value that the API would show from the journal alone, and compare."""
    settings = Settings()
    record = house.open_house(settings)
    done = audit_record(record, settings.data)
    for difference in done.differences:
        sys.stderr.write(f"arna: {difference}\n")
    if done.more:
        sys.stderr.write(f"arna: and {done.more} more\n")
    Console().print(
        f"{done.entries} entries with {done.readings} readings: {done.cells} answers compared with the journal, "
        f"{len(done.differences) + done.more} differ; {done.undeclared} readings are of series no longer declared",
        soft_wrap=True,
    )
    if done.differences:
        raise typer.Exit(code=1)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def verify(context: typer.Context) -> None:
    """Say in one sentence whether a report, a table, a segment or a reading is unchanged and the same for both."""
    raise typer.Exit(code=verify_files(context.args, _now))


@app.command()
def mirror(
    url: Annotated[str, typer.Argument(help="Address of the service whose log is followed.")],
    policy: Annotated[Path | None, typer.Option(help="Policy file of your own ministry; kept after once.")] = None,
    once: Annotated[bool, typer.Option("--once", help="Copy what is new and stop.")] = False,
    every: Annotated[float, typer.Option(help="Seconds between rounds.", min=1)] = 30,
    stale_after: Annotated[float, typer.Option(help="Hours of silence that raise an alarm.", min=0.1)] = 26,
    host: Host = "127.0.0.1",
    port: Port = 8000,
) -> None:
    """Keep a full copy of another machine's record, verified entry by entry, and serve it."""
    settings = Settings()
    following = mirroring.open_following(
        settings, url, policy, every=timedelta(seconds=every), stale_after=timedelta(hours=stale_after), now=_now
    )
    if not once:
        mirroring.run(settings, following, host, port)
        return
    with house.holding_the_pen(settings):
        done = following.once()
    Console().print(f"copied {done.entries} entries with {done.readings} readings; {done.size} held", soft_wrap=True)


@app.command()
def settle(
    number: Annotated[int, typer.Argument(help="Number of the alarm, as /log/alarms lists it.")],
    reason: Annotated[str, typer.Argument(help="What was found, and who looked into it.")],
) -> None:
    """Note what was found of an alarm: it and its evidence are kept, and the record is no longer said to differ."""
    settings = Settings()
    engine = open_database(settings.record_url)
    with told("the alarm was not settled"), writing(engine) as connection:
        if not settle_alarm(connection, number, reason, _now()):
            raise UnknownName(f"no alarm {number} stands: see /log/alarms")
    sys.stdout.write(f"alarm {number} is settled: {reason}\n")


@app.command()
def witness(
    new: Annotated[str | None, typer.Option(help="Make the witness's key under this name, and stop.")] = None,
    log: Annotated[list[str] | None, typer.Option(help="Key of a log; without it those in ARNA_DATA/logs.")] = None,
    host: Host = "127.0.0.1",
    port: Port = 8001,
) -> None:
    """Run the witness of one ministry: it signs each checkpoint that continues the last one, and no other."""
    settings = Settings()
    if new is not None:
        sys.stdout.write(f"{witnessing.make_key(settings.data, new).vkey}\n")
        return
    witnessing.run(settings, log or [], host, port, _now)


@app.command()
def approve(
    url: Annotated[str, typer.Argument(help="Address of the main node.")],
    key: Annotated[Path, typer.Option(help="File of your party's approver key.")],
    against: Annotated[
        Path | None, typer.Option(help="Folder with the config that you last approved, to compare with.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Sign without asking.")] = False,
) -> None:
    """Show what the proposed version of the network changes, and sign it for your party."""
    signer = load_signer(key, "approver")
    with Peer(url, token=Settings().token_of_ours) as peer:
        waiting = approvals.waiting_at(peer, None if against is None else load_network(against).files)
        if against is None:
            sys.stdout.write(
                "Compared with what the main node says to be in force; --against compares with your own.\n"
            )
        sys.stdout.write(f"{waiting.changes}\n\nStill to sign: {', '.join(waiting.lacks)}\n")
        if not yes and not typer.confirm("Sign this version for your party?"):
            raise typer.Exit(code=1)
        sys.stdout.write(f"approved as {approvals.send(peer, waiting, signer)}\n")


@keys_app.command("policy")
def keys_policy() -> None:
    """Print whose signatures make a checkpoint final, for all who check reports."""
    settings = Settings()
    text = Log(house.open_house(settings)).policy_text()
    if text is None:
        raise ConfigError(f"{settings.config / 'keys.toml'} declares no keys: see docs/keys.md")
    sys.stdout.write(text)


@keys_app.command("make")
def keys_make(
    role: Annotated[str, typer.Argument(help="gateway, log, witness, approver or amender.")],
    name: Annotated[str, typer.Argument(help="The name that signatures bear, such as kz.approver.example.")],
    file: Annotated[Path, typer.Argument(help="The new key file, readable by its owner alone.")],
    party: Annotated[str | None, typer.Option(help="Whose it is, of a witness, approver or amender.")] = None,
) -> None:
    """Make one key for one role, and print the public half for keys.toml."""
    if role not in list(Role):
        raise ConfigError(f"{role!r} is no role of a key: use one of {', '.join(Role)}")
    if (party is not None) != (role in OF_A_PARTY):
        raise ConfigError(
            "the key of a witness, approver or amender is a party's, named with --party; others are nobody's"
        )
    signer = new_signer(name, COSIGNATURE if role == Role.WITNESS else ED25519)
    try:
        save_signer(signer, file)
    except OSError as fault:
        raise ConfigError(f"key file {file} cannot be made: {fault.strerror}; choose another place") from None
    whose = f'party = "{party}"\n' if party else ""
    sys.stdout.write(f'[[key]]\nrole = "{role}"\n{whose}vkey = "{signer.verifier.vkey}"\n')


@keys_app.command("new")
def keys_new() -> None:
    """Make the keys that are not there yet, in the data folder, readable by their owner alone."""
    settings = Settings()
    network = house.open_network(settings)
    written = house.make_keys(settings.data, network)
    for role, signer in house.load_keys(settings.data, network).items():
        sys.stdout.write(f"{role}\t{signer.verifier.vkey}\n")
    sys.stdout.write(f"{len(written)} new key files in {settings.data / 'keys'}\n")


@keys_app.command("token")
def keys_token(party: Annotated[str, typer.Argument(help="The party that is to be known by it.")]) -> None:
    """Make a token for reading and pushing, without an end; `arna token new` can narrow it."""
    settings = Settings()
    house.open_network(settings).party(party)
    _, secret = tokens.make(settings.data, party, _now().date())
    sys.stdout.write(f"{secret}\n")


def _known(source: str | None, network: Network) -> None:
    if source is not None:
        network.source(source)


def _desk(settings: Settings) -> Desk:
    """The open record with its pen, in which the declared network has been entered or proposed."""
    record = house.open_house(settings)
    pen = house.open_pen(settings, record)
    pen.declare(_now)
    if approvals.take(pen, settings.data, _now):
        record = house.open_house(settings)
        pen = house.open_pen(settings, record)
    return Desk(record, pen, settings.data, _now)


def _ingest_once(desk: Desk, network: Network, only: str | None) -> None:
    rounds, faults = Rounds(network, desk, lambda *_: None), 0
    for source in network.sources.values():
        if only not in (None, source.id):
            continue
        try:
            done = rounds.once(source)
        except ArnaError as fault:
            faults += 1
            sys.stderr.write(f"arna: source {source.id}: {fault}\n")
            continue
        sys.stdout.write(f"{source.id}\t{json.dumps(done.counts())}\n")
        if done.fault is not None:
            faults += 1
            sys.stderr.write(f"arna: source {source.id}: {done.fault}\n")
    followed = jobs.follow(desk.record, desk.pen, desk.now, context=desk.context)
    sys.stdout.write(f"{FOLLOW}\t{json.dumps(followed.counts())}\n")
    if followed.fault is not None:
        faults += 1
        sys.stderr.write(f"arna: {FOLLOW}: {followed.fault}\n")
    desk.pen.checkpoint(_now)
    jobs.ask_witnesses(desk)
    if faults:
        raise typer.Exit(code=1)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise SelectionError(f"{text!r} is not a day: write YYYY-MM-DD or latest") from None
    if not date(1900, 1, 1) <= day <= _now().date() + timedelta(days=366):
        raise SelectionError(f"{text} is out of range: ask for a day from 1900 to next year")
    return day


def _now() -> datetime:
    return datetime.now(UTC)
