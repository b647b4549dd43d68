"""Rules on access: pages that may read are named as browsers name them, and a token is never worth less than none."""

import re

from record.network.declared import Declared

ANY = "*"
_ORIGIN = re.compile(r"https?://[a-z0-9]+([.-][a-z0-9]+)*(:[0-9]{1,5})?", re.ASCII)
_COUNTED = ("requests_a_minute", "points_a_minute", "answers_at_once", "long_answers")


def origins_can_be_sent(declared: Declared) -> None:
    """Each origin is spelled as browsers send it, or is `*` and then the only one; none stands twice."""
    row = declared.access
    if row is None:
        return
    for number, origin in enumerate(row.fact.origins):
        if origin == ANY and len(row.fact.origins) > 1:
            raise row.wrong("origins hold * for any page, and others beside it: write either", "origins", number)
        if origin != ANY and not _ORIGIN.fullmatch(origin):
            raise row.wrong(
                f"origin {origin[:60]!r} is none that a browser sends: write https://host, without a path",
                "origins",
                number,
            )
        if origin in row.fact.origins[:number]:
            raise row.wrong(f"origin {origin!r} stands twice: remove one", "origins", number)


def a_token_is_worth_something(declared: Declared) -> None:
    """Who comes with a token may ask for no less than who comes without."""
    row = declared.access
    if row is None:
        return
    for name in _COUNTED:
        party, anyone = getattr(row.fact.party, name), getattr(row.fact.anyone, name)
        if party < anyone:
            raise row.wrong(f"{name} {party} of a party is less than {anyone} of anyone: raise it", "party", name)


def long_answers_are_answers(declared: Declared) -> None:
    """Of the answers that may be under way at once not more may be long ones."""
    row = declared.access
    if row is None:
        return
    for name, allowance in (("anyone", row.fact.anyone), ("party", row.fact.party)):
        if allowance.long_answers > allowance.answers_at_once:
            raise row.wrong(
                f"long_answers {allowance.long_answers} are more than answers_at_once {allowance.answers_at_once}",
                name,
                "long_answers",
            )
