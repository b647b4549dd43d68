"""How the record stands with the two countries, in one sentence and as attributes of answers.

It is said of the record, never of a gauge: that both hold the same does not make a reading right.
"""

from datetime import datetime
from typing import Any

from record.archive.standing import Standing
from record.leaf import write_time
from record.network import Network
from record.network.key import EXAMPLE
from service.language.phrase import Phrase, phrase
from service.language.row import with_commas

SIGNED_BY_BOTH = "final"
NOT_YET = "provisional"
DIFFERENT = "records differ"
STATE = "Arna-Record-State"
"""The header of an answer that says which of the three it is."""
_ALARMS = "/log/alarms"


def state_of(standing: Standing, count: int | None = None) -> str:
    """The state of the first `count` entries, of the whole journal where none is given."""
    if standing.alarms:
        return DIFFERENT
    return SIGNED_BY_BOTH if standing.is_final(standing.size if count is None else count) else NOT_YET


def sentence(standing: Standing, network: Network, count: int | None = None) -> Phrase:
    """The state with its reason, for people; parties stand in it by their English names, with their ids as `party`."""
    return _with_examples(_sentence(standing, network, count), network)


def brief(standing: Standing, network: Network, offset: str) -> Phrase:
    """The same of the whole journal in short: who signed by its id, and once how far the clock is from UTC."""
    if state_of(standing) == SIGNED_BY_BOTH:
        each = (
            phrase("{name} {time}", name=name.removesuffix(EXAMPLE).upper(), time=_local(network, one.time))
            for name, one in standing.signed.items()
        )
        said = phrase("Both countries hold the same record ({signed}).", signed=with_commas((*each, f"UTC{offset}")))
    else:
        said = _sentence(standing, network, None)
    if not any(key.example for key in network.keys):
        return said
    return phrase("{said} Example keys: no ministry has signed.", said=said)


def lasting_sentence(network: Network, count: int) -> Phrase:
    """The same of the first `count` entries once both have signed them: it stays as it is when they sign more."""
    said = phrase("Both countries hold the same record of its first {entries} entries.", entries=count)
    return _with_examples(said, network)


def _with_examples(said: Phrase, network: Network) -> Phrase:
    if not any(key.example for key in network.keys):
        return said
    return phrase("{said} These are example keys: no ministry has signed anything.", said=said)


def _sentence(standing: Standing, network: Network, count: int | None) -> Phrase:
    state = state_of(standing, count)
    if state == DIFFERENT:
        return phrase(
            "RECORDS DIFFER: {alarm}. See {address} for the evidence.", alarm=standing.alarms[0], address=_ALARMS
        )
    if state == SIGNED_BY_BOTH:
        each = (
            phrase("{name} {time}", **_named(network, name), time=_local(network, one.time))
            for name, one in standing.signed.items()
        )
        return phrase("Both countries hold the same record ({signed}).", signed=with_commas(each))
    if standing.final is None:
        return phrase("Provisional: no ministry's key is declared, so that nobody but the log has signed.")
    if standing.waiting:
        waits = (
            phrase("{name} since {time}", **_named(network, one.name), time=_local(network, one.since))
            for one in standing.waiting
        )
        last = max(standing.final - 1, 0)
        return phrase("Provisional after entry {entry}: waiting for {waits}.", entry=last, waits=with_commas(waits))
    return phrase(
        "Provisional after entry {entry}: the next checkpoint is signed within ten minutes.",
        entry=standing.checkpoint - 1,
    )


def document(standing: Standing, network: Network) -> dict[str, Any]:
    """The whole of it as JSON: sizes, who signed what and when, for whom it waits and since when."""
    return {
        "state": state_of(standing),
        "sentence": sentence(standing, network),
        "journal_size": standing.size,
        "checkpoint_size": standing.checkpoint,
        "final_size": standing.final,
        "signed": {name: {"size": one.size, "time": write_time(one.time)} for name, one in standing.signed.items()},
        "waiting": {one.name: write_time(one.since) for one in standing.waiting},
        "alarms": list(standing.alarms),
    }


def _named(network: Network, signer: str) -> dict[str, str]:
    """What a phrase names a signer by: the English `name` of its party, and the party's id."""
    party = signer.removesuffix(EXAMPLE)
    if party not in network.parties:
        return {"name": signer}
    name = network.parties[party].names["en"]
    if party == signer:
        return {"name": name, "party": party}
    return {"name": phrase("{name} (example)", name=name, party=party)}


def _local(network: Network, moment: datetime) -> str:
    """The time at the report day's place, with its offset."""
    return moment.astimezone(network.report_day.tz).isoformat(sep=" ", timespec="minutes")
