"""The index of a sealed file: where the chunks of its variables lie, and the names of its stations.

`pyfive` finds the variables. What it would then read key by key and name by name, which is most of the time in which
a file is opened, is read here at once: a month of a thousand gauges has eight hundred chunks and a thousand names.
"""

import os
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np

_RANK = 2
_HEAD = struct.Struct("<4sBBHQQ")
_OF_CHUNKS = 1
_CHILD = np.dtype([("size", "<u4"), ("mask", "<u4"), ("place", "<u8", _RANK), ("within", "<u8"), ("address", "<u8")])
"""The key of a chunk, or of the first in a deeper node, and where that lies; its last coordinate is within a value."""
_DEEPEST = 8
_CONTIGUOUS = 1
_TEXT = np.dtype([("length", "<u4"), ("heap", "<u8"), ("number", "<u4")])
"""A text of any length: where the heap lies that holds it, and its number there."""
_HEAP, _HELD = struct.Struct("<4sBxxxQ"), struct.Struct("<HHxxxxQ")


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """Where the chunks of one variable lie: `offset`, `size` and `mask` (int64) each have the shape of their grid.

    `length`: the bytes of one chunk, inflated.
    """

    dtype: np.dtype[Any]
    chunk: tuple[int, int]
    offset: np.ndarray
    size: np.ndarray
    mask: np.ndarray
    length: int


def variable_of(group: Any, name: str, file: int) -> Variable:
    """The variable of that name in a group of `pyfive`; `file` is the open descriptor of the same file.

    Raises `ValueError` where its chunks are not all there, or are kept in another way than in a tree.
    """
    dataset = group.get_lazy_view(name)
    chunk, dtype = dataset.chunks, np.dtype(dataset.dtype)
    grid = tuple(-(-length // step) for length, step in zip(dataset.shape, chunk, strict=True))
    found = _chunks(file, dataset.id._index_params.chunk_address, grid[0] * grid[1])
    offset, size, mask = (np.zeros(grid, dtype=np.int64) for _ in range(3))
    at = tuple((found["place"] // np.array(chunk, dtype=np.uint64)).T.astype(np.int64))
    offset[at], size[at], mask[at] = found["address"], found["size"], found["mask"]
    if not size.all():
        raise ValueError(f"{name} lacks chunks")
    return Variable(dtype, chunk, offset, size, mask, chunk[0] * chunk[1] * dtype.itemsize)


def texts_of(group: Any, name: str, file: int) -> list[str]:
    """The texts of a variable of one dimension; raises `ValueError` where they are not all there."""
    dataset = group.get_lazy_view(name)
    if dataset.id.layout_class != _CONTIGUOUS:
        return [text.decode() for text in dataset[:]]
    count = dataset.shape[0]
    lying = np.frombuffer(os.pread(file, count * _TEXT.itemsize, dataset.id.data_offset), dtype=_TEXT, count=count)
    heaps = {address: _heap(file, address) for address in np.unique(lying["heap"]).tolist()}
    try:
        return [heaps[heap][number][:length].decode() for length, heap, number in lying.tolist()]
    except KeyError as number:
        raise ValueError(f"{name} lacks text {number}") from None


def _heap(file: int, address: int) -> dict[int, bytes]:
    """What a heap holds, by its number."""
    sign, _, size = _HEAP.unpack(os.pread(file, _HEAP.size, address))
    if sign != b"GCOL":
        raise ValueError(f"there is no heap at byte {address}")
    held, found, at = os.pread(file, size, address), dict[int, bytes](), _HEAP.size
    while at + _HELD.size <= len(held):
        number, _, length = _HELD.unpack_from(held, at)
        if not number:
            # What follows is free.
            break
        at += _HELD.size
        found[number] = held[at : at + length]
        at += -(-length // 8) * 8
    return found


def _chunks(file: int, root: int, count: int) -> np.ndarray:
    """The keys of all `count` chunks of a tree."""
    nodes = np.array([root], dtype=np.uint64)
    for _ in range(_DEEPEST):
        read = [_node(file, int(address)) for address in nodes.tolist()]
        children = np.concatenate([found for _, found in read])
        if all(level == 0 for level, _ in read):
            if len(children) != count:
                raise ValueError(f"{len(children)} chunks, and {count} are needed")
            return children
        nodes = children["address"]
        if len(nodes) > count:
            break
    raise ValueError("its chunks are kept in a tree that has no end")


def _node(file: int, address: int) -> tuple[int, np.ndarray]:
    """The level of a node, and what it holds."""
    sign, kind, level, used, _, _ = _HEAD.unpack(os.pread(file, _HEAD.size, address))
    if sign != b"TREE" or kind != _OF_CHUNKS:
        raise ValueError(f"there is no tree of chunks at byte {address}")
    return level, np.frombuffer(os.pread(file, used * _CHILD.itemsize, address + _HEAD.size), dtype=_CHILD, count=used)
