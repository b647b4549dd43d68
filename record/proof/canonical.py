"""Canonical JSON: one spelling for one content, so that bytes can be signed and hashed.

The profile of RFC 8785 on which a plain encoder is already canonical: ASCII keys; strings in NFC; null, arrays,
objects; integers from 0 to 2^53-1. No floats, so that no value passes through binary, and no booleans.
"""

import unicodedata
from typing import Any

import orjson

from record.errors import ProofError

_MAX_INTEGER = 2**53 - 1
_MAX_DEPTH = 8


def encode(content: Any) -> bytes:
    """Spell `content` canonically as UTF-8; raise `ProofError` for what the profile does not hold."""
    _check(content, 0)
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def decode(spelled: bytes) -> Any:
    """Read canonical bytes; raise `ProofError` unless spelling the content again gives the same bytes."""
    try:
        content = orjson.loads(spelled)
    except (ValueError, RecursionError) as fault:
        raise ProofError(f"not canonical JSON: {fault}") from None
    if encode(content) != spelled:
        raise ProofError("not canonical JSON: the same content is spelled differently, or a key stands twice")
    return content


def _check(content: Any, depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise ProofError(f"not canonical JSON: nested deeper than {_MAX_DEPTH} levels")
    if isinstance(content, dict):
        for key, value in content.items():
            if not isinstance(key, str) or not key.isascii():
                raise ProofError(f"not canonical JSON: key {key!r} is not ASCII text")
            _check(value, depth + 1)
    elif isinstance(content, list | tuple):
        for value in content:
            # Nearly all of a batch is short ASCII text, counts and null, passed over without a call for each.
            kind = value.__class__
            plain = value is None or (kind is str and value.isascii()) or (kind is int and 0 <= value <= _MAX_INTEGER)
            if not plain:
                _check(value, depth + 1)
    else:
        _check_scalar(content)


def _check_scalar(content: Any) -> None:
    if content is None:
        return
    if isinstance(content, str):
        if not content.isascii() and not unicodedata.is_normalized("NFC", content):
            raise ProofError(f"not canonical JSON: {content!r} is not in normal form C")
        try:
            content.encode()
        except UnicodeEncodeError:
            raise ProofError("not canonical JSON: text with half a surrogate pair") from None
    elif isinstance(content, bool) or not isinstance(content, int) or not 0 <= content <= _MAX_INTEGER:
        raise ProofError(f"not canonical JSON: {content!r} is neither text, null nor a count up to 2^53-1")
