"""Answers that need not be given again: a tag of all that an answer follows from, and whether the asker has it."""

import hashlib
from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

from service.front.visit import visit_of

BRIEFLY = "public, max-age=5"
FOR_EVER = "public, max-age=31536000, immutable"
"""For what is called by its hash, or by a number that never means anything else."""
PRIVATELY = "private, no-cache"
"""For an asker with a token, of whom it is noted what was given: no cache in between answers in our place."""


def etag_of(*parts: object) -> str:
    """A strong entity tag (RFC 9110, 8.8.3) of what an answer follows from: bytes of one tag are the same."""
    digest = hashlib.sha256()
    for part in parts:
        said = str(part).encode()
        digest.update(b"%d:%s" % (len(said), said))
    return f'"{digest.hexdigest()[:32]}"'


def etag_of_bytes(body: bytes) -> str:
    """A strong entity tag of an answer that is made in less time than it takes to tell what it follows from."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def again(request: Request, headers: Mapping[str, str], media: str, noted: list[Any] | None) -> Response | None:
    """That the asker has the answer of the tag in `headers`, or the answer as it was given before; None to make it.

    `noted` is where to say what is given to the asker, of whom that is wanted: so only what is known to give just that
    is given again.
    """
    visit, tag = visit_of(request.scope), headers["ETag"]
    kept = visit.keeper.of_tag(tag, private=visit.private)
    if noted is not None:
        if kept is None or kept.given is None:
            return None
        noted += kept.given
    if visit.has(tag):
        return Response(status_code=304, headers=dict(headers))
    if kept is None:
        return None
    visit.keep, visit.kept = True, kept
    return Response(kept.body, media_type=media, headers=dict(headers))


def to_be_kept(request: Request, noted: list[Any] | None) -> None:
    """Have the answer kept that is about to be given, with what it gives where that is known by now."""
    visit = visit_of(request.scope)
    visit.keep, visit.given = True, None if noted is None else tuple(noted)


def is_held(request: Request, etag: str) -> bool:
    """Whether the asker says in If-None-Match that it has the answer of this tag (RFC 9110, 13.1.2)."""
    said = request.headers.get("if-none-match", "")
    return any(one.strip().removeprefix("W/") in (etag, "*") for one in said.split(","))
