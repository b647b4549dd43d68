"""The tray of signed amendments and reviews: whoever signs one lays it in, and whoever holds the pen enters it."""

import hashlib
import logging
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ingest import amendment
from ingest import review as reviewing
from ingest.by_hand import MAX_BYTES
from ingest.quality.judge import judge
from ingest.quality.record_context import RecordContext
from record.batch import Batch
from record.errors import ArnaError, ConfigError, ProofError
from record.network import Network

if TYPE_CHECKING:
    from record.writer import Appended, Pen

log = logging.getLogger("arna.amendments")

_TRAY = "amendments"
_REFUSED, _TAKEN = "refused", "taken"
_REVIEW = ".review.note"


def lay_in(data: Path, raw: bytes, *, review: bool = False) -> None:
    """Lay a signed amendment or review in, whole or not at all; raise `ConfigError` where that cannot be written."""
    name = f"{hashlib.sha256(raw).hexdigest()[:32]}{_REVIEW if review else '.note'}"
    try:
        tray = data / _TRAY
        tray.mkdir(parents=True, exist_ok=True)
        with (tray / f".{name}").open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        os.replace(tray / f".{name}", tray / name)
    except OSError as fault:
        raise ConfigError(f"{data / _TRAY} cannot be written: {fault.strerror}; check its rights") from None


def enter(raw: bytes, network: Network, pen: "Pen", now: Callable[[], datetime]) -> "Appended":
    """Enter a signed amendment as a whole; raise `ArnaError` where it cannot be."""
    made = amendment.prepared(raw, network, now())
    said = judge(Batch.of(made.observations), network, RecordContext(pen.archive, network), by_person=True)
    return pen.append(made.receipt, said, (), now, reason=made.reason)


def enter_review(raw: bytes, network: Network, pen: "Pen", now: Callable[[], datetime]) -> int | None:
    """Enter a signed review; return its entry, None where it is there; raise `ArnaError` where it cannot be."""
    made = reviewing.prepared(raw, network, now())
    return pen.review(made.receipt, made.review, now)


def take(network: Network, pen: "Pen", data: Path, now: Callable[[], datetime]) -> int:
    """Enter what lies in the tray; return how many files that were. What is wrong is laid aside."""
    entered = 0
    for path in sorted((data / _TRAY).glob("*.note")):
        try:
            done = _entered(path, network, pen, now)
        except (ConfigError, ProofError, OSError) as fault:
            log.warning("%s: %s", path.name, fault)
            _lay_aside(path, _REFUSED)
            continue
        except ArnaError as fault:
            log.warning("%s waits: %s", path.name, fault)
            continue
        log.info("%s: %s", path.name, done)
        entered += 1
        _lay_aside(path, _TAKEN)
    return entered


def _entered(path: Path, network: Network, pen: "Pen", now: Callable[[], datetime]) -> str:
    raw = path.read_bytes()[: MAX_BYTES + 1]
    if path.name.endswith(_REVIEW):
        entry = enter_review(raw, network, pen, now)
        return "a review that was entered before" if entry is None else f"a review, entry {entry}"
    return f"an amendment of {enter(raw, network, pen, now).rows} values"


def _lay_aside(path: Path, where: str) -> None:
    folder = path.parent / where
    folder.mkdir(exist_ok=True)
    path.replace(folder / path.name)
