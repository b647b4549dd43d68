"""BUFR templates that change, repeat and break off, and messages that were garbled: they harm nobody."""

import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.reading import Unreadable
from ingest.written import bufr_message
from ingest.written.bufr_message import data, envelope
from tests.ingest.bufr_made import DATE, LEVEL, POST, Field, column, field, made, post, readings, said
from tests.ingest.declared import counted, reasons, values


@pytest.mark.parametrize(
    ("descriptors", "more", "wanted"),
    [
        ([201130, 13071, 201000, 13071], [field(13071, "200", wider=2), field(13071, "1")], ["200.00", "1.00"]),
        ([202129, 13071, 202000], [field(13071, "1.234", finer=1)], ["1.234"]),
        ([202126, 13071, 202000], [(15, 14)], ["15"]),
        ([207001, 13071, 207000], [field(13071, "1.234", wider=4, finer=1)], ["1.234"]),
        ([208002, 1018, 208000, 13071], [(0x3131, 16), field(13071, "1")], ["1.00"]),
        ([205003, 13071], [(0x414243, 24), field(13071, "1")], ["1.00"]),
        ([206009, 13254, 13071], [(5, 9), field(13071, "1")], ["1.00"]),
        ([206014, 13071, 13071], [field(13071, "2"), field(13071, "1")], ["2.00", "1.00"]),
        ([102002, 2001, 13071], [(0, 2), field(13071, "1"), (0, 2), field(13071, "2")], ["1.00", "2.00"]),
        ([101000, 31001, 13071, 2001], [(2, 8), field(13071, "1"), field(13071, "2"), (0, 2)], ["1.00", "2.00"]),
        ([201130, 101000, 31001, 13071, 201000], [(1, 8), field(13071, "1", wider=2)], ["1.00"]),
        ([101000, 31000, 13071], [(1, 1), field(13071, "1")], ["1.00"]),
        ([101000, 31001, 13071, 13071], [(0, 8), field(13071, "1")], ["1.00"]),
        ([103000, 31001, 101000, 31000, 13071], [(2, 8), (1, 1), field(13071, "1"), (0, 1)], ["1.00"]),
        ([13071, 222000, 236000, 101001, 31031, 101001, 33007, 13071], [
            field(13071, "1"), (0, 1), (70, 7), field(13071, "2"),
        ], ["1.00"]),
    ],
)  # fmt: skip
def test_operators_and_repetition_are_followed(descriptors: list[int], more: list[Field], wanted: list[str]) -> None:
    found = said(made([*POST, *descriptors], [*post(), *more]))
    assert [str(one.value) for one in readings(found)] == wanted
    assert reasons(found) == []


def test_a_field_beside_the_values_is_their_quality() -> None:
    more = [field(31021, 1), (2, 4), field(13071, "1"), (3, 4), field(13071, "2"), field(13071, "3")]
    body = made([*POST, 204004, 31021, 13071, 13071, 204000, 13071], [*post(), *more])
    found = readings(said(body, quality={"2": "bad"}))
    assert [(one.bad, one.doubts) for one in found] == [
        (True, ()), (False, ("quality code '3' is not declared",)), (False, ()),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("descriptors", "more", "words"),
    [
        ([13071, 13254, 13071], [field(13071, "1"), (0, 30)], "element 0 13 254 of its template is not in version 41"),
        ([13071, 363254], [field(13071, "1")], "sequence 3 63 254 of its template is not in version 41"),
        ([13071, 203012], [field(13071, "1")], "operator 2 03 012 of its template is not read"),
        ([13071, 221001, 13071], [field(13071, "1")], "operator 2 21 001 of its template is not read"),
        ([13071, 222000, 222001], [field(13071, "1")], "operator 2 22 001 of its template is not read"),
        ([13071, 224255], [field(13071, "1")], "operator 2 24 255 of its template is not read"),
        ([13071, 101000, 13071], [field(13071, "1"), (0, 14)], "repeats without a number of times"),
        ([13071, 101000], [field(13071, "1")], "repeats without a number of times"),
        ([13071, 102002, 13071], [field(13071, "1"), (0, 28)], "its template ends within what it repeats"),
        ([13071, 201001, 13071], [field(13071, "1"), (0, 14)], "before its template does"),
        ([13071, 13072, 23040], [field(13071, "1")], "before its template does"),
    ],
)
def test_what_stands_before_the_unreadable_is_read(descriptors: list[int], more: list[Field], words: str) -> None:
    body = made([*POST, *descriptors], [*post(), *more])
    found = said(body)
    assert values(found) == [Decimal(1)]
    assert words in reasons(found)[-1][1]
    assert found[-1].fragment == body  # type: ignore[union-attr]


def test_data_that_go_on_after_the_template_make_nothing_of_it_certain() -> None:
    found = said(made([*POST, 13071], [*post((13071, "1")), (1, 20)]))
    assert values(found) == []
    assert "go on after the end of its template" in reasons(found)[0][1]
    assert values(said(made([*POST, 13071], [*post((13071, "1")), (0, 64)]))) == [Decimal(1)]


GOOD = made([*POST, 13071], post((13071, "1")))


def spoilt(at: int, octet: int) -> bytes:
    return GOOD[:at] + bytes([octet]) + GOOD[at + 1 :]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (GOOD[:-1], "it breaks off"),
        (b"BUFR", "it breaks off"),
        (spoilt(6, 200), "it breaks off"),
        (spoilt(6, 0), "it breaks off"),
        (spoilt(6, GOOD[6] - 1), "does not end with 7777"),
        (spoilt(7, 5), "edition 5 of BUFR is not read"),
        (spoilt(10, 5), "section of identification is too short"),
        (spoilt(10, GOOD[10] + 1), "section"),
        (spoilt(11, 10), "master table 10 is not that of"),
        (spoilt(17, 0x80), "section"),
        (spoilt(8 + 22 + 5, 0), "no descriptors or no subsets"),
        (spoilt(8 + 22 + 2, 3), "section of descriptors or of data is too short"),
        (spoilt(8 + 22 + 2, 12), "section"),
    ],
)
def test_a_message_whose_sections_do_not_fit_is_refused_whole(body: bytes, words: str) -> None:
    found = said(body)
    ((where, reason),) = reasons(found)
    assert where == "message 1"
    assert words in reason
    assert found[0].fragment == body  # type: ignore[union-attr]


def test_a_section_of_the_sender_is_passed_over_and_edition_3_is_read() -> None:
    for made_so in ({"optional": b"local"}, {"edition": 3}, {"edition": 3, "optional": b"x" * 300}, {"version": 20}):
        body = made([*POST, 13071], post((13071, "1")), **made_so)
        assert values(said(body)) == [Decimal(1)]


def test_messages_follow_each_other_among_headings_and_garbled_ones() -> None:
    body = b"\x01\r\r\nISHD01 UCFM\r\r\n" + GOOD + b"\r\n" + spoilt(7, 9) + GOOD + b"7777\x03"
    found = said(body)
    assert [one.where for one in readings(found)] == [
        "message 1, subset 1, #1#upstreamWaterLevel",
        "message 3, subset 1, #1#upstreamWaterLevel",
    ]
    assert [where for where, _ in reasons(found)] == ["message 2"]


def test_a_message_of_which_nothing_is_declared_says_so() -> None:
    found = said(made([*POST, 13072, 13073], post((13072, "1"), (13073, None))))
    ((_, reason),) = reasons(found)
    assert "declares no channel 'downstreamWaterLevel'" in reason
    ((_, reason),) = reasons(said(made(POST, post())))
    assert reason == "it holds no value of air, snow or water"


def test_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "MAX_STEPS", 50)
    found = said(made([*POST, 101000, 31002, 13071], [*post(), (60, 16), *([field(13071, "1")] * 60)]))
    assert "more than 50 elements in one message: split it" in reasons(found)[0][1]
    assert 10 < len(readings(found)) < 50
    for group in ([100000, 31002], [101000, 31002, 201000]):
        found = said(made([*POST, 13071, *group], [*post((13071, "1")), (60000, 16)]))
        assert "more than 50 elements" in reasons(found)[0][1]
    found = said(made([13071], column(13071, ["1"] * 2), subsets=60000, compressed=True))
    assert "more than 50 elements" in reasons(found)[0][1]


def test_the_number_of_messages_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(envelope, "MAX_MESSAGES", 2)
    found = said(GOOD * 5)
    assert len(readings(found)) == 2
    assert found[-1].fragment == GOOD * 3  # type: ignore[union-attr]


def test_the_number_of_garbled_messages_is_bounded() -> None:
    assert len(reasons(said(b"BUFR" * 100_000))) == 1 + envelope.MAX_GARBLED


def test_groups_may_lie_as_deep_as_they_can() -> None:
    nested = [100001 + 1000 * at for at in range(63, 0, -1)]
    assert values(said(made([*POST, *nested, 13071], post((13071, "1"))))) == [Decimal(1)]


def test_compressed_values_of_which_the_lowest_is_missing_cannot_be_told() -> None:
    packed = [one for code, value in DATE for one in column(code, [value] * 2)]
    lowest = [field(13071, None), (3, 6), (1, 3), (2, 3)]
    ((_, reason),) = reasons(said(made([301011, 13071], [*packed, *lowest], subsets=2, compressed=True)))
    assert "the lowest of compressed values is missing" in reason


def test_compressed_subsets_that_repeat_unequally_often_cannot_be_told() -> None:
    packed = [one for code, value in DATE for one in column(code, [value] * 2)]
    times = [(1, 8), (2, 6), (0, 2), (1, 2)]
    ((_, reason),) = reasons(said(made([301011, 101000, 31001, 13071], [*packed, *times], subsets=2, compressed=True)))
    assert "unequally often" in reason


def test_sections_that_end_before_the_message_does_are_not_believed() -> None:
    body = GOOD[:-4] + b"\0\0" + GOOD[-4:]
    body = body[:4] + len(body).to_bytes(3) + body[7:]
    assert "do not add up" in reasons(said(body))[0][1]


def test_undeclared_elements_are_counted_in_one_refusal_and_kept_in_part() -> None:
    many = bufr_message._KEPT_PIECES + 50
    body = made([*POST, 101000, 31001, 13072], [*post(), (many, 8), *([field(13072, "1")] * many)])
    (one,) = said(body)
    assert isinstance(one, Unreadable)
    assert one.reason.endswith(f"({many} values)")
    assert one.fragment.count(b"downstreamWaterLevel") == bufr_message._KEPT_PIECES


@given(
    st.lists(
        st.tuples(st.sampled_from([13071, 13072, 23040]), st.none() | st.integers(0, 16000)), min_size=1, max_size=12
    ),
    st.integers(0, 31),
)
def test_every_value_that_is_there_is_accounted_for(pairs: list[tuple[int, int | None]], day: int) -> None:
    raw = [field(code, None) if value is None else (value, field(code, None)[1]) for code, value in pairs]
    found = said(
        made([*POST, *(code for code, _ in pairs)], [*post(day=day), *raw]), LEVEL, {**LEVEL, "name": "013072"}
    )
    silent = sum(code == 23040 and value is None for code, value in pairs)
    alone = int(silent == len(pairs))
    assert counted(found) == len(pairs) - silent + alone
    assert len(readings(found)) == (sum(code != 23040 for code, _ in pairs) if day else 0)


@given(st.integers(0, 2**32), st.integers(1, 8))
def test_garbled_bytes_within_a_message_raise_nothing_and_are_answered(seed: int, count: int) -> None:
    chance = random.Random(seed)
    packed = [one for code in (4001, 4002, 4003, 13071, 13072) for one in column(code, [1, 2, 3])]
    bodies = [
        GOOD,
        made([301011, 13071, 13072], packed, subsets=3, compressed=True),
        made([*POST, 103000, 31001, 4025, 204004, 13071], [*post(), (2, 8), *([(9, 40)] * 4)]),
    ]
    body = bytearray(chance.choice(bodies))
    for _ in range(count):
        body[chance.randrange(8, len(body) - 4)] = chance.randrange(256)
    found = said(bytes(body))
    assert found
    assert found == said(bytes(body))
