"""`docs/network.md` keeps up with what hydrology can declare: every table, every key, and examples that would load."""

import re
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from record.network.account import Delivery, FigureRules, Gate, Reach, Resource
from record.network.curve import RatingCurve, ReservoirCurve, Shift
from record.network.derived import Balance, By, Derived
from record.network.fact import Fact
from record.network.river import River
from record.network.threshold import (
    Climatology,
    FlatLine,
    Gap,
    GrossRange,
    MassBalance,
    Neighbour,
    RateOfChange,
    RatingResidual,
    Spike,
)

TEXT = (Path(__file__).parent.parent.parent / "docs" / "network.md").read_text(encoding="utf-8")
TABLES: dict[str, type[Fact]] = {
    "gross_range": GrossRange,
    "climatology": Climatology,
    "rate_of_change": RateOfChange,
    "spike": Spike,
    "flat_line": FlatLine,
    "gap": Gap,
    "neighbour": Neighbour,
    "mass_balance": MassBalance,
    "rating_residual": RatingResidual,
    "rating_curve": RatingCurve,
    "shift": Shift,
    "reservoir_curve": ReservoirCurve,
    "derived": Derived,
    "balance": Balance,
    "resource": Resource,
    "delivery": Delivery,
    "reach": Reach,
    "gate": Gate,
    "figures": FigureRules,
    "river": River,
}
EVERYWHERE = {"document", "source", "note", "verified", "simulated"}


@pytest.mark.parametrize("name", TABLES)
def test_every_table_and_key_is_described(name: str) -> None:
    assert re.search(rf"`\[+{name}\]+`", TEXT)
    keys = set(TABLES[name].model_fields) - EVERYWHERE
    assert sorted(key for key in keys if f"`{key}`" not in TEXT and f"{key} = " not in TEXT) == []


def test_every_rule_of_computing_is_described() -> None:
    assert [rule for rule in By if f"| `{rule}` |" not in TEXT] == []


def test_the_examples_could_be_declared() -> None:
    blocks = re.findall(r"^```toml\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    tables = [tomllib.loads(block, parse_float=Decimal) for block in blocks]
    rows = [(name, row) for found in tables for name, said in found.items() if name in TABLES for row in said]
    assert {name for name, _ in rows} == {"rate_of_change", "rating_curve", "derived", "river"}
    for name, row in rows:
        TABLES[name].model_validate(row)
