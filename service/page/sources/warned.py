"""Warnings that stand, said in the reader's language from what they are of; what was kept of them is in English."""

from collections.abc import Sequence
from dataclasses import dataclass

from record.ledger.amiss import Kind
from record.ledger.kept import Kept
from record.network import Network
from service.language import Language
from service.page.called import called


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """A warning with its sentence; `english` is what was kept, where the sentence does not say all of it."""

    kept: Kept
    sentence: str
    english: str


def warned(kept: Sequence[Kept], network: Network, language: Language) -> list[Warned]:
    """Each warning in the order in which it was raised."""
    return [
        Warned(kept=one, sentence=_sentence(one, network, language), english=one.said if _only_kept(one) else "")
        for one in kept
    ]


def _only_kept(one: Kept) -> bool:
    return one.kind in (Kind.REPORTS, Kind.REFUSED)


def _sentence(one: Kept, network: Network, language: Language) -> str:
    match one.kind:
        case Kind.LATE:
            return language.say("{series}: late", series=_series(one.of.rpartition("/")[2], network, language))
        case Kind.SILENT:
            return language.say("Source {source} is silent", source=one.of)
        case Kind.STUCK:
            return language.say("{series}: always the same value", series=_series(one.of, network, language))
        case Kind.REFUSED:
            return language.say("Much of what source {source} said was refused", source=one.of)
        case Kind.REPORTS:
            return language.say("A report could not be issued or delivered: {report}", report=one.of)


def _series(name: str, network: Network, language: Language) -> str:
    """A series by the names of its station and quantity; by its id where it is no longer declared."""
    return called(network.series[name], network, language) if name in network.series else name
