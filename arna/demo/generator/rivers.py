"""The generated river at a site: flow, level, water temperature and rain on a day. No gauge says any of this."""

import math
from dataclasses import dataclass
from datetime import date

from arna.demo.generator import season
from arna.demo.generator.chance import Chance
from arna.demo.generator.season import Year, day_of_year, on_day
from record.network.basin import Site, SiteKind

_SPREAD = 0.12
_DIURNAL = 0.06
_CHANNEL_LOSS = 0.25

_YEARS: dict[str, Year] = {
    "kochkorka": season.SNOW,
    "ak-tash": season.SNOW,
    "uch-koshoy": season.SNOW,
    "klyuchevka": season.SPRING_FED,
    "kirov-springs": season.SPRING_FED,
    "example-border-chu": season.DRAWN_OFF,
    "example-post-shu": season.DRAWN_OFF,
    "example-border-talas": season.SPRING_FED,
    "example-post-talas": season.SPRING_FED,
}
_DEFAULT_YEAR: dict[SiteKind, Year] = {SiteKind.CANAL: season.CANAL, SiteKind.HEADWORKS: season.CANAL}

# m3/s; the border and the posts below it carry what is left of 1733 and 740 million m3 a year (rus.baq.kz 300031413).
_NORMS: dict[str, float] = {
    "chumysh": 70.0,
    "east-great-chu": 30.0,
    "bypass-chu": 35.0,
    "south-great-chu": 12.0,
    "georgievka": 7.4,
    "example-border-chu": 55.0,
    "example-post-shu": 55.0 * (1 - _CHANNEL_LOSS),
    "example-border-talas": 23.5,
    "example-post-talas": 23.5 * (1 - _CHANNEL_LOSS),
}
_DEFAULT_NORM = 2.5


@dataclass(frozen=True, slots=True)
class River:
    """The flow past a site, in m3/s; two stations at one site see the same river."""

    site: Site
    chance: Chance

    @property
    def norm(self) -> float:
        """The mean of the year at a post, the summer's flow in a canal."""
        return self.site.q_normal or self.site.norm or _NORMS.get(self.site.id, _DEFAULT_NORM)

    @property
    def year(self) -> Year:
        """How the flow goes through the year."""
        return _YEARS.get(self.site.id) or _DEFAULT_YEAR.get(self.site.kind, season.GLACIER)

    def mean(self, day: date) -> float:
        """Mean flow of a day."""
        usual = self.norm * on_day(self.year, day_of_year(day, 12))
        return max(0.01, usual * (1 + _SPREAD * max(-2.5, min(2.5, self.chance.drift(day, self.site.id, "flow")))))

    def flow(self, day: date, hour: int) -> float:
        """Flow at a term: ice melts by day, so that the water stands higher in the evening."""
        melt = on_day(self.year, day_of_year(day)) / max(self.year)
        return self.mean(day) * (1 + _DIURNAL * melt * (1 if hour >= 14 else -1))

    def level(self, day: date, hour: int) -> int:
        """Level at a term in cm over the post's zero, by a rating curve of the generator's own."""
        zero = 40 + int(120 * self.chance.uniform(self.site.id, "zero"))
        return zero + round(100 * math.pow(self.flow(day, hour) / self.norm, 0.45))

    def temperature(self, day: date) -> float:
        """Water temperature at 08 h."""
        usual = on_day(season.WATER_TEMPERATURE, day_of_year(day))
        return max(0.0, usual + 0.9 * self.chance.drift(day, self.site.id, "temperature"))

    def rain(self, day: date) -> float:
        """Precipitation in mm of the 24 hours up to 08 h; whole basins get wet together."""
        wet = on_day(season.WET, day_of_year(day))
        drawn = 0.7 * self.chance.uniform(day, self.site.basin, "wet") + 0.3 * self.chance.uniform(day, self.site.id)
        return 0.0 if drawn > wet else 0.3 + 12 * self.chance.uniform(day, self.site.id, "rain") ** 2
