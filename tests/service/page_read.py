"""Pages as a test reads them: the numbers by what they are, and the text without its tags."""

import html
import re

_DATA = re.compile(r'<data value="([^"]*)" data-key="([^"]*)"')
_TAG = re.compile(r"<[^>]*>")


def numbers_in(page: str) -> dict[str, float]:
    """The numbers of a page by their keys, unrounded."""
    return {html.unescape(key): float(value) for value, key in _DATA.findall(page)}


def text_of(page: str) -> str:
    """The text of a page, its blanks as one."""
    return " ".join(html.unescape(_TAG.sub(" ", page)).split())
