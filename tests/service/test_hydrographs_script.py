"""What the script of a chart reckons, by itself: it says and draws the same as the server does."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from service.language import LANGUAGES, language_called
from service.page.hydrograph.axis import bounds
from service.page.hydrograph.decimals import by_size, decimals_at
from service.page.hydrograph.naming import patterns
from service.page.reader import reader_of
from service.page.when import when
from tests.example import KIROV, network_of_two

NODE = Path(sys.executable).with_name("node")
_ASSETS = Path(__file__).parents[2] / "service" / "page" / "assets"
_DAY = 86_400


def node(script: str, given: Any = None) -> Any:
    """What a script prints that has all of the chart's modules, and `given`."""
    if not NODE.exists():
        pytest.skip("no node: the script of the chart is not tried")
    modules = 'import * as data from "./hydrograph-data.js"; import * as words from "./hydrograph-words.js";'
    whole = f"{modules} const given = {json.dumps(given)}, u = undefined; console.log(JSON.stringify({script}));"
    command = [str(NODE), "--input-type=module", "-e", whole]
    done = subprocess.run(command, cwd=_ASSETS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


_RECKONED = """{
  nearest: [[[1, u, u, u, 5], 1], [[u, u, 7], 0], [[u, null], 0], [[u, u, 7], 0, 1]].map((one) => data.nearest(...one)),
  alone: data.alone([1, u, 2, null, 3, u, null, 4]),
  zoomed: [[[0, 1000], 500, 0.5, 10], [[0, 10], 5, 0.1, 8], [[0, 1000], 0, 9, 10]].map((one) =>
    data.zoomed(...one, [0, 1000])),
  kept: [data.kept([-900, 100], [0, 1000]), data.kept([100, 200], [0, 1000])],
  number: [[1234.565, 2, "en"], [-1234.5, 1, "ru"], [-0.01, 1, "en"], [0.125, 2, "kk"]].map((n) => words.number(...n)),
  moment: [1709226000, 1709229600].map((at) => words.moment(at, "Asia/Almaty")).concat(words.moment(0, "UTC", false)),
  readings: [
    data.readings({ reduced: true, readings: 9 }, [0, 1]),
    data.readings({ time: [1, 2, 3], value: [5, null, 6] }, [1, 3]),
  ],
  level: data.level({ time: [0, 10, 14], end: [10, 14, 14] }, [[5, 6, null]]),
  instants: data.level({ time: [0, 10], end: null }, [[5, 6]]),
  holding: [-1, 0, 9, 10, 13, 14].map((at) => data.holding({ time: [0, 10], end: [10, 14] }, at)),
  beside: data.beside([[[0, 40, 50], [1, null, 3]], [[0, 10, 20, 45], [7, 7, 7, 7]]]),
  steps: [100, 5, 2.5, 0.25, 0.005, 0.1 + 0.2].map(words.stepDecimals),
}"""


def test_the_script_reckons_as_the_page_does() -> None:
    said = node(_RECKONED)
    assert said["nearest"] == [0, 2, -1, -1]
    assert said["alone"] == [4, 7]
    assert said["zoomed"] == [[250, 750], [1, 9], [0, 1040]]
    assert said["kept"] == [[-500, 500], [100, 200]]
    assert said["number"] == ["1,234.56", "\N{MINUS SIGN}1\N{NO-BREAK SPACE}234,5", "0.0", "0,12"]
    assert said["moment"] == ["2024-02-29 23:00 (+06:00)", "2024-02-29 23:00 (+05:00)", "1970-01-01 00:00"]
    assert said["readings"] == [9, 1]
    assert said["steps"] == [0, 0, 1, 2, 3, 1]


def test_means_are_level_over_their_periods() -> None:
    said = node(_RECKONED)
    assert said["level"] == [[0, 4, 9, 10, 11, 13, 14], [5, 5, 5, 6, 6, 6, None]]
    assert said["instants"] == [[0, 10], [5, 6]]
    assert said["holding"] == [-1, 0, 0, 1, 1, -1]


def test_no_line_is_drawn_through_what_is_missing_because_another_has_readings_there() -> None:
    said = node("data.beside(given).map((one) => one.map((value) => (value === undefined ? 'on' : value)))",
                [[[0, 40, 50], [1, None, 3]], [[0, 10, 20, 45], [7, 7, 7, 7]]])  # fmt: skip
    assert said == [
        [0, 10, 20, 40, 45, 50],
        [1, None, None, None, None, 3],
        [7, 7, 7, "on", 7, "on"],
    ]


def test_periods_are_named_as_the_page_names_them() -> None:
    network = network_of_two()
    periods = {
        "kirov:kg.inflow.daily": ((2026, 11, 26), (2026, 11, 27)),
        "kirov:kg.inflow.10-day": ((2006, 2, 21), (2006, 3, 1)),
        "kirov:kg.precipitation.monthly": ((2006, 7, 1), (2006, 8, 1)),
    }
    zone = network.zone_of("kirov:kg")
    times = {name: [datetime(*day, tzinfo=zone) for day in days] for name, days in periods.items()}
    given = [
        [*(at.timestamp() for at in days), {"zone": str(zone), "sum": "precipitation" in name}, patterns(language)]
        for name, days in times.items()
        for language in map(language_called, LANGUAGES)
    ]
    wanted = [
        when(reader_of(network, language_called(code)), network, name, begin.astimezone(UTC))
        for name, (begin, _) in times.items()
        for code in LANGUAGES
    ]
    assert node("given.map((one) => words.period(...one))", given) == wanted


def test_values_have_the_digits_of_their_size() -> None:
    network, values = network_of_two(), [0.142, 5.1, 22.5, 288.0, -4.56, 4.56]
    wanted = [decimals_at(network, KIROV, value) for value in values]
    assert wanted == [3, 2, 1, 0, 2, 2]
    given = [[value, by_size(network, KIROV)] for value in values]
    assert node("given.map((one) => words.decimals(...one))", given) == wanted


_AXES: list[tuple[float, float, list[float], bool]] = [
    (23.1, 25.8, [], True),
    (23.1, 25.8, [], False),
    (155.0, 156.4, [], True),
    (2.84, 2.86, [-2.84, 3.07], True),
    (2.85, 2.85, [-2.85, 3.07], True),
    (1.5, 1.6, [-999.0, 1.7], False),
]


def test_axes_begin_at_nought_unless_that_hides_the_line_and_hold_marks() -> None:
    wanted = [(0, 25.8), (23.1, 25.8), (155.0, 156.4), (2.84, 3.07), (-2.85, 3.07), (1.5, 1.7)]
    assert [bounds(low, high, marks, from_nought=nought) for low, high, marks, nought in _AXES] == wanted
    drawn = node("given.map((one) => data.range(...one))", [list(one) for one in _AXES])
    for (low, high), (lowest, highest) in zip(wanted, drawn, strict=True):
        room = (high - low) * 0.05
        assert (lowest, highest) == (pytest.approx(low and low - room), pytest.approx(high + room))
    assert node("[data.range(null, null), data.range(null, null, [2, 4])]") == [[0, 1], [0, pytest.approx(4.2)]]


_PAGE = """(await (async () => {
  const link = { href: "http://arna.test/sites/a?lang=ru&from=2000-01-01" }, told = [];
  globalThis.location = "http://arna.test/sites/a?lang=en&from=2000-01-01&to=2001-01-01&before=x";
  globalThis.history = { replaceState: (...all) => told.push(`${all[2]}`) };
  globalThis.document = { querySelectorAll: (which) => (which === ".switches a" ? [link] : []) };
  globalThis.fetch = async () => { throw new TypeError("no server"); };
  const { moved } = await import("./hydrograph-page.js");
  await new Promise((failed) => moved([0, 86400], failed));
  return { told, link: link.href };
})())"""


def test_the_switches_of_the_head_follow_and_a_page_that_is_not_renewed_is_told() -> None:
    said = node(_PAGE)
    span = "from=1970-01-01T00%3A00%3A00Z&to=1970-01-02T00%3A00%3A00Z"
    assert said["told"] == [f"http://arna.test/sites/a?lang=en&{span}"]
    assert said["link"] == f"http://arna.test/sites/a?lang=ru&{span}"
