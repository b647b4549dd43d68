"""The witness of one ministry: what it has signed, in a book of its own that nobody else writes.

It signs a checkpoint that continues the last one it signed, and no other. Checking and keeping are one step, and what
was signed is on disk before the signature leaves: otherwise two requests at once, or a power cut, could make it sign
two histories. A log that contradicts itself is kept as evidence, with what was signed before.
"""

import hashlib
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    func,
    insert,
    select,
)

from record.database import connect, told, writing
from record.errors import RecordError
from record.proof import checkpoint, note, witness
from record.proof.checkpoint import Checkpoint
from record.proof.keys import Signer, Verifier
from record.proof.witness import Answer

_MOST_EVIDENCE = 1000
_SIGNED, _CONTRADICTION = 200, 422

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
    Column("sha256", Text, nullable=False),
    Column("request", LargeBinary, nullable=False),
    Column("held", LargeBinary, nullable=False),
    UniqueConstraint("sha256"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A checkpoint that the log signed and that does not continue the one `held`: when it was found, and why."""

    no: int
    found: datetime
    origin: str
    why: str
    request: bytes
    held: bytes


class Witness:
    """The witness of one ministry: its key, the logs that it knows, its book. Safe to share between threads."""

    def __init__(self, engine: Engine, signer: Signer, logs: Mapping[str, Verifier], high: Path) -> None:
        self.signer, self.logs = signer, logs
        self._engine, self._high = engine, high

    def add(self, body: bytes, now: Callable[[], datetime]) -> Answer:
        """Answer a request to sign a checkpoint (C2SP tlog-witness); what is signed is kept before this returns."""
        with told("the checkpoint was not signed"), writing(self._engine) as connection:
            held = {origin: said for origin in self.logs if (said := _last(connection, origin)) is not None}
            answer = witness.decide(body, self.logs, {origin: one.said for origin, one in held.items()})
            if answer.accepted is not None:
                answer = self._sign(connection, witness.parse(body).note, answer.accepted, held, now)
            elif answer.status == _CONTRADICTION:
                self._keep_evidence(connection, body, answer, held, now)
        if answer.accepted is not None:
            _write_high(self._high, self.sizes())
        return answer

    def latest(self, origin_sha256: str) -> bytes | None:
        """The last checkpoint signed of the log whose origin has that hex SHA-256; None where there is none."""
        for origin in self.logs:
            if hashlib.sha256(origin.encode()).hexdigest() == origin_sha256:
                with told("the witness's book cannot be read"), self._engine.begin() as connection:
                    held = _last(connection, origin)
                return None if held is None else held.note
        return None

    def sizes(self) -> dict[str, int]:
        """How many entries of each known log have been signed for."""
        with told("the witness's book cannot be read"), self._engine.begin() as connection:
            found = {origin: _last(connection, origin) for origin in self.logs}
        return {origin: 0 if held is None else held.said.size for origin, held in found.items()}

    def evidence(self) -> list[Evidence]:
        """What was found against the logs, the first first."""
        with told("the witness's book cannot be read"), self._engine.begin() as connection:
            rows = connection.execute(select(_evidence).order_by(_evidence.c.no)).all()
        return [
            Evidence(
                no=row.no,
                found=datetime.fromtimestamp(row.found, UTC),
                origin=row.origin,
                why=row.why,
                request=bytes(row.request),
                held=bytes(row.held),
            )
            for row in rows
        ]

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

    def _keep_evidence(
        self,
        connection: Connection,
        body: bytes,
        answer: Answer,
        held: Mapping[str, "_Held"],
        now: Callable[[], datetime],
    ) -> None:
        said = checkpoint.parse(note.parse(witness.parse(body).note).text)
        sha256 = hashlib.sha256(body).hexdigest()
        known = connection.execute(select(_evidence.c.no).where(_evidence.c.sha256 == sha256)).first()
        count = connection.execute(select(func.count()).select_from(_evidence)).scalar_one()
        if known is not None or count >= _MOST_EVIDENCE:
            return
        # Only two roots for one size are the log's own doing for certain: a wrong proof can be anybody's.
        doubt = "" if answer.evidence else " (the proof is the sender's, and may be what is wrong)"
        last = held.get(said.origin)
        row = {
            "found": int(now().timestamp()),
            "origin": said.origin,
            "why": answer.body.strip() + doubt,
            "sha256": sha256,
            "request": body,
            "held": b"" if last is None else last.note,
        }
        connection.execute(insert(_evidence), row)


@dataclass(frozen=True, slots=True)
class _Held:
    """The last checkpoint signed of a log."""

    said: Checkpoint
    note: bytes
    time: int


def open_witness(folder: Path, signer: Signer, logs: Mapping[str, Verifier]) -> Witness:
    """Open the witness's book in `folder`; raise `RecordError` where it is older than what the witness has signed."""
    high = folder / "signed"
    folder.mkdir(parents=True, exist_ok=True)
    engine = connect(f"sqlite:///{folder / 'witness.sqlite'}")
    with told("the witness's book cannot be opened"), writing(engine) as connection:
        _book.create_all(connection)
        for origin, size in _read_high(high).items():
            held = _last(connection, origin)
            if held is None or held.said.size < size:
                raise RecordError(
                    f"the witness's book in {folder} is older than what it has signed: {size} entries of {origin}; an "
                    "old copy was restored: bring back the newest one, or found the witness anew with another key"
                )
    return Witness(engine, signer, dict(logs), high)


def _last(connection: Connection, origin: str) -> _Held | None:
    column = _cosigned.c
    row = connection.execute(
        select(_cosigned).where(column.origin == origin).order_by(column.size.desc()).limit(1)
    ).first()
    return None if row is None else _Held(Checkpoint(origin, row.size, bytes(row.root)), bytes(row.note), row.time)


def _read_high(path: Path) -> dict[str, int]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    return {origin: int(size) for origin, _, size in (line.rpartition(" ") for line in lines)}


def _write_high(path: Path, sizes: Mapping[str, int]) -> None:
    """Note beside the book how far the witness has signed, durably, so that an old copy of the book is known as one.

    After the book and before the answer: a crash between the two leaves a note that is behind, which does no harm.
    """
    unfinished = path.with_name(f"{path.name}.{threading.get_ident()}.part")
    with unfinished.open("w", encoding="utf-8") as file:
        file.write("".join(f"{origin} {size}\n" for origin, size in sizes.items()))
        file.flush()
        os.fsync(file.fileno())
    os.replace(unfinished, path)
