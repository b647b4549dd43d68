"""One series: where its points stand in time, and what each says."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ingest.decode.waterml2.duration import Duration, after, duration_of
from ingest.decode.waterml2.interpolation import doubts_of, stamped_of
from ingest.decode.waterml2.metadata import Metadata, metadata_of
from ingest.decode.waterml2.naming import names_of_property, names_of_station
from ingest.decode.waterml2.quality import Judgement, judged
from ingest.reading import Reading, Said, Unreadable
from ingest.written import xml_tree
from ingest.written.channel import Value, channel_called, said_of, station_called, undeclared
from ingest.written.xml_tree import Element, shown

if TYPE_CHECKING:
    from record.network.source import Channel, Source

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_PAIR = "MeasurementTVP"
_CENSORED = "it lies beyond what is measured there"
_MOVED = "its month has no such day: the last one is taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """The times of a series of equal steps."""

    base: datetime
    spacing: Duration


class Series:
    """A `MeasurementTimeseries` with what its observation says of it. `points` are its pairs of time and value."""

    def __init__(self, element: Element, source: "Source", ids: Mapping[str, Element]) -> None:
        observation = xml_tree.nearest(element, "OM_Observation")
        self.element = element
        self.source = source
        self.zone = ZoneInfo(source.zone)
        self.names = names_of_property(observation, element)
        self.station = station_called(source, names_of_station(observation, ids))
        self.points = _pairs(element)
        self.default = metadata_of(xml_tree.child_of(element, "defaultPointMetadata"))
        self.meant: dict[Metadata, _Meant] = {}

    def said(self, most: int) -> list[Said]:
        """What the points say, of which no more than `most` are read."""
        channel = channel_called(self.source, self.names, self.station)
        if not self.points:
            return []
        if channel is None:
            return [self.refused(undeclared(self.source, self.names[0]))]
        grid = _grid_of(self.element, self.zone)
        said: list[Said] = []
        undated: list[Element] = []
        for number, pair in enumerate(self.points[: max(most, 0)]):
            time = self._time(pair, number, grid)
            if time is None:
                undated.append(pair)
            else:
                said.append(self._said(pair, number, time, channel))
        if undated:
            said.append(self.refused(f"its points have no time, and it no steps: {grid}", undated))
        rest = self.points[max(most, 0) :]
        if rest:
            said.append(self.refused(f"more than {xml_tree.MAX_VALUES} values in one message: split it", rest))
        return said

    def refused(self, reason: str, points: list[Element] | None = None) -> Unreadable:
        """The whole series, or some of its points, refused at once."""
        return Unreadable(
            fragment=xml_tree.fragment(self.element) if points is None else xml_tree.fragments(points),
            where=f"{xml_tree.where(self.element if points is None else points[0])}, {shown(self.names[0])}",
            reason=f"{reason}; values of it here: {len(self.points if points is None else points)}",
        )

    def _time(self, pair: Element, number: int, grid: _Grid | str) -> "tuple[datetime, bool] | str | None":
        """The time of a point and whether its day was moved; in words why it has none; None where none is written."""
        written = xml_tree.child_of(pair, "time")
        if written is not None:
            time = xml_tree.stamp_of(xml_tree.text_of(written), self.zone)
            return time if isinstance(time, str) else (time, False)
        return None if isinstance(grid, str) else after(grid.base, grid.spacing, number)

    def _said(self, pair: Element, number: int, time: tuple[datetime, bool] | str, channel: "Channel") -> Said:
        where = f"{xml_tree.where(pair)}, {shown(self.names[0])} point {number + 1}"
        fragment = xml_tree.fragment(pair)

        def unread(reason: str) -> Unreadable:
            return Unreadable(fragment=fragment, where=where, reason=reason)

        if xml_tree.name_of(pair) != _PAIR:
            return unread(f"it is no {_PAIR}")
        if isinstance(time, str):
            return unread(time)
        own = metadata_of(xml_tree.child_of(pair, "metadata"))
        said = own.over(self.default)
        meant = self._meant(said, channel)
        told = _text_of(pair, own.nil_reason, called_missing=meant.called_missing)
        if isinstance(told, str):
            return unread(told)
        value = Value(
            text=told.text,
            time=time[0],
            where=where,
            fragment=fragment,
            station=self.station,
            unit=told.unit or said.unit,
            quality=meant.judgement.word,
            doubts=(*meant.doubts, *told.doubts, *((_MOVED,) if time[1] else ())),
        )
        found = said_of(value, meant.channel, self.source)
        return replace(found, estimated=True) if meant.judgement.estimated and isinstance(found, Reading) else found

    def _meant(self, said: Metadata, channel: "Channel") -> "_Meant":
        """What such words about a point come to; they are mostly the same for all."""
        if said not in self.meant:
            judgement = judged(_words(said), said.comments, self.source)
            stamped = stamped_of(said.interpolation) or channel.stamped
            against = doubts_of(said.interpolation, said.aggregation, channel)
            beyond = () if said.censored is None else (f"{_CENSORED} ({shown(said.censored)})",)
            self.meant[said] = _Meant(
                channel=channel.model_copy(update={"stamped": stamped}),
                judgement=judgement,
                called_missing=self.source.quality.get(judgement.word or "") == "missing",
                doubts=(*against, *judgement.doubts, *beyond),
            )
        return self.meant[said]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meant:
    """The channel as a point's own words would have it stamped, what they say of its quality, and what is doubtful."""

    channel: "Channel"
    judgement: Judgement
    called_missing: bool
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """The text of a value, None where the message says that there is none, its own unit, and what is odd about it."""

    text: str | None
    unit: str | None = None
    doubts: tuple[str, ...] = ()


def _text_of(pair: Element, nil_reason: str | None, *, called_missing: bool) -> _Told | str:
    """What the value of a point says, or why it says nothing."""
    values = [child for child in pair if xml_tree.name_of(child) == "value"]
    if len(values) > 1:
        return f"one point with {len(values)} values"
    if not values:
        absent = nil_reason or called_missing
        return _Told(text=None) if absent else "it has no value, and no reason to have none"
    value = values[0]
    text = xml_tree.text_of(value)
    reason = nil_reason or value.get("nilReason", "").strip()
    if value.get(_NIL, "").strip() in {"true", "1"}:
        return _Told(text=None, doubts=(f"it is nil, and yet says {shown(text)!r}",) if text else ())
    if not text and (reason or called_missing):
        return _Told(text=None)
    doubts = (f"it has a number, and yet a reason to have none ({shown(reason)})",) if reason else ()
    return _Told(text=text, unit=shown(value.get("uom", "")) or None, doubts=doubts)


def _words(said: Metadata) -> tuple[str, ...]:
    return (*(() if said.quality is None else (said.quality,)), *said.qualifiers)


def _pairs(series: Element) -> list[Element]:
    """The pairs of time and value in a series' points; a point without any stands for itself."""
    points = [child for child in series if xml_tree.name_of(child) == "point"]
    return [pair for point in points for pair in (list(point) or [point])]


def _grid_of(series: Element, zone: ZoneInfo) -> _Grid | str:
    """The steps of a series, or why it has none."""
    holder = xml_tree.child_of(series, "metadata")
    fields = {
        xml_tree.name_of(field): xml_tree.text_of(field)
        for kind in (() if holder is None else holder)
        for field in kind
    }
    if "baseTime" not in fields or "spacing" not in fields:
        return "neither points with a time nor baseTime and spacing"
    base, spacing = xml_tree.stamp_of(fields["baseTime"], zone), duration_of(fields["spacing"])
    if isinstance(base, str):
        return f"baseTime {base}"
    if spacing is None or spacing.is_nothing:
        return f"spacing {shown(fields['spacing'])!r} is no duration that leads on"
    return _Grid(base=base, spacing=spacing)
