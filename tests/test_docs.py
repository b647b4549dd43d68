"""The documents keep up with the code: a format, setting or command that is not described fails here by its name."""

import importlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from pydantic_settings import BaseSettings
from typer.core import TyperGroup
from typer.main import get_command

from arna.cli import app
from ingest.decode import DECODERS
from ingest.sources import SOURCES
from record.network.source import Source
from service.encode import ENCODERS

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
CODE = ("arna", "ingest", "record", "service")
SETTING = re.compile(r"\bARNA_[A-Z][A-Z0-9_]*\b")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def pages() -> list[Path]:
    """Every page that a person reads."""
    return sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


def all_text() -> str:
    """All pages in one."""
    return "\n".join(page.read_text(encoding="utf-8") for page in pages())


def settings() -> set[str]:
    """Every environment variable that the code, or its settings class, reads."""
    files = [ROOT / "Makefile", *(path for folder in CODE for path in (ROOT / folder).rglob("*.py"))]
    named = {name for path in files for name in SETTING.findall(path.read_text(encoding="utf-8"))}
    for found in vars(importlib.import_module("service.settings")).values():
        if isinstance(found, type) and issubclass(found, BaseSettings) and found is not BaseSettings:
            prefix = found.model_config.get("env_prefix", "")
            named |= {f"{prefix}{field}".upper() for field in found.model_fields}
    return named


def commands(command: object, words: str) -> Iterator[str]:
    """The spelling of every command below this one: `arna seal`, `arna keys new`."""
    if isinstance(command, TyperGroup):
        for name, child in command.commands.items():
            yield from commands(child, f"{words} {name}")
    else:
        yield words


def test_every_telegram_format_has_its_page() -> None:
    assert DECODERS
    assert [name for name in DECODERS if not (DOCS / "formats" / f"{name}.md").is_file()] == []


def test_every_kind_of_source_and_every_answer_format_is_named() -> None:
    text = all_text()
    assert SOURCES
    assert ENCODERS
    assert [name for name in [*SOURCES, *ENCODERS] if f"`{name}`" not in text] == []


def test_every_example_of_a_source_is_one_that_can_be_declared() -> None:
    text = (DOCS / "sources.md").read_text(encoding="utf-8")
    examples = [tomllib.loads(found) for found in re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)]
    declared = [Source.model_validate(row) for example in examples for row in example.get("source", [])]
    assert declared
    assert [source.id for source in declared if source.kind not in SOURCES] == []


def test_every_setting_is_described() -> None:
    described = (ROOT / "README.md").read_text(encoding="utf-8") + (DOCS / "settings.md").read_text(encoding="utf-8")
    named = settings()
    assert "ARNA_DATA" in named
    assert sorted(name for name in named if name not in SETTING.findall(described)) == []


def test_every_command_is_described() -> None:
    text = all_text()
    known = list(commands(get_command(app), "arna"))
    assert known
    assert [command for command in known if not re.search(rf"\b{re.escape(command)}\b", text)] == []


def test_every_link_between_pages_leads_somewhere() -> None:
    links = [(page, link) for page in pages() for link in LINK.findall(page.read_text(encoding="utf-8"))]
    assert links
    assert [f"{page.name}: {link}" for page, link in links if not (page.parent / link).exists()] == []


def test_every_decision_says_how_it_is_held() -> None:
    decisions = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    assert decisions
    for decision in decisions:
        text = decision.read_text(encoding="utf-8")
        for heading in ("## Context", "## Decision", "## Consequences", "## Compliance"):
            assert heading in text, f"{decision.name} lacks {heading!r}"
