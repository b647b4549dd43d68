"""The header of a segment: `#` lines of items, each a keyword and its value run together and closed by a separator."""

import re
from dataclasses import dataclass
from datetime import timedelta, timezone, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ingest.decode.zrxp.layout import USUAL, Layout, read_layout

if TYPE_CHECKING:
    from record.network.source import Source

_KEYWORDS = sorted(
    (
        "CCHANNEL", "CCHANNELNO", "CDASA", "CDASANAME", "CMW", "CNAME", "CNR", "CTAG", "CTAGKEY", "CTYPE", "CUNIT",
        "LAYOUT", "REXCHANGE", "RINVAL", "RNR", "RORPR", "RTIMELVL", "RTYPE", "SANR", "SNAME", "SWATER", "TSPATH", "TZ",
        "ZRXPCREATOR", "ZRXPMODE", "ZRXPVERSION",
    ),
    key=len,
    reverse=True,
)  # fmt: skip
"""The longest first: CNAME is no CNR, and CDASANAME no CDASA."""
_SEPARATOR = re.compile(r"\|\*\||;\*;")
_MISSING = "-777"
_OFFSET = re.compile(r"(?:UTC|GMT)(?:([+-])(\d{1,2})(?::?([0-5]\d))?|0?)", re.ASCII)
_NAMED = {"MEZ": 1, "CET": 1, "MESZ": 2, "CEST": 2}
_REGION = re.compile(r"[A-Za-z]{2,20}(?:/[A-Za-z0-9_+-]{1,30}){1,2}", re.ASCII)
_MOST = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a segment says of its values.

    `names` are what its channel may be called, the surest first; `missing` is the value that means "none"; `station`
    and `unit` are None where they are not said.
    """

    names: tuple[str, ...]
    station: str | None
    unit: str | None
    missing: str
    zone: tzinfo
    layout: Layout


def items_of(text: str) -> dict[str, str]:
    """The items of one `#` line by keyword; what no keyword begins says nothing of values."""
    items: dict[str, str] = {}
    for part in _SEPARATOR.split(text):
        item = part.strip().lstrip("#").lstrip()
        keyword = next((keyword for keyword in _KEYWORDS if item.startswith(keyword)), None)
        if keyword is not None:
            items[keyword] = item[len(keyword) :].strip()
    return items


def read_header(items: dict[str, str], source: "Source") -> Header | str:
    """The header that these items make; or, in words, why its values cannot be placed."""
    zone = zone_of(items["TZ"]) if items.get("TZ") else ZoneInfo(source.zone)
    if zone is None:
        return f"its time zone TZ {items['TZ'][:40]!r} is not known: UTC+6, UTC0, MEZ and Asia/Bishkek are of its kind"
    layout = read_layout(items["LAYOUT"]) if "LAYOUT" in items else USUAL
    if isinstance(layout, str):
        return layout
    names = _names(items)
    if not names:
        return "its header names no series: it has none of REXCHANGE, CNR, CNAME, TSPATH and SANR"
    return Header(
        names=names,
        station=items.get("SANR") or None,
        unit=items.get("CUNIT") or None,
        missing=items.get("RINVAL") or _MISSING,
        zone=zone,
        layout=layout,
    )


def zone_of(text: str) -> tzinfo | None:
    """The zone that TZ names; east of Greenwich is plus. None where it is not known."""
    if text in _NAMED:
        return timezone(timedelta(hours=_NAMED[text]))
    offset = _OFFSET.fullmatch(text)
    if offset is not None:
        span = timedelta(hours=int(offset[2] or 0), minutes=int(offset[3] or 0))
        return timezone(-span if offset[1] == "-" else span) if span <= timedelta(hours=_MOST) else None
    return _region(text) if _REGION.fullmatch(text) else None


def _region(text: str) -> tzinfo | None:
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        return None


def _names(items: dict[str, str]) -> tuple[str, ...]:
    station = items.get("SANR")
    said = [items.get("REXCHANGE")]
    said += [f"{station}/{items[key]}" for key in ("CNR", "CNAME") if station and items.get(key)]
    said += [items.get("CNR"), items.get("CNAME"), items.get("TSPATH"), station]
    return tuple(dict.fromkeys(name for name in said if name))
