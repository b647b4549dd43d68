"""KN-15 by its wrapping: end marks, bulletin marks, headings, control bytes, other codes, encodings."""

import pytest

from ingest.decode.kn15 import bulletin as limits
from ingest.decode.kn15 import parse_bulletin, read_bulletin
from ingest.decode.kn15.encoding import encoding_of, pieces_of

ONE = "15101 06081 10204 20111 30199"
TEXT = "снеготаяние ливень размыта насыпь подъем продолжается"


def posts(text: str) -> list[str | None]:
    """The posts of the telegrams that were read."""
    return [telegram.station for telegram in parse_bulletin(text) if telegram.sections or telegram.nil]


@pytest.mark.parametrize(
    "text",
    [
        f"{ONE}=", f"HHZZ\r\n{ONE}=\r\nNNNN\r\n", f"HHZZ {ONE}=", f"\r\n\r\n{ONE} =\r\n",
        "15101 06081 10204\r\n20111\r\n30199\r\n=", "15101  06081\t10204\r\r\n20111 30199=",
        f"ZCZC 014\r\r\nSRKG20 UCFM 060400\r\r\nHHZZ\r\r\n{ONE}=\r\nNNNN", f"SRKG20 UCFM 060400 RRA\r\n{ONE}=",
        f"014\r\n{ONE}=", f"ZCZC\r\n014\r\nSRKG20 UCFM 060400\r\n{ONE}=", f"SRKG20 UCFM 060400 {ONE}=",
        f"\x01\r\nHHZZ\r\n\x0e{ONE}\x0f=\x03", "15101 06081 102\x0e04 20111\x0f30199=", f"HYDRO {ONE}=",
        f"HHZZ\r\nГИДРО {ONE}=", f"\ufeff{ONE}=", f"NNNN\r\nZCZC 015\r\nHHZZ\r\n{ONE}=", f"=={ONE}==",
        "15101\u00a006081 10204 20111 30199=",
    ],
)  # fmt: skip
def test_the_wrapping_comes_off(text: str) -> None:
    (telegram,) = parse_bulletin(text)
    assert telegram.text == ONE
    assert telegram.faults == []


def test_a_bulletin_mark_may_follow_an_end_mark_directly() -> None:
    assert posts("15101 06081 10204=HHZZ 15102 06081 10205=NNNN") == ["15101", "15102"]


def test_a_line_break_is_no_end() -> None:
    assert len(parse_bulletin("15101 06081 10204\r\n15102 06081 10205=")) == 1


def test_text_without_an_end_mark_is_left_over_and_kept() -> None:
    found = read_bulletin([(piece, "utf-8") for piece in f"{ONE}=\r\n15102 06081 10204".split("=")])
    assert [telegram.station for telegram in found.telegrams] == ["15101"]
    assert [leftover.tokens for leftover in found.leftovers] == [("15102", "06081", "10204")]


def test_text_that_a_bulletin_mark_cuts_off_is_left_over_and_kept() -> None:
    found = read_bulletin([(piece, "utf-8") for piece in f"15102 06081 10204 NNNN\r\nHHZZ {ONE}=".split("=")])
    assert [telegram.station for telegram in found.telegrams] == ["15101"]
    assert [leftover.tokens for leftover in found.leftovers] == [("15102", "06081", "10204")]
    assert found.wrapping == ["NNNN", "HHZZ"]


def test_a_short_line_inside_a_telegram_is_no_heading() -> None:
    (telegram,) = parse_bulletin("15101 06081 10204\r\n201\r\n30199=")
    assert [fault.token for fault in telegram.faults] == ["201"]


def test_hydra_is_refused_by_name() -> None:
    (telegram,) = parse_bulletin("HHXX 15102 06081 22150=")
    assert telegram.refused is not None
    assert "HYDRA" in telegram.refused


@pytest.mark.parametrize(
    "other", ["METAR UCFM 060400Z", "HHXX 15102 06081 22150", "AAXX 06034 38353", "1510 06081 10204", "15/01 06081"]
)
def test_one_telegram_of_another_code_is_refused_and_the_rest_is_kept(other: str) -> None:
    text = f"HHZZ\r\n15101 06081 10204=\r\n{other}=\r\n15103 06081 10205=\r\nNNNN"
    assert posts(text) == ["15101", "15103"]
    refused = parse_bulletin(text)[1]
    assert [(fault.token, fault.at) for fault in refused.faults] == [(other, 1)]


@pytest.mark.parametrize("encoding", ["utf-8", "koi8-r", "cp1251"])
@pytest.mark.parametrize("words", [TEXT, TEXT.upper(), TEXT.capitalize(), "НИЛ"])
def test_the_encoding_is_told_by_its_text(encoding: str, words: str) -> None:
    body = f"15101 06187 97701 10996 {words}=".encode(encoding)
    assert encoding_of(body) == encoding
    assert words in pieces_of(body)[0][0]


def test_telegrams_of_two_encodings_may_be_mixed() -> None:
    body = f"15101 06187 97701 {TEXT}=".encode() + f"15102 06187 97701 {TEXT}=15103 НИЛ=".encode("koi8-r")
    found = read_bulletin(pieces_of(body)).telegrams
    assert [telegram.sections[0].fields["text"] for telegram in found[:2]] == [TEXT, TEXT]
    assert found[2].nil


def test_a_telegram_of_too_many_groups_is_refused_whole() -> None:
    longest = " ".join(["15101 06187 97701", *["word"] * (limits.MAX_TOKENS - 3)])
    assert posts(f"{longest}=") == ["15101"]
    (telegram,) = parse_bulletin(f"{longest} word={''}")
    assert telegram.refused == f"more than {limits.MAX_TOKENS} groups in one telegram"
    assert telegram.sections == []


def test_a_message_of_too_many_telegrams_is_read_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_TELEGRAMS", 2)
    found = read_bulletin([(piece, "utf-8") for piece in ["15101 NIL", "15102 NIL", "15103 NIL", "15104 NIL", ""]])
    assert [telegram.station for telegram in found.telegrams] == ["15101", "15102"]
    assert [leftover.tokens for leftover in found.leftovers] == [("15103", "NIL=15104", "NIL=")]
