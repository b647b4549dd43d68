"""The messages that a mail holds: its text and each thing attached to it.

A part bears its file name, or else the subject of its mail. HTML is passed over where the mail says the same as plain
text. Mails come from anyone: their number of parts, length of headers and depth are bounded.
"""

import re
from datetime import datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32, Policy
from typing import Any

from imap_tools.message import MailAttachment
from imap_tools.utils import decode_value

from ingest.sources.fetched import KEPT
from ingest.sources.listing import Names, Part
from record.errors import SourceError

MAX_PARTS = 100
"""Parts of a mail, the wholes that hold them among these."""
MAX_HEADER = 2000
"""Signs of a header that describes a part."""
MAX_WORK = 20_000_000
"""Lines of a mail, times the wholes that may hold them: each line is compared with the ends of all of these."""
_MAX_SUBJECT = 1000
_MAX_NAME = 100
_HOLDS = re.compile(rb"multipart/|message/", re.IGNORECASE)
_LINE = re.compile(rb"[\r\n]")
_HEADERS = re.compile(rb"\r?\n\r?\n")
_ODD = re.compile(r"[^\w.-]+")


def parts_of(uid: str, raw: bytes, came: datetime | None, names: Names, limit: int) -> list[Part]:
    """The parts of a mail whose names are taken, after base64 and the like, each up to one byte more than `limit`.

    A mail that cannot be taken apart is one part that is refused, without its headers, which name persons.
    """
    try:
        mail = _parsed(raw)
    except SourceError as fault:
        return [unread(uid, raw, came, str(fault), limit)]
    leaves = [part for part in mail.walk() if not part.is_multipart()]
    subject = _subject(mail)
    has_text = any(part.get_content_type() == "text/plain" and not _file_name(part) for part in leaves)
    found = []
    for number, part in enumerate(leaves, start=1):
        named = _file_name(part)
        body = _bytes_of(part)
        if not named and (not body or (has_text and _is_html(part))):
            continue
        if names.match(named or subject):
            found.append(Part(name=f"{uid}/{number}/{_plain(named or subject)}", body=body[: limit + 1], came=came))
    return found


def unread(uid: str, raw: bytes, came: datetime | None, fault: str, limit: int) -> Part:
    """A mail that is refused as a whole."""
    _, _, body = _HEADERS.sub(b"\n\n", raw, count=1).partition(b"\n\n")
    return Part(name=f"{uid}/0/mail", body=body[: min(KEPT, limit)], came=came, fault=fault)


class _Bounded(Compat32):
    """Refuses headers so long that to read them would take for ever."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        if len(value) > MAX_HEADER and name.lower().startswith("content-"):
            raise SourceError(f"a mail with a header {name[:40]!r} of more than {MAX_HEADER} signs: send it plainly")
        return name, value


def _parsed(raw: bytes) -> Message:
    """Raise `SourceError` where a mail has more parts, or deeper ones, than any that was written by a person."""
    if (len(_LINE.findall(raw)) + 1) * len(_HOLDS.findall(raw)) > MAX_WORK:
        raise SourceError("a mail of more lines and parts than can be read: send it in several")
    made = 0

    def counted(**known: Any) -> Message:
        nonlocal made
        made += 1
        if made > MAX_PARTS:
            raise SourceError(f"a mail of more than {MAX_PARTS} parts: send it in several")
        return Message(**known)

    policy: Policy = _Bounded()
    return BytesParser(counted, policy=policy).parsebytes(raw)


def _subject(mail: Message) -> str:
    said = str(mail.get("subject", ""))[:_MAX_SUBJECT]
    try:
        return "".join(decode_value(*piece) for piece in decode_header(said)).strip()
    except (HeaderParseError, ValueError, LookupError):
        return said


def _file_name(part: Message) -> str:
    try:
        return MailAttachment(part).filename.strip()
    except (HeaderParseError, ValueError, LookupError, TypeError):
        return "unnamed"


def _bytes_of(part: Message) -> bytes:
    """What a part holds, after base64 and the like; its text where it is so damaged that this comes to nothing."""
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) and found else str(part.get_payload()).encode(errors="replace")


def _is_html(part: Message) -> bool:
    return part.get_content_type() == "text/html"


def _plain(name: str) -> str:
    """A name that leads nowhere and can stand in a line."""
    return _ODD.sub("_", name)[:_MAX_NAME].strip("._") or "part"
