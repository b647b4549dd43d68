"""Notifications of data files, from a broker and a file server on this machine."""

import base64
import gzip
import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as each
from hypothesis import strategies as st

from ingest.sources.broker import Published
from ingest.sources.progress import written
from ingest.sources.wis2 import GIVEN_UP, LONGEST, Wis2, notification
from record.errors import SourceError
from record.network.source import Source, Trigger
from tests.ingest.answering import Handler, Server, serving, told
from tests.ingest.brokers import QUIET, WORD, Standard
from tests.ingest.declared import RECEIVED, source

FILE = b"BUFR made up for tests 7777"
TOPIC = "origin/a/wis2/kg-example/data/core/hydrology"


@pytest.fixture
def files() -> Iterator[Server]:
    with serving(lambda handler: handler.reply(200, FILE)) as server:
        yield server


def declared(port: int, **changes: Any) -> Source:
    facts: dict[str, Any] = {"kind": "wis2", "format": "bufr", "media": "application/bufr"}
    facts["trigger"] = Trigger(every=60, timeout=3)
    return source(f"mqtt://127.0.0.1:{port}/origin/a/wis2/#", **{**facts, **changes})


@pytest.fixture
def fetcher(broker: Standard, tmp_path: Path) -> Wis2:
    """A source that has been at the broker once."""
    made = Wis2(declared(broker.port), tmp_path, QUIET)
    assert told(made) == ([], None)
    broker.left()
    return made


def integrity(body: bytes, method: str = "sha512") -> dict[str, str]:
    digest = hashlib.new(method.replace("-", "_"), body).digest()
    return {"method": method, "value": base64.b64encode(digest).decode()}


def notice(href: str | None, *, rel: str = "canonical", age: timedelta = timedelta(), **properties: Any) -> bytes:
    said: dict[str, Any] = {
        "data_id": "kg-example/flow/1",
        "pubtime": written(RECEIVED - age),
        "integrity": integrity(FILE),
        **properties,
    }
    links = [{"rel": "item", "href": "https://other.example/item"}]
    links += [] if href is None else [{"rel": rel, "href": href, "type": "application/x-bufr"}]
    kept = {name: value for name, value in said.items() if value is not ...}
    return json.dumps({"type": "Feature", "geometry": None, "properties": kept, "links": links}).encode()


def test_the_file_of_a_notification_is_the_message(broker: Standard, files: Server, fetcher: Wis2) -> None:
    broker.publish(TOPIC, notice(f"{files.address}/flow.bufr?key=s3cret"))
    (found,), fault = told(fetcher)
    assert (fault, found.fault) == (None, None)
    assert found.receipt.body == FILE
    assert (found.receipt.name, found.receipt.media) == ("kg-example/flow/1", "application/x-bufr")
    assert files.paths == ["/flow.bufr?key=s3cret"]
    assert broker.left().acknowledged == [1]


def test_the_password_of_the_broker_is_not_told_to_the_host_of_the_file(
    broker: Standard, files: Server, tmp_path: Path
) -> None:
    fetcher = Wis2(declared(broker.port, user="arna", secret="WATER_WORD"), tmp_path, QUIET)
    told(fetcher)
    broker.left().publish(TOPIC, notice(files.address))
    assert len(told(fetcher)[0]) == 1
    assert broker.visits[0][1:] == ("arna", WORD)
    assert "authorization" not in {name.lower() for name in files.asked[0]}


@pytest.mark.parametrize("rel", ["http://def.wmo.int/def/rel/wnm/-/update", "update"])
@pytest.mark.parametrize("method", ["sha256", "sha384", "sha3-256", "sha3-512"])
def test_an_update_is_fetched_and_any_hash_of_the_standard_checked(
    broker: Standard, files: Server, fetcher: Wis2, rel: str, method: str
) -> None:
    broker.publish(TOPIC, notice(files.address, rel=rel, integrity=integrity(FILE, method)))
    broker.publish(TOPIC, notice(files.address, rel=rel, integrity=integrity(FILE + b"x", method)))
    given, fault = told(fetcher)
    assert [one.receipt.body for one in given] == [FILE]
    assert "do not have the hash" in str(fault)


def test_a_file_without_a_hash_is_taken(broker: Standard, files: Server, fetcher: Wis2) -> None:
    broker.publish(TOPIC, notice(files.address, integrity=...))
    assert [one.receipt.body for one in told(fetcher)[0]] == [FILE]


@pytest.mark.parametrize(
    ("encoding", "value"),
    [
        ("base64", base64.b64encode(FILE).decode()),
        ("gzip", base64.b64encode(gzip.compress(FILE, mtime=0)).decode()),
        ("utf-8", FILE.decode()),
    ],
)
def test_bytes_within_the_notification_need_no_fetching(
    broker: Standard, files: Server, fetcher: Wis2, encoding: str, value: str
) -> None:
    content = {"encoding": encoding, "value": value, "size": len(FILE)}
    broker.publish(TOPIC, notice(files.address, content=content))
    broker.publish(TOPIC, notice(None, content=content))
    given, fault = told(fetcher)
    assert ([one.receipt.body for one in given], fault) == ([FILE, FILE], None)
    assert files.paths == []


@pytest.mark.parametrize(
    "content",
    [
        {"encoding": "base64", "value": base64.b64encode(b"other").decode()},
        {"encoding": "base64", "value": "no!"},
        {"encoding": "gzip", "value": base64.b64encode(b"no gzip").decode()},
        {"encoding": "gzip", "value": base64.b64encode(gzip.compress(FILE, mtime=0)[:-9]).decode()},
        {"encoding": "rot13", "value": "x"},
        {"encoding": "utf-8"},
        [],
    ],
)
def test_bytes_that_are_not_those_of_the_hash_are_fetched_instead(
    broker: Standard, files: Server, fetcher: Wis2, content: Any
) -> None:
    broker.publish(TOPIC, notice(files.address, content=content))
    given, fault = told(fetcher)
    assert ([one.receipt.body for one in given], fault) == ([FILE], None)
    assert len(files.paths) == 1


def test_a_file_that_cannot_be_had_is_waited_for_and_keeps_back_no_other(
    broker: Standard, files: Server, fetcher: Wis2
) -> None:
    broken = f"{files.address}/broken"
    files.answer = lambda handler: handler.reply(503 if handler.path == "/broken" else 200, FILE)
    broker.publish(TOPIC, notice(broken, data_id="late"))
    broker.publish(TOPIC, notice(files.address))
    given, fault = told(fetcher)
    assert [one.receipt.name for one in given] == ["kg-example/flow/1"]
    assert fault == f"late: {broken}: answered 503: ask its keeper"
    assert [topic for topic, *_ in broker.left().session.sent.values()] == [TOPIC]
    files.answer = lambda handler: handler.reply(200, FILE)
    given, fault = told(fetcher, None, RECEIVED + timedelta(hours=2))
    assert ([one.receipt.name for one in given], fault) == (["late"], None)
    assert broker.left().session.sent == {}


@pytest.mark.parametrize("spoilt", [b"other bytes", b""])
def test_after_a_day_the_notification_itself_is_refused(
    broker: Standard, files: Server, fetcher: Wis2, spoilt: bytes
) -> None:
    files.answer = lambda handler: handler.reply(200, spoilt)
    young, old = (notice(files.address, age=GIVEN_UP + timedelta(minutes=off)) for off in (-1, 0))
    broker.publish(TOPIC, young)
    broker.publish(TOPIC, old)
    broker.publish(TOPIC, notice(files.address, pubtime=...))
    given, fault = told(fetcher)
    assert [one.receipt.body for one in given] == [old, notice(files.address, pubtime=...)]
    assert ["could not be had for a day" in str(one.fault) for one in given] == [True, True]
    assert {one.receipt.media for one in given} == {"application/geo+json"}
    assert "hash" in str(fault)


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (b"", "it is no notification"),
        (b"{", "it is no notification: not JSON"),
        (b"[]", "not an object"),
        (b"\xff", "UTF-8"),
        (b"{}", "has no data_id"),
        (b'{"properties": {"data_id": 5}}', "has no data_id"),
        (notice(None), "links to no file"),
        (notice("https://water.example/x", rel="http://def.wmo.int/def/rel/wnm/-/deletion"), "withdraws a file"),
        (notice("https://water.example/x", integrity={"method": "md5", "value": "x"}), "cannot be checked"),
        (notice("https://water.example/x", integrity={"method": "sha512", "value": "!"}), "not base64"),
        (notice("https://water.example/x", integrity="sha512"), "cannot be checked"),
        (notice("http://water.example/x"), "does not lie behind https"),
        (notice("http://169.254.169.254/latest"), "does not lie behind https"),
        (notice("ftp://water.example/x"), "cannot be asked"),
        (notice("file:///etc/passwd"), "cannot be asked"),
        (notice("https://user:hunter2@water.example/x"), "cannot be asked"),
        (notice("https:///x"), "cannot be asked"),
        (notice(None, content={"encoding": "utf-8", "value": "other"}), "do not have the hash"),
        (b" " * (LONGEST + 1), "it is too long"),
    ],
)
def test_what_is_no_notification_of_a_file_is_refused_and_released(
    broker: Standard, fetcher: Wis2, payload: bytes, words: str
) -> None:
    broker.publish(TOPIC, payload)
    (found,), fault = told(fetcher)
    assert fault is None
    assert found.receipt.body == payload[:LONGEST]
    assert found.fault is not None
    assert words in found.fault or len(payload) > LONGEST
    assert "hunter2" not in found.fault
    assert broker.left().session.sent == {}


def test_a_broker_elsewhere_cannot_send_us_to_this_machine(tmp_path: Path, files: Server) -> None:
    fetcher = Wis2(declared(1883), tmp_path)
    message = Published(topic=TOPIC, payload=notice(files.address), number=1, quality=1)
    found = fetcher._found(message, "broker.example", RECEIVED)
    assert not isinstance(found, str)
    assert "does not lie behind https" in str(found.fault)
    assert files.paths == []


def test_a_file_elsewhere_and_a_file_that_is_too_large(broker: Standard, files: Server, tmp_path: Path) -> None:
    fetcher = Wis2(declared(broker.port, max_bytes=20), tmp_path, QUIET)
    told(fetcher)
    broker.left().publish(TOPIC, notice(f"{files.address}/large"))
    (found,), fault = told(fetcher)
    assert fault is None
    assert "more than 20 bytes" in str(found.fault)
    assert found.receipt.body == FILE[:20]
    with serving(Handler.reply) as other:  # type: ignore[arg-type]
        files.answer = lambda handler: handler.reply(302, location=f"{other.address}/x")
        broker.left().publish(TOPIC, notice(f"{files.address}/moved"))
        given, fault = told(fetcher)
        assert (given, "sends on to" in str(fault)) == ([], True)
        assert other.paths == []


def test_a_file_packed_to_burst_is_not_unpacked() -> None:
    bomb = base64.b64encode(gzip.compress(b"0" * 20_000_000)).decode()
    said = notification(notice(None, content={"encoding": "gzip", "value": bomb}, integrity=...), 1000)
    assert said.content is not None
    assert len(said.content) == 1001


@each(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["properties", "links", "data_id", "content", "encoding", "value", "integrity", "method", "rel"]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=20,
    )
)
def test_no_notification_does_more_than_be_refused(tree: Any) -> None:
    with suppress(SourceError):
        assert notification(json.dumps(tree).encode(), 1000).name
