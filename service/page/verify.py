"""What the page shows on which a file is checked: whose signatures are asked for, and something to try it with."""

import hashlib
from dataclasses import dataclass
from typing import NamedTuple

from record.network.key import EXAMPLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """A policy as a file, and whom it names: logs by their origins, and witnesses."""

    text: str
    logs: tuple[str, ...]
    witnesses: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """What a protocol names it by, in hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def of_nobody(self) -> bool:
        """Whether there are example keys among them, which no ministry holds."""
        return any(name.endswith(EXAMPLE) for name in self.witnesses)


class File(NamedTuple):
    """A file by its name and address."""

    name: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """An issued report to try the page with: its PDF, another copy, and the address of the proof of that."""

    paper: File
    other: File
    proof: str
