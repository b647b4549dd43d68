"""The year of a river, a canal and a reservoir, as ratios to a norm; and reading such a year on any day.

Computed: GLACIER from the ten-day means of Ala-Archa 1930-2011, SPRING_FED from the monthly means of the Talas at
Klyuchevka 2000-2014 (base flow, June rise, draw-down in May and August). The others are assumptions for a demonstration
that keep to magnitudes told by the press: see `docs/demo.md`.
"""

from datetime import date, timedelta

Year = tuple[float, ...]

GLACIER: Year = (
    0.35, 0.34, 0.33, 0.32, 0.31, 0.31, 0.30, 0.31, 0.31, 0.31, 0.32, 0.36, 0.46, 0.63, 0.88, 1.35, 1.70, 2.11,
    2.48, 2.86, 3.07, 3.16, 2.87, 2.30, 1.71, 1.24, 0.94, 0.74, 0.60, 0.52, 0.48, 0.45, 0.42, 0.40, 0.39, 0.37,
)  # fmt: skip
"""Ratio of each of the 36 ten-day periods to the mean of the year: it peaks in early August."""

SPRING_FED: Year = (1.11, 1.02, 0.98, 0.97, 0.72, 1.53, 0.98, 0.63, 0.80, 0.87, 1.19, 1.19)
"""Ratio of each month to the mean of the year."""

SNOW: Year = (0.65, 0.62, 0.65, 0.80, 1.35, 1.90, 1.65, 1.25, 0.90, 0.78, 0.75, 0.70)
"""Assumed for the upper Chu: most water in June."""

DRAWN_OFF: Year = (1.55, 1.50, 1.35, 0.75, 0.30, 0.28, 0.18, 0.18, 0.50, 1.15, 1.55, 1.65)
"""Assumed for the lower Chu: canals take the summer's water, so that winter carries the year."""

CANAL: Year = (0.04, 0.04, 0.12, 0.45, 0.80, 0.97, 1.00, 0.90, 0.50, 0.20, 0.08, 0.04)
"""Assumed intake of a canal as a ratio to its summer flow."""

ON_DEMAND: Year = (0.34, 0.42, 0.50, 0.60, 0.62, 0.52, 0.36, 0.22, 0.18, 0.20, 0.24, 0.28)
"""Assumed storage as a ratio to capacity where nothing else is told."""

WATER_TEMPERATURE: Year = (0.4, 0.8, 3.2, 7.1, 10.4, 12.8, 14.2, 13.6, 10.9, 7.0, 3.1, 0.9)
"""Assumed water temperature of a foothill river in degrees Celsius."""

WET: Year = (0.18, 0.22, 0.30, 0.34, 0.32, 0.22, 0.14, 0.08, 0.10, 0.18, 0.22, 0.20)
"""Assumed share of days with precipitation."""


def on_day(year: Year, day: float) -> float:
    """The year's value on a day (1 January is 0, parts of a day count), between the middles of its periods."""
    width = 365.2425 / len(year)
    place = day / width - 0.5
    before = int(place // 1)
    part = place - before
    return year[before % len(year)] * (1 - part) + year[(before + 1) % len(year)] * part


def day_of_year(day: date, hours: float = 0) -> float:
    """Days since the year began."""
    return (day - date(day.year, 1, 1)) / timedelta(days=1) + hours / 24
