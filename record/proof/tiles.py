"""Tiles and entry bundles (C2SP tlog-tiles v0.1.0): the tree and the entries as files that anyone can cache for ever.

A tile holds up to 256 hashes of one level in steps of eight: hash i of tile n at level l is the node (8l, 256n + i). A
bundle holds up to 256 entries, each after its length in two bytes. What is not full yet has its width in its path.
"""

import re
from collections.abc import Sequence

from record.errors import ProofError
from record.proof.tree import HASH_BYTES, Nodes

WIDTH = 256
HEIGHT = 8
MAX_ENTRY_BYTES = 65_535
_PATH = re.compile(r"tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


def path(level: int | None, number: int, width: int = WIDTH) -> str:
    """The path of a tile below the log's address; of a bundle of entries where `level` is None."""
    groups = [f"{number % 1000:03}"]
    while number := number // 1000:
        groups.insert(0, f"x{number % 1000:03}")
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{'entries' if level is None else level}/{'/'.join(groups)}{partial}"


def parse_path(said: str) -> tuple[int | None, int, int]:
    """Level (None for entries), number and width of the tile at a path; raise `ProofError` for any other spelling."""
    found = _PATH.fullmatch(said)
    if found is None:
        raise ProofError(f"{said[:80]!r} is not the path of a tile")
    level = None if found[1] == "entries" else int(found[1])
    number = int(found[2].replace("/", "").replace("x", ""))
    width = WIDTH if found[3] is None else int(found[3])
    if path(level, number, width) != said:
        raise ProofError(f"{said[:80]!r} is not how the path of a tile is spelled")
    return level, number, width


def width_at(level: int | None, number: int, size: int) -> int:
    """How many hashes or entries the tile has in a tree of `size` entries; 0 where there is no such tile."""
    here = size >> (HEIGHT * (level or 0))
    return max(0, min(WIDTH, here - number * WIDTH))


def tile(level: int, number: int, width: int, node: Nodes) -> bytes:
    """The bytes of a tile: its first `width` hashes."""
    return b"".join(node(HEIGHT * level, number * WIDTH + place) for place in range(width))


def hashes(tile: bytes) -> list[bytes]:
    """The hashes that a tile holds; raise `ProofError` for bytes that are no tile."""
    if not tile or len(tile) % HASH_BYTES or len(tile) > WIDTH * HASH_BYTES:
        raise ProofError(f"a tile of {len(tile)} bytes holds no whole number of hashes from 1 to {WIDTH}")
    return [tile[place : place + HASH_BYTES] for place in range(0, len(tile), HASH_BYTES)]


def bundle(entries: Sequence[bytes]) -> bytes:
    """Entries, each after its length."""
    if any(len(entry) > MAX_ENTRY_BYTES for entry in entries):
        raise ProofError(f"an entry is longer than {MAX_ENTRY_BYTES} bytes: no bundle can hold it")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def entries(bundle: bytes) -> list[bytes]:
    """The entries that a bundle holds; raise `ProofError` where it ends within one or holds too many."""
    found: list[bytes] = []
    place = 0
    while place < len(bundle):
        start = place + 2
        place = start + int.from_bytes(bundle[place:start], "big")
        if start > len(bundle) or place > len(bundle):
            raise ProofError("a bundle of entries ends within an entry")
        found.append(bundle[start:place])
    if len(found) > WIDTH:
        raise ProofError(f"a bundle of {len(found)} entries; at most {WIDTH} belong into one")
    return found
