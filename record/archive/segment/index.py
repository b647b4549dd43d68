"""The index of a sealed file: where the chunks of its variables lie, and the names of its stations.

`pyfive` finds the variables. What it would then read key by key and name by name, attributes that nobody asks for
among it, is most of the time in which a file is opened: a month of a thousand gauges has eight hundred chunks and a
thousand names. So only the header of a variable is read by it, and the rest here at once.
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
    header = _header(group, name)
    chunk, dtype = header.chunks, np.dtype(header.ptype.dtype)
    grid = tuple(-(-length // step) for length, step in zip(header.shape, chunk, strict=True))
    found = _chunks(file, header._chunk_address, grid[0] * grid[1])
    offset, size, mask = (np.zeros(grid, dtype=np.int64) for _ in range(3))
    at = tuple((found["place"] // np.array(chunk, dtype=np.uint64)).T.astype(np.int64))
    offset[at], size[at], mask[at] = found["address"], found["size"], found["mask"]
    if not size.all():
        raise ValueError(f"{name} lacks chunks")
    return Variable(dtype, chunk, offset, size, mask, chunk[0] * chunk[1] * dtype.itemsize)


def numbers_of(group: Any, name: str, file: int) -> np.ndarray:
    """The numbers of a variable of one dimension (int64); raises `ValueError` where they are not all there."""
    header = _header(group, name)
    lying = _lying(header, name, np.dtype(header.ptype.dtype), file)
    return np.asarray(group[name][:] if lying is None else lying, dtype=np.int64)


def texts_of(group: Any, name: str, file: int) -> list[str]:
    """The texts of a variable of one dimension; raises `ValueError` where they are not all there."""
    lying = _lying(_header(group, name), name, _TEXT, file)
    if lying is None:
        return [text.decode() for text in group[name][:]]
    heaps = {address: _heap(file, address) for address in np.unique(lying["heap"]).tolist()}
    try:
        return [heaps[heap][number][:length].decode() for length, heap, number in lying.tolist()]
    except KeyError as number:
        raise ValueError(f"{name} lacks text {number}") from None


def _header(group: Any, name: str) -> Any:
    """What the file says of a variable, its attributes unread."""
    return group._get_dataobjects(group._links[name])


def _lying(header: Any, name: str, dtype: np.dtype[Any], file: int) -> np.ndarray | None:
    """The values of a variable of one dimension as they lie in the file; None where they lie in chunks."""
    _, layout, at = header.get_id_storage_params()
    if layout != _CONTIGUOUS:
        return None
    (address,), (count,) = struct.unpack_from("<Q", header.msg_data, at), header.shape
    read = os.pread(file, count * dtype.itemsize, address)
    if len(read) < count * dtype.itemsize:
        raise ValueError(f"{name} lacks values")
    return np.frombuffer(read, dtype=dtype)


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
