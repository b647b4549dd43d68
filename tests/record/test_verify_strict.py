"""What someone could make of a genuine file, proof or policy, so that a careless reader of it would still say yes."""

import base64
import hashlib
import os
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from record import verify as verifier
from record.archive.answer import About, Answer, Heading
from record.errors import ProofError
from record.network import Collection
from record.network.basin import Series
from record.proof import inclusion, note, policy, tree
from record.proof.checkpoint import Checkpoint
from record.proof.inclusion import Proof
from record.proof.keys import COSIGNATURE, Signer, parse_vkey
from record.quantities import QUANTITIES
from record.verify import LANGUAGES, UsageError, main, read_policy
from tests.answers import written
from tests.keys import LOG, WITNESSES, signer_of
from tests.record.ministry import SIGNED, Ministry, now

FILE = Path(verifier.__file__)
KZ, KG = WITNESSES["kz"].verifier.vkey, WITNESSES["kg"].verifier.vkey
LOG_LINE, BOTH = f"log {LOG.verifier.vkey}\n", f"witness KZ {KZ}\nwitness KG {KG}\n"
SEVEN = int(SIGNED.timestamp())
ENTRY = 'arna/batch/v1\n{"log":"arna.example/test","rows":[],"series":[],"source":"s"}\n\n\u2014 g AAAAAAAA\n'


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Ministry:
    return Ministry(tmp_path_factory.mktemp("strict"))


def told(capsys: pytest.CaptureFixture[str], *words: object, code: int = 0) -> str:
    assert main([str(word) for word in words], now) == code
    return "".join(capsys.readouterr())


def bare(held: Ministry) -> str:
    """The policy without the keys of gateways, for entries that no gateway signed."""
    lines = (held.folder / "policy").read_text().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("#"))


def proof_of(entry: str | bytes, times: dict[str, int], witnesses: dict[str, Signer] = WITNESSES) -> bytes:
    """The proof of a journal that holds this entry alone, signed by these witnesses at these times."""
    leaf = entry if isinstance(entry, bytes) else entry.encode()
    raw = note.sign(Checkpoint(LOG.name, 1, tree.leaf_hash(leaf)).text, [LOG])
    lines = [note.cosigned(raw, witnesses[party], time).line.encode() for party, time in times.items()]
    return Proof(0, (), raw + b"".join(lines), leaf).encode()


def said_of(text: str, *proofs: bytes) -> list[str]:
    files = {f"{number}.tlog-proof": raw for number, raw in enumerate(proofs)}
    return verifier.verify(files, read_policy(text), LANGUAGES["en"], now()).lines


def table(change: str) -> bytes:
    """The table of `Ministry` with a column more, or otherwise laid out."""
    head = "station_id,station_name,nature,verified,time_utc,inflow [m3/s],inflow_flag,inflow_entry"
    row = "kirov:kg,Kirov,real,true,2026-05-01T02:00:00Z,0.5,1,4"
    laid = {
        "hidden behind its like": (
            head.replace("inflow [m3/s]", "inflow [m3/s],inflow [m3/s]"),
            f"{row[:-7]}99,0.5,1,4",
        ),
        "twice": (f"{head},inflow [m3/s],inflow_flag,inflow_entry", f"{row},0.5,1,4"),
        "without entry": (f"{head},release [m3/s],release_flag", f"{row},99,1"),
        "with another name for its entry": (f"{head},release [m3/s],release_flag,release_ent", f"{row},99,1,4"),
        "other unit": (head.replace("m3/s", "l/s"), row),
        "row twice": (head, f"{row}\r\n{row}"),
        "flag of nothing": (f"{head},release [m3/s],release_flag,release_entry", f"{row},,1,"),
        "long row": (head, f"{row},99"),
        "odd number": (head, row.replace("0.5", "0.5_0")),
        "no number": (head, row.replace("0.5", "half")),
        "odd entry": (head, row.replace(",4", ", 4")),
        "nothing": (head, ""),
    }
    return "\r\n".join([*laid[change], ""]).replace("\r\n\r\n", "\r\n").encode()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("hidden behind its like", "its first line is not that of a table"),
        ("twice", "its first line is not that of a table"),
        ("without entry", "its first line lacks a column"),
        ("with another name for its entry", "its first line lacks a column"),
        ("other unit", "the file says 0.5 l/s (good), entry 4 says 0.50 m3/s (good)"),
        ("row twice", "line 3: the same time of kirov:kg twice"),
        ("flag of nothing", "line 2: a value that names no entry"),
        ("long row", "line 2 has 9 columns of 8"),
        ("odd number", "line 2: '0.5_0' is no number"),
        ("no number", "line 2: 'half' is no number"),
        ("odd entry", "line 2: ' 4' is no entry"),
        ("nothing", "the table has no value"),
    ],
)
def test_a_table_is_read_as_the_service_lays_it_out_and_no_other_way(
    held: Ministry, capsys: pytest.CaptureFixture[str], tmp_path: Path, change: str, why: str
) -> None:
    (tmp_path / "any name").write_bytes(table(change))
    said = told(capsys, tmp_path / "any name", held.folder / "proofs.zip", "--policy", held.folder / "policy", code=1)
    assert "Failed at step 6" in said
    assert why in said


def test_a_simulated_value_is_not_passed_off_as_real(held: Ministry) -> None:
    entry = ENTRY.replace('"rows":[]', '"rows":[[0,"2026-05-01T02:00:00Z","0.50","good",null]]').replace(
        '"series":[]', '"series":[{"id":"kirov:kg.inflow.daily","method":"simulated","unit":"m3/s"}]'
    )
    proof = proof_of(entry, {"kz": SEVEN, "kg": SEVEN})
    real = table("row twice").rsplit(b"\r\n", 2)[0].replace(b",4", b",0") + b"\r\n"
    text = bare(held)
    for body, shown in ((real, False), (real.replace(b",real,", b",simulated,"), True)):
        files = {"t.csv": body, "p.tlog-proof": proof}
        outcome = verifier.verify(files, read_policy(text), LANGUAGES["en"], now())
        assert outcome.shown is shown
        assert shown or "entry 0 says 0.50 m3/s (good, simulated)" in outcome.lines[0]
    reading = ("kirov:kg.inflow.daily", "2026-05-01T02:00:00Z")
    _, said, _ = verifier.verify({"p.tlog-proof": proof}, read_policy(text), LANGUAGES["en"], now(), reading).lines
    assert said == "kirov:kg.inflow.daily 2026-05-01T02:00:00Z: 0.50 m3/s (good, simulated)"


def test_the_units_of_tables_are_known_as_entries_spell_them() -> None:
    for quantity in QUANTITIES.values():
        series = Series(id=f"s.{quantity.id}.hourly", station="s", quantity=quantity.id, interval="hourly", basin="chu")
        heading = Heading(
            collection=Collection(id="c", basin="chu", interval="hourly", series=(series,)),
            stations=(About(id="s", name="s", nature="real", verified=True, computed=False, lat=42.0, lon=71.0),),
            quantities=(quantity.id,),
            kinds=("", "_flag", "_entry"),
            count=8,
            as_of=None,
            origin="test",
        )
        cells = {quantity.id: np.float64(1.0), f"{quantity.id}_flag": np.int8(1), f"{quantity.id}_entry": np.int64(7)}
        time = np.array([int(datetime(2026, 5, 1, tzinfo=UTC).timestamp())])
        answer = Answer(heading, time, {name: np.array([[cell]]) for name, cell in cells.items()})
        (cell,) = verifier.read_cells(written("csv", answer))
        assert (cell.unit, cell.place, cell.entry) == (quantity.unit, (f"s.{quantity.id}", "2026-05-01T00:00:00Z"), 7)


def test_a_genuine_report_of_another_day_is_called_by_its_own_name(
    held: Ministry, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "daily-2026-06-30.html").write_bytes(held.report.read_bytes())
    words = [tmp_path / "daily-2026-06-30.html", held.folder / "report.tlog-proof", "--policy", held.folder / "policy"]
    assert told(capsys, *words).startswith("report daily-2026-05-01.r1.kk.html [daily-2026-06-30.html]: unchanged")


def test_two_files_of_one_name_are_both_checked(
    held: Ministry, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "report.html").write_bytes(b"another")
    said = told(capsys, tmp_path / "report.html", held.report, held.folder / "report.tlog-proof", "--policy",
                held.folder / "policy", code=1)  # fmt: skip
    assert [line.split(": ")[1][:9] for line in said.splitlines()] == ["NOT shown", "unchanged"]


def test_a_reading_can_be_asked_for(held: Ministry, capsys: pytest.CaptureFixture[str]) -> None:
    words = [held.folder / "reading.tlog-proof", "--series", "kirov:kg.inflow.daily", "--time"]
    assert "\nkirov:kg.inflow.daily 2026-05-02T02:00:00Z: 1.50 m3/s (suspect)\n" in told(
        capsys, *words, "2026-05-02T08:00:00+06:00"
    )
    assert "no proven entry says anything of" in told(capsys, *words, "2026-05-03T02:00:00Z", code=1)
    assert "no offset" in told(capsys, *words, "2026-05-02T08:00:00", code=2)
    assert "belong together" in told(capsys, *words[:-1], code=2)


@pytest.mark.parametrize(
    "text",
    [
        f"{LOG_LINE}witness KZ {KZ}\nwitness KG {KZ}\ngroup b all KZ KG\nquorum b\n",
        f"{LOG_LINE}witness KZ {KZ}\nwitness KZ {KG}\nquorum KZ\n",
        f"{LOG_LINE}witness KZ {KZ}\ngroup b all KZ KZ\nquorum b\n",
        f"{LOG_LINE}witness KZ {LOG.verifier.vkey}\nquorum KZ\n",
        f"{LOG_LINE}witness KZ {signer_of('x').verifier.vkey}\nquorum KZ\n",
        f"{LOG_LINE}{BOTH}quorum KZ\nquorum none\n",
        f"{LOG_LINE}{BOTH}group KZ all KG\nquorum KZ\n",
        f"{LOG_LINE}{BOTH}group none all KG\nquorum none\n",
        f"{LOG_LINE}{BOTH}group b 3 KZ KG\nquorum b\n",
        f"{LOG_LINE}{BOTH}group b \u00b2 KZ KG\nquorum b\n",
        f"{LOG_LINE}{BOTH}group a all KZ\ngroup b all KZ KG\nquorum b\n",
        f"{LOG_LINE}{BOTH}group a all KZ b\ngroup b all KG\nquorum b\n",
        f"{LOG_LINE}{BOTH}",
        f"{LOG_LINE}{LOG_LINE}quorum none\n",
    ],
)
def test_a_policy_that_the_record_refuses_is_refused_here_too(text: str) -> None:
    with pytest.raises(ProofError):
        policy.parse(text)
    with pytest.raises(UsageError):
        read_policy(text)


def test_groups_in_groups_are_counted_however_deep() -> None:
    chain = "".join(f"group g{number} all g{number - 1}\n" for number in range(1, 1500))
    deep = read_policy(f"{LOG_LINE}{BOTH}group g0 all KZ KG\n{chain}quorum g1499\n")
    assert (deep.holds({"KZ", "KG"}), deep.holds({"KZ"}), deep.asks_for_both) == (True, False, True)


third = signer_of("third.example", COSIGNATURE)
THREE = {**WITNESSES, "n": third}
ALL = f"{LOG_LINE}{BOTH}group both all KZ KG\nquorum both\n"


@pytest.mark.parametrize(
    ("text", "times", "said"),
    [
        (ALL, {"kz": 0, "kg": 60}, "unchanged since 2028-07-09 02:01 UTC and the same for both (signed: KZ"),
        (
            ALL.replace("group", f"witness N {third.verifier.vkey}\ngroup"),
            {"kz": 0, "kg": 60, "n": 3600},
            "unchanged since 2028-07-09 02:01 UTC and the same for KZ, KG, N (signed",
        ),
        (
            ALL.replace("group", f"witness N {third.verifier.vkey}\ngroup"),
            {"kz": 0, "kg": 60},
            "unchanged since 2028-07-09 02:01 UTC and the same for both (signed",
        ),
        (
            ALL.replace("both all KZ KG", "both 2 KZ KG N").replace("group", f"witness N {third.verifier.vkey}\ngroup"),
            {"kz": 0, "n": 60},
            "(signed: KZ 2028-07-09 02:00 UTC, N 2028-07-09 02:01 UTC; not: KG). Nothing is said of",
        ),
        (
            ALL.replace("both all", "both any"),
            {"kz": 0, "kg": 60},
            "unchanged since 2028-07-09 02:00 UTC (signed: KZ 2028-07-09 02:00 UTC, KG 2028-07-09 02:01 UTC; not: -)",
        ),
        (
            f"{LOG_LINE}witness KZ {KZ}\nquorum KZ\n",
            {"kz": 0},
            '(signed: KZ 2028-07-09 02:00 UTC; not: -). Nothing is said of "the same for both".',
        ),
        (f"{LOG_LINE}{BOTH}quorum none\n", {}, "No ministry signed"),
    ],
)
def test_it_is_called_the_same_for_both_only_where_the_policy_asks_for_both(
    text: str, times: dict[str, int], said: str
) -> None:
    line, *_ = said_of(text, proof_of(ENTRY, {party: SEVEN + late for party, late in times.items()}, THREE))
    assert said in line


def test_a_table_under_two_checkpoints_bears_the_signatures_that_both_have(held: Ministry) -> None:
    text = f"{LOG_LINE}{BOTH}group one any KZ KG\nquorum one\n"
    whole = (held.folder / "reading.tlog-proof").read_bytes()
    files = {"t.csv": (held.folder / "table.csv").read_bytes()}
    with zipfile.ZipFile(held.folder / "proofs.zip") as packed:
        files |= {f"{name}.tlog-proof": packed.read(name) for name in packed.namelist() if name[-12] != "5"}
    files["5.tlog-proof"] = b"\n".join([*whole.split(b"\n")[:-2], b""])
    (line, *_) = verifier.verify(files, read_policy(text), LANGUAGES["en"], now()).lines
    assert "(signed: KG 2028-07-09 02:00 UTC; not: KZ)" in line


def test_a_key_of_a_kind_that_cannot_be_checked_counts_for_nobody() -> None:
    public = bytes(1312)
    key_id = hashlib.sha256(b"ml.example\n\x06" + public).hexdigest()[:8]
    key = f"ml.example+{key_id}+{base64.b64encode(bytes([6]) + public).decode()}"
    assert parse_vkey(key).public == public
    proof = proof_of(ENTRY, {"kz": SEVEN, "kg": SEVEN})
    text = ALL.replace("group", f"witness N {key}\ngroup")
    assert "Not counted: N" in said_of(text, proof)[1]
    assert "the signature of N is lacking" in said_of(text.replace("KZ KG\n", "KZ KG N\n"), proof)[0]


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ('arna/batch/v1\n{"log":"arna.example/test","rows":[],"series":[],"source":"s"}\n', "not a signed note"),
        (ENTRY.replace("arna/", "other/"), "no entry of a known kind"),
        (ENTRY.replace('"}\n', '"}\nmore\n'), "no entry of a known kind"),
        (ENTRY.replace("example/test", "example/other"), "an entry of 'arna.example/other'"),
        (ENTRY.replace('":[]', '": []', 1), "not spelled as entries are"),
        (ENTRY.replace('"source":"s"', '"source":"s","source":"s"'), "a key stands twice"),
        (ENTRY.replace('"rows":[]', '"rows":[[0.5]]'), "no number like 0.5"),
        (ENTRY.replace('"rows":[]', '"rows":[NaN]'), "no number like NaN"),
        (ENTRY.replace('"rows":[]', '"rows":[[0,1,2,3,4]]'), "not made as it should be"),
        (ENTRY.replace('"rows":[]', '"rows":[[0,1]]'), "not enough values"),
        (ENTRY.replace('"rows":[]', '"rows":' + "[" * 30_000 + "]" * 30_000), "not made as it should be"),
        (ENTRY.replace('"source"', '"spring"'), "not made as it should be"),
        (ENTRY.replace("\n\n", "\x0b\n\n"), "control characters"),
        (b"\xff\n\n", "codec can't decode"),
    ],
)
def test_what_is_no_entry_of_the_log_fails_at_step_5(entry: str | bytes, why: str) -> None:
    line, *_ = said_of(ALL, proof_of(entry, {"kz": SEVEN, "kg": SEVEN}))
    assert "Failed at step 5 of 6" in line
    assert why in line


def test_two_entries_under_one_index_are_shown_to_the_world() -> None:
    times = {"kz": SEVEN, "kg": SEVEN}
    line, *_ = said_of(ALL, proof_of(ENTRY, times), proof_of(ENTRY.replace('"s"', '"t"'), times))
    assert line.startswith("1.tlog-proof: NOT shown to be unchanged. Failed at step 4 of 6")
    assert "two entries are proven to be entry 0" in line


def test_nothing_in_an_entry_moves_the_cursor_of_who_reads() -> None:
    entry = ENTRY.replace('"s"', '"\\u001b[2Jreport\\nall is well\u202e"')
    line, *_ = said_of(ALL, proof_of(entry, {"kz": SEVEN, "kg": SEVEN}))
    assert "source ?[2Jreport?all is well?," in line


def test_a_time_beyond_the_calendar_is_the_failure_of_its_witness() -> None:
    line, *_ = said_of(ALL, proof_of(ENTRY, {"kz": SEVEN, "kg": 2**63}))
    assert "Failed at step 3" in line
    assert "signed at no time of a calendar" in line


@pytest.mark.parametrize("length", [1, 3, 31, 32, 63, 65, 76])
def test_a_signature_of_another_length_fails_with_and_without_the_library(
    monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    proof = inclusion.parse(proof_of(ENTRY, {"kz": SEVEN, "kg": SEVEN}))
    parsed = note.parse(proof.checkpoint)
    cut = (note.Signature(one.name, one.key, (one.payload * 2)[:length]) for one in parsed.signatures)
    raw = Proof(0, (), note.Note(parsed.text, tuple(cut)).encode(), proof.extra).encode()
    for _ in range(2):
        line, *_ = said_of(ALL, raw)
        assert "Failed at step 2" in line
        assert "does not fit the checkpoint" in line
        monkeypatch.setattr(verifier, "accepts", verifier.ed25519)


def test_a_zip_holds_proofs_packed_plainly_and_nothing_else(held: Ministry) -> None:
    raw = (held.folder / "reading.tlog-proof").read_bytes()
    read = read_policy((held.folder / "policy").read_text())
    for kind, body, why in (
        (zipfile.ZIP_STORED, b"#" * 23 + raw[23:], "its first line is not that of a proof"),
        (zipfile.ZIP_LZMA, raw, "packed oddly"),
        (zipfile.ZIP_STORED, b"", "its first line is not that of a proof"),
    ):
        packed = BytesIO()
        with zipfile.ZipFile(packed, "w", kind) as made:
            made.writestr("x.tlog-proof", body)
        (line,) = verifier.verify({"z": packed.getvalue()}, read, LANGUAGES["en"], now()).lines
        assert "Failed at step 1" in line
        assert why in line


def test_a_name_that_is_no_text_and_a_terminal_without_cyrillic_do_no_harm(held: Ministry, tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff.html"
    Path(os.fsdecode(path)).write_bytes(held.report.read_bytes())
    words: list[bytes | Path | str] = [
        path,
        held.folder / "report.tlog-proof",
        "--policy",
        held.folder / "policy",
        "--lang",
        "ky",
    ]
    done = subprocess.run([sys.executable, "-I", "-S", FILE, *words], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    call = (
        f"import sys; sys.path.insert(0, {str(FILE.parents[1])!r}); from record.verify import *; from datetime import *"
    )
    call += "; sys.exit(main(sys.argv[1:], lambda: datetime(2028, 7, 9, 3, tzinfo=timezone.utc)))"
    environment = {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run([sys.executable, "-c", call, *words], capture_output=True, env=environment, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_moment_can_be_given(held: Ministry, capsys: pytest.CaptureFixture[str]) -> None:
    later = (SIGNED + timedelta(hours=27)).isoformat()
    assert "Stale view" in told(capsys, held.folder / "reading.tlog-proof", "--now", later)
    assert "Stale view" not in told(capsys, held.folder / "reading.tlog-proof")


@given(st.data())
def test_no_byte_of_a_proof_can_be_changed_unnoticed(held: Ministry, data: st.DataObject) -> None:
    """Nor does any change end otherwise than with one sentence."""
    whole = bytearray((held.folder / "reading.tlog-proof").read_bytes())
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    read = read_policy((held.folder / "policy").read_text())
    outcome = verifier.verify({"x.tlog-proof": bytes(whole)}, read, LANGUAGES["en"], now())
    assert not outcome.shown
    assert len(outcome.lines) == 1


@given(st.binary(max_size=200))
def test_any_bytes_end_in_a_sentence(held: Ministry, raw: bytes) -> None:
    read = read_policy((held.folder / "policy").read_text())
    for prefix in (b"", verifier.HEADER, b"PK\3\4", b"station_id,"):
        files = {"x": prefix + raw, "p": (held.folder / "reading.tlog-proof").read_bytes()}
        assert not verifier.verify(files, read, LANGUAGES["kk"], now()).shown
