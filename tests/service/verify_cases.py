"""What can be done to files, proofs and policies: cases on which the page and `record/verify.py` are held together."""

import base64
import hashlib
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from record.leaf import SEAL
from record.proof import note
from record.proof.inclusion import Proof
from record.proof.stapled import staple
from record.verify import LANGUAGES
from tests.keys import GATEWAY, LOG, WITNESSES, signer_of
from tests.record.test_tlog_vectors import cases as vectors
from tests.service.verify_example import (
    BOTH,
    KG,
    KZ,
    LOG_LINE,
    NOW,
    PAPER,
    THIRD,
    House,
    Journal,
    batch,
    entry_of,
    packed,
)

ALL = f"{LOG_LINE}{BOTH}group both all KZ KG\nquorum both\n"
N = THIRD.verifier.vkey
ENTRY = 'arna/batch/v1\n{"log":"arna.example/test","rows":[],"series":[],"source":"s"}\n\n\u2014 g AAAAAAAA\n'
_PYTHON = re.compile(
    r"it is not made as it should be: |.* codec can't decode|(not enough|too many) values|Expecting "
    r"|Extra data|Invalid |Unterminated |Only base64|Incorrect padding|Excess data|Leading padding|Discontinuous "
    r"padding|string argument|"
    r"\S+ is no zip of proofs: |Policy\.|index out of range|unexpected end|',' expected|Exceeds the limit"
)
"""How the reasons begin that Python itself words."""
_REASON = re.compile(r"(.*?\): (?:[^ ]+: )?|line \d+ of the policy cannot be read: )(.*)", re.DOTALL)


def is_same(page: str, expected: str) -> bool:
    """Whether a line is the expected one, up to a reason that Python itself words."""
    found = _REASON.fullmatch(expected)
    python = found is not None and _PYTHON.match(found[2]) is not None
    return page == expected or (found is not None and python and page.startswith(found[1]) and page != found[1])


@dataclass(frozen=True)
class Case:
    """Files under a policy, of which one can have a byte that is another."""

    name: str
    files: dict[str, bytes]
    policy: str
    language: str = "en"
    now: int = NOW
    flip: tuple[str, int, int] = ("", 0, 0)

    def whole(self) -> dict[str, bytes]:
        """The files as they are checked."""
        name, place, bits = self.flip
        if not name:
            return self.files
        body = self.files[name]
        return self.files | {name: body[:place] + bytes([body[place] ^ bits]) + body[place + 1 :]}


def every_case(house: House) -> list[Case]:
    """All cases."""
    return [
        *_good(house),
        *_files(house),
        *_flipped(house),
        *_proofs(house),
        *_policies(house),
        *_quorums(),
        *_entries(),
        *_tables(house),
        *_zips(house),
        *_published(),
    ]


def _good(house: House) -> Iterator[Case]:
    for language in LANGUAGES:
        yield Case("a stapled paper", {PAPER: house.whole}, house.policy, language)
        yield Case("a table", {"t.csv": house.table, "proofs.zip": house.proofs}, house.policy, language)
        yield Case("no proof", {PAPER: house.paper, **house.copies}, house.policy, language)
        yield Case("another file", {"a.json": b"{ }", "r.tlog-proof": house.report}, house.policy, language)
    yield Case("every copy by one proof", {**house.copies, "r.tlog-proof": house.report}, house.policy)
    yield Case("a segment", {"s.nc": house.segment, "s.tlog-proof": house.journal.proof(4)}, house.policy)
    longer = Journal((entry_of(SEAL, "seals", segment=house.sealed | {"bytes": len(house.segment) + 1}),))
    yield Case("a segment of another length", {"s.nc": house.segment, "s.tlog-proof": longer.proof(0)}, house.policy)
    yield Case("proofs alone", {"proofs.zip": house.proofs}, house.policy)
    yield Case("an entry of another kind", {"x.tlog-proof": house.journal.proof(6)}, house.policy, "ru")
    yield Case("old signatures", {PAPER: house.whole}, house.policy, now=NOW + 27 * 3600)
    yield Case("without a gateway", {PAPER: house.whole}, house.bare)


def _files(house: House) -> Iterator[Case]:
    proof, tail = house.report, house.whole[len(house.paper) :]
    changed = {
        "another paper": staple(house.paper.replace(b"%PDF-1.", b"%PDF-2."), proof),
        "another proof": staple(house.paper, house.journal.proof(4)),
        "a proof twice": staple(house.whole, proof),
        "something behind it": house.whole + b"\n",
        "its end is lacking": house.whole[:-1],
        "half of its proof": house.whole[: len(house.paper) + len(tail) // 2],
        "a stranger signed too": staple(
            house.paper, proof + b"\xe2\x80\x94 x.example " + base64.b64encode(bytes(68)) + b"\n"
        ),
        "lines of another kind": house.paper + tail.replace(b"\n%index", b"\r\n%index"),
        "no paper at all": b"%PDF-" + tail,
        "bytes of no alphabet": house.paper + tail.replace(b"%index", b"%\x80\x9f\xff"),
    }
    for name, body in changed.items():
        yield Case(name, {"report.pdf": body}, house.policy)
    yield Case("one of two is bad", {"a.pdf": house.whole, "b.pdf": changed["its end is lacking"]}, house.policy)
    yield Case("a name that turns round", {"a\u202e\u00a0.html": b"x", "r.tlog-proof": proof}, house.policy)


def _flipped(house: House) -> Iterator[Case]:
    whole, end = house.whole, len(house.paper)
    places = [*range(0, end, 4001), *range(end - 12, end + 30), *range(end, len(whole), 31), len(whole) - 1]
    for place in places:
        yield Case(f"byte {place} of the paper", {PAPER: whole}, house.policy, flip=(PAPER, place, 1))
    proof = house.journal.proof(1)
    for place in range(0, len(proof), 11):
        bits = 1 << place % 8
        yield Case(
            f"byte {place} of a proof", {"p.tlog-proof": proof}, house.policy, flip=("p.tlog-proof", place, bits)
        )
    files = {"daily.xlsx": house.copies["daily-2026-05-01.r1.kk.xlsx"], "r.tlog-proof": house.report}
    for place in range(0, len(files["daily.xlsx"]), 20):
        yield Case(f"byte {place} of a workbook", files, house.policy, flip=("daily.xlsx", place, 0x20))


def _proofs(house: House) -> Iterator[Case]:
    raw = house.journal.proof(1)
    lines = raw.split(b"\n")
    changed: dict[str, bytes | list[bytes]] = {
        "cut": raw[: len(raw) // 2],
        "empty": b"",
        "its first line alone": raw[:23],
        "without the log": lines[:-4] + lines[-3:],
        "without kz": [*lines[:-2], b""],
        "without both": [*lines[:-3], b""],
        "of another size": raw.replace(b"\n7\n", b"\n8\n"),
        "one hash less": lines[:3] + lines[4:],
        "one hash more": [*lines[:4], lines[3], *lines[4:]],
        "another index": raw.replace(b"index 1", b"index 2"),
        "far away": raw.replace(b"index 1", b"index 99"),
        "odd index": raw.replace(b"index 1", b"index 01"),
        "idle bits": raw.replace(b"=\n", b"\n", 1),
        "no index": raw.replace(b"index 1\n", b""),
        "too long": raw + b"x" * (128 << 10),
        "not of text": raw.replace(b"extra ", b"extra \xff"),
        "no end": raw[:-1],
        "other ends": raw.replace(b"\n", b"\r\n"),
        "controls": raw.replace(b"arna.example/test", b"arna.example\t/test"),
        "of another log": raw.replace(b"arna.example/test", b"arna.example/tes'"),
    }
    for name, found in changed.items():
        body = found if isinstance(found, bytes) else b"\n".join(found)
        yield Case(f"a proof: {name}", {"p.tlog-proof": body}, house.policy)
        yield Case(f"a file by a proof: {name}", {"f.nc": b"x", "p.tlog-proof": body}, house.policy, "kk")


def _policies(house: House) -> Iterator[Case]:
    ml = bytes([6]) + bytes(1312)
    ml_key = (
        f"ml.example+{hashlib.sha256(b'ml.example' + bytes([10]) + ml).hexdigest()[:8]}+{base64.b64encode(ml).decode()}"
    )
    texts = [
        "",
        "log x\n",
        "log a+b+c\n",
        "quorum both\n",
        "group g all a b\n",
        "log\n",
        "\0",
        "fog of war\n",
        LOG_LINE,
        f"{LOG_LINE}{LOG_LINE}quorum none\n",
        f"{LOG_LINE}quorum none\n",
        f"{LOG_LINE}{BOTH}",
        f"{LOG_LINE}witness KZ {KZ}\nwitness KG {KZ}\ngroup b all KZ KG\nquorum b\n",
        f"{LOG_LINE}witness KZ {KZ}\nwitness KZ {KG}\nquorum KZ\n",
        f"{LOG_LINE}witness none {KZ}\nquorum none\n",
        f"{LOG_LINE}witness KZ {LOG.verifier.vkey}\nquorum KZ\n",
        f"log {KZ}\nquorum none\n",
        f"{LOG_LINE}witness KZ {signer_of('x').verifier.vkey}\nquorum KZ\n",
        f"{LOG_LINE}{BOTH}quorum KZ\nquorum none\n",
        f"{LOG_LINE}{BOTH}group KZ all KG\nquorum KZ\n",
        f"{LOG_LINE}{BOTH}group b 3 KZ KG\nquorum b\n",
        f"{LOG_LINE}{BOTH}group b all\nquorum b\n",
        f"{LOG_LINE}{BOTH}group b \u00b2 KZ KG\nquorum b\n",
        f"{LOG_LINE}{BOTH}group b all KZ KZ\nquorum b\n",
        f"{LOG_LINE}{BOTH}group a all KZ\ngroup b all KZ KG\nquorum b\n",
        f"{LOG_LINE}{BOTH}group a all KZ b\ngroup b all KG\nquorum b\n",
        f"{LOG_LINE}# gateway {KZ}\nquorum none\n",
        ALL.replace("KZ\n", "KZ https://x\n").replace("\n", "\r\n"),
        ALL.replace("\n", "\u2028").replace(" ", "\u3000"),
        ALL.replace("+", "+f", 1),
        ALL.replace(KZ[-6:], "AAAAA="),
        f"# gateway\n{ALL}",
        f"  {ALL}",
        f"log {signer_of('other.example').verifier.vkey}\nquorum none\n",
        ALL.replace(KZ, WITNESSES["kz"].verifier.vkey.replace("kz.", "xz.")),
        ALL.replace(KZ, signer_of("kz.witness.example", 4, "another").verifier.vkey),
        f"{ALL}# gateway {signer_of('gateway.arna.example', seed='thief').verifier.vkey}\n",
        ALL.replace("group", f"witness N {ml_key}\ngroup"),
        ALL.replace("group", f"witness N {ml_key}\ngroup").replace("KZ KG\n", "KZ KG N\n"),
    ]
    for number, text in enumerate(texts):
        yield Case(f"policy {number}", {PAPER: house.whole}, text)


def _quorums() -> Iterator[Case]:
    third = ALL.replace("group", f"witness N {N}\ngroup")
    chain = "".join(f"group g{number} all g{number - 1}\n" for number in range(1, 300))
    asked = [
        (ALL, {"kz": 0, "kg": 60}),
        (third, {"kz": 0, "kg": 60, "third": 3600}),
        (third, {"kz": 0, "kg": 60}),
        (third.replace("both all KZ KG", "both 2 KZ KG N"), {"kz": 0, "third": 60}),
        (ALL.replace("both all", "both any"), {"kz": 60, "kg": 0}),
        (f"{LOG_LINE}witness KZ {KZ}\nquorum KZ\n", {"kz": 0}),
        (f"{LOG_LINE}{BOTH}quorum none\n", {}),
        (ALL.replace("both all", "both any"), {}),
        (ALL, {"kz": 2**62, "kg": 0}),
        (f"{LOG_LINE}{BOTH}group g0 all KZ KG\n{chain}quorum g299\n", {"kz": 0, "kg": 60}),
    ]
    journal = Journal((batch(1, "0.50", "good"), batch(2, "0.50", "good")))
    for number, (text, times) in enumerate(asked):
        yield Case(f"quorum {number}", {"x.tlog-proof": journal.proof(1, times)}, text)
    under_two = {"a.tlog-proof": journal.proof(0, {"kz": 0, "kg": 0}), "b.tlog-proof": journal.proof(1, {"kg": 60})}
    rows = (f"real,true,2026-05-0{day}T02:00:00Z,0.5,1,{day - 1}" for day in (1, 2))
    table = {"t.csv": House.table_of(*rows)}
    yield Case("under two checkpoints", table | under_two, ALL.replace("both all", "both any"))


def _entries() -> Iterator[Case]:
    changes = [
        ("", ""),
        ("arna/", "other/"),
        ('"}\n', '"}\nmore\n'),
        ("example/test", "example/other"),
        ('":[]', '": []'),
        ('"source":"s"', '"source":"s","source":"s"'),
        ('"rows":[]', '"rows":[[0.5]]'),
        ('"rows":[]', '"rows":[NaN]'),
        ('"rows":[]', '"rows":[-Infinity]'),
        ('"rows":[]', '"rows":[1e3]'),
        ('"rows":[]', '"rows":[01]'),
        ('"rows":[]', '"rows":[[0,1,2,3,4]]'),
        ('"rows":[]', '"rows":[[0,1]]'),
        ('"rows":[]', '"rows":[-0]'),
        ('"rows":[]', '"rows":[[0,"t","1","good",null]]'),
        ('"rows":[]', '"rows":[[-1,"t","1","good",null]]'),
        ('"rows":[]', '"rows":' + "[" * 30_000 + "]" * 30_000),
        ('"source"', '"spring"'),
        ('"s"}', "7}"),
        ("\n\n", "\x0b\n\n"),
        ('"s"', '"\\u001b[2Jreport\\nall is well\u202e"'),
        ('"s"', '"\\ud800"'),
        ('"s"', '"\U0001f4a7 \\"\\\\ \u0416\u2028"'),
        ('"s"', '"\\u0041"'),
        ('"s"', '"\\x"'),
        ('"s"', '"s'),
        ("{", "["),
        ('"s"}', '"s","\uffff":1,"\U00010000":2}'),
        ('"s"}', '"s","\U00010000":2,"\uffff":1}'),
        ('"s"}', '"s"} '),
        ('"s"}', '"s","t":' + "9" * 400 + "}"),
        ('"s"}', '"s","__proto__":{"a":1}}'),
        ('"s"}', '"s","t":tru}'),
        ("{", "5{"),
    ]
    times = {"kz": 0, "kg": 0}
    for number, (old, new) in enumerate(changes):
        raw = Journal((ENTRY.replace(old, new, 1).encode(),)).proof(0, times)
        yield Case(f"entry {number}", {"x.tlog-proof": raw}, ALL)
    one, other = (Journal((ENTRY.replace('"s"', f'"{said}"').encode(),)).proof(0, times) for said in "st")
    yield Case("two under one index", {"1.tlog-proof": one, "2.tlog-proof": other}, ALL)
    yield Case("one twice", {"1.tlog-proof": one, "2.tlog-proof": one}, ALL)
    for raw in (b"\xff\n\n", b"", ENTRY.rpartition("\n\n")[0].encode(), b"a\n\n\n", b"\n\n"):
        yield Case("no note", {"x.tlog-proof": Journal((raw,)).proof(0, times)}, ALL)
    stolen = Journal((batch(1, "0.50", "good").replace(b"telegrams", b"telegrama"),))
    yield Case(
        "an entry that no gateway signed",
        {"x.tlog-proof": stolen.proof(0)},
        f"{ALL}# gateway {GATEWAY.verifier.vkey}\n",
    )
    for length in (1, 31, 63, 65):
        signed = note.parse(Journal((ENTRY.encode(),)).note(times))
        cut = (note.Signature(one.name, one.key, (one.payload * 2)[:length]) for one in signed.signatures)
        raw = Proof(0, (), note.Note(signed.text, tuple(cut)).encode(), ENTRY.encode()).encode()
        yield Case(f"signatures of {length} bytes", {"x.tlog-proof": raw}, ALL)


def _tables(house: House) -> Iterator[Case]:
    head = "station_id,station_name,nature,verified,time_utc,inflow [m3/s],inflow_flag,inflow_entry"
    rows = house.table.decode().split("\r\n")[1:-1]
    changes = [
        ("another value", ",0.5,1,0", ",0.7,1,0"),
        ("another flag", ",1.5,3,1", ",1.5,1,1"),
        ("a value for none", ",,9,2", ",4,1,2"),
        ("another entry", ",0.5,1,0", ",0.5,1,1"),
        ("an entry of no proof", ",0.5,1,0", ",0.5,1,6"),
        ("no entry", "0.5,1,0", "0.5,1,"),
        ("a column less", "inflow_flag", "inflow_flog"),
        ("other unit", "[m3/s]", "[l/s]"),
        ("odd number", "0.5,", "0.5_0,"),
        ("odd entry", ",0\r", ", 0\r"),
        ("as real", "simulated,", "real,"),
        ("another time", "05-03", "05-09"),
        ("not in order", "2026-05-02", "2026-04-02"),
        ("a long row", ",0\r", ",0,99\r"),
        ("an empty row", ",0\r\n", ",0\r\n\r\n"),
        ("a broken quote", '"""', '""'),
        ("an open quote", '"\r', '"\r'),
        ("another end", "\r\n", "\n"),
        ("a marked begin", "station_id", "\ufeffstation_id"),
        ("as long a number", ",25,", ",2.5000e1,"),
        ("a name over lines", "Kirov, ", "Kirov\r\n\n, "),
        ("an unknown flag", ",1.5,3,", ",1.5,7,"),
    ]
    for name, old, new in changes:
        body = house.table.decode().replace(old, new).encode()
        yield Case(name, {"any name": body, "proofs.zip": house.proofs}, house.policy)
    more = {
        "a column twice": f"{head},inflow [m3/s],inflow_flag,inflow_entry\r\n{rows[0]},0.5,1,0\r\n",
        "a column hidden": head.replace("inflow [m3/s]", "inflow [m3/s],inflow [m3/s]")
        + f"\r\n{rows[0][:-5]}99,0.5,1,0\r\n",
        "a column of nothing": f"{head},release [m3/s],release_flag,release_entry\r\n{rows[0]},,9,\r\n",
        "a flag of nothing": f"{head},release [m3/s],release_flag,release_entry\r\n{rows[0]},,1,\r\n",
        "no rows": f"{head}\r\n",
        "nothing": "",
        "an end in a quote": f'{head}\r\n"kirov',
        "without a last end": f"{head}\r\n{rows[0]}",
        "after a quote": f'{head}\r\n"kirov:kg"x,a\r\n',
        "a field too long": f"{head}\r\n{'x' * 131_073},",
    }
    for name, text in more.items():
        yield Case(name, {"t.CSV": text.encode(), "proofs.zip": house.proofs}, house.policy)
    yield Case("not in UTF-8", {"t.csv": house.table + b"\xff", "proofs.zip": house.proofs}, house.policy)
    rest = ("real,true,2026-05-01T02:00:00Z,0.5,1,0", "real,true,2026-05-02T02:00:00Z,4,9,")
    unnamed = {"t.csv": house.table_of(*rest), "proofs.zip": house.proofs}
    yield Case("a value of no entry that is called missing", unnamed, house.policy)
    lacking = {"t.csv": house.table, "p.tlog-proof": house.journal.proof(0)}
    yield Case("a table without a proof of one entry", lacking, house.policy, "ru")


def _zips(house: House) -> Iterator[Case]:
    raw = house.journal.proof(1)
    plain = packed({"x.tlog-proof": raw}, zipfile.ZIP_STORED)
    packs = {
        "stored": plain,
        "deflated": packed({"x.tlog-proof": raw}),
        "packed oddly": packed({"x.tlog-proof": raw}, zipfile.ZIP_LZMA),
        "of too much": packed({"x.tlog-proof": bytes(1_000_000)}),
        "of nothing": packed({}),
        "cut": plain[:-5],
        "of no proof": packed({"x.tlog-proof": b"no proof"}),
        "with another byte": plain.replace(b"index 1", b"index 2"),
        "with two names": plain.replace(b"x.tlog-proof", b"y.tlog-proof", 1),
        "with something behind it": plain + b"x",
        "of many": packed({f"{number}": b"" for number in range(2001)}),
        "with a false size": plain.replace(b"\n7\n", b"\n71\n"),
        "in Cyrillic": packed({"доказательство.tlog-proof": raw[:-1]}),
    }
    for name, body in packs.items():
        yield Case(f"a zip {name}", {"z.zip": body}, house.policy)
        yield Case(f"a file by a zip {name}", {"a.json": b"{}", "z.zip": body}, house.policy)


def _published() -> Iterator[Case]:
    """Proofs that others have published, where they are at hand: judged alike."""
    for vector in vectors("e2e_log.json"):
        named = vector["policy"]
        text = f"log {named['log']}\n" + "".join(f"witness {name} {key}\n" for name, key in named["witnesses"].items())
        text += f"group both all {' '.join(named['witnesses'])}\nquorum both\n"
        for one in vector["cases"]:
            extra = f"extra {base64.b64encode(one['leaf'].encode()).decode()}\n"
            raw = one["proof"].replace("index", f"{extra}index", 1).encode()
            yield Case(f"published: {one['desc']}", {"x.tlog-proof": raw}, text)
    for vector in vectors("tlog_proof.json"):
        raw = str(vector.get("want") or vector["proof"])
        raw = raw if "extra " in raw else raw.replace("index", "extra QUFB\nindex", 1)
        yield Case("published proof file", {"x.tlog-proof": raw.encode()}, ALL)
