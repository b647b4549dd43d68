"""An issued copy as it is given out: a PDF with the proof of its entry behind it, any other as it was issued."""

from typing import NamedTuple

from record.archive import Log
from record.proof.stapled import staple
from service.reports.issues import IssuedCopy

PDF = "pdf"


class GivenOut(NamedTuple):
    """The bytes of a copy, whether they stay the same for ever, and whether there is a proof that they can bear."""

    body: bytes
    lasting: bool
    signed: bool


def given_out(log: Log, copy: IssuedCopy) -> GivenOut:
    """The bytes of a copy; raise `UnknownName` where the journal holds none of its hash."""
    body = log.form(copy.sha256)
    proof = log.first_proof(copy.entry)
    if copy.form != PDF or proof is None:
        return GivenOut(body, lasting=copy.form != PDF, signed=proof is not None)
    return GivenOut(staple(body, proof[0].encode()), lasting=proof[1], signed=True)
