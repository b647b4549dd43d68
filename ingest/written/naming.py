"""Names as senders write them: of headings and of stations."""

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from record.network.source import Source


def plain(text: str) -> str:
    """A name with single blanks and composed letters: й typed as one sign or as two is the same."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def code_of(name: str, source: "Source") -> str:
    """The code that a sender's name of a station stands for, where the source declares it; else the name itself."""
    if not source.stations:
        return name
    codes = {plain(declared): code for declared, code in source.stations.items()}
    return codes.get(plain(name), name)
