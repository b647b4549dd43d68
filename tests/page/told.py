"""What the addresses for programs tell: the numbers with which those on the pages are compared."""

import csv
import io
import json
import math
import re
import urllib.request
from urllib.parse import quote, urlencode

from babel.numbers import get_decimal_symbol, get_group_symbol

from tests.page.house import DAY

Number = float | None
"""None where it is missing."""
_READING = re.compile(r"reading:(?P<series>.+):(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)")
_HISTORY = re.compile(r"history:(?P<series>.+):(?P<entry>\d+)")


class Told:
    """Numbers by what pages call them, asked for when they are wanted.

    Those of the day's report go by its keys, `latest:SERIES` is the newest reading, `reading:SERIES:TIME` what is known
    of one, and `history:SERIES:ENTRY` what an entry said of the one at `time`.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._tables: dict[str, dict[str, Number]] = {}
        rows = csv.DictReader(io.StringIO(self._text(f"/reports/daily/{DAY}", f="csv")))
        self._known: dict[str, Number] = {row["key"]: _number(row["value"]) for row in rows}
        self._home: dict[str, str] = {}
        collections = json.loads(self._text("/collections", f="json"))["collections"]
        for one in (one["id"] for one in collections if not one["id"].endswith("-figures")):
            for reading in json.loads(self._text("/latest", collection=one))["latest"]:
                self._known[f"latest:{reading['series']}"] = reading["value"]
                self._home[reading["series"]] = one

    def number(self, key: str, time: str = "") -> Number:
        """What is called so; raises `KeyError` where the API knows nothing by that name."""
        if found := _READING.fullmatch(key):
            return self._readings(found["series"])[found["time"]]
        if found := _HISTORY.fullmatch(key):
            said = json.loads(self._text("/history", series=found["series"], time=time))["said"]
            return {str(one["entry"]): _number(one["value"]) for one in said}[found["entry"]]
        return self._known[key]

    def _readings(self, series: str) -> dict[str, Number]:
        if series not in self._tables:
            station, quantity, _ = series.rsplit(".", 2)
            path = f"/collections/{self._home[series]}/locations/{station}"
            table = csv.reader(io.StringIO(self._text(path, f="csv", **{"parameter-name": quantity})))
            head = next(table)
            at, value = head.index("time_utc"), next(n for n, name in enumerate(head) if name.startswith(quantity))
            self._tables[series] = {row[at]: _number(row[value]) for row in table}
        return self._tables[series]

    def _text(self, path: str, **asked: str) -> str:
        with urllib.request.urlopen(f"{self._address}{quote(path)}?{urlencode(asked)}") as answer:
            return str(answer.read().decode("utf-8-sig"))


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
