"""Sealed files for bulk download: lists, parts, what never changes, and the catalogue that xarray opens."""

import hashlib
import http.client
import json
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import dask
import httpx2
import numpy as np
import pytest
import xarray as xr
import yaml  # type: ignore[import-untyped]
from starlette.testclient import TestClient

from record import seal
from record.entry import Flag, Method, Observation
from record.selection import Selection
from service import renewal
from service.app import create_app
from service.settings import Settings
from tests.example import open_pen, say
from tests.service.served import ROOT
from tests.service.world import DAILY, HOURLY, World, network_of_posts

MAY = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Two sealed months of hourly readings: three posts in April, two of them and another in May; a year of days."""
    folder = tmp_path_factory.mktemp("segments")
    record, pen = open_pen(folder, network_of_posts())

    def hours(numbers: tuple[int, ...], first: datetime) -> list[Observation]:
        return [
            Observation(
                series=f"post-{number:02}:{'kz' if number % 2 else 'kg'}.discharge.hourly",
                time=first + timedelta(hours=hour),
                value=Decimal(number * 100 + hour),
                flag=Flag.GOOD,
                method=Method.MEASURED,
            )
            for number in numbers
            for hour in range(5)
        ]

    say(pen, "april", hours((0, 1, 2), MAY - timedelta(days=20)), hours=0)
    say(pen, "may", hours((1, 2, 3), MAY + timedelta(days=3)), hours=100)
    assert [done.fault for done in seal.seal(record, pen, lambda: MAY + timedelta(days=60), lambda: None)] == [None] * 2
    (folder / "own").mkdir()
    app = create_app(Settings(config=ROOT / "config", data=folder / "own"), now=lambda: MAY + timedelta(days=60))
    renewal.install(app, lambda: record)
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made


def first_of(world: World, asking: httpx2.Client) -> str:
    """Where the first sealed file of the hourly readings is."""
    href = asking.get(f"{world.url}/segments?collection={HOURLY}").json()["segments"][0]["href"]
    return f"{world.url}{href}"


def test_a_file_is_named_and_tagged_by_its_hash_and_may_be_kept_for_ever(
    served_world: World, forgetful: httpx2.Client
) -> None:
    address = first_of(served_world, forgetful)
    whole = forgetful.get(address)
    digest = hashlib.sha256(whole.content).hexdigest()
    assert address.endswith(f"/{digest}.nc")
    assert whole.headers["etag"] == f'"{digest}"'
    assert whole.headers["cache-control"] == "public, max-age=31536000, immutable"
    again = forgetful.get(address, headers={"If-None-Match": f'"{digest}"'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", f'"{digest}"')
    head = forgetful.head(address)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(whole.content)))


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ("bytes=0-99", slice(0, 100)),
        ("bytes=1000-", slice(1000, None)),
        ("bytes=-8", slice(-8, None)),
        ("bytes=0-5,99999999-", slice(0, 6)),
        ("bytes=-0, 7-7", slice(7, 8)),
        ("Bytes=4-9, 0-5", slice(0, 10)),
        ("bytes=-99999999", slice(None)),
    ],
)
def test_parts_of_a_file_can_be_asked_for(
    served_world: World, forgetful: httpx2.Client, said: str, part: slice
) -> None:
    address = first_of(served_world, forgetful)
    whole = forgetful.get(address).content
    answer = forgetful.get(address, headers={"Range": said})
    assert (answer.status_code, answer.content) == (206, whole[part])
    assert answer.headers["content-range"].endswith(f"/{len(whole)}")
    digest = answer.headers["etag"]
    assert forgetful.get(address, headers={"Range": said, "If-Range": digest}).status_code == 206
    assert forgetful.get(address, headers={"Range": said, "If-Range": '"other"'}).content == whole


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("bytes=99999999-", 416),
        ("bytes=-0", 416),
        ("bytes=99999998-99999999, -0", 416),
        ("bytes=5-2", 400),
        ("bytes=0-1, 99999999-5", 400),
        ("bytes=x-y", 400),
        ("bytes=", 400),
        ("bytes=1-2," * 200, 400),
    ],
)
def test_a_part_that_is_not_there_is_refused(
    served_world: World, forgetful: httpx2.Client, said: str, status: int
) -> None:
    answer = forgetful.get(first_of(served_world, forgetful), headers={"Range": said})
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.headers.get("content-range", "").startswith("bytes */") is (status == 416)


def test_a_unit_that_nobody_knows_asks_for_the_whole(served_world: World, forgetful: httpx2.Client) -> None:
    address = first_of(served_world, forgetful)
    assert forgetful.get(address, headers={"Range": "lines=1-2"}).status_code == 200
    other = {"Range": "bytes=99999999-", "If-Range": '"other"'}
    assert forgetful.get(address, headers=other).status_code == 200
    several = forgetful.get(address, headers={"Range": "bytes=0-1,5-6,99999999-"})
    assert (several.status_code, several.content.count(b"Content-Range: bytes")) == (206, 2)


@pytest.mark.parametrize(
    "path",
    [
        "/segments/../record.sqlite",
        "/segments/..%2Frecord.sqlite",
        "/segments/..%2F..%2F..%2Fetc%2Fpasswd.nc",
        "/segments/%2e%2e/%2e%2e/own.nc",
        "/segments/making/x.nc",
        "/segments/%00.nc",
        "/segments/.nc",
        f"/segments/{'0' * 64}.nc",
        f"/segments/{'A' * 5000}.nc",
        "/segments//etc/passwd.nc",
    ],
)
def test_no_path_leads_out_of_the_sealed_files(served_world: World, path: str) -> None:
    # As it is, without what a client tidies up.
    host = served_world.url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=5)
    connection.request("GET", path)
    answer = connection.getresponse()
    said = json.loads(answer.read())
    connection.close()
    # No address has a sign in it that controls a terminal: that is refused before anything is looked for.
    assert answer.status == said["status"] == (400 if "%00" in path else 404)


def test_the_list_is_narrowed_by_collection_interval_and_time(client: TestClient) -> None:
    def months(query: str) -> list[str]:
        return [one["start"][:7] for one in client.get(f"/segments?{query}").json()["segments"]]

    assert months("") == months("interval=hourly") == months(f"collection={HOURLY}") == ["2026-04", "2026-05"]
    assert months("datetime=2026-05-02/..") == ["2026-05"]
    assert months(f"collection={DAILY}") == months("interval=daily") == []
    refused = [client.get(f"/segments?{query}").status_code for query in ("collection=x", "interval=x", "datetime=x")]
    assert refused == [404, 404, 400]


def test_the_hashes_can_be_checked_with_sha256sum(client: TestClient) -> None:
    lines = client.get("/segments/SHA256SUMS").text.splitlines()
    assert len(lines) == 2
    for line in lines:
        digest, name = line.split("  ")
        assert hashlib.sha256(client.get(f"/segments/{name}").content).hexdigest() == digest
    assert client.get(f"/segments/SHA256SUMS?collection={DAILY}").text == ""


def test_the_files_of_the_catalogue_are_opened_together_as_the_documents_say(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = client.get("/segments/catalogue.yaml")
    assert answer.headers["content-type"] == "application/yaml"
    document = yaml.safe_load(answer.text)
    assert document["metadata"]["version"] == 1
    source = document["sources"][HOURLY]
    assert source["driver"] == "netcdf"
    assert source["args"]["urlpath"] == [f"simplecache::{url}" for url in source["metadata"]["urls"]]
    for url, digest in zip(source["metadata"]["urls"], source["metadata"]["sha256"], strict=True):
        file = tmp_path / url.rpartition("/")[2]
        file.write_bytes(client.get(url).content)
        assert file.stem == digest
    monkeypatch.chdir(tmp_path)
    asked: list[dict[str, object]] = []
    said: dict[str, Any] = {"Path": Path, "xr": Opener(asked)}
    with dask.config.set(scheduler="synchronous"):
        exec(snippet("xr.open_mfdataset("), said)
        together = said["chu"].load()
    for_intake = source["args"]["xarray_kwargs"] | {name: source["args"][name] for name in ("combine", "concat_dim")}
    assert {name: value for name, value in asked[0].items() if name != "preprocess"} == for_intake
    archive = client.app.state.archive  # type: ignore[attr-defined]
    series = [one.id for one in archive._network.collection(HOURLY).series if one.station in together.station_id]
    expected = archive.select(Selection(series=tuple(series))).swap_dims(station="station_id")
    expected = expected.sel(station_id=together.station_id)
    assert together.sizes == {"station_id": 4, "time": 10}
    np.testing.assert_array_equal(together.time.values, expected.time.values)
    np.testing.assert_array_equal(together.discharge.values, expected.discharge.values)
    assert (together.discharge.count(), together.discharge.dtype) == (30, np.float64)
    for name in ("lat", "lon", "station_name"):
        assert together[name].values.tolist() == expected[name].values.tolist()


class Opener:
    """xarray, of which it is remembered how it was asked."""

    def __init__(self, asked: list[dict[str, object]]) -> None:
        self._asked = asked

    def open_mfdataset(self, files: list[Path], **said: Any) -> xr.Dataset:
        """As xarray does."""
        self._asked.append(said)
        return xr.open_mfdataset(files, **said)


def snippet(word: str) -> str:
    """The indented lines of the documents in which the word stands."""
    blocks = (ROOT / "docs" / "segments.md").read_text(encoding="utf-8").split("\n\n")
    (found,) = (block for block in blocks if block.startswith("    ") and word in block)
    return textwrap.dedent(found)
