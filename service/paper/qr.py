"""The square code of a text (QR, ISO/IEC 18004, error correction M): of one text made once for all its forms."""

from functools import lru_cache

import segno
from segno.encoder import DataOverflowError

BORDER = 4
"""Modules of white around a code, without which no camera finds it."""


@lru_cache(maxsize=16)
def qr_code(text: str) -> segno.QRCode | None:
    """The code of a text; None of one that is longer than a code can hold."""
    try:
        return segno.make_qr(text, error="m", boost_error=False)
    except DataOverflowError:
        return None
