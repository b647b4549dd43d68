"""What is measured: one row a quantity, with its unit, its CF name and its range of sense.

Units: `unit` is the UCUM code that entries carry, `udunits` what netCDF files carry, `label` what people read.
Standard names: CF standard name table 93; it has none for storage and surface of a reservoir, for intake at a canal
head, or for the uncertainty of a computed inflow, so those carry `long_name` alone. The range of sense is physical, not
local: a value outside it cannot be true of any river here.
"""

from dataclasses import dataclass
from decimal import Decimal

from record.errors import UnknownName

FLAG, ENTRY, ROW, STATUS = "_flag", "_entry", "_row", "_status"
"""What follows a quantity's id in the names of its flag, of its entry, of its row in that, and of how far reviewed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A measured quantity; `low` and `high` bound its range of sense in `unit`, both inclusive.

    `flows`: whether it is water that flows, whose sum over time is a volume. `ratio`: whether its zero is none of it,
    so that one value can be told in percent of another; a level counts from a datum, a temperature from melting ice.
    `mean`: whether a mean of it says something; of an amount it is the sum that does. `state`: whether it is what a
    reservoir holds at an instant, which one reading tells and no mean has to.
    """

    id: str
    unit: str
    udunits: str
    label: str
    long_name: str
    standard_name: str | None
    low: Decimal
    high: Decimal
    flows: bool = False
    ratio: bool = True
    mean: bool = True
    state: bool = False


def _rate(name: str, long_name: str, standard_name: str | None, *, flows: bool = True) -> Quantity:
    return Quantity(
        id=name,
        unit="m3/s",
        udunits="m3 s-1",
        label="m³/s",
        long_name=long_name,
        standard_name=standard_name,
        low=Decimal(0),
        high=Decimal(5000),
        flows=flows,
    )


_ALL = (
    _rate("inflow", "inflow to the reservoir", "incoming_water_volume_transport_along_river_channel"),
    _rate("release", "release through the dam", "outgoing_water_volume_transport_along_river_channel"),
    _rate("intake", "water intake at the head of the canal", None),
    _rate("discharge", "river discharge", "water_volume_transport_in_river_channel"),
    _rate("inflow_error", "standard uncertainty of the inflow by water balance", None, flows=False),
    Quantity(
        id="level",
        unit="m",
        udunits="m",
        label="m",
        long_name="water level above the station's datum",
        standard_name="water_surface_height_above_reference_datum",
        low=Decimal(-50),
        high=Decimal(5000),
        ratio=False,
        state=True,
    ),
    Quantity(
        id="storage",
        unit="hm3",
        udunits="1e6 m3",
        label="million m³",
        long_name="volume of water in the reservoir",
        standard_name=None,
        low=Decimal(0),
        high=Decimal(30000),
        state=True,
    ),
    Quantity(
        id="surface",
        unit="km2",
        udunits="km2",
        label="km²",
        long_name="surface of the water in the reservoir",
        standard_name=None,
        low=Decimal(0),
        high=Decimal(5000),
        state=True,
    ),
    Quantity(
        id="precipitation",
        unit="mm",
        udunits="mm",
        label="mm",
        long_name="precipitation amount",
        standard_name="lwe_thickness_of_precipitation_amount",
        low=Decimal(0),
        high=Decimal(1000),
        mean=False,
    ),
    Quantity(
        id="temperature",
        unit="Cel",
        udunits="degree_Celsius",
        label="°C",
        long_name="water temperature",
        standard_name="water_temperature",
        low=Decimal(-5),
        high=Decimal(50),
        ratio=False,
    ),
)

QUANTITIES: dict[str, Quantity] = {quantity.id: quantity for quantity in _ALL}


def quantity_of(name: str) -> Quantity:
    """Return the quantity of that id; raise `UnknownName` with the known ids otherwise."""
    try:
        return QUANTITIES[name]
    except KeyError:
        known = ", ".join(QUANTITIES)
        raise UnknownName(f"quantity {name!r} is not one of ours: use one of {known}") from None
