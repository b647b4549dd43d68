"""Reading an Accept-Language header by RFC 9110: which language of the record does the asker like best."""

import re

from service.language.language import LANGUAGES

DEFAULT = "en"
"""The language of whoever asks for none of ours."""

_LONGEST = 1000
_WISH = re.compile(r"\s*([a-z]{2,3})(?:-[a-z0-9-]*)?\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?", re.ASCII)


def preferred_language(header: str) -> str:
    """The code of the language that is liked best; of those liked alike the one named first.

    A region counts for its language: ru-KG is ru. What cannot be read is no wish, nor is what stands after the first
    thousand characters.
    """
    wishes = [_WISH.fullmatch(wish) for wish in header[:_LONGEST].lower().split(",")]
    liked = [(float(wish[2] or 1), wish[1]) for wish in wishes if wish and wish[1] in LANGUAGES]
    best = max((weight for weight, _ in liked), default=0.0)
    return next((code for weight, code in liked if weight == best > 0), DEFAULT)
