"""Texts in XML: escaped, and without the characters that no document of XML may hold."""

import re
from xml.sax.saxutils import escape

_NEVER = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def marked(text: str) -> str:
    """The text as it may stand in an element, or in an attribute between double quotes."""
    return escape(_NEVER.sub("\ufffd", text), {'"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"})
