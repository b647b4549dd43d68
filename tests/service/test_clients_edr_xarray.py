"""edr-xarray: opens the cube of a collection as the service is served, lazily, and holds what the archive holds."""

from collections.abc import Iterator

import httpx2
import numpy as np
import pytest
import xarray as xr

from record.selection import Selection
from tests.service.world import BEGIN, DAILY, END, HOURLY, World, post

WEEK = "2026-05-08T00:00:00Z/2026-05-14T23:00:00Z"
BOX = (73.95, 42.4, 74.45, 42.72)


@pytest.fixture(scope="module")
def opened(served_world: World) -> Iterator[xr.Dataset]:
    with xr.open_dataset(f"{served_world.url}/collections/{HOURLY}", engine="edr", datetime=WEEK, bbox=BOX) as found:
        yield found


def held(world: World, station: str, quantity: str, times: np.ndarray) -> np.ndarray:
    """What the archive holds of a station at these times."""
    selection = Selection(series=(f"{station}.{quantity}.hourly",), start=BEGIN, end=END)
    answer = world.app.state.archive.select(selection)
    found: np.ndarray = answer[quantity].isel(station=0).reindex(time=times).values
    return found


def test_it_opens_the_cube_and_holds_what_the_archive_holds(opened: xr.Dataset, served_world: World) -> None:
    assert dict(opened.sizes) == {"t": 168, "y": 5, "x": 5}
    assert opened.discharge.attrs["units"] == "m3/s"
    for number in range(5):
        values = opened.discharge.sel(x=74 + number / 10, y=42.5 + number / 20, method="nearest").values
        np.testing.assert_array_equal(values, held(served_world, post(number), "discharge", opened.t.values))
    whole = opened.load()
    assert np.isnan(whole.discharge.isel(x=0, y=1)).all()
    assert int(whole.level.notnull().any("t").sum()) == 3
    assert np.isnan(whole.discharge).any("t").sum() > 20


@pytest.mark.parametrize(
    "part",
    [
        {"x": 0, "y": 0},
        {"x": 1, "y": 0},
        {"t": 5},
        {"t": slice(10, 90)},
        {"x": slice(1, 4), "y": slice(0, 2), "t": slice(0, 30, 3)},
        {"x": 1, "y": 1, "t": 100},
        {"y": slice(2, 3)},
    ],
)
def test_parts_that_are_asked_for_alone_fit_into_the_whole(
    opened: xr.Dataset, served_world: World, part: dict[str, int | slice]
) -> None:
    whole = opened.load()
    address = f"{served_world.url}/collections/{HOURLY}"
    with xr.open_dataset(address, engine="edr", datetime=WEEK, bbox=BOX, cache=False) as anew:
        for quantity in ("discharge", "level"):
            alone = anew[quantity].isel(part)
            np.testing.assert_array_equal(alone.values, whole[quantity].isel(part).values)


def test_without_times_it_opens_what_has_few(served_world: World) -> None:
    with xr.open_dataset(f"{served_world.url}/collections/{DAILY}", engine="edr", bbox=(75, 42, 76, 43)) as found:
        assert found.sizes["t"] == 61
        assert int(found.storage.notnull().sum()) == 60
    with xr.open_dataset(
        f"{served_world.url}/collections/chu-daily-figures", engine="edr", datetime=WEEK, bbox=(75, 42, 76, 42.4)
    ) as found:
        # A midnight of each country a day, of which the reservoir has one.
        assert found.sizes["t"] == 14
        assert found.inflow.isel(x=-1).notnull().sum() == 7


def test_a_cube_in_another_form_is_of_the_stations_in_the_box(served_world: World) -> None:
    with httpx2.Client(base_url=served_world.url, timeout=30) as client:
        asked = {"bbox": "73.95,42.4,74.45,42.72", "datetime": WEEK, "f": "geojson"}
        features = client.get(f"/collections/{HOURLY}/cube", params=asked).json()["features"]
        assert [one["id"] for one in features] == [post(number) for number in range(5)]
        nobody = client.get(f"/collections/{HOURLY}/cube", params={"bbox": "0,0,1,1"}).json()
        assert (nobody["type"], nobody["coverages"]) == ("CoverageCollection", [])
        huge = client.get(f"/collections/{HOURLY}/cube", params={"bbox": "-180,-90,180,90"})
        assert huge.status_code == 200


def test_without_times_it_opens_figures(served_world: World) -> None:
    address = f"{served_world.url}/collections/chu-monthly-figures"
    with xr.open_dataset(address, engine="edr", bbox=(75, 42, 76, 43)) as found:
        assert found.storage.shape == (found.sizes["t"], found.sizes["y"], found.sizes["x"])
        assert int(found.storage.notnull().sum()) >= 2
