"""Pages for people: templates that need nothing from outside and run no script; whatever is put in is escaped."""

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

_TEMPLATES = Path(__file__).parent / "templates"


@cache
def template(name: str) -> Template:
    """The template of that name, read and compiled once."""
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    pages = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    pages.filters |= {"address": address, "plain": _plain, "titled": _titled}
    return pages


def address(said: str) -> str:
    """The address, where it is one of the web; otherwise nothing, so that no link ever runs a script."""
    return said if said.startswith(("https://", "http://", "/")) and not said.startswith("//") else ""


def in_form(asked: str, form: str) -> str:
    """The address of the same question in another form; nothing where it is no address of the web."""
    parts = urlsplit(address(asked))
    rest = [part for part in parts.query.split("&") if part and not part.startswith("f=")]
    return urlunsplit(parts._replace(query="&".join([*rest, f"f={form}"]))) if parts.path or parts.netloc else ""


def _plain(held: list[Any]) -> bool:
    """Whether these are few short words that may stand in one line."""
    return all(isinstance(one, str | int | float) and len(str(one)) < 40 and not address(str(one)) for one in held)


def _titled(name: str) -> str:
    """The name of a member as people write it: `crs_details` is Crs details."""
    words = name.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]
