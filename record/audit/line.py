"""A difference in one line: of which reading, what the API would show, and what the journal says."""

import math
from typing import Any

import numpy as np

from record.audit.cells import NOW
from record.audit.spill import NOBODY
from record.entry import Flag

_WORDS = {int(flag): flag.word for flag in Flag}


def line_of(cell: Any, name: str) -> str:
    """The line of a cell that differs, of the series called `name`."""
    shown, said = cell["shown"], cell["said"]
    size = int(cell["size"])
    where = f"{name} at {written(int(cell['time']))}" + ("" if size == NOW else f" as of {size} entries")
    return f"{where}: {contrast(_half(shown), _half(said))}"


def contrast(shown: str | None, said: str | None) -> str:
    """What is shown against what was said, None for nothing."""
    if said is None:
        return f"the API would show {shown}, a value that no entry said"
    if shown is None:
        return f"the API shows nothing and the journal says {said}"
    return f"the API would show {shown} and the journal says {said}"


def reading(value: float | None, flag: int, entry: int) -> str:
    """A value with its flag and its entry: `12.5 (good, entry 7)`."""
    number = "no value" if value is None else str(value)
    by = "no entry" if entry == NOBODY else f"entry {entry}"
    return f"{number} ({_WORDS.get(flag, f'flag {flag}')}, {by})"


def written(seconds: int) -> str:
    """A time as the journal writes it, and one beyond all calendars too."""
    return f"{np.datetime64(seconds, 's')}Z"


def _half(half: Any) -> str | None:
    value, flag, entry = float(half["value"]), int(half["flag"]), int(half["entry"])
    known = None if math.isnan(value) else value
    nothing = known is None and flag == Flag.MISSING and entry == NOBODY
    return None if nothing else reading(known, flag, entry)
