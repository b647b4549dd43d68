"""What the addresses for programs tell: the numbers with which those on the pages are compared."""

import csv
import io
import json
import math
import re
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from babel.numbers import get_decimal_symbol, get_group_symbol

from tests.page.house import DAY

Number = float | None
"""None where it is missing."""
Asked = Mapping[str, str]
"""What a page is asked for, by name."""
_READING = re.compile(r"reading:(?P<series>.+):(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)")
_HISTORY = re.compile(r"history:(?P<series>.+):(?P<entry>\d+)")


class Told:
    """Numbers by what pages call them, asked for when they are wanted.

    Those of the day's report go by its keys, `latest:SERIES` is the newest reading, `reading:SERIES:TIME` what is known
    of one, and `history:SERIES:ENTRY` what an entry said of the one at the `time` that a page is asked for. By the days
    that it is asked for, `ledger:…` is a number of `/ledger/summary`, `figures:SERIES:KIND:DAY` one of `/figures`,
    `gate:SITE.QUANTITY.MEASURE[:DAY]` one of `/accounts`, and `hydrograph:SERIES:MEASURE` one of `/hydrographs`.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._tables: dict[str, dict[str, Number]] = {}
        rows = csv.DictReader(io.StringIO(self._text(f"/reports/daily/{DAY}", f="csv")))
        self._known: dict[str, Number] = {row["key"]: _number(row["value"]) for row in rows}
        self._home: dict[str, str] = {}
        self._answers: dict[tuple[str, ...], Any] = {}
        self._of_days: dict[str, Callable[[str, Asked], Number]] = {
            "ledger": self._owed, "figures": self._figure, "gate": self._gate, "hydrograph": self._drawn,
        }  # fmt: skip
        collections = json.loads(self._text("/collections", f="json"))["collections"]
        for one in (one["id"] for one in collections if not one["id"].endswith("-figures")):
            for reading in json.loads(self._text("/latest", collection=one))["latest"]:
                self._known[f"latest:{reading['series']}"] = reading["value"]
                self._home[reading["series"]] = one

    def number(self, key: str, asked: Asked) -> Number:
        """What is called so on a page asked for so; raises `KeyError` where the API knows nothing by that name."""
        if key in self._known:
            return self._known[key]
        kind, _, rest = key.partition(":")
        if kind in self._of_days:
            return self._of_days[kind](rest, asked)
        if found := _READING.fullmatch(key):
            return self._readings(found["series"])[found["time"]]
        if found := _HISTORY.fullmatch(key):
            said = json.loads(self._text("/history", series=found["series"], time=asked["time"]))["said"]
            return {str(one["entry"]): _number(one["value"]) for one in said}[found["entry"]]
        raise KeyError(key)

    def _readings(self, series: str) -> dict[str, Number]:
        if series not in self._tables:
            station, quantity, _ = series.rsplit(".", 2)
            path = f"/collections/{self._home[series]}/locations/{station}"
            table = csv.reader(io.StringIO(self._text(path, f="csv", **{"parameter-name": quantity})))
            head = next(table)
            at, value = head.index("time_utc"), next(n for n, name in enumerate(head) if name.startswith(quantity))
            self._tables[series] = {row[at]: _number(row[value]) for row in table}
        return self._tables[series]

    def _owed(self, rest: str, asked: Asked) -> Number:
        part, name = rest.split(".", 1)
        summed = self._answer("/ledger/summary", datetime=f"{asked['first']}/{asked['last']}")
        name, _, measure = name.rpartition(".")
        if part != "obligations":
            return _counted(summed[part][name][measure])
        return _counted({one["id"]: one["readings"] for one in summed[part]}[name][measure])

    def _figure(self, rest: str, asked: Asked) -> Number:
        series, kind, day = rest.rsplit(":", 2)
        rows = self._answer(f"/figures/{series}", by=kind, **_days(asked))["figures"]
        return _counted({row["begin"]: row["value"] for row in rows}[day])

    def _gate(self, rest: str, asked: Asked) -> Number:
        name, _, day = rest.partition(":")
        site, quantity, measure = name.split(".")
        account = self._answer("/accounts/chu", by="day" if day else "season", **_days(asked))
        (gate,) = [one for one in account["gates"] if (one["site"], one["quantity"]) == (site, quantity)]
        gauges = {one["party"]: one["said" if day else "mean"] for one in gate["gauges"]}
        place = [span["begin"] for span in account["spans"]].index(day) if day else 0
        return _counted({**gate, **gauges}[measure][place])

    def _drawn(self, rest: str, asked: Asked) -> Number:
        series, _, measure = rest.rpartition(":")
        held = self._answer(f"/hydrographs/{series}", context="false", **_days(asked))
        known = [value for value in held["value"] if value is not None]
        return _counted(
            {"low": min(known), "high": max(known), "last": known[-1], "readings": held["readings"]}[measure]
        )

    def _answer(self, path: str, **asked: str) -> Any:
        key = (path, *asked.values())
        if key not in self._answers:
            self._answers[key] = json.loads(self._text(path, **asked))
        return self._answers[key]

    def _text(self, path: str, **asked: str) -> str:
        with urllib.request.urlopen(f"{self._address}{quote(path)}?{urlencode(asked)}") as answer:
            return str(answer.read().decode("utf-8-sig"))


def _days(asked: Asked) -> dict[str, str]:
    return {name: asked[name] for name in ("from", "to")}


def _counted(number: float | None) -> Number:
    return None if number is None else float(number)


def _number(text: str | None) -> Number:
    return float(text) if text else None


def differs(value: str, number: Number) -> bool:
    """Whether the value that an element bears is another than that of the API."""
    if number is None or not value:
        return bool(value) or number is not None
    return not math.isclose(float(value), number, rel_tol=1e-12)


def misread(shown: str, number: Number, language: str) -> bool:
    """Whether what is shown is no rounding of a number; what is missing is not shown by digits."""
    digits = shown.replace(get_group_symbol(language), "").replace("\u2212", "-").replace("+", "").strip()
    if number is None:
        return any(letter.isdecimal() for letter in digits)
    plain = "".join(digits.replace(get_decimal_symbol(language), ".").split())
    fraction = plain.partition(".")[2]
    try:
        return abs(float(plain) - number) > 0.5 * 10.0 ** -len(fraction) + 1e-9
    except ValueError:
        return True
