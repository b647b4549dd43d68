"""Notifications of WIS2 that carry their data: checked against their hash, unpacked, and read as BUFR.

The form is described in `docs/formats/wis2.md`. Nothing here knows a clock, a database or a network.
"""

import base64
import hashlib
import zlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ingest.reading import Said, Unreadable
from ingest.written.bufr_message import MARK, said_in
from ingest.written.json_tree import named, parsed

if TYPE_CHECKING:
    from record.network.source import Source

MAX_CONTENT = 1_000_000
"""Bytes of the data of a notification, unpacked; the standard has them sent by link from 4096 on."""
_HASHES = {
    "sha256": "sha256",
    "sha384": "sha384",
    "sha512": "sha512",
    "sha3-256": "sha3_256",
    "sha3-384": "sha3_384",
    "sha3-512": "sha3_512",
}
_GZIP = 16 + zlib.MAX_WBITS
_BY_LINK = "it has no data of its own, only a link: a source that fetches them is needed, as one of kind wis2"


def decode(
    body: bytes,
    received: datetime,  # noqa: ARG001 - every decoder is called alike; BUFR dates itself
    source: "Source",
) -> list[Said]:
    """All that the data of a notification say, or why they cannot be read.

    Data that a source has fetched by link are read as they come. Never raises on any bytes.
    """
    root = parsed(body)
    if isinstance(root, str):
        return said_in(body, source) if MARK in body else [_refused(body, root)]
    data = _data(root)
    if isinstance(data, str):
        return [_refused(body, data)]
    if MARK not in data:
        return [_refused(body, "its data are no BUFR message, and nothing else is read in a notification")]
    return said_in(data, source, within="content, ")


def _data(root: Any) -> bytes | str:
    """The data that a notification carries, unpacked and found to be those that were sent; or why not."""
    told = root.get("properties") if isinstance(root, dict) and root.get("type") == "Feature" else None
    if not isinstance(told, dict):
        return "it is no notification of WIS2: no GeoJSON Feature with properties"
    content = told.get("content")
    if content is None:
        return _BY_LINK
    if not isinstance(content, dict) or not isinstance(content.get("value"), str):
        return "its content has no value"
    forms = _unpacked(content["value"], named(content.get("encoding")))
    if isinstance(forms, str):
        return forms
    size = content.get("size")
    if isinstance(size, int) and size not in map(len, forms):
        return f"its content has {len(forms[0])} bytes, and not {size} as it says: it was garbled"
    return _fault_of_hash(forms, told.get("integrity")) or forms[0]


def _unpacked(value: str, encoding: str | None) -> tuple[bytes, ...] | str:
    """The data, and after them the bytes that they were packed in; or why they cannot be had.

    Whether size and hash are those of the data or of the packed bytes is not said clearly enough to refuse either.
    """
    if encoding not in ("utf-8", "base64", "gzip"):
        return f"its content is in encoding {encoding!r}: utf-8, base64 and gzip are read"
    try:
        plain = value.encode() if encoding == "utf-8" else base64.b64decode("".join(value.split()), validate=True)
    except ValueError:
        return f"its content cannot be read as {'utf-8' if encoding == 'utf-8' else 'base64'}"
    data = _expanded(plain) if encoding == "gzip" else plain
    if isinstance(data, bytes) and len(data) > MAX_CONTENT:
        return f"its content has more than {MAX_CONTENT} bytes"
    return data if isinstance(data, str) else (data, plain)


def _expanded(packed: bytes) -> bytes | str:
    """The bytes that gzip packed; no more than one beyond what is taken is ever unpacked."""
    stream = zlib.decompressobj(_GZIP)
    try:
        data = stream.decompress(packed, MAX_CONTENT + 1)
    except zlib.error:
        return "its content is not gzip"
    if len(data) <= MAX_CONTENT and (not stream.eof or stream.unused_data):
        return "its content is gzip that breaks off or goes on: it was garbled"
    return data


def _fault_of_hash(forms: tuple[bytes, ...], integrity: Any) -> str | None:
    """What is wrong with the data by their hash; None where they fit, or where none was sent."""
    if integrity is None:
        return None
    if not isinstance(integrity, dict) or not isinstance(integrity.get("value"), str):
        return "its integrity has no value"
    method = named(integrity.get("method"))
    if method not in _HASHES:
        return f"its integrity is by {method!r}: {', '.join(_HASHES)} are known"
    try:
        wanted = base64.b64decode(integrity["value"], validate=True)
    except ValueError:
        return "its integrity is not base64"
    if wanted not in [hashlib.new(_HASHES[method], data).digest() for data in forms]:
        return f"its content does not fit its {method} hash: it was garbled or changed"
    return None


def _refused(body: bytes, reason: str) -> Unreadable:
    return Unreadable(fragment=body, where="message", reason=reason)
