"""The code figures of ice and of the state of the water that KN-15 defines.

Source: instruction of Belhydromet of 23.11.2018 No. 263-OD, tables of groups 5 and 6. A figure outside them is kept as
sent, with a doubt; so is an intensity after a code that the tables give none.
"""

ICE = frozenset({*range(11, 27), *range(30, 33), *range(34, 55), *range(63, 78)})
"""11-26 young ice, drift and bridges; 30-36 jams; 37-54 ice cover breaking; 63-77 ice cover. 33 is not given."""

STATE = frozenset({0, 11, 14, 15, *range(22, 30), *range(35, 49), *range(52, 75), *range(77, 92)})
"""00 clear; 22-29 plants; 35-48 bed; 52-65 snow dams, flow, waves; 66-74 traffic; 77-91 works, intakes, releases."""

WIND_DIRECTIONS = range(10)
"""00 calm, 01-08 north-east round to north, 09 undetermined."""

DURATIONS_HALF_DAY = frozenset(range(4))
DURATIONS_DAY = frozenset(range(5))
"""0 under 1 h, 1 to 3 h, 2 to 6 h, 3 to 12 h, 4 longer (24-hour sums alone)."""

DECADES = frozenset({"11", "22", "33", "30"})
"""988 in the Kyrgyz dialect: the three 10-day periods, and the month."""
