"""What every form says of its values: readings or figures, means or sums, which of them are held back."""

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pyarrow as pa
import pytest
import xarray as xr

from record.archive import Archive
from record.archive.answer import About, Answer, Heading
from record.archive.dataset import dataset_of
from record.entry import Flag
from record.network import Collection
from record.network.interval import interval_of
from record.quantities import ENTRY, FLAG, quantity_of
from tests.answers import written
from tests.service.asking import answer_of
from tests.service.world import DAILY, HOURLY, World, post

FIGURES = "chu-daily-figures"
WANTED = frozenset({Flag.GOOD, Flag.UNKNOWN})
HELD_BACK = "only values flagged good or unknown are given; the others are held back, and keep their flags and entries"


def opened(document: bytes, folder: Path) -> xr.Dataset:
    path = folder / "answer.nc"
    path.write_bytes(document)
    with xr.open_dataset(path) as found:
        return found.load()


def asked(world: World, form: str, collection: str = FIGURES, **more: Any) -> httpx.Response:
    address = f"{world.url}/collections/{collection}/locations/{post(0)}"
    parameters = {"parameter-name": "discharge", "datetime": "2026-05-10/2026-05-14", "f": form} | more
    return httpx.get(address, params=parameters).raise_for_status()


def rain(quantities: tuple[str, ...] = ("precipitation",), interval: str = "daily") -> Answer:
    """Two days of made-up amounts."""
    place = About(id="a:kg", name="A", nature="real", verified=True, computed=False, lat=42.5, lon=74.5)
    heading = Heading(
        collection=Collection(id=f"chu-{interval}", basin="chu", interval=interval, series=()),
        stations=(place,), quantities=quantities, kinds=("", FLAG, ENTRY), count=2, as_of=None, origin="example",
    )  # fmt: skip
    layers: dict[str, np.ndarray] = {}
    for name in quantities:
        layers |= {
            name: np.array([[1.5, 2.0]]), f"{name}{FLAG}": np.ones((1, 2), dtype=np.int8),
            f"{name}{ENTRY}": np.array([[0, 1]]),
        }  # fmt: skip
    return Answer(heading, np.array([0, 86_400]), layers)


def test_a_netcdf_file_of_figures_does_not_call_them_readings(served_world: World, tmp_path: Path) -> None:
    found = opened(asked(served_world, "netcdf").content, tmp_path)
    assert found.attrs["summary"].startswith("Figures computed of the readings of each period")
    assert found.attrs["processing_level"].startswith("computed of the readings of each period")
    assert "computed from the first" in found.attrs["history"]
    assert found.discharge.attrs["coverage_content_type"] == "modelResult"
    assert found.discharge_entry.attrs["long_name"].startswith("index of the newest journal entry that this discharge ")
    assert "as entered" not in json.dumps(found.attrs, default=str)


def test_every_form_of_figures_says_that_no_entry_says_them(served_world: World) -> None:
    parameters = asked(served_world, "covjson").json()["parameters"]
    assert "computed of the readings of each period" in parameters["discharge"]["description"]["en"]
    assert parameters["discharge_entry"]["description"]["en"] == (
        "index of the newest journal entry that this discharge rests on"
    )
    table = pa.ipc.open_stream(asked(served_world, "arrow").content).read_all()
    assert table.schema.metadata[b"values"] == b"computed of the readings of each period"
    assert b"rests on" in table.schema.field("discharge_entry").metadata[b"long_name"]
    document = asked(served_world, "waterml").text
    assert document.count(' xlink:title="the newest entry that this figure rests on"/>') == document.count("/proof?")
    page = asked(served_world, "html").text
    assert "These are figures" in page
    assert "<h2>Readings" not in page


def test_readings_are_called_readings(served_world: World, tmp_path: Path) -> None:
    found = opened(written("netcdf", answer_of(served_world, HOURLY, [post(0)])), tmp_path)
    assert found.attrs["processing_level"].startswith("as entered")
    assert found.discharge.attrs["coverage_content_type"] == "physicalMeasurement"
    document = written("waterml", answer_of(served_world, DAILY)).decode()
    assert "rests on" not in document


def test_an_amount_is_a_sum_in_every_form(tmp_path: Path) -> None:
    answer = rain()
    assert opened(written("netcdf", answer), tmp_path).precipitation.attrs["cell_methods"] == "time: sum"
    assert dataset_of(answer).precipitation.attrs["cell_methods"] == "time: sum"
    parameters = json.loads(written("covjson", answer))["parameters"]
    assert "; time: sum;" in parameters["precipitation"]["description"]["en"]
    table = pa.ipc.open_stream(io.BytesIO(written("arrow", answer))).read_all()
    assert table.schema.field("precipitation").metadata[b"cell_methods"] == b"time: sum"
    assert table.schema.metadata[b"stamp"] == b"daily sums; a time is the start of its period, in UTC"
    assert "interpolationType/TotalSucc" in written("waterml", answer).decode()


@pytest.mark.parametrize(
    ("interval", "quantities", "label", "stamp"),
    [
        ("daily", ["discharge"], "daily means", "the start of its period"),
        ("daily", ["precipitation"], "daily sums", "the start of its period"),
        ("10-day", ["level", "precipitation"], "means and sums of 10-day periods", "the start of its period"),
        ("hourly", ["level"], "hourly readings", "that instant"),
        ("hourly", ["precipitation"], "hourly readings", "the start of its period"),
        (
            "term",
            ["level", "precipitation"],
            "readings at the terms",
            "that instant, of an amount the start of its per",
        ),
    ],
)
def test_labels_tell_means_from_sums(interval: str, quantities: list[str], label: str, stamp: str) -> None:
    known = [quantity_of(name) for name in quantities]
    assert interval_of(interval).label_of(known) == label
    assert interval_of(interval).stamp_of(known).startswith(stamp)


def test_what_is_held_back_is_told(served_world: World, tmp_path: Path) -> None:
    whole, wanted = (answer_of(served_world, HOURLY, [post(0)], flags=flags) for flags in (None, WANTED))
    all_given, held_back = (opened(written("netcdf", one), tmp_path) for one in (whole, wanted))
    assert all_given.attrs["id"] != held_back.attrs["id"]
    assert held_back.attrs["comment"] == f"real stations only; {HELD_BACK}"
    assert held_back.attrs["flags_note"] == HELD_BACK
    assert "flags_note" not in all_given.attrs
    assert dataset_of(wanted).attrs["flags_note"] == HELD_BACK
    table = pa.ipc.open_stream(io.BytesIO(written("arrow", wanted))).read_all()
    assert table.schema.metadata[b"flags_note"].decode() == HELD_BACK
    assert HELD_BACK in written("waterml", wanted).decode()
    assert HELD_BACK[1:] in written("html", wanted).decode()


def test_what_is_held_back_is_told_of_figures_portions_and_nobody(served_world: World) -> None:
    quality = {"quality": "good,unknown"}
    answers = {collection: asked(served_world, "arrow", collection, **quality) for collection in (FIGURES, HOURLY)}
    nowhere = {"coords": "POLYGON((0 0,1 0,1 1,0 1,0 0))", "f": "arrow"} | quality
    answers["nobody"] = httpx.get(f"{served_world.url}/collections/{FIGURES}/area", params=nowhere)
    for called, answer in answers.items():
        schema = pa.ipc.open_stream(answer.raise_for_status().content).read_all().schema
        assert schema.metadata.get(b"flags_note", b"").decode() == HELD_BACK, called
    assert schema.metadata[b"values"] == b"computed of the readings of each period"


def test_headings_differ_by_what_was_wanted(served_world: World) -> None:
    heading = answer_of(served_world, DAILY).heading
    assert heading.flags_note == ""
    assert replace(heading, flags=frozenset(Flag)).flags_note.startswith("only values flagged good or ")


@pytest.mark.parametrize("form", ["covjson", "geojson"])
def test_json_says_on_what_it_rests(served_world: World, form: str) -> None:
    alone = asked(served_world, form).json()
    assert {name: alone[name] for name in ("arna:origin", "arna:journal_size", "arna:values")} == {
        "arna:origin": served_world.network.origin,
        "arna:journal_size": Archive(served_world.record).size(),
        "arna:values": "computed of the readings of each period",
    }
    assert alone["arna:record_state"]
    assert "arna:as_of" not in alone
    assert "arna:flags_note" not in alone
    of_two = json.loads(written(form, answer_of(served_world, HOURLY, [post(0), post(1)], as_of=3, flags=WANTED)))
    assert (of_two["arna:as_of"], of_two["arna:journal_size"]) == ("3 entries", 3)
    assert (of_two["arna:record_state"], of_two["arna:record_note"]) == ("agreed", "Both countries have signed it.")
    assert of_two["arna:flags_note"] == HELD_BACK
    assert "arna:values" not in of_two


@pytest.mark.parametrize("form", ["geojson", "columns", "covjson"])
def test_where_nobody_spoke_of_a_quantity_json_has_null(served_world: World, form: str) -> None:
    answer = answer_of(served_world, HOURLY, [post(0)])
    layers = dict(answer.layers)
    layers["level_entry"] = answer.layers["level_entry"].copy()
    layers["level_entry"][0, 0] = -1
    said = json.loads(written(form, Answer(answer.heading, answer.time, layers)))
    found = {"geojson": said.get("features"), "columns": said.get("stations")}.get(form)
    held = found[0].get("properties", found[0]) if found else {name: r["values"] for name, r in said["ranges"].items()}
    assert (held["level_entry"][0], held["level_flag"][0]) == (None, None)
    assert held["level_entry"][1] == answer.layers["level_entry"][0, 1]
    assert held["discharge_entry"][0] == answer.layers["discharge_entry"][0, 0]
