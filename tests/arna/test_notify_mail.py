"""Telling people what is amiss by mail: to a real server, over TLS but on this machine, and never twice."""

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from arna import notify
from record.archive import Record
from record.errors import NotSent
from record.ledger.kept import Changes
from tests.arna.mailbox import Post, mail_server, written
from tests.arna.told import MINUTE, PEOPLE, channel, raise_one, tell
from tests.example import START, open_pen
from tests.record.owing import owing


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    made = open_pen(tmp_path, owing())[0]
    yield made
    made.engine.dispose()


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of this machine alone, and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
        .add_extension(names, critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert, secret = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return cert, secret


def server_context(cert: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


def test_mail_on_this_machine_goes_as_it_is(record: Record) -> None:
    post = Post()
    raise_one(record, "a", "b")
    with mail_server(post) as port:
        mail = channel(mail=f"smtp://127.0.0.1:{port}/?{PEOPLE}")
        tell(record, mail)
        tell(record, mail)
    (letter,) = post.letters
    assert (letter.mail_from, letter.rcpt_tos) == ("arna@record.example", ["duty@kg.example", "duty@kz.example"])
    text = written(letter)
    assert "Subject: arna.example/test: 2 new warnings, 0 ended\r\n" in text
    assert "Date: Fri, 01 May 2026 02:00:00 +0000\r\n" in text
    assert "- kg, silent: source b has given nothing\r\n" in text


def test_mail_elsewhere_goes_over_tls_with_the_password(
    record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("arna.post.is_loopback", lambda _: False)
    cert, key = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    post = Post()
    raise_one(record, "a")
    with mail_server(post, tls_context=server_context(cert, key), require_starttls=True) as port:
        tell(record, channel(mail=f"smtp://duty%40kg@127.0.0.1:{port}/?{PEOPLE}", mail_password="the password"))
    assert (len(post.letters), post.users, post.in_tls) == (1, ["duty@kg"], [True])


def test_mail_can_begin_with_tls(record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cert, key = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    post = Post()
    raise_one(record, "a")
    with mail_server(post, ssl_context=server_context(cert, key)) as port:
        tell(record, channel(mail=f"smtps://127.0.0.1:{port}/?{PEOPLE}"))
    # A server that begins with TLS understands nothing else.
    assert len(post.letters) == 1


@pytest.mark.parametrize("offered", [False, True])
def test_no_mail_goes_elsewhere_without_tls_or_to_a_server_of_another_name(
    record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, offered: bool
) -> None:
    monkeypatch.setattr("arna.post.is_loopback", lambda _: False)
    context = server_context(*certificate(tmp_path)) if offered else None
    post = Post()
    raise_one(record, "a")
    with mail_server(post, tls_context=context, auth_require_tls=False) as port:
        tell(record, channel(mail=f"smtp://duty@127.0.0.1:{port}/?{PEOPLE}", mail_password="the password"))
    assert (post.letters, post.users) == ([], [])
    assert "the mail server did not take it (" in caplog.text
    assert ("SSLCertVerificationError" if offered else "SMTPNotSupportedError") in caplog.text


def test_mail_that_was_not_taken_is_sent_in_a_later_round(record: Record, caplog: pytest.LogCaptureFixture) -> None:
    post = Post("451 try again")
    raise_one(record, "a")
    with mail_server(post) as port:
        mail = channel(mail=f"smtp://127.0.0.1:{port}/?{PEOPLE}")
        tell(record, mail)
        assert "the mail server did not take it (SMTPDataError, 451)" in caplog.text
        post.answer = "250 taken"
        raise_one(record, at=START + MINUTE)
        tell(record, mail, at=START + MINUTE)
    (letter,) = post.letters
    text = written(letter)
    assert text.count("source a has given nothing") == 2
    assert "Ended (what was late has come, or counts as missing from now on):" in text


def test_a_wrong_password_is_a_line_without_it(
    record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    post = Post()
    raise_one(record, "a")
    with mail_server(post, auth_require_tls=False) as port:
        tell(record, channel(mail=f"smtp://duty@127.0.0.1:{port}/?{PEOPLE}", mail_password="hunter2"))
    assert post.letters == []
    assert "SMTPAuthenticationError, 535" in caplog.text
    assert "hunter2" not in caplog.text
    assert "duty" not in caplog.text


@pytest.mark.parametrize("hello", [b"", b"220 "])
def test_a_mail_server_that_never_gets_to_the_point_is_given_up(monkeypatch: pytest.MonkeyPatch, hello: bytes) -> None:
    monkeypatch.setattr(notify, "_LONGEST_SECONDS", 0.3)
    enough = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip() -> None:
            talking, _ = listener.accept()
            with talking:
                talking.sendall(hello)
                while not enough.wait(0.05):
                    try:
                        talking.sendall(b"x")
                    except OSError:
                        return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        mail = channel(mail=f"smtp://127.0.0.1:{listener.getsockname()[1]}/?{PEOPLE}")
        with pytest.raises(NotSent, match="the mail server did not take it"):
            mail.send(notify.Notice(record="x", at=START, changes=Changes((), ())))
        enough.set()
        thread.join()
