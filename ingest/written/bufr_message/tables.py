"""The WMO tables of elements (B) and sequences (D), asked of ecCodes.

ecCodes reads no byte of a message here: garbled messages crash it, and with it the process (2.50.0 does so within some
hundred random changes of one byte). It is asked for definitions alone, by number, in messages that are our own.
"""

import ctypes
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from threading import Lock
from typing import Any, Literal, TypeVar

ABSENT = "BUFR cannot be read without ecCodes: install arna[bufr]"
_CACHED = 20_000
_ASKING = Lock()
"""Whether two threads may ask ecCodes at once is a matter of how it was built."""
_SAMPLE = "BUFR4"
_T = TypeVar("_T")
_NOT_THERE = -10
"""What ecCodes calls a key that is not found."""
Kind = Literal["string", "table", "number"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """A row of table B: `code` as XXYYY, `width` in bits; a table is one of codes or flags."""

    code: int
    name: str
    unit: str
    kind: Kind
    scale: int
    reference: int
    width: int

    @property
    def group(self) -> int:
        """XX, the class."""
        return self.code // 1000

    @property
    def is_number(self) -> bool:
        """Whether operators that change widths, scales and references change it."""
        return self.kind == "number"


# The one element for which ecCodes has no key while no field is associated with another.
_SIGNIFICANCE = Element(
    code=31021, name="associatedFieldSignificance", unit="CODE TABLE", kind="table", scale=0, reference=0, width=6
)


def is_there() -> bool:
    """Whether ecCodes is installed and can be loaded."""
    return _eccodes() is not None


@lru_cache(_CACHED)
def element(code: int, version: int) -> Element | None:
    """The element of that code in a version of the tables; None where it is not in them."""
    if code == _SIGNIFICANCE.code:
        return _SIGNIFICANCE

    def ask(eccodes: Any, handle: Any) -> Element:
        eccodes.codes_set_array(handle, "unexpandedDescriptors", [code])
        key = _first_key(eccodes, handle)
        unit = str(eccodes.codes_get(handle, f"{key}->units"))
        scale, reference, width = (int(eccodes.codes_get(handle, f"{key}->{about}")) for about in _NUMBERS)
        name = key.rpartition("#")[2]
        return Element(code=code, name=name, unit=unit, kind=_kind(unit), scale=scale, reference=reference, width=width)

    return _asked(version, ask)


@lru_cache(_CACHED)
def sequence(code: int, version: int) -> tuple[int, ...] | None:
    """The descriptors that a sequence stands for, one level down; None where it is not in the tables."""

    def ask(eccodes: Any, handle: Any) -> tuple[int, ...]:
        eccodes.codes_set(handle, "sequences", code)
        return tuple(int(inner) for inner in eccodes.codes_get_array(handle, "sequences"))

    return _asked(version, ask)


_NUMBERS = ("scale", "reference", "width")


def _first_key(eccodes: Any, handle: Any) -> str:
    """The key of the only element of a message, such as `#1#upstreamWaterLevel`.

    Asking for whole tables by `expandedUnits` and its like would load some 40 MB for each of their 30 versions.
    """
    keys = eccodes.codes_bufr_keys_iterator_new(handle)
    try:
        while eccodes.codes_bufr_keys_iterator_next(keys):
            key = str(eccodes.codes_bufr_keys_iterator_get_name(keys))
            if key.startswith("#"):
                return key
    finally:
        eccodes.codes_bufr_keys_iterator_delete(keys)
    raise eccodes.CodesInternalError(_NOT_THERE)


def _kind(unit: str) -> Kind:
    if "IA5" in unit:
        return "string"
    return "table" if "TABLE" in unit else "number"


def _asked(version: int, ask: Callable[[Any, Any], _T]) -> _T | None:
    eccodes = _eccodes()
    if eccodes is None:
        return None
    with _ASKING:
        handle = eccodes.codes_bufr_new_from_samples(_SAMPLE)
        try:
            eccodes.codes_set(handle, "masterTablesVersionNumber", version)
            return ask(eccodes, handle)
        except eccodes.CodesInternalError:
            return None
        finally:
            eccodes.codes_release(handle)


@cache
def _eccodes() -> Any | None:
    """The package, made silent: it would write every number that it does not know to standard error."""
    try:
        eccodes = importlib.import_module("eccodes")
        bindings = importlib.import_module("gribapi.bindings")
    except (ImportError, RuntimeError, OSError):
        return None
    try:
        library = ctypes.CDLL(bindings.library_path)
        library.grib_context_get_default.restype = ctypes.c_void_p
        library.grib_context_set_logging_proc.argtypes = [ctypes.c_void_p, type(_SILENCE)]
        library.grib_context_set_logging_proc(library.grib_context_get_default(), _SILENCE)
    except (AttributeError, OSError):
        # A build that hides this call reads as well, if more loudly.
        pass
    return eccodes


_SILENCE = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p)(lambda _context, _level, _words: None)
