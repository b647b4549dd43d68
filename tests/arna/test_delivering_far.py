"""Delivering over lines: letters to a real mail server, files to a real SFTP server, each once and whole."""

import email
import email.policy
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import asyncssh
import pytest
from aiosmtpd.smtp import Envelope

from record.ledger import Ledger
from record.ledger.amiss import Warned
from tests.arna.delivering import Sent, sending
from tests.arna.mailbox import Post, mail_server
from tests.ingest import sftp_server
from tests.ingest.sftp_server import PASSWORD, USER, Habits, Inbox

NAME = "daily-2026-05-01.r1"
MINUTE = timedelta(minutes=1)
PROOF = b"c2sp.org/tlog-proof@v1\n"
LETTER = '[[recipient]]\nparty = "kz"\nlanguages = ["kk", "ru"]\nforms = ["html", "json"]\nmail = "duty@kz.example"\n'


@pytest.fixture
def sent(tmp_path: Path) -> Iterator[Sent]:
    (tmp_path / "data").mkdir()
    with sending(tmp_path / "data") as made:
        yield made


def read(letter: Envelope) -> EmailMessage:
    assert isinstance(letter.content, bytes)
    found = email.message_from_bytes(letter.content, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_a_letter_says_what_one_must_know_in_the_language_of_who_reads_it(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = Post()
    sent.name(LETTER)
    with mail_server(post) as port:
        monkeypatch.setenv("ARNA_NOTIFY_MAIL", f"smtp://127.0.0.1:{port}/?from=arna@record.example&to=x@y.example")
        assert sent.round() == [f"{NAME}.json", f"{NAME}.kk.html", f"{NAME}.ru.html"]
        assert sent.round(after=MINUTE) == []
        (taken,) = post.letters
        # Sent anew, as where it could not be noted that it was taken, it is the same letter.
        with sent.record.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM delivered")
        sent.round(after=MINUTE)
    assert [one.content for one in post.letters] == [taken.content] * 2
    assert (taken.mail_from, taken.rcpt_tos) == ("arna@record.example", ["duty@kz.example"])
    letter = read(taken)
    assert letter["Subject"] == "Су алмасу есебі, 2026-05-01 (r1)"
    assert letter["Message-ID"].startswith("<daily-2026-05-01.r1.")
    body = letter.get_body(("plain",))
    assert body is not None
    assert body["Content-Language"] == "kk"
    assert "Қысқаша\n\nКиров: 1.5 м³/с.\n" in body.get_content().replace("\r\n", "\n")
    files = {part.get_filename(): part.get_payload(decode=True) for part in letter.iter_attachments()}
    shelf = sent.folder / "reports" / "daily"
    proof = files.pop(f"{NAME}.tlog-proof")
    assert isinstance(proof, bytes)
    assert proof.startswith(PROOF)
    assert files == {name: (shelf / str(name)).read_bytes() for name in files}
    assert len(files) == 3


def test_a_letter_that_was_not_taken_is_sent_later_and_holds_its_files_still(
    sent: Sent, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sent.name(LETTER)
    monkeypatch.delenv("ARNA_NOTIFY_MAIL", raising=False)
    assert sent.round() == []
    assert "no mail server is named: set ARNA_NOTIFY_MAIL" in caplog.text
    assert "duty@kz.example" not in caplog.text
    post = Post("451 try again")
    # The report comes out otherwise by now: the files speak for themselves.
    sent.press.spelling = " "
    with mail_server(post) as port:
        monkeypatch.setenv("ARNA_NOTIFY_MAIL", f"smtp://127.0.0.1:{port}/?from=arna@record.example&to=x@y.example")
        assert sent.round(after=MINUTE) == []
        assert "the mail server did not take it (SMTPDataError, 451)" in caplog.text
        assert [one.of.count(" ") for one in _warned(sent)] == [2]
        # What is refused for good keeps no other letter back: it is known of by itself.
        post.answer = "552 too large"
        assert sent.round(after=MINUTE) == []
        assert [one.of.endswith(" daily 2026-05-01 r1") for one in _warned(sent)] == [True]
        post.answer = "250 taken"
        assert len(sent.round(after=MINUTE)) == 3
    (letter,) = map(read, post.letters)
    assert letter["Subject"] == "daily 2026-05-01 r1"
    assert len(list(letter.iter_attachments())) == 4


def _warned(sent: Sent) -> list[Warned]:
    return [one for one in Ledger(sent.record).amiss(sent.now) if one.kind == "reports"]


@pytest.fixture
def server(tmp_path: Path, sent: Sent, monkeypatch: pytest.MonkeyPatch) -> Iterator[Habits]:
    """An SFTP server that takes files, to which one recipient's go."""
    monkeypatch.setenv("DELIVERY_PASSWORD", PASSWORD)
    folder = tmp_path / "theirs"
    (folder / "in").mkdir(parents=True)
    with sftp_server.serving(folder, files=Inbox) as habits:
        habits.known_as(habits.key, sent.folder / "known_hosts")
        sent.name(
            f'[[recipient]]\nforms = ["csv", "json"]\nsftp = "sftp://{USER}@127.0.0.1:{habits.port}/in"\n'
            'secret = "DELIVERY_PASSWORD"\nknown_hosts = "known_hosts"\n'
        )
        yield habits


def test_files_are_laid_down_at_a_server_whole_and_once(sent: Sent, server: Habits) -> None:
    assert sent.round() == [f"{NAME}.json", f"{NAME}.csv"]
    laid = {path.name: path.read_bytes() for path in (server.folder / "in").iterdir()}
    shelf = sent.folder / "reports" / "daily"
    assert laid.pop(f"{NAME}.tlog-proof").startswith(PROOF)
    assert laid == {name: (shelf / name).read_bytes() for name in (f"{NAME}.json", f"{NAME}.csv")}
    assert [one for one in server.others if one.startswith("rename")][:2] == [
        f"rename to {NAME}.json", f"rename to {NAME}.csv"
    ]  # fmt: skip
    assert sent.round(after=MINUTE) == []
    assert sent.noted()[0].recipient.startswith("sftp ")


def test_what_lies_at_a_server_otherwise_is_never_written_over(
    sent: Sent, server: Habits, caplog: pytest.LogCaptureFixture
) -> None:
    theirs = server.folder / "in" / f"{NAME}.csv"
    theirs.write_bytes(b"somebody's own")
    assert sent.round() == []
    assert theirs.read_bytes() == b"somebody's own"
    assert "lies there with other bytes: nothing was written over it" in caplog.text
    theirs.unlink()
    assert sent.round(after=MINUTE) == [f"{NAME}.json", f"{NAME}.csv"]


def test_nothing_goes_to_a_server_that_shows_another_key(
    sent: Sent, server: Habits, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = asyncssh.generate_private_key("ssh-ed25519")
    server.known_as(stranger, sent.folder / "known_hosts")
    assert sent.round() == []
    assert "shows another key than known_hosts names: nothing was sent" in caplog.text
    (warned,) = _warned(sent)
    assert "its server: shows another key" in warned.said
    assert ("127.0.0.1" in warned.said, "127.0.0.1" in caplog.text) == (False, True)
    assert PASSWORD not in caplog.text
    assert server.opened == []
