"""Thresholds of the quality checks, by quantity and, where it is known better, by station."""

from decimal import Decimal

from record.network.fact import Fact


class GrossRange(Fact):
    """The gross range of a quantity, in its own unit: outside `fail` a value is bad, outside `suspect` suspect.

    A row that names a `station` holds for that station's series of the quantity, before the general row.
    """

    quantity: str
    station: str | None = None
    fail: tuple[Decimal, Decimal]
    suspect: tuple[Decimal, Decimal] | None = None
    source: str
