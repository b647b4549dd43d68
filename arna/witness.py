"""Running the witness of one ministry: its key, the logs that it knows, its book, its server."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from arna import serving
from record.errors import ConfigError, ProofError
from record.proof.keys import COSIGNATURE, Signer, Verifier, load_signer, new_signer, parse_vkey, save_signer
from record.witness import Witness, open_witness
from service.settings import Settings
from service.witness import create_witness_app

_KEY, _NAME, _LOGS = "keys/witness.pem", "keys/witness.name", "logs"


def make_key(data: Path, name: str) -> Verifier:
    """Make the key of a witness under `name`, once, in the data folder; return its public half."""
    signer = new_signer(name, COSIGNATURE)
    try:
        save_signer(signer, data / _KEY)
        (data / _NAME).write_text(f"{name}\n", encoding="utf-8")
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
    try:
        name = (data / _NAME).read_text(encoding="utf-8").strip()
    except OSError:
        raise ConfigError(f"there is no witness's key in {data}: make one with `arna witness --new NAME`") from None
    return load_signer(data / _KEY, name, COSIGNATURE)


def _logs(data: Path, given: Sequence[str]) -> dict[str, Verifier]:
    path = data / _LOGS
    lines = list(given)
    if not lines and path.exists():
        lines = path.read_text(encoding="utf-8").splitlines()
    try:
        found = [parse_vkey(line) for line in lines if line.strip() and not line.startswith("#")]
    except ProofError as fault:
        raise ConfigError(f"{path}: {fault}") from None
    if not found:
        raise ConfigError(f"no log is known: write its key into {path}, or give it with --log")
    return {verifier.name: verifier for verifier in found}
