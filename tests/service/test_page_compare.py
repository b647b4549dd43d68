"""`/compare`: the numbers of the API, both gauges of a gate and never their mean, and what cannot be compared."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from record.archive import Archive
from service import renewal
from service.app import create_app
from service.figures.periods import Kind
from service.language import language_called
from service.page.compare.pairs import difference_of, pairs_in
from service.settings import Settings
from tests.service.accounts_example import BEGIN, END, GATE_KG, GATE_KZ, INFLOW, TWIN, made_record
from tests.service.page_read import numbers_in, text_of
from tests.service.report_example import Record, at

ROOT = Path(__file__).parents[2]
DAYS = {"from": BEGIN.isoformat(), "to": END.isoformat()}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Record:
    return made_record(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, made: Record) -> Iterator[TestClient]:
    data = tmp_path_factory.mktemp("compare")
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


def test_the_days_of_the_form_are_both_counted(client: TestClient) -> None:
    shown = page(client, GATE_KG, GATE_KZ, by="day", **DAYS)
    last = (END - timedelta(days=1)).isoformat()
    assert f'name="first" value="{BEGIN}"' in shown
    assert f'name="last" value="{last}"' in shown
    question: dict[str, Any] = {"series": [GATE_KG, GATE_KZ], "by": "day", "lang": "en", "first": BEGIN, "last": last}
    answer = client.get("/compare", params=question, headers={"accept": "text/html"}, follow_redirects=False)
    where = answer.headers["location"]
    assert (answer.status_code, where.count("series=")) == (303, 2)
    assert f"from={BEGIN}&to={END}" in where
    assert numbers_in(client.get(where, headers={"accept": "text/html"}).text) == numbers_in(shown)


def test_a_span_of_two_centuries_is_that_in_which_anything_is_known(client: TestClient) -> None:
    far, own = (page(client, GATE_KG, GATE_KZ, **asked) for asked in ({"from": "1801-01-01", "to": "2027-01-01"}, DAYS))
    assert len(far) < 1.1 * len(own)
    assert text_of(far).count("From 1 April 2026") == text_of(own).count("From 1 April 2026") > 0
    # Of days that hold nothing no more are told than make a month.
    empty = page(client, GATE_KG, GATE_KZ, **{"from": "1801-01-01", "to": "1901-01-01"})
    assert "Both are known on 0 of 31 days" in text_of(empty)


def test_many_days_are_told_by_longer_periods(made: Record) -> None:
    network, archive = made.network, made.archive
    (pair,) = pairs_in(network, [network.series[name] for name in (GATE_KG, GATE_KZ)])
    days, count = 401, archive.size()
    told = difference_of(archive, network, pair, END - timedelta(days=days), END, count)
    short = difference_of(archive, network, pair, BEGIN, END, count)
    assert (told.kind, short.kind, len(short.spans)) == (Kind.TEN_DAYS, Kind.DAY, 40)
    assert len(told.spans) < 45
    assert told.whole.difference == short.whole.difference
    assert (told.common, len(told.days)) == (short.common, days)
    first = [value for value in short.daily.difference[:10] if value is not None]
    place = [span.begin for span in told.spans].index(BEGIN)
    assert told.rows.difference[place] == pytest.approx(sum(first) / len(first))
    assert told.called(place, language_called("en")) == "1\N{EN DASH}10 April 2026"


def test_as_of_an_entry_gauges_are_held_to_the_tolerance_of_then(
    client: TestClient, made: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = made.network
    wide = tuple(gate.model_copy(update={"tolerance_percent": Decimal(77)}) for gate in now.gates)
    then = replace(now, gates=wide, files={**now.files, "then.toml": b""})
    monkeypatch.setattr(Archive, "network_before", lambda *_: then)
    asked = {"as-of": str(made.archive.size())}
    assert "Tolerance 77.0 %" in text_of(page(client, GATE_KG, GATE_KZ, **DAYS, **asked))
    assert "Tolerance 5.0 %" in text_of(page(client, GATE_KG, GATE_KZ, **DAYS))
    without = replace(then, sites=now.sites, stations={k: v for k, v in now.stations.items() if k != "gate:kz"})
    monkeypatch.setattr(Archive, "network_before", lambda *_: without)
    assert "Days within it" not in text_of(page(client, GATE_KG, GATE_KZ, **DAYS, **asked))


def test_the_page_of_a_gate_leads_to_its_gauges_of_one_nature(client: TestClient) -> None:
    shown = client.get("/sites/gate?lang=en", headers={"accept": "text/html"}).text
    (link,) = re.findall(r'href="(/compare[?]series=[^"]+)"', shown)
    told = client.get(link.replace("&amp;", "&"), headers={"accept": "text/html"})
    assert told.status_code == 200
    assert "Two gauges, one gate:" in text_of(told.text)
