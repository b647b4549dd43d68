"""Telling people what is amiss: real mail, a real web address, and that what was not taken is told in a later round."""

import datetime as dt
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from arna import jobs, notify
from record.archive import Record
from record.errors import ConfigError, NotSent
from record.ledger import Ledger
from record.ledger.amiss import Kind, Warned
from record.ledger.kept import Changes, record_warnings, untold
from tests.example import START, open_pen
from tests.record.owing import HOUR, LEVEL, MORNING, give, owing, reading

MINUTE = dt.timedelta(minutes=1)
PEOPLE = "from=arna@record.example&to=duty@kg.example,duty@kz.example"


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    made = open_pen(tmp_path, owing())[0]
    yield made
    made.engine.dispose()


def raise_one(record: Record, *names: str, at: dt.datetime = START) -> None:
    found = [
        Warned(kind=Kind.SILENT, of=name, since=START, said=f"source {name} has given nothing", party="kg")
        for name in names
    ]
    record_warnings(record.engine, at, found)


def tell(record: Record, *channels: notify.Channel, at: dt.datetime = START) -> None:
    notify.tell(record.engine, "arna.example/test", channels, lambda: at)


def channel(**settings: Any) -> notify.Channel:
    (made,) = notify.channels_of(notify.NotifySettings(**settings))
    return made


# --- the web ----------------------------------------------------------------------------------------------------------


class Taken:
    """What a web address was sent, and what it answers."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.status = 204
        self.drip = False
        self.enough = threading.Event()


@contextmanager
def listening(taken: Taken) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if taken.drip:
                self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                while not taken.enough.wait(0.05):
                    self.wfile.write(b"x: y\r\n")
                return
            taken.bodies.append(json.loads(body))
            self.send_response(taken.status)
            self.send_header("location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook/secret-part"
    finally:
        taken.enough.set()
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_web_address_is_told_once_of_what_is_new_and_once_of_what_ended(record: Record) -> None:
    taken = Taken()
    with listening(taken) as url:
        hook = channel(webhook=url)
        raise_one(record, "a", "b")
        tell(record, hook)
        tell(record, hook, at=START + MINUTE)
        raise_one(record, "b", at=START + 2 * MINUTE)
        tell(record, hook, at=START + 2 * MINUTE)
    first, second = taken.bodies
    assert (first["record"], first["time"]) == ("arna.example/test", "2026-05-01T02:00:00Z")
    assert first["new"][0] == {
        "kind": "silent",
        "of": "a",
        "party": "kg",
        "since": "2026-05-01T02:00:00Z",
        "raised": "2026-05-01T02:00:00Z",
        "ended": None,
        "said": "source a has given nothing",
    }
    assert ([one["of"] for one in first["new"]], first["ended"]) == (["a", "b"], [])
    assert first["text"].startswith(
        "arna.example/test: 2 new warnings, 0 ended\n\nNew:\n- kg, silent: source a has given nothing\n"
    )
    assert (second["new"], [(one["of"], one["ended"]) for one in second["ended"]]) == (
        [],
        [("a", "2026-05-01T02:02:00Z")],
    )


@pytest.mark.parametrize("status", [500, 302, 404])
def test_what_was_not_taken_is_told_in_a_later_round(
    record: Record, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    taken = Taken()
    with listening(taken) as url:
        hook = channel(webhook=url)
        taken.status = status
        raise_one(record, "a")
        tell(record, hook)
        raise_one(record, "a", "b", at=START + MINUTE)
        taken.status = 200
        tell(record, hook, at=START + MINUTE)
    assert [[one["of"] for one in body["new"]] for body in taken.bodies] == [["a"], ["a", "b"]]
    (line,) = [line.getMessage() for line in caplog.records if line.name == "arna.notify"]
    assert line.endswith(f"the web address answered {status}; it is tried again in the next round")
    assert "secret-part" not in line


def test_an_address_that_nobody_answers_is_a_line_and_stops_no_other_channel(
    record: Record, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    taken = Taken()
    raise_one(record, "a")
    with listening(taken) as url:
        tell(record, channel(webhook=f"http://127.0.0.1:{port}/"), channel(webhook=url))
    assert len(taken.bodies) == 1
    assert "the web address did not answer (ConnectError)" in caplog.text


def test_an_address_that_answers_for_ever_is_given_up(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notify, "_LONGEST_SECONDS", 0.3)
    monkeypatch.setattr(notify, "_STEP_SECONDS", 1.0)
    taken = Taken()
    taken.drip = True
    raise_one(record, "a")
    with listening(taken) as url, pytest.raises(NotSent, match="the web address did not answer"):
        channel(webhook=url).send(notify.Notice(record="x", at=START, changes=Changes((), ())))


# --- mail -------------------------------------------------------------------------------------------------------------


class Post:
    """What a mail server was handed."""

    def __init__(self, answer: str = "250 taken") -> None:
        self.letters: list[Envelope] = []
        self.users: list[str] = []
        self.in_tls: list[bool] = []
        self.answer = answer

    async def handle_DATA(  # noqa: N802
        self, _server: object, session: Session, envelope: Envelope
    ) -> str:
        self.in_tls.append(session.ssl is not None)
        if self.answer.startswith("250"):
            self.letters.append(envelope)
        return self.answer

    def authenticate(
        self, _server: object, _session: object, _envelope: object, _kind: object, data: Any
    ) -> AuthResult:
        self.users.append(data.login.decode())
        return AuthResult(success=data.password == b"the password", handled=False)


def written(letter: Envelope) -> str:
    """What a letter says."""
    assert isinstance(letter.content, bytes)
    return letter.content.decode()


@contextmanager
def mail_server(post: Post, **options: Any) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    served = Controller(post, hostname="127.0.0.1", port=port, authenticator=post.authenticate, **options)
    served.start()
    try:
        yield port
    finally:
        served.stop()


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
    monkeypatch.setattr(notify, "_is_this_machine", lambda _: False)
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
    monkeypatch.setattr(notify, "_is_this_machine", lambda _: False)
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


# --- settings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"webhook": "http://hooks.example/s3cret"}, "ARNA_NOTIFY_WEBHOOK must be an address that begins with https"),
        ({"webhook": "s3cret"}, "ARNA_NOTIFY_WEBHOOK must be an address"),
        ({"webhook": "https://[s3cret/"}, "ARNA_NOTIFY_WEBHOOK is not an address"),
        ({"mail": f"http://mail.example/?{PEOPLE}"}, "does not name a mail server, a sender and recipients"),
        ({"mail": "smtp://mail.example/?from=a@b.example"}, "does not name a mail server, a sender and recipients"),
        ({"mail": f"smtp://mail.example:x/?{PEOPLE}"}, "ARNA_NOTIFY_MAIL is not an address"),
        ({"mail": f"smtp://u:s3cret@mail.example/?{PEOPLE}"}, "must hold no password, it belongs in ARNA_NOTIFY_MAIL_"),
        ({"mail": f"smtp://u@mail.example/?{PEOPLE}"}, "names a user: set the password in ARNA_NOTIFY_MAIL_PASSWORD"),
        ({"mail": "smtp://mail.example/?from=a@b.example&to=c@d.example%0d%0aBcc:x@y.example"}, "what is not a mail"),
        ({"mail": "smtp://mail.example/?from=nobody&to=c@d.example"}, "what is not a mail address"),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_line_without_secrets(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        notify.channels_of(notify.NotifySettings(**settings))
    assert words in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_without_settings_nobody_is_told() -> None:
    assert notify.channels_of(notify.NotifySettings()) == []


def test_many_warnings_make_no_endless_letter(record: Record) -> None:
    raise_one(record, *(f"s{number}" for number in range(250)))
    changes = untold(record.engine, "mail", START)
    text = notify.Notice(record="x", at=START, changes=changes).text
    assert text.count("has given nothing") == 100
    assert "- and 150 more\n" in text


# --- the job ----------------------------------------------------------------------------------------------------------


def test_the_job_raises_tells_and_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    made, pen = open_pen(tmp_path, owing())
    moment = [MORNING + HOUR + MINUTE]
    desk = jobs.Desk(made, pen, tmp_path, lambda: moment[0])
    give(pen, MORNING - HOUR, [reading("kirov:kg.level.term", MORNING - 24 * HOUR, "1")])
    taken = Taken()
    with listening(taken) as url:
        monkeypatch.setenv("ARNA_NOTIFY_WEBHOOK", url)
        jobs.warn(desk)
        moment[0] += MINUTE
        give(pen, moment[0], [reading(LEVEL, MORNING, "1.5")])
        jobs.warn(desk)
        jobs.warn(desk)
    first, second = taken.bodies
    assert [one["of"] for one in first["new"]] == ["kg-terms/kirov:kg.level.term", "kg-days/kirov:kg.inflow.daily"]
    assert [one["of"] for one in second["ended"]] == ["kg-terms/kirov:kg.level.term"]
    assert [one.of for one in Ledger(made).warnings()] == ["kg-days/kirov:kg.inflow.daily"]
    lines = [line.getMessage() for line in caplog.records if line.name == "arna.jobs"]
    assert lines[0].startswith("late: kirov:kg.level.term of 2026-05-01 08:00+06:00 was due by ")
    monkeypatch.setenv("ARNA_NOTIFY_WEBHOOK", "nonsense")
    jobs.warn(desk)
    assert "warnings: ARNA_NOTIFY_WEBHOOK must be an address that begins with https://" in caplog.text
    made.engine.dispose()
