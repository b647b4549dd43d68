"""HTML: a page for a person: what it is, how the record stands, a line of each series, and the newest readings.

It needs nothing from outside and runs no script. What it does not show is said, with the addresses of the whole.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from record.archive.answer import About, Answer, Heading
from record.entry import Flag
from record.network.basin import Nature
from record.quantities import ENTRY, FLAG, STATUS, quantity_of
from record.review import Level
from service.encode.told import Told
from service.written import pages
from service.written.curve import curve_of
from service.written.portions import begun, one_by_one
from service.written.words import FLAGS, facts_of, stamp_of

ROWS, FEWEST = 500, 10
"""How many times are shown in all, and of one station at least."""
_PIECE = 64
_FEW, _WIDE, _NARROW = 5, 720, 180
"""Of a few stations a line has so many columns; of more it is drawn with fewer, lest the page be too heavy."""
_WORDS = {int(flag): flag.word for flag in Flag}
_FORMS = {
    "csv": "CSV", "xlsx": "Excel", "parquet": "Parquet", "netcdf": "netCDF", "covjson": "CoverageJSON",
    "waterml": "WaterML 2.0",
}  # fmt: skip


def write(heading: Heading, portions: Iterable[Answer], told: Told) -> Iterator[bytes]:
    """The document of an answer; each piece is some of its stations."""
    read, address = begun(portions), told.asked()
    each = max(ROWS // max(len(heading.stations), 1), FEWEST)
    width = _WIDE if len(heading.stations) <= _FEW else _NARROW
    alone = heading.stations[0] if len(heading.stations) == 1 else None
    shown = {
        "title": alone.name if alone else heading.collection.id,
        "alone": alone,
        "base": told.service,
        "facts": facts_of(heading, told),
        "stamp": stamp_of(heading),
        "figures": heading.figures,
        "unreal": _unreal(heading),
        "forms": {word: pages.in_form(address, form) for form, word in _FORMS.items()} if address else {},
        "flags": {flag.word: meaning for flag, meaning in FLAGS.items()},
        "stations": (_station(one, each, width) for one in one_by_one(read)),
    }
    stream = pages.template("series.html").stream(shown)
    stream.enable_buffering(_PIECE)
    for piece in stream:
        yield piece.encode()


def _unreal(heading: Heading) -> str:
    """What stands above a page that does not speak of a river alone."""
    unreal = [one for one in heading.stations if one.nature != Nature.REAL.value]
    if not unreal:
        return ""
    if len(unreal) == len(heading.stations):
        natures = " and ".join(sorted({one.nature for one in unreal}))
        return f"All of this is {natures}: no river is measured here."
    return f"This {heading.nature_note.removesuffix(': see `nature`')}, which measure no river; each is marked."


def _station(one: Answer, most: int, width: int) -> dict[str, Any]:
    """A station with its quantities and its newest times, newest first."""
    (about,) = one.heading.stations
    names = [name for name in one.heading.quantities if (one.layers[name + ENTRY][0] >= 0).any()]
    times = _texts(one.time[::-1][:most])
    cells = [_cells(one, name, most) for name in names]
    return {
        "about": about,
        "place": _place(about),
        "quantities": [_quantity(one, name, width) for name in names],
        "reviewed": STATUS in one.heading.kinds,
        "count": len(one.time),
        "first": next(iter(_texts(one.time[:1])), ""),
        "last": next(iter(times), ""),
        "rows": [(time, row) for time, *row in zip(times, *cells, strict=True)],
    }


def _quantity(one: Answer, name: str, width: int) -> dict[str, Any]:
    quantity, spoken = quantity_of(name), one.layers[name + ENTRY][0] >= 0
    counts = np.bincount(one.layers[name + FLAG][0][spoken], minlength=max(_WORDS) + 1).tolist()
    return {
        "about": quantity,
        "counts": {word: counts[flag] for flag, word in _WORDS.items() if counts[flag]},
        "curve": curve_of(one.time, one.layers[name][0], one.layers[name + FLAG][0], width=width),
    }


def _cells(one: Answer, name: str, most: int) -> list[dict[str, Any] | None]:
    """What stands at each time; None where nobody spoke of this quantity."""
    values, flags, entries = (one.layers[name + kind][0][::-1][:most].tolist() for kind in ("", FLAG, ENTRY))
    said = one.layers.get(name + STATUS)
    levels = said[0][::-1][:most].tolist() if said is not None else [0] * len(values)
    return [
        None if entry < 0 else {
            "value": "—" if value != value else f"{value}",
            "flag": _WORDS[flag],
            "entry": entry,
            "status": Level(level).word,
        }
        for value, flag, entry, level in zip(values, flags, entries, levels, strict=True)
    ]  # fmt: skip


def _texts(time: np.ndarray) -> list[str]:
    """Times to the minute, as people write them."""
    return [text.replace("T", " ") for text in np.datetime_as_string(time.astype("datetime64[s]"), unit="m").tolist()]


def _place(about: About) -> str:
    known = about.lat == about.lat and about.lon == about.lon
    return f"{about.lat:.4f}° N, {about.lon:.4f}° E" if known else "its place is not known"
