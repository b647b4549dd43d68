"""Answers that need not be given again: a tag of all that an answer follows from, and whether the asker has it."""

import hashlib

from fastapi import Request

BRIEFLY = "public, max-age=5"
PRIVATELY = "private, no-cache"
"""For an asker with a token, of whom it is noted what was given: no cache in between answers in our place."""


def etag_of(*parts: object) -> str:
    """A strong entity tag (RFC 9110, 8.8.3) of what an answer follows from: bytes of one tag are the same."""
    digest = hashlib.sha256()
    for part in parts:
        said = str(part).encode()
        digest.update(b"%d:%s" % (len(said), said))
    return f'"{digest.hexdigest()[:32]}"'


def is_held(request: Request, etag: str) -> bool:
    """Whether the asker says in If-None-Match that it has the answer of this tag (RFC 9110, 13.1.2)."""
    said = request.headers.get("if-none-match", "")
    return any(one.strip().removeprefix("W/") in (etag, "*") for one in said.split(","))
