"""XLSX: read back by openpyxl and pandas; numbers and dates are such, names are never formulas, too much is refused."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from record.archive.answer import Answer
from record.entry import Flag
from record.errors import SelectionError
from service.encode import ENCODERS, xlsx
from service.written import workbook
from tests.answers import TOLD, written
from tests.service.asking import answer_of
from tests.service.world import BEGIN, DAILY, HOURLY, SEALED_UNTIL, World, post


def opened(answer: Answer, **more: Any) -> Any:
    return openpyxl.load_workbook(io.BytesIO(written("xlsx", answer, **more)))


def about(book: Any) -> dict[str, Any]:
    return {row[0].value: row[1].value for row in book["About"].iter_rows() if row[0].value}


def test_a_sheet_a_quantity_with_stations_across_and_time_down(served_world: World) -> None:
    answer = answer_of(served_world, HOURLY, end=SEALED_UNTIL + timedelta(days=5))
    book = opened(answer)
    assert book.sheetnames == [
        "discharge", "level", "discharge flags", "level flags", "discharge entries", "level entries", "About",
    ]  # fmt: skip
    for sheet, kind in (("discharge", ""), ("discharge flags", "_flag"), ("discharge entries", "_entry")):
        rows = list(book[sheet].iter_rows(min_row=2, values_only=True))
        assert len(rows) == len(answer.time)
        table = np.array([row[1:] for row in rows], dtype=float)
        said = np.where(answer.layers["discharge_entry"] >= 0, answer.layers[f"discharge{kind}"], np.nan)
        np.testing.assert_array_equal(table.T, said)
        times = [row[0].replace(tzinfo=UTC) for row in rows]
        wanted = [datetime.fromtimestamp(time, UTC) for time in answer.time.tolist()]
        assert max(abs(one - other) for one, other in zip(times, wanted, strict=True)) < timedelta(milliseconds=1)
    heads = [cell.value for cell in book["level"][1]]
    assert len(heads) == 7
    assert heads[0] == "Time, UTC+00:00\ninstant"
    assert heads[1] == "Post 0\npost-00:kg\nlevel, m"
    assert heads[-1] == "Post 10\npost-10:kg\nlevel, m\nSIMULATED"


def test_a_sheet_is_set_out_for_a_person(served_world: World) -> None:
    document = written("xlsx", answer_of(served_world, DAILY))
    with zipfile.ZipFile(io.BytesIO(document)) as held:
        assert b'<dimension ref="A1:B32"/>' in held.read("xl/worksheets/sheet1.xml")
    sheet = openpyxl.load_workbook(io.BytesIO(document))["storage"]
    assert sheet["A1"].value == "Time, UTC+00:00\nstart of its period"
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:B32"
    assert sheet.dimensions == "A1:B32"
    assert sheet["A2"].number_format == "yyyy-mm-dd hh:mm"
    assert sheet["B2"].number_format == "0.00##"
    assert sheet["A2"].is_date
    assert sheet.column_dimensions["B"].width > 15


def test_colours_tell_flags_and_violet_italics_tell_what_is_simulated(served_world: World) -> None:
    answer = answer_of(served_world, HOURLY, end=SEALED_UNTIL + timedelta(days=5))
    sheet = opened(answer)["discharge"]
    flags = answer.layers["discharge_flag"]
    fills = {}
    for flag in (Flag.GOOD, Flag.SUSPECT, Flag.BAD, Flag.MISSING):
        place = int(np.flatnonzero((flags[3] == flag) & (answer.layers["discharge_entry"][3] >= 0))[0])
        cell = sheet.cell(place + 2, 5)
        fills[flag] = (cell.fill.fill_type, cell.fill.bgColor.rgb, cell.fill.fgColor.rgb)
        assert (cell.value is None) == (flag is Flag.MISSING)
        assert not cell.font.italic
    assert len(set(fills.values())) == 4
    assert fills[Flag.GOOD][0] is None
    assert sheet.cell(2, 12).font.italic
    assert sheet.cell(1, 12).font.italic
    assert not sheet.cell(1, 11).font.italic


def test_about_tells_record_flags_and_stations(served_world: World) -> None:
    answer = answer_of(served_world, HOURLY, status=True, end=SEALED_UNTIL + timedelta(days=1))
    book = opened(answer)
    assert "level status" in book.sheetnames
    said = about(book)
    assert said["origin"] == served_world.network.origin
    assert said["journal size"] == str(answer.heading.count)
    assert said["record state"] == TOLD.state
    assert said["nature note"] == "holds simulated stations: see `nature`"
    assert {flag.word for flag in Flag} | {"provisional", "verified", "validated"} <= set(said)
    rows = {row[0]: row for row in book["About"].iter_rows(values_only=True)}
    assert rows[post(10)][1:7] == ("Post 10", "simulated", "yes", "no", 43, 75)
    assert rows[post(11)][5] == "not known"
    assert rows["discharge"][2] == "m³/s"
    assert rows["suspect"][2] == Flag.SUSPECT


def test_the_bytes_depend_on_the_record_alone(served_world: World) -> None:
    answer = answer_of(served_world, DAILY)
    told = replace(TOLD, entered=lambda: datetime(2026, 6, 1, 3, tzinfo=UTC))
    document = written("xlsx", answer, told=told)
    assert document == written("xlsx", answer, told=told)
    book = openpyxl.load_workbook(io.BytesIO(document))
    assert book.properties.created == datetime(2026, 6, 1, 3)  # noqa: DTZ001
    assert book.properties.modified == datetime(2026, 6, 1, 3)  # noqa: DTZ001
    with zipfile.ZipFile(io.BytesIO(document)) as held:
        assert held.testzip() is None
        assert {info.date_time[0] for info in held.infolist()} == {1980}


@pytest.mark.parametrize(
    "name", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "http://x.example", "12", "a\0b", "Шу"]
)
def test_a_name_is_never_a_formula(served_world: World, name: str) -> None:
    answer = answer_of(served_world, DAILY)
    (station,) = answer.heading.stations
    heading = replace(answer.heading, stations=(replace(station, name=name),))
    document = written("xlsx", Answer(heading, answer.time, answer.layers), told=replace(TOLD, note=name))
    book = openpyxl.load_workbook(io.BytesIO(document))
    cell = book["storage"]["B1"]
    assert cell.data_type == "s"
    assert cell.value.startswith(name.replace("\0", "_x0000_"))
    assert {cell.data_type for row in book["About"].iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    with zipfile.ZipFile(io.BytesIO(document)) as held:
        assert not any(b"<f>" in held.read(member) for member in held.namelist())


def test_pandas_reads_a_sheet_as_it_comes(served_world: World) -> None:
    answer = answer_of(served_world, HOURLY, end=SEALED_UNTIL + timedelta(days=5))
    frame = pd.read_excel(io.BytesIO(written("xlsx", answer)), sheet_name="discharge", index_col=0)
    assert frame.shape == (len(answer.time), 12)
    assert frame.index[0] == pd.Timestamp(answer.time[0], unit="s")
    assert frame.iloc[:, 3].sum() == pytest.approx(np.nansum(answer.layers["discharge"][3]))


def test_an_answer_of_nothing_is_a_workbook_that_says_of_what(served_world: World) -> None:
    book = opened(answer_of(served_world, DAILY, start=BEGIN.replace(year=1990), end=BEGIN.replace(year=1991)))
    assert book.sheetnames == ["About"]
    assert about(book)["collection"] == DAILY


@pytest.mark.parametrize(
    ("module", "limit", "most", "said"),
    [(xlsx, "MOST_CELLS", 4000, "cells"), (xlsx, "MOST_ROWS", 700, "rows"), (xlsx, "MOST_COLUMNS", 4, "columns")],
)
def test_too_much_is_refused_before_all_of_it_is_read(
    served_world: World, monkeypatch: pytest.MonkeyPatch, module: Any, limit: str, most: int, said: str
) -> None:
    monkeypatch.setattr(module, limit, most)
    answer = answer_of(served_world, HOURLY)
    taken = []

    def one_by_one() -> Iterator[Answer]:
        for row in range(12):
            taken.append(row)
            yield answer.of(row)

    with pytest.raises(SelectionError, match=rf"^[\d,]+ {said} .* use f=csv or f=parquet$"):
        next(ENCODERS["xlsx"].write(answer.heading, one_by_one(), TOLD))
    assert len(taken) < 6


def test_portions_make_the_same_workbook(served_world: World) -> None:
    answer = answer_of(served_world, HOURLY)
    portions = [answer.of(row) for row in range(12)]
    assert written("xlsx", answer, portions) == written("xlsx", answer)


@given(st.integers(1, workbook.MOST_COLUMNS))
def test_columns_have_the_names_that_excel_gives_them(count: int) -> None:
    assert workbook.letters(count) == get_column_letter(count)
