"""OPeNDAP as xarray asks for it, by the netCDF library and by pydap: lazily, the same values, the same snapshot."""

import struct
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx2
import numpy as np
import pytest
import xarray as xr
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from record import seal
from record.archive import Archive
from record.archive.axis import Axes
from record.archive.segment.manifest import Piece
from record.archive.segment.opened import Opened
from record.archive.segment.segments import Segments
from record.errors import SelectionError
from record.selection import Selection
from record.writer import Pen
from service import renewal
from service.app import create_app
from service.opendap.constraint import Slab, Wanted, wanted
from service.opendap.dataset import MOST_CELLS, Datasets
from service.settings import Settings
from tests.example import BORDER, KIROV, START, network_of_two, open_pen, say, seen
from tests.service.served import ROOT
from tests.service.world import DAILY, HOURLY, World
from tests.serving import running

# What pydap's client says of every address that begins with http.
pytestmark = pytest.mark.filterwarnings("ignore:PyDAP was unable to determine:UserWarning")
ENGINES = ("netcdf4", "pydap")
NAME = 'Кара-Буура "Өзөн" Kirov'
TEXTS = ("station_id", "station_name", "nature")


def whole(world: World, collection: str) -> xr.Dataset:
    """What the archive says of a collection."""
    series = tuple(one.id for one in world.network.collection(collection).series)
    return Archive(world.record).select(Selection(series=series))


Get = Callable[[str], httpx2.Response]


@pytest.fixture
def get(served_world: World, forgetful: httpx2.Client) -> Get:
    """Asks for a dataset, or something of it."""
    return lambda path: forgetful.get(f"{served_world.url}/dap/{path}")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("collection", [HOURLY, DAILY])
def test_xarray_sees_what_the_archive_says(served_world: World, engine: str, collection: str) -> None:
    expected = whole(served_world, collection)
    with xr.open_dataset(f"{served_world.url}/dap/{collection}", engine=engine) as opened:
        assert dict(opened.sizes) == dict(expected.sizes)
        np.testing.assert_array_equal(opened.time.values.astype("datetime64[s]"), expected.time.values)
        for name in expected.data_vars:
            np.testing.assert_array_equal(opened[name].values, expected[name].values)
            assert opened[name].attrs["long_name"] == expected[name].attrs["long_name"]
        for name in TEXTS:
            assert opened[name].values.tolist() == expected[name].values.tolist()
        for name in ("lat", "lon", "verified"):
            np.testing.assert_array_equal(opened[name].values, expected[name].values)
        assert opened.attrs["journal_size"] == expected.attrs["journal_size"]
        assert opened.attrs["nature_note"] == expected.attrs["nature_note"]


@pytest.mark.parametrize("engine", ENGINES)
def test_only_the_slice_that_is_looked_at_is_read(
    served_world: World, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, read = whole(served_world, HOURLY), []
    answer = Archive.answer

    def watched(archive: Archive, selection: Selection) -> object:
        found = answer(archive, selection)
        read.append((len(selection.series), len(found.time)))
        return found

    monkeypatch.setattr(Archive, "answer", watched)
    with xr.open_dataset(f"{served_world.url}/dap/{HOURLY}", engine=engine) as opened:
        part = opened.discharge[3, 700:724]
        assert read == []
        np.testing.assert_array_equal(part.values, expected.discharge.values[3, 700:724])
        assert read == [(1, 24)]
        strided = opened.discharge_flag[1:9:3, 5:400:7]
        np.testing.assert_array_equal(strided.values, expected.discharge_flag.values[1:9:3, 5:400:7])
        assert sum(series * times for series, times in read) <= 24 + 3 * 400
        np.testing.assert_array_equal(opened.level[1, :50].values, np.full(50, np.nan))
        assert len(read) == 2


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The service, made once, for it takes long: each test gives it a record of its own."""
    own = tmp_path_factory.mktemp("own")
    return create_app(Settings(config=ROOT / "config", data=own), now=lambda: START + timedelta(hours=3))


@pytest.fixture
def growing(app: FastAPI, tmp_path: Path) -> tuple[FastAPI, Pen]:
    """A record to which a test may write; one of its stations has a name in Kyrgyz with a quotation mark in it."""
    network = network_of_two()
    stations = dict(network.stations)
    names = {"en": NAME}
    stations["kirov:kg"] = stations["kirov:kg"].model_copy(update={"names": names})
    record, pen = open_pen(tmp_path, replace(network, stations=stations))
    renewal.install(app, lambda: record)
    app.state.datasets = Datasets()
    return app, pen


LATE = (seen(BORDER, 0, "12.5"), seen(BORDER, 2, "12.6"), seen(KIROV, 3, "99.9"))


def test_what_comes_in_meanwhile_does_not_move_the_slices_of_an_open_dataset(growing: tuple[FastAPI, Pen]) -> None:
    app, pen = growing
    say(pen, "first", [seen(KIROV, 1, "20.3"), seen(KIROV, 3, "21.3"), seen(KIROV, 5, "22.3")])
    # What is as small as this is fetched beforehand otherwise.
    with running(app) as url, xr.open_dataset(f"{url}/dap/talas-daily#noprefetch", engine="netcdf4") as opened:
        say(pen, "late", LATE, hours=1)
        assert opened.inflow[0, :].values.tolist() == [20.3, 21.3, 22.3]
        assert opened.inflow_entry[0, 1:].values.tolist() == [0, 0]


def test_a_client_without_cookies_is_refused_what_may_have_moved(
    growing: tuple[FastAPI, Pen], forgetful: httpx2.Client
) -> None:
    app, pen = growing
    say(pen, "first", [seen(KIROV, 1, "20.3"), seen(KIROV, 3, "21.3"), seen(KIROV, 5, "22.3")])
    with running(app) as url:

        def status(slab: str) -> int:
            return forgetful.get(f"{url}/dap/talas-daily.dods?inflow[0]{slab}").status_code

        say(pen, "next", [seen(KIROV, 6, "23.3")])
        assert (status("[0:2]"), status("[1:1]"), status("[0:3]")) == (200, 200, 200)
        say(pen, "late", LATE[1:], hours=1)
        assert (status("[0:0]"), status("[0:4]")) == (200, 200)
        assert (status("[0:1]"), status("[3]"), status("[0:3]")) == (400, 400, 400)
        with xr.open_dataset(f"{url}/dap/talas-daily", engine="pydap") as anew:
            assert anew.inflow[0, 1:].values.tolist()[2:] == [22.3, 23.3]
        said = forgetful.get(f"{url}/dap/talas-daily.dods?time[3]").text
    assert "the times of talas-daily from place 1 on have moved lately" in said
    assert "open talas-daily@3, or keep cookies" in said


@pytest.mark.parametrize("engine", ENGINES)
def test_a_pinned_dataset_is_of_its_entries_for_ever(growing: tuple[FastAPI, Pen], engine: str) -> None:
    app, pen = growing
    say(pen, "first", [seen(KIROV, 1, "20.3"), seen(KIROV, 3, "21.3"), seen(KIROV, 5, "22.3")])
    say(pen, "late", LATE, hours=1)
    with running(app) as url:
        with xr.open_dataset(f"{url}/dap/talas-daily@1", engine=engine) as pinned:
            assert pinned.inflow[0, 1:].values.tolist() == [21.3, 22.3]
        with xr.open_dataset(f"{url}/dap/talas-daily@2", engine=engine) as now:
            np.testing.assert_array_equal(now.inflow[0].values, [np.nan, 20.3, np.nan, 99.9, 22.3])
            if engine == "netcdf4":  # The client of pydap takes every text for ASCII.
                assert str(now.station_name.values[0]) == NAME


def test_before_anything_was_said_there_is_no_dataset(growing: tuple[FastAPI, Pen], forgetful: httpx2.Client) -> None:
    app, _ = growing
    with running(app) as url:
        answer = forgetful.get(f"{url}/dap/talas-daily.dds")
    assert (answer.status_code, answer.headers["content-description"]) == (404, "dods_error")
    assert 'message = "nothing was said of talas-daily' in answer.text


def test_an_axis_that_grew_is_the_one_that_is_read_anew(growing: tuple[FastAPI, Pen]) -> None:
    app, pen = growing
    archive: Archive = app.state.archive
    say(pen, "first", [seen(KIROV, 1, "20.3"), seen(KIROV, 300, "21.3")])
    assert len(archive.axis("talas-daily", 1)) == 2
    for day in (200, 2, 1, 0):
        count = say(pen, f"late {day}", [seen(BORDER, day, "1")], hours=1).entries[-1] + 1
        grown = archive.axis("talas-daily", count)
        archive._axes, kept = Axes(), archive._axes
        np.testing.assert_array_equal(grown, archive.axis("talas-daily", count))
        archive._axes = kept
    assert len(grown) == 5
    assert len(archive.axis("talas-daily", 1)) == 2


def test_the_files_of_an_axis_are_opened_together(
    growing: tuple[FastAPI, Pen], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, pen = growing
    later = START + timedelta(days=800)
    say(pen, "two years", [seen(KIROV, 1, "20.3"), seen(KIROV, 401, "21.3")])
    assert [done.fault for done in seal.seal(app.state.record, pen, lambda: later, lambda: None)] == [None] * 2
    opened, open_all = [], Segments.open_all

    def watched(segments: Segments, pieces: Sequence[Piece]) -> list[Opened]:
        opened.append(len(pieces))
        return open_all(segments, pieces)

    monkeypatch.setattr(Segments, "open_all", watched)
    archive: Archive = app.state.archive
    archive._axes = Axes()
    assert len(archive.axis("talas-daily", archive.size())) == 2
    assert opened == [2]


def test_an_axis_of_fewer_entries_stays_when_a_period_is_sealed_anew(growing: tuple[FastAPI, Pen]) -> None:
    app, pen = growing
    archive: Archive = app.state.archive
    later = START + timedelta(days=400)
    for count, said in ((1, [seen(KIROV, 1, "20.3"), seen(KIROV, 3, "21.3")]), (3, [seen(BORDER, 2, "12.5")])):
        say(pen, f"{count}", said, hours=count)
        assert [done.fault for done in seal.seal(app.state.record, pen, lambda: later, lambda: None)] == [None]
    assert archive.size() == 4
    archive._axes = Axes()
    assert [len(archive.axis("talas-daily", count)) for count in range(5)] == [0, 2, 2, 3, 3]


def test_the_bytes_are_those_of_the_protocol(served_world: World, get: Get) -> None:
    body = get(f"{HOURLY}.dods?station_id[0:2],discharge_flag[0:1][0:2],discharge_entry[0][3]").content
    head, _, values = body.partition(b"Data:\n")
    assert head.decode().split() == [
        "Dataset",
        "{",
        "String",
        "station_id[station",
        "=",
        "3];",
        "Byte",
        "discharge_flag[station",
        "=",
        "2][time",
        "=",
        "3];",
        "Int32",
        "discharge_entry[station",
        "=",
        "1][time",
        "=",
        "1];",
        "}",
        "chu-hourly;",
    ]
    expected = whole(served_world, HOURLY)
    flags = bytes(expected.discharge_flag.values[:2, :3].astype("u1").ravel())
    texts = b"".join(struct.pack(">i", 10) + f"post-0{number}:k{'gzg'[number]}\0\0".encode() for number in range(3))
    entry = int(expected.discharge_entry.values[0, 3])
    assert values == (
        struct.pack(">i", 3) + texts + struct.pack(">ii", 6, 6) + flags + b"\0\0" + struct.pack(">iii", 1, 1, entry)
    )


def test_every_answer_names_its_length_and_how_long_it_may_be_kept(get: Get) -> None:
    plain = get(f"{HOURLY}.dods?time,station_name,discharge[0:3][0:99]")
    assert int(plain.headers["content-length"]) == len(plain.content)
    assert plain.headers["cache-control"] == "private, no-cache"
    pinned = get(f"{HOURLY}@3.das")
    assert pinned.headers["cache-control"] == "public, max-age=86400"
    assert "set-cookie" not in pinned.headers


def test_an_answer_of_many_cells_comes_in_pieces_and_is_the_same(monkeypatch: pytest.MonkeyPatch, get: Get) -> None:
    address = f"{HOURLY}.dods?discharge,discharge_flag[0:11][1:2:1000]"
    at_once = get(address).content
    monkeypatch.setattr("service.routes.opendap._AT_ONCE", 1000)
    monkeypatch.setattr("service.opendap.dataset._CELLS_AT_A_TIME", 3000)
    streamed = get(address)
    assert streamed.content == at_once
    assert int(streamed.headers["content-length"]) == len(at_once)


def test_people_can_read_it_too(served_world: World, get: Get, forgetful: httpx2.Client) -> None:
    expected = whole(served_world, DAILY)
    text = get(f"{DAILY}.ascii?inflow[0][0:2],station_id").text
    values = ", ".join(str(value) for value in expected.inflow.values[0, :3].tolist())
    assert f"inflow[1][3]\n[0], {values}\n" in text
    assert '"reservoir:kg"' in text
    for path in (DAILY, f"{DAILY}.html"):
        page = get(path)
        assert page.headers["content-type"].startswith("text/html")
        assert "Float64 storage[station = 1][time = 61]" in page.text
    listed = forgetful.get(f"{served_world.url}/dap").json()
    assert [one["collection"] for one in listed["datasets"]] == [HOURLY, DAILY]
    assert forgetful.get(listed["datasets"][0]["pinned"] + ".dds").status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("chu-yearly.dds", 404, "is not declared"),
        (f"{HOURLY}@99999.dds", 400, "lies beyond the journal"),
        (f"{HOURLY}@x.dds", 404, "is not a dataset"),
        (f"{HOURLY}.dmr", 404, "is not a form of"),
        (f"{HOURLY}.dods?snow", 400, "'snow' is not a variable"),
        (f"{HOURLY}.dods?discharge[0:1]", 400, "has 1 brackets and discharge 2 dimensions"),
        (f"{HOURLY}.dods?time[-1]", 400, "is not [i], [first:last]"),
        (f"{HOURLY}.dods?time[5:2]", 400, "[5:2] runs backwards: write [2:5]"),
        (f"{HOURLY}.dods?time[0:0:5]", 400, "stands still: give a step"),
        (f"{HOURLY}.dods?time[0:9999999]", 400, "lies outside 0 to"),
        (f"{HOURLY}.dods?discharge[0][0:1],time,discharge[1][0:1]", 400, "discharge is asked for twice"),
        (f"{HOURLY}.dods?time[0:99999999999999999999]", 400, "is not [i], [first:last]"),
        (f"{HOURLY}.dods?time[[0]]", 400, "is not a variable with its slabs"),
        (f"{HOURLY}.dods?discharge&time%3E5", 400, "selects by value"),
        (f"{HOURLY}.dods?mean(discharge)", 400, "is not a variable"),
        (f"{HOURLY}.dods?{'time,' * 200}time", 400, "more than 100"),
        (f"{HOURLY}.dods?{'x' * 9000}", 400, "more than 8000"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_one_line(path: str, status: int, said: str, get: Get) -> None:
    answer = get(path)
    assert answer.status_code == status
    assert answer.headers["content-description"] == "dods_error"
    first, code, message, *_ = answer.text.splitlines()
    assert (first, code) == ("Error {", f"    code = {status};")
    assert said in message


def test_too_many_cells_are_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch, get: Get) -> None:
    monkeypatch.setattr("service.routes.opendap.MOST_CELLS", 5000)
    answer = get(f"{HOURLY}.dods?discharge")
    assert answer.status_code == 400
    assert "more than 5000: ask for a smaller slice of discharge" in answer.text
    assert MOST_CELLS == 20_000_000


SHAPES = {"time": (50,), "discharge": (4, 50)}


@given(st.text(alphabet="time,discharge[]:0123456789&%-. ", max_size=60))
def test_a_constraint_is_understood_or_refused(text: str) -> None:
    try:
        found = wanted(text, SHAPES)
    except SelectionError:
        return
    for one in found:
        arrays = np.empty(SHAPES[one.name])[tuple(slab.places for slab in one.slabs)]
        assert arrays.shape == one.shape
        assert arrays.size


@given(st.integers(0, 49), st.integers(1, 60), st.integers(0, 49))
def test_a_slab_is_read_as_it_is_written(first: int, step: int, last: int) -> None:
    first, last = min(first, last), max(first, last)
    slab = Slab(first, step, last)
    assert wanted(f"time{slab}".replace("[", "%5B"), SHAPES) == [Wanted("time", (slab,))]
