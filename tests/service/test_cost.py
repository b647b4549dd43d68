"""What answers are said to cost: every address that reads readings tells how many points, before it reads them."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from record import leaf as leaves
from record.archive import Archive
from record.ledger import Ledger
from record.network import Network
from record.network.access import Access
from service.front.kept import Keeper
from service.guard import visit
from service.guard.cost import TooMuch, points_of
from service.reports.built import build as report_of
from service.reports.editions import EDITIONS, Edition
from service.reports.report import Report
from service.routes.reports import draft
from tests.service.world import DAILY, HOURLY, POSTS, World

POST, INFLOW = "post-03:kz.discharge.hourly", "reservoir:kg.inflow.daily"
SERIES = POSTS + POSTS // 2
OF_ARNA = "/sensorthings/v1.1/"
WINDOW = "phenomenonTime ge 2026-05-02T00:00:00Z and phenomenonTime lt 2026-05-03T00:00:00Z"
Ask = Callable[[str], tuple[int, int]]


@pytest.fixture
def ask(served_world: World, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Asks the app by itself: the status of an answer, and how many points it was said to be of.

    Nothing is answered again that was kept, for that costs nothing.
    """
    for name in ("of_tag", "asked"):
        monkeypatch.setattr(Keeper, name, lambda *_, **__: None)
    states: list[dict[str, Any]] = []

    async def watched(scope: Any, receive: Any, send: Any) -> None:
        states.append(scope.setdefault("state", {}))
        await served_world.app(scope, receive, send)

    client = TestClient(watched, raise_server_exceptions=False)

    def asked(path: str) -> tuple[int, int]:
        status = client.get(path).status_code
        return status, points_of(states[-1])

    return asked


@pytest.mark.parametrize(
    ("path", "least", "most"),
    [
        (f"/history?series={POST}&time=2026-05-02T00:00:00Z", 1, 1),
        (f"/latest?collection={HOURLY}", SERIES, SERIES),
        (f"/collections/{HOURLY}/items?limit=5", 5, 5),
        (f"/collections/{HOURLY}/items/{POST}", 1, 1),
        (f"/collections/{HOURLY}/locations/post-03:kz?datetime=2026-05-02/2026-05-02", 24, 24),
        (f"/dap/{HOURLY}.dods?discharge[0:1][0:9]", 20, 20 + 61 * 24),
        (f"/dap/{DAILY}.ascii?inflow[0][0:9]", 10, 10 + 61),
        ("/collections/chu-monthly-figures/locations/post-03:kz?datetime=2026-04-01/2026-05-31", 61 * 24, 61 * 24),
        ("/collections/chu-daily-figures/locations/post-03:kz?datetime=2026-05-02/2026-05-02", 24, 65 * 24),
        (f"/figures/{INFLOW}?from=2026-05-01&to=2026-05-11", 10, 10 + 62),
        (f"/figures/{POST}?from=2026-05-01&to=2026-05-11&by=day", 240, 240 + 62 * 24),
        (f"/norms/{INFLOW}", 61, 62),
        ("/reports/daily/2026-05-02", 33 * (SERIES * 24 + 3), 37 * (SERIES * 24 + 3)),
        ("/accounts/chu?from=2026-05-01&to=2026-05-11", 10 * (SERIES + 3), 10 * (SERIES + 3)),
        (f"{OF_ARNA}Datastreams('{POST}')/Observations?$filter={WINDOW}&$count=true", 24, 24),
        (f"{OF_ARNA}Datastreams('{POST}')/Observations?$top=100", 100, 200),
        (f"{OF_ARNA}Observations?$filter={WINDOW}&$orderby=result", SERIES * 24 + 3, SERIES * 24 + 6),
        (f"{OF_ARNA}Observations('{POST}@2026-05-11T00:00:00Z')", 1, 1),
        (f"{OF_ARNA}Datastreams?$expand=Observations($top=1;$orderby=phenomenonTime desc)", SERIES + 3, SERIES + 3),
        (f"{OF_ARNA}Things", 0, 0),
    ],
)
def test_an_answer_says_of_how_many_points_it_is(ask: Ask, path: str, least: int, most: int) -> None:
    status, points = ask(path)
    assert status == 200
    assert least <= points <= most


@pytest.mark.parametrize(
    "path",
    [
        f"/history?series={POST}&time=2026-05-02T00:00:00Z",
        f"/latest?collection={HOURLY}",
        f"/collections/{HOURLY}/items",
        f"/figures/{INFLOW}",
        f"/norms/{INFLOW}",
        "/reports/daily/2026-05-02",
        "/accounts/chu?from=2026-05-01&to=2026-05-12",
        "/ledger?datetime=2026-05-02",
        "/ledger/summary?datetime=2026-05-02",
        f"{OF_ARNA}Observations?$count=true",
        f"{OF_ARNA}Datastreams('{POST}')/Observations?$orderby=result",
        f"{OF_ARNA}Datastreams?$expand=Observations($top=1;$orderby=phenomenonTime desc)",
    ],
)
def test_who_has_no_points_left_has_nothing_read(ask: Ask, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise TooMuch(429, "no points are left")

    def never(*_: object, **__: object) -> None:
        raise AssertionError("the record was read")

    monkeypatch.setattr(visit.Visit, "spend", refuse)
    for name in ("answer", "latest", "history", "reviews"):
        monkeypatch.setattr(Archive, name, never)
    monkeypatch.setattr(Ledger, "page", never)
    assert ask(path)[0] == 429


def test_parts_of_one_question_are_one_question(monkeypatch: pytest.MonkeyPatch, ask: Ask) -> None:
    path = f"{OF_ARNA}Datastreams('{POST}')/Observations?$filter=result lt 0"
    status, whole = ask(path)
    assert status == 200
    # Windows of time that grow, until all was looked at.
    assert whole >= 61 * 24
    access = Access(points_a_question=whole - 1)
    spend = visit.Visit.spend

    def limited(one: visit.Visit, points: int) -> None:
        one._access = access
        spend(one, points)

    monkeypatch.setattr(visit.Visit, "spend", limited)
    assert ask(path) == (413, whole)


def test_a_report_reads_each_entry_once_however_many_readings_it_tells_of(
    served_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[bytes] = []
    decode = leaves.decode

    def counted(raw: bytes) -> leaves.Leaf:
        decoded.append(raw)
        return decode(raw)

    archive, network = served_world.app.state.archive, served_world.network
    monkeypatch.setattr(leaves, "decode", counted)
    report_of(archive, network, EDITIONS["daily"], date(2026, 5, 2), datetime(2026, 5, 8, tzinfo=UTC))
    assert 0 < len(decoded) == len(set(decoded))


def test_a_report_is_made_once_as_long_as_nothing_is_entered(
    served_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[date] = []

    def build(archive: Archive, network: Network, edition: Edition, day: date, *rest: Any) -> Report:
        built.append(day)
        return report_of(archive, network, edition, day, *rest)

    monkeypatch.setattr(draft, "build", build)
    client = TestClient(served_world.app)
    first, second = (client.get("/reports/daily/2026-05-03") for _ in range(2))
    assert (second.content, second.headers["etag"]) == (first.content, first.headers["etag"])
    held = client.get("/reports/daily/2026-05-03", headers={"If-None-Match": first.headers["etag"]})
    assert (held.status_code, held.content) == (304, b"")
    assert client.get("/reports/daily/2026-05-03?f=html").headers["etag"] != first.headers["etag"]
    earlier = client.get("/reports/daily/2026-05-03?as-of=4")
    assert earlier.headers["etag"] != first.headers["etag"]
    assert built == [date(2026, 5, 3)] * 3
