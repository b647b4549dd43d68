"""Readings that a later saying gave otherwise; what was computed anew because of one stands with it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from record.archive.amended import Amended
from record.network import Network
from record.quantities import quantity_of
from service.figures.days import BY_PREFERENCE
from service.reports.report import Amendment


def amendments(network: Network, amended: Sequence[Amended], issue: datetime) -> Iterator[Amendment]:
    """A row an amendment, in the order of entry; those of computed readings that follow from one are counted there.

    A saying that repeats value and flag is none.
    """
    told = [one for one in amended if _is_one(network, one)]
    causes = _causes(network, told)
    follows: dict[int, int] = {}
    for place in range(len(told)):
        root = _root(causes, place)
        if root != place:
            follows[root] = follows.get(root, 0) + 1
    for place, one in enumerate(told):
        if place not in causes:
            yield _amendment(network, one, follows.get(place, 0), issue)


def _is_one(network: Network, one: Amended) -> bool:
    declared = network.series.get(one.series)
    told = declared is not None and declared.interval in BY_PREFERENCE
    return told and (one.old.value, one.old.flag) != (one.new.value, one.new.flag)


def _causes(network: Network, told: Sequence[Amended]) -> Mapping[int, int]:
    """Of each amendment of a computed reading that rests on another amendment, the place of that one."""
    by_entry: dict[int, list[int]] = {}
    for place, one in enumerate(told):
        by_entry.setdefault(one.new.entry, []).append(place)
    found: dict[int, int] = {}
    for place, one in enumerate(told):
        grounds = one.grounds & by_entry.keys() if _is_computed(network, one) else frozenset[int]()
        if grounds:
            # One correction may concern several readings: it follows from the one that lies nearest.
            found[place] = min(by_entry[max(grounds)], key=lambda other: abs(told[other].time - one.time))
    return found


def _is_computed(network: Network, one: Amended) -> bool:
    return network.stations[network.series[one.series].station].computed


def _root(causes: Mapping[int, int], place: int) -> int:
    # An entry rests on earlier ones alone, so that this comes to an end.
    while place in causes:
        place = causes[place]
    return place


def _amendment(network: Network, one: Amended, follows: int, issue: datetime) -> Amendment:
    series = network.series[one.series]
    station = network.stations[series.station]
    return Amendment(
        series=series.id,
        station=station.id,
        nature=station.nature.value,
        unit=quantity_of(series.quantity).label,
        time=one.time,
        old=one.old.value,
        old_flag=one.old.flag.word,
        old_entry=one.old.entry,
        new=one.new.value,
        new_flag=one.new.flag.word,
        new_entry=one.new.entry,
        entered=one.entered,
        source=one.source,
        reason=one.reason,
        follows=follows,
        after_issue=one.entered >= issue,
    )
