"""The servers of the senders, one for each kind of source: what is published there waits until it is fetched."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import httpx2

from tests.ingest import answering, brokers, ftp_server, imap_server, sftp_server
from tests.operation.line import Line, line_to
from tests.operation.speakers import SPEAKERS
from tests.operation.world import Message, Row

USER = f'user = "{ftp_server.USER}"\nsecret = "WORD"'
"""How every server lets us in."""
Speak = Callable[[Sequence[Row]], bytes]


@dataclass
class Outlet:
    """Where an office publishes. `said` tells of each body that was given which rows stood in it; none: garbage."""

    facts: str
    publish: Callable[[Message], None]
    said: dict[bytes, tuple[Row, ...] | None] = field(default_factory=dict)
    line: Line | None = None
    patient: bool = False
    """Whether the sender itself waits until the line is up, as who pushes does."""


def _port(address: str) -> int:
    return int(urlsplit(address).port or 0)


def _body(message: Message, speak: Speak, said: dict[bytes, tuple[Row, ...] | None]) -> bytes:
    body = message.garbage if message.garbage is not None else speak(message.rows)
    said[body] = None if message.garbage is not None else message.rows
    return body


@contextmanager
def folder(form: str, data: Path, name: str) -> Iterator[Outlet]:
    """A folder into which another program puts files."""
    inbox = data / "inbox" / name
    inbox.mkdir(parents=True)

    def publish(message: Message) -> None:
        body = _body(message, SPEAKERS[form], outlet.said)
        (inbox / f".{message.name}").write_bytes(body)
        os.utime(inbox / f".{message.name}", (message.at.timestamp(), message.at.timestamp()))
        (inbox / f".{message.name}").rename(inbox / message.name)

    outlet = Outlet(facts=f'kind = "folder"\nplace = "inbox/{name}"', publish=publish)
    yield outlet


@contextmanager
def pushed(form: str, name: str, service: Callable[[], str], token: str) -> Iterator[Outlet]:
    """A party that pushes into the inbox of the service, and pushes again what was not taken."""

    def publish(message: Message) -> None:
        body = _body(message, SPEAKERS[form], outlet.said)
        answer = httpx2.post(f"{service()}/inbox/{name}", content=body, headers={"authorization": f"Bearer {token}"})
        assert answer.status_code in (200, 202), answer.text

    outlet = Outlet(facts=f'kind = "folder"\npush = true\nplace = "inbox/{name}"', publish=publish, patient=True)
    yield outlet


@contextmanager
def ftp(form: str, place: Path, names: str) -> Iterator[Outlet]:
    """Files on an FTP server, each with a name of its own."""
    place.mkdir(parents=True)
    with ftp_server.serving(place) as server, line_to(_port(server.address)) as line:
        facts = f'kind = "ftp"\nplace = "ftp://127.0.0.1:{line.port}/"\n{USER}'
        yield _files(form, place, names, facts, line)


@contextmanager
def sftp(form: str, place: Path, names: str) -> Iterator[Outlet]:
    """Files on an SFTP server, each with a name of its own."""
    place.mkdir(parents=True)
    with sftp_server.serving(place) as server, line_to(server.port) as line:
        known = server.known_as(server.key, place.parent / f"{place.name}-known")
        known.write_text(known.read_text().replace(str(server.port), str(line.port)))
        facts = f'kind = "sftp"\nplace = "sftp://127.0.0.1:{line.port}/"\n{USER}\nknown_hosts = "{known}"'
        yield _files(form, place, names, facts, line)


def _files(form: str, place: Path, names: str, facts: str, line: Line) -> Outlet:
    def publish(message: Message) -> None:
        _write(place / names.format(message.name), _body(message, SPEAKERS[form], outlet.said), message.at)

    pattern = re.escape(names).replace(r"\{\}", ".+").replace("\\", "\\\\")
    outlet = Outlet(facts=f'{facts}\nmatch = "{pattern}"', publish=publish, line=line)
    return outlet


@contextmanager
def growing(form: str, place: Path) -> Iterator[Outlet]:
    """Files of loggers on an FTP server, one a station, which grow and in which a row may be mended."""
    place.mkdir(parents=True)
    with ftp_server.serving(place) as server, line_to(_port(server.address)) as line:
        facts = f'kind = "ftp"\nplace = "ftp://127.0.0.1:{line.port}/"\n{USER}'
        state: dict[str, dict[datetime, Row]] = {}
        taken: set[tuple[Row, ...]] = set()

        def publish(message: Message) -> None:
            if message.garbage is not None:
                _write(place / f"{message.name}.dat", _body(message, SPEAKERS[form], outlet.said), message.at)
            if message.rows in taken:
                return
            taken.add(message.rows)
            for code in dict.fromkeys(row.code for row in message.rows):
                rows = state.setdefault(code, {})
                rows |= {row.time: row for row in message.rows if row.code == code}
                whole = tuple(rows[moment] for moment in sorted(rows))
                body = SPEAKERS[form](whole)
                outlet.said[body] = whole
                _write(place / f"{code}.dat", body, message.at)

        outlet = Outlet(facts=facts, publish=publish, line=line)
        yield outlet


def _write(path: Path, body: bytes, at: datetime) -> None:
    """In one step, so that nobody fetches half a file."""
    beside = path.with_name(f".{path.name}")
    beside.write_bytes(body)
    os.utime(beside, (at.timestamp(), at.timestamp()))
    beside.rename(path)


@contextmanager
def mailed(form: str) -> Iterator[Outlet]:
    """Mails with an attachment."""
    with imap_server.serving() as box, line_to(_port(box.address)) as line:

        def publish(message: Message) -> None:
            body = _body(message, SPEAKERS[form], outlet.said)
            mail = EmailMessage()
            mail["Subject"], mail["From"] = f"readings {message.name}", "gauges@office.example"
            mail.make_mixed()
            mail.add_attachment(body, maintype="application", subtype="octet-stream", filename=f"{message.name}.csv")
            box.put(mail, message.at)

        facts = (
            f'kind = "imap"\nplace = "imap://127.0.0.1:{line.port}/INBOX"\nuser = "{imap_server.USER}"\nsecret = "WORD"'
        )
        outlet = Outlet(facts=facts, publish=publish, line=line)
        yield outlet


@contextmanager
def brokered(form: str) -> Iterator[Outlet]:
    """A topic of a broker that keeps what nobody fetched yet."""
    with brokers.standard() as broker, line_to(broker.port) as line:

        def publish(message: Message) -> None:
            broker.publish("gauges/all", _body(message, SPEAKERS[form], outlet.said))

        facts = f'kind = "mqtt"\nplace = "mqtt://127.0.0.1:{line.port}/gauges/#"'
        outlet = Outlet(facts=facts, publish=publish, line=line)
        yield outlet


class Holdings:
    """What a service holds that is asked for stretches of time; `noise` is what it answers instead, once each."""

    def __init__(self, speak: Speak, said: dict[bytes, tuple[Row, ...] | None]) -> None:
        self.speak, self.said = speak, said
        self.rows: dict[tuple[str, datetime], Row] = {}
        self.noise: list[bytes] = []
        self._taken: set[tuple[Row, ...]] = set()

    def take(self, message: Message) -> None:
        """Hold what a message says; one that says the same once more takes back nothing that was mended since."""
        if message.garbage is not None:
            self.noise.append(message.garbage)
            self.said[message.garbage] = None
        if message.rows not in self._taken:
            self._taken.add(message.rows)
            self.rows |= {(row.code, row.time): row for row in message.rows}

    def within(self, first: datetime | None, last: datetime | None, code: str | None = None) -> list[Row]:
        """The rows from `first` to `last`, of one station where a code is given."""
        return [
            self.rows[key]
            for key in sorted(self.rows, key=lambda key: (key[1], key[0]))
            if (code is None or key[0] == code)
            and (first is None or key[1] >= first)
            and (last is None or key[1] <= last)
        ]

    def answer(self, handler: answering.Handler, rows: Sequence[Row], media: str) -> None:
        if self.noise:
            handler.reply(200, self.noise.pop(0), content_type=media)
        elif not rows:
            handler.reply(204)
        else:
            body = self.speak(rows)
            self.said[body] = tuple(rows)
            handler.reply(200, body, content_type=media)


@contextmanager
def held(form: str, place: str, facts: str, answer: Callable[[answering.Handler, Holdings], None]) -> Iterator[Outlet]:
    """A service that is asked over HTTP; `place` is the rest of the address."""
    said: dict[bytes, tuple[Row, ...] | None] = {}
    holdings = Holdings(SPEAKERS[form], said)
    with answering.serving(lambda handler: answer(handler, holdings)) as server, line_to(server.server_port) as line:
        address = f"http://127.0.0.1:{line.port}{place}"
        yield Outlet(facts=f'{facts}\nplace = "{address}"\nagain = 2', publish=holdings.take, said=said, line=line)


def stretch(handler: answering.Handler, holdings: Holdings) -> None:
    """Answers `from` and `to`."""
    asked = _asked(handler)
    holdings.answer(handler, holdings.within(_moment(asked["from"]), _moment(asked["to"])), "application/json")


def location(handler: answering.Handler, holdings: Holdings) -> None:
    """Answers as an EDR service does at `/locations/CODE`."""
    first, _, last = _asked(handler)["datetime"].partition("/")
    code = urlsplit(handler.path).path.rpartition("/")[2]
    rows = holdings.within(_moment(first), _moment(last), unquote(code))
    holdings.answer(handler, rows, "application/prs.coverage+json")


def datastream(handler: answering.Handler, holdings: Holdings) -> None:
    """Answers as a SensorThings service does for the observations of one datastream."""
    asked, path = _asked(handler), unquote(urlsplit(handler.path).path)
    code = re.search(r"Datastreams\((\w+)\)", path)
    bounds = {word: _moment(moment) for word, moment in re.findall(r"(ge|gt|lt) (\S+)", asked.get("$filter", ""))}
    first, last = bounds.get("ge") or bounds.get("gt"), bounds.get("lt")
    rows = holdings.within(first, last, code[1] if code else "")
    holdings.answer(handler, rows, "application/json")


def _asked(handler: answering.Handler) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(handler.path).query).items()}


def _moment(text: str) -> datetime | None:
    return None if text in ("", "..") else datetime.fromisoformat(text)
