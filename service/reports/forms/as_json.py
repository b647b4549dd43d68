"""JSON: the document as it stands, field by field in the words of `service.reports.report`."""

import orjson

from service.reports.report import Report


def write(report: Report) -> bytes:
    """UTF-8; numbers unrounded, null where there is none, times in ISO 8601 with offset, phrases in English."""
    return orjson.dumps(report, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)
