"""A declared fact together with the place where it was declared, so that every complaint can name file and line."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from record.errors import ConfigError
from record.network.fact import Fact
from record.network.toml_lines import Path, line_at

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One parsed file: `name` as it is shown, `data` its tables, `lines` where each key stands."""

    name: str
    data: dict[str, Any]
    lines: dict[Path, int]

    def wrong(self, reason: str, *path: str | int) -> ConfigError:
        """The error for what stands at `path` of this file."""
        return ConfigError(f"{self.where(*path)}: {' '.join(reason.split())}")

    def where(self, *path: str | int) -> str:
        """File and line of what stands at `path`."""
        return f"{self.name}:{line_at(self.lines, path)}"


@dataclass(frozen=True, slots=True)
class Row(Generic[F]):
    """A fact, the file that declares it, and its path within."""

    fact: F
    document: Document
    path: Path

    def wrong(self, reason: str, *key: str | int) -> ConfigError:
        """The error for this fact, at the line of `key` where that is written out."""
        return self.document.wrong(reason, *self.path, *key)

    def where(self, *key: str | int) -> str:
        """File and line of the fact, or of its `key`."""
        return self.document.where(*self.path, *key)


def only(document: Document, known: frozenset[str]) -> None:
    """Refuse a file with a key or table that it should not hold: a slip there would be silence."""
    for name in document.data:
        if name not in known:
            path = (name, 0) if isinstance(document.data[name], list) else (name,)
            raise document.wrong(f"unknown key {name!r}: this file holds {', '.join(sorted(known))}", *path)


def table(document: Document, name: str, kind: type[F]) -> Row[F]:
    """The one table `[name]` of a file as a fact."""
    if name not in document.data:
        raise document.wrong(f"table [{name}] is missing")
    return _row(document, (name,), document.data[name], kind)


def rows(document: Document, name: str, kind: type[F]) -> tuple[Row[F], ...]:
    """The rows `[[name]]` of a file as facts, in their order; none where the file has none."""
    said = document.data.get(name, [])
    if not isinstance(said, list):
        raise document.wrong(f"write [[{name}]] for each row, not [{name}]", name)
    return tuple(_row(document, (name, number), row, kind) for number, row in enumerate(said))


def facts(declared: Iterable[Row[F]]) -> tuple[F, ...]:
    """The facts of rows, without their places."""
    return tuple(row.fact for row in declared)


def _row(document: Document, path: Path, said: object, kind: type[F]) -> Row[F]:
    try:
        return Row(kind.model_validate(said), document, path)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = tuple(first["loc"])
        raise document.wrong(_in_words(first["type"], place, first["msg"]), *path, *place) from None


def _in_words(kind: str, place: Path, message: str) -> str:
    name = ".".join(str(part) for part in place) or "row"
    if kind == "extra_forbidden":
        return f"unknown key {name!r}: correct its spelling or remove it"
    if kind == "missing":
        return f"key {name!r} is missing"
    return f"{name}: {message.removeprefix('Value error, ')}"
