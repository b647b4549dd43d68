"""A PDF bears its own proof behind it: readers find the paper as before, and no byte of the whole may be another."""

import base64
import hashlib
import io
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pypdf
import pytest
import typst

from record import leaf as leaves
from record.errors import ProofError
from record.proof import inclusion, note, policy, tree
from record.proof.checkpoint import Checkpoint
from record.proof.policy import Witness
from record.proof.stapled import staple, unstapled
from record.verify import EN, LANGUAGES, main, read_policy, verify
from tests.keys import GATEWAY, LOG, WITNESSES
from tests.record.ministry import SIGNED, now

NAME = "daily-2026-05-01.r1.kk.pdf"
WORDS = "Kirov reservoir: 402.5 million m³"


def workbook() -> bytes:
    """As much of a workbook as a check looks at: it is packed as a zip of proofs is."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", "<workbook/>")
    return packed.getvalue()


OTHERS = {
    "daily-2026-05-01.r1.kk.xlsx": workbook(),
    "daily-2026-05-01.r1.csv": b"key,value\nkirov:kg,402.5\n",
    "daily-2026-05-01.r1.json": b"{}",
}


@dataclass(frozen=True)
class Issued:
    """An issued paper, the proof of the entry that names its hash, the two in one, and the policy."""

    pdf: bytes
    proof: bytes
    policy: str

    @property
    def whole(self) -> bytes:
        return staple(self.pdf, self.proof)

    def shown(self, body: bytes, name: str = "report.pdf") -> tuple[bool, str]:
        """Whether a file is shown to be unchanged, and what is said of it."""
        outcome = verify({name: body}, read_policy(self.policy), EN, now())
        return outcome.shown, "".join(outcome.lines)


@pytest.fixture(scope="module")
def issued() -> Issued:
    """A journal of three entries, the second of which names the paper and the other copies."""
    pdf = typst.compile(WORDS.encode(), format="pdf", pdf_standards=["a-3b"])
    forms = [
        {"name": name, "sha256": hashlib.sha256(body).hexdigest()} for name, body in ({NAME: pdf} | OTHERS).items()
    ]
    content = {
        "log": LOG.name, "source": "reports", "seq": 1, "prev": None, "received": "2028-07-09T02:00:00Z",
        "entered": "2028-07-09T02:00:00Z", "raw": [],
        "report": {"forms": forms},
    }  # fmt: skip
    entry = leaves.encode(leaves.Leaf(leaves.REPORT, content), GATEWAY)
    before, after = tree.leaf_hash(b"before"), tree.leaf_hash(b"after")
    pair = hashlib.sha256(b"\1" + before + tree.leaf_hash(entry)).digest()
    root = hashlib.sha256(b"\1" + pair + after).digest()
    signed = note.sign(Checkpoint(LOG.name, 3, root).text, [LOG])
    lines = [note.cosigned(signed, one, int(SIGNED.timestamp())).line.encode() for one in WITNESSES.values()]
    proof = inclusion.Proof(1, (before, after), signed + b"".join(lines), entry).encode()
    both = policy.all_of(LOG.verifier, [Witness(name, one.verifier, None) for name, one in WITNESSES.items()])
    return Issued(pdf, proof, policy.write(both) + f"# gateway {GATEWAY.verifier.vkey}\n")


def test_the_one_file_is_shown_to_be_unchanged(issued: Issued) -> None:
    shown, said = issued.shown(issued.whole)
    assert shown, said
    assert said.startswith(f"report {NAME} [report.pdf]: unchanged since 2028-07-09 02:00 UTC and the same for both")
    assert issued.shown(issued.whole, NAME)[1].startswith(f"report {NAME}: unchanged")


def test_no_byte_may_be_another(issued: Issued) -> None:
    whole, end = issued.whole, len(issued.pdf)
    passed = []
    for place in (*range(0, end, 211), *range(end - 40, end + 40), *range(end, len(whole), 5), len(whole) - 1):
        flipped = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        if issued.shown(flipped)[0]:
            passed.append(place)
    assert passed == []


@pytest.mark.parametrize("changed", [b"", b"\n", b"%\n", b"\n%%EOF\n"])
def test_nothing_may_stand_behind_it(issued: Issued, changed: bytes) -> None:
    shown, said = issued.shown(issued.whole + changed if changed else issued.whole[:-1])
    assert not shown
    assert "Failed at step 1" in said
    assert EN["staple"] in said


@pytest.mark.parametrize(
    "reader",
    [
        pytest.param(words, marks=pytest.mark.skipif(shutil.which(words[0]) is None, reason=f"{words[0]} is not here"))
        for words in (["qpdf", "--check"], ["pdftotext", "-q"])
    ],
)
def test_readers_find_no_fault_with_it(issued: Issued, tmp_path: Path, reader: list[str]) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(issued.whole)
    read = subprocess.run([*reader, path], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (read.returncode, read.stderr) == (0, "")


def test_readers_find_the_paper_as_before(issued: Issued) -> None:
    pages = pypdf.PdfReader(io.BytesIO(issued.whole), strict=True).pages
    assert [page.extract_text() for page in pages] == [WORDS]


def test_it_is_taken_apart_into_what_it_was_made_of(issued: Issued) -> None:
    assert unstapled(issued.whole) == (issued.pdf, issued.proof)
    for odd in (issued.pdf, issued.proof, issued.whole[:-1], issued.whole + b"\n", issued.whole[1:], b""):
        assert unstapled(odd) is None
    # Who staples anew what bears a proof has another file, in which the issued one lies whole.
    assert unstapled(staple(issued.whole, issued.proof)) == (issued.whole, issued.proof)
    assert not issued.shown(staple(issued.whole, issued.proof))[0]


def test_what_is_no_pdf_or_no_proof_is_not_stapled(issued: Issued) -> None:
    for pdf, proof in (
        (b"<html>", issued.proof), (b"%PDF-1.7\n", issued.proof), (b"%PDF-1.7\nstartxref\nx\n", issued.proof),
        (issued.pdf, b"proof\n"), (issued.pdf, issued.proof[:-1]), (issued.pdf, issued.proof + b"\r\n"),
    ):  # fmt: skip
        with pytest.raises(ProofError, match=r"\Anot a [^\n]+\Z"):
            staple(pdf, proof)


def test_a_file_alone_is_checked_by_the_proof_beside_it(
    issued: Issued, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "policy").write_text(issued.policy)
    (tmp_path / NAME).write_bytes(issued.pdf)
    path = str(tmp_path / NAME)
    for language, words in LANGUAGES.items():
        assert main([path, "--lang", language], now) == 2
        assert capsys.readouterr().out == words["no proof"].format(what=NAME) + "\n"
    # One proof is of all the copies of a revision.
    (tmp_path / "daily-2026-05-01.r1.tlog-proof").write_bytes(issued.proof)
    assert main([path], now) == 0
    assert capsys.readouterr().out.startswith(f"report {NAME}: unchanged")
    # What is called exactly as the file comes before it, and a proof that the file bears before both.
    (tmp_path / "daily-2026-05-01.r1.kk.tlog-proof").write_bytes(b"no proof")
    assert main([path], now) == 1
    (tmp_path / NAME).write_bytes(issued.whole)
    assert main([path], now) == 0


@pytest.mark.parametrize("name", OTHERS)
def test_every_copy_is_checked_by_the_one_proof_beside_it(
    issued: Issued, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (tmp_path / "policy").write_text(issued.policy)
    (tmp_path / name).write_bytes(OTHERS[name])
    assert main([str(tmp_path / name)], now) == 2
    assert f"{name}: nothing could be checked" in capsys.readouterr().out
    (tmp_path / "daily-2026-05-01.r1.tlog-proof").write_bytes(issued.proof)
    assert main([str(tmp_path / name)], now) == 0
    assert capsys.readouterr().out.startswith(f"report {name}: unchanged since 2028-07-09 02:00 UTC and the same")
    (tmp_path / name).write_bytes(OTHERS[name] + b"\n")
    assert main([str(tmp_path / name)], now) == 1
    assert EN["changed"] in capsys.readouterr().out


def test_a_signature_that_the_policy_does_not_ask_for_is_passed_over(issued: Issued) -> None:
    """Anyone can sign a checkpoint too: what the policy asks for holds as it did, and the file is another one."""
    stranger = b"\xe2\x80\x94 stranger.example " + base64.b64encode(b"\1" * 68) + b"\n"
    longer = staple(issued.pdf, issued.proof + stranger)
    assert longer != issued.whole
    assert issued.shown(longer) == issued.shown(issued.whole)
