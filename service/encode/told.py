"""What the service adds to an answer of the record: its address, how the record stands, and whose it is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


def _nowhere() -> str:
    return ""


def _never() -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`service`: the address of the service without a slash at its end; `state` and `note` of the record, in words.

    `asked`: the address of the question, without its form; empty where it is not known. `entered` says when the last
    of the entries that the answer rests on was entered; a form that does not tell it never asks. `makers` are the
    ministries and services that the parties declare, in English; `licence` is what the parties declare of the use of
    the record, empty where they declare nothing. `workplace` is a folder for what must lie on the disk while it is
    made; without one it lies where the system keeps what is temporary.
    """

    service: str = ""
    state: str = ""
    note: str = ""
    asked: Callable[[], str] = _nowhere
    entered: Callable[[], datetime | None] = _never
    makers: tuple[str, ...] = ()
    licence: str = ""
    workplace: Path | None = None
