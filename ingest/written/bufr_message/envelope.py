"""BUFR messages within bytes: their sections, checked against each other before anything in them is believed.

Layout of editions 3 and 4 (WMO-No. 306, volume I.2, FM 94): `BUFR`, total length, edition; identification; an optional
section; the descriptors of the template; the data; `7777`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ingest.reading import Unreadable

MAX_MESSAGES, MAX_GARBLED = 2_000, 50
MARK, END = b"BUFR", b"7777"
_HEAD = 8
_SHORTEST = {3: 17, 4: 22}
"""Bytes of the section of identification, at the least, by edition."""
_OPTION_AT = {3: 7, 4: 9}
_VERSION_AT = {3: 10, 4: 13}
_HAS_OPTION, _COMPRESSED = 0x80, 0x40
_TEMPLATE_HEAD, _DATA_HEAD = 7, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message whose sections fit: `descriptors` as FXXYYY, `version` of the WMO tables, `raw` all its bytes."""

    version: int
    subsets: int
    is_compressed: bool
    descriptors: tuple[int, ...]
    data: bytes
    raw: bytes


def messages_in(body: bytes) -> Iterator[Message | Unreadable]:
    """Every message within bytes, or what is wrong with it; headings of bulletins around them are passed over.

    After `MAX_MESSAGES`, or `MAX_GARBLED` that cannot be read, all that follows is one piece.
    """
    at, number, garbled = body.find(MARK), 0, 0
    while at >= 0:
        number += 1
        if number > MAX_MESSAGES or garbled >= MAX_GARBLED:
            reason = f"more than {MAX_MESSAGES} messages, or {MAX_GARBLED} garbled ones, in one: split it"
            yield Unreadable(fragment=body[at:], where=f"message {number}", reason=reason)
            return
        size = int.from_bytes(body[at + 4 : at + 7])
        found = _message(body[at : at + size], size)
        following = body.find(MARK, at + (size if isinstance(found, Message) else len(MARK)))
        if isinstance(found, Message):
            yield found
        else:
            garbled += 1
            raw = body[at : following if following >= 0 else len(body)]
            yield Unreadable(fragment=raw, where=f"message {number}", reason=found)
        at = following


def _message(raw: bytes, size: int) -> Message | str:
    if size < _HEAD + len(END) or len(raw) < size:
        return f"it says that it has {size} bytes, and {len(raw)} are there: it breaks off or was garbled"
    if not raw.endswith(END):
        return "it does not end with 7777 where its length says: it was garbled"
    edition = raw[7]
    if edition not in _SHORTEST:
        return f"edition {edition} of BUFR is not read: 3 and 4 are"
    sections = _sections(raw, edition)
    if isinstance(sections, str):
        return sections
    head, template, data = sections
    if head[3] != 0:
        return f"master table {head[3]} is not that of meteorology and hydrology"
    pairs = template[_TEMPLATE_HEAD : len(template) - (len(template) - _TEMPLATE_HEAD) % 2]
    descriptors = tuple(_descriptor(pairs[at], pairs[at + 1]) for at in range(0, len(pairs), 2))
    subsets = int.from_bytes(template[4:6])
    if not descriptors or not subsets:
        return "it has no descriptors or no subsets: there is nothing in it"
    return Message(
        version=head[_VERSION_AT[edition]],
        subsets=subsets,
        is_compressed=bool(template[6] & _COMPRESSED),
        descriptors=descriptors,
        data=data[_DATA_HEAD:],
        raw=raw,
    )


def _sections(raw: bytes, edition: int) -> tuple[bytes, bytes, bytes] | str:
    """Identification, template and data, which must fill the message to its end."""
    head = _section(raw, _HEAD)
    if len(head) < _SHORTEST[edition]:
        return "its section of identification is too short"
    at = _HEAD + len(head)
    if head[_OPTION_AT[edition]] & _HAS_OPTION:
        at += max(len(_section(raw, at)), 1)
    template = _section(raw, at)
    data = _section(raw, at + len(template))
    if len(template) < _TEMPLATE_HEAD or len(data) < _DATA_HEAD:
        return "its section of descriptors or of data is too short"
    if at + len(template) + len(data) + len(END) != len(raw):
        return "the lengths of its sections do not add up to its own"
    return head, template, data


def _section(raw: bytes, at: int) -> bytes:
    """The section that begins there, as long as it says, or as much of it as there is."""
    return raw[at : at + int.from_bytes(raw[at : at + 3])]


def _descriptor(first: int, second: int) -> int:
    """F, XX and YYY of two bytes as the figures of one number."""
    return (first >> 6) * 100_000 + (first & 0x3F) * 1000 + second
