"""What two gauges of one gate gave, in a sentence of each language."""

from datetime import timedelta

from record.network import Network
from service.language import Language
from service.language.words import MARKS
from service.page.compare.pairs import Difference
from service.reports.told.teller import PERCENT, volume_decimals

_DAY = timedelta(days=1)


def sentence(difference: Difference, network: Network, language: Language) -> str:
    """From when to when which gauge gave how much, and how far that is apart; what is not real is said to be so."""
    one, other = difference.volumes
    begin, end = difference.days[0], difference.days[-1]
    percent = difference.whole.percent[0]
    if one is None or other is None:
        return language.say("From {begin} to {end} no day is known of both gauges.", begin=begin, end=end)
    fields = {
        "begin": begin,
        "end": end,
        "one": _party(difference, network, language, 0),
        "other": _party(difference, network, language, 1),
        "one_volume": language.number(one, volume_decimals(one)),
        "other_volume": language.number(other, volume_decimals(other)),
        "percent": language.number(abs(percent or 0.0), PERCENT),
    }
    match difference.pair.natures:
        case "real", "real":
            return language.say(
                "From {begin} to {end} {one} measured {one_volume} and {other} {other_volume} million m³ at this gate: "
                "{percent} % apart.",
                **fields,
            )
        case "simulated", "simulated":
            return language.say(
                "From {begin} to {end} the SIMULATED gauges say {one} {one_volume}, {other} {other_volume} million m³: "
                "{percent} % apart. No water was measured.",
                **fields,
            )
        case "example", "example":
            return language.say(
                "From {begin} to {end} the EXAMPLE gauges say: {one} {one_volume}, {other} {other_volume} million m³; "
                "{percent} % apart. No water was measured.",
                **fields,
            )
    natures = (
        language.word(MARKS, nature) if nature in MARKS else language.say("real") for nature in difference.pair.natures
    )
    return language.say(
        "From {begin} to {end}: {one} ({one_nature}) {one_volume}, {other} ({other_nature}) {other_volume} million m³; "
        "{percent} % apart. The two are not of one nature and say nothing of each other.",
        **fields,
        **dict(zip(("one_nature", "other_nature"), natures, strict=True)),
    )


def known_days(difference: Difference, network: Network, language: Language) -> str:
    """On how many days both are known, and how many lack of each."""
    return language.say(
        "Both are known on {known} of {days} days; missing of {one}: {one_missing}, of {other}: {other_missing}.",
        known=language.count(difference.common),
        days=language.count(len(difference.days)),
        one=_party(difference, network, language, 0),
        other=_party(difference, network, language, 1),
        one_missing=language.count(difference.missing[0]),
        other_missing=language.count(difference.missing[1]),
    )


def _party(difference: Difference, network: Network, language: Language, side: int) -> str:
    return language.name(network.party(difference.pair.stations[side].party).names)
