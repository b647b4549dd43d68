"""`arna amend` and `arna review`: what a party signs by hand, shown before it is entered."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from arna import amendments, house
from arna.operator import amending, deriving, reviewing
from ingest import amendment
from ingest import review as reviews
from ingest.by_hand import MAX_BYTES
from ingest.quality.judge import judge
from ingest.quality.record_context import RecordContext
from record.archive import Archive, Record
from record.batch import Batch
from record.errors import ConfigError, RecordBusy
from record.network import Network
from record.proof.keys import Signer, load_signer
from service.settings import Settings

if TYPE_CHECKING:
    from record.writer import Pen

Key = Annotated[Path | None, typer.Option(help="The party's amender key; none for a file signed before.")]
SignTo = Annotated[Path | None, typer.Option(help="Sign into this file, and enter nothing.")]
Yes = Annotated[bool, typer.Option("--yes", help="Enter without asking.")]


def amend(
    file: Annotated[Path, typer.Argument(help="The amendment: author, reason and values, see docs/amendments.md.")],
    key: Key = None,
    sign_to: SignTo = None,
    yes: Yes = False,
) -> None:
    """Correct readings by hand: what stood before is kept, and the reason, author and signature stand beside it."""

    def sign(text: str, signer: Signer, network: Network) -> bytes:
        return amendment.signed(text, signer, network, _now())

    def shown(raw: bytes, record: Record) -> str:
        made = amendment.prepared(raw, record.network, _now())
        archive = Archive(record)
        context = RecordContext(archive, record.network)
        said = judge(Batch.of(made.observations), record.network, context, by_person=True)
        return amending.told(made, said.observations(), archive)

    def enter(raw: bytes, record: Record, pen: "Pen") -> str:
        done = amendments.enter(raw, record.network, pen, _now)
        entries = ", ".join(map(str, done.entries))
        return "it was entered before" if done.repeated else f"{done.rows} values are entry {entries}"

    _by_hand("amend", "amendment", file, key, sign_to, yes=yes, sign=sign, shown=shown, enter=enter)


def review(
    file: Annotated[Path, typer.Argument(help="The review: level, author, reason and scope, see docs/reviews.md.")],
    key: Key = None,
    sign_to: SignTo = None,
    yes: Yes = False,
) -> None:
    """Say that a person has verified or validated readings, or set them back: who, why, and of which readings."""

    def shown(raw: bytes, record: Record) -> str:
        return reviewing.told(reviews.prepared(raw, record.network, _now()).review, Archive(record))

    def enter(raw: bytes, record: Record, pen: "Pen") -> str:
        entry = amendments.enter_review(raw, record.network, pen, _now)
        return "it was entered before" if entry is None else f"the review is entry {entry}"

    _by_hand("review", "review", file, key, sign_to, yes=yes, sign=reviews.signed, shown=shown, enter=enter)


def _by_hand(
    command: str,
    what: str,
    file: Path,
    key: Path | None,
    sign_to: Path | None,
    *,
    yes: bool,
    sign: Callable[[str, Signer, Network], bytes],
    shown: Callable[[bytes, Record], str],
    enter: Callable[[bytes, Record, "Pen"], str],
) -> None:
    """Sign a file, or show what it comes to, ask, and enter it or lay it in for who holds the pen."""
    settings = Settings()
    text = _text_of(file, what)
    if sign_to is not None:
        _write(sign_to, sign(text, *_signing(key, house.open_network(settings))))
        sys.stdout.write(f"signed into {sign_to}: `arna {command} {sign_to}` on the main node enters it\n")
        return
    record = house.open_house(settings)
    raw = text.encode() if key is None else sign(text, *_signing(key, record.network))
    sys.stdout.write(shown(raw, record))
    if not yes and not typer.confirm(f"Enter this {what}?"):
        raise typer.Exit(code=1)
    try:
        with house.holding_the_pen(settings):
            pen = house.open_pen(settings, record)
            done = enter(raw, record, pen)
            deriving.let_follow(record, pen, _now)
            pen.checkpoint(_now)
    except RecordBusy:
        amendments.lay_in(settings.data, raw, review=what == "review")
        sys.stdout.write(f"`arna ingest` runs here: it enters the {what} within a minute\n")
        return
    sys.stdout.write(f"{done}\n")


def _signing(key: Path | None, network: Network) -> tuple[Signer, Network]:
    if key is None:
        raise ConfigError("--sign-to needs --key, the file of the party's amender key")
    return load_signer(key, f"amender.{network.origin.split('/', maxsplit=1)[0]}"), network


def _write(file: Path, raw: bytes) -> None:
    try:
        with file.open("xb") as opened:
            opened.write(raw)
    except OSError as fault:
        raise ConfigError(f"{file} cannot be written: {fault.strerror}; name a new file") from None


def _text_of(file: Path, what: str) -> str:
    try:
        with file.open("rb") as opened:
            raw = opened.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise ConfigError(f"{file}: more than {MAX_BYTES} bytes: split the {what}")
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as fault:
        raise ConfigError(f"{file} cannot be read: {fault.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{file}: not UTF-8: save the file in that encoding") from None


def _now() -> datetime:
    return datetime.now(UTC)
