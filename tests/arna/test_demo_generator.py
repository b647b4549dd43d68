"""The generator: the same messages for the same seed, of the shape of the rivers, with each planted fault in them."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from arna.demo.generator import Message, Trouble, messages, schedule, speakers, tables
from arna.demo.generator.chance import Chance
from arna.demo.generator.reservoirs import Reservoir
from arna.demo.generator.rivers import River
from arna.demo.generator.telegrams import as_sent
from ingest.decode.kn15 import decode
from ingest.reading import NoReport, Reading, Unreadable
from record.errors import ConfigError
from record.network import Network, load_network

CONFIG = Path(__file__).parent.parent.parent / "config"
DAY = date(2026, 6, 20)
SEED = 7
BISHKEK = ZoneInfo("Asia/Bishkek")
TELEGRAMS = "simulated-telegrams-kg"


@cache
def network() -> Network:
    return load_network(CONFIG)


@cache
def made(day: date = DAY, seed: int = SEED) -> tuple[Message, ...]:
    return tuple(messages(network(), day, seed))


def with_trouble(trouble: Trouble, day: date = DAY) -> list[Message]:
    return [message for message in made(day) if trouble in message.troubles]


def telegrams_of(body: bytes) -> dict[str, str]:
    """The telegrams of a bulletin by post index."""
    lines = body.decode("ascii").split("\r\n")
    return {line.split()[0]: line for line in lines if line.endswith("=")}


def cells(message: Message) -> list[list[str]]:
    table = network().sources[message.source].table
    assert table is not None
    return [line.split(table.delimiter) for line in message.body.decode(table.encoding).splitlines()]


def test_the_same_seed_makes_the_same_messages_and_another_makes_others() -> None:
    again = tuple(messages(network(), DAY, SEED))
    other = tuple(messages(network(), DAY, SEED + 1))
    assert again == made()
    assert {message.body for message in other}.isdisjoint({message.body for message in made()})


def test_a_morning_is_the_same_whichever_report_day_it_is_made_for() -> None:
    following = made(DAY + timedelta(days=1))
    local = {DAY, DAY + timedelta(days=1)}
    shared = [message for message in made() if message.at.astimezone(BISHKEK).date() in local]
    assert shared
    assert shared == [message for message in following if message.at.astimezone(BISHKEK).date() in local]


def test_messages_come_in_order_at_many_hours_of_three_days() -> None:
    times = [message.at for message in made()]
    assert times == sorted(times)
    assert {moment.astimezone(BISHKEK).date() for moment in times} == {DAY + timedelta(days=n) for n in (-1, 0, 1)}
    assert len({moment.astimezone(BISHKEK).hour for moment in times}) >= 5
    assert all(moment.tzinfo is UTC for moment in times)


def test_no_two_messages_of_a_source_bear_one_name() -> None:
    names = Counter((message.source, message.name) for message in made())
    assert [name for name, count in names.items() if count > 1] == []


def test_every_simulated_source_speaks_and_no_other() -> None:
    simulated = {source.id for source in network().sources.values() if source.simulated}
    assert len(simulated) == 4
    assert {message.source for message in made()} == simulated


@pytest.mark.parametrize("trouble", [Trouble.GARBLED, Trouble.UNKNOWN_POST, Trouble.OUT_OF_RANGE, Trouble.OTHER_PARTY])
@pytest.mark.parametrize("day", [DAY + timedelta(days=n) for n in range(3)])
def test_a_planted_fault_is_in_exactly_one_message(trouble: Trouble, day: date) -> None:
    assert len(with_trouble(trouble, day)) == 1


def test_exactly_one_telegram_is_garbled_and_our_reader_refuses_it() -> None:
    refused = [item for message in made() if message.source == TELEGRAMS and not message.name.endswith("again.txt")
               for item in decode(message.body, message.at, BISHKEK) if isinstance(item, Unreadable)]  # fmt: skip
    assert {item.where.split(",")[0] for item in refused} == {refused[0].where.split(",")[0]}
    assert any("#?" in item.fragment.decode() for item in refused)


def test_exactly_one_telegram_comes_from_a_post_that_nobody_declared() -> None:
    (message,) = with_trouble(Trouble.UNKNOWN_POST)
    declared = {station.code for station in network().stations.values()}
    assert len(set(telegrams_of(message.body)) - declared) == 1


def test_exactly_one_value_is_below_zero() -> None:
    values = [cell for message in made() if network().sources[message.source].table for row in cells(message)[1:]
              for cell in row[2:]]  # fmt: skip
    assert sum(cell.startswith("-") and len(cell) > 1 for cell in values) == 1


def test_one_table_speaks_of_a_station_of_the_other_party() -> None:
    (message,) = with_trouble(Trouble.OTHER_PARTY)
    source = network().sources[message.source]
    named = {row[1] for row in cells(message)[1:]}
    parties = {station.party for station in network().stations.values() if station.code in named}
    assert len(named) == 1
    assert parties.isdisjoint({source.party, *source.speaks_for})


def test_a_corrected_telegram_speaks_of_the_same_term_with_another_discharge() -> None:
    (later,) = [message for message in made() if f"-corrected-{DAY:%Y%m%d}" in message.name
                and message.source == TELEGRAMS]  # fmt: skip
    ((post, right),) = telegrams_of(later.body).items()
    (first,) = [telegrams_of(message.body)[post] for message in with_trouble(Trouble.CORRECTED)
                if message.at < later.at and f"{DAY:%Y%m%d}" in message.name
                and post in telegrams_of(message.body) and message.source == TELEGRAMS]  # fmt: skip
    wrong_groups, right_groups = first.split(), right.split()
    differing = [(a, b) for a, b in zip(wrong_groups, right_groups, strict=True) if a != b]
    assert wrong_groups[:2] == right_groups[:2]
    assert len(differing) == 1
    assert differing[0][0][0] == "8"


def test_a_corrected_table_has_the_same_rows_with_another_value() -> None:
    first, later = [message for message in with_trouble(Trouble.CORRECTED) if network().sources[message.source].table]
    changed = [(a, b) for a, b in zip(cells(first), cells(later), strict=True) if a != b]
    assert len(changed) == 1
    assert changed[0][0][:2] == changed[0][1][:2]


def test_a_bulletin_sent_twice_has_the_same_bytes() -> None:
    for again in with_trouble(Trouble.REPEATED):
        (first,) = [message for message in made() if message.body == again.body and message.name != again.name]
        assert first.at < again.at
    assert len(with_trouble(Trouble.REPEATED)) == 3


def test_late_posts_are_hours_late_and_in_no_bulletin() -> None:
    late = with_trouble(Trouble.LATE)
    assert len(late) == 6
    for message in late:
        local = message.at.astimezone(BISHKEK)
        (post,) = telegrams_of(message.body)
        bulletins = [other for other in made() if f"{local:%Y%m%d}" in other.name and other not in late
                     and other.source == TELEGRAMS]  # fmt: skip
        assert local.hour >= 11
        assert all(post not in telegrams_of(other.body) for other in bulletins)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("day", [date(2026, 1, 15), DAY])
def test_the_share_of_missing_values_is_that_of_real_posts(day: date, seed: int) -> None:
    due = missing = 0
    for message in messages(network(), day, seed):
        if message.source != TELEGRAMS:
            continue
        for item in decode(message.body, message.at, BISHKEK):
            posts = 7 if isinstance(item, NoReport) else 1
            due += posts
            missing += posts if isinstance(item, NoReport) or (isinstance(item, Reading) and item.value is None) else 0
    assert 0.05 <= missing / due <= 0.26


def test_both_solidi_and_nil_occur() -> None:
    said = b"".join(message.body for message in made())
    assert b"////" in said
    assert b" NIL=" in said


def daily_means(day: date) -> dict[tuple[str, str], Decimal]:
    """The daily means that telegrams of a morning finally say, by station and quantity."""
    said: dict[tuple[str, str], Decimal] = {}
    for message in made():
        if message.source == TELEGRAMS and message.at.astimezone(BISHKEK).date() == day:
            for item in decode(message.body, message.at, BISHKEK):
                if isinstance(item, Reading) and item.interval == "daily" and item.value is not None:
                    said[item.station, item.quantity] = item.value
    return said


def test_telegrams_say_the_means_that_river_and_reservoir_had_on_the_day_before() -> None:
    chance, before, said = Chance(SEED), DAY - timedelta(days=1), daily_means(DAY)
    checked = 0
    for station, site in speakers.in_telegrams(speakers.own(network(), network().sources[TELEGRAMS])):
        river, reservoir = River(site, chance), Reservoir(site, chance)
        had = {"discharge": river.mean, "inflow": reservoir.inflow, "release": reservoir.release}
        for quantity, mean in had.items():
            if (station.code, quantity) in said:
                assert said[station.code, quantity] == as_sent(Decimal(mean(before)))
                checked += 1
    assert checked >= 15


def test_what_is_read_names_declared_series_alone() -> None:
    unknown = {index for message in with_trouble(Trouble.UNKNOWN_POST) for index in telegrams_of(message.body)}
    for message in made():
        if message.source != TELEGRAMS:
            continue
        for item in decode(message.body, message.at, BISHKEK):
            if isinstance(item, Reading):
                station = network().station_called(item.station, simulated=True)
                assert station is not None or item.station in unknown
                assert station is None or f"{item.quantity}.{item.interval}" in station.series


def test_a_table_is_written_by_its_declaration() -> None:
    source = network().sources["simulated-canals-kg"]
    assert source.table is not None
    (message,) = [
        found for found in made() if found.source == source.id and found.name.startswith(f"daily-{DAY:%Y%m%d}")
    ]
    rows = cells(message)
    assert rows[0] == [source.table.time_heading, source.table.station_heading,
                       *(column.heading for column in source.table.columns)]  # fmt: skip
    midnight = datetime(DAY.year, DAY.month, DAY.day) - timedelta(days=1)  # noqa: DTZ001
    assert {datetime.strptime(row[0], source.table.time_format) for row in rows[1:]} == {midnight}  # noqa: DTZ007
    assert {"west-great-chu", "tuyte", "example-border-talas-kg"} <= {row[1] for row in rows[1:]}
    assert "15194" not in {row[1] for row in rows}
    assert any("," in cell for row in rows[1:] for cell in row[2:])


def test_a_table_keeps_to_a_point_and_another_order_of_columns_where_declared() -> None:
    source = network().sources["simulated-canals-kg"]
    assert source.table is not None
    table = source.table.model_copy(
        update={"decimal": ".", "delimiter": ",", "encoding": "utf-8", "columns": source.table.columns[::-1]}
    )
    lines = tables.rows(table, speakers.by_table(network(), source), DAY, Chance(SEED))
    first, second, *_ = tables.write(table, lines).decode("utf-8").splitlines()
    assert first == 'дата,канал,"расход, м3/с","водозабор, м3/с"'
    assert second.split(",")[2] == ""


def test_a_source_in_a_format_that_nobody_writes_is_an_error_of_one_line() -> None:
    source = network().sources[TELEGRAMS].model_copy(update={"format": "smoke"})
    strange = replace(network(), sources={source.id: source})
    with pytest.raises(ConfigError, match="simulated-telegrams-kg has format 'smoke'"):
        messages(strange, DAY, SEED)


def test_every_writer_is_for_a_format_of_a_declared_source() -> None:
    assert set(schedule.WRITERS) == {source.format for source in network().sources.values() if source.simulated}


@pytest.mark.parametrize("seed", range(3))
def test_a_glacier_river_peaks_in_the_height_of_summer_and_keeps_to_its_norm(seed: int) -> None:
    river = River(network().sites["ala-archa"], Chance(seed))
    year = [river.mean(date(2026, 1, 1) + timedelta(days=n)) for n in range(365)]
    months = [sum(year[30 * n : 30 * n + 30]) / 30 for n in range(12)]
    assert months.index(max(months)) in (6, 7)
    assert 0.85 < sum(year) / 365 / 4.7 < 1.15
    assert max(months) > 6 * min(months)


@pytest.mark.parametrize("seed", range(3))
def test_the_talas_at_klyuchevka_rises_in_june_and_is_drawn_down_in_may_and_august(seed: int) -> None:
    river = River(network().sites["klyuchevka"], Chance(seed))
    flow = {month: sum(river.mean(date(2026, month, day)) for day in range(5, 26)) / 21 for month in range(1, 13)}
    assert flow[6] == max(flow.values())
    assert flow[5] < flow[3]
    assert flow[8] == min(flow.values())


@pytest.mark.parametrize("name", ["orto-tokoy", "kirov"])
def test_a_reservoir_fills_in_the_cold_half_year_is_drawn_down_in_summer_and_keeps_its_balance(name: str) -> None:
    site = network().sites[name]
    reservoir = Reservoir(site, Chance(SEED))
    held = [reservoir.storage(date(2026, month, 15), 8) for month in range(1, 13)]
    assert max(held[3:5]) == max(held) < (site.capacity or 0)
    assert held[7] < 0.3 * max(held)
    before = reservoir.storage(DAY, 0)
    after = reservoir.storage(DAY + timedelta(days=1), 0)
    assert after - before == pytest.approx(0.0864 * (reservoir.inflow(DAY) - reservoir.release(DAY)))
    assert reservoir.release(DAY) > reservoir.inflow(DAY)


def test_the_two_gauges_of_one_border_gate_nearly_agree() -> None:
    flows: dict[str, float] = {}
    for message in made():
        if network().sources[message.source].table and f"daily-{DAY:%Y%m%d}" in message.name:
            flows |= {row[1]: float(row[3].replace(",", ".")) for row in cells(message)[1:]
                      if row[1].startswith("example-border") and len(row[3]) > 1}  # fmt: skip
    ours, theirs = flows["example-border-talas-kg"], flows["example-border-talas-kz"]
    assert ours != theirs
    assert abs(ours - theirs) < 0.1 * ours
