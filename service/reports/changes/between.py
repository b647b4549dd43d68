"""What another revision of a report gives otherwise than the one before, and which saying in the journal made it so."""

from collections.abc import Iterable, Mapping
from math import isclose
from types import SimpleNamespace
from typing import Any, cast

import orjson

from record.archive import Archive
from record.entry import Flag
from record.network import Network
from service.reports.changes.causes import Causes
from service.reports.forms import as_json
from service.reports.gaps.missing import MOST_NAMED
from service.reports.listed import Listed, listed
from service.reports.report import Change, Report

_PLANNED = ("id", "party", "begins", "ends", "volume", "spread", "told")
_AMENDED = ("series", "time", "new_entry")
_Known = tuple[float | None, str]
"""A value and its flag."""
_SAME = 1e-12
"""Of sums that are made in another order the last digits differ: no reading has so many."""


def changes_between(
    before: Mapping[str, Any], report: Report, archive: Archive, network: Network
) -> tuple[Change, ...]:
    """The numbers that `report` gives otherwise than the earlier revision `before`, its JSON as it was issued.

    In the order of the report; numbers of rows that are no more come last. Raises what `Archive.amended` does.
    """
    old, new = _by_key(listed(cast("Report", _named(before)))), _by_key(listed(report))
    changed = [key for key in (new | old) if _is_changed(old.get(key), new.get(key))]
    if not changed:
        return ()
    because = Causes.between(archive, network, int(before["journal_size"]), report)
    return tuple(_change(old.get(key), new.get(key), because) for key in changed)


def differs(before: Mapping[str, Any], report: Report) -> bool:
    """Whether a correction is to be issued: figures, amendments of readings, shares or plans are not as they were.

    That the journal has grown, that a name is spelled otherwise or that somebody reviewed a reading calls for none.
    """
    after = orjson.loads(as_json.write(report))
    old, new = (_by_key(listed(cast("Report", _named(document)))) for document in (before, after))
    if old.keys() != new.keys() or any(_is_changed(one, new[key]) for key, one in old.items()):
        return True
    return any(part(before) != part(after) for part in (_amendments, _agreed))


def _amendments(document: Mapping[str, Any]) -> list[list[Any]]:
    return [[row[name] for name in _AMENDED] for row in document["gaps"]["amended"]]


def _agreed(document: Mapping[str, Any]) -> list[Any]:
    """The shares and plans of a report as they are declared."""
    accounts = [basin["account"] for basin in document["basins"]]
    return [
        [
            [line["shares"] for line in account["divisions"]],
            account["not_in_force"],
            [[plan[name] for name in _PLANNED] for plan in account["plans"]],
        ]
        for account in accounts
    ]


def _named(document: Any) -> Any:
    """A JSON document whose fields are asked for by name, as those of the document that it was written from."""
    if isinstance(document, Mapping):
        return SimpleNamespace(**{name: _named(value) for name, value in document.items()})
    return [_named(one) for one in document] if isinstance(document, list) else document


def _by_key(numbers: Iterable[Listed]) -> dict[str, Listed]:
    return {one.key: one for one in numbers}


def _is_changed(old: Listed | None, new: Listed | None) -> bool:
    """Whether the value or the flag is another one."""
    (before, old_flag), (after, new_flag) = _said(old, new), _said(new, old)
    if old_flag != new_flag or before is None or after is None:
        return (before, old_flag) != (after, new_flag)
    return not isclose(before, after, rel_tol=_SAME, abs_tol=_SAME)


def _said(one: Listed | None, other: Listed | None) -> _Known:
    """Value and flag; what is not in a report is missing there."""
    if one is not None:
        return one.value, one.flag
    return None, Flag.MISSING.word if other is not None and other.flag else ""


def _change(old: Listed | None, new: Listed | None, because: Causes) -> Change:
    one = cast("Listed", new or old)
    (old_value, old_flag), (new_value, new_flag) = _said(old, new), _said(new, old)
    causes = because.of(one)
    (reason, source), *others = dict.fromkeys((cause.reason, cause.source) for cause in causes) or [(None, None)]
    return Change(
        key=one.key,
        station=one.station,
        unit=one.unit,
        old=old_value,
        old_flag=old_flag,
        new=new_value,
        new_flag=new_flag,
        reason=None if others else reason,
        source=None if others else source,
        entries=tuple(sorted({entry for cause in causes for entry in cause.entries})[-MOST_NAMED:]),
    )
