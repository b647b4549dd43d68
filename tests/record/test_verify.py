"""Whoever has a file, its proof and the policy can tell whether it is unchanged, and which step fails if not."""

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from record import verify as verifier
from record.proof import policy
from record.verify import LANGUAGES, ed25519, main, read_policy
from tests.keys import LOG, WITNESSES, keys_toml, signer_of
from tests.record.founded import declared
from tests.record.ministry import SIGNED, Ministry, now

FILE = Path(verifier.__file__)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Ministry:
    return Ministry(tmp_path_factory.mktemp("ministry"))


def told(capsys: pytest.CaptureFixture[str], *words: object, code: int = 0) -> str:
    assert main([str(word) for word in words], now) == code
    return capsys.readouterr().out


ABOUT = (
    "unchanged since 2028-07-09 02:05 UTC and the same for both (signed: kg 2028-07-09 02:00 UTC, kz 2028-07-09 02:05"
)


@pytest.mark.parametrize(
    ("files", "what"),
    [
        (["report.html", "report.tlog-proof"], "report daily-2026-05-01.r1.kk.html [report.html]: "),
        (["report.tlog-proof", "report.html"], "report daily-2026-05-01.r1.kk.html [report.html]: "),
        (["segment.nc", "segment.tlog-proof"], "segment talas-daily 2026-01-01/2027-01-01 [segment.nc]: "),
        (["table.csv", "proofs.zip"], "table table.csv (4 values): "),
        (["reading.tlog-proof"], "entry 5 (batch, source telegrams, readings: 1): "),
    ],
)
def test_what_is_unchanged_is_said_in_one_sentence(
    held: Ministry, capsys: pytest.CaptureFixture[str], files: list[str], what: str
) -> None:
    said = told(capsys, *(held.folder / name for name in files))
    assert said.startswith(f"{what}{ABOUT}")
    assert "correct" not in said.replace("corrected later", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_answers_in_every_language_and_says_which_step_failed(
    held: Ministry, capsys: pytest.CaptureFixture[str], tmp_path: Path, language: str
) -> None:
    said = told(capsys, held.report, held.folder / "report.tlog-proof", "--lang", language)
    assert "2028-07-09 02:05 UTC" in said
    changed = tmp_path / "report.html"
    changed.write_bytes(held.report.read_bytes().replace(b"<html", b"<html ", 1))
    failed = told(
        capsys,
        changed,
        held.folder / "report.tlog-proof",
        "--policy",
        held.folder / "policy",
        "--lang",
        language,
        code=1,
    )
    words = LANGUAGES[language]
    assert words["steps"].split("|")[5] in failed
    assert words["changed"] in failed
    assert set(words) == set(LANGUAGES["en"])
    fields = {key: sorted(re.findall(r"\{\w+\}", text)) for key, text in words.items()}
    assert fields == {key: sorted(re.findall(r"\{\w+\}", text)) for key, text in LANGUAGES["en"].items()}
    assert len(words["steps"].split("|")) == 6


def swapped(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(raw: bytes) -> bytes:
        assert old in raw
        return raw.replace(old, new, 1)

    return change


def line_changed(number: int, letter: bytes = b"A") -> Callable[[bytes], bytes]:
    """Another letter in the middle of a line, which stays base64 of the same length."""

    def change(raw: bytes) -> bytes:
        lines = raw.split(b"\n")
        middle = len(lines[number]) // 2
        other = b"B" if lines[number][middle : middle + 1] == letter else letter
        lines[number] = lines[number][:middle] + other + lines[number][middle + 1 :]
        return b"\n".join(lines)

    return change


@pytest.mark.parametrize(
    ("change", "step", "why"),
    [
        (swapped(b"index ", b"indec "), 1, "does not hold the entry"),
        (line_changed(-4), 2, "the signature of arna.example/test does not fit"),
        (lambda raw: b"\n".join([*raw.split(b"\n")[:-4], *raw.split(b"\n")[-3:]]), 2, "did not sign the checkpoint"),
        (lambda raw: b"\n".join([*raw.split(b"\n")[:-2], b""]), 3, "the signature of kz is lacking"),
        (line_changed(-2), 3, "the signature of kz.witness.example does not fit"),
        (line_changed(3), 4, "the hashes do not lead to the signed root"),
        (line_changed(1), 4, "the hashes do not lead to the signed root"),
        (swapped(b"index 5", b"index 6"), 4, "the hashes do not lead"),
        (swapped(b"index 5", b"index 99"), 4, "entry 99 lies outside of the"),
    ],
)
def test_a_proof_that_was_changed_fails_at_its_step(
    held: Ministry,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    change: Callable[[bytes], bytes],
    step: int,
    why: str,
) -> None:
    bad = tmp_path / "bad.tlog-proof"
    bad.write_bytes(change((held.folder / "reading.tlog-proof").read_bytes()))
    said = told(capsys, bad, "--policy", held.folder / "policy", code=1)
    assert f"Failed at step {step} of 6 ({LANGUAGES['en']['steps'].split('|')[step - 1]})" in said
    assert why in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b"0.5,1,4", b"0.7,1,4", "line 2, inflow [m3/s]: the file says 0.7 m3/s (good), entry 4 says 0.50 m3/s (good)"),
        (b"1.5,3,5", b"1.5,1,5", "the file says 1.5 m3/s (good), entry 5 says 1.50 m3/s (suspect)"),
        (b",9,7", b"4,1,7", "the file says 4 m3/s (good), entry 7 says - m3/s (missing)"),
        (b"0.5,1,4", b"0.5,1,5", "entry 5 says -"),
        (b"2.5,1,6", b"2.5,1,0", "these entries lack a proof, get it at /proof?entry=0"),
        (b"2.5,1,6", b"2.5,1,", "a value that names no entry"),
        (b"inflow_flag", b"inflow_flog", "its first line lacks a column"),
    ],
)
def test_a_table_that_was_changed_is_told_by_its_line(
    held: Ministry, capsys: pytest.CaptureFixture[str], tmp_path: Path, old: bytes, new: bytes, why: str
) -> None:
    bad = tmp_path / "table.csv"
    bad.write_bytes(swapped(old, new)((held.folder / "table.csv").read_bytes()))
    said = told(capsys, bad, held.folder / "proofs.zip", "--policy", held.folder / "policy", code=1)
    assert "Failed at step 6" in said
    assert why in said


def test_without_any_proof_it_says_so(held: Ministry, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    alone = tmp_path / "alone.html"
    alone.write_bytes(held.report.read_bytes())
    said = told(capsys, alone, "--policy", held.folder / "policy", code=2)
    assert said == "alone.html: nothing could be checked: there is no proof of it at hand (.tlog-proof).\n"


def test_another_policy_knows_neither_log_nor_witness(
    held: Ministry, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    proof = held.folder / "reading.tlog-proof"
    (tmp_path / "p").write_text(f"log {signer_of('other.example').verifier.vkey}\nquorum none\n")
    assert "a log that the policy does not name" in told(capsys, proof, "--policy", tmp_path / "p", code=1)
    other = declared(tmp_path / "c", {"keys.toml": keys_toml(witnesses=WITNESSES | {"kz": signer_of("kz2", 4)})}).policy
    assert other is not None
    (tmp_path / "p").write_text(policy.write(other))
    assert "the signature of kz is lacking" in told(capsys, proof, "--policy", tmp_path / "p", code=1)


def test_with_no_quorum_nothing_is_said_of_both(
    held: Ministry, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "p").write_text(f"log {LOG.verifier.vkey}\nquorum none\n")
    said = told(capsys, held.folder / "reading.tlog-proof", "--policy", tmp_path / "p")
    assert "No ministry signed" in said
    (tmp_path / "p").write_text(
        f"log {LOG.verifier.vkey}\nwitness KG {WITNESSES['kg'].verifier.vkey}\n"
        f"witness KZ {signer_of('kz2', 4).verifier.vkey}\ngroup one any KG KZ\nquorum one\n"
    )
    said = told(capsys, held.folder / "reading.tlog-proof", "--policy", tmp_path / "p")
    assert 'not: KZ). Nothing is said of "the same for both"' in said


def test_old_signatures_are_called_stale(held: Ministry, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(held.folder / "reading.tlog-proof")], lambda: SIGNED + timedelta(hours=27)) == 0
    assert "Stale view" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "log x\n", "log a+b+c\n", "quorum both\n", "group g all a b\n", "log\n", "\0"])
def test_a_policy_that_cannot_be_read_checks_nothing(
    held: Ministry, capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str
) -> None:
    (tmp_path / "p").write_text(text)
    told(capsys, held.folder / "reading.tlog-proof", "--policy", tmp_path / "p", code=2)


def test_a_missing_file_checks_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    told(capsys, tmp_path / "nothing", code=2)
    assert main([], now) == 2


def test_it_needs_only_python(held: Ministry) -> None:
    """Without any package of this environment: the signatures are checked by its own code."""
    words = [
        sys.executable,
        "-I",
        "-S",
        str(FILE),
        str(held.report),
        str(held.folder / "report.tlog-proof"),
        "--lang",
        "kk",
    ]
    done = subprocess.run(words, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "2028-07-09 02:05 UTC" in done.stdout.decode()


def test_a_zip_that_is_too_much_is_refused(held: Ministry, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.tlog-proof", bytes(10_000_000))
    (tmp_path / "bomb.zip").write_bytes(bomb.getvalue())
    said = told(capsys, held.report, tmp_path / "bomb.zip", code=1)
    assert "bomb.zip is no zip of proofs" in said


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_bytes_bring_it_down(held: Ministry, data: st.DataObject) -> None:
    whole = bytearray(
        (held.folder / data.draw(st.sampled_from(["reading.tlog-proof", "proofs.zip", "table.csv"]))).read_bytes()
    )
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    files = {"report.html": held.report.read_bytes(), "table.csv": bytes(whole), "x": bytes(whole)}
    read = read_policy((held.folder / "policy").read_text())
    outcome = verifier.verify(files, read, LANGUAGES["ru"], now())
    assert all("\n" not in line for line in outcome.lines)


# RFC 8032, section 7.1, tests 1 to 3: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
        "655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
        "b00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28d"
        "c027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_plain_python_checks_signatures_as_the_standard_has_them(public: str, message: str, signature: str) -> None:
    key, said, text = bytes.fromhex(public), bytes.fromhex(signature), bytes.fromhex(message)
    assert ed25519(key, said, text)
    assert not ed25519(key, said, text + b"x")
    for place in (0, 31, 32, 63):
        assert not ed25519(key, said[:place] + bytes([said[place] ^ 1]) + said[place + 1 :], text)
    order = 2**252 + 27742317777372353535851937790883648493
    larger = (int.from_bytes(said[32:], "little") + order).to_bytes(32, "little")
    assert not ed25519(key, said[:32] + larger, text)


@settings(max_examples=15, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=100), st.integers(0, 63), st.integers(0, 255))
def test_plain_python_agrees_with_the_library(seed: bytes, message: bytes, place: int, other: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), bytearray(private.sign(message))
    assert ed25519(public, bytes(signature), message)
    signature[place] ^= other
    assert ed25519(public, bytes(signature), message) == verifier.accepts(public, bytes(signature), message)
