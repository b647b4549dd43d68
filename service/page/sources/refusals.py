"""What was refused as the page shows it: the reason in the reader's language, the bytes as text or as hex."""

from dataclasses import dataclass

from record.ledger.refused import RefusedPart
from record.network import Network
from service.language import Language
from service.reports.told import refusals

_SHOWN = 240
"""So many bytes of a refused part are shown; all of them are in the original."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedShown:
    """A refusal; `reason` and `where` are in the reader's language, or in English where `english` is true.

    `bytes` is the part that was refused, as hex where it is no text, and cut where `cut` is true; `size` is how many
    bytes it has.
    """

    part: RefusedPart
    where: str
    reason: str
    english: bool
    bytes: str
    is_text: bool
    cut: bool
    size: int


@dataclass(frozen=True, slots=True)
class ByNetwork:
    """Tells reasons in a language by the names of the network."""

    network: Network
    language: Language

    def say(self, text: str, /, **fields: object) -> str:
        """A text in the language."""
        return self.language.say(text, **fields)

    def name(self, known: str) -> str:
        """The name of a station or a party; its id where it is not declared."""
        named = self.network.parties.get(known) or self.network.stations.get(known)
        return known if named is None else self.language.name(named.names)

    def quoted(self, text: str | None) -> str:
        """What a sender wrote."""
        return self.language.say("“{words}”", words=text) if text else ""


def shown(part: RefusedPart, network: Network, language: Language) -> RefusedShown:
    """A refusal for who reads in a language."""
    teller = ByNetwork(network, language)
    reason, where = refusals.reason(teller, part.reason), refusals.place(teller, part.where)
    text, is_text, cut = _written(part.fragment)
    return RefusedShown(
        part=part,
        where=where or part.where,
        reason=reason or part.reason,
        english=not reason and language.code != "en",
        bytes=text,
        is_text=is_text,
        cut=cut,
        size=len(part.fragment),
    )


def _written(fragment: bytes) -> tuple[str, bool, bool]:
    """The bytes as text where they are, else as hex; whether they are text; whether more follow."""
    cut = len(fragment) > _SHOWN
    try:
        text = fragment.decode()
    except UnicodeDecodeError:
        return fragment[:_SHOWN].hex(" "), False, cut
    if any(not letter.isprintable() and not letter.isspace() for letter in text):
        return fragment[:_SHOWN].hex(" "), False, cut
    return text[:_SHOWN], True, len(text) > _SHOWN
