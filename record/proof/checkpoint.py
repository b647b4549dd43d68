"""Checkpoints (C2SP tlog-checkpoint v1.0.0): the signed size and root of the journal."""

import base64
import re
from dataclasses import dataclass

from record.errors import ProofError

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint says: whose journal, how many entries, and their root hash."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The signed text."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def parse(text: str) -> Checkpoint:
    """Read the text of a checkpoint note; further lines are extensions and are passed over."""
    lines = text.split("\n")
    if len(lines) < 4 or not lines[0]:
        raise ProofError("not a checkpoint: it needs an origin, a size and a root")
    if any(not line for line in lines[:-1]):
        raise ProofError("not a checkpoint: it has an empty line")
    if not _SIZE.fullmatch(lines[1]):
        raise ProofError(f"not a checkpoint: {lines[1][:30]!r} is not a size")
    try:
        root = base64.b64decode(lines[2], validate=True)
    except ValueError:
        root = b""
    if len(root) != 32 or base64.b64encode(root).decode() != lines[2]:
        raise ProofError("not a checkpoint: its root is not 32 bytes in base64")
    return Checkpoint(lines[0], int(lines[1]), root)
