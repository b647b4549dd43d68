"""Mails that no person wrote: what is in them, or why not, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sources.listing import Names, Part
from ingest.sources.mail import MAX_HEADER, MAX_PARTS, MAX_WORK, parts_of
from tests.ingest.declared import source

LIMIT = 1_000_000


def parts(raw: bytes, match: str | None = None) -> list[Part]:
    return parts_of("7", raw, None, Names(source(match=match)), LIMIT)


def nested(depth: int) -> bytes:
    holds = (
        f'Content-Type: multipart/mixed; boundary="b{number}"\n\n--b{number}\n'.encode() for number in range(depth)
    )
    return b"From: a.person\nSubject: x\n" + b"".join(holds) + b"\nwords\n"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (nested(MAX_PARTS + 1), "more than 100 parts"),
        (b"From: a.person\nContent-Type: multipart/mixed; boundary=b\n\nwords" + b"--b\n\nx\n" * 101, "more than 100"),
        (b"From: a.person\nContent-Type: text/plain; a=" + b"b" * MAX_HEADER + b"\n\nwords", "a header 'Content-Type'"),
        (nested(50) + b"\n" * (MAX_WORK // 50), "more lines and parts"),
    ],
)
def test_a_mail_that_would_take_for_ever_is_refused_whole_and_without_its_headers(raw: bytes, reason: str) -> None:
    (found,) = parts(raw)
    assert found.fault is not None
    assert reason in found.fault
    assert found.name == "7/0/mail"
    assert b"a.person" not in found.body
    assert found.body


def test_a_mail_as_deep_as_may_be_is_read() -> None:
    (found,) = parts(nested(MAX_PARTS - 5))
    assert (found.fault, found.body) == (None, b"words")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "etc_passwd"),
        ("C:\\windows\\x.csv", "C_windows_x.csv"),
        (".hidden", "hidden"),
        ("a\x00b.csv", "a_b.csv"),
        ("=?utf-8?b?0L7RgtGH0ZHRgi5jc3Y=?=", "отчёт.csv"),
        ("=?idna?q?a=ff?=", "unnamed"),
        ("x" * 500, "x" * 100),
        ("...", "part"),
    ],
)
def test_a_file_name_leads_nowhere(name: str, safe: str) -> None:
    raw = f'Content-Disposition: attachment; filename="{name}"\n\nx'.encode()
    assert [part.name for part in parts(raw)] == [f"7/1/{safe}"]


@pytest.mark.parametrize(
    "subject", [b"=?utf-8?b?A?=", b"=?hex?b?AAA?=", b"=?idna?q?a=ff?=", "Сводка".encode("cp1251"), b"?" * 100_000, b""]
)
def test_a_subject_may_be_anything(subject: bytes) -> None:
    (found,) = parts(b"Subject: " + subject + b"\n\nwords")
    assert found.body == b"words"


@pytest.mark.parametrize("coding", ["base64", "quoted-printable", "x-uuencode", "made-up", "8bit"])
def test_a_part_that_is_damaged_is_not_lost(coding: str) -> None:
    (found,) = parts(f"Content-Transfer-Encoding: {coding}\n\n====\n\xff".encode("latin-1"))
    assert found.body


def test_an_attachment_without_a_byte_is_a_message_all_the_same() -> None:
    assert [part.body for part in parts(b"Content-Disposition: attachment; filename=a.csv\n\n")] == [b""]


PIECES = st.lists(
    st.sampled_from(
        [
            b"Content-Type: multipart/mixed; boundary=b\n\n", b"--b\n", b"--b--\n", b"\n", b"Subject: =?x?b?y?=\n",
            b"Content-Type: message/rfc822\n\n", b"Content-Transfer-Encoding: base64\n", b"QUJD\n", b"\xff\x00\r",
            b"Content-Disposition: attachment; filename*0*=utf-8''%ff; filename*1=\"\\\n", b"Content-Type: text/html\n",
        ]
    ),
    max_size=40,
)  # fmt: skip


@given(PIECES, st.binary(max_size=20))
def test_no_mail_is_too_odd(pieces: list[bytes], tail: bytes) -> None:
    for part in parts(b"".join(pieces) + tail):
        assert part.name.startswith("7/")
        assert part.name.count("/") == 2
        assert part.name.isprintable()
