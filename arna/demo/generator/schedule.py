"""Which messages come in for a report day, and when."""

from collections.abc import Callable
from datetime import date, timedelta

from arna.demo.generator import post_office, table_office
from arna.demo.generator.chance import Chance
from arna.demo.generator.message import Message, Trouble
from record.errors import ConfigError
from record.network import Network
from record.network.source import Source

Writer = Callable[[Network, Source, date, Chance, frozenset[Trouble]], list[Message]]

WRITERS: dict[str, Writer] = {"kn15": post_office.morning, "csv-table": table_office.morning}
"""By the format of a source: who writes its messages of a morning."""

_TURNS = (
    frozenset({Trouble.GARBLED, Trouble.OTHER_PARTY}),
    frozenset({Trouble.UNKNOWN_POST, Trouble.CORRECTED}),
    frozenset({Trouble.OUT_OF_RANGE}),
)
_MORNINGS = (timedelta(days=-1), timedelta(), timedelta(days=1))


def messages(network: Network, day: date, seed: int) -> list[Message]:
    """What the simulated sources send on the mornings of the report day, of the day before and of the day after.

    In order of arrival. What is said of the report day itself, means above all, comes on the following morning. The
    faults take turns, so that any three mornings hold each of them once; late posts, a corrected telegram and a
    bulletin sent twice come every morning. The same morning is the same for every `day`. Raises `ConfigError` where a
    simulated source has a format that nobody writes.
    """
    found = [message for step in _MORNINGS for message in of_morning(network, day + step, Chance(seed))]
    return sorted(found, key=lambda message: (message.at, message.source, message.name))


def of_morning(network: Network, day: date, chance: Chance) -> list[Message]:
    """What the simulated sources send on one morning, source by source."""
    planted = _TURNS[day.toordinal() % len(_TURNS)]
    simulated = [source for source in network.sources.values() if source.simulated]
    return [message for source in simulated for message in _writer_of(source)(network, source, day, chance, planted)]


def _writer_of(source: Source) -> Writer:
    try:
        return WRITERS[source.format]
    except KeyError:
        raise ConfigError(
            f"sources.toml: simulated source {source.id} has format {source.format!r}, which the generator does not"
            f" write: use one of {', '.join(WRITERS)}"
        ) from None
