"""The witness of one ministry: what it has signed, in a book of its own that nobody else writes.

It signs a checkpoint that continues the last one it signed, and no other. Checking and keeping are one step, and what
was signed is on disk before the signature leaves: otherwise two requests at once, or a power cut, could make it sign
two histories. A log that contradicts itself is kept as evidence, with what was signed before.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    Table,
    Text,
    UniqueConstraint,
    func,
    insert,
    select,
)

from record.database import connect, told, writing
from record.errors import RecordDamaged, RecordError
from record.proof import checkpoint, note, witness
from record.proof.checkpoint import Checkpoint
from record.proof.keys import Signer, Verifier
from record.proof.witness import Answer

_MOST_EVIDENCE = 1000
_SIGNED, _OTHER_SIZE, _CONTRADICTION = 200, 409, 422
_DOUBT = " (the proof is the sender's, and may be what is wrong)"
_LINE = re.compile(r"(\S+) (0|[1-9][0-9]{0,18})")
_ANEW = "found the witness anew with another key"

_book = MetaData()

_cosigned = Table(
    "cosigned",
    _book,
    Column("origin", Text, primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", LargeBinary, nullable=False),
    Column("time", BigInteger, nullable=False),
)

_evidence = Table(
    "evidence",
    _book,
    Column("no", Integer, primary_key=True),
    Column("found", BigInteger, nullable=False),
    Column("origin", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("certain", Boolean, nullable=False),
    # Of what the two checkpoints say: whoever sends them again, with other bytes around them, adds nothing.
    Column("sha256", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("request", LargeBinary, nullable=False),
    Column("held_size", BigInteger, nullable=False),
    Column("held", LargeBinary, nullable=False),
    UniqueConstraint("sha256"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A checkpoint of `size` entries that the log signed and that does not go with the one `held`, of `held_size`.

    `certain`: two roots for one size, which nobody but the log can have made. `held` is empty where nothing was held.
    """

    no: int
    found: datetime
    origin: str
    why: str
    certain: bool
    size: int
    held_size: int
    held: bytes


class Witness:
    """The witness of one ministry: its key, the logs that it knows, its book. Safe to share between threads."""

    def __init__(self, engine: Engine, signer: Signer, logs: Mapping[str, Verifier], high: Path) -> None:
        self.signer, self.logs = signer, logs
        self._engine, self._high = engine, high

    def add(self, body: bytes, now: Callable[[], datetime]) -> Answer:
        """Answer a request to sign a checkpoint (C2SP tlog-witness); what is signed is kept before this returns.

        Raises `RecordError` where it cannot be kept; whoever asks again is answered.
        """
        with _told("the checkpoint was not signed"), writing(self._engine) as connection:
            held = {origin: said for origin in self.logs if (said := _last(connection, origin)) is not None}
            answer = witness.decide(body, self.logs, {origin: one.said for origin, one in held.items()})
            if answer.accepted is not None:
                answer = self._sign(connection, witness.parse(body).note, answer.accepted, held, now)
            elif answer.status in (_OTHER_SIZE, _CONTRADICTION):
                _keep_evidence(connection, body, answer, int(now().timestamp()))
        if answer.accepted is not None:
            _note_how_far(self._engine, self._high)
        return answer

    def latest(self, origin_sha256: str) -> bytes | None:
        """The last checkpoint signed of the log whose origin has that hex SHA-256; None where there is none."""
        for origin in self.logs:
            if witness.log_id(origin) == origin_sha256:
                with self._reading() as connection:
                    held = _last(connection, origin)
                return None if held is None else held.note
        return None

    def sizes(self) -> dict[str, int]:
        """How many entries of each known log have been signed for."""
        with self._reading() as connection:
            signed = _sizes(connection)
        return {origin: signed.get(origin, 0) for origin in self.logs}

    def evidence(self) -> list[Evidence]:
        """What was found against the logs, the first first."""
        # Not the requests themselves, which may be large.
        wanted = [column for column in _evidence.c if column.name not in ("sha256", "request")]
        with self._reading() as connection:
            rows = connection.execute(select(*wanted).order_by(_evidence.c.no)).all()
        return [
            Evidence(
                no=row.no,
                found=datetime.fromtimestamp(row.found, UTC),
                origin=row.origin,
                why=row.why,
                certain=row.certain,
                size=row.size,
                held_size=row.held_size,
                held=bytes(row.held),
            )
            for row in rows
        ]

    def request_of(self, no: int) -> bytes | None:
        """The request that brought the evidence of this number, as it came; None where there is none."""
        if not 0 < no <= 2 * _MOST_EVIDENCE:
            return None
        with self._reading() as connection:
            found = connection.execute(select(_evidence.c.request).where(_evidence.c.no == no)).scalar()
        return None if found is None else bytes(found)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with _told("the witness's book cannot be read"), self._engine.begin() as connection:
            yield connection

    def _sign(
        self,
        connection: Connection,
        signed: bytes,
        said: Checkpoint,
        held: Mapping[str, "_Held"],
        now: Callable[[], datetime],
    ) -> Answer:
        last = held.get(said.origin)
        # A clock that was set back must not make a later word seem the earlier one.
        time = max(int(now().timestamp()), 0 if last is None else last.time)
        line = note.cosigned(signed, self.signer, time).line
        kept = note.only(signed, self.logs[said.origin]) + line.encode()
        column = _cosigned.c
        connection.execute(_cosigned.delete().where(column.origin == said.origin, column.size == said.size))
        row = {"origin": said.origin, "size": said.size, "root": said.root, "note": kept, "time": time}
        connection.execute(insert(_cosigned), row)
        return Answer(_SIGNED, line, accepted=said)


@dataclass(frozen=True, slots=True)
class _Held:
    """A checkpoint signed of a log."""

    said: Checkpoint
    note: bytes
    time: int


def open_witness(folder: Path, signer: Signer, logs: Mapping[str, Verifier]) -> Witness:
    """Open the witness's book in `folder`; raise `RecordError` where it is older than what the witness has signed."""
    high = folder / "signed"
    with _told(f"the witness's book in {folder} cannot be opened"):
        folder.mkdir(parents=True, exist_ok=True)
        engine = connect(f"sqlite:///{folder / 'witness.sqlite'}")
        try:
            with writing(engine) as connection:
                _book.create_all(connection)
                _refuse_older(folder, _sizes(connection), _read_high(high))
            # A crash may have left the note behind the book.
            _note_how_far(engine, high)
        except BaseException:
            engine.dispose()
            raise
    return Witness(engine, signer, dict(logs), high)


def _refuse_older(folder: Path, book: Mapping[str, int], noted: Mapping[str, int]) -> None:
    for origin, size in noted.items():
        if book.get(origin, -1) < size:
            raise RecordError(
                f"the witness's book in {folder} is older than what it has signed: {size} entries of {origin}; an old "
                f"copy was restored: bring back the newest one, or {_ANEW}"
            )


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Raise what the database and the disk say as our own errors; none advises to bring back a copy of the book."""
    try:
        with told(what):
            yield
    except RecordDamaged:
        raise RecordDamaged(f"{what}: it is damaged; never restore an old copy of it: {_ANEW}") from None
    except OSError as fault:
        raise RecordError(f"{what}: {fault.strerror}; check the free space and the rights of its folder") from None


def _keep_evidence(connection: Connection, body: bytes, answer: Answer, found: int) -> None:
    """Keep a request that was refused, if what the log signed in it goes against what was signed before."""
    said = checkpoint.parse(note.parse(witness.parse(body).note).text)
    contradicted = _contradicted(connection, said, answer)
    if contradicted is None:
        return
    why, certain, held = contradicted
    named = said.text + ("" if held is None else held.said.text)
    sha256 = hashlib.sha256(named.encode()).hexdigest()
    # Counted apart: wrong proofs, which anyone can send, must not fill the room of what the log alone can have done.
    count = select(func.count()).where(_evidence.c.certain == certain)
    known = select(_evidence.c.no).where(_evidence.c.sha256 == sha256)
    if connection.execute(known).first() is not None or connection.execute(count).scalar_one() >= _MOST_EVIDENCE:
        return
    row = {
        "found": found,
        "origin": said.origin,
        "why": why,
        "certain": certain,
        "sha256": sha256,
        "size": said.size,
        "request": body,
        "held_size": 0 if held is None else held.said.size,
        "held": b"" if held is None else held.note,
    }
    connection.execute(insert(_evidence), row)


def _contradicted(connection: Connection, said: Checkpoint, answer: Answer) -> tuple[str, bool, _Held | None] | None:
    """Why a refused checkpoint goes against what was signed, whether that is certain, and what was signed."""
    same = _signed(connection, said.origin, said.size)
    if same is not None and same.said.root != said.root:
        return f"the log signed two roots for {said.size} entries", True, same
    if answer.evidence is not None:
        return answer.evidence, True, None
    last = _last(connection, said.origin)
    if answer.status != _CONTRADICTION or same is not None or last is None or not last.said.size:
        # The proof alone is wrong, or the size that the sender took for the last: that is nobody's contradiction.
        return None
    return answer.body.strip() + _DOUBT, False, last


def _signed(connection: Connection, origin: str, size: int) -> _Held | None:
    column = _cosigned.c
    return _held(connection, select(_cosigned).where(column.origin == origin, column.size == size))


def _last(connection: Connection, origin: str) -> _Held | None:
    column = _cosigned.c
    return _held(connection, select(_cosigned).where(column.origin == origin).order_by(column.size.desc()).limit(1))


def _held(connection: Connection, wanted: Select[Any]) -> _Held | None:
    row = connection.execute(wanted).first()
    return None if row is None else _Held(Checkpoint(row.origin, row.size, bytes(row.root)), bytes(row.note), row.time)


def _sizes(connection: Connection) -> dict[str, int]:
    """How far the book says that each log was signed, those among them that are no longer known."""
    column = _cosigned.c
    rows = connection.execute(select(column.origin, func.max(column.size).label("size")).group_by(column.origin))
    return {row.origin: row.size for row in rows}


def _read_high(path: Path) -> dict[str, int]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        lines = [""]
    found = [_LINE.fullmatch(line) for line in lines]
    if not all(found):
        raise RecordError(
            f"{path} does not say how far the witness has signed: each line is an origin and a size; remove it if the "
            f"book beside it is surely the newest, or {_ANEW}"
        )
    return {line[1]: int(line[2]) for line in found if line}


def _note_how_far(engine: Engine, path: Path) -> None:
    """Note beside the book how far the witness has signed, durably, so that an old copy of the book is known as one.

    After the book and before the answer: a crash between the two leaves a note that is behind, which does no harm. In
    a turn of the one writer, so that of two that sign at once the slower one does not set the note back.
    """
    with _told(f"how far the witness has signed cannot be noted in {path}"), writing(engine) as connection:
        _write_high(path, _sizes(connection))


def _write_high(path: Path, sizes: Mapping[str, int]) -> None:
    unfinished = path.with_name(f"{path.name}.part")
    with unfinished.open("w", encoding="utf-8") as file:
        file.write("".join(f"{origin} {size}\n" for origin, size in sizes.items()))
        file.flush()
        os.fsync(file.fileno())
    os.replace(unfinished, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
