"""What holds for every format: golden messages, no exception on any bytes, and no message that says nothing at all."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.decode import DECODERS
from ingest.reading import NoReport, Reading, Unreadable
from tests.ingest.golden import CASES, FOLDER, Case, cases_of

_CUTS = 300
"""Truncations tried of one message: every byte of a short one, as many places of a long one."""
_OLD_STYLE = {"kn15"}
"""Formats with a contract of their own in a test module of their name."""

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.format}/{case.file.stem}")


def answers(case: Case, body: bytes) -> None:
    """Nothing is raised, the same bytes say the same, and a message that says nothing is refused for a reason."""
    said = case.said(body)
    assert said == case.said(body)
    assert said, f"{body[:80]!r} came to nothing, not even a reason"
    for one in said:
        assert isinstance(one, Reading | NoReport | Unreadable)
        assert one.where
        if isinstance(one, Unreadable):
            assert one.reason
            assert "\n" not in one.reason
        else:
            assert one.time.tzinfo is not None


def test_every_format_has_golden_messages() -> None:
    for name in DECODERS:
        if name not in _OLD_STYLE:
            assert cases_of(name), f"{FOLDER / name} holds no <case>.toml"


@every_case
def test_a_golden_message_says_what_is_written_beside_it(case: Case) -> None:
    assert case.told() == case.written()


@every_case
def test_an_empty_message_is_refused(case: Case) -> None:
    [said] = case.said(b"")
    assert isinstance(said, Unreadable)


@every_case
def test_a_message_cut_off_anywhere_is_answered(case: Case) -> None:
    size = len(case.body)
    cuts = range(size) if size <= _CUTS else sorted(random.Random(size).sample(range(size), _CUTS))
    for cut in cuts:
        answers(case, case.body[:cut])


@every_case
def test_foreign_bytes_anywhere_are_answered(case: Case) -> None:
    chance = random.Random(len(case.body))
    for _ in range(60):
        at, gone = chance.randrange(len(case.body)), chance.choice([0, 0, 1, 7])
        strange = chance.choice([b"\x00", b"\xff\xfe", b"<", b'"', b";;;", b"1,5", b"\r\n", "н/д".encode("cp1251")])
        answers(case, case.body[:at] + strange + case.body[at + gone :])


@pytest.mark.parametrize("name", sorted({case.format for case in CASES}))
@given(body=st.binary(max_size=300))
def test_any_bytes_are_answered(name: str, body: bytes) -> None:
    answers(cases_of(name)[0], body)
