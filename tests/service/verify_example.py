"""A small journal with all that can be checked by a proof: a report in several forms, a sealed file, a table."""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import typst

from record import leaf as leaves
from record.proof import inclusion, note, policy, tree
from record.proof.checkpoint import Checkpoint
from record.proof.keys import COSIGNATURE
from record.proof.policy import Witness
from record.proof.stapled import staple
from tests.keys import GATEWAY, LOG, WITNESSES, signer_of

SIGNED = 1_846_634_400
"""When both signed, in seconds since 1970: 2028-07-08 10:00 UTC."""
NOW = SIGNED + 3600
PAPER = "daily-2026-05-01.r1.kk.pdf"
SERIES = "kirov:kg.inflow.daily"
KZ, KG = (WITNESSES[party].verifier.vkey for party in ("kz", "kg"))
LOG_LINE, BOTH = f"log {LOG.verifier.vkey}\n", f"witness KZ {KZ}\nwitness KG {KG}\n"
THIRD = signer_of("third.example", COSIGNATURE)
_HEAD = "station_id,station_name,nature,verified,time_utc,inflow [m3/s],inflow_flag,inflow_entry"


def entry_of(kind: str, source: str, **said: object) -> bytes:
    """An entry of the log, as the gateway signs it."""
    content = {
        "log": LOG.name, "source": source, "seq": 1, "prev": None, "received": "2028-07-08T02:00:00Z",
        "entered": "2028-07-08T02:00:00Z", "raw": [],
    }  # fmt: skip
    return leaves.encode(leaves.Leaf(kind, content | said), GATEWAY)


def batch(day: int, value: str | None, flag: str, method: str = "observed") -> bytes:
    """A batch with one reading of Kirov's inflow."""
    series = [{"id": SERIES, "unit": "m3/s", "method": method}]
    return entry_of(
        leaves.BATCH, "telegrams", series=series, rows=[[0, f"2026-05-0{day}T02:00:00Z", value, flag, None]]
    )


def packed(files: Mapping[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as file:
        for name, body in files.items():
            file.writestr(zipfile.ZipInfo(name), body, how)
    return made.getvalue()


@dataclass(frozen=True)
class Journal:
    """Entries, of which all but those of `report` and `seal` are batches, under one checkpoint."""

    entries: tuple[bytes, ...]

    @cached_property
    def nodes(self) -> dict[tuple[int, int], bytes]:
        """The hashes of the tree by level and place."""
        found: dict[tuple[int, int], bytes] = {}
        for size, entry in enumerate(self.entries):
            for level, place, digest in tree.grown(size, tree.leaf_hash(entry), lambda *at: found[at]):
                found[level, place] = digest
        return found

    def note(self, times: Mapping[str, int]) -> bytes:
        """The checkpoint, signed by these witnesses so many seconds after the hour."""
        size = len(self.entries)
        signed = note.sign(Checkpoint(LOG.name, size, tree.root(size, lambda *at: self.nodes[at])).text, [LOG])
        signers = {**WITNESSES, "third": THIRD}
        lines = [note.cosigned(signed, signers[name], SIGNED + late).line.encode() for name, late in times.items()]
        return signed + b"".join(lines)

    def proof(self, index: int, times: Mapping[str, int] | None = None) -> bytes:
        """The proof file of an entry; signed by both where nothing else is said."""
        way = tree.inclusion(index, len(self.entries), lambda *at: self.nodes[at])
        signed = self.note({"kg": 0, "kz": 300} if times is None else times)
        return inclusion.Proof(index, tuple(way), signed, self.entries[index]).encode()


class House:
    """The files, their proofs and the policy."""

    def __init__(self) -> None:
        self.paper = typst.compile(b"Kirov reservoir: 402.5 million m3", format="pdf")
        self.copies = {
            "daily-2026-05-01.r1.kk.xlsx": packed({"xl/workbook.xml": b"<workbook/>"}),
            "daily-2026-05-01.r1.csv": b"key,value\nkirov:kg,402.5\n",
            "daily-2026-05-01.r1.json": b"{}",
            "daily-2026-05-01.r1.kk.html": b"<!doctype html>",
            "daily-2026-05-01.r1.nc": b"CDF\x01",
        }
        forms = [
            {"name": name, "sha256": hashlib.sha256(body).hexdigest()}
            for name, body in ({PAPER: self.paper} | self.copies).items()
        ]
        self.segment = b"CDF\x01 a sealed year"
        self.sealed = {
            "collection": "talas-daily", "start": "2026-01-01T00:00:00Z", "end": "2027-01-01T00:00:00Z",
            "sha256": hashlib.sha256(self.segment).hexdigest(), "bytes": len(self.segment),
        }  # fmt: skip
        self.journal = Journal(
            (
                batch(1, "0.50", "good"),
                batch(2, "1.50", "suspect"),
                batch(3, None, "missing"),
                entry_of(leaves.REPORT, "reports", report={"forms": forms}),
                entry_of(leaves.SEAL, "seals", segment=self.sealed),
                batch(4, "2.5e1", "good", "simulated"),
                entry_of(leaves.REFUSAL, "telegrams", refused={"reason": "Чу, Талас"}),
            )
        )
        both = policy.all_of(LOG.verifier, [Witness(name, one.verifier, None) for name, one in WITNESSES.items()])
        self.bare = policy.write(both)
        self.policy = f"{self.bare}# gateway {GATEWAY.verifier.vkey}\n"
        self.report = self.journal.proof(3)
        self.whole = staple(self.paper, self.report)
        self.proofs = packed({f"entry-{at}.tlog-proof": self.journal.proof(at) for at in (0, 1, 2, 5)})
        rows = ["real,true,2026-05-01T02:00:00Z,0.5,1,0", "real,true,2026-05-02T02:00:00Z,1.5,3,1",
                "real,true,2026-05-03T02:00:00Z,,9,2", "simulated,true,2026-05-04T02:00:00Z,25,1,5"]  # fmt: skip
        self.table = self.table_of(*rows)

    @staticmethod
    def table_of(*rows: str, head: str = _HEAD, name: str = '"Kirov, ""lower"""') -> bytes:
        """A table of Kirov; the name of the station is quoted."""
        return "".join(f"{line}\r\n" for line in (head, *(f"kirov:kg,{name},{row}" for row in rows))).encode()
