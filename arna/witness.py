"""Running the witness of one ministry: its key, the logs that it knows, its book, its server."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from arna import serving
from record.errors import ConfigError, ProofError
from record.proof.keys import (
    COSIGNATURE,
    ED25519,
    Signer,
    Verifier,
    is_name,
    load_signer,
    new_signer,
    parse_vkey,
    save_signer,
)
from record.witness import Witness, open_witness
from service.settings import Settings
from service.witness import create_witness_app

_KEY, _NAME, _LOGS = "keys/witness.pem", "keys/witness.name", "logs"


def make_key(data: Path, name: str) -> Verifier:
    """Make the key of a witness under `name`, once, in the data folder; return its public half."""
    signer = new_signer(name, COSIGNATURE)
    try:
        if (data / _KEY).exists():
            raise FileExistsError
        # The name first: a crash after it leaves no key, and the name is written again.
        (data / _NAME).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        (data / _NAME).write_text(f"{name}\n", encoding="utf-8")
        save_signer(signer, data / _KEY)
    except FileExistsError:
        raise ConfigError(f"there is a witness's key in {data / _KEY} already: it is never written over") from None
    except OSError as fault:
        raise ConfigError(f"the key cannot be made in {data}: {fault.strerror}; set ARNA_DATA") from None
    return signer.verifier


def open_own(data: Path, given: Sequence[str]) -> Witness:
    """The witness of a data folder, for the logs whose keys are `given` or stand in its file `logs`, one a line."""
    return open_witness(data, _signer(data), _logs(data, given))


def run(settings: Settings, given: Sequence[str], host: str, port: int, now: Callable[[], datetime]) -> None:
    """Serve the witness until stopped."""
    serving.serve_app(create_witness_app(open_own(settings.data, given), now), host, port)


def _signer(data: Path) -> Signer:
    if not (data / _KEY).exists():
        raise ConfigError(f"there is no witness's key in {data}: make one with `arna witness --new NAME`")
    name = _read(data / _NAME).strip()
    if not is_name(name):
        raise ConfigError(
            f"{data / _NAME}: {name[:60]!r} is no name of a key: write the one that the key was made under"
        )
    return load_signer(data / _KEY, name, COSIGNATURE)


def _logs(data: Path, given: Sequence[str]) -> dict[str, Verifier]:
    path = data / _LOGS
    place = "--log" if given else str(path)
    lines = list(given)
    if not given and path.exists():
        lines = _read(path).splitlines()
    found: dict[str, Verifier] = {}
    for line in (line.strip() for line in lines):
        if line and not line.startswith("#"):
            verifier = _log(line, place)
            if found.setdefault(verifier.name, verifier) != verifier:
                raise ConfigError(
                    f"{place}: {verifier.name} stands there with two keys: leave the one that it signs with"
                )
    if not found:
        raise ConfigError(f"no log is known: write its key into {path}, or give it with --log")
    return found


def _log(line: str, place: str) -> Verifier:
    try:
        verifier = parse_vkey(line)
    except ProofError as fault:
        raise ConfigError(f"{place}: {fault}") from None
    if verifier.kind != ED25519:
        raise ConfigError(f"{place}: {verifier.name} is not the key of a log: take the one that `arna keys new` prints")
    return verifier


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        said = fault.strerror if isinstance(fault, OSError) else "it is not UTF-8"
        raise ConfigError(f"{path} cannot be read: {said}; see docs/witness.md for what stands there") from None
