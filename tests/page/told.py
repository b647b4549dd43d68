"""What the addresses for programs tell: the numbers with which those on the pages are compared."""

import csv
import io
import json
import math
import urllib.request
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from babel.numbers import get_decimal_symbol, get_group_symbol

from tests.page.house import DAY

Number = float | None
"""None where it is missing."""


def fetched(address: str, path: str, **asked: str) -> bytes:
    """The body of an answer."""
    with urllib.request.urlopen(f"{address}{quote(path)}?{urlencode(asked)}") as answer:
        body: bytes = answer.read()
        return body


def told(address: str) -> Mapping[str, Number]:
    """Numbers by what pages call them: those of the day's report by its keys, the newest reading of each series."""
    rows = csv.DictReader(io.StringIO(fetched(address, f"/reports/daily/{DAY}", f="csv").decode("utf-8-sig")))
    found: dict[str, Number] = {row["key"]: float(row["value"]) if row["value"] else None for row in rows}
    collections = json.loads(fetched(address, "/collections", f="json"))["collections"]
    for one in (one["id"] for one in collections if not one["id"].endswith("-figures")):
        newest = json.loads(fetched(address, "/latest", collection=one))["latest"]
        found |= {f"latest:{reading['series']}": reading["value"] for reading in newest}
    return found


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
