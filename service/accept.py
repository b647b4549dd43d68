"""Accept and Accept-Language by RFC 9110: which media type, and which language, of ours is liked best."""

import re
from collections.abc import Mapping

from service.language import LANGUAGES

DEFAULT_LANGUAGE = "en"
"""The language of whoever asks for none of ours."""

_LONGEST = 1000
_REGION = re.compile(r"-[a-z0-9-]*", re.ASCII)
_WEIGHT = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?", re.ASCII)


def preferred(accept: str, known: Mapping[str, str], default: str) -> str:
    """The key of the media type that is liked best; `known` is media type by key, `default` a key.

    Of those liked alike the default comes first, then the one named first; where none is named it is the default.
    """
    keys = {media: key for key, media in known.items()}
    wishes = [wish.split(";") for wish in accept.lower().split(",")]
    liked = [(keys[media.strip()], _weight(rest)) for media, *rest in wishes if media.strip() in keys]
    best = max((weight for _, weight in liked), default=0.0)
    found = [key for key, weight in liked if weight == best > 0]
    return default if default in found or not found else found[0]


def preferred_language(header: str) -> str:
    """The code of the language that is liked best; of those liked alike the one named first.

    A region counts for its language: ru-KG is ru. What cannot be read is no wish, nor is what stands after the first
    thousand characters.
    """
    wishes = _REGION.sub("", header[:_LONGEST].lower())
    return preferred(wishes, {code: code for code in LANGUAGES}, "") or DEFAULT_LANGUAGE


def in_language(language: str) -> dict[str, str]:
    """The header of an answer in a language, or in several such as kk-ky; none of one that is in all."""
    return {"Content-Language": ", ".join(language.split("-"))} if language else {}


def _weight(parameters: list[str]) -> float:
    """The `q` of a wish: 1 where none is given, 0 where it cannot be read."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            return float(value) if _WEIGHT.fullmatch(value.strip()) else 0.0
    return 1.0
