"""The shared samples of real and constructed telegrams, where they are at hand; another file by ARNA_KN15_SAMPLES.

Numbers are compared as numbers, an absent key means that the group was not sent, and more flags than expected are
allowed. Of what is expected to be wrong, the groups are compared and not the words of the reasons.
"""

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ingest.decode.kn15 import parse_bulletin

SHARED = Path(__file__).parents[3] / "shared" / "formats" / "kn15-samples.json"
FILE = Path(os.environ.get("ARNA_KN15_SAMPLES", SHARED))
HEAD = ("station", "day", "hour", "n", "nil")


def samples() -> list[Any]:
    """The cases of the file, or one that is skipped with a clear line."""
    if not FILE.is_file():
        reason = f"no file of samples at {FILE}: name one in ARNA_KN15_SAMPLES"
        return [pytest.param({}, marks=pytest.mark.skip(reason=reason), id="no-samples")]
    held = json.loads(FILE.read_text(encoding="utf-8"), parse_float=Decimal)
    return [pytest.param(case, id=case["id"]) for case in held["samples"]]


def refused(view: dict[str, Any]) -> bool:
    """Whether nothing of a telegram was read."""
    return not view["sections"] and not view.get("nil")


def compare(found: dict[str, Any], expected: dict[str, Any]) -> None:
    """A telegram against what it should say."""
    assert {key: found.get(key) for key in HEAD} == {key: expected.get(key) or None for key in HEAD} | zero(expected)
    assert found["sections"] == expected.get("sections", [])
    assert set(expected.get("flags", ())) <= set(found.get("flags", ()))
    wrong = " ".join(error["token"] for error in found.get("errors", ())).split()
    expected_wrong = " ".join(error["token"] for error in expected.get("errors", ())).split()
    assert set(expected_wrong) <= set(wrong)
    assert bool(wrong) == bool(expected_wrong)


def zero(expected: dict[str, Any]) -> dict[str, Any]:
    """Heads that are nought and not absent: midnight."""
    return {key: 0 for key in ("hour", "n") if expected.get(key) == 0}


@pytest.mark.parametrize("case", samples())
def test_a_sample_says_what_it_is_known_to_say(case: dict[str, Any]) -> None:
    expected = case["expected"]
    wanted = expected if isinstance(expected, list) else [expected]
    found = [telegram.to_dict() for telegram in parse_bulletin(case["raw"])]
    if len(found) != len(wanted):
        found = [view for view in found if not refused(view)]
    assert len(found) == len(wanted)
    for view, said in zip(found, wanted, strict=True):
        compare(view, said)


def test_the_shared_samples_are_all_there() -> None:
    if not SHARED.is_file():
        pytest.skip(f"no file of samples at {SHARED}")
    assert len(json.loads(SHARED.read_text(encoding="utf-8"))["samples"]) >= 21
