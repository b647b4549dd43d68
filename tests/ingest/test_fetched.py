"""Messages that come packed, and those that lay long."""

import gzip
import tracemalloc
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sources.fetched import LAIN_LONG, fetched, received_at, unpacked
from record.errors import SourceError
from tests.ingest.declared import RECEIVED, source

PACKED = gzip.compress(b"words of a message " * 20, mtime=0)


def test_parts_one_after_the_other_are_one_message() -> None:
    assert unpacked(gzip.compress(b"one ") + gzip.compress(b"two"), 7) == b"one two"
    assert unpacked(gzip.compress(b"one") + bytes(100), 3) == b"one"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (PACKED[:-1], "breaks off"),
        (PACKED[:30], "breaks off"),
        (b"\x1f\x8b", "breaks off"),
        (b"\x1f\x8b" + b"x" * 50, "damaged"),
        (PACKED[:-8] + bytes(8), "damaged"),
        (PACKED + b"x", "something else behind it"),
        (gzip.compress(bytes(381)), "more than 380 bytes"),
        (gzip.compress(b"x" * 300) * 2, "more than 380 bytes"),
        (gzip.compress(b"") * 1001, "more than 1000 parts"),
    ],
    ids=range(9),
)
def test_a_gzip_that_cannot_be_read_is_refused_and_kept(body: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        unpacked(body, 380)
    message = fetched(source(max_bytes=380 + len(body)), "a.gz", RECEIVED, body)
    assert message.receipt.body == body
    if "more than 380" not in reason:
        assert reason in str(message.fault)
        assert message.content is None


def test_a_gzip_that_swells_is_not_let_swell() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(SourceError, match="more than 1000 bytes"):
            unpacked(bomb, 1000)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@given(st.binary(max_size=200), st.integers(0, 200))
def test_what_was_packed_comes_out_up_to_its_bound(words: bytes, limit: int) -> None:
    packed = gzip.compress(words)
    if len(words) <= limit:
        assert unpacked(packed, limit) == words
    else:
        with pytest.raises(SourceError):
            unpacked(packed, limit)


def test_a_message_that_is_not_packed_is_its_own_content() -> None:
    assert fetched(source(), "a", RECEIVED, b"15194 10081=").content is None


def test_a_fault_is_not_taken_back() -> None:
    message = fetched(source(), "a", RECEIVED, PACKED, fault="a mail of too many parts")
    assert (message.fault, message.content) == ("a mail of too many parts", None)


def test_what_lay_long_counts_from_when_it_came() -> None:
    came = RECEIVED - LAIN_LONG
    assert received_at(came, RECEIVED) == RECEIVED
    assert received_at(came, RECEIVED + timedelta(seconds=1)) == came
    assert received_at(None, RECEIVED) == RECEIVED
    assert received_at(RECEIVED + timedelta(days=30), RECEIVED) == RECEIVED
