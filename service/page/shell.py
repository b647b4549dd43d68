"""What every page has: its place in the set, the switches of language and clock, and how the record stands.

A page is a template and what it shows. In a template `say`, `many`, `word`, `unit`, `name`, `number`, `day`, `moment`
and `hour` write as the reader reads, `link` leads to another page in the same language and by the same clock, `api` to
an address for programs, and `asset` to a file of the page. Whatever is put in is escaped.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from record.errors import SelectionError
from record.events.event import EventKind
from record.network import Network
from service.interval import as_of_of
from service.language import LANGUAGES, language_called
from service.language.phrase import phrase
from service.page.assets import Assets
from service.page.reader import Reader, offset_of

_TEMPLATES = Path(__file__).parent / "templates"
PAGES = {
    "/": phrase("Overview"),
    "/sites": phrase("Sites"),
    "/compare": phrase("Compare"),
    "/reports": phrase("Reports"),
    "/sources": phrase("Sources and obligations"),
    "/verify": phrase("Verify"),
    "/hydrologists": phrase("For hydrologists"),
    "/about": phrase("About"),
}
"""The pages of the bar, by their addresses."""
_THEN = frozenset({"/", "/sites", "/compare", "/sources"})
_SITE, _LEADS = "/sites/", "/then"
_BELOW = re.compile(r"/(sites|reports)/[^/]+|/sites")
UNKNOWN = "unknown"
"""The state of a record that cannot be asked."""


def knows_then(path: str) -> bool:
    """Whether the page at a path can be shown as it was known at an earlier time."""
    return path in _THEN or (path.startswith(_SITE) and is_page(path))


def is_page(path: str) -> bool:
    """Whether a page is at a path, if anything is."""
    return path in PAGES or path == _LEADS or _BELOW.fullmatch(path) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the record stands with both countries: `state` is same, provisional or differ, `size` that of the journal.

    Where the record cannot be asked the state is unknown.
    """

    state: str
    sentence: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """A page for one reader.

    `base` is the path of the service without a slash at its end, empty where it has a host of its own, and `host` its
    whole address, for what is copied from the page; `path` is that of the page below it, and `asked` what was asked of
    it beside language and clock, as pairs. `now` is when. A page that is `still` asks for nothing once it is there.
    """

    reader: Reader
    network: Network
    standing: Standing
    assets: Assets
    base: str
    host: str
    path: str
    asked: tuple[tuple[str, str], ...]
    now: datetime
    still: bool = False

    def link(self, path: str, **asked: object) -> str:
        """The address of a page for the same reader; what is None is not asked, and of a list each is."""
        every = [(name.replace("_", "-"), value) for name, value in asked.items() if value is not None]
        said = [(name, str(one)) for name, value in every for one in (value if isinstance(value, list) else [value])]
        return self._address(path, [*said, *self._own()])

    def onward(self, path: str, **asked: object) -> str:
        """The address of a page for the same reader, as of the moment as of which this one is."""
        return self.link(path, **asked, as_of=dict(self.asked).get("as-of"))

    def here(self, **asked: object) -> str:
        """This very place with something asked otherwise: None leaves it out."""
        said = {name.replace("_", "-"): value for name, value in asked.items()}
        kept = [(name, value) for name, value in self.asked if name not in said]
        fresh = [(name, str(value)) for name, value in said.items() if value is not None]
        return self._address(self.path, [*kept, *fresh, *self._own()])

    def api(self, path: str, **asked: object) -> str:
        """The whole address of an answer for programs, to be copied; what is None is not asked."""
        said = [(name.replace("_", "-"), str(value)) for name, value in asked.items() if value is not None]
        return f"{self.host}{_asking(path, said)}"

    def asset(self, name: str) -> str:
        """The address of a file of the page; nothing where it is not there."""
        found = self.assets.address(name)
        return f"{self.base}{found}" if found else ""

    def languages(self) -> Iterator[dict[str, Any]]:
        """This place in each language, under the language's own name."""
        for code in LANGUAGES:
            language = language_called(code)
            # Who has the clock of his language gets that of the other one with it.
            clock = [] if self.reader.is_at_home else [("zone", self.reader.clock.id)]
            asked = [*self.asked, ("lang", code), *clock]
            addresses = {"href": self._address(self.path, asked), "whole": f"{self.host}{_asking(self.path, asked)}"}
            name = str(language.locale.languages[code])
            yield {"code": code, "name": name[:1].upper() + name[1:], "own": code == self.code, **addresses}

    @property
    def is_live(self) -> bool:
        """Whether it follows the record: not as of an entry, where browsers may not ask, or where a page is still."""
        known = not self.still and self.standing.state != UNKNOWN and self.network.access.reading == "open"
        return known and not any(name == "as-of" for name, _ in self.asked)

    @property
    def events(self) -> str:
        """The stream of what happens beyond what is shown."""
        return self._address("/events", [("from", str(self.standing.size))])

    @property
    def kinds(self) -> str:
        """What may happen, as the stream calls it."""
        return " ".join(EventKind)

    @property
    def known(self) -> datetime | int | None:
        """As of which time, or of how many entries, the page is shown; None where as of now."""
        said = dict(self.asked).get("as-of")
        try:
            return as_of_of(said, self.now) if knows_then(self.path) else None
        except SelectionError:
            return None

    @property
    def knows_then(self) -> bool:
        """Whether it can be shown as it was known at an earlier time."""
        return knows_then(self.path)

    @property
    def kept(self) -> Iterator[tuple[str, str]]:
        """What a form keeps of what was asked, beside the time of which it asks itself."""
        yield from ((name, value) for name, value in (*self.asked, *self._own()) if name not in ("as-of", "before"))

    @property
    def since(self) -> datetime:
        """What such a form begins with: the time by the reader's clock of which the page is, or now."""
        known = self.known
        return (known if isinstance(known, datetime) else self.now).astimezone(self.reader.clock.tz)

    @property
    def undecided(self) -> str:
        """The whole address of this place in the language that the asker's browser prefers."""
        return f"{self.host}{_asking(self.path, self.asked)}"

    @property
    def offset(self) -> str:
        """How far the reader's clock is from UTC now."""
        return self.reader.offset(self.now)

    def clocks(self) -> Iterator[dict[str, Any]]:
        """This place by each clock."""
        for clock in self.reader.clocks:
            other = replace(self, reader=replace(self.reader, clock=clock))
            yield {
                "id": clock.id,
                "place": clock.place,
                "offset": offset_of(clock.tz, self.now),
                "href": other.here(),
                "own": clock.id == self.reader.clock.id,
            }

    @property
    def code(self) -> str:
        """The code of the reader's language."""
        return self.reader.language.code

    def render(self, template: str, title: str, **shown: Any) -> bytes:
        """The page of a template, UTF-8; `title` is in the reader's language."""
        return _template(template).render(self._words() | {"shell": self, "title": title} | shown).encode()

    def part(self, template: str, **shown: Any) -> Markup:
        """A part of a page from a template of its own."""
        return Markup(_template(template).render(self._words() | {"shell": self} | shown))  # escaped by the template

    def _own(self) -> list[tuple[str, str]]:
        clock = [] if self.reader.is_at_home else [("zone", self.reader.clock.id)]
        return [("lang", self.code), *clock]

    def _address(self, path: str, asked: Sequence[tuple[str, str]]) -> str:
        return f"{self.base}{_asking(path, asked)}"

    def _words(self) -> dict[str, Any]:
        reader, language = self.reader, self.reader.language
        return {
            "say": language.say,
            "many": language.many,
            "word": language.word,
            "unit": language.unit,
            "name": language.name,
            "number": language.number,
            "day": language.day,
            "moment": reader.moment,
            "hour": reader.hour,
            "link": self.link,
            "onward": self.onward,
            "here": self.here,
            "api": self.api,
            "asset": self.asset,
            "pages": PAGES,
        }


def _asking(path: str, asked: Sequence[tuple[str, str]]) -> str:
    return f"{path}{'?' if asked else ''}{urlencode(asked, safe=':/,')}"


@cache
def _template(name: str) -> Template:
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
