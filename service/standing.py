"""How the record stands with the two countries, in one sentence and as attributes of answers.

It is said of the record, never of a gauge: that both hold the same does not make a reading right.
"""

from datetime import datetime
from typing import Any

from record.archive.standing import Standing
from record.leaf import write_time
from record.network import Network
from record.network.key import EXAMPLE

SIGNED_BY_BOTH = "final"
NOT_YET = "provisional"
DIFFERENT = "records differ"
STATE = "Arna-Record-State"
"""The header of an answer that says which of the three it is."""


_EXAMPLES = " These are example keys: no ministry has signed anything."


def state_of(standing: Standing, count: int | None = None) -> str:
    """The state of the first `count` entries, of the whole journal where none is given."""
    if standing.alarms:
        return DIFFERENT
    return SIGNED_BY_BOTH if standing.is_final(standing.size if count is None else count) else NOT_YET


def sentence(standing: Standing, network: Network, count: int | None = None) -> str:
    """The state with its reason, for people, in English."""
    said = _sentence(standing, network, count)
    if any(key.example for key in network.keys):
        said += _EXAMPLES
    return said


def lasting_sentence(network: Network, count: int) -> str:
    """The same of the first `count` entries once both have signed them: it stays as it is when they sign more."""
    said = f"Both countries hold the same record of its first {count} entries."
    return said + _EXAMPLES if any(key.example for key in network.keys) else said


def _sentence(standing: Standing, network: Network, count: int | None) -> str:
    state = state_of(standing, count)
    if state == DIFFERENT:
        return f"RECORDS DIFFER: {standing.alarms[0]}. See /log/alarms for the evidence."
    if state == SIGNED_BY_BOTH:
        signed = ", ".join(
            f"{_name(network, name)} {_local(network, one.time)}" for name, one in standing.signed.items()
        )
        return f"Both countries hold the same record ({signed})."
    if standing.final is None:
        return "Provisional: no ministry's key is declared, so that nobody but the log has signed."
    if standing.waiting:
        waits = ", ".join(f"{_name(network, one.name)} since {_local(network, one.since)}" for one in standing.waiting)
        return f"Provisional after entry {max(standing.final - 1, 0)}: waiting for {waits}."
    return f"Provisional after entry {standing.checkpoint - 1}: the next checkpoint is signed within ten minutes."


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


def _name(network: Network, party: str) -> str:
    known = network.parties.get(party.removesuffix(EXAMPLE))
    if known is None:
        return party
    return f"{known.names['en']} (example)" if party.endswith(EXAMPLE) else known.names["en"]


def _local(network: Network, moment: datetime) -> str:
    """The time at the report day's place, with its offset."""
    return moment.astimezone(network.report_day.tz).isoformat(sep=" ", timespec="minutes")
