"""Under which licences the packages of the pages are given out: read where npm laid them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_LOCK = Path(__file__).parent / "package-lock.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Licensed:
    """A package by name and version, its licence by the name of SPDX, and its text: "" where npm did not fetch it."""

    name: str
    version: str
    licence: str
    text: str


def licensed(packages: Path) -> tuple[Licensed, ...]:
    """Every package of which something is given out, in the order of the lock; npm laid them into `packages`."""
    locked = json.loads(_LOCK.read_text("utf-8"))["packages"]
    return tuple(
        Licensed(
            name=place.removeprefix("node_modules/"),
            version=said["version"],
            licence=said["license"],
            text=next(_texts(packages.parent / place), ""),
        )
        for place, said in locked.items()
        if place and not said.get("dev")
    )


def _texts(folder: Path) -> Iterator[str]:
    return (path.read_text("utf-8").strip() for path in sorted(folder.glob("LICENSE*")))
