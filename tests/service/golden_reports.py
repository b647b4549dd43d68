"""The golden cases: what their files say, and the reports that are built of the same days."""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson

from service.reports.built import build
from service.reports.changes import changes_between, differs
from service.reports.editions import EDITIONS
from service.reports.forms import as_json
from service.reports.report import Report, Revision
from tests.service.golden_network import golden_network
from tests.service.golden_record import NOW, leap_record, season_record
from tests.service.report_example import Record

FOLDER = Path(__file__).parents[1] / "golden" / "reports"
CASES: Mapping[str, Any] = {path.stem: orjson.loads(path.read_bytes()) for path in sorted(FOLDER.glob("*.json"))}
_OF_LEAP = ("leap", "nothing", "below")
_SIGNS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Golden:
    """A report, what its file says of it, and the JSON of the revision before."""

    said: Mapping[str, Any]
    report: Report
    before: Mapping[str, Any] | None


@dataclass(frozen=True)
class Goldens:
    """The reports by case; each record is written and each report built once, when it is first asked for."""

    folder: Path
    _records: dict[str, Record] = field(default_factory=dict)
    _made: dict[str, list[Golden]] = field(default_factory=dict)

    def of(self, case: str) -> list[Golden]:
        """The reports of a case, in the order of its file."""
        if case not in self._made:
            made: list[Golden] = []
            for said in CASES[case]["reports"]:
                record = self.record(said.get("record", "leap" if case in _OF_LEAP else "season"))
                earlier = made[-1].report if said.get("revision", 1) > 1 else None
                made.append(_made(record, said, earlier))
            self._made[case] = made
        return self._made[case]

    def record(self, name: str) -> Record:
        """A record by name: leap, season, or the empty one."""
        if name not in self._records:
            write = {"leap": leap_record, "season": season_record}.get(name, lambda at: Record(at, golden_network()))
            folder = self.folder / name
            folder.mkdir()
            self._records[name] = write(folder)
        return self._records[name]


def _made(record: Record, said: Mapping[str, Any], earlier: Report | None) -> Golden:
    """A report as it was known at its hour, and as a revision where it is one."""
    now = datetime.fromisoformat(said["now"]) if "now" in said else NOW
    archive, network = record.archive, record.network
    count = archive.size_as_of(now)
    report = build(archive, network, EDITIONS[said["edition"]], date.fromisoformat(said["day"]), now, count)
    before = None if earlier is None else orjson.loads(as_json.write(earlier))
    if "revision" in said:
        changes = () if before is None else changes_between(before, report, archive, network)
        entry = None if earlier is None else earlier.journal_size
        report = replace(report, revision=Revision(number=said["revision"], before=entry, changes=changes))
    assert before is None or differs(before, report)
    return Golden(said, report, before)


def reckoned(text: str) -> float:
    """What a pocket calculator makes of numbers, + - * / and brackets."""
    return _of(ast.parse(text, mode="eval").body)


def _of(node: ast.expr) -> float:
    if isinstance(node, ast.BinOp):
        return _SIGNS[type(node.op)](_of(node.left), _of(node.right))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_of(node.operand)
    assert isinstance(node, ast.Constant)
    assert isinstance(node.value, int | float)
    return float(node.value)
