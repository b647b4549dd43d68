"""A PDF with its proof stapled behind it, so that whoever is given the one file can check it.

Behind the paper stand the lines of the proof file, each as a comment of PDF (ISO 32000-2, 7.2.4), and once more the
address of the paper's own last table (7.5.5): readers begin at the end and find the same document as before.
"""

import re

from record.errors import ProofError
from record.proof.inclusion import HEADER

_MARK = f"\n%{HEADER}\n".encode()
_START = b"startxref"
_ADDRESS = re.compile(rb"\s+(0|[1-9][0-9]{0,18})\s")


def staple(pdf: bytes, proof: bytes) -> bytes:
    """The PDF with a proof file behind it; raise `ProofError` where the one is no PDF or the other no proof file."""
    _, _, tail = pdf.rpartition(_START)
    address = _ADDRESS.match(tail)
    if not pdf.startswith(b"%PDF-") or address is None:
        raise ProofError("not a PDF: it does not say at its end where its table stands")
    if not proof.startswith(_MARK[2:]) or not proof.endswith(b"\n") or b"\r" in proof:
        raise ProofError(f"not a proof file: its first line is not {HEADER}, or its last line does not end")
    comments = b"".join(b"%%%s\n" % line for line in proof[:-1].split(b"\n"))
    return b"%s\n%s%s\n%s\n%%%%EOF\n" % (pdf, comments, _START, address[1])


def unstapled(body: bytes) -> tuple[bytes, bytes] | None:
    """The PDF and the proof file, where `body` is byte for byte what `staple` makes of them; else None."""
    pdf, mark, tail = body.rpartition(_MARK)
    comments, start, _ = tail.rpartition(_START)
    if not mark or not start:
        return None
    proof = _MARK[2:] + b"".join(line[1:] for line in comments.splitlines(keepends=True))
    try:
        return (pdf, proof) if staple(pdf, proof) == body else None
    except ProofError:
        return None
