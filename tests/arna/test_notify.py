"""Telling people what is amiss: a real web address, and that what was not taken is told in a later round."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from arna import jobs, notify
from record.archive import Record
from record.errors import ConfigError, NotSent
from record.ledger import Ledger
from record.ledger.kept import Changes, untold
from tests.arna.told import MINUTE, PEOPLE, channel, raise_one, tell
from tests.example import START, open_pen
from tests.record.owing import HOUR, LEVEL, MORNING, give, owing, reading


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    made = open_pen(tmp_path, owing())[0]
    yield made
    made.engine.dispose()


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
        channel(**settings)
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
