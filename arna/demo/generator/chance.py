"""Seeded draws: the same words always draw the same lot, in whatever order they are asked."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

_MEMORY = 12
_CARRY = 0.8


@dataclass(frozen=True, slots=True)
class Chance:
    """Draws named by words; no draw depends on another, so that one day's messages are the same in every run."""

    seed: int

    def _source(self, words: tuple[object, ...]) -> random.Random:
        return random.Random("/".join(map(str, (self.seed, *words))))

    def uniform(self, *words: object) -> float:
        """A number from 0 up to 1."""
        return self._source(words).random()

    def normal(self, *words: object) -> float:
        """A number of mean 0 and standard deviation 1."""
        return self._source(words).gauss(0.0, 1.0)

    def drift(self, day: date, *words: object) -> float:
        """A number of mean 0 and standard deviation 1 that resembles that of the day before (correlation 0.8).

        It is a sum over the lots of the last days, so that it needs no state: rivers remember, a generator need not.
        """
        lots = (_CARRY**back * self.normal(*words, day - timedelta(days=back)) for back in range(_MEMORY))
        return float(sum(lots) * (1 - _CARRY**2) ** 0.5)

    def order(self, names: list[str], *words: object) -> list[str]:
        """The names in an order of chance."""
        return sorted(names, key=lambda name: (self.uniform(*words, name), name))
