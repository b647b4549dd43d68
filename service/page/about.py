"""What the page about Arna shows: who signs, what the words of data mean, and what the pages are made of."""

from collections.abc import Mapping, Sequence
from typing import Any

from record.network import Network
from record.network.key import Key, Role
from service.language.phrase import Phrase, phrase
from service.language.words import CLASSES, FLAGS, MARKS
from service.page.licences import Licensed
from service.page.shell import Shell
from service.paper.paper import Mark
from service.reports.told.terms import MEANINGS

_ROLES: Mapping[Role, Phrase] = {
    Role.GATEWAY: phrase("signs what a gateway takes in"),
    Role.LOG: phrase("signs the checkpoints of the journal"),
    Role.WITNESS: phrase("signs that the journal only grew"),
    Role.APPROVER: phrase("approves what is declared"),
    Role.AMENDER: phrase("signs amendments"),
}
_MEANT = (Mark.SIMULATED, Mark.EXAMPLE, Mark.COMPUTED, Mark.ESTIMATED, Mark.UNVERIFIED, Mark.AMENDED)
"""The marks of values that have a badge of their own."""
_FLAGS: Mapping[str, Phrase] = {
    "good": phrase("No check found anything wrong."),
    "unknown": phrase("Nobody has checked the value."),
    "suspect": MEANINGS[Mark.SUSPECT],
    "bad": MEANINGS[Mark.BAD],
    "missing": phrase("The sender said that there is no value, or nobody spoke. It is never zero."),
}
_CLASSES: Mapping[str, tuple[str, Phrase]] = {
    "low": ("low", phrase("less than in 9 of 10 years")),
    "below normal": ("below", phrase("less than in 3 of 4 years")),
    "normal": ("normal", phrase("as in the middle half of years")),
    "above normal": ("above", phrase("more than in 3 of 4 years")),
    "high": ("high", phrase("more than in 9 of 10 years")),
}
"""The style of each class, and of which years it tells."""
_USED: Mapping[str, Phrase] = {
    "@fontsource-variable/ibm-plex-sans": phrase("the typeface, IBM Plex Sans"),
    "@picocss/pico": phrase("forms and tables"),
    "leaflet": phrase("the map"),
    "uplot": phrase("charts"),
    "world-atlas": phrase("borders, from Natural Earth (public domain)"),
}


def shown(shell: Shell, licences: Sequence[Licensed]) -> dict[str, Any]:
    """What the template shows."""
    word = shell.reader.language.word
    return {
        "parties": _parties(shell.network),
        "has_example_keys": any(key.example for key in shell.network.keys),
        "badges": [(mark, word(MARKS, mark), MEANINGS[mark]) for mark in _MEANT],
        "flags": [(flag, word(FLAGS, flag), meant) for flag, meant in _FLAGS.items()],
        "classes": [(style, word(CLASSES, klass), meant) for klass, (style, meant) in _CLASSES.items()],
        "licences": [(one, _USED.get(one.name)) for one in licences],
    }


def _parties(network: Network) -> list[dict[str, Any]]:
    return [
        {
            "id": party.id,
            "names": party.names,
            "ministries": [one.names for one in party.ministries],
            "keys": [_key(key) for key in network.keys if key.party == party.id],
        }
        for party in network.parties.values()
    ]


def _key(key: Key) -> dict[str, Any]:
    return {"name": "+".join(key.vkey.split("+", 2)[:2]), "role": _ROLES[key.role], "example": key.example}
