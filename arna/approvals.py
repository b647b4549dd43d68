"""Approvals of a version of the network: made by a party on its own machine, and taken from the inbox of the writer."""

import difflib
import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.peer import Peer
from record.errors import ArnaError, ConfigError, ProofError, SourceError
from record.network import network_from
from record.proof import note
from record.proof.keys import Signer
from service.routes.network import APPROVALS

if TYPE_CHECKING:
    from record.writer import Pen

log = logging.getLogger("arna.approvals")

_LONGEST = 16 * 1024 * 1024
_REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A version that waits at a main node: what an approver signs, what it changes, and who has yet to sign."""

    statement: str
    changes: str
    lacks: tuple[str, ...]


def waiting_at(peer: Peer, held: Mapping[str, bytes] | None = None) -> Waiting:
    """Ask for the proposal and both versions' files, and hold them against their hashes.

    `held` are the files that the approver holds itself, to be compared with in place of what the main node says to be
    in force: a main node that would deceive could show a change against what never was.
    Raises `SourceError` where none waits, `ProofError` where what is said does not fit together.
    """
    said = _read(peer, peer.fetch("/network", _LONGEST))
    if said["proposal"] is None:
        raise SourceError(f"{peer.url}: no version of the network waits for approval")
    proposed = _files(peer, said["proposal"]["files"])
    network = network_from(proposed, Path("config"))
    statement = peer.fetch("/network/proposal", _LONGEST).decode()
    if network.version != said["proposal"]["version"] or statement.splitlines()[-1] != network.version:
        raise ProofError(f"{peer.url}: the files of the proposal are not those of the version to be approved")
    told = _files(peer, said["files"]) if said["in_force"] else {}
    changes = _changes(told if held is None else held, proposed)
    return Waiting(statement=statement, changes=changes, lacks=tuple(said["proposal"]["lacks"]))


def named(signer: Signer, lacks: tuple[str, ...]) -> Signer:
    """The key under the name by which the proposal asks for it; raise `ConfigError` where it does not."""
    for asked in lacks:
        name, _, key = asked.rpartition(" ")
        called = Signer(name, signer.kind, signer.private)
        if called.verifier.id.hex() == key:
            return called
    raise ConfigError(f"this key is not asked for: the proposal lacks the approval of {', '.join(lacks) or 'nobody'}")


def send(peer: Peer, waiting: Waiting, signer: Signer) -> str:
    """Sign and send the approval; return the name of the key as the main node knows it."""
    approval = note.sign(waiting.statement, [named(signer, waiting.lacks)])
    answer = peer.post("/network/approvals", approval, _LONGEST)
    said = _read(peer, answer.body)
    if answer.status != 202:
        raise SourceError(f"{peer.url}: did not take the approval: {str(said.get('description'))[:300]}")
    return str(said["approved_by"])


def take(pen: "Pen", data: Path, now: Callable[[], datetime]) -> int:
    """Enter the approvals that lie in the inbox; return how many entries that made.

    One that approves nothing is laid aside with a line in the log.
    """
    entered = 0
    for path in sorted((data / APPROVALS).glob("*.note")):
        try:
            entered += len(pen.approve(path.read_bytes(), now))
        except (ProofError, OSError) as fault:
            log.warning("approval %s: %s", path.name, fault)
            (path.parent / _REFUSED).mkdir(exist_ok=True)
            path.rename(path.parent / _REFUSED / path.name)
            continue
        except ArnaError as fault:
            log.warning("approval %s waits: %s", path.name, fault)
            continue
        path.unlink()
    return entered


def _files(peer: Peer, hashes: dict[str, str]) -> dict[str, bytes]:
    files = {}
    for name, sha256 in hashes.items():
        body = peer.fetch(f"/log/receipt/{sha256}", _LONGEST)
        if hashlib.sha256(body).hexdigest() != sha256:
            raise ProofError(f"{peer.url}: the bytes of {name} do not have the hash under which they are kept")
        files[name] = body
    return files


def _read(peer: Peer, body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise SourceError(f"{peer.url}: answered what is not of this record: is this the address of a main node?")
    return said


def _changes(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> str:
    """What changes, file by file, as a unified diff."""
    lines: list[str] = []
    for name in sorted({*before, *after}):
        # By newlines alone: other line ends would let a line seem to be where TOML has none.
        old, new = (files.get(name, b"").decode("utf-8", "replace").split("\n") for files in (before, after))
        lines += difflib.unified_diff(old, new, f"in force/{name}", f"proposed/{name}", n=2, lineterm="")
    return "\n".join(_plain(line) for line in lines)


def _plain(line: str) -> str:
    """A line in which nothing moves the cursor, hides, or turns the direction of writing."""
    return "".join(sign if sign.isprintable() or sign == "\t" else f"\\u{ord(sign):04x}" for sign in line)
