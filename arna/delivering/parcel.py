"""What a recipient is to be handed: files of an issued report by the names under which they were issued, and proofs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from arna.delivering.recipients import Recipient
from record.archive import Log
from record.archive.issued import COPIES, FIGURES, IssuedReport
from record.errors import ProofError, UnknownName
from record.proof.inclusion import parse
from record.proof.stapled import staple, unstapled
from service.reports.issues import copies_of

_PDF = "pdf"
_PROOF = "tlog-proof"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of a report: what its name says it is; `party` where it was filled for one."""

    name: str
    sha256: str
    form: str
    language: str
    party: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Files of one revision of a report for one recipient, with what is sent of each; `issued` is when its copies were.

    `proof` goes with them: whoever has a file, the proof and the policy can check that this file was issued. It is None
    before any checkpoint is over them.
    """

    edition: str
    day: str
    revision: int
    issued: datetime
    files: tuple[tuple[File, bytes], ...]
    proof: bytes | None

    @property
    def named(self) -> Iterator[tuple[str, bytes]]:
        """All of it by name, the proof last."""
        yield from ((file.name, body) for file, body in self.files)
        if self.proof is not None:
            yield f"{self.edition}-{self.day}.r{self.revision}.{_PROOF}", self.proof


def last_revision(parts: Sequence[IssuedReport]) -> list[IssuedReport]:
    """Figures and copies of the last revision that is whole, the figures first; empty where none is."""
    last = max((one.revision for one in parts if one.part == COPIES), default=None)
    return sorted((one for one in parts if one.revision == last), key=lambda part: part.part != FIGURES)


def files_of(parts: Iterable[IssuedReport]) -> Iterator[File]:
    """The files of one revision: those of its figures, then the copies."""
    for one in copies_of(sorted(parts, key=lambda part: part.part != FIGURES)):
        yield File(name=one.name, sha256=one.sha256, form=one.form, language=one.language, party=one.party or None)


def wanted(recipient: Recipient, edition: str, parts: Iterable[IssuedReport]) -> list[File]:
    """Those of the files of a revision that a recipient takes."""
    return [one for one in files_of(parts) if recipient.takes(edition, one.form, one.language, one.party)]


def is_signed(log: Log, parts: Sequence[IssuedReport]) -> bool:
    """Whether both parties have signed what names the copies; where no witnesses are declared nobody will."""
    return log.policy is None or log.first_proof(parts[-1].entry) is not None


def parcel_of(log: Log, parts: Sequence[IssuedReport], files: Iterable[File]) -> Parcel:
    """The files of a revision: each PDF with its proof behind it, once both have signed, and the proof of them all."""
    copies = parts[-1]
    final = log.first_proof(copies.entry)
    staples, proof = None if final is None else final[0].encode(), _proof(log, copies.entry)
    return Parcel(
        edition=copies.kind,
        day=copies.day,
        revision=copies.revision,
        issued=copies.entered,
        files=tuple((one, _sent(one, log.form(one.sha256), staples)) for one in files),
        proof=proof,
    )


def is_same(name: str, held: bytes, body: bytes) -> bool:
    """Whether what lies somewhere by a name is what would be laid there.

    Of a proof any of the same entry is, and of a PDF the paper, whoever had signed when it was laid there.
    """
    if name.endswith(f".{_PROOF}"):
        return _entry_of(held) == _entry_of(body) is not None
    return held == body or (name.endswith(f".{_PDF}") and _bare(held) == _bare(body))


def _sent(file: File, body: bytes, proof: bytes | None) -> bytes:
    return staple(body, proof) if file.form == _PDF and proof is not None else body


def _proof(log: Log, entry: int) -> bytes | None:
    """The proof of an entry by the first checkpoint that both have signed, else by the newest; None before any is."""
    final = log.first_proof(entry)
    try:
        return (log.proof(entry) if final is None else final[0]).encode()
    except UnknownName:
        return None


def _entry_of(proof: bytes) -> tuple[int, bytes | None] | None:
    try:
        found = parse(proof)
    except ProofError:
        return None
    return found.index, found.extra


def _bare(pdf: bytes) -> bytes:
    found = unstapled(pdf)
    return pdf if found is None else found[0]
