"""Tokens as an operator makes, lists, replaces and revokes them."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from service.tokens import Scope, Tokens
from tests.arna.typed import typed

CONFIG = Path(__file__).parents[2] / "config"


def arna(data: Path, *words: str) -> Any:
    return typed(*words, ARNA_CONFIG=str(CONFIG), ARNA_DATA=str(data))


def made(data: Path, *words: str) -> str:
    """The name of a new token."""
    said = arna(data, "token", "new", *words)
    assert said.returncode == 0, said.stderr
    token = Tokens(data).known(said.stdout.strip())
    assert token is not None
    assert said.stdout.strip() not in said.stderr
    return token.id


def listed(data: Path) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in json.loads(arna(data, "token", "list", "--json").stdout)}


def test_a_token_is_printed_alone_and_reads_unless_it_is_told_more(tmp_path: Path) -> None:
    last = datetime.now(UTC).date() + timedelta(days=400)
    reading = made(tmp_path, "kz", "--label", "office in Taraz")
    both = made(tmp_path, "kg", "--scope", "read", "--scope", "push", "--expires", last.isoformat())
    rows = listed(tmp_path)
    assert (rows[reading]["scope"], rows[reading]["label"], rows[reading]["state"]) == (
        "read",
        "office in Taraz",
        "holds",
    )
    assert (rows[both]["scope"], rows[both]["expires"]) == ("push,read", last.isoformat())
    assert all(token.sha256 not in arna(tmp_path, "token", "list").stdout for token in Tokens(tmp_path).all())


def test_a_token_is_replaced_and_revoked_by_its_name(tmp_path: Path) -> None:
    first = made(tmp_path, "kz", "--scope", "metrics")
    said = arna(tmp_path, "token", "rotate", first, "--overlap", "3")
    second = Tokens(tmp_path).known(said.stdout.strip())
    assert second is not None
    assert second.scopes == {Scope.METRICS}
    assert f"{first} holds until" in said.stderr
    assert f"{second.id} of kz was revoked" in arna(tmp_path, "token", "revoke", second.id).stdout
    assert {name: row["state"] for name, row in listed(tmp_path).items()} == {first: "ends soon", second.id: "revoked"}


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("new", "uz"), "party 'uz' is not declared"),
        (("new", "kz", "--expires", "2001-01-01"), "would never hold"),
        (("new", "kz", "--expires", "never"), "'never' is no day: write YYYY-MM-DD"),
        (("new", "kz", "--label", "Тараз"), "at most 80 signs of ASCII"),
        (("revoke", "kz-0"), "there is no token 'kz-0'"),
        (("rotate", "kz-0"), "there is no token 'kz-0'"),
    ],
)
def test_what_cannot_be_done_is_one_line(tmp_path: Path, words: tuple[str, ...], part: str) -> None:
    said = arna(tmp_path, "token", *words)
    assert (said.returncode, said.stdout) == (1, "")
    assert part in said.stderr
    assert said.stderr.count("\n") == 1
    assert Tokens(tmp_path).all() == ()


def test_without_any_the_list_says_how_to_make_one(tmp_path: Path) -> None:
    assert arna(tmp_path, "token", "list").stdout == "there is no token: make one with arna token new PARTY\n"
