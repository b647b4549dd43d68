"""Whose a token is: files in `tokens` of the data folder, one a party, each line the SHA-256 (hex) of a token."""

import hashlib
import hmac
import logging
import re
from pathlib import Path

log = logging.getLogger("arna.service")

FOLDER = "tokens"
_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/=-]{1,512})", re.ASCII | re.IGNORECASE)
_PARTY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)


def party_of(data: Path, header: str | None) -> str | None:
    """The party whose token an `Authorization: Bearer` header bears; None for none, and for one that nobody holds.

    A file that others may read is passed over, with a line in the log. The token itself is never written anywhere.
    """
    said = _BEARER.fullmatch(header.strip()) if header else None
    if said is None:
        return None
    digest = hashlib.sha256(said[1].encode()).hexdigest().encode()
    found = None
    # All lines of all files are compared, so that the time taken tells nothing of what is in them.
    for path in sorted(data.joinpath(FOLDER).glob("*")):
        for line in _lines(path) if _PARTY.fullmatch(path.name) else ():
            if hmac.compare_digest(line, digest):
                found = path.name
    return found


def _lines(path: Path) -> list[bytes]:
    try:
        if path.stat().st_mode & 0o077:
            log.warning("token file %s can be read by others and is passed over: run chmod 600 on it", path)
            return []
        return [line.strip().lower() for line in path.read_bytes().splitlines()]
    except OSError as fault:
        log.warning("token file %s cannot be read: %s", path, fault.strerror)
        return []
