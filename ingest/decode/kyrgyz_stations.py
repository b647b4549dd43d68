"""The XML of Kyrgyzhydromet's automatic stations, as they leave it on the hydromet's FTP server.

A report has a TIME and names a station before its parameters; a parameter (VAR) has values, each of one kind (PROC).
The form is described in `docs/formats/kyrgyz-stations.md`. Nothing here knows a clock, a database or a network.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ingest.reading import Said, Unreadable
from ingest.written import xml_tree
from ingest.written.channel import Value, channel_called, said_of, undeclared
from ingest.written.xml_tree import Element, shown

if TYPE_CHECKING:
    from record.network.source import Channel, Source

__all__ = ["decode"]

_MEAN = "AVE"
_TIME = re.compile(r"(\d\d)-(\d\d)-(\d{4})T(\d\d):(\d\d):(\d\d)Z", re.ASCII)
_STATION = re.compile(r"(\d{5})\d?", re.ASCII)


def decode(
    body: bytes,
    received: datetime,  # noqa: ARG001 - every decoder is called alike; a report dates itself
    source: "Source",
) -> list[Said]:
    """A reading of each value of a declared channel, and why any other is none.

    A channel is called `VAR/PROC`, or `VAR` alone where PROC is AVE; of two sensors of one kind `VAR/PROC/SENSID` or
    `VAR/PROC/SENSTYPE` tells which is meant. Never raises on any bytes.
    """
    root = xml_tree.parsed(body)
    if isinstance(root, str):
        return [Unreadable(fragment=body, where="message", reason=root)]
    message = _Message(source)
    for element in root.iter("{*}station", "{*}parameter", "{*}value"):
        message.take(element)
    reason = "it holds no parameter with a value"
    return message.said() or [Unreadable(fragment=body, where="message", reason=reason)]


@dataclass(slots=True)
class _Lost:
    """Values that are refused together: where the first of them stood, why, how many they are, and their bytes."""

    where: str
    reason: str
    count: int = 0
    bytes: dict[bytes, None] = field(default_factory=dict)

    def said(self) -> Unreadable:
        fragment = b"\n".join(self.bytes)[: xml_tree.KEPT]
        return Unreadable(fragment=fragment, where=self.where, reason=f"{self.reason}; values of it here: {self.count}")


class _Message:
    """What was read of a message so far."""

    def __init__(self, source: "Source") -> None:
        self.source = source
        self.count = 0
        self.times: dict[Element, datetime | str] = {}
        self.stations: dict[Element | None, str] = {}
        self.fragments: dict[Element, bytes] = {}
        self.values: list[tuple[Value, Channel]] = []
        self.unread: list[Said] = []
        self.lost: dict[object, _Lost] = {}

    def take(self, element: Element) -> None:
        """Read the next station, parameter or value."""
        name = xml_tree.name_of(element)
        if name == "station":
            self.stations[_report_of(element)] = element.get("ID", "").strip()
        elif name == "parameter":
            self._look_over(element)
        else:
            self._take_value(element)

    def said(self) -> list[Said]:
        """All that the message says: what could be read first."""
        texts: dict[object, set[str | None]] = defaultdict(set)
        for value, channel in self.values:
            texts[value.time, value.station, channel.series].add(value.text)
        read: list[Said] = []
        for value, channel in self.values:
            rivals = len(texts[value.time, value.station, channel.series])
            doubt = (f"the message gives {rivals} different values of {channel.series} of this time",)
            value = replace(value, doubts=doubt) if rivals > 1 else value
            read.append(said_of(value, channel, self.source))
        return read + self.unread + [lost.said() for lost in self.lost.values()]

    def _look_over(self, parameter: Element) -> None:
        """Keep what stands in a parameter where no value is looked for."""
        loose = xml_tree.loose_text(parameter, "value", "parameter")
        for text in loose:
            self._refuse(parameter, text.encode()[: xml_tree.KEPT], "it is written in a parameter, but in no value")
        if not loose and xml_tree.child_of(parameter, "value") is None:
            self._refuse(parameter, self._fragment(parameter), f"parameter {_var(parameter)!r} holds no value")

    def _refuse(self, element: Element, fragment: bytes, reason: str) -> None:
        self.unread.append(Unreadable(fragment=fragment, where=xml_tree.where(element), reason=reason))

    def _take_value(self, element: Element) -> None:
        parameter = element.getparent()
        if parameter is None or xml_tree.name_of(parameter) != "parameter":
            self._refuse(element, xml_tree.fragment(element), "it is a value of no parameter")
            return
        name = f"{_var(parameter)}/{_proc(element)}"
        found = self._placed(element, parameter)
        if isinstance(found, str):
            self._lose((parameter, found), parameter, found)
            return
        station, time = found
        channel = channel_called(self.source, _names(element, parameter), station)
        if channel is None:
            self._lose(name, parameter, undeclared(self.source, name), name)
            return
        where = f"{xml_tree.where(element)}, {name}"
        fragment = self._fragment(parameter)
        value = Value(text=xml_tree.text_of(element), time=time, where=where, fragment=fragment, station=station)
        self.values.append((value, channel))

    def _placed(self, element: Element, parameter: Element) -> tuple[str, datetime] | str:
        """Station and time of a value, or why it has none."""
        self.count += 1
        if self.count > xml_tree.MAX_VALUES:
            return f"more than {xml_tree.MAX_VALUES} values in one message: split it"
        report = _report_of(parameter)
        if report is None:
            return "it stands in no report with a TIME"
        if not _var(parameter) or not _proc(element):
            return "it has no VAR" if not _var(parameter) else "a value without PROC: whether it is a mean is not said"
        if report not in self.times:
            self.times[report] = _time_of(report)
        time = self.times[report]
        station = _STATION.fullmatch(self.stations.get(report, ""))
        if station is None:
            said = self.stations.get(report)
            return "no station is named before it" if said is None else f"station {shown(said)!r} is no post index"
        return time if isinstance(time, str) else (station[1], time)

    def _lose(self, key: object, parameter: Element, reason: str, name: str | None = None) -> None:
        """Refuse a value together with those that are refused for the same."""
        where = xml_tree.where(parameter) + (f", {shown(name)}" if name else "")
        lost = self.lost.setdefault(key, _Lost(where, reason))
        lost.count += 1
        if sum(map(len, lost.bytes)) < xml_tree.KEPT:
            lost.bytes[self._fragment(parameter)] = None

    def _fragment(self, parameter: Element) -> bytes:
        # Once a parameter: one with very many values would be written again for each of them.
        if parameter not in self.fragments:
            self.fragments[parameter] = xml_tree.fragment(parameter)
        return self.fragments[parameter]


def _report_of(element: Element) -> Element | None:
    """The report around an element: its name is not known, but it has a TIME."""
    return next((above for above in element.iterancestors() if above.get("TIME") is not None), None)


def _time_of(report: Element) -> datetime | str:
    """The time of a report, written day-month-year, in UTC; or why it is none."""
    text = report.get("TIME", "").strip()
    found = _TIME.fullmatch(text)
    if found is None:
        return f"TIME {shown(text)!r} is not of the form dd-mm-yyyyThh:mm:ssZ"
    day, month, year, *clock = map(int, found.groups())
    try:
        time = datetime(year, month, day, tzinfo=UTC).replace(hour=clock[0], minute=clock[1], second=clock[2])
    except ValueError:
        return f"TIME {text!r} is in no calendar"
    return time if year in xml_tree.YEARS else f"TIME {text!r} is of no year in which anybody measured"


def _names(element: Element, parameter: Element) -> list[str]:
    """What the channel of a value may be called, the most exact name first."""
    var, proc = _var(parameter), _proc(element)
    sensors = [parameter.get("SENSID", "").strip(), parameter.get("SENSTYPE", "").strip()]
    exact = [f"{var}/{proc}/{sensor}" for sensor in sensors if sensor]
    return [*exact, f"{var}/{proc}", *([var] if proc == _MEAN else [])]


def _var(parameter: Element) -> str:
    return parameter.get("VAR", "").strip()


def _proc(element: Element) -> str:
    return element.get("PROC", "").strip()
