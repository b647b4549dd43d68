"""Section 0: the post index, the date group, and the words for "no report"."""

import re

from ingest.decode.kn15.layouts import MARKERS
from ingest.decode.kn15.telegram import Telegram
from ingest.decode.kn15.values import BadGroup, day_of, hour_of

NIL_WORDS = frozenset({"NIL", "NUL", "НИЛ"})
_HYDRA = "HHXX"
_CONTENTS = frozenset({"1", "2", "3", "4", "5", "7"})
_SHOWN = 20
is_index = re.compile("[0-9]{5}").fullmatch
is_group = re.compile("[0-9/]{5}").fullmatch


def read_head(telegram: Telegram) -> int:
    """Read section 0 into the telegram; the number of the first group after it, or 0 where the telegram is refused."""
    first = telegram.tokens[0]
    if first.upper() in NIL_WORDS:
        telegram.nil = True
        return 2
    reason = _not_ours(first)
    if reason is None:
        telegram.station = first
        if len(telegram.tokens) > 1:
            return _read_second(telegram)
        reason = "a post index and nothing after it"
    telegram.refused = reason
    telegram.fault(1, reason, span=len(telegram.tokens))
    return 0


def _not_ours(first: str) -> str | None:
    if first.upper() == _HYDRA:
        return "HHXX is the code FM 67 HYDRA, not KN-15"
    if is_index(first) is None:
        return f"not a KN-15 telegram: {first[:_SHOWN]!r} is not a post index of five figures"
    return None


def _read_second(telegram: Telegram) -> int:
    second = telegram.tokens[1]
    if second.upper() in NIL_WORDS:
        telegram.nil = True
        return 3
    if second in MARKERS:
        telegram.own_flags.append("date_group_missing")
        return 2
    try:
        _read_date(second, telegram)
    except BadGroup as bad:
        telegram.undated = f"date group {second[:_SHOWN]}: {bad}"
        telegram.fault(2, telegram.undated)
    if len(telegram.tokens) > 2 and telegram.tokens[2].upper() in NIL_WORDS:
        telegram.nil = True
        return 4
    return 3


def _read_date(group: str, telegram: Telegram) -> None:
    """YYGGn; raises `BadGroup` where it gives no day and hour."""
    if is_group(group) is None:
        raise BadGroup("not a group of five figures")
    telegram.n = None if group[4] == "/" else int(group[4])
    if group[4] not in _CONTENTS:
        telegram.own_flags.append("n_unknown")
    telegram.day, _ = day_of(group[:2])
    telegram.hour, _ = hour_of(group[2:4], 23)
    if telegram.day is None or telegram.hour is None:
        raise BadGroup("the day or the hour is missing")
