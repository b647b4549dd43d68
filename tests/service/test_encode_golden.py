"""Every form against a file that was read by eye: two stations of two countries, a gap, a flag, an unknown place."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
import xarray as xr
from covjson_pydantic.coverage import Coverage, CoverageCollection
from pyarrow import parquet

from record.archive import Archive
from record.archive.answer import Answer
from record.entry import Flag
from record.selection import Selection
from service.encode import ENCODERS
from tests.answers import written
from tests.example import BORDER, KIROV, KIROV_STORAGE, network_of_two, open_pen, say, seen

GOLDEN = Path(__file__).parents[1] / "golden" / "encode"
SERIES = {"one": (KIROV, KIROV_STORAGE), "several": (KIROV, KIROV_STORAGE, BORDER)}
CASES = [(which, form) for which in SERIES for form in ENCODERS]

TEXTS = {"csv": "csv", "waterml": "waterml.xml", "html": "html"}
"""The forms that are text, and the suffix of their files."""


def suffix_of(form: str) -> str:
    return TEXTS.get(form, f"{form}.json")


@pytest.fixture
def ask(tmp_path: Path) -> Callable[[str], Answer]:
    network = network_of_two()
    border = network.sites["example-border"].model_copy(update={"lon": None, "lat": None})
    placeless = replace(network, sites={**network.sites, border.id: border})
    record, pen = open_pen(tmp_path, placeless)
    say(pen, "kg", [seen(KIROV, 0, "20.3"), seen(KIROV, 1, None), seen(KIROV_STORAGE, 1, "445.60", Flag.SUSPECT)])
    say(pen, "kz", [seen(BORDER, 0, "0.1")], hours=1)
    say(pen, "kg again", [seen(KIROV, 0, "21.75")], hours=2)
    archive = Archive(record)
    return lambda which: archive.answer(Selection(series=SERIES[which]))


def readable(raw: bytes, form: str, folder: Path) -> str:
    """What a form says, as text: text as it stands, JSON indented, of the others everything that the file holds."""
    if form in TEXTS:
        return raw.decode()
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(raw))
        held = {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}
        return json.dumps(held, ensure_ascii=False, indent=1, default=str) + "\n"
    if form in ("parquet", "arrow"):
        return json.dumps(of_table(raw, form), ensure_ascii=False, indent=1) + "\n"
    if form == "netcdf":
        path = folder / "answer.nc"
        path.write_bytes(raw)
        with xr.open_dataset(path, engine="netcdf4", decode_cf=False) as opened:
            said = opened.to_dict(encoding=True)
        for variable in [*said["coords"].values(), *said["data_vars"].values()]:
            variable["encoding"] = {key: variable["encoding"].get(key) for key in ("zlib", "shuffle", "complevel")}
        del said["encoding"]
        return json.dumps(said, ensure_ascii=False, indent=1, default=lambda value: value.tolist()) + "\n"
    return json.dumps(json.loads(raw), ensure_ascii=False, indent=1) + "\n"


def of_table(raw: bytes, form: str) -> dict[str, Any]:
    """The rows of a table, and what its schema says."""
    source = io.BytesIO(raw)
    table = parquet.read_table(source) if form == "parquet" else pa.ipc.open_stream(source).read_all()
    rows = [{name: str(value) if name == "time" else value for name, value in row.items()} for row in table.to_pylist()]
    columns = {field.name: {"type": str(field.type)} | decoded(field.metadata or {}) for field in table.schema}
    return {"schema": decoded(table.schema.metadata), "columns": columns, "rows": rows}


def decoded(metadata: dict[bytes, bytes]) -> dict[str, str]:
    return {name.decode(): text.decode() for name, text in metadata.items() if not name.startswith(b"PARQUET:")}


@pytest.mark.parametrize(("which", "form"), CASES)
def test_a_form_says_what_its_golden_file_says(
    ask: Callable[[str], Answer], tmp_path: Path, which: str, form: str
) -> None:
    said = readable(written(form, ask(which)), form, tmp_path)
    assert said == (GOLDEN / f"{which}.{suffix_of(form)}").read_bytes().decode()


def test_every_golden_file_belongs_to_a_form() -> None:
    expected = {f"{which}.{suffix_of(form)}" for which, form in CASES}
    assert {path.name for path in GOLDEN.iterdir()} == expected


def test_the_golden_coverages_are_coverage_json() -> None:
    Coverage.model_validate_json((GOLDEN / "one.covjson.json").read_bytes())
    CoverageCollection.model_validate_json((GOLDEN / "several.covjson.json").read_bytes())


@pytest.mark.parametrize("form", ["covjson", "geojson", "csv"])
@pytest.mark.parametrize("which", SERIES)
def test_nan_never_leaks(ask: Callable[[str], Answer], which: str, form: str) -> None:
    assert b"nan" not in written(form, ask(which)).lower().replace(b"nature", b"")
