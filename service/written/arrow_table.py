"""An answer as a long table in Arrow's words: a row for each station and time of which something was said.

Columns: `station_id`, `station_name`, `nature` (dictionaries), `verified`, `time` (milliseconds, UTC); then for each
quantity its value (float64, null where it is missing, never NaN), `<quantity>_flag` (int8), `<quantity>_entry` (int64,
null where nobody spoke of it), and `<quantity>_status` (int8) where that was asked for. Units and names stand in the
metadata of the columns; origin, size of the journal, state of the record and the stations in that of the schema.
"""

from __future__ import annotations

import io
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np
import orjson
import pyarrow as pa

from record.archive.answer import entry_note
from record.entry import Flag
from record.network.interval import interval_of
from record.quantities import ENTRY, FLAG, STATUS, quantity_of
from record.review import Level
from service.written.words import facts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from record.archive.answer import Answer, Heading
    from service.encode.told import Told

_ROWS = 1 << 16
"""Portions of fewer rows are put together: a reader's work is by the batch."""
_MILLI = 1000
_TEXT = pa.dictionary(pa.int32(), pa.string())
_TYPES = {"": pa.float64(), FLAG: pa.int8(), ENTRY: pa.int64(), STATUS: pa.int8()}


class Drain(io.RawIOBase):
    """A file that holds what was written to it only until it is taken out."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, piece: object) -> int:
        """Hold these bytes."""
        self._held.append(bytes(memoryview(piece)))  # type: ignore[arg-type]
        return len(self._held[-1])

    def taken(self) -> bytes:
        """All that was written since the last time."""
        taken = b"".join(self._held)
        self._held.clear()
        return taken


def schema_of(heading: Heading, told: Told) -> pa.Schema:
    """The columns of every batch of the answer."""
    fields = [
        pa.field("station_id", _TEXT, nullable=False),
        pa.field("station_name", _TEXT, nullable=False),
        pa.field("nature", _TEXT, nullable=False, metadata={"long_name": "real, example, simulated or undeclared"}),
        pa.field("verified", pa.bool_(), nullable=False),
        pa.field("time", pa.timestamp("ms", "UTC"), nullable=False, metadata={"standard_name": "time"}),
    ]
    for name in heading.quantities:
        fields += [
            pa.field(name + kind, _TYPES[kind], kind in ("", ENTRY), _about(heading, name, kind))
            for kind in _kinds(heading)
        ]
    # A place that nobody knows is null: orjson writes so what is not a number.
    stations = [asdict(one) for one in heading.stations]
    return pa.schema(fields, facts_of(heading, told) | {"stations": orjson.dumps(stations).decode()})


def batches(heading: Heading, portions: Iterable[Answer], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The answer by batches of whole portions, as they come; small ones are put together."""
    texts = _texts(heading)
    held: list[pa.RecordBatch] = []
    row = 0
    for portion in portions:
        held.append(_batch(portion, row, texts, schema))
        row += len(portion.heading.stations)
        if sum(batch.num_rows for batch in held) >= _ROWS:
            yield from _together(held)
            held = []
    yield from _together(held)


def _together(held: list[pa.RecordBatch]) -> list[pa.RecordBatch]:
    """These as one; nothing where they have no row."""
    if len(held) == 1 and held[0].num_rows:
        return held
    return pa.Table.from_batches(held).combine_chunks().to_batches() if any(batch.num_rows for batch in held) else []


def _batch(
    portion: Answer, row: int, texts: dict[str, tuple[pa.Array, np.ndarray]], schema: pa.Schema
) -> pa.RecordBatch:
    """The rows of a portion, whose first station is number `row` of the answer."""
    spoken = np.zeros((len(portion.heading.stations), len(portion.time)), dtype=bool)
    for name in portion.heading.quantities:
        spoken |= portion.layers[name + ENTRY] >= 0
    stations, times = np.nonzero(spoken)
    stations = stations + row
    columns = [pa.DictionaryArray.from_arrays(codes[stations], words) for words, codes in texts.values()]
    verified = np.array([one.verified for one in portion.heading.stations], dtype=bool)
    columns.append(pa.array(verified[stations - row]))
    columns.append(pa.array(portion.time[times] * _MILLI).view(schema.field("time").type))
    for field in list(schema)[len(columns) :]:
        columns.append(_column(field, portion.layers[field.name][spoken]))
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _column(field: pa.Field, values: np.ndarray) -> pa.Array:
    if pa.types.is_floating(field.type):
        return pa.array(values, mask=np.isnan(values))
    return pa.array(values, mask=values < 0) if field.nullable else pa.array(values)


def _texts(heading: Heading) -> dict[str, tuple[pa.Array, np.ndarray]]:
    """Of each column of texts the words, the same for every batch, and which of them each station has."""
    return {
        name: (pa.array(words.tolist(), pa.string()), codes.astype(np.int32))
        for name, (words, codes) in {
            field: np.unique(
                np.array([getattr(one, field) for one in heading.stations], dtype=object), return_inverse=True
            )
            for field in ("id", "name", "nature")
        }.items()
    }


def _kinds(heading: Heading) -> list[str]:
    return [kind for kind in _TYPES if kind in heading.kinds]


def _about(heading: Heading, name: str, kind: str) -> dict[str, str]:
    quantity = quantity_of(name)
    if kind == ENTRY:
        return {"long_name": f"{entry_note(name, figures=heading.figures)}; null where none does"}
    if kind == FLAG:
        return {"long_name": f"quality flag of {name}", "standard_name": "aggregate_quality_flag"} | _meanings(Flag)
    if kind == STATUS:
        return {"long_name": f"how far a person has reviewed {name}"} | _meanings(Level)
    about = {
        "long_name": quantity.long_name,
        "units": quantity.udunits,
        "ucum": quantity.unit,
        "cell_methods": interval_of(heading.collection.interval).cell_methods(quantity),
        "ancillary_variables": " ".join(name + beside for beside in _kinds(heading) if beside),
    }
    return about | ({"standard_name": quantity.standard_name} if quantity.standard_name else {})


def _meanings(words: type[Flag] | type[Level]) -> dict[str, str]:
    return {
        "flag_values": " ".join(str(int(word)) for word in words),
        "flag_meanings": " ".join(word.word for word in words),
    }
