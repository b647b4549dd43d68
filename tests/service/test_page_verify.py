"""The page on which a file is checked holds all that the check needs, and offers the file that checks without it."""

import hashlib
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from record import verify as alone
from record.network.access import Access
from record.verify import LANGUAGES, read_policy, verify
from tests.service.issued_example import NOW, Served, served
from tests.service.world import World

ASSET = re.compile(r'(?:src|href)="(/assets/[^"]+)"')


@dataclass(frozen=True)
class Page:
    """The page as it was served."""

    text: str

    @property
    def told(self) -> dict[str, Any]:
        """What it tells its script."""
        found = re.search(r'<script type="application/json" id="told-words">(.*?)</script>', self.text, re.DOTALL)
        assert found is not None
        told: dict[str, Any] = json.loads(found[1])
        return told

    def links(self, pattern: str) -> list[str]:
        """The addresses of its links that begin so."""
        return [html.unescape(one) for one in re.findall(rf'href="({pattern}[^"]*)"', self.text)]


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Served:
    return served(tmp_path_factory.mktemp("verified"))


@pytest.fixture(scope="module")
def client(issued: Served) -> Iterator[TestClient]:
    with TestClient(issued.app) as found:
        yield found


def page_of(client: TestClient, language: str = "en") -> Page:
    answer = client.get(f"/verify?lang={language}")
    assert answer.status_code == 200
    return Page(answer.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_are_those_of_the_file_that_stands_alone(client: TestClient, language: str) -> None:
    page = page_of(client, language)
    assert page.told["words"] == LANGUAGES[language]
    assert len(page.told["hints"]) == 6
    assert set(page.told["verdicts"]) == {"same", "part", "failed", "unchecked"}


def test_the_policy_comes_with_the_page_and_says_whose_it_is(client: TestClient) -> None:
    page, policy = page_of(client), client.get("/log/policy").text
    assert page.told["policy"] == policy
    assert hashlib.sha256(policy.encode()).hexdigest() in page.text
    read = read_policy(policy)
    assert ", ".join(read.witnesses) in page.text
    assert "This policy comes from the server that you check" in page.text


def test_it_may_ask_for_nothing_and_loads_nothing_that_would(client: TestClient) -> None:
    page = page_of(client)
    rule = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">', page.text)
    assert rule is not None
    assert rule[1].startswith("connect-src 'none'")
    # The rule holds for what stands below it.
    assert page.text.index("Content-Security-Policy") < page.text.index("verify.js")
    assert "live.js" not in page.text
    scripts = [one for one in ASSET.findall(page.text) if one.endswith(".js")]
    seen: set[str] = set()
    while scripts:
        address = scripts.pop()
        seen.add(address)
        answer = client.get(address)
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        assert not re.search(r"\bfetch\(|XMLHttpRequest|EventSource|WebSocket|sendBeacon|\bimport\(", answer.text)
        beside = address.rpartition("/")[0]
        found = {f"{beside}/{name}" for name in re.findall(r'from "\./([^"]+)"', answer.text)}
        scripts += sorted(found - seen - {*scripts})
    assert len(seen) == 8


def test_the_file_that_checks_alone_is_given_out(client: TestClient) -> None:
    answer = client.get("/verify/verify.py")
    assert answer.content == Path(alone.__file__).read_bytes()
    assert answer.headers["content-type"] == "text/x-python; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="verify.py"'
    assert hashlib.sha256(answer.content).hexdigest() in page_of(client).text
    again = client.get("/verify/verify.py", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_it_can_be_tried_with_the_newest_report_that_both_have_signed(client: TestClient) -> None:
    paper, other = page_of(client).links(r"/reports/daily/2")
    assert paper == "/reports/daily/2026-05-01.pdf?lang=en&revision=2"
    (proof,) = page_of(client).links("/proof")
    policy = read_policy(client.get("/log/policy").text)
    for files in ({"a.pdf": paper}, {"b.csv": other, "b.tlog-proof": proof}):
        bodies = {name: client.get(address).content for name, address in files.items()}
        outcome = verify(bodies, policy, LANGUAGES["en"], NOW + timedelta(hours=1))
        assert outcome.shown
        assert "the same for both" in outcome.lines[0]


def test_where_reading_is_closed_nothing_is_offered_that_it_would_refuse(client: TestClient, issued: Served) -> None:
    network = issued.app.state.network
    issued.app.state.network = replace(network, access=Access(reading="parties"))
    try:
        assert page_of(client).links(r"/reports/daily/2") == []
    finally:
        issued.app.state.network = network


def test_a_record_without_keys_asks_for_a_policy(served_world: World) -> None:
    page = page_of(TestClient(served_world.app))
    assert page.told["policy"] is None
    assert "This record declares no keys" in page.text
