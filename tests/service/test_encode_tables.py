"""Parquet and Arrow: the same table in both, read by what the field reads it with, and never held as a whole."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from record.archive.answer import Answer
from record.entry import Flag
from service.encode import ENCODERS
from service.written import arrow_table
from tests.answers import TOLD, written
from tests.service.asking import answer_of
from tests.service.world import BEGIN, DAILY, HOURLY, World, post

FORMS = ("parquet", "arrow")


def read(form: str, document: bytes) -> pa.Table:
    source = io.BytesIO(document)
    return parquet.read_table(source) if form == "parquet" else pa.ipc.open_stream(source).read_all()


@pytest.mark.parametrize("form", FORMS)
def test_all_that_the_record_says_stands_in_the_table(served_world: World, form: str) -> None:
    answer = answer_of(served_world, HOURLY, start=BEGIN)
    frame = read(form, written(form, answer)).to_pandas()
    expected = []
    for row, about in enumerate(answer.heading.stations):
        one = answer.of(row)
        part = {"station_id": about.id, "nature": about.nature, "verified": about.verified, "time": one.time}
        expected.append(pd.DataFrame(part | {name: layer[0] for name, layer in one.layers.items()}))
    whole = pd.concat(expected, ignore_index=True)
    assert len(frame) == len(whole) > 12_000
    assert list(frame["station_id"]) == list(whole["station_id"])
    assert list(frame["nature"]) == list(whole["nature"])
    assert str(frame["time"].dtype) == "datetime64[ms, UTC]"
    assert (frame["time"].astype("int64") // 1000 == whole["time"]).all()
    for name in answer.heading.quantities:
        np.testing.assert_array_equal(frame[name], whole[name])
        np.testing.assert_array_equal(frame[f"{name}_flag"], whole[f"{name}_flag"])
        np.testing.assert_array_equal(frame[f"{name}_entry"].fillna(-1), whole[f"{name}_entry"])
    assert set(frame.loc[frame.station_id == post(10), "nature"]) == {"simulated"}
    assert (frame["level_entry"].isna() == frame["level"].isna() & (frame["level_flag"] == Flag.MISSING)).mean() > 0.9


@pytest.mark.parametrize("form", FORMS)
def test_what_is_missing_is_null_and_never_nan(served_world: World, form: str) -> None:
    table = read(form, written(form, answer_of(served_world, HOURLY)))
    values, flags = table["discharge"].combine_chunks(), table["discharge_flag"].to_numpy()
    assert values.null_count == (flags == Flag.MISSING).sum() > 0
    assert not np.isnan(values.drop_null().to_numpy()).any()
    assert table["discharge_flag"].null_count == 0
    level = table["level_entry"].combine_chunks()
    assert 0 < level.null_count < len(level)


@pytest.mark.parametrize("form", FORMS)
def test_the_schema_tells_units_flags_origin_and_state(served_world: World, form: str) -> None:
    answer = answer_of(served_world, HOURLY, status=True)
    schema = read(form, written(form, answer)).schema
    said = {name.decode(): text.decode() for name, text in schema.metadata.items()}
    assert said["origin"] == served_world.network.origin
    assert said["journal_size"] == str(answer.heading.count)
    assert said["record_state"] == TOLD.state
    assert said["nature_note"] == "holds simulated stations: see `nature`"
    assert said["stamp"] == "hourly readings; a time is that instant, in UTC"
    stations = {one["id"]: one for one in json.loads(said["stations"])}
    assert stations[post(10)]["nature"] == "simulated"
    assert stations[post(11)]["lat"] is None
    about = schema.field("discharge").metadata
    assert about[b"units"] == b"m3 s-1"
    assert about[b"standard_name"] == b"water_volume_transport_in_river_channel"
    assert about[b"ancillary_variables"] == b"discharge_flag discharge_entry discharge_status"
    flags = schema.field("discharge_flag").metadata
    assert flags[b"flag_values"].split() == [b"1", b"2", b"3", b"4", b"9"]
    assert flags[b"flag_meanings"].split()[2] == b"suspect"
    assert schema.field("discharge_status").type == pa.int8()


def test_both_forms_hold_one_table(served_world: World) -> None:
    answer = answer_of(served_world, DAILY)
    of_parquet, of_arrow = (read(form, written(form, answer)) for form in FORMS)
    assert of_parquet.schema.equals(of_arrow.schema, check_metadata=True)
    assert of_parquet.equals(of_arrow)
    frame = pd.read_parquet(io.BytesIO(written("parquet", answer)))
    assert frame["storage"].mean() == pytest.approx(of_arrow["storage"].to_pandas().mean())


@pytest.mark.parametrize("form", FORMS)
def test_the_same_answer_is_the_same_bytes(served_world: World, form: str) -> None:
    answer = answer_of(served_world, DAILY)
    assert written(form, answer) == written(form, answer)


@pytest.mark.parametrize("form", FORMS)
def test_an_answer_of_nothing_is_a_table_without_rows(served_world: World, form: str) -> None:
    answer = answer_of(served_world, DAILY, start=BEGIN.replace(year=1990), end=BEGIN.replace(year=1991))
    table = read(form, written(form, answer))
    assert table.num_rows == 0
    assert "storage" in table.column_names
    assert read(form, written(form, answer, portions=[])).num_rows == 0


@pytest.mark.parametrize("form", FORMS)
def test_portions_are_written_as_they_come(served_world: World, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrow_table, "_ROWS", 2_000)
    answer = answer_of(served_world, HOURLY)
    portions = [answer.of(row) for row in range(12)]
    taken: list[int] = []

    def one_by_one() -> Iterator[Answer]:
        for number, portion in enumerate(portions):
            taken.append(number)
            yield portion

    pieces = ENCODERS[form].write(answer.heading, one_by_one(), TOLD)
    first = next(pieces)
    assert len(taken) == 3
    document = b"".join([first, *pieces])
    assert read(form, document).equals(read(form, written(form, answer)))
    groups = parquet.ParquetFile(io.BytesIO(document)).num_row_groups if form == "parquet" else 4
    assert groups == 4


def test_wanted_flags_leave_a_reading_without_its_value_and_with_its_entry(served_world: World) -> None:
    answer = answer_of(served_world, HOURLY, flags=frozenset({Flag.GOOD}))
    frame = read("arrow", written("arrow", answer)).to_pandas()
    bad = frame[frame["discharge_flag"] == Flag.BAD]
    assert len(bad)
    assert bad["discharge"].isna().all()
    assert bad["discharge_entry"].notna().all()


def test_names_of_any_letters_stand_as_they_are(served_world: World) -> None:
    answer = answer_of(served_world, HOURLY, [post(1)])
    named = replace(answer.heading, stations=(replace(answer.heading.stations[0], name="Шу\0\n=1+1"),))
    table = read("arrow", written("arrow", Answer(named, answer.time, answer.layers)))
    assert set(table["station_name"].to_pylist()) == {"Шу\0\n=1+1"}
