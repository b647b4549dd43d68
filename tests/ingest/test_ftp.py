"""What is FTP's own: servers without MLSD, TLS, passive addresses, names in other codes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.sources.ftp import Ftp, declared
from record.errors import SourceError
from tests.ingest import ftp_server
from tests.ingest.certificate import made
from tests.ingest.declared import clock, source
from tests.ingest.looped import talking
from tests.ingest.remote import PASSWORD, Remote, bodies, names, remote


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Remote]:
    with remote("ftp", tmp_path, monkeypatch) as opened:
        yield opened


@pytest.fixture
def old(there: Remote) -> Remote:
    """A server that knows no MLSD."""
    there.server.without.add("mlsd")
    return there


def test_a_server_without_mlsd_is_asked_for_names_sizes_and_times(old: Remote) -> None:
    old.put("imomo-b", b"1", hours=3)
    old.put("imomo-a", b"2", hours=2)
    old.put("else", b"3")
    found = old.ask(match="imomo.*")
    assert (names(found), bodies(found)) == (["imomo-b", "imomo-a"], [b"1", b"2"])
    assert [rest for command, rest in old.server.asked if command == "mdtm"] == ["imomo-a", "imomo-b"]
    assert old.ask(found[-1].cursor, match="imomo.*") == []
    old.put("imomo-b", b"12", hours=1)
    assert names(old.ask(found[-1].cursor, match="imomo.*")) == ["imomo-b"]


def test_a_server_that_tells_neither_size_nor_time_gives_each_file_once(old: Remote) -> None:
    old.server.without |= {"size", "mdtm"}
    old.put("b", b"1")
    old.put("a", b"2")
    found = old.ask(settle=60)
    assert names(found) == ["a", "b"]
    assert old.ask(found[-1].cursor) == []


def test_an_empty_folder_of_a_server_without_mlsd_is_no_fault(old: Remote) -> None:
    assert old.ask() == []


def test_names_with_their_path_are_not_asked_for(old: Remote) -> None:
    old.put("a", b"x")
    old.server.listed.append("/manual/a")
    found, fault = old.until_fault()
    assert names(found) == ["a"]
    assert "'/manual/a' in the listing is no name of a file" in fault


def test_a_link_or_device_is_told(there: Remote) -> None:
    there.server.listed.append("type=OS.unix=slink:/etc/passwd;size=1; b")
    there.put("a", b"x")
    found, fault = there.until_fault()
    assert names(found) == ["a"]
    assert fault == "b: a link or device, not a file: put the file itself there"


def test_a_file_of_which_less_came_than_was_listed_is_tried_again(there: Remote) -> None:
    there.put("a", b"1234", hours=3)
    there.put("b", b"5", hours=2)
    there.server.cut.add("a")
    found, fault = there.until_fault()
    assert names(found) == ["b"]
    assert "a: only 1 of its 4 bytes came" in fault
    there.server.cut.clear()
    assert bodies(there.ask(found[-1].cursor)) == [b"1234"]


def test_a_name_in_another_code_is_asked_for_in_the_bytes_that_came(there: Remote) -> None:
    there.server.encoding = "cp1251"
    there.put("сводка.txt", b"1")
    (found,) = there.ask(match=r".*\.txt")
    assert found.receipt.body == b"1"
    assert found.receipt.name == "сводка.txt".encode("cp1251").decode("latin-1")
    assert there.ask(found.cursor, match=r".*\.txt") == []


def test_a_name_in_utf8_is_shown_as_it_is_meant(there: Remote) -> None:
    there.put("отчёт.txt", b"1")
    assert names(there.ask(match="отчёт.*")) == ["отчёт.txt"]


def test_another_host_than_the_servers_own_is_not_connected_to(there: Remote) -> None:
    there.server.ipv4_pasv_forced_response_address = "192.0.2.1"
    there.put("a", b"x")
    assert names(there.ask()) == ["a"]


def test_without_user_and_password_we_are_anonymous(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    with ftp_server.serving(tmp_path, anonymous=True) as server:
        declaration = source(f"{server.address}/", kind="ftp", match="a")
        (_,) = Ftp(declaration, tmp_path).fetch(None, clock())
        assert ("user", "anonymous") in server.asked


def test_tls_comes_before_the_password_and_data_resumes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with remote("ftps", tmp_path, monkeypatch) as there:
        there.put("a", b"x")
        assert names(there.ask()) == ["a"]
        assert [command for command, _ in there.server.asked[:5]] == ["auth", "user", "pass", "pbsz", "prot"]
        assert there.server.resumed == [True, True]


def test_a_certificate_must_be_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with remote("ftps", tmp_path, monkeypatch) as there:
        (tmp_path / "other").mkdir()
        _, other = made(tmp_path / "other")
        monkeypatch.setenv("SSL_CERT_FILE", str(other))
        _, fault = there.until_fault()
        assert "its certificate is not trusted" in fault
        assert PASSWORD not in str(there.server.asked)


def test_a_server_without_tls_is_given_no_password(there: Remote) -> None:
    there.server.without.add("auth")
    _, fault = there.until_fault(place=f"ftps{there.server.address[3:]}/manual")
    assert "answered 502" in fault
    assert [command for command, _ in there.server.asked] == ["auth"]


def test_a_reply_without_end_is_cut(there: Remote) -> None:
    with talking(b"220-\r\n" * 5000) as port:
        _, fault = there.until_fault(place=f"ftp://127.0.0.1:{port}/")
    assert "no answer (error_proto)" in fault


@pytest.mark.parametrize(
    "said",
    [
        b"nonsense\r\n",
        b"220 hello\r\n230 in\r\n250 there\r\n200 ok\r\n227 (1,2,3,4,999,999)\r\n",
        b"220 hello\r\n230 in\r\n250 there\r\n200 ok\r\n227 nothing\r\n",
        b"220 hello\r\n" + b"\xff" * 20_000,
    ],
)
def test_a_server_may_say_anything(there: Remote, said: bytes) -> None:
    with talking(said) as port:
        found, fault = there.until_fault(place=f"ftp://127.0.0.1:{port}/")
    assert found == []
    assert fault.startswith(f"ftp://127.0.0.1:{port}/: ")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"place": "http://host.example/"}, "begins with ftp://, ftps://"),
        ({"place": "ftp:///path"}, "name a host"),
        ({"place": "ftp://host.example:x/"}, "is not an address"),
        ({"place": "ftp://arna:xyzzy@host.example/"}, "declare user and secret"),
        ({"place": "ftp://host.example/a/../b"}, "'..'"),
        ({"place": "ftp://host.example/a%0d%0aDELE%20b"}, "control sign"),
        ({"place": "ftp://host.example/a?b"}, "end with its path"),
        ({"match": "("}, "no regular expression"),
        ({"secret": "WORD"}, "declare user too"),
    ],
)
def test_what_cannot_be_carried_out_is_told(changes: dict[str, object], told: str) -> None:
    facts: dict[str, object] = {"kind": "ftp", "place": "ftp://host.example/"}
    with pytest.raises(SourceError) as caught:
        declared(source(**(facts | changes)))  # type: ignore[arg-type]
    assert told in str(caught.value)
    assert "xyzzy" not in str(caught.value)
