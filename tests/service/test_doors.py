"""Which addresses of the service itself are open where reading is closed: those alone that hold no reading."""

import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient

from record.network.access import Access
from service.guard.guard import Guard
from service.tokens import Tokens
from tests.service.addresses import left_out
from tests.service.world import HOURLY, World

OPEN = {
    "/", "/api", "/api/3.1", "/conformance", "/health", "/ready",
    "/log/checkpoint", "/log/final", "/log/standing", "/log/policy", "/log/alarms",
    "/network", "/network/proposal", "/network/approvals",
}  # fmt: skip
"""As docs/access.md says it; the hashes of the tree are open too, at an address that the entries share."""
PAGES = {"/about", "/verify", "/verify/verify.py", "/hydrologists"}
"""Those of people that hold no reading."""
POST = "post-03:kz.discharge.hourly"
PARTS = {
    "instance": "3", "location": "post-03:kz", "item": POST, "series": POST, "index": "1", "entry": "1", "number": "1",
    "basin": "chu", "edition": "daily", "day": "2026-05-02", "form": "pdf",
    "name": "daily.json", "site": "post-03", "sha256": "0" * 64, "party": "kz", "source": "none",
}  # fmt: skip
QUERIES = {
    "/history": f"?series={POST}&time=2026-05-02T00:00:00Z", "/latest": f"?collection={HOURLY}", "/proof": "?entry=1",
}  # fmt: skip


class Closed:
    """The app of the world behind a guard by which reading is closed."""

    def __init__(self, world: World, data: Path) -> None:
        network = SimpleNamespace(access=Access(reading="parties"), parties={"kz": 1})
        self.app, self.data = world.app, data
        guard = Guard(
            world.app, state=SimpleNamespace(network=network), tokens=Tokens(data), today=lambda: date(2026, 6, 2),
            clock=lambda: 0.0,
        )  # fmt: skip
        self.client = TestClient(guard, client=("127.0.0.1", 1), follow_redirects=False, raise_server_exceptions=False)

    def addresses(self) -> set[str]:
        """The template of every address: what the description says, and what it leaves out."""
        return set(self.app.openapi()["paths"]) | left_out(self.app)


@pytest.fixture
def closed(served_world: World, tmp_path: Path) -> Closed:
    return Closed(served_world, tmp_path)


def filled(template: str, collection: str = HOURLY) -> str:
    parts = {**PARTS, "collection": collection, "dataset": f"{collection}.dods", "path": "Observations"}
    if "/log/tile" in template:
        parts["path"] = "entries/000"
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda found: parts[found[1]], template) + QUERIES.get(template, "")


def test_nobody_is_given_data_without_a_token_at_any_address(closed: Closed) -> None:
    addresses = closed.addresses()
    assert len(addresses) > 40
    assert addresses >= OPEN
    for template in sorted(addresses - OPEN - PAGES - {"/metrics", "/inbox/{source}", "/assets/{tag}/{name}"}):
        path = filled(template)
        for method in ("GET", "HEAD", "POST", "OPTIONS"):
            assert closed.client.request(method, path).status_code == 401, (method, path)
        for odd in (f"{path.partition('?')[0]}%0a", f"/health/..{path}", f"http://a/{path}"):
            assert closed.client.get(odd).status_code in (400, 401, 404), odd


def test_what_stays_open_is_answered_without_a_token(closed: Closed) -> None:
    for path in (*sorted(OPEN | PAGES), "/log/tile/0/000"):
        # What there is not in this world is not there for anyone, and approvals are sent.
        assert closed.client.get(path).status_code in (200, 404, 405), path
