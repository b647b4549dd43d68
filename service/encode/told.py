"""What the service adds to an answer of the record: its address, how the record stands, and whose it is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


def _unknown() -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`service`: the address of the service without a slash at its end; `state` and `note` of the record, in words.

    `entered` looks up when the newest of the answer's entries was entered, for forms that say it; `makers` are the
    ministries and services that the parties declare, in English; `licence` is what the parties declare of the use of
    the record, empty where they declare nothing.
    """

    service: str = ""
    state: str = ""
    note: str = ""
    entered: Callable[[], datetime | None] = _unknown
    makers: tuple[str, ...] = ()
    licence: str = ""
