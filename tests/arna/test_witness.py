"""The witness of a ministry as it is set up and run: its key, its name, the logs that it knows."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from arna import witness
from record.errors import ConfigError
from record.proof import note
from record.proof.keys import COSIGNATURE, Verifier, parse_vkey
from tests.keys import LOG, WITNESSES, signer_of
from tests.record.test_witness import FORKED, HONEST

NAME = "kz.witness.example"
RUN = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from arna.witness import run
from service.settings import Settings
run(Settings(data=Path(sys.argv[1])), [], "127.0.0.1", int(sys.argv[2]), lambda: datetime.now(UTC))
"""


@pytest.fixture
def own(tmp_path: Path) -> Verifier:
    made = witness.make_key(tmp_path, NAME)
    (tmp_path / "logs").write_text(f"# the log of both\n\n  # taken from the protocol\n{LOG.verifier.vkey}\n")
    return made


def test_the_key_is_made_once_and_for_cosigning(tmp_path: Path, own: Verifier) -> None:
    assert (own.name, own.kind) == (NAME, COSIGNATURE)
    pem = tmp_path / "keys" / "witness.pem"
    before = pem.read_bytes()
    assert pem.stat().st_mode & 0o077 == 0
    with pytest.raises(ConfigError, match="never written over"):
        witness.make_key(tmp_path, "kg.witness.example")
    assert pem.read_bytes() == before
    assert witness.open_own(tmp_path, []).signer.verifier == own


@pytest.mark.parametrize("place", ["arna.witness.save_signer", "arna.witness.Path.write_text"])
def test_a_key_that_was_half_made_can_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(place, crash)
        with pytest.raises(KeyboardInterrupt):
            witness.make_key(tmp_path, "kg.witness.example")
    with pytest.raises(ConfigError, match="arna witness --new NAME"):
        witness.open_own(tmp_path, [LOG.verifier.vkey])
    made = witness.make_key(tmp_path, NAME)
    assert witness.open_own(tmp_path, [LOG.verifier.vkey]).signer.verifier == made


def test_without_a_key_it_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="arna witness --new NAME"):
        witness.open_own(tmp_path, [LOG.verifier.vkey])


def test_a_name_that_no_key_may_bear_is_refused(tmp_path: Path, own: Verifier) -> None:
    (tmp_path / "keys" / "witness.name").write_text("two words\n")
    with pytest.raises(ConfigError, match=r"witness\.name.*two words"):
        witness.open_own(tmp_path, [])


def test_it_knows_the_logs_of_its_file_or_those_given(tmp_path: Path, own: Verifier) -> None:
    assert witness.open_own(tmp_path, []).logs == {LOG.name: LOG.verifier}
    other = signer_of("other.example").verifier
    assert witness.open_own(tmp_path, [other.vkey]).logs == {other.name: other}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("", "no log is known"),
        ("# nothing yet\n", "no log is known"),
        ("nonsense\n", "logs: verifier key 'nonsense'"),
        (f"{WITNESSES['kg'].verifier.vkey}\n", r"kg\.witness\.example is not the key of a log"),
        (f"{LOG.verifier.vkey}\n{signer_of(LOG.name, seed='new').verifier.vkey}\n", "two keys"),
    ],
)
def test_a_log_that_cannot_be_one_is_refused(tmp_path: Path, own: Verifier, lines: str, said: str) -> None:
    (tmp_path / "logs").write_text(lines)
    with pytest.raises(ConfigError, match=said) as fault:
        witness.open_own(tmp_path, [])
    assert "\n" not in str(fault.value)


def test_a_wrong_key_on_the_command_line_is_not_blamed_on_the_file(tmp_path: Path, own: Verifier) -> None:
    with pytest.raises(ConfigError, match=r"^--log: verifier key 'nonsense'"):
        witness.open_own(tmp_path, ["nonsense"])


def test_a_file_of_logs_that_is_no_text_is_one_line(tmp_path: Path, own: Verifier) -> None:
    (tmp_path / "logs").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="logs cannot be read"):
        witness.open_own(tmp_path, [])


@contextmanager
def serving(data: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen([sys.executable, "-c", RUN, str(data), str(port)], cwd=Path(__file__).parents[2]) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(url, process)
            yield url, process
        finally:
            process.kill()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            httpx2.get(url)
        except httpx2.TransportError:
            assert process.poll() is None, "the witness ended"
            assert time.monotonic() < until, "the witness does not answer"
            time.sleep(0.1)
        else:
            return


@pytest.mark.uncounted
def test_a_process_that_is_killed_goes_on_where_it_was(tmp_path: Path, own: Verifier) -> None:
    with serving(tmp_path) as (url, _):
        answer = httpx2.post(f"{url}/add-checkpoint", content=HONEST.request(0, 20))
        assert answer.status_code == 200
        assert parse_vkey(httpx2.get(url).json()["vkey"]) == own
    with serving(tmp_path) as (url, _):
        assert httpx2.post(f"{url}/add-checkpoint", content=FORKED.request(20, 20)).status_code == 422
        again = httpx2.post(f"{url}/add-checkpoint", content=HONEST.request(20, 20))
        assert again.status_code == 200
    first, second = (note.verified(HONEST.signed(20) + one.content, [own]).signed[NAME] for one in (answer, again))
    assert first is not None
    assert second is not None
    assert first <= second
