"""What the addresses of reports have in common: how a question is asked again, and in which language an answer is."""

from urllib.parse import quote

from fastapi import Request

from service.reports.editions import BOTH

_KEPT = "%&=+,;:@/?!$'()*-._~"
"""What may stand in a question (RFC 3986, 3.4), and what it has of other letters."""


def query_of(request: Request) -> str:
    """The question of a request with its mark, to be asked of another address: whatever bytes it is made of."""
    asked = quote(bytes(request.scope["query_string"]), safe=_KEPT)
    return f"?{asked}" if asked else ""


def in_language(language: str) -> dict[str, str]:
    """The header of an answer in a language, or in both of the protocol; none of one that is in all."""
    said = ", ".join(language.split("-")) if language == BOTH else language
    return {"Content-Language": said} if said else {}
