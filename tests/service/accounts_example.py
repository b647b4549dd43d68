"""Forty days of a basin, with gaps and a simulated twin: what accounts are told of in tests."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from record.entry import Observation
from record.network import Network
from record.network.account import Counted, Reach
from record.network.derived import Balance
from record.network.share import SeasonPlan
from service.accounts import Account, build
from service.accounts.document import Volume
from service.accounts.forms import columns
from tests.service.report_example import ALMATY, BISHKEK, DAY, Record, at, reading

BEGIN = date(2026, 4, 1)
DAYS = 40
END = BEGIN + timedelta(days=DAYS)
GATE_KG, GATE_KZ = "gate:kg.discharge.daily", "gate:kz.discharge.daily"
INFLOW, MERKE, TUYTE = "kirov:kg.inflow.daily", "merke:kz.intake.daily", "tuyte:kg.intake.daily"
TWIN = "kirov:kg:simulated.inflow.daily"
MISSED = {INFLOW: (3, 4, 17), GATE_KZ: (6, 30), GATE_KG: (7,), MERKE: (30,)}
SOURCE = "made up for tests"


def days(series: str, values: Sequence[float | None], begin: date = BEGIN) -> list[Observation]:
    """A value a day, in the calendar of whose gauge it is; none where it is None."""
    zone = ALMATY if ":kz" in series else BISHKEK
    return [
        reading(series, at(begin + timedelta(days=place), zone=zone), f"{value:.3f}")
        for place, value in enumerate(values)
        if value is not None
    ]


def flow(series: str, base: float) -> list[float | None]:
    return [None if day in MISSED.get(series, ()) else base + day * 0.137 for day in range(DAYS)]


def account_network(network: Network) -> Network:
    """The report's network with a balance, a reach and a running total of the plan."""
    counted = Counted(site="kirov", quantity="release", party="kg")
    below = Counted(site="gate", quantity="discharge", party="kg")
    part = SeasonPlan(
        id="talas-2026-kz-to-may", basin="talas", party="kz", begins=BEGIN, ends=date(2026, 5, 1), volume=Decimal(60),
        delivered=Decimal(63), in_force=False, part_of="talas-2026-kz", document="Part of the plan.", source=SOURCE,
    )  # fmt: skip
    balance = Balance(
        station="kirov:kg", evaporation_mm=tuple([Decimal(31)] * 12), surface_km2=Decimal(20), seepage=Decimal(1),
        storage_error=Decimal("0.1"), release_error_percent=Decimal(5), inflow_error_percent=Decimal(5),
        document="Document of the balance.", source=SOURCE,
    )  # fmt: skip
    reach = Reach(
        id="kirov-gate", basin="talas", above=(counted,), below=(below,), loss_percent=Decimal(25), lag_days=1,
        document="Document of the reach.", source=SOURCE,
    )  # fmt: skip
    plans = {**network.season_plans, part.id: part}
    return replace(network, season_plans=plans, balances=(balance,), reaches=(reach,))


def made_record(folder: Path) -> Record:
    """Forty days with gaps, and a simulated twin that speaks on one of them."""
    made = Record(folder)
    made.network = account_network(made.network)
    said = [days(name, flow(name, base)) for name, base in ((INFLOW, 20), (GATE_KG, 9), (GATE_KZ, 8.9), (TUYTE, 2.5))]
    made.say([one for some in said for one in some])
    made.say(days(MERKE, flow(MERKE, 1.25)))
    storage = [reading("kirov:kg.storage.term", at(BEGIN + timedelta(days=day), 8), f"{300 + day * 0.5:.1f}")
               for day in range(DAYS + 1)]  # fmt: skip
    evening = [reading("kirov:kg.storage.term", at(BEGIN + timedelta(days=day), 20), "999") for day in range(3)]
    made.say([*storage, *evening, *days("kirov:kg.release.daily", [12.5] * DAYS)])
    made.say(days(TWIN, [19.1], DAY))
    return made


@cache
def account(record: Record, begin: date = BEGIN, end: date = END, by: str = "day", as_of: int | None = None) -> Account:
    return build(record.archive, record.network, "talas", begin, end, as_of, by)


def volume(said: Volume | None) -> Volume:
    assert said is not None
    return said


def number(value: float | None) -> float:
    assert value is not None
    return value


def table(one: Account) -> dict[tuple[str, ...], dict[date, object]]:
    """Every column of a daily account, by what it is and by day."""
    return {
        (column.table, column.id, column.nature, column.party, column.figure): {
            span.begin: value for span, value in zip(one.spans, column.values, strict=True)
        }
        for column in columns(one)
    }
