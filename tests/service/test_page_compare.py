"""`/compare`: the numbers of the API, both gauges of a gate and never their mean, and what cannot be compared."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from service import renewal
from service.app import create_app
from service.language import language_called
from service.settings import Settings
from tests.service.accounts_example import BEGIN, END, GATE_KG, GATE_KZ, INFLOW, TWIN, made_record
from tests.service.page_read import numbers_in, text_of
from tests.service.report_example import at

ROOT = Path(__file__).parents[2]
DAYS = {"from": BEGIN.isoformat(), "to": END.isoformat()}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    data = tmp_path_factory.mktemp("compare")
    (data / "made").mkdir()
    made = made_record(data / "made")
    app = create_app(Settings(config=ROOT / "config", data=data), now=lambda: at(END, 12))
    record = made.record
    renewal.install(app, lambda: record)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def page(client: TestClient, *series: str, **asked: str) -> str:
    question = [*([] if "lang" in asked else [("lang", "en")]), *(("series", name) for name in series), *asked.items()]
    answer = client.get(f"/compare?{urlencode(question)}", headers={"accept": "text/html"})
    assert answer.status_code == 200, answer.text[:300]
    return answer.text


def test_the_table_says_what_figures_say(client: TestClient) -> None:
    told = numbers_in(page(client, INFLOW, GATE_KG, by="day", **DAYS))
    for name in (INFLOW, GATE_KG):
        rows = client.get(f"/figures/{name}", params={"by": "day", **DAYS}).json()["figures"]
        known = {f"figures:{name}:day:{row['begin']}": row["value"] for row in rows if row["value"] is not None}
        assert len(known) > 30
        assert {key: value for key, value in told.items() if key.startswith(f"figures:{name}:")} == known


def test_two_gauges_of_a_gate_differ_as_the_account_says(client: TestClient) -> None:
    shown = page(client, GATE_KG, GATE_KZ, **DAYS)
    told = numbers_in(shown)
    (gate,) = client.get("/accounts/talas", params={"by": "day", **DAYS}).json()["gates"]
    days = [span["begin"] for span in client.get("/accounts/talas", params={"by": "day", **DAYS}).json()["spans"]]
    said = {
        f"gate:gate.discharge.difference:{day}": value
        for day, value in zip(days, gate["difference"], strict=True)
        if value is not None
    }
    assert len(said) == 37
    assert said.items() <= told.items()
    for gauge in gate["gauges"]:
        own = {
            f"gate:gate.discharge.{gauge['party']}:{day}": v for day, v in zip(days, gauge["said"], strict=True) if v
        }
        assert own.items() <= told.items()
    (whole,) = client.get("/accounts/talas", params={"by": "season", **DAYS}).json()["gates"]
    for name in ("difference", "percent", "volume_difference"):
        assert told[f"gate:gate.discharge.{name}"] == whole[name][0]
    assert "Both are known on 37 of 40 days; missing of Kyrgyzstan: 1, of Kazakhstan: 2." in text_of(shown)


def test_the_days_below_the_difference_are_named_and_none_is_cut(client: TestClient) -> None:
    # Of 36 days the last one is named too.
    until = (BEGIN + timedelta(days=36)).isoformat()
    picture = page(client, GATE_KG, GATE_KZ, **{**DAYS, "to": until}, lang="kk").partition('<svg class="difference"')[2]
    width = float(re.findall(r'viewBox="0 0 (\d+)', picture)[0])
    days = re.findall(r'class="tick" x="([\d.]+)" y="[\d.]+" text-anchor="middle">([^<]+)<', picture)
    assert days[0][1] == language_called("kk").short_day(date.fromisoformat(DAYS["from"]))
    assert all(float(x) + 4 * len(said) <= width for x, said in days)


def test_the_lines_of_two_parties_are_theirs(client: TestClient) -> None:
    shown = page(client, GATE_KG, GATE_KZ, **DAYS)
    assert {"line line-0 of-kg", "line line-1 of-kz"} <= set(re.findall(r'class="(line [^"]*)"', shown))
    names = re.findall(r'<nav class="spans" id="([^"]*)"[^>]* aria-labelledby="([^"]*)"', shown)
    assert names == [("hydrograph-1-spans", "hydrograph-1-spans hydrograph-1-caption")]


def test_the_sentence_is_of_the_days_on_which_both_are_known(client: TestClient) -> None:
    kz = [8.9 + day * 0.137 for day in range(40) if day not in (6, 7, 30)]
    kg = [9 + day * 0.137 for day in range(40) if day not in (6, 7, 30)]
    one, other = (sum(round(value * 86_400_000) for value in values) / 1e9 for values in (kz, kg))
    percent = 100 * (other - one) / ((one + other) / 2)
    shown = text_of(page(client, GATE_KG, GATE_KZ, **DAYS))
    assert (
        f"From 1 April 2026 to 10 May 2026 Kyrgyzstan measured {other:.2f} and Kazakhstan {one:.2f} "
        f"million m³ at this gate: {percent:.1f} % apart."
    ) in shown


def test_a_gauge_that_is_silent_is_said_to_be_and_nothing_stands_in_for_it(client: TestClient) -> None:
    shown = text_of(page(client, GATE_KG, GATE_KZ, **{"from": "2026-05-01", "to": "2026-05-02"}))
    assert "From 1 May 2026 to 1 May 2026 no day is known of both gauges." in shown
    assert "missing of Kyrgyzstan: 0, of Kazakhstan: 1." in shown


def test_simulated_series_are_marked_where_they_stand_beside_real_ones(client: TestClient) -> None:
    shown = page(client, INFLOW, TWIN, **DAYS)
    assert shown.count('<span class="badge simulated">simulated</span>') >= 2
    assert "Two gauges, one gate:" not in text_of(shown)


def test_series_of_several_units_are_told_by_one_table(client: TestClient) -> None:
    shown = text_of(page(client, INFLOW, "kirov:kg.storage.term", by="month", **DAYS))
    assert "inflow, daily means, m³/s" in shown
    assert "storage, readings at the terms, million m³" in shown


@pytest.mark.parametrize(
    ("names", "status", "line"),
    [
        (
            ["kirov:kg.inflow.weekly"],
            404,
            "series 'kirov:kg.inflow.weekly' is not declared: see /collections for the ids",
        ),
        (
            [INFLOW, TWIN, GATE_KG, GATE_KZ, "kirov:kg.level.term", "kirov:kg.storage.term", "kirov:kg.release.daily"],
            400,
            "7 series are too many for one chart: compare at most 6",
        ),
    ],
)
def test_what_cannot_be_compared_is_one_line(client: TestClient, names: list[str], status: int, line: str) -> None:
    answer = client.get("/compare", params={"series": names}, headers={"accept": "application/json"})
    assert answer.status_code == status
    assert line in answer.text


def test_ready_made_choices_lead_to_both_gauges_and_to_what_a_reservoir_takes_and_gives(client: TestClient) -> None:
    shown = page(client)
    assert f"series={GATE_KG}&amp;series={GATE_KZ}" in shown
    assert f"series={INFLOW}&amp;series=kirov:kg.release.daily" in shown
    assert "Nothing is chosen yet" in shown


def test_series_are_added_and_removed_by_links_and_found_by_a_form(client: TestClient) -> None:
    shown = page(client, INFLOW, site="gate", **DAYS)
    kept = "&amp;".join(f"{name}={value}" for name, value in DAYS.items())
    assert f"/compare?series={INFLOW}&amp;series={GATE_KG}&amp;{kept}&amp;lang=en" in shown
    assert f'class="remove" href="/compare?{kept}&amp;lang=en"' in shown
    assert "merke" not in shown.partition('<ul class="found">')[2].partition("</ul>")[0].lower()
