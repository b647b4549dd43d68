"""Telling people what is amiss: by mail, or by a message to a web address. Whom is no part of the shared record.

Each channel is told of every warning once when it is raised and once when it has ended, in one message a round. What a
channel could not be told is a line in the log, stays noted in the record, and is tried again in the next round.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Protocol
from urllib.parse import SplitResult, urlsplit

import httpx2
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import Engine

from arna.post import LONGEST_SECONDS, STEP_SECONDS, Post, no_longer, post_of
from ingest.sources.secret import is_loopback
from record.errors import ArnaError, ConfigError, NotSent
from record.leaf import write_time
from record.ledger.kept import Changes, Kept, untold, were_told

log = logging.getLogger("arna.notify")

_STEP_SECONDS, _LONGEST_SECONDS = STEP_SECONDS, LONGEST_SECONDS
_MOST_LINES = 100


class NotifySettings(BaseSettings):
    """`ARNA_NOTIFY_WEBHOOK`, `ARNA_NOTIFY_MAIL`, `ARNA_NOTIFY_MAIL_PASSWORD`; without them nobody is told."""

    model_config = SettingsConfigDict(env_prefix="ARNA_", frozen=True)

    notify_webhook: SecretStr | None = None
    notify_mail: str | None = None
    notify_mail_password: SecretStr | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a channel is to be told: of which record, when, and what changed."""

    record: str
    at: datetime
    changes: Changes

    @property
    def subject(self) -> str:
        """One line with the numbers."""
        return f"{self.record}: {len(self.changes.new)} new warnings, {len(self.changes.ended)} ended"

    @property
    def text(self) -> str:
        """All of it for people, a line a warning."""
        parts = [self.subject]
        if self.changes.new:
            parts += ["", "New:", *_lines(self.changes.new)]
        if self.changes.ended:
            parts += ["", "Ended (what was late has come, or counts as missing from now on):"]
            parts += _lines(self.changes.ended)
        return "\n".join([*parts, "", "What is amiss now stands at /status, what was owed at /ledger.", ""])


class Channel(Protocol):
    """A way to tell somebody something; `name` is how the record remembers what it was told."""

    @property
    def name(self) -> str:
        """A name that holds no secret."""
        ...

    def send(self, notice: Notice) -> None:
        """Send it; raises `NotSent`."""
        ...


def channels_of(settings: NotifySettings) -> list[Channel]:
    """The channels that the settings name. Raises `ConfigError`, without any secret, where one cannot be used."""
    found: list[Channel] = []
    if settings.notify_webhook is not None:
        found.append(_webhook(settings.notify_webhook.get_secret_value()))
    if settings.notify_mail is not None:
        password = settings.notify_mail_password
        found.append(_mail(settings.notify_mail, None if password is None else password.get_secret_value()))
    return found


def tell(engine: Engine, record: str, channels: Iterable[Channel], now: Callable[[], datetime]) -> None:
    """Tell each channel what it has yet to be told; a fault of one is a line in the log and stops no other."""
    for channel in channels:
        try:
            changes = untold(engine, channel.name, now())
            if changes:
                channel.send(Notice(record=record, at=now(), changes=changes))
                were_told(engine, channel.name, changes, now())
        except ArnaError as fault:
            log.warning("%s: %s; it is tried again in the next round", channel.name, fault)


@dataclass(frozen=True, slots=True)
class Webhook:
    """A web address that takes JSON: `text` for people, `new` and `ended` for programs."""

    name: str
    url: str

    def send(self, notice: Notice) -> None:
        """Post it; any status of 200 to 299 will do, and redirects are not followed."""
        body = {
            "record": notice.record,
            "time": write_time(notice.at),
            "text": notice.text,
            "new": [_told(one) for one in notice.changes.new],
            "ended": [_told(one) for one in notice.changes.ended],
        }
        # Its own log holds whole addresses, and a webhook's secret is its address.
        logging.getLogger("httpx2").setLevel(logging.WARNING)
        client = httpx2.Client(timeout=_STEP_SECONDS, headers={"user-agent": "arna"})
        try:
            with (
                no_longer(_LONGEST_SECONDS, client.close),
                client,
                client.stream("POST", self.url, json=body) as answer,
            ):
                status = answer.status_code
        except (httpx2.HTTPError, httpx2.InvalidURL, RuntimeError, OSError, ValueError) as fault:
            raise NotSent(f"the web address did not answer ({type(fault).__name__})") from None
        if not httpx2.codes.is_success(status):
            raise NotSent(f"the web address answered {status}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """The mail server of the house, and to whom the mail goes."""

    name: str
    post: Post
    recipients: tuple[str, ...]

    def send(self, notice: Notice) -> None:
        """Hand it to the server."""
        self.post.send(self._letter(notice), self.recipients, _LONGEST_SECONDS)

    def _letter(self, notice: Notice) -> EmailMessage:
        letter = EmailMessage()
        letter["Subject"], letter["From"], letter["To"] = notice.subject, self.post.sender, ", ".join(self.recipients)
        letter["Date"] = format_datetime(notice.at)
        letter.set_content(notice.text)
        return letter


def _webhook(url: str) -> Webhook:
    parts = _split(url, "ARNA_NOTIFY_WEBHOOK")
    known = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    if not known or not parts.hostname:
        raise ConfigError("ARNA_NOTIFY_WEBHOOK must be an address that begins with https://")
    return Webhook(f"webhook {parts.hostname} {_mark(url)}", url)


def _mail(url: str, password: str | None) -> Mail:
    post, recipients = post_of(url, password)
    return Mail(name=f"mail {post.host} {_mark(url)}", post=post, recipients=recipients)


def _mark(url: str) -> str:
    """What tells two addresses at one host apart, and gives neither away."""
    return hashlib.sha256(url.encode()).hexdigest()[:8]


def _split(url: str, setting: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ConfigError(f"{setting} is not an address: see docs/settings.md") from None
    return parts


def _lines(kept: Sequence[Kept]) -> list[str]:
    lines = [f"- {_whose(one)}{one.kind}: {' '.join(one.said.split())}" for one in kept[:_MOST_LINES]]
    return [*lines, *([f"- and {len(kept) - _MOST_LINES} more"] if len(kept) > _MOST_LINES else [])]


def _whose(one: Kept) -> str:
    return f"{one.party}, " if one.party else ""


def _told(one: Kept) -> dict[str, str | None]:
    return {
        "kind": one.kind.value,
        "of": one.of,
        "party": one.party,
        "since": write_time(one.since),
        "raised": write_time(one.raised),
        "ended": None if one.ended is None else write_time(one.ended),
        "said": one.said,
    }
