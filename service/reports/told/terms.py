"""The words of a report's own terms: what a figure says of its quantity, and what marks mean."""

from collections.abc import Mapping

from service.language import Phrase, phrase
from service.language.words import Words
from service.paper.paper import Mark

MEASURES: Words = {
    "filled": phrase("% of capacity"),
    "change": phrase("change"),
    "volume": phrase("volume"),
    "plan": phrase("plan"),
    "deviation": phrase("deviation from the plan"),
    "ten_days": phrase("volume since the 10-day period began"),
    "season": phrase("volume since the season began"),
}
"""What of a quantity a figure says, where it is not the value itself."""

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
