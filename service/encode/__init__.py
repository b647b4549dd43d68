"""The forms that answers come in: one line a form, each a pure function from portions of an answer to bytes."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from record.archive.answer import Answer, Heading
from record.errors import SelectionError
from service.encode import arrow, columns, covjson, csv, geojson, html, netcdf, parquet, waterml, xlsx
from service.encode.told import Told

Write = Callable[[Heading, Iterable[Answer], Told], Iterator[bytes]]
"""From portions of whole stations, as `Archive.portions` gives them, to the bytes of one document, as they are made."""


@dataclass(frozen=True, slots=True)
class Encoder:
    """A form: its name as EDR documents spell it, its media type, its file suffix, and the function.

    `by_media`: whether its media type alone asks for it; plain JSON asks for whatever JSON is given unasked.
    """

    name: str
    media: str
    suffix: str
    write: Write
    by_media: bool = True


ENCODERS: dict[str, Encoder] = {
    "covjson": Encoder("CoverageJSON", "application/prs.coverage+json", "covjson", covjson.write),
    "geojson": Encoder("GeoJSON", "application/geo+json", "geojson", geojson.write),
    "csv": Encoder("CSV", "text/csv", "csv", csv.write),
    "columns": Encoder("JSON columns", "application/json", "json", columns.write, by_media=False),
    "netcdf": Encoder("netCDF", "application/x-netcdf", "nc", netcdf.write),
    "parquet": Encoder("Parquet", "application/vnd.apache.parquet", "parquet", parquet.write),
    "arrow": Encoder("Arrow", "application/vnd.apache.arrow.stream", "arrows", arrow.write),
    "xlsx": Encoder("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", xlsx.write),
    "waterml": Encoder("WaterML2", "application/vnd.opengis.waterml+xml", "xml", waterml.write),
    "html": Encoder("HTML", "text/html", "html", html.write),
}

_ALSO = {
    "json": "covjson", "coveragejson": "covjson", "nc": "netcdf", "excel": "xlsx", "waterml2": "waterml",
    "json columns": "columns",
}  # fmt: skip


def encoder_called(name: str, forms: Mapping[str, Encoder] = ENCODERS) -> Encoder:
    """The form that `f` asks for, in any case of letters; raise `SelectionError` with the known ones."""
    key = name.strip().lower()
    found = forms.get(_ALSO.get(key, key))
    if found is None:
        raise SelectionError(f"f={name[:40]!r} is not a form of ours here: use {', '.join(forms)}")
    return found
