"""What the service adds to an answer of the record: its address, and how the record stands with both countries."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


def _not_known() -> None:
    """When nobody can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`service`: the address of the service without a slash at its end; `state` and `note` of the record, in words.

    `asked`: the address of the question, without its form; empty where it is not known. `entered` says when the last
    of the entries that the answer rests on was entered; a form that does not tell it never asks.
    """

    service: str = ""
    state: str = ""
    note: str = ""
    asked: str = ""
    entered: Callable[[], datetime | None] = _not_known
