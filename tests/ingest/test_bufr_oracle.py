"""What ecCodes makes of messages that are in order, and what we make of them, is the same, element by element.

The messages are written and read by ecCodes itself; none of them is garbled, for those crash it.
"""

import importlib
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ingest.written.bufr_message.data import subsets_of
from ingest.written.bufr_message.envelope import Message, messages_in

eccodes: Any = importlib.import_module("eccodes")

VERSION = 41
ELEMENTS = [
    1001,
    1002,
    1018,
    1019,
    4001,
    4024,
    4025,
    5001,
    7030,
    8021,
    8023,
    10004,
    12001,
    12101,
    13011,
    13071,
    13082,
    20062,
    23040,
]
SEQUENCES = [301001, 301011, 301013, 301021, 301029, 301150, 302001, 302041, 307080, 307101]
NOT_SHOWN = {31000, 31001, 31002, 31021}
"""Numbers of times, which are no items of ours, and what ecCodes lists in an order of its own; inserted signs have no
code at all."""
GONE = (-1e100, 2147483647)

some = st.lists(st.sampled_from(ELEMENTS), min_size=1, max_size=3)
PIECE = st.one_of(
    some,
    st.sampled_from(SEQUENCES).map(lambda code: [code]),
    st.tuples(some, st.integers(1, 4)).map(lambda made: [100000 + 1000 * len(made[0]) + made[1], *made[0]]),
    st.tuples(some, st.sampled_from([31000, 31001, 31002])).map(
        lambda made: [100000 + 1000 * len(made[0]), made[1], *made[0]]
    ),
    st.tuples(some, st.integers(127, 132)).map(lambda made: [201000 + made[1], *made[0], 201000]),
    st.tuples(some, st.integers(127, 130)).map(lambda made: [202000 + made[1], *made[0], 202000]),
    st.tuples(some, st.integers(1, 2)).map(lambda made: [207000 + made[1], *made[0], 207000]),
    st.tuples(some, st.integers(1, 20)).map(lambda made: [208000 + made[1], *made[0], 208000]),
    st.tuples(some, st.integers(1, 9)).map(lambda made: [204000 + made[1], 31021, *made[0], 204000]),
    st.integers(1, 6).map(lambda count: [205000 + count]),
)


@contextmanager
def released(handle: Any) -> Iterator[Any]:
    try:
        yield handle
    finally:
        eccodes.codes_release(handle)


def keys(handle: Any) -> list[str]:
    found, iterator = [], eccodes.codes_bufr_keys_iterator_new(handle)
    while eccodes.codes_bufr_keys_iterator_next(iterator):
        found.append(eccodes.codes_bufr_keys_iterator_get_name(iterator))
    eccodes.codes_bufr_keys_iterator_delete(iterator)
    return [key for key in found if key.startswith("#")]


def written(descriptors: list[int], subsets: int, compressed: bool, edition: int, drawn: st.DataObject) -> bytes:
    """A message of a template, its numbers and texts drawn, a third of them left missing."""
    with released(eccodes.codes_bufr_new_from_samples(f"BUFR{edition}")) as handle:
        eccodes.codes_set(handle, "masterTablesVersionNumber", VERSION)
        eccodes.codes_set(handle, "numberOfSubsets", subsets)
        eccodes.codes_set(handle, "compressedData", int(compressed))
        for kind in ("", "Short", "Extended"):
            times = 1 if kind == "Short" else drawn.draw(st.integers(1, 3))
            eccodes.codes_set_array(handle, f"input{kind}DelayedDescriptorReplicationFactor", [times] * 60)
        eccodes.codes_set_array(handle, "unexpandedDescriptors", descriptors)
        chance = drawn.draw(st.randoms(use_true_random=False))
        for key in keys(handle):
            left_alone = ("elayed", "ssociated", "#text")
            if chance.random() < 0.3 or any(word in key for word in left_alone):
                continue
            about = {
                name: eccodes.codes_get(handle, f"{key}->{name}") for name in ("units", "width", "scale", "reference")
            }
            if "IA5" in about["units"]:
                eccodes.codes_set(handle, key, "".join(chance.choice("aZ 09") for _ in range(about["width"] // 8)))
                continue
            raw = [chance.randrange((1 << about["width"]) - 1) for _ in range(subsets if compressed else 1)]
            numbers = [(number + about["reference"]) / 10.0 ** about["scale"] for number in raw]
            eccodes.codes_set_array(handle, key, numbers)
        eccodes.codes_set(handle, "pack", 1)
        return bytes(eccodes.codes_get_message(handle))


def theirs(body: bytes) -> list[tuple[int, list[float | str | None]]]:
    """(code, values) of each element as ecCodes reads it, one value a subset where they are compressed."""
    with released(eccodes.codes_new_from_message(body)) as handle:
        subsets = eccodes.codes_get(handle, "numberOfSubsets") if eccodes.codes_get(handle, "compressedData") else 1
        eccodes.codes_set(handle, "unpack", 1)
        found = []
        for key in keys(handle):
            if "ssociatedField" in key and "Significance" not in key:
                continue
            try:
                code = int(eccodes.codes_get(handle, f"{key}->code"))
            except eccodes.KeyValueNotFoundError:
                continue
            if code < 100_000 and code not in NOT_SHOWN:
                held = list(eccodes.codes_get_array(handle, key))
                found.append((code, [plain(value) for value in (held * subsets if len(held) == 1 else held)]))
        return found


def ours(body: bytes) -> list[tuple[int, list[float | str | None]]]:
    """The same as we read it."""
    (message,) = messages_in(body)
    assert isinstance(message, Message)
    subsets, fault = subsets_of(message)
    assert fault is None
    lists = [[item for item in subset.items if item.element.code not in NOT_SHOWN] for subset in subsets]
    if message.is_compressed:
        rows = zip(*lists, strict=True)
        return [(row[0].element.code, [plain(item.value) for item in row]) for row in rows]
    return [(item.element.code, [plain(item.value)]) for items in lists for item in items]


def plain(value: Any) -> float | str | None:
    if value is None or isinstance(value, str):
        return (value or "").strip() or None
    return None if float(value) in GONE else float(value)


def same(one: float | str | None, other: float | str | None) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return one == other


@given(st.data(), st.lists(PIECE, min_size=1, max_size=4), st.integers(1, 3), st.booleans(), st.sampled_from([3, 4]))
def test_every_element_is_read_as_eccodes_reads_it(
    drawn: st.DataObject, pieces: list[list[int]], subsets: int, compressed: bool, edition: int
) -> None:
    descriptors = [code for piece in pieces for code in piece]
    body = written(descriptors, subsets, compressed, edition, drawn)
    wanted, found = theirs(body), ours(body)
    assert [code for code, _ in found] == [code for code, _ in wanted]
    for (code, mine), (_, their) in zip(found, wanted, strict=True):
        assert len(mine) == len(their), code
        assert all(map(same, mine, their)), (code, mine, their)
