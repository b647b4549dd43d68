"""What holds for every message: golden cases, no exception on any bytes, and no token that disappears."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.decode.kn15 import Telegram, decode, read_bulletin
from ingest.decode.kn15.encoding import pieces_of
from ingest.decode.kn15.layouts import MARKERS
from tests.ingest.kn15_cases import CASES, plain, told, written

RECEIVED = datetime(2026, 5, 6, 5, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Bishkek")
NOT_TEXT = re.compile("[\\s=\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200b-\u200f\u2060\ufeff]+")
figures = st.text("0123456789/", min_size=5, max_size=5)
words = st.one_of(figures, st.sampled_from([*MARKERS, "NIL", "HHZZ", "NNNN", "HHXX", "лед", "2O1", "=", "\r\n"]))
telegram_like = st.lists(words, max_size=40).map(lambda parts: ("15101 06082 " + " ".join(parts) + "=").encode())


def test_there_are_golden_cases() -> None:
    assert len(CASES) >= 30


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_golden_message_says_what_is_written_beside_it(case: Path) -> None:
    expected: dict[str, Any] = written(case)
    assert plain(told(case, expected)) == expected


def squeezed(text: str) -> str:
    """A text without white space, end marks and control characters."""
    return NOT_TEXT.sub("", text)


def used(telegram: Telegram) -> set[int]:
    """The numbers of the groups that were read or are named as unreadable."""
    sections = {at for section in telegram.sections for at in section.read}
    faults = {at for fault in telegram.faults for at in range(fault.at, fault.at + fault.span)}
    head = 1 if telegram.station is None else 2 - ("date_group_missing" in telegram.own_flags)
    words = {at for at, token in enumerate(telegram.tokens[:3], 1) if telegram.nil and token.upper() in NIL}
    return set(range(1, head + 1)) & set(range(1, len(telegram.tokens) + 1)) | sections | faults | words


NIL = {"NIL", "NUL", "НИЛ"}


def check(body: bytes) -> None:
    """Nothing is raised, nothing is lost, and the same bytes say the same."""
    assert decode(body, RECEIVED, ZONE) == decode(body, RECEIVED, ZONE)
    pieces = pieces_of(body)
    assert b"=".join(text.encode(encoding) for text, encoding in pieces) == body
    found = read_bulletin(pieces)
    for telegram in found.telegrams:
        assert used(telegram) == set(range(1, len(telegram.tokens) + 1)), telegram
    kept = [*found.wrapping, *(token for telegram in found.telegrams for token in telegram.tokens)]
    kept += [token for leftover in found.leftovers for token in leftover.tokens]
    sent = squeezed("=".join(text for text, _ in pieces))
    assert sorted(squeezed("".join(kept))) == sorted(sent)


@given(st.binary(max_size=400))
@example(b"\x98\xff=")
@example(b"15101 06081 NIL NIL=")
def test_any_bytes_are_answered_and_accounted_for(body: bytes) -> None:
    check(body)


@given(telegram_like)
def test_anything_like_a_telegram_is_accounted_for(body: bytes) -> None:
    check(body)


@given(st.text("0123456789/= \r\n\x0e\x0fHZNILXС", max_size=300))
def test_any_text_of_the_code_s_own_signs_is_accounted_for(text: str) -> None:
    check(text.encode())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_message_cut_at_any_byte_is_accounted_for(case: Path) -> None:
    body = case.read_bytes()
    for length in range(len(body)):
        check(body[:length])
