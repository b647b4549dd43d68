"""What goes wrong under an operator's hands is one line on the error stream and exit code 1."""

import shutil
from pathlib import Path

import pytest

from arna import house
from service.settings import Settings
from tests.arna.typed import typed
from tests.record.trouble import garbage_inside, mounted, read_only

ROOT = Path(__file__).parents[2]
WRITERS = [("ingest", "--once"), ("seal",), ("rebuild",)]
READERS = [("doctor",), ("report", "latest")]


@pytest.fixture(scope="module")
def operated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with keys and a record."""
    data = tmp_path_factory.mktemp("operated")
    arna(data, "keys", "new", expected=0)
    arna(data, "ingest", "--once", expected=0)
    return data


def arna(data: Path, *words: str, expected: int = 1, **settings: str) -> str:
    """Run a command as an operator does; its only line on the error stream, or none where it went well."""
    done = typed(*words, **{"ARNA_DATA": str(data), "ARNA_CONFIG": str(ROOT / "config")} | settings)
    assert done.returncode == expected, done.stderr
    assert done.stderr.count("\n") == expected, done.stderr
    assert expected == 0 or done.stderr.startswith("arna: "), done.stderr
    return done.stderr


@pytest.mark.parametrize("words", WRITERS, ids=" ".join)
def test_a_second_writer_is_refused(operated: Path, words: tuple[str, ...]) -> None:
    with house.holding_the_pen(Settings(data=operated)):
        assert "another process writes the record" in arna(operated, *words)


@pytest.mark.parametrize("words", [*WRITERS, *READERS], ids=" ".join)
def test_every_command_tells_of_a_damaged_database_in_one_line(
    operated: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    data = tmp_path / "data"
    shutil.copytree(operated, data)
    garbage_inside(data / "record.sqlite")
    assert "malformed" in arna(data, *words)


@pytest.mark.parametrize("words", [WRITERS[0], READERS[0]], ids=" ".join)
def test_a_data_folder_that_is_none_is_told_in_one_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "data").write_text("a file\n", encoding="utf-8")
    assert f"data folder {tmp_path / 'data'} cannot be" in arna(tmp_path / "data", *words)


@pytest.mark.parametrize("words", [WRITERS[1], READERS[1]], ids=" ".join)
def test_a_read_only_disk_is_told_in_one_line(operated: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    with mounted(tmp_path / "data", "-o", "size=16m"):
        shutil.copytree(operated, tmp_path / "data", dirs_exist_ok=True)
        read_only(tmp_path / "data")
        line = arna(tmp_path / "data", *words)
        assert "Read-only file system; set ARNA_DATA" in line or "cannot be opened: unable to open" in line


def test_a_record_on_a_read_only_disk_is_read_when_it_is_said_to_be_immutable(operated: Path, tmp_path: Path) -> None:
    with mounted(tmp_path / "data", "-o", "size=16m"):
        shutil.copytree(operated, tmp_path / "data", dirs_exist_ok=True)
        read_only(tmp_path / "data")
        url = f"sqlite:///file:{tmp_path / 'data' / 'record.sqlite'}?immutable=1&uri=true"
        arna(tmp_path / "data", "doctor", expected=0, ARNA_RECORD=url)
        draft = typed(
            "report", "latest", ARNA_DATA=str(tmp_path / "data"), ARNA_CONFIG=str(ROOT / "config"), ARNA_RECORD=url
        )
        assert (draft.returncode, "what is known now" in draft.stderr) == (0, True)
