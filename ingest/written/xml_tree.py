"""XML from the world, read without trusting it: no entities, no network, bounded in depth and number."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from lxml import etree

MAX_DEPTH = 60
MAX_ELEMENTS = 2_000_000
MAX_NAMESPACES = 100
"""Namespaces declared around any one element: each of them is written again when an element is."""
MAX_ATTRIBUTES = 100
MAX_ATTRIBUTE = 10_000
"""Attributes of one element, and signs in one of them: they are read again for all that stands within."""
MAX_VALUES = 200_000
"""Values that are read of one message."""
KEPT = 2_000
"""Bytes of an element that are kept as its fragment."""
YEARS = range(1000, 3000)
"""Years that a stamp may name, so that no sum with it leaves the calendar."""

Element = etree._Element

_STAMP = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,12}))?)?)?(Z|[+-]\d\d(?::?\d\d)?)?", re.ASCII
)
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)?", re.ASCII)
_FARTHEST = timedelta(hours=14)


def parsed(body: bytes) -> Element | str:
    """The root of a document, or why it cannot be read. Comments and processing instructions are dropped."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        return f"not XML that can be read: {shown(str(fault), 200)}"
    if root.getroottree().docinfo.internalDTD is not None:
        return "it has a document type declaration, which no message of ours needs"
    return _too_much(root) or root


def name_of(element: Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def namespace_of(element: Element) -> str:
    """The namespace of an element, "" for none."""
    return etree.QName(element).namespace or "" if isinstance(element.tag, str) else ""


def where(element: Element) -> str:
    """The place of an element in its message."""
    return f"line {element.sourceline}"


def fragment(element: Element) -> bytes:
    """The element as text, as much of it as is kept, without the namespaces that are declared above it."""
    text = etree.tostring(element, encoding="utf-8", with_tail=False)
    above = element.getparent()
    head, end, rest = text.partition(b">")
    for prefix, uri in ({} if above is None else above.nsmap).items():
        name = f"xmlns:{prefix}" if prefix else "xmlns"
        head = head.replace(f' {name}="{uri}"'.encode(), b"", 1)
    return (head + end + rest[:KEPT])[:KEPT]


def fragments(elements: Iterable[Element]) -> bytes:
    """Several elements as text, as much of them as is kept of one."""
    kept: list[bytes] = []
    for element in elements:
        kept.append(fragment(element))
        if sum(map(len, kept)) > KEPT:
            break
    return b"\n".join(kept)[:KEPT]


def text_of(element: Element) -> str:
    """All text directly within an element, without the blanks around it."""
    return (element.text or "").strip()


def loose_text(parent: Element, *known: str) -> list[str]:
    """What is written within `parent` but in no element of a `known` name, so that it is read by nobody."""
    return [text.strip() for text in _texts_outside(parent, known) if text and text.strip()]


def nearest(element: Element, name: str) -> Element | None:
    """The nearest element of that name that encloses `element`."""
    return next((above for above in element.iterancestors() if name_of(above) == name), None)


def child_of(element: Element, name: str) -> Element | None:
    """The first child of that name."""
    return next((child for child in element if name_of(child) == name), None)


def shown(text: str, most: int = 80) -> str:
    """A text on one line, cut to `most` signs."""
    return " ".join(text[: 4 * most].split())[:most]


def stamp_of(text: str, zone: tzinfo) -> datetime | str:
    """The aware time that an `xs:dateTime` or `xs:date` states, or why it states none.

    Its own offset stands before `zone`. A date alone is the start of that day; 24:00 is the start of the next one.
    A local hour that came twice or never, where clocks were changed, names no moment.
    """
    found = _STAMP.fullmatch(text)
    if found is None:
        return f"{shown(text)!r} is not a time of the form 2026-05-31T08:00:00, with or without an offset"
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    own = zone if offset is None else offset_of(offset)
    if own is None or int(year) not in YEARS:
        return f"{shown(text)!r} is outside the years {YEARS[0]} to {YEARS[-1]}, or of no zone on Earth"
    clock = [int(part or 0) for part in (hour, minute, second)]
    is_end = clock == [24, 0, 0] and not int(fraction or 0)
    try:
        local = datetime(int(year), int(month), int(day), tzinfo=own)
        local = local if is_end else local.replace(hour=clock[0], minute=clock[1], second=clock[2])
    except ValueError:
        return f"{shown(text)!r} is in no calendar"
    local += timedelta(days=is_end, microseconds=int((fraction or "")[:6].ljust(6, "0")))
    return local if hour is None else clear(local)


def clear(local: datetime) -> datetime | str:
    """The same aware time; or, where clocks were changed, why its wall-clock hour names no moment."""
    before, after = local.replace(fold=0).utcoffset(), local.replace(fold=1).utcoffset()
    if before is None or after is None or before == after:
        return local
    times = "twice" if before > after else "never"
    return f"{local:%Y-%m-%dT%H:%M} occurred {times} in {local.tzinfo}, where clocks were changed: it names no moment"


def offset_of(text: str) -> tzinfo | None:
    """The zone of an offset such as `+06:00`, `+0600`, `+06` or `Z`; None where it is none."""
    if text in {"Z", "UTC", "GMT"}:
        return UTC
    found = _OFFSET.fullmatch(text)
    if found is None:
        return None
    sign, hours, minutes = found.groups()
    away = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(-away if sign == "-" else away) if away <= _FARTHEST else None


def _texts_outside(parent: Element, known: tuple[str, ...]) -> Iterator[str | None]:
    yield parent.text
    for child in parent:
        if name_of(child) not in known:
            yield from _texts_outside(child, known)
        yield child.tail


def _too_much(root: Element) -> str | None:
    depth = namespaces = number = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "start-ns", "end-ns")):
        step = -1 if event.startswith("end") else 1
        if event.endswith("-ns"):
            namespaces += step
        else:
            depth += step
            number += step > 0
        if depth > MAX_DEPTH:
            return f"its elements lie more than {MAX_DEPTH} deep"
        if namespaces > MAX_NAMESPACES:
            return f"more than {MAX_NAMESPACES} namespaces are declared around one element"
        if number > MAX_ELEMENTS:
            return f"more than {MAX_ELEMENTS} elements in one message: split it"
        if event == "start" and _is_laden(element):
            return f"an element has more than {MAX_ATTRIBUTES} attributes, or one of over {MAX_ATTRIBUTE} signs"
    return None


def _is_laden(element: Element) -> bool:
    values = element.attrib.values()
    return len(values) > MAX_ATTRIBUTES or any(len(value) > MAX_ATTRIBUTE for value in values)
