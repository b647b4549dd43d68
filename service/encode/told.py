"""What the service adds to an answer of the record: its address, and how the record stands with both countries."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`service`: the address of the service without a slash at its end; `state` and `note` of the record, in words."""

    service: str = ""
    state: str = ""
    note: str = ""
