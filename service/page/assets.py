"""Scripts, styles and fonts of the page: our own, and those of the packages that npm fetched.

All are served under one tag that is made of their bytes, so that browsers keep them for ever and modules find each
other by their names alone. What npm did not fetch is not there, and pages can be read without it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from service.page.licences import Licensed, licensed

_HERE = Path(__file__).parent
PACKAGES = _HERE / "node_modules"
"""Where npm puts packages."""
_OWN = _HERE / "assets"
_FONT = "@fontsource-variable/ibm-plex-sans/files/ibm-plex-sans-{}-wght-normal.woff2"

PACKAGED: Mapping[str, str] = {
    "pico.css": "@picocss/pico/css/pico.classless.min.css",
    "uplot.css": "uplot/dist/uPlot.min.css",
    "uplot.js": "uplot/dist/uPlot.iife.min.js",
    "leaflet.css": "leaflet/dist/leaflet.css",
    "leaflet.js": "leaflet/dist/leaflet.js",
    "plex-latin.woff2": _FONT.format("latin"),
    "plex-cyrillic.woff2": _FONT.format("cyrillic"),
    "plex-cyrillic-ext.woff2": _FONT.format("cyrillic-ext"),
}
"""Files of packages that browsers are given, by the name under which they are."""

_LAYERED = ("pico.css",)
"""Styles that stand below our own whatever they say."""

MEDIA: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent."""

    body: bytes
    media: str


class Assets:
    """The files that browsers may ask for, read when they are first asked for and held from then on."""

    @cached_property
    def files(self) -> Mapping[str, Asset]:
        """Every file by its name; those of our own are all that lie in the folder."""
        own = {path.name: path for path in sorted(_OWN.iterdir()) if path.suffix in MEDIA}
        packaged = {name: PACKAGES / path for name, path in PACKAGED.items()}
        found = {name: path for name, path in {**packaged, **own}.items() if path.is_file()}
        return {name: Asset(_read(name, path), MEDIA[path.suffix]) for name, path in found.items()}

    @cached_property
    def packages(self) -> tuple[Licensed, ...]:
        """What of others is given out with them, and under which licences."""
        return licensed(PACKAGES)

    @cached_property
    def tag(self) -> str:
        """What all of them are called together: other bytes, another tag."""
        digest = hashlib.sha256()
        for name, asset in sorted(self.files.items()):
            digest.update(f"{name}\0{len(asset.body)}\0".encode())
            digest.update(asset.body)
        return digest.hexdigest()[:16]

    def address(self, name: str) -> str:
        """The address of a file below that of the service; nothing where it is not there."""
        return f"/assets/{self.tag}/{name}" if name in self.files else ""


def _read(name: str, path: Path) -> bytes:
    held = path.read_bytes()
    return b"@layer package{" + held + b"}" if name in _LAYERED else held
