"""BUFR messages made bit by bit, without the reader and without ecCodes, and what the reader makes of them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from ingest.decode import bufr
from ingest.reading import Reading, Said
from tests.ingest.declared import RECEIVED, source

# Width in bits, scale and reference of the elements that the messages here use.
ROWS: dict[int, tuple[int, int, int]] = {
    1001: (7, 0, 0), 1002: (10, 0, 0), 1018: (40, 0, 0), 1019: (256, 0, 0), 1125: (4, 0, 0), 1126: (16, 0, 0),
    1127: (16, 0, 0), 1128: (128, 0, 0), 2001: (2, 0, 0), 4001: (12, 0, 0), 4002: (4, 0, 0), 4003: (6, 0, 0),
    4004: (5, 0, 0), 4005: (6, 0, 0), 4006: (6, 0, 0), 4015: (12, 0, -2048), 4023: (11, 0, -1024),
    4024: (12, 0, -2048), 4025: (12, 0, -2048), 8021: (5, 0, 0), 8023: (6, 0, 0), 12101: (16, 2, 0),
    13011: (14, 1, -1), 13023: (14, 1, -1), 13071: (14, 2, 0), 13072: (14, 2, 0), 13073: (14, 2, 0), 13082: (12, 1, 0),
    20062: (5, 0, 0), 23040: (22, 1, 0), 31000: (1, 0, 0), 31001: (8, 0, 0), 31021: (6, 0, 0), 31031: (1, 0, 0),
    33007: (7, 0, 0),
}  # fmt: skip
TEXTS = frozenset({1018, 1019, 1128})
Field = tuple[int, int]
"""A number as it stands in the data, and how many bits it fills."""


def field(code: int, value: str | int | None, *, wider: int = 0, finer: int = 0) -> Field:
    """A value of an element; `wider` and `finer` are what operators add to its width and scale."""
    width, scale, reference = ROWS[code]
    if code in TEXTS:
        octets = b"\xff" * (width // 8) if value is None else str(value).encode("latin-1").ljust(width // 8)
        return int.from_bytes(octets), width
    if value is None:
        return (1 << (width + wider)) - 1, width + wider
    return int(Decimal(value).scaleb(scale + finer)) - reference, width + wider


def fields(*pairs: tuple[int, str | int | None]) -> list[Field]:
    """Values of elements, one after another."""
    return [field(code, value) for code, value in pairs]


def column(code: int, values: Sequence[str | int | None]) -> list[Field]:
    """A number in every compressed subset: the lowest, the width of what is added, what is added."""
    raw = [field(code, value)[0] for value in values]
    width = ROWS[code][0]
    missing = (1 << width) - 1
    lowest = min(raw)
    if lowest == max(raw):
        return [(lowest, width), (0, 6)]
    more = [None if value == missing else value - lowest for value in raw]
    bits = (max(value for value in more if value is not None) + 1).bit_length()
    return [(lowest, width), (bits, 6), *(((1 << bits) - 1 if value is None else value, bits) for value in more)]


def texts(code: int, values: Sequence[str]) -> list[Field]:
    """A text in every compressed subset."""
    width = ROWS[code][0]
    return [(0, width), (width // 8, 6), *(field(code, value) for value in values)]


def made(
    descriptors: Sequence[int],
    data: Sequence[Field],
    *,
    subsets: int = 1,
    compressed: bool = False,
    edition: int = 4,
    version: int = 41,
    optional: bytes = b"",
) -> bytes:
    """A message of these descriptors and data."""
    option = 0x80 if optional else 0
    if edition == 4:
        head = bytes([0, 0, 0, 0, 0, 0, option, 1, 255, 0, version, 0, 0x07, 0xEA, 5, 10, 4, 0, 0])
    else:
        head = bytes([0, 0, 0, 0, option, 1, 0, version, 0, 26, 5, 10, 4, 0, 0])
    template = bytes([0, *subsets.to_bytes(2), 0x80 | (0x40 if compressed else 0)])
    template += b"".join(packed([(at // 100_000, 2), (at // 1000 % 100, 6), (at % 1000, 8)]) for at in descriptors)
    sections = [head, template, b"\0" + packed(data)]
    if optional:
        sections.insert(1, b"\0" + optional)
    body = b"".join((len(section) + 3).to_bytes(3) + section for section in sections)
    return b"BUFR" + (len(body) + 12).to_bytes(3) + bytes([edition]) + body + b"7777"


def packed(data: Sequence[Field]) -> bytes:
    """Fields as bytes, the last one filled up with noughts."""
    bits = "".join(format(number, f"0{width}b") if width else "" for number, width in data)
    return bytes(int(bits[at : at + 8].ljust(8, "0"), 2) for at in range(0, len(bits), 8))


LEVEL: Mapping[str, object] = {"name": "upstreamWaterLevel", "series": "level.term"}
POST = [301029, 4004]
AT = datetime(2026, 5, 10, 2, tzinfo=UTC)
DATE: tuple[tuple[int, str | int | None], ...] = ((4001, 2026), (4002, 5), (4003, 10))


def said(body: bytes, *channels: Mapping[str, object], **changes: object) -> list[Said]:
    declared = source("inbox/bufr", format="bufr", table=None, channels=channels or (LEVEL,), **changes)
    return bufr.decode(body, RECEIVED, declared)


def post(*more: tuple[int, str | int | None], day: int | None = 10, hour: int | None = 2) -> list[Field]:
    """A post at an hour of 10 May 2026, and what follows."""
    return fields((1018, "15194"), (2001, 0), (4001, 2026), (4002, 5), (4003, day), (4004, hour), *more)


def readings(found: list[Said]) -> list[Reading]:
    return [one for one in found if isinstance(one, Reading)]
