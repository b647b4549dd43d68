"""Answers that need not be made and sent again: a tag of all that one rests on, and 304 to who holds it already.

The tag is strong: with the same one the bytes are the same. An answer to a party is noted, and so is kept by no cache
that others share, and has a tag of its own.
"""

import hashlib
from collections.abc import Mapping

from fastapi import Request, Response

from record.network import Network
from service import access

CHECKED = "private, no-cache"
"""To be kept by who asked alone, and to be asked for again each time, which costs little."""
_NOT_MODIFIED = 304


def tag_of(request: Request, network: Network, form: str, *rests_on: object) -> str:
    """The ETag of the answer to this question in this form, by this network and what else it rests on.

    Among these must be the size of the journal, and the last day that is counted where this hangs on the clock.
    """
    asked = sorted(request.query_params.multi_items())
    noted = access.given_to(request) is not None
    known = (request.app.version, request.url.path, asked, form, network.version, noted, *map(str, rests_on))
    return f'"{hashlib.sha256(repr(known).encode()).hexdigest()[:32]}"'


def is_held(request: Request, tag: str) -> bool:
    """Whether who asks says that they hold the answer of that tag (RFC 9110, If-None-Match)."""
    held = request.headers.get("if-none-match", "")
    return tag in (one.strip().removeprefix("W/") for one in held.split(","))


def headers_of(tag: str) -> dict[str, str]:
    """The headers of an answer of that tag, whose form hangs on `Accept`."""
    return {"ETag": tag, "Cache-Control": CHECKED, "Vary": "Accept"}


def not_modified(tag: str, more: Mapping[str, str]) -> Response:
    """304, to who holds the answer of that tag."""
    return Response(status_code=_NOT_MODIFIED, headers={**headers_of(tag), **more})
