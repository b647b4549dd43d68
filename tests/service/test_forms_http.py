"""Every form over HTTP, of one station and of many: its media type, its name, and what is refused in one line."""

import httpx2
import pytest

from record.archive.answer import empty
from record.errors import SelectionError
from service.encode import ENCODERS, encoder_called, xlsx
from tests.answers import TOLD
from tests.service.world import DAILY, World

MEDIA = {
    "parquet": "application/vnd.apache.parquet",
    "arrow": "application/vnd.apache.arrow.stream",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "waterml": "application/vnd.opengis.waterml+xml",
    "html": "text/html",
}
BEGINS = {
    "parquet": b"PAR1",
    "arrow": b"\xff\xff\xff\xff",
    "xlsx": b"PK\3\4",
    "waterml": b"<?xml",
    "html": b"<!DOCTYPE",
}


@pytest.mark.parametrize("form", MEDIA)
def test_a_form_is_given_by_name_and_by_media_type(served_world: World, form: str) -> None:
    address = f"{served_world.url}/collections/{DAILY}/locations/reservoir:kg?datetime=2026-05-01/2026-05-03"
    by_name = httpx2.get(f"{address}&f={form}")
    assert by_name.status_code == 200
    assert by_name.headers["content-type"].partition(";")[0] == MEDIA[form]
    assert by_name.headers["content-disposition"].endswith(f'{ENCODERS[form].suffix}"')
    assert by_name.content.startswith(BEGINS[form])
    by_media = httpx2.get(address, headers={"Accept": MEDIA[form]})
    assert by_media.headers["content-type"] == by_name.headers["content-type"]
    if form != "html":
        assert by_media.content == by_name.content


def test_the_documents_are_dated_by_the_record(served_world: World) -> None:
    address = f"{served_world.url}/collections/{DAILY}/locations/reservoir:kg?datetime=2026-05-01"
    assert "<wml2:generationDate>2026-06-02T00:00:00Z</wml2:generationDate>" in httpx2.get(f"{address}&f=waterml").text
    early = httpx2.get(f"{address}&f=waterml&as-of=2026-05-31T00:00:00Z").text
    assert "<wml2:generationDate>2026-05-0" in early


def test_a_workbook_that_is_too_large_is_refused_in_one_line(
    served_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "MOST_CELLS", 100)
    said = httpx2.get(f"{served_world.url}/collections/{DAILY}/locations/reservoir:kg?f=xlsx")
    assert said.status_code == 400
    assert said.json()["description"] == (
        "549 cells are more than we put into a workbook, 100: "
        "ask for fewer stations or a shorter time, or use f=csv or f=parquet"
    )


@pytest.mark.parametrize(("said", "form"), [("Excel", "xlsx"), ("WaterML2", "waterml"), ("PARQUET", "parquet")])
def test_other_spellings_are_understood(said: str, form: str) -> None:
    assert encoder_called(said) is ENCODERS[form]


def test_a_form_that_nobody_has_is_refused_with_those_there_are() -> None:
    with pytest.raises(SelectionError, match=r"f='doc' is not a form of ours here: use .*xlsx"):
        encoder_called("doc")


@pytest.mark.parametrize("form", [name for name in ENCODERS if name != "netcdf"])
def test_an_answer_without_stations_is_a_document_too(served_world: World, form: str) -> None:
    heading = empty(served_world.network.collection(DAILY), ("inflow", "storage"), 3, None, "arna.example/test")
    document = b"".join(ENCODERS[form].write(heading, iter(()), TOLD))
    assert document.startswith(BEGINS.get(form, b""))
    assert len(document) > 20
    assert form != "html" or "No station lies where it was asked for." in document.decode()
