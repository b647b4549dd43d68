"""The words of a report's own terms: what a figure says of its quantity, and what marks mean."""

from collections.abc import Mapping

from service.language import Phrase, phrase
from service.language.words import Words
from service.paper.paper import Mark
from service.reports import keys

MEASURES: Words = {
    "filled": phrase("% of capacity"),
    "change": phrase("change"),
    "volume": phrase("volume"),
    "plan": phrase("plan"),
    "deviation": phrase("deviation from the plan"),
    "ten_days": phrase("volume since the 10-day period began"),
    "season": phrase("volume since the season began"),
    keys.LAST_YEAR: phrase("Same time last year"),
    keys.NORM: phrase("Norm"),
    keys.PERCENT: phrase("Of the norm"),
    keys.RANK: phrase("Rank, 0 to 1"),
    keys.CAPACITY: phrase("Capacity"),
}
"""What of a quantity a figure says, where it is not the value itself."""

OF_SHARES: Words = {
    "resource": phrase("Water divided"),
    "due": phrase("Due"),
    "part": phrase("Part"),
    "received": phrase("Received"),
    "percent": phrase("Share"),
}
"""What a number of a share says, by the name in its key."""

OF_PLANS: Words = {
    "volume": phrase("Whole season"),
    "planned": phrase("Planned"),
    "delivered": phrase("Delivered"),
    "deviation": phrase("Deviation"),
    "percent": phrase("Of the plan"),
    "to_date.planned": phrase("Planned to date"),
    "to_date.delivered": phrase("Delivered to date"),
    "to_date.deviation": phrase("Deviation to date"),
    "to_date.percent": phrase("Of the plan to date"),
    "to_date.known": phrase("Delivered on known days"),
    "to_date.planned_of_known": phrase("Planned for these days"),
    "to_date.percent_of_known": phrase("Of these days"),
    "to_date.days": phrase("Days to date"),
    "to_date.days_missing": phrase("Days missing"),
}
"""The same of a season plan."""

OF_GATES: Words = {
    "difference": phrase("Difference"),
    "percent": phrase("Of the mean"),
    "volume_difference": phrase("Difference"),
    "days_outside": phrase("Days outside the tolerance"),
    "run_days": phrase("Days outside in a row"),
    "run_unknown": phrase("Days not known"),
}
"""The same of a gate, where it is not what the gauge of a party says."""

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
