"""The terms of the page of a site, by the ids under which the record knows what they name."""

from service.language.phrase import phrase
from service.language.words import Words

KINDS: Words = {
    "reservoir": phrase("Reservoir"),
    "canal": phrase("Canal"),
    "headworks": phrase("Headworks"),
    "post": phrase("Hydropost"),
    "border": phrase("Border point"),
}
"""What stands at a site."""

METHODS: Words = {
    "measured": phrase("measured"),
    "computed": phrase("computed"),
    "estimated": phrase("estimated"),
    "simulated": phrase("simulated"),
}
"""How a value came to be."""

LEVELS: Words = {
    "provisional": phrase("provisional"),
    "verified": phrase("verified"),
    "validated": phrase("validated"),
}
"""How far a person has reviewed a reading."""

CHECKS: Words = {
    "said": phrase("the sender's own word"),
    "sense": phrase("range of sense"),
    "gross-range": phrase("range of the station"),
    "agreement": phrase("agreement of two messages"),
    "climatology": phrase("time of year"),
    "rate-of-change": phrase("rate of change"),
    "spike": phrase("spike"),
    "flat-line": phrase("flat line"),
    "gap": phrase("gap"),
    "neighbour": phrase("neighbouring gauge"),
    "mass-balance": phrase("water balance"),
    "rating-residual": phrase("distance from the rating curve"),
}
"""What a reading is checked for."""

RULES: Words = {
    "rating": phrase("by rating curve"),
    "reservoir-curve": phrase("by the curve of the reservoir"),
    "balance": phrase("by water balance"),
    "weighted-sum": phrase("weighted sum of posts"),
}
"""How a series is computed."""

STATES: Words = {
    "final": phrase("signed by both countries"),
    "provisional": phrase("not signed by both countries yet"),
    "records differ": phrase("records differ"),
}
"""How an entry of the journal stands with both countries."""
