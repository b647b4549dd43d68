"""What the service adds to an answer of the record: its address, and how the record stands with both countries."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


def _nowhere() -> str:
    return ""


def _never() -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`service`: the address of the service without a slash at its end; `state` and `note` of the record, in words.

    Two things are looked up only by the forms that tell them: `asked`, the address of the question, empty where it is
    not known, and `entered`, when the last of the entries was entered on which the answer rests.
    """

    service: str = ""
    state: str = ""
    note: str = ""
    asked: Callable[[], str] = _nowhere
    entered: Callable[[], datetime | None] = _never
