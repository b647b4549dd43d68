"""Which party is due what, by which document, valid from when; and the yearly plans of withdrawals."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from record.network.fact import Fact


class Basis(StrEnum):
    """What a share is a share of: the river's flow or a reservoir's stored water are different quantities."""

    FLOW = "flow"
    STORAGE = "storage"


class Share(Fact):
    """A division of water; `percent` by party adds up to 100. One that is not `in_force` is kept and shown as such."""

    id: str
    basin: str
    basis: Basis
    of: str
    percent: dict[str, Decimal]
    in_force: bool
    valid_from: date
    valid_until: date | None = None
    valid_from_verified: bool = False
    verified: bool = False
    document: str
    source: str
    note: str | None = None


class SeasonPlan(Fact):
    """What a party is to receive over a season; volumes in million m3, `begins` and `ends` half open.

    One that is `part_of` another is a running total of it, up to before its own `ends`: between such points, and up to
    its end, the volume of the whole is spread evenly by day.
    """

    id: str
    basin: str
    party: str
    begins: date
    ends: date
    volume: Decimal
    delivered: Decimal | None = None
    in_force: bool = True
    part_of: str | None = None
    verified: bool = False
    document: str
    source: str
    note: str | None = None
