"""Reasons that the house gives in English alone, known again by their pattern and said in the language of a paper.

The journal holds a reason as it was written. Its text stands here with its fields, as the code that gives it has it.
"""

import re
from functools import cache
from typing import Protocol

from service.language import phrase

REASONS = (
    phrase("{station} is a station of {party}, for which source {source} may not speak"),
    phrase("no station is called {called}: declare it"),
    phrase("no simulated station is called {called}: declare it"),
    phrase("{station} has no series {series}: declare it"),
    phrase("its time {time} lies after the receipt of its message"),
    phrase("its time {time} lies before {year}, when no gauge stood here"),
    phrase("nothing in it can be dated: {reason}"),
    phrase("date group {group}: {reason}"),
    phrase("not a group of five figures"),
    phrase("not a KN-15 telegram: {group} is not a post index of five figures"),
    phrase("no groups after the date group"),
    phrase("the day or the hour is missing"),
    phrase("the day or the hour of the measurement is missing"),
    phrase("the hour was not sent: the date group is missing"),
    phrase("another telegram begins here: the end mark before it is missing"),
    phrase("in a section that is not known"),
    phrase("section {section} has no group {group}"),
    phrase("group {group} stands out of order"),
    phrase("its telegrams say nothing of a series that is kept"),
    phrase("no telegram stands in it"),
    phrase("it says nothing that can be read"),
    phrase("says missing where a value stands: amend to take it back"),
    phrase("source {source} declares no channel {channel}"),
    phrase("the cell is empty"),
    phrase("the cell of the time is empty"),
    phrase("{written} is not a number"),
    phrase("{written} is in no calendar"),
    phrase("{written} is not a time of the form {form}"),
    phrase("no heading {heading}"),
    phrase("not JSON: {fault}"),
    phrase("a later message says otherwise"),
    phrase("{series} was corrected by entry {entry}"),
    phrase("{series} came with entry {entry}"),
    phrase("rule, balance or curves are declared otherwise now"),
    phrase("no input or curve that is declared now gives it any more"),
)
"""The most common ones, those of a part before those that may hold any text."""

PLACES = (
    phrase("message"),
    phrase("telegram {number}, group {group}"),
    phrase("telegram {number}"),
    phrase("line {line}, column {column}"),
    phrase("line {line}"),
    phrase("sheet {sheet}"),
)
"""Where in a message it stands."""

_OF_AMENDER = re.compile(r"(?P<words>.*) \((?P<author>.+), for (?P<party>\w+); signed by (?P<signer>\S+)\)", re.DOTALL)
_FIELD = re.compile(r"\\\{(\w+)\\\}")
_NAMED = ("station", "party")
_NEXT = "; "


class Teller(Protocol):
    """Who tells: in which language, and by which names."""

    def say(self, text: str, /, **fields: object) -> str:
        """A text or a phrase in the language."""

    def name(self, known: str) -> str:
        """The name of a station or a party."""

    def quoted(self, text: str | None) -> str:
        """What a sender wrote, in its own words."""


def reason(teller: Teller, text: str) -> str:
    """A reason in the language of the paper; "" where it is none of these."""
    return _joined(teller, text) or _said(teller, text, REASONS)


def place(teller: Teller, text: str) -> str:
    """Where in a message it stands; "" where that is not known."""
    return _said(teller, text, PLACES)


def given(teller: Teller, text: str) -> str:
    """What somebody gave as a reason, in his own words; one that the house gave in the language of the paper."""
    found = _OF_AMENDER.fullmatch(text)
    if found is None:
        return reason(teller, text) or teller.quoted(text)
    return teller.say(
        "“{words}” ({author}, for {country}; signed with the key {signer})",
        words=found["words"],
        author=found["author"],
        country=teller.name(found["party"]),
        signer=found["signer"],
    )


def _joined(teller: Teller, text: str) -> str:
    """Several reasons in a row, where each of them is known."""
    parts = [_said(teller, part, REASONS) for part in text.split(_NEXT)] if _NEXT in text else []
    return _NEXT.join(parts) if all(parts) else ""


def _said(teller: Teller, text: str, known: tuple[str, ...]) -> str:
    for one in known:
        found = _pattern(one).fullmatch(text)
        if found is not None:
            fields = {name: _field(teller, name, held) for name, held in found.groupdict().items()}
            return teller.say(str(one), **fields) if all(fields.values()) else ""
    return ""


def _field(teller: Teller, name: str, held: str) -> str:
    if name == "reason":
        return reason(teller, held)
    return teller.name(held) if name in _NAMED else held


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """The pattern of a text, in which each field stands for anything."""
    return re.compile(_FIELD.sub(r"(?P<\1>.+?)", re.escape(text)), re.DOTALL)
