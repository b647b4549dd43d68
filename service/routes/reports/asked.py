"""What the addresses of reports have in common: how a question is asked again."""

from urllib.parse import quote

from fastapi import Request

_KEPT = "%&=+,;:@/?!$'()*-._~"
"""What may stand in a question (RFC 3986, 3.4), and what it has of other letters."""


def query_of(request: Request) -> str:
    """The question of a request with its mark, to be asked of another address: whatever bytes it is made of."""
    asked = quote(bytes(request.scope["query_string"]), safe=_KEPT)
    return f"?{asked}" if asked else ""
