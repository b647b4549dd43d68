"""Which events a listener wants, as read from the address: and from which place in the journal on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from record.errors import SelectionError
from record.events.event import Event, EventKind, Place
from record.network import Network

_LONGEST_NUMBER = 15
_MOST_NAMES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Kinds, collections, series and parties that are listened for; none named is all of them."""

    kinds: frozenset[str] = frozenset()
    collections: frozenset[str] = frozenset()
    series: frozenset[str] = frozenset()
    parties: frozenset[str] = frozenset()

    def takes(self, event: Event) -> bool:
        """Whether the event is one of them; it comes whole, though it may speak of other series too."""
        return (
            (not self.kinds or event.kind.value in self.kinds)
            and (not self.collections or event.collection in self.collections)
            and (not self.series or not self.series.isdisjoint(event.series))
            and (not self.parties or not self.parties.isdisjoint(event.parties))
        )


def wanted(given: Mapping[str, str], network: Network) -> Wanted:
    """Read `kind`, `collection`, `series` and `party`, each one name or several with commas between them.

    Raises `SelectionError` for a name that is not known.
    """
    return Wanted(
        kinds=_names(given, "kind", [kind.value for kind in EventKind]),
        collections=_names(given, "collection", network.collections),
        series=_names(given, "series", network.series),
        parties=_names(given, "party", network.parties),
    )


def _names(given: Mapping[str, str], parameter: str, known: Collection[str]) -> frozenset[str]:
    named = frozenset(name.strip() for name in given.get(parameter, "").split(",") if name.strip())
    if len(named) > _MOST_NAMES:
        raise SelectionError(f"{parameter} names more than {_MOST_NAMES}: leave it away and take all")
    strange = sorted(named.difference(known))
    if strange:
        use = f"use {', '.join(known)}" if len(known) <= len(EventKind) else "see /collections"
        raise SelectionError(f"{parameter} {strange[0][:60]!r} is not known: {use}")
    return named


def place_asked(given: Mapping[str, str], last_id: str | None) -> Place | None:
    """Where to go on: after the event whose id a listener last had, or as `after` or `from` say; None is from now on.

    Raises `SelectionError` where that is no id of an event or no number of entries.
    """
    if last_id:
        return _after(last_id, "Last-Event-ID")
    after, first = given.get("after"), given.get("from")
    if after is not None and first is not None:
        raise SelectionError("after and from were both given: after=7 and from=8 are the same, use one")
    if after is not None:
        return _after(after, "after")
    return None if first is None else Place(_number(first, "from", first))


def _after(text: str, what: str) -> Place:
    entry, dot, told = text.partition(".")
    if dot:
        return Place(_number(entry, what, text), _number(told, what, text))
    return Place(_number(entry, what, text) + 1)


def _number(digits: str, what: str, text: str) -> int:
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER):
        raise SelectionError(f"{what} {text[:40]!r} is not the id of an event or a number of entries: write 1204")
    return int(digits)
