"""Whose a token is; and that nothing but a token tells."""

import logging
from pathlib import Path

import pytest

from service.tokens import party_of
from tests.service.owed import keep_token


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "tokens").mkdir()
    keep_token(tmp_path, "kz", "s3cret-of.kz")
    keep_token(tmp_path, "kg", "another~one")
    return tmp_path


@pytest.mark.parametrize(
    ("header", "party"),
    [
        ("Bearer s3cret-of.kz", "kz"),
        ("bearer  another~one ", "kg"),
        ("Bearer S3cret-of.kz", None),
        ("Bearer s3cret-of.k", None),
        ("Bearer", None),
        ("Bearer ", None),
        ("Basic s3cret-of.kz", None),
        ("s3cret-of.kz", None),
        ("Bearer s3cret-of.kz another~one", None),
        ("Bearer " + "0" * 64, None),  # the hash that stands in a file is no token
        ("Bearer " + "x" * 100_000, None),
        ("", None),
        (None, None),
    ],
)
def test_a_token_tells_its_party(data: Path, header: str | None, party: str | None) -> None:
    assert party_of(data, header) == party


def test_without_files_nobody_is_known(tmp_path: Path) -> None:
    assert party_of(tmp_path, "Bearer s3cret-of.kz") is None


def test_a_file_that_others_may_read_is_passed_over(data: Path, caplog: pytest.LogCaptureFixture) -> None:
    (data / "tokens" / "kz").chmod(0o640)
    with caplog.at_level(logging.WARNING, "arna.service"):
        assert party_of(data, "Bearer s3cret-of.kz") is None
    assert "can be read by others and is passed over: run chmod 600 on it" in caplog.text
    assert "s3cret" not in caplog.text


def test_a_file_that_is_no_partys_and_a_folder_are_passed_over(data: Path) -> None:
    keep_token(data, "kz.old", "old")
    (data / "tokens" / "uz").mkdir(mode=0o700)
    assert party_of(data, "Bearer old") is None
    assert party_of(data, "Bearer s3cret-of.kz") == "kz"
