"""Whose a token is and what it opens; and that nothing but a token tells."""

import logging
import os
import stat
import threading
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from arna import tokens as kept
from record.errors import ConfigError, UnknownName
from service.tokens import EARLIER, Scope, Token, Tokens, digest_of, read_line, secret_in, write_line
from tests.service.owed import keep_token

TODAY = date(2026, 6, 2)
DIGEST = "5e" * 32


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "tokens").mkdir()
    keep_token(tmp_path, "kz", "s3cret-of.kz")
    keep_token(tmp_path, "kg", "another~one")
    return tmp_path


def party_of(data: Path, header: str | None) -> str | None:
    secret = secret_in(header)
    found = None if secret is None else Tokens(data).known(secret)
    return None if found is None else found.party


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


@pytest.mark.parametrize(
    "line",
    [
        DIGEST,
        f"{DIGEST} id=kz-1 scope=read",
        f"{DIGEST} id=kz-1 scope=read,push created=2026-01-02 expires=2027-01-02 label=office in Taraz, room 4",
        f"{DIGEST} id=kz-1 scope=metrics created=2026-01-02 revoked=2026-01-03",
        f"{DIGEST} id=kz-1 scope=read created=2026-01-02 expires=2026-01-09 successor=kz-2 label=office",
    ],
)
def test_a_line_is_written_as_it_was_read(line: str) -> None:
    token = read_line("kz", line)
    assert token is not None
    assert read_line("kz", write_line(token)) == token
    assert write_line(token).startswith(line) or " " not in line


def test_a_bare_hash_reads_and_pushes_without_an_end_and_has_a_name() -> None:
    assert read_line("kz", DIGEST.upper()) == Token(party="kz", id="kz-5e5e5e5e", sha256=DIGEST, scopes=EARLIER)
    assert (read_line("kz", "# made on 2026-01-01"), read_line("kz", "  ")) == (None, None)


@pytest.mark.parametrize(
    "line",
    [
        DIGEST[:-1],
        f"{DIGEST} scope=everything",
        f"{DIGEST} scope=read expires=2026-02-30",
        f"{DIGEST} scope=read expires=never",
        f"{DIGEST} expires=2026-01-01 scope=read",
        f"{DIGEST} revoked=",
        f"{DIGEST} read",
        "s3cret-of.kz",
    ],
)
def test_a_line_that_cannot_be_read_lets_nobody_in_and_is_not_repeated(
    data: Path, line: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = data / "tokens" / "kz"
    path.write_text(f"{DIGEST[::-1]}\n{line}\n")
    with caplog.at_level(logging.WARNING, "arna.service"):
        found = Tokens(data)
        assert [token.sha256 for token in found.all() if token.party == "kz"] == [DIGEST[::-1]]
        found.all()
    assert [record.getMessage().count("line 2 of token file") for record in caplog.records] == [1]
    assert line not in caplog.text
    assert "s3cret" not in caplog.text


@pytest.mark.parametrize(
    ("token", "fault", "soon"),
    [
        (Token(party="kz", id="a", sha256=DIGEST), None, False),
        (Token(party="kz", id="a", sha256=DIGEST, expires=TODAY), None, True),
        (Token(party="kz", id="a", sha256=DIGEST, expires=TODAY + timedelta(days=30)), None, False),
        (Token(party="kz", id="a", sha256=DIGEST, expires=TODAY - timedelta(days=1)), "expired on 2026-06-01", False),
        (Token(party="kz", id="a", sha256=DIGEST, revoked=TODAY + timedelta(days=9)), "revoked on 2026-06-11", False),
    ],
)
def test_a_token_holds_through_its_last_day_and_never_once_revoked(token: Token, fault: str | None, soon: bool) -> None:
    said = token.fault(TODAY)
    assert (said is None) if fault is None else (said is not None and fault in said)
    assert token.ends_soon(TODAY) is soon


def test_a_file_is_read_once_until_it_changes(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    whole = Path.open

    def counted(path: Path, mode: str = "r", **more: Any) -> Any:
        read.append(path.name)
        return whole(path, mode, **more)

    monkeypatch.setattr(Path, "open", counted)
    found = Tokens(data)
    for _ in range(3):
        assert found.known("another~one") is not None
    assert read == ["kg", "kz"]
    path = data / "tokens" / "kg"
    path.write_text(path.read_text() + f"{DIGEST} id=kg-1 scope=read\n")
    read.clear()
    assert found.known("another~one") is not None
    assert read == ["kg"]
    os.unlink(data / "tokens" / "kg")
    assert found.known("another~one") is None


def test_what_is_made_is_kept_as_a_hash_beside_what_was_there(data: Path) -> None:
    before = (data / "tokens" / "kz").read_text()
    token, secret = kept.make(data, "kz", TODAY, scopes=frozenset({Scope.READ}), label="office in Taraz")
    assert (data / "tokens" / "kz").read_text() == f"{before}{write_line(token)}\n"
    assert (data / "tokens" / "kz").stat().st_mode & 0o777 == 0o600
    assert secret not in (data / "tokens" / "kz").read_text()
    assert Tokens(data).known(secret) == token
    assert party_of(data, "Bearer s3cret-of.kz") == "kz"


def test_a_token_that_takes_anothers_place_opens_the_same_and_both_hold_for_a_while(data: Path) -> None:
    first, secret = kept.make(data, "kz", TODAY, scopes=frozenset({Scope.PUSH}), label="pump 3")
    ending, second, other = kept.rotate(data, first.id, TODAY, TODAY + timedelta(days=7), None)
    assert (ending.expires, second.scopes, second.label) == (date(2026, 6, 9), frozenset({Scope.PUSH}), "pump 3")
    found = Tokens(data)
    assert (found.known(secret), found.known(other)) == (ending, second)
    third, _, _ = kept.rotate(data, second.id, TODAY, TODAY + timedelta(days=7), None)
    assert third.successor != ending.successor == second.id


@pytest.mark.parametrize(
    ("line", "end"),
    [
        ("created=2026-01-02 expires=2026-06-09", date(2026, 11, 7)),  # as long as the first was made for
        ("expires=2026-06-09", date(2026, 6, 9)),
        ("created=2026-01-02", None),
    ],
)
def test_what_takes_the_place_of_a_token_with_an_end_has_an_end(data: Path, line: str, end: date | None) -> None:
    path = data / "tokens" / "kz"
    path.write_text(f"{DIGEST} id=kz-1 scope=read {line}\n")
    first, second, _ = kept.rotate(data, "kz-1", TODAY, TODAY + timedelta(days=30), None)
    assert second.expires == end
    assert first.expires == (date(2026, 6, 9) if end else TODAY + timedelta(days=30))  # never made to last
    named = kept.rotate(data, second.id, TODAY, TODAY, date(2027, 1, 1))
    assert named[1].expires == date(2027, 1, 1)


def test_the_place_of_a_token_is_taken_once_however_many_ask_for_it(data: Path) -> None:
    first, _ = kept.make(data, "kg", TODAY)
    barrier, said = threading.Barrier(4), []

    def rotate() -> None:
        barrier.wait()
        try:
            said.append(kept.rotate(data, first.id, TODAY, TODAY, None)[1].id)
        except ConfigError as fault:
            said.append(str(fault))

    threads = [threading.Thread(target=rotate) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    (made,) = [one for one in said if one.startswith("kg-")]
    assert [one for one in said if one != made] == [f"the place of {first.id} was taken by {made}: rotate that one"] * 3
    assert len([token for token in Tokens(data).all() if token.party == "kg" and token.created]) == 2


def test_a_file_that_others_may_have_read_is_not_made_to_hold_again(data: Path) -> None:
    path = data / "tokens" / "kz"
    old, other = kept.make(data, "kz", TODAY)[0], kept.make(data, "kg", TODAY)[0]
    path.chmod(0o644)
    before = path.read_bytes()
    for change in (
        lambda: kept.make(data, "kz", TODAY),
        lambda: kept.rotate(data, old.id, TODAY, TODAY, None),
        lambda: kept.revoke(data, old.id, TODAY),
    ):
        with pytest.raises(ConfigError, match=r"can be read by others, who may know .* chmod 600"):
            change()
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (before, 0o644)
    (data / "tokens" / "aa").mkdir()
    assert kept.revoke(data, other.id, TODAY).revoked == TODAY


@pytest.mark.parametrize("turned", [1, -1])
@pytest.mark.parametrize("of", ["revoked=2026-06-01", "expires=2026-06-01"])
def test_of_two_lines_of_one_token_the_one_that_ended_counts(data: Path, turned: int, of: str) -> None:
    digest = digest_of("s3cret-of.kz")
    lines = [f"{digest} id=kz-1 scope=read,push", f"{digest} id=kz-2 scope=read {of}"]
    (data / "tokens" / "kz").write_text("\n".join(lines[::turned]) + "\n")
    keep_token(data, "uz", "s3cret-of.kz")
    found = Tokens(data).known("s3cret-of.kz")
    assert found is not None
    assert found.id == "kz-2"


def test_the_folder_is_written_down_too(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kinds: list[bool] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: kinds.append(stat.S_ISDIR(os.fstat(descriptor).st_mode)))
    kept.make(data, "kz", TODAY)
    assert kinds == [False, True]


def test_a_revoked_token_stays_in_the_list_and_has_no_successor(data: Path) -> None:
    (old,) = [token for token in Tokens(data).all() if token.party == "kg" and token.sha256 != "0" * 64]
    assert kept.revoke(data, old.id, TODAY).revoked == TODAY
    assert kept.revoke(data, old.id, TODAY + timedelta(days=1)).revoked == TODAY
    assert Tokens(data).known("another~one") == kept.revoke(data, old.id, TODAY)
    with pytest.raises(ConfigError, match="was revoked on 2026-06-02; make one with arna token new"):
        kept.rotate(data, old.id, TODAY, TODAY, None)
    with pytest.raises(UnknownName, match="there is no token 'kz-1': see arna token list"):
        kept.revoke(data, "kz-1", TODAY)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"scopes": frozenset()}, "give it a scope of read, push, metrics"),
        ({"expires": TODAY - timedelta(days=1)}, "would never hold"),
        ({"label": "a\nb"}, "on one line"),
        ({"label": "x" * 81}, "at most 80 signs"),
    ],
)
def test_a_token_that_would_be_none_is_not_made(data: Path, more: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        kept.make(data, "kz", TODAY, **more)  # type: ignore[arg-type]
