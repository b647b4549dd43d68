"""What a netCDF answer says of itself, by CF-1.11 and ACDD-1.3: only what the record holds or its parties declare.

Nobody's name, address, licence or height is made up to please a checker: what is not known is left out, and of the
licence it is said that none is declared.
"""

import hashlib
from collections.abc import Sequence

import numpy as np

from record.archive.answer import About, Heading
from record.archive.dataset import OF_STATION, about_answer, about_layers
from record.leaf import write_time
from record.netcdf import OF_TIME, SECONDS, about_file
from record.network.basin import Nature
from record.network.interval import interval_of
from record.quantities import ENTRY, FLAG, ROW, STATUS, quantity_of
from service.encode.text import span
from service.encode.told import Told
from service.written.words import FIGURES

Attributes = dict[str, object]
NO_LICENCE = "The parties of this record have declared no licence: ask them."
_DEGREES_KELVIN = "degree_Celsius"
_CONTENT = {
    "": "physicalMeasurement",
    FLAG: "qualityInformation",
    STATUS: "qualityInformation",
    ENTRY: "referenceInformation",
    ROW: "referenceInformation",
}
"""Codes of ISO 19115-1."""
OF_BOOLEAN: Attributes = {
    "dtype": "bool",
    "flag_values": np.array([0, 1], dtype=np.int8),
    "flag_meanings": "unconfirmed confirmed",
}
"""Of whether sources confirm a station; xarray reads `dtype` and gives true and false."""
_COORDINATES = " ".join(sorted(OF_STATION))
_HALF_TURNED = "OGC:CRS84"
"""Longitude before latitude, as everywhere in our answers; without a name the conventions take the other order."""


def of_file(heading: Heading, told: Told, time: np.ndarray) -> Attributes:
    """The global attributes of an answer at these times (int64, seconds, rising)."""
    about, entered = about_answer(heading), told.entered()
    said = about_file(about) | {
        "id": _id(heading, time),
        "naming_authority": heading.origin.split("/", 1)[0],
        "project": "the shared water record of the Chu and Talas basins",
        **_kind(heading),
        "license": told.licence or NO_LICENCE,
        "publisher_name": heading.origin,
        "publisher_type": "institution",
        **_makers(told.makers),
        **_times(heading, time),
        **_places(heading.stations),
        **about,
    }
    if told.service:
        said |= {"publisher_url": told.service, "metadata_link": f"{told.service}/collections/{heading.collection.id}"}
    if entered is not None:
        made = write_time(entered)
        said |= {"date_created": made, "date_modified": made, "history": f"{made} {said['history']}"}
    return said | {"service": told.service, "record_state": told.state, "record_note": told.note}


def of_layers(heading: Heading) -> dict[str, Attributes]:
    """The attributes of each layer by its name, in the order of the quantities."""
    unmeasured = heading.figures or all(
        station.computed or station.nature == Nature.SIMULATED.value for station in heading.stations
    )
    found: dict[str, Attributes] = {}
    for name in heading.quantities:
        quantity = quantity_of(name)
        for kind, said in about_layers(quantity, heading, heading.kinds).items():
            content = "modelResult" if unmeasured and not kind else _CONTENT[kind]
            said |= {"coverage_content_type": content, "coordinates": _COORDINATES}
            if kind in (ENTRY, ROW):
                said["units"] = "1"
            if not kind and quantity.udunits == _DEGREES_KELVIN:
                said["units_metadata"] = "temperature: on_scale"
            found[name + kind] = said
    return found


def of_time() -> Attributes:
    """The attributes of the times."""
    return {
        "standard_name": "time",
        "long_name": "time in UTC",
        "units": SECONDS,
        "calendar": "standard",
        "coverage_content_type": "coordinate",
        **OF_TIME,
    }


def _kind(heading: Heading) -> Attributes:
    """Whether these are readings or figures, and which values are held back."""
    said: Attributes = {
        "processing_level": "as entered, with quality flags; no value was filled in, smoothed or rounded"
    }
    if heading.figures:
        said = {
            "summary": f"Figures {FIGURES}, each with a quality flag and the index of the newest entry it rests on.",
            "processing_level": f"{FIGURES}, unrounded, with quality flags that tell where readings lack",
            "history": f"computed from the first {heading.count} entries of the journal {heading.origin}",
        }
    if heading.flags is not None:
        said["processing_level"] = f"{said['processing_level']}; {heading.flags_note}"
        said["comment"] = f"{heading.nature_note}; {heading.flags_note}"
    return said


def _id(heading: Heading, time: np.ndarray) -> str:
    """The same for the same question to the same entries, another for any other."""
    asked = f"{[station.id for station in heading.stations]} {heading.quantities} {heading.kinds} {span(time)}"
    if heading.flags is not None:
        asked = f"{asked} {heading.flags_note}"
    mark = hashlib.sha256(asked.encode()).hexdigest()[:12]
    return f"{heading.collection.id}.{heading.count}.{mark}"


def _makers(makers: Sequence[str]) -> Attributes:
    if not makers:
        return {}
    together = "; ".join(makers)
    return {"creator_name": together, "creator_type": "institution", "institution": together}


def _times(heading: Heading, time: np.ndarray) -> Attributes:
    if not len(time):
        return {}
    first, last = span(time).split("/")
    return {
        "time_coverage_start": first,
        "time_coverage_end": last,
        "time_coverage_duration": _duration(int(time[-1] - time[0])),
        "time_coverage_resolution": interval_of(heading.collection.interval).step,
    }


def _duration(seconds: int) -> str:
    """As ISO 8601 writes it."""
    days, rest = divmod(seconds, 86_400)
    clock = "".join(
        f"{count}{letter}" for count, letter in ((rest // 3600, "H"), (rest // 60 % 60, "M"), (rest % 60, "S")) if count
    )
    return "PT0S" if not seconds else "P" + (f"{days}D" if days else "") + (f"T{clock}" if clock else "")


def _places(stations: Sequence[About]) -> Attributes:
    """The bounds of the stations whose place is known; nothing where none is."""
    known = [station for station in stations if station.lat == station.lat and station.lon == station.lon]
    if not known:
        return {}
    lats, lons = [station.lat for station in known], [station.lon for station in known]
    south, north, west, east = min(lats), max(lats), min(lons), max(lons)
    return {
        "geospatial_lat_min": south,
        "geospatial_lat_max": north,
        "geospatial_lat_units": "degrees_north",
        "geospatial_lon_min": west,
        "geospatial_lon_max": east,
        "geospatial_lon_units": "degrees_east",
        "geospatial_bounds": _bounds(west, south, east, north),
        "geospatial_bounds_crs": _HALF_TURNED,
    }


def _bounds(west: float, south: float, east: float, north: float) -> str:
    """The box as well-known text; a box without width is a line or a point."""
    corners = list(dict.fromkeys([(west, south), (east, south), (east, north), (west, north)]))
    text = ", ".join(f"{lon!r} {lat!r}" for lon, lat in corners)
    if len(corners) == 1:
        return f"POINT ({text})"
    return f"LINESTRING ({text})" if len(corners) == 2 else f"POLYGON (({text}, {west!r} {south!r}))"
