"""What a dataset is, in the protocol's words: DDS (its structure), DAS (its attributes), and errors.

The structure is written by pydap's model and response. Attributes are not: pydap writes numbers with six digits, so
that a journal of a million entries is no whole number any more, and lets a quotation mark end its text.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from service.opendap.constraint import Wanted
from service.opendap.layout import Layout, Variable

_SAMPLES: Mapping[str, np.generic] = {
    "Float64": np.float64(0),
    "Int32": np.int32(0),
    "Byte": np.uint8(0),
    "String": np.str_(""),
}
_INDENT = " " * 4


def dds(layout: Layout, asked: Sequence[Wanted] | None = None) -> str:
    """The structure of the dataset, or of what is asked of it."""
    # Only whoever asks for a dataset pays for the library, which takes half a second to import.
    from pydap.model import BaseType, DatasetType
    from pydap.responses.dds import dds as written

    dataset = DatasetType(layout.name)
    for name, shape in layout.shapes.items() if asked is None else [(one.name, one.shape) for one in asked]:
        variable = layout.variables[name]
        # One value, seen as if it were an array of that shape: the structure needs no values.
        dataset[name] = BaseType(name, np.broadcast_to(_SAMPLES[variable.type], shape), dims=variable.dims)
    return "".join(written(dataset))


def das(layout: Layout) -> str:
    """The attributes of the dataset and of each of its variables."""
    lines = ["Attributes {", *_container("NC_GLOBAL", layout.attributes, 1)]
    for variable in layout.variables.values():
        lines += _container(variable.name, variable.attributes, 1)
    return "\n".join([*lines, "}", ""])


def error(status: int, description: str) -> str:
    """An error as the protocol has it."""
    return f"Error {{\n{_INDENT}code = {status};\n{_INDENT}message = {quoted(description)};\n}};\n"


def _container(name: str, attributes: Mapping[str, object], level: int) -> Iterator[str]:
    yield f"{_INDENT * level}{name} {{"
    for attribute, value in attributes.items():
        if isinstance(value, Mapping):
            yield from _container(attribute, value, level + 1)
        else:
            kind, said = _written(value)
            yield f"{_INDENT * (level + 1)}{kind} {attribute} {said};"
    yield f"{_INDENT * level}}}"


def _written(value: object) -> tuple[str, str]:
    """Type and spelling of an attribute: text, a whole number, a number, or an array of flags."""
    if isinstance(value, np.ndarray):
        return "Byte", ", ".join(str(number) for number in value.tolist())
    if isinstance(value, bool | int | np.integer):
        return "Int32", str(int(value))
    if isinstance(value, float | np.floating):
        return "Float64", repr(float(value))
    return "String", quoted(str(value))


def quoted(text: str) -> str:
    """A text in quotation marks, on one line."""
    plain = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


def described(variable: Variable) -> str:
    """A variable in one line, for people: `Float64 inflow[station = 3][time = 720]`."""
    dims = "".join(f"[{dim} = {size}]" for dim, size in zip(variable.dims, variable.shape, strict=True))
    return f"{variable.type} {variable.name}{dims}"
