"""XML from the world, read without trusting it: no entities, no network, bounded in depth and number."""

from lxml import etree

MAX_DEPTH = 60
MAX_ELEMENTS = 2_000_000
KEPT = 2_000
"""Bytes of an element that are kept as its fragment."""

Element = etree._Element


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
        return f"not XML that can be read: {str(fault)[:200]}"
    if root.getroottree().docinfo.internalDTD is not None:
        return "it has a document type declaration, which no message of ours needs"
    return _too_much(root) or root


def name_of(element: Element) -> str:
    """The name of an element without its namespace."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def namespace_of(element: Element) -> str:
    """The namespace of an element, "" for none."""
    return etree.QName(element).namespace or "" if isinstance(element.tag, str) else ""


def where(element: Element) -> str:
    """The place of an element in its message."""
    return f"line {element.sourceline}"


def fragment(element: Element) -> bytes:
    """The element as text, as much of it as is kept."""
    return etree.tostring(element, encoding="utf-8", with_tail=False)[:KEPT]


def text_of(element: Element) -> str:
    """All text directly within an element, without the blanks around it."""
    return (element.text or "").strip()


def _too_much(root: Element) -> str | None:
    depth = 0
    for number, (event, _) in enumerate(etree.iterwalk(root, events=("start", "end")), 1):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            return f"its elements lie more than {MAX_DEPTH} deep"
        if number > 2 * MAX_ELEMENTS:
            return f"more than {MAX_ELEMENTS} elements in one message: split it"
    return None
