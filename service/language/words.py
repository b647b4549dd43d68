"""The terms of the field, by the ids under which the record knows what they name: `language.word(FLAGS, "suspect")`.

They stand alone, in a cell or after a colon: no sentence is made by putting one into another.
"""

from collections.abc import Mapping

from service.language.phrase import Phrase, phrase

Words = Mapping[str, Phrase]

QUANTITIES: Words = {
    "inflow": phrase("inflow"),
    "release": phrase("release"),
    "intake": phrase("water intake"),
    "discharge": phrase("discharge"),
    "inflow_error": phrase("uncertainty of the inflow"),
    "level": phrase("water level"),
    "storage": phrase("storage"),
    "surface": phrase("water surface"),
    "precipitation": phrase("precipitation"),
    "temperature": phrase("water temperature"),
}
"""What is measured."""

UNITS: Words = {
    "m³/s": phrase("m³/s"),
    "million m³": phrase("million m³"),
    "m": phrase("m"),
    "km²": phrase("km²"),
    "mm": phrase("mm"),
    "°C": phrase("°C"),
    "%": phrase("%"),
    "days": phrase("days"),
}
"""Units, by the labels of `record.quantities`."""

FLAGS: Words = {
    "good": phrase("good"),
    "unknown": phrase("not checked"),
    "suspect": phrase("suspect"),
    "bad": phrase("bad"),
    "missing": phrase("no data"),
}
"""Quality on the QARTOD scale."""

MARKS: Words = {
    "suspect": phrase("suspect"),
    "bad": phrase("bad"),
    "estimated": phrase("estimated"),
    "computed": phrase("computed"),
    "simulated": phrase("simulated"),
    "example": phrase("example"),
    "unverified": phrase("unverified"),
    "amended": phrase("amended"),
}
"""What a number or a row of a paper is marked with."""

CLASSES: Words = {
    "low": phrase("low"),
    "below normal": phrase("below normal"),
    "normal": phrase("normal"),
    "above normal": phrase("above normal"),
    "high": phrase("high"),
}
"""The classes of WMO's HydroSOS."""

INTERVALS: Words = {
    "term": phrase("readings at the terms"),
    "10-minute": phrase("10-minute readings"),
    "hourly": phrase("hourly readings"),
    "daily": phrase("daily means"),
    "10-day": phrase("10-day means"),
    "monthly": phrase("monthly means"),
}
"""Of what a series consists."""

OF_SUMS: Words = {
    **INTERVALS,
    "daily": phrase("daily sums"),
    "10-day": phrase("10-day sums"),
    "monthly": phrase("monthly sums"),
}
"""The same of what is added up: rain."""

EDITIONS: Words = {
    "daily": phrase("Daily exchange report"),
    "weekly": phrase("Weekly exchange report"),
    "10-day": phrase("10-day exchange report"),
    "monthly": phrase("Monthly exchange report"),
    "season": phrase("Season exchange report"),
}
"""What an edition of the report is called."""
