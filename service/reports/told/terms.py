"""The words of a report's own terms: quantities, intervals, measures, flags, classes, natures, reviews and units."""

from collections.abc import Mapping

from service.language import Phrase, phrase
from service.paper.paper import Mark

QUANTITIES: Mapping[str, Phrase] = {
    "inflow": phrase("inflow"),
    "release": phrase("release"),
    "intake": phrase("water intake"),
    "discharge": phrase("discharge"),
    "inflow_error": phrase("uncertainty of the inflow"),
    "level": phrase("level"),
    "storage": phrase("storage"),
    "surface": phrase("water surface"),
    "precipitation": phrase("precipitation"),
    "temperature": phrase("water temperature"),
}

MEASURES: Mapping[str, Phrase] = {
    "filled": phrase("% of capacity"),
    "change": phrase("change"),
    "volume": phrase("volume"),
    "plan": phrase("plan"),
    "deviation": phrase("deviation from the plan"),
    "ten_days": phrase("volume since the 10-day period began"),
    "season": phrase("volume since the season began"),
}
"""What of a quantity a figure says, where it is not the value itself."""

INTERVALS: Mapping[str, Phrase] = {
    "10-minute": phrase("10-minute"),
    "hourly": phrase("hourly"),
    "term": phrase("at the terms"),
    "daily": phrase("daily"),
    "10-day": phrase("10-day"),
    "monthly": phrase("monthly"),
}

FLAGS: Mapping[str, Phrase] = {
    "good": phrase("good"),
    "unknown": phrase("not checked"),
    "suspect": phrase("suspect"),
    "bad": phrase("bad"),
    "missing": phrase("missing"),
}

CLASSES: Mapping[str, Phrase] = {
    "low": phrase("low"),
    "below normal": phrase("below normal"),
    "normal": phrase("normal"),
    "above normal": phrase("above normal"),
    "high": phrase("high"),
}
"""Those of WMO's HydroSOS."""

MARKS: Mapping[Mark, Phrase] = {
    Mark.SUSPECT: phrase("suspect"),
    Mark.BAD: phrase("bad"),
    Mark.ESTIMATED: phrase("estimated"),
    Mark.COMPUTED: phrase("computed"),
    Mark.SIMULATED: phrase("simulated"),
    Mark.EXAMPLE: phrase("example"),
    Mark.UNVERIFIED: phrase("unverified"),
    Mark.AMENDED: phrase("amended"),
}

MEANINGS: Mapping[Mark, Phrase] = {
    Mark.SUSPECT: phrase("The value looks wrong to a check; it is used all the same."),
    Mark.BAD: phrase("The value is wrong; it is shown and never added up."),
    Mark.ESTIMATED: phrase("The value rests on readings at the terms, or on days that stand for missing ones."),
    Mark.COMPUTED: phrase("No gauge measured the value; it is computed from others."),
    Mark.SIMULATED: phrase("The value comes from a generator; no gauge said it."),
    Mark.EXAMPLE: phrase("The station is an example."),
    Mark.UNVERIFIED: phrase("What is declared here was confirmed by nobody."),
    Mark.AMENDED: phrase("A later message changed a reading on which the value rests."),
}

UNITS: Mapping[str, Phrase] = {
    "m³/s": phrase("m³/s"),
    "million m³": phrase("million m³"),
    "m": phrase("m"),
    "%": phrase("%"),
}
