"""What is publicly told of the two rivers, put in as readings, comes out of the figures and the accounts.

Where a number was told as a sum, the readings that amount to it are made here from seconds and cubic metres, without
any factor of the product. Deliveries are put in at the generator's twins, since no real gauge at the border is known.
The data and their sources are in `tests/golden/hydrology/` and in `arna/demo/data/`.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from ingest import cycle
from record.archive import Archive
from record.entry import Flag, Method, Observation
from record.network import Network, load_network
from record.network.basin import Nature
from record.network.derived import Balance
from record.writer import Pen
from service.accounts import Account, build
from service.accounts.document import Numbers, Plan, Reservoir
from service.figures import written
from service.figures.answer import figures, norms_of
from service.figures.periods import Kind
from tests.example import message, open_pen

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "golden" / "hydrology"
DAY = timedelta(days=1)
SECONDS = 86_400
M3 = 1_000_000
BORDER_TALAS = "example-border-talas:kz:simulated.discharge"
BORDER_CHU = "example-border-chu:kz:simulated.discharge"
GEORGIEVKA = "georgievka:kz:simulated.intake"
LATE_AUGUST = {GEORGIEVKA: Decimal("6.75") / 9, BORDER_CHU: Decimal("2.25") / 9}
"""Of over 9 m3/s that the Chu brought on 23 August 2023, 6.5 to 7 came by the Georgievka main canal: aqparat.info."""
NOW = datetime(2026, 11, 1, tzinfo=UTC)
Rates = dict[date, Decimal]


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of a table: what held on the days from `begin` to before `end`, or on the morning of `begin`."""

    begin: date
    end: date | None
    quantity: str
    value: Decimal
    told: bool


def table(name: str) -> list[dict[str, str]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def pieces(name: str) -> list[Piece]:
    return [
        Piece(
            date.fromisoformat(row["begin"]),
            date.fromisoformat(row["end"]) if row["end"] else None,
            row["quantity"],
            Decimal(row["value"]),
            row["state"] == "told",
        )
        for row in table(name)
    ]


def span(begin: date, end: date) -> Iterator[date]:
    return (begin + place * DAY for place in range((end - begin).days))


def rates(held: Sequence[Piece], quantity: str) -> Rates:
    """The mean of each day, m3/s."""
    found: Rates = {}
    for piece in held:
        if piece.quantity == quantity and piece.end is not None:
            found |= dict.fromkeys(span(piece.begin, piece.end), piece.value)
    return found


def stored(held: Sequence[Piece]) -> Rates:
    """What was told of the storage on mornings, million m3."""
    return {piece.begin: piece.value for piece in held if piece.quantity == "storage"}


def emptied(start: tuple[date, Decimal], inflow: Rates, release: Rates, end: date) -> Rates:
    """The storage of every morning up to that of `end`, from that of a first day on."""
    day, held = start
    found = {day: held}
    while day < end:
        held += (inflow[day] - release[day]) * SECONDS / M3
        day += DAY
        found[day] = held
    return found


@dataclass
class House:
    """A record over the declared network, with balances of the two reservoirs in which nothing evaporates."""

    network: Network
    archive: Archive
    pen: Pen
    messages: int = 0

    def say(self, series: str, values: Rates, hour: int = 0) -> int:
        """Enter values of days; returns how many entries there are then."""
        station = series.rsplit(".", 2)[0]
        zone, is_twin = self.network.zone_of(station), self.network.stations[station].nature is Nature.SIMULATED
        seen = [
            Observation(
                series=series,
                time=datetime.combine(day, time(hour), zone).astimezone(UTC),
                value=round(value, 6),
                flag=Flag.GOOD,
                method=Method.SIMULATED if is_twin else Method.MEASURED,
            )
            for day, value in values.items()
        ]
        self.messages += 1
        self.pen.append(message(f"message {self.messages}"), seen, [], NOW)
        return self.archive.size()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    none = tuple([Decimal(0)] * 12)
    balances = tuple(
        Balance(
            station=station, evaporation_mm=none, storage_error=Decimal("0.1"), release_error_percent=Decimal(5),
            inflow_error_percent=Decimal(5), document="None.", source="Of these tests: what evaporated is not told.",
        )
        for station in ("kirov:kg", "orto-tokoy:kg")
    )  # fmt: skip
    network = replace(load_network(ROOT / "config"), balances=balances)
    record, pen = open_pen(tmp_path_factory.mktemp("golden"), network)
    return House(network, Archive(record), pen)


def account(house: House, basin: str, begin: date, end: date, as_of: int | None = None) -> Account:
    """The account of the days as one period."""
    return build(house.archive, house.network, basin, begin, end, as_of, Kind.YEAR)


def of_twins(told: Account, plan: str) -> Plan:
    (found,) = (one for one in told.plans if (one.id, one.nature) == (plan, "simulated"))
    return found


def only(numbers: Numbers) -> float:
    (number,) = numbers
    assert number is not None
    return number


def to(number: float, *, within: float = 0.0501) -> object:
    """A number that was told rounded to a tenth, a half of it up or down, or to what is said."""
    return pytest.approx(number, abs=within)


# --- season plans against deliveries ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def talas(house: House) -> Rates:
    """What was delivered on the Talas in 2023, put in."""
    delivered = rates(pieces("talas_2023.csv"), "discharge")
    house.say(f"{BORDER_TALAS}.daily", delivered)
    return delivered


def test_by_5_august_2023_the_talas_had_brought_323_million_m3_of_the_313_that_were_planned(
    house: House, talas: Rates
) -> None:
    """By the account and by the figures, 103 percent as eltr.kg has it."""
    told = of_twins(account(house, "talas", date(2023, 4, 1), date(2023, 8, 6)), "talas-2023-kz")
    assert only(told.to_date.planned) == to(312.7)
    assert only(told.to_date.delivered) == to(323.3)
    assert round(only(told.to_date.percent)) == 103
    assert told.to_date.days_missing == (0,)
    (day,) = written.figure_rows(
        figures(house.archive, house.network, BORDER_TALAS, Kind.DAY, date(2023, 8, 5), date(2023, 8, 6), NOW)
    )
    assert day["cumulative"] == to(323.3)
    assert {12, 45} <= {*talas.values()} <= {0, 12, 15, Decimal("41.294"), 45}


def test_the_season_of_2023_ended_below_its_plan_and_october_is_not_of_it(house: House, talas: Rates) -> None:
    """What was stopped in August came again in October, at 12 m3/s: no source sums the season up."""
    told = of_twins(account(house, "talas", date(2023, 4, 1), date(2023, 10, 11)), "talas-2023-kz")
    assert (told.volume, only(told.delivered.volume)) == (344.7, to(323.3))
    assert only(told.percent) == to(93.8)
    rows = written.figure_rows(
        figures(house.archive, house.network, BORDER_TALAS, Kind.TEN_DAYS, date(2023, 10, 1), date(2023, 10, 11), NOW)
    )
    assert [row["volume"] for row in rows] == [to(10.368, within=1e-6)]


@pytest.fixture(scope="module")
def seasons(house: House) -> dict[tuple[str, int], tuple[float, float]]:
    """Planned and delivered million m3 by basin and year; what was delivered is put in, evenly over the season."""
    found = {}
    for row in table("seasons_kz.csv"):
        year, delivered = int(row["year"]), Decimal(row["delivered"])
        days = list(span(date(year, 4, 1), date(year, 10, 1)))
        rate = delivered * M3 / SECONDS / len(days)
        parts = {BORDER_TALAS: Decimal(1)} if row["basin"] == "talas" else LATE_AUGUST
        for gauge, part in parts.items():
            house.say(f"{gauge}.daily", dict.fromkeys(days, rate * part))
        found[row["basin"], year] = float(row["planned"]), float(delivered)
    return found


@pytest.mark.parametrize(
    ("basin", "year", "percent"),
    [("talas", 2024, 110.0), ("chu", 2024, 91.8), ("talas", 2025, 106.9), ("chu", 2025, 88.9)],
)
def test_a_season_comes_out_as_it_was_told(
    house: House, seasons: dict[tuple[str, int], tuple[float, float]], basin: str, year: int, percent: float
) -> None:
    planned, delivered = seasons[basin, year]
    told = of_twins(account(house, basin, date(year, 4, 1), date(year, 10, 1)), f"{basin}-{year}-kz")
    assert only(told.planned) == to(planned)
    assert only(told.delivered.volume) == to(delivered)
    assert only(told.deviation) == to(delivered - planned)
    assert only(told.percent) == to(percent)
    assert told.told[-1].delivered == delivered


def test_in_2025_both_rivers_brought_about_590_million_m3(
    house: House, seasons: dict[tuple[str, int], tuple[float, float]]
) -> None:
    total = 0.0
    for gauge in (BORDER_TALAS, BORDER_CHU, GEORGIEVKA):
        asked = figures(house.archive, house.network, gauge, Kind.SEASON, date(2025, 4, 1), date(2025, 10, 1), NOW)
        (season,) = written.figure_rows(asked)
        assert season["completeness_percent"] == 100
        total += season["volume"]
    assert total == to(587.5)
    assert round(total, -1) == 590


# --- reservoirs -------------------------------------------------------------------------------------------------------


def reservoir(house: House, basin: str, begin: date, end: date, as_of: int | None = None) -> Reservoir:
    (found,) = (one for one in account(house, basin, begin, end, as_of).reservoirs if one.nature == "real")
    return found


def test_the_kirov_reservoir_was_drawn_down_from_446_to_15_million_m3_and_its_balance_closes(
    house: House, talas: Rates
) -> None:
    held = pieces("kirov_2023.csv")
    (opening, full), (end, low) = stored(held).items()
    told = house.say("kirov:kg.storage.term", {opening: full, end: low}, hour=8)
    # What is told alone: what came in is not, so that nothing closes, and that is said.
    found = reservoir(house, "talas", opening, end, told)
    assert (only(found.storage_begin), only(found.storage_end), only(found.change)) == (445.6, 14.5, to(-431.1))
    assert (found.residual, found.within, found.days_missing) == ((None,), (None,), (123,))
    # With what is filled in: the deliveries to Kazakhstan, and what else must have left.
    inflow, besides = rates(held, "inflow"), rates(held, "release_besides")
    release = {day: talas[day] + besides[day] for day in span(opening, end)}
    storage = emptied((opening, full), inflow, release, end)
    assert storage[end] == pytest.approx(low, abs=Decimal("0.001"))
    house.say("kirov:kg.inflow.daily", inflow)
    house.say("kirov:kg.release.daily", release)
    house.say("kirov:kg.storage.term", storage | {end: low}, hour=8)
    found = reservoir(house, "talas", opening, end)
    assert only(found.change) == to(-431.1)
    assert only(found.inflow) == to(106.3)
    assert only(found.release) == to(323.3 + 214.1)
    assert only(found.residual) == to(0, within=0.001)
    assert found.within == (True,)
    assert 20 < only(found.uncertainty) < 30


def test_from_the_orto_tokoy_654_million_m3_left_while_230_came(house: House) -> None:
    held = pieces("orto_tokoy_2023.csv")
    (seventh, june), (second, august) = stored(held).items()
    begin, end = date(2023, 4, 1), date(2023, 9, 1)
    inflow, release = rates(held, "inflow"), rates(held, "release")
    before = sum(((release[day] - inflow[day]) * SECONDS / M3 for day in span(begin, seventh)), start=june)
    storage = emptied((begin, before), inflow, release, end)
    assert storage[second] == pytest.approx(august, abs=Decimal("0.01"))
    assert max(storage.values()) < 470
    assert min(storage.values()) > 0
    house.say("orto-tokoy:kg.inflow.daily", inflow)
    house.say("orto-tokoy:kg.release.daily", release)
    house.say("orto-tokoy:kg.storage.term", storage, hour=8)
    found = reservoir(house, "chu", begin, end)
    assert (only(found.inflow), only(found.release)) == (to(230), to(654))
    assert only(found.change) == to(-424)
    assert only(found.residual) == to(0, within=0.001)
    found = reservoir(house, "chu", seventh, second)
    assert (only(found.storage_begin), only(found.storage_end)) == (237, to(8.55, within=0.01))
    volumes = {}
    for quantity in ("inflow", "release"):
        asked = figures(house.archive, house.network, f"orto-tokoy:kg.{quantity}", Kind.MONTH, begin, end, NOW)
        volumes[quantity] = sum(row["volume"] for row in written.figure_rows(asked))
    assert volumes == {"inflow": to(230), "release": to(654)}


# --- the real history that the product carries ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def history(house: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """Both tables, fetched and read as their sources declare it."""
    data = tmp_path_factory.mktemp("data")
    for source, name, rows in (
        ("ala-archa-history", "ala_archa_10day.csv", 2952),
        ("klyuchevka-history", "klyuchevka_monthly.csv", 180),
    ):
        declared = house.network.sources[source]
        place = data / declared.place
        place.mkdir(parents=True)
        (place / name).write_bytes((ROOT / "arna" / "demo" / "data" / name).read_bytes())
        assert cycle.run(declared, house.network, house.pen, data=data, now=lambda: NOW).readings == rows
    return house


def norm_rows(house: House, name: str, kind: Kind, base: tuple[int, int]) -> list[dict[str, float]]:
    return written.norm_rows(norms_of(house.archive, house.network, name, kind, NOW, base=base))


ALA_ARCHA, WHOLE = "ala-archa:kg.discharge", (1930, 2011)


def test_the_ala_archa_has_the_mean_and_the_spread_of_82_years(history: House) -> None:
    """Of 2005 and 2011 less than half was told: they are no years."""
    (year,) = norm_rows(history, ALA_ARCHA, Kind.YEAR, WHOLE)
    assert (year["mean"], year["cv"]) == (to(4.6), to(0.15, within=0.005))
    assert (year["max"], year["max_year"]) == (to(6.3), 2010)
    # Told as 3.1, which is the mean of its 36 periods. They have 8 to 11 days, and here each day counts alike: 3.16.
    assert (year["min"], year["min_year"]) == (to(3.155, within=0.001), 1938)
    asked = figures(history.archive, history.network, ALA_ARCHA, Kind.TEN_DAYS, date(1938, 1, 1), date(1939, 1, 1), NOW)
    parts = [row["value"] for row in written.figure_rows(asked)]
    assert sum(parts) / len(parts) == to(3.1)
    assert year["count"] == 80


def test_the_ala_archa_rises_from_march_to_the_first_days_of_august(history: House) -> None:
    months = norm_rows(history, ALA_ARCHA, Kind.MONTH, WHOLE)
    assert (months[2]["mean"], months[11]["mean"]) == (to(1.4), to(1.8))
    parts = norm_rows(history, ALA_ARCHA, Kind.TEN_DAYS, WHOLE)
    august = parts[7 * 3]
    assert (august["mean"], august["max"]) == (to(14.6), to(26.1))
    assert max(parts, key=lambda part: part["mean"]) is august


def test_the_talas_at_klyuchevka_has_its_twelve_months(history: House) -> None:
    months = norm_rows(history, "klyuchevka:kg.discharge", Kind.MONTH, (2000, 2014))
    told = [25.3, 23.3, 22.4, 22.0, 16.3, 34.8, 22.4, 14.3, 18.3, 19.8, 27.1, 27.2]
    assert [month["mean"] for month in months] == [to(mean) for mean in told]
    assert sum(month["mean"] for month in months) / 12 == to(22.8)
    assert (months[5]["max"], months[5]["max_year"]) == (92, 2002)
