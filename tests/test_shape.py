"""The shape of the house: short modules, simple functions, nothing at the top level that the plan does not name."""

import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
CODE = ("arna", "benchmarks", "ingest", "record", "service", "tests")
MAX_LINES = 400
# Whoever distrusts the rest reads this one alone, so that it can lean on no other; its languages take a hundred lines.
ALONE = {"record/verify.py": 940}
TOP_LEVEL = {
    *CODE,
    ".ci",
    ".editorconfig",
    ".gitattributes",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "config",
    "docs",
    "pyproject.toml",
    "requirements-dev.lock",
    "requirements.lock",
}
LOCKS = ("requirements.lock", "requirements-dev.lock")
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(\[[^]]*\])?==", re.MULTILINE)


def modules() -> list[Path]:
    """Every Python file of ours."""
    return sorted(path for folder in CODE for path in (ROOT / folder).rglob("*.py"))


def declared(group: str) -> set[str]:
    """Names of the packages that pyproject.toml asks for: "runtime" or a dependency group."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    if group == "runtime":
        asked = project["project"]["dependencies"]
    else:
        asked = [entry for entry in project["dependency-groups"][group] if isinstance(entry, str)]
    return {canonicalize_name(Requirement(entry).name) for entry in asked}


def pinned(lock: str) -> set[str]:
    """Names of the packages that a lock holds."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return {canonicalize_name(found.group(1)) for found in PINNED.finditer(text)}


def test_no_module_is_longer_than_the_ceiling() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_bytes().splitlines()) for path in modules()}
    assert lengths
    assert {name: length for name, length in lengths.items() if length > ALONE.get(name, MAX_LINES)} == {}


def test_no_function_is_too_complex_even_where_a_comment_excuses_it() -> None:
    check = ["check", "--isolated", "--no-cache", "--ignore-noqa", "--output-format", "concise", "--select", "C901"]
    limit = ["--config", "lint.mccabe.max-complexity=8"]
    found = subprocess.run(
        [sys.executable, "-m", "ruff", *check, *limit, *CODE], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout + found.stderr


def test_the_top_level_holds_only_what_the_plan_names() -> None:
    ignored = [line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split()]
    here = {path.name for path in ROOT.iterdir() if path.name != ".git"}
    unplanned = {name for name in here - TOP_LEVEL if not any(fnmatch(name, pattern) for pattern in ignored)}
    assert unplanned == set()


def test_config_holds_facts_and_no_code() -> None:
    files = [path for path in (ROOT / "config").rglob("*") if path.is_file()]
    assert files
    assert [path.name for path in files if path.suffix not in {".toml", ".md"}] == []


def test_locks_name_no_address_and_pin_every_package_by_hash() -> None:
    for lock in LOCKS:
        text = (ROOT / lock).read_text(encoding="utf-8")
        assert re.findall(r".*(?:://|--index|--extra-index|--find-links| @ ).*", text) == [], lock
        blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
        assert blocks, lock
        assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == [], lock


def test_locks_hold_all_that_the_project_asks_for() -> None:
    assert declared("runtime") | declared("build") <= pinned("requirements.lock")
    assert declared("dev") | pinned("requirements.lock") <= pinned("requirements-dev.lock")
