"""What the scheduled work is done with."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ingest.quality.record_context import RecordContext
from record.archive.record import Record
from record.writer import Pen

Clock = Callable[[], datetime]
"""Gives the aware present time."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The open record, its pen, the data folder, the clock, and the word to stop.

    `context` is what the record tells of what is judged: it is kept as long as the desk, with the climates it learned.
    """

    record: Record
    pen: Pen
    data: Path
    now: Clock
    halt: threading.Event = field(default_factory=threading.Event)
    context: RecordContext = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "context", RecordContext(self.pen.archive, self.record.network))
