"""What a number is that only its key tells: whose it is, and what it says, in words."""

import re

from service.reports.told.teller import Teller, quantity_of
from service.reports.told.terms import OF_GATES, OF_PLANS, OF_SHARES

_OF_ACCOUNT = re.compile(
    r"(?P<part>share|plan|gate):(?P<whose>.+?)(:(?P<quantity>[a-z_]+))?:(?P<nature>real|example|simulated)\.(?P<what>.+)"
)


def nature_of(key: str) -> str:
    """The nature that the key of a share, plan or gate names; "" of others."""
    found = _OF_ACCOUNT.fullmatch(key)
    return "" if found is None else found["nature"]


def called(teller: Teller, key: str, station: str) -> tuple[str, str]:
    """The name of a station, share, plan or gate, and the words for what the number says of it."""
    found = None if key.startswith(f"{station}.") else _OF_ACCOUNT.fullmatch(key)
    if found is None:
        return teller.name(station), teller.measure(*quantity_of(key, station))
    match found["part"]:
        case "share":
            what, _, party = found["what"].partition(".")
            said = teller.language.word(OF_SHARES, what)
            whose = teller.say("share {name}", name=found["whose"].replace("+", " + "))
            return whose, _of(teller, said, teller.name(party)) if party else said
        case "plan":
            return teller.say("plan {name}", name=found["whose"]), teller.language.word(OF_PLANS, found["what"])
        case _:
            what, quantity = found["what"], teller.quantity(found["quantity"] or "")
            said = teller.language.word(OF_GATES, what) if what in OF_GATES else teller.name(what)
            return teller.name(found["whose"]), _of(teller, quantity, said)


def _of(teller: Teller, quantity: str, measure: str) -> str:
    return teller.say("{quantity}: {measure}", quantity=quantity, measure=measure)
