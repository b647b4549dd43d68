"""Opening the house for the demonstration: keys are made once and are the owner's alone, one run at a time."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from arna import house
from arna.demo.run import run_demo
from record.errors import RecordBusy
from service.settings import Settings

CONFIG = Path(__file__).parent.parent.parent / "config"
DAY = date(2026, 6, 20)
NOW = datetime(2026, 6, 21, 3, 31, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("ARNA_CONFIG", str(CONFIG))
    monkeypatch.setenv("ARNA_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("ARNA_RECORD", raising=False)
    return Settings()


def test_a_bare_folder_gets_keys_and_a_record_and_a_second_run_keeps_both(settings: Settings) -> None:
    first = run_demo(settings, day=DAY, now=lambda: NOW)
    keys = {path.name: path.read_bytes() for path in (settings.data / "keys").iterdir()}
    again = run_demo(settings, day=DAY, now=lambda: NOW)
    assert sum(found.readings for found in first.sources) > 3000
    assert all(outcome.repeated for outcome in again.outcomes)
    assert {path.name: path.read_bytes() for path in (settings.data / "keys").iterdir()} == keys
    assert all(path.stat().st_mode & 0o077 == 0 for path in (settings.data / "keys").iterdir())


def test_while_another_process_writes_the_demonstration_does_not_start(settings: Settings) -> None:
    with house.holding_the_pen(settings), pytest.raises(RecordBusy):
        run_demo(settings, day=DAY, now=lambda: NOW)
