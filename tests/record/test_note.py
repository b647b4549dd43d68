"""Signed notes, keys and canonical JSON: what is accepted and, above all, what is not."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from record.errors import ProofError
from record.proof import canonical, checkpoint, note
from record.proof.checkpoint import Checkpoint
from record.proof.keys import load_signer, new_signer, parse_vkey, save_signer

KEY = new_signer("gateway.test")


def test_a_note_is_read_back_with_its_signer() -> None:
    raw = note.sign("first\n\nsecond\n", [KEY, new_signer("stranger.test")])
    said, names = note.verified(raw, [KEY.verifier])
    assert said.text == "first\n\nsecond\n"
    assert names == {"gateway.test": None}


@pytest.mark.parametrize("place", [0, 3, -3])
def test_a_flipped_byte_is_seen(place: int) -> None:
    raw = bytearray(note.sign("some text\n", [KEY]))
    raw[place] ^= 1
    with pytest.raises(ProofError):
        note.verified(bytes(raw), [KEY.verifier])


@pytest.mark.parametrize("text", ["no newline", "a\ttab\n", "a\x00zero\n"])
def test_bad_text_is_not_signed(text: str) -> None:
    with pytest.raises(ProofError, match="text of a note"):
        note.sign(text, [KEY])


@given(st.binary(max_size=200))
def test_any_bytes_are_a_note_or_refused(raw: bytes) -> None:
    try:
        said = note.parse(raw)
    except ProofError:
        return
    assert note.parse(said.encode()) == said


def test_a_key_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "gateway.pem"
    save_signer(KEY, path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_signer(path, KEY.name).verifier == KEY.verifier
    path.chmod(0o644)
    with pytest.raises(ProofError, match="chmod 600"):
        load_signer(path, KEY.name)


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    save_signer(KEY, tmp_path / "key.pem")
    with pytest.raises(FileExistsError):
        save_signer(KEY, tmp_path / "key.pem")


def test_a_verifier_key_is_read_back() -> None:
    assert parse_vkey(KEY.verifier.vkey) == KEY.verifier


@pytest.mark.parametrize("text", ["", "name", "name+00000000+AAAA", "na me+00000000+" + "A" * 44])
def test_a_bad_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(ProofError, match="verifier key"):
        parse_vkey(text)


def test_a_checkpoint_is_read_back() -> None:
    said = Checkpoint("arna.example/test", 7, bytes(32))
    raw = note.sign(said.text, [KEY])
    assert checkpoint.parse(note.verified(raw, [KEY.verifier])[0].text) == said


@pytest.mark.parametrize(
    "content", [1.5, True, {"ключ": "x"}, {"a": -1}, 2**53, "e\u0301", "\ud800", [[[[[[[[[[]]]]]]]]]]]
)
def test_what_the_profile_lacks_is_refused(content: object) -> None:
    with pytest.raises(ProofError, match="canonical"):
        canonical.encode(content)


@pytest.mark.parametrize(
    "spelled", [b'{"b":1,"a":2}', b'{"a":1, "b":2}', b'{"a":1,"a":1}', b'{"a":1e0}', b'"\\u0041"', b"["]
)
def test_another_spelling_is_refused(spelled: bytes) -> None:
    with pytest.raises(ProofError, match="canonical"):
        canonical.decode(spelled)


def test_canonical_json_is_spelled_as_rfc_8785_does() -> None:
    spelled = canonical.encode({"б"[:0] + "b": ["Шу", None, 3], "a": {"\x03"[:0]: "\u0003\n"}})
    assert spelled == '{"a":{"":"\\u0003\\n"},"b":["Шу",null,3]}'.encode()


def test_a_key_that_was_half_written_is_written_anew_and_a_whole_one_never(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "log.pem"
    path.parent.mkdir()
    path.with_name("log.pem.part").write_bytes(b"-----BEGIN")
    save_signer(KEY, path)
    assert load_signer(path, KEY.name).verifier == KEY.verifier
    with pytest.raises(FileExistsError):
        save_signer(new_signer(KEY.name), path)
    assert load_signer(path, KEY.name).verifier == KEY.verifier
    assert [found.name for found in path.parent.iterdir()] == ["log.pem"]
