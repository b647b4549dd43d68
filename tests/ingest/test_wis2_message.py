"""Notifications of WIS2: data that are what was sent, unpacked within bounds, and nothing read that was changed."""

import base64
import gzip
import hashlib
import json
import zlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.decode import wis2
from ingest.reading import Reading, Said
from tests.ingest.bufr_made import fields, made
from tests.ingest.declared import RECEIVED, reasons, source, values

SAMPLES = Path(__file__).parents[3] / "shared" / "formats" / "samples"
POST = made(
    [1018, 301011, 4004, 13071],
    fields((1018, "15194"), (4001, 2026), (4002, 5), (4003, 10), (4004, 2), (13071, "2.05")),
)
METHODS = ["sha256", "sha384", "sha512", "sha3-256", "sha3-384", "sha3-512"]


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def hashed(data: bytes, method: str = "sha512") -> dict[str, Any]:
    return {"method": method, "value": b64(hashlib.new(method.replace("-", "_"), data).digest())}


def notification(content: object, **told: object) -> dict[str, Any]:
    """A notification with its content and what else it tells."""
    properties = {"pubtime": "2026-05-10T02:04:00Z", "data_id": "kg-example/1", "content": content, **told}
    links = [{"href": "https://wis2.example/1.bufr4", "rel": "canonical"}]
    return {"type": "Feature", "id": "1", "geometry": None, "properties": properties, "links": links}


def plain(data: bytes = POST, **more: object) -> dict[str, object]:
    return {"encoding": "base64", "value": b64(data), "size": len(data), **more}


def said(message: object) -> list[Said]:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    channels = [{"name": "013071", "series": "level.term"}]
    return wis2.decode(body, RECEIVED, source("inbox/wis2", format="wis2", table=None, channels=channels))


def reason(message: object) -> str:
    """Why a message is refused as a whole."""
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    (one,) = found = said(message)
    ((where, why),) = reasons(found)
    assert where == "message"
    assert one.fragment == body  # type: ignore[union-attr]
    return why


def test_the_shared_sample_has_content_that_it_only_shows() -> None:
    file = SAMPLES / "wis2_notification_example1.json"
    if not file.is_file():
        pytest.skip(f"no sample at {file}")
    assert "and not 457 as it says" in reason(file.read_bytes())


@pytest.mark.parametrize("method", METHODS)
def test_data_that_fit_their_hash_are_read(method: str) -> None:
    (one,) = said(notification(plain(), integrity=hashed(POST, method)))
    assert isinstance(one, Reading)
    assert (one.value, one.where) == (Decimal("2.05"), "content, message 1, subset 1, #1#upstreamWaterLevel")


@pytest.mark.parametrize("method", METHODS)
def test_data_that_do_not_fit_their_hash_are_refused(method: str) -> None:
    changed = POST.replace(b"15194", b"15195")
    assert f"does not fit its {method} hash" in reason(notification(plain(changed), integrity=hashed(POST, method)))


def test_data_without_a_hash_or_size_are_read() -> None:
    assert values(said(notification({"encoding": "base64", "value": b64(POST)}))) == [Decimal("2.05")]
    assert values(said(notification(plain(), integrity=None))) == [Decimal("2.05")]


@pytest.mark.parametrize(
    ("integrity", "words"),
    [
        ({"method": "md5", "value": b64(hashlib.md5(POST, usedforsecurity=False).digest())}, "integrity is by 'md5'"),
        ({"method": "arbitrary", "value": "x"}, "integrity is by 'arbitrary'"),
        ({"value": "x"}, "integrity is by None"),
        ({"method": "sha512"}, "integrity has no value"),
        ({"method": "sha512", "value": "%%"}, "integrity is not base64"),
        ({"method": "sha512", "value": "äö"}, "integrity is not base64"),
        ({"method": "sha512", "value": ""}, "does not fit"),
        ("sha512", "integrity has no value"),
        ({"method": ["sha512"], "value": "x"}, "integrity is by"),
    ],
)
def test_a_hash_that_cannot_be_checked_refuses_the_data(integrity: object, words: str) -> None:
    assert words in reason(notification(plain(), integrity=integrity))


def test_a_size_that_does_not_fit_refuses_the_data() -> None:
    assert f"and not {len(POST) - 1} as it says" in reason(notification(plain(size=len(POST) - 1)))


@pytest.mark.parametrize("told_of", [POST, gzip.compress(POST, mtime=0)])
def test_size_and_hash_may_be_those_of_the_data_or_of_what_they_are_packed_in(told_of: bytes) -> None:
    content = {"encoding": "gzip", "value": b64(gzip.compress(POST, mtime=0)), "size": len(told_of)}
    assert values(said(notification(content, integrity=hashed(told_of)))) == [Decimal("2.05")]


def test_base64_may_be_broken_into_lines() -> None:
    value = base64.encodebytes(POST).decode()
    assert values(said(notification(plain(value=value)))) == [Decimal("2.05")]


def test_a_bomb_is_unpacked_no_further_than_what_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, real = [], zlib.decompressobj

    class Watched:
        def __init__(self, bits: int) -> None:
            self.inner = real(bits)

        def decompress(self, data: bytes, most: int = 0) -> bytes:
            asked.append(most)
            return self.inner.decompress(data, most)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.inner, name)

    bomb = gzip.compress(POST + bytes(50 * wis2.MAX_CONTENT))
    monkeypatch.setattr(zlib, "decompressobj", Watched)
    assert f"more than {wis2.MAX_CONTENT} bytes" in reason(notification({"encoding": "gzip", "value": b64(bomb)}))
    assert asked == [wis2.MAX_CONTENT + 1]


def test_data_as_large_as_is_taken_are_read_and_larger_ones_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for encoding, packed in (("base64", POST), ("gzip", gzip.compress(POST))):
        content = {"encoding": encoding, "value": b64(packed)}
        monkeypatch.setattr(wis2, "MAX_CONTENT", len(POST))
        assert values(said(notification(content))) == [Decimal("2.05")]
        monkeypatch.setattr(wis2, "MAX_CONTENT", len(POST) - 1)
        assert f"more than {len(POST) - 1} bytes" in reason(notification(content))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "a source that fetches them is needed"),
        ({"encoding": "utf-8", "value": "level 2.05 m"}, "its data are no BUFR message"),
        ({"encoding": "base64", "value": b64(b"level 2.05 m")}, "its data are no BUFR message"),
        ({"encoding": "base64", "value": "%%%%"}, "cannot be read as base64"),
        ({"encoding": "base64", "value": "QUJ"}, "cannot be read as base64"),
        ({"encoding": "base64", "value": "äö=="}, "cannot be read as base64"),
        ({"encoding": "utf-8", "value": "\ud800"}, "cannot be read as utf-8"),
        ({"encoding": "gzip", "value": b64(POST)}, "its content is not gzip"),
        ({"encoding": "gzip", "value": b64(gzip.compress(POST)[:-1])}, "gzip that breaks off or goes on"),
        ({"encoding": "gzip", "value": b64(gzip.compress(POST) * 2)}, "gzip that breaks off or goes on"),
        ({"encoding": "gzip", "value": ""}, "gzip that breaks off or goes on"),
        ({"encoding": "zip", "value": "x"}, "its content is in encoding 'zip'"),
        ({"value": "x"}, "its content is in encoding None"),
        ({"encoding": "base64", "value": 5}, "its content has no value"),
        ("BUFR", "its content has no value"),
    ],
)
def test_content_that_cannot_be_had_is_refused(content: object, words: str) -> None:
    assert words in reason(notification(content))


def test_a_notification_without_content_says_who_would_fetch_it() -> None:
    message = notification(None)
    del message["properties"]["content"]
    assert (
        reason(message)
        == "it has no data of its own, only a link: a source that fetches them is needed, as one of kind wis2"
    )


@pytest.mark.parametrize(
    "message", [b"", b"[]", b"{}", {"type": "Feature"}, {"type": "Point", "properties": {}}, b"\xff"]
)
def test_what_is_no_notification_is_refused(message: object) -> None:
    assert reason(message)


def test_data_that_a_source_has_fetched_are_read_as_they_come() -> None:
    (one,) = said(b"\r\r\n" + POST)
    assert isinstance(one, Reading)
    assert one.where == "message 1, subset 1, #1#upstreamWaterLevel"


@given(st.binary(max_size=200), st.sampled_from(["utf-8", "base64", "gzip"]), st.booleans())
def test_any_content_is_answered(data: bytes, encoding: str, with_mark: bool) -> None:
    data = b"BUFR" + data if with_mark else data
    value = data.decode("latin-1") if encoding == "utf-8" else b64(gzip.compress(data) if encoding == "gzip" else data)
    found = said(notification({"encoding": encoding, "value": value}))
    assert found
    assert all(why for _, why in reasons(found))
