"""What the netCDF form of a report says of itself and of its variables, by CF-1.11 and ACDD-1.3."""

from collections.abc import Mapping

import numpy as np

from record.entry import Flag
from record.leaf import write_time
from record.quantities import QUANTITIES
from service.reports.listed import DAYS, MILLION, PART, PERCENT, RATE
from service.reports.report import Report

Attributes = dict[str, object]

UNITS: Mapping[str, str] = {
    **{quantity.label: quantity.udunits for quantity in QUANTITIES.values()},
    MILLION: "1e6 m3", RATE: "m3 s-1", PERCENT: "percent", DAYS: "day", PART: "1",
}  # fmt: skip
"""How files spell the units that people read."""
NOT_GIVEN = 0
"""The flag of a figure that a station does not have; that of a figure without a value is missing."""
OF_FLAG: Attributes = {
    "standard_name": "quality_flag",
    "coverage_content_type": "qualityInformation",
    "flag_values": np.array([NOT_GIVEN, *map(int, Flag)], dtype=np.int8),
    "flag_meanings": " ".join(("not_given", *(flag.word for flag in Flag))),
}
OF_ENTRY: Attributes = {
    "units": "1",
    "coverage_content_type": "referenceInformation",
    "comment": "index of the newest journal entry it rests on; -1 where none",
}
OF_TRUTH: Attributes = {
    "flag_values": np.array([0, 1], dtype=np.int8),
    "flag_meanings": "no yes",
}
OF_DAY: Attributes = {
    "standard_name": "time",
    "long_name": "report day by its date",
    "units": "days since 1970-01-01",
    "calendar": "standard",
    "axis": "T",
    "units_metadata": "leap_seconds: none",
}


def of_file(report: Report) -> Attributes:
    """The global attributes."""
    span, revision = report.span, report.revision
    called = f"{report.edition} {report.report} report of {span.label}"
    return {
        "Conventions": "CF-1.11, ACDD-1.3",
        "title": f"{called}: the shared water record of the Chu and Talas basins",
        "summary": "Figures of the exchange report, unrounded, each with its flag and the entry it rests on.",
        "keywords": "hydrology, rivers, reservoirs, water intake, Chu, Shu, Talas",
        "source": f"journal {report.origin}, {report.journal_size} entries",
        "history": f"computed from the first {report.journal_size} entries of the journal {report.origin}",
        "comment": "holds simulated data" if report.simulated else "holds no simulated data",
        "standard_name_vocabulary": "CF Standard Name Table v93",
        "naming_authority": report.origin.split("/", 1)[0],
        "id": f"{report.edition}-{span.begin.isoformat()}.{report.journal_size}",
        "report": report.report,
        "edition": report.edition,
        "begin": span.begin.isoformat(),
        "end": span.end.isoformat(),
        "until": span.until.isoformat(),
        "time_coverage_start": write_time(span.start),
        "time_coverage_end": write_time(span.stop),
        "origin": report.origin,
        "journal_size": report.journal_size,
        "as_of": report.as_of or "",
        "network_version": report.network_version,
        "revision": 0 if revision is None else revision.number,
        "revision_note": "not issued" if revision is None else f"issued as revision {revision.number}",
    }


def of_figure(quantity: str, measure: str, unit: str) -> Attributes:
    """The attributes of a figure's layer; a measure of a quantity is no longer what CF has a name for."""
    known = QUANTITIES.get(quantity)
    name = quantity if known is None else known.long_name
    said: Attributes = {
        "long_name": f"{name}, {measure.replace('_', ' ').replace('.', ', ')}" if measure else name,
        "units": UNITS.get(unit, unit),
        "coverage_content_type": "auxiliaryInformation" if measure else "physicalMeasurement",
        "quantity": quantity,
        "measure": measure,
    }
    if known is not None and known.standard_name and not measure:
        said["standard_name"] = known.standard_name
    return said
