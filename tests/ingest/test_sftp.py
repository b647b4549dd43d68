"""What is SFTP's own: the key of the server, and ours."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest

from ingest.sources.sftp import Sftp, declared
from record.errors import SourceError
from tests.ingest import sftp_server
from tests.ingest.declared import clock, source
from tests.ingest.remote import SECRET, Remote, names, remote


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Remote]:
    with remote("sftp", tmp_path, monkeypatch) as opened:
        opened.put("a", b"x")
        yield opened


def generated(kind: str) -> asyncssh.SSHKey:
    """A key with a comment, as ssh-keygen makes it: paramiko cannot read some that have none."""
    return asyncssh.generate_private_key(kind, comment="made up for tests")


@pytest.mark.parametrize("text", ["", "# a word\n", "elsewhere ssh-ed25519 AAAA\n", "127.0.0.1 nonsense\n"])
def test_a_server_that_is_not_known_is_told_and_given_nothing(there: Remote, text: str) -> None:
    (there.data / "known_hosts").write_text(text)
    found, fault = there.until_fault()
    assert found == []
    assert f"known_hosts does not name [127.0.0.1]:{there.server.port}" in fault
    assert (there.data / "known_hosts").read_text() == text


@pytest.mark.parametrize("kind", ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"])
def test_a_server_with_another_key_than_before_is_given_nothing(there: Remote, kind: str) -> None:
    there.server.known_as(asyncssh.generate_private_key(kind), there.data / "known_hosts")
    found, fault = there.until_fault()
    assert found == []
    assert "shows another key than known_hosts names" in fault
    assert there.server.fetched() == []


def test_a_missing_file_of_known_hosts_is_told(there: Remote) -> None:
    _, fault = there.until_fault(known_hosts="nowhere")
    assert "nowhere cannot be read: No such file" in fault
    _, fault = there.until_fault(known_hosts=".")
    assert "cannot be read: Is a directory" in fault


def test_a_server_with_several_keys_is_asked_for_the_one_that_is_known(there: Remote) -> None:
    for key in (there.server.key, there.server.other_key):
        there.server.known_as(key, there.data / "known_hosts")
        assert names(there.ask()) == ["a"]


@pytest.mark.parametrize("kind", ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"])
def test_a_key_of_ours_opens_the_door(tmp_path: Path, kind: str) -> None:
    served, data = tmp_path / "served", tmp_path / "data"
    served.mkdir()
    data.mkdir()
    (served / "a").write_bytes(b"x")
    key = generated(kind)
    key.write_public_key(str(data / "allowed"))
    private = data / "private"
    key.write_private_key(str(private))
    private.chmod(0o600)
    with sftp_server.serving(served, allowed=data / "allowed") as server:
        server.known_as(server.key, data / "known_hosts")
        facts = {"kind": "sftp", "user": "arna", "key": "private", "known_hosts": "known_hosts"}
        declaration = source(f"{server.address}/", **facts)
        (found,) = Sftp(declaration, data).fetch(None, clock())
        assert names([found]) == ["a"]  # type: ignore[list-item]

        private.chmod(0o640)
        with pytest.raises(SourceError, match="is open to others: chmod 600"):
            list(Sftp(declaration, data).fetch(None, clock()))
        private.chmod(0o600)
        generated(kind).write_private_key(str(private))
        with pytest.raises(SourceError, match="the login was refused"):
            list(Sftp(declaration, data).fetch(None, clock()))


@pytest.mark.parametrize("body", [b"", b"nonsense", b"\xff" * 100])
def test_a_file_that_is_no_key_is_told(there: Remote, body: bytes) -> None:
    private = there.data / "private"
    private.write_bytes(body)
    private.chmod(0o600)
    _, fault = there.until_fault(secret=None, key="private")
    assert "no private key that can be used" in fault
    _, fault = there.until_fault(secret=None, key="nowhere")
    assert "cannot be read" in fault


def test_a_key_locked_with_a_word_is_told(there: Remote) -> None:
    private = there.data / "private"
    generated("ssh-ed25519").write_private_key(str(private), passphrase="only-for-tests")
    private.chmod(0o600)
    _, fault = there.until_fault(secret=None, key="private")
    assert "no private key that can be used" in fault


def test_a_link_is_told_and_not_followed(there: Remote) -> None:
    (there.folder / "b").symlink_to("a")
    found, fault = there.until_fault()
    assert names(found) == ["a"]
    assert fault == "b: a link or device, not a file: put the file itself there"


def test_a_name_that_is_not_utf8_is_told(there: Remote) -> None:
    Path(os.fsdecode(bytes(there.folder) + b"/" + "сводка".encode("cp1251"))).touch()
    _, fault = there.until_fault()
    assert "is not UTF-8" in fault


def test_the_client_keeps_no_log_of_its_own(there: Remote, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        there.ask()
        there.server.known_as(asyncssh.generate_private_key("ssh-rsa"), there.data / "known_hosts")
        there.until_fault()
    assert [line for line in caplog.records if line.name.startswith("paramiko")] == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"place": "ftp://host.example/"}, "begins with sftp://"),
        ({"known_hosts": None}, "needs known_hosts"),
        ({"user": None}, "needs user"),
        ({"secret": None}, "either key or secret"),
        ({"key": "private"}, "either key or secret"),
        ({"match": "["}, "no regular expression"),
    ],
)
def test_what_cannot_be_carried_out_is_told(changes: dict[str, object], told: str) -> None:
    facts: dict[str, object] = {
        "kind": "sftp", "place": "sftp://host.example/", "user": "arna", "secret": SECRET, "known_hosts": "known_hosts",
    }  # fmt: skip
    with pytest.raises(SourceError, match=told):
        declared(source(**(facts | changes)))  # type: ignore[arg-type]
