"""Parameters that all but say one of ours are refused in a line that says what to write; others pass."""

import httpx2
import pytest

from record.errors import SelectionError
from service.asked import PARAMETERS, refuse_misspelt
from service.sensorthings.options import MEANT
from tests.service.world import HOURLY, World

ONE = f"/collections/{HOURLY}/locations/post-03:kz"
MANY = f"/collections/{HOURLY}/locations"
THINGS = "/sensorthings/v1.1/Observations"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("as_of", "as-of"), ("asof", "as-of"), ("asOf", "as-of"), ("AS-OF", "as-of"), ("date", "datetime"),
        ("time", "datetime"), ("date_time", "datetime"), ("Datetime", "datetime"), ("start", "datetime"),
        ("from", "datetime"), ("end_date", "datetime"), ("parameters", "parameter-name"),
        ("parameter_name", "parameter-name"), ("parameter-names", "parameter-name"),
        ("flags", "quality"), ("Quality", "quality"), ("format", "f"), ("coordinates", "coords"), ("BBOX", "bbox"),
        ("within_units", "within-units"),
    ],
)  # fmt: skip
def test_near_misses_are_refused_with_the_right_name(name: str, meant: str) -> None:
    with pytest.raises(SelectionError, match=f"is no parameter of this address: write {meant}$"):
        refuse_misspelt([name])


def test_what_the_clients_of_the_field_send_passes() -> None:
    ours = [one["name"] for one in PARAMETERS]
    refuse_misspelt([*ours, "f", "coords", "bbox", "limit", "after", "before", "within", "within-units"])
    # OWSLib, edr-xarray and QGIS.
    theirs = ["parameter_names", "corridor-width", "corridor-height", "cube-z", "height", "height-units"]
    theirs += ["resolution-x", "resolution-y", "resolution-z", "width", "width-units", "bbox-crs", "filter"]
    theirs += ["filter-lang", "filter-crs", "offset", "skipGeometry", "resultType", "token", "_", "utm_source", ""]
    refuse_misspelt(theirs)
    sensed = ["$filter", "$top", "$skip", "$skiptoken", "$orderby", "$select", "$count", "$expand", "$resultFormat"]
    refuse_misspelt([*sensed, "as-of", "f", "token", "_"], MEANT)


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        (f"{ONE}?as_of=3", 400, "'as_of' is no parameter of this address: write as-of"),
        (f"{MANY}?date=2026-05-01", 400, "write datetime"),
        (f"{ONE}?datetime=2026-05-01&parameter_names=discharge&token=x&width=5", 200, ""),
        (f"{THINGS}?as_of=3", 400, "write as-of"),
        (f"{THINGS}?filter=result%20gt%205", 400, "write $filter"),
        (f"{THINGS}?$top=1&datetime=2026-05-01", 400, "write $filter=phenomenonTime ge"),
        (f"{THINGS}?$top=1&f=json&token=x", 200, ""),
    ],
)
def test_addresses_refuse_near_misses_alone(served_world: World, path: str, status: int, said: str) -> None:
    answer = httpx2.get(f"{served_world.url}{path}")
    assert answer.status_code == status, answer.text
    assert said in (answer.json()["description"] if said else answer.text)
