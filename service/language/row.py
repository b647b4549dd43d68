"""Things in a row, as one phrase that each language can say with the signs that it puts between."""

from collections.abc import Iterable

from service.language.phrase import Phrase, phrase


def with_commas(things: Iterable[str]) -> str:
    """Things with commas between; "" for none."""
    found = ""
    for one in things:
        found = phrase("{one}, {other}", one=found, other=one) if found else one
    return found


def with_semicolons(reasons: Iterable[Phrase]) -> Phrase | None:
    """Reasons with semicolons between; None for none."""
    found: Phrase | None = None
    for one in reasons:
        found = one if found is None else phrase("{one}; {other}", one=found, other=one)
    return found
