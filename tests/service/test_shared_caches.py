"""What a cache that many share may keep: nothing of readings that are for the parties, or that a party asked for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from record import seal, tables
from record.network.access import Access
from tests.record.owing import INFLOW, LEVEL
from tests.service.addresses import left_out
from tests.service.owed import AS_KG, AS_KZ, NOW, owed

AT = "2026-05-01T02:00:00Z"
BOX = "71,42,72,43"
PLACE = "POINT(71.6183 42.6478)"
AREA = "POLYGON((71 42,72 42,72 43,71 43,71 42))"
DAYS = "from=2026-05-01&to=2026-05-02"
ASKED = (
    "/",
    "/api",
    "/api/3.1",
    "/conformance",
    "/health",
    "/ready",
    "/status",
    "/collections",
    "/collections/talas-daily",
    "/collections/talas-daily/instances",
    "/collections/talas-daily/instances/3",
    f"/collections/talas-daily/position?coords={PLACE}",
    f"/collections/talas-daily/radius?coords={PLACE}&within=5&within-units=km",
    f"/collections/talas-daily/area?coords={AREA}",
    f"/collections/talas-daily/cube?bbox={BOX}",
    "/collections/talas-daily/locations",
    "/collections/talas-daily/locations/kirov:kg",
    "/collections/talas-daily/locations/kirov:kg?f=csv&as-of=3",
    "/collections/talas-daily/items",
    f"/collections/talas-daily/items/{INFLOW}",
    "/latest?collection=talas-term",
    f"/history?series={LEVEL}&time={AT}",
    "/reports/daily/2026-05-01",
    "/reports",
    "/reports/daily",
    "/reports/daily/feed.atom",
    "/reports/daily/2026-05-01.pdf",
    "/reports/daily/2026-05-01/issued",
    "/reports/daily/2026-05-01/issued/3/daily.pdf",
    f"/figures/{INFLOW}?by=day&{DAYS}",
    f"/norms/{INFLOW}?by=month",
    f"/hydrographs/{INFLOW}",
    f"/hydrographs/{INFLOW}.svg",
    "/then?page=/sites&on=2026-05-01&at=12:00",
    f"/accounts/talas?{DAYS}",
    f"/ledger?{DAYS}",
    f"/ledger/summary?{DAYS}",
    "/log/checkpoint",
    "/log/final",
    "/log/standing",
    "/log/policy",
    "/log/alarms",
    "/log/alarms/1",
    "/log/receipt/{receipt}",
    "/log/tile/0/000.p/{size}",
    "/log/tile/entries/000.p/{size}",
    f"/proof?series={LEVEL}&time={AT}",
    "/proof?segment={segment}",
    "/segments",
    "/segments/SHA256SUMS",
    "/segments/catalogue.yaml",
    "/segments/{segment}.nc",
    "/dap",
    "/dap/talas-daily",
    "/dap/talas-daily.dds",
    "/dap/talas-daily@3.dods?inflow",
    "/sensorthings/v1.1",
    "/sensorthings/v1.1/Observations",
    "/network",
    "/network/proposal",
    "/events",
    "/about",
    "/hydrologists",
    "/verify",
    "/verify/verify.py",
    "/sites",
    "/sites/kirov",
    "/sources",
    "/compare",
    "/map.json",
    "/reports?f=html",
    "/reports/daily?f=html",
    "/assets/{tag}/page.css",
)
NOT_THERE = (
    "/collections/talas-daily/instances/3",
    "/reports/daily/2026-05-01.pdf",
    "/reports/daily/2026-05-01/issued/3/daily.pdf",
    "/log/final",
    "/log/policy",
    "/log/alarms/1",
    "/network/proposal",
)
"""Of these there is nothing; that is answered all the same."""
NOT_READ = ("/metrics",)
"""The figures of the operator, for whom it is the machine or another token."""


@dataclass(frozen=True)
class Closed:
    """A service, reading of which is for the parties, with two addresses that it alone knows."""

    app: FastAPI
    client: TestClient
    names: dict[str, object]

    def close(self, reading: str) -> None:
        """Let reading be `open`, or for the `parties`."""
        access = Access.model_validate({"reading": reading})
        self.app.state.network = replace(self.app.state.network, access=access)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Closed]:
    app, record, pen = owed(tmp_path_factory.mktemp("closed"))
    list(seal.seal(record, pen, lambda: datetime(2040, 1, 1, tzinfo=UTC), pause=lambda: None))
    pen.checkpoint(NOW)
    with TestClient(app, raise_server_exceptions=False) as client:
        sealed = client.get("/segments").json()["segments"][0]["sha256"]
        size = client.get("/health").json()["journal_size"]
        with record.engine.connect() as connection:
            receipt = connection.execute(select(tables.receipt.c.sha256)).scalars().first()
        yield Closed(
            app, client, {"segment": sealed, "receipt": str(receipt), "size": size, "tag": app.state.assets.tag}
        )


def caching(served: Closed, path: str, sent: dict[str, str]) -> str:
    """What is said to caches of an address."""
    answer = served.client.request("HEAD" if path == "/events" else "GET", path.format(**served.names), headers=sent)
    assert answer.status_code == (404 if path in NOT_THERE else 200), answer.text
    return str(answer.headers.get("cache-control", ""))


@pytest.mark.parametrize("path", ASKED)
def test_no_shared_cache_keeps_what_is_for_the_parties_or_was_asked_by_one(served: Closed, path: str) -> None:
    served.close("open")
    caching(served, path, {})
    assert caching(served, path, AS_KG) in ("private, no-cache", "no-store")
    served.close("parties")
    assert caching(served, path, AS_KZ) in ("private, no-cache", "no-store")


def test_what_is_for_anyone_may_be_kept_as_before(served: Closed) -> None:
    served.close("open")
    assert caching(served, "/segments/{segment}.nc", {}) == "public, max-age=31536000, immutable"
    assert caching(served, "/latest?collection=talas-term", {}) == "public, max-age=5"
    served.close("parties")
    assert caching(served, "/log/tile/0/000.p/{size}", {}) == "public, max-age=31536000, immutable"


def test_no_address_is_left_out(served: Closed) -> None:
    asked = [path.partition("?")[0] for path in ASKED + NOT_READ]
    described = {path for path, answers in served.app.openapi()["paths"].items() if "get" in answers}
    left = [
        template
        for template in sorted(described | left_out(served.app))
        if not any(re.fullmatch(_form(template), path) for path in asked)
    ]
    assert not left, "\n".join(left)


def _form(template: str) -> str:
    form = re.sub(r"\\{(\w+)\\}", lambda name: ".+" if name[1] == "path" else "[^/]+", re.escape(template))
    # Of an instance the same functions answer as of its collection.
    return form.replace("/instances/[^/]+/", "(/instances/[^/]+)?/")
