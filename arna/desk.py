"""What the scheduled work is done with."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from record.archive.record import Record
from record.writer import Pen

Clock = Callable[[], datetime]
"""Gives the aware present time."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The open record, its pen, the data folder, the clock, and the word to stop."""

    record: Record
    pen: Pen
    data: Path
    now: Clock
    halt: threading.Event = field(default_factory=threading.Event)
