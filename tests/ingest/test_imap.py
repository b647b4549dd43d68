"""A mailbox as a source, asked of a server on this machine."""

import gzip
import json
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from ingest.sources import Fetched, Passed
from ingest.sources.imap import Imap, _Client, _Mailbox
from ingest.sources.listing import Pace
from record.errors import SourceError
from record.network.source import Source, Trigger
from tests.ingest.certificate import made
from tests.ingest.declared import RECEIVED, clock, source
from tests.ingest.imap_server import DELIVERED, PASSWORD, USER, Box, serving
from tests.ingest.looped import dribbling, silent
from tests.ingest.remote import until_fault

SECRET = "MAILBOX_FOR_TESTS"


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    monkeypatch.setenv(SECRET, PASSWORD)
    with serving() as opened:
        yield opened


def mail(subject: str = "Сводка 09/05", text: str = "15194 01081=", **files: bytes) -> EmailMessage:
    """A mail with its text and these files attached."""
    made_up = EmailMessage()
    made_up["From"] = "a.person@ministry.example"
    made_up["Subject"] = subject
    made_up.set_content(text)
    for name, body in files.items():
        named = name.replace("_", ".")
        made_up.add_attachment(body, maintype="application", subtype="octet-stream", filename=named)
    return made_up


def mailbox(place: str, **changes: object) -> Source:
    facts: dict[str, object] = {"kind": "imap", "user": USER, "secret": SECRET, "trigger": Trigger(every=60, timeout=5)}
    return source(place, **(facts | changes))


def ask(declared: Source, cursor: str | None = None) -> list[Fetched]:
    return [one for one in Imap(declared, Path()).fetch(cursor, clock()) if isinstance(one, Fetched)]


def told(declared: Source, cursor: str | None = None) -> str:
    with pytest.raises(SourceError) as caught:
        list(Imap(declared, Path()).fetch(cursor, clock()))
    said = str(caught.value)
    assert "\n" not in said
    assert PASSWORD not in said
    return said


def said_of(found: list[Fetched]) -> list[tuple[str, bytes]]:
    return [(one.receipt.name, one.receipt.body) for one in found]


def test_the_text_and_each_attachment_are_messages_of_their_own(box: Box) -> None:
    box.put(mail(отчёт_csv="дата;15194\r\n".encode("cp1251"), b_csv=b"\x00\xff"))
    found = ask(mailbox(box.address))
    assert said_of(found) == [
        ("101/1/Сводка_09_05", b"15194 01081=\n"),
        ("101/2/отчёт.csv", "дата;15194\r\n".encode("cp1251")),
        ("101/3/b.csv", b"\x00\xff"),
    ]
    assert {one.receipt.received for one in found} == {RECEIVED}


def test_nothing_is_marked_or_deleted(box: Box) -> None:
    box.put(mail(a_csv=b"1"))
    ask(mailbox(box.address))
    assert box.flags() == [set()]
    assert not any(b"FETCH" in line and b"BODY.PEEK[]" not in line for line in box.asked)
    assert not any(word in line for line in box.asked for word in (b"STORE", b"EXPUNGE", b"SELECT", b"CLOSE"))


def test_only_what_is_new_is_asked_for(box: Box) -> None:
    declared = mailbox(box.address)
    box.put(mail("one"))
    (first,) = ask(declared)
    box.fetched()
    assert ask(declared, first.cursor) == []
    assert box.fetched() == 0
    box.put(mail("two"))
    (second,) = ask(declared, first.cursor)
    assert second.receipt.name == "102/1/two"
    assert box.fetched() == 1


def test_the_last_mail_is_none_that_is_new(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    declared = mailbox(box.address)
    box.put(mail())
    (first,) = ask(declared)
    # By the standard, "102 to the last" names the last mail, whatever its number.
    monkeypatch.setattr(_Mailbox, "uids", lambda *args, **kwargs: ["101"])
    assert ask(declared, first.cursor) == []


def test_match_is_of_the_file_name_and_of_the_subject_for_what_has_none(box: Box) -> None:
    box.put(mail("Сводка", a_csv=b"1", logo_png=b"2"))
    box.put(mail("Приглашение", b_csv=b"3"))
    assert said_of(ask(mailbox(box.address, match=r".*\.csv"))) == [("101/2/a.csv", b"1"), ("102/2/b.csv", b"3")]
    assert [name for name, _ in said_of(ask(mailbox(box.address, match="Сводка")))] == ["101/1/Сводка"]


def test_mails_of_which_nothing_is_taken_are_passed_once(box: Box) -> None:
    declared = mailbox(box.address, match=r".*\.csv")
    box.put(mail("Приглашение"))
    box.put(mail("Ещё одно"))
    (passed,) = Imap(declared, Path()).fetch(None, clock())
    assert isinstance(passed, Passed)
    assert box.fetched() == 2
    assert list(Imap(declared, Path()).fetch(passed.cursor, clock())) == []
    assert box.fetched() == 0


def test_html_is_passed_over_where_there_is_text(box: Box) -> None:
    both = mail("both", "text")
    both.add_alternative("<p>text</p>", subtype="html")
    alone = EmailMessage()
    alone["Subject"] = "alone"
    alone.set_content("<p>text</p>", subtype="html")
    box.put(both)
    box.put(alone)
    assert said_of(ask(mailbox(box.address))) == [("101/1/both", b"text\n"), ("102/1/alone", b"<p>text</p>\n")]


def test_a_text_is_given_in_the_bytes_that_its_writer_chose(box: Box) -> None:
    words = "Уровень 412".encode("koi8-r")
    box.put(
        b"Subject: t\r\nContent-Type: text/plain; charset=koi8-r\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + words
    )
    ((_, body),) = said_of(ask(mailbox(box.address)))
    assert body == words


def test_a_forwarded_mail_gives_its_parts(box: Box) -> None:
    outer = mail("Fwd", "see below")
    outer.add_attachment(mail("inner", "words", a_csv=b"1"))
    box.put(outer)
    assert [body for _, body in said_of(ask(mailbox(box.address)))] == [b"see below\n", b"words\n", b"1"]


def test_a_mail_that_lay_long_counts_as_received_when_it_was_delivered(box: Box) -> None:
    old = RECEIVED - timedelta(days=30)
    box.put(mail(), old)
    box.put(mail())
    assert [one.receipt.received for one in ask(mailbox(box.address))] == [old, RECEIVED]
    assert DELIVERED < RECEIVED


def test_a_mailbox_that_was_numbered_anew_is_read_from_the_start(box: Box) -> None:
    declared = mailbox(box.address)
    box.put(mail())
    (first,) = ask(declared)
    assert ask(declared, first.cursor) == []
    box.renumber()
    assert len(ask(declared, first.cursor)) == 1


def test_a_round_ends_within_a_mail_and_goes_on_there(box: Box) -> None:
    declared = mailbox(box.address, max_messages=2)
    box.put(mail("one", a_csv=b"1", b_csv=b"2"))
    box.put(mail("two"))
    found, cursor = list[str](), None
    for _ in range(2):
        taken = ask(declared, cursor)
        assert len(taken) == 2
        found += [one.receipt.name for one in taken]
        cursor = taken[-1].cursor
    assert found == ["101/1/one", "101/2/a.csv", "101/3/b.csv", "102/1/two"]


@pytest.mark.parametrize(
    ("habit", "fault"), [("refused", "answered NO"), ("broken", "broke off"), ("stuck", "took longer than 2 s")]
)
def test_a_fault_of_one_mail_stops_no_other_and_it_is_tried_again(box: Box, habit: str, fault: str) -> None:
    declared = mailbox(box.address, trigger=Trigger(every=60, timeout=2))
    for subject in ("one", "two", "three"):
        box.put(mail(subject))
    getattr(box, habit).add(102)
    found, said = until_fault(Imap(declared, Path()).fetch(None, clock()))
    assert f"0000000102: {fault}" in said
    assert [one.receipt.name for one in found] == ["101/1/one", "103/1/three"]
    getattr(box, habit).clear()
    assert [one.receipt.name for one in ask(declared, found[-1].cursor)] == ["102/1/two"]


def test_a_mail_that_is_gone_before_it_could_be_read_is_forgotten(box: Box) -> None:
    declared = mailbox(box.address)
    box.put(mail("one"))
    box.put(mail("two"))
    box.refused = {101}
    (second,), _ = until_fault(Imap(declared, Path()).fetch(None, clock()))
    box.delete(101)
    (passed,) = Imap(declared, Path()).fetch(second.cursor, clock())
    assert isinstance(passed, Passed)
    assert json.loads(passed.cursor)["waiting"] == []


def test_a_part_that_is_too_large_is_refused_with_its_first_bytes(box: Box) -> None:
    box.put(mail("one", a_csv=b"1" * 101, b_csv=b"2" * 100))
    found = ask(mailbox(box.address, max_bytes=100))
    assert [(one.receipt.body, one.fault is None) for one in found[1:]] == [(b"1" * 100, False), (b"2" * 100, True)]


def test_a_mail_that_is_too_large_is_refused_without_its_headers_and_passed(box: Box) -> None:
    declared = mailbox(box.address, max_bytes=100_000)
    box.put(mail("one", a_csv=b"1" * 1_000_000))
    box.put(mail("two"))
    large, small = ask(declared)
    assert large.fault is not None
    assert "a mail of more than 1200000 bytes" in large.fault
    assert large.receipt.name == "101/0/mail"
    assert b"person@ministry" not in large.receipt.body
    assert b"15194 01081=" in large.receipt.body
    assert small.receipt.name == "102/1/two"


def test_a_gzip_is_unpacked_for_the_decoder_and_kept_as_it_came(box: Box) -> None:
    packed = gzip.compress(b"words")
    box.put(mail(a_gz=packed, bomb_gz=gzip.compress(b"0" * 100_000)))
    _, good, bomb = ask(mailbox(box.address, max_bytes=10_000))
    assert (good.receipt.body, good.content, good.fault) == (packed, b"words", None)
    assert (bomb.content, bomb.fault is None) == (None, False)


@pytest.mark.parametrize(("user", "password"), [(USER, "wrong"), ("nobody", PASSWORD), (USER, "не то")])
def test_a_wrong_password_is_told_and_not_repeated(
    box: Box, monkeypatch: pytest.MonkeyPatch, user: str, password: str
) -> None:
    monkeypatch.setenv(SECRET, password)
    with pytest.raises(SourceError, match="login was refused") as caught:
        ask(mailbox(box.address, user=user))
    assert password not in str(caught.value)


def test_a_folder_that_is_not_there_is_told(box: Box) -> None:
    assert "cannot be opened" in told(mailbox(f"{box.address}/Сводки"))


def test_a_missing_password_is_told_before_anyone_is_asked(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SECRET)
    assert SECRET in told(mailbox(box.address))
    assert box.asked == []


def test_a_certificate_must_be_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SECRET, PASSWORD)
    context, trusted = made(tmp_path)
    with serving(context) as box:
        box.put(mail())
        assert "certificate is not trusted" in told(mailbox(box.address))
        assert box.asked == []
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        assert len(ask(mailbox(box.address))) == 1


def test_a_server_that_says_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SECRET, PASSWORD)
    with silent() as port:
        declared = mailbox(f"imap://127.0.0.1:{port}", trigger=Trigger(every=60, timeout=0.2))
        assert "no answer" in told(declared)


def test_a_server_that_never_ends_its_line_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SECRET, PASSWORD)
    with dribbling(b"", b"x", 0.05) as port:
        declared = mailbox(f"imap://127.0.0.1:{port}", trigger=Trigger(every=60, timeout=0.2))
        assert "no answer" in told(declared)


def test_a_server_that_sends_more_than_was_asked_for_is_left(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    box.put(mail("one", "0" * 70_000))
    spend = _Client._spend
    monkeypatch.setattr(_Client, "_spend", lambda client, size: spend(client, size * 1000 if size > 60_000 else size))
    assert "broke off (abort)" in told(mailbox(box.address, max_bytes=100))


def test_there_is_a_pause_between_two_mails(box: Box) -> None:
    for subject in ("one", "two", "three"):
        box.put(mail(subject))
    waited: list[float] = []
    pace = Pace(wait=waited.append)
    assert len(list(Imap(mailbox(box.address, pause=2), Path(), pace).fetch(None, clock()))) == 3
    assert waited == [2, 2]
