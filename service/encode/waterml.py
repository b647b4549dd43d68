"""OGC WaterML 2.0 (10-126r4): an observation a series, in one collection; made point by point, valid by the schemas.

The flag of a point is its quality: good, suspect, bad as `poor`, unknown as `unchecked`. What is missing is nil with
its reason, and what was not wanted is nil and `withheld`. The source of a point is the address of the proof of its
entry, of a figure that of the newest entry it rests on. A simulated station is named so in its own name, in that of its
process and in parameters.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import orjson

from record.archive.answer import About, Answer, Heading
from record.entry import Flag
from record.leaf import write_time
from record.network.basin import Nature
from record.network.interval import interval_of
from record.quantities import ENTRY, FLAG, STATUS, Quantity, quantity_of
from record.review import Level
from service.encode.told import Told
from service.written.marked import marked
from service.written.portions import begun, one_by_one
from service.written.words import dated, facts_of

_AT_A_TIME = 1 << 14
_OGC = "http://www.opengis.net/def"
_QUALITY = {
    Flag.GOOD: ("good", "Good"),
    Flag.UNKNOWN: ("unchecked", "Unchecked"),
    Flag.SUSPECT: ("suspect", "Suspect"),
    Flag.BAD: ("poor", "Poor"),
}
_NIL = {
    True: f'<wml2:nilReason xlink:href="{_OGC}/nil/OGC/0/missing" xlink:title="missing"/>',
    False: f'<wml2:nilReason xlink:href="{_OGC}/nil/OGC/0/withheld" xlink:title="its flag was not asked for"/>',
}
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<wml2:Collection xmlns:wml2="http://www.opengis.net/waterml/2.0" xmlns:om="http://www.opengis.net/om/2.0"\
 xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:sam="http://www.opengis.net/sampling/2.0"\
 xmlns:sams="http://www.opengis.net/samplingSpatial/2.0" xmlns:xlink="http://www.w3.org/1999/xlink"\
 xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"\
 xsi:schemaLocation="http://www.opengis.net/waterml/2.0 http://schemas.opengis.net/waterml/2.0/waterml2.xsd"\
 gml:id="collection">
"""


def write(heading: Heading, portions: Iterable[Answer], told: Told) -> Iterator[bytes]:
    """The document of an answer; each piece holds some thousand points at most."""
    read, known = begun(portions), write_time(dated(heading, told))
    yield _head(heading, told, known).encode()
    for row, one in enumerate(one_by_one(read)):
        yield from _station(one, row, told, known)
    yield b"</wml2:Collection>\n"


def _head(heading: Heading, told: Told, known: str) -> str:
    facts = facts_of(heading, told)
    said = "".join(_named("wml2", name, text) for name, text in facts.items() if name != "title")
    return (
        f"{_HEAD}<gml:description>{marked(facts['title'])}</gml:description>\n"
        '<wml2:metadata><wml2:DocumentMetadata gml:id="document">'
        f"<wml2:generationDate>{known}</wml2:generationDate>"
        f"<wml2:generationSystem>Arna {marked(heading.origin)}</wml2:generationSystem>"
        f"</wml2:DocumentMetadata></wml2:metadata>\n{said}"
    )


def _station(one: Answer, row: int, told: Told, known: str) -> Iterator[bytes]:
    """The observations of a station; of a quantity that nobody spoke of there is none."""
    (about,) = one.heading.stations
    where = _point(about, one.heading, row)
    for name in one.heading.quantities:
        spoken = one.layers[name + ENTRY][0] >= 0
        if spoken.any():
            quantity, time = quantity_of(name), one.time[spoken]
            layers = {kind: one.layers[name + kind][0][spoken] for kind in one.heading.kinds}
            yield _opened(one.heading, about, quantity, f"{row}.{name}", _texts(time[[0, -1]]), known, where).encode()
            for begin in range(0, len(time), _AT_A_TIME):
                part = slice(begin, begin + _AT_A_TIME)
                within = {kind: layer[part] for kind, layer in layers.items()}
                yield _points(time[part], within, told.service, figures=one.heading.figures).encode()
            yield b"</wml2:MeasurementTimeseries></om:result></om:OM_Observation></wml2:observationMember>\n"
            where = f'<om:featureOfInterest xlink:href="#station.{row}" xlink:title="{marked(about.name)}"/>\n'


def _point(about: About, heading: Heading, row: int) -> str:
    """The station as the feature that was observed; without a shape's coordinates where no place is known."""
    if about.lat == about.lat and about.lon == about.lon:
        shape = (
            f'<sams:shape><gml:Point gml:id="place.{row}" srsName="{_OGC}/crs/EPSG/0/4326" srsDimension="2">'
            f"<gml:pos>{about.lat} {about.lon}</gml:pos></gml:Point></sams:shape>"
        )
    else:
        shape = '<sams:shape nilReason="unknown"/>'
    said = {"nature": about.nature, "verified": str(about.verified).lower(), "computed": str(about.computed).lower()}
    return (
        f'<om:featureOfInterest><wml2:MonitoringPoint gml:id="station.{row}">'
        f'<gml:identifier codeSpace="{marked(heading.origin)}">{marked(about.id)}</gml:identifier>'
        f"<gml:name>{marked(_name(about))}</gml:name>"
        f'<sam:sampledFeature xlink:title="{marked(heading.collection.basin)}"/>'
        f"{''.join(_named('sam', name, text) for name, text in said.items())}{shape}"
        "</wml2:MonitoringPoint></om:featureOfInterest>\n"
    )


def _opened(
    heading: Heading, about: About, quantity: Quantity, key: str, ends: list[str], known: str, where: str
) -> str:
    """An observation up to its first point; `key` tells its ids from those of others."""
    process = _process(about, heading)
    observed = f'xlink:title="{quantity.long_name}"'
    if quantity.standard_name:
        observed = f'xlink:href="http://vocab.nerc.ac.uk/standard_name/{quantity.standard_name}/" {observed}'
    return (
        f'<wml2:observationMember><om:OM_Observation gml:id="observation.{key}">'
        f"<gml:name>{marked(_name(about))}: {quantity.long_name}</gml:name>"
        f'<om:phenomenonTime><gml:TimePeriod gml:id="time.{key}"><gml:beginPosition>{ends[0]}</gml:beginPosition>'
        f"<gml:endPosition>{ends[1]}</gml:endPosition></gml:TimePeriod></om:phenomenonTime>"
        f'<om:resultTime><gml:TimeInstant gml:id="known.{key}"><gml:timePosition>{known}</gml:timePosition>'
        "</gml:TimeInstant></om:resultTime>\n"
        f'<om:procedure><wml2:ObservationProcess gml:id="process.{key}">'
        f'<wml2:processType xlink:href="{_OGC}/waterml/2.0/processType/{process}" xlink:title="{process}"/>'
        "</wml2:ObservationProcess></om:procedure>"
        f"{_named('om', 'nature', about.nature)}"
        f"<om:observedProperty {observed}/>\n{where}"
        f'<om:result><wml2:MeasurementTimeseries gml:id="series.{key}">'
        "<wml2:metadata><wml2:MeasurementTimeseriesMetadata>"
        f'<wml2:temporalExtent xlink:href="#time.{key}"/>'
        "</wml2:MeasurementTimeseriesMetadata></wml2:metadata>\n"
        "<wml2:defaultPointMetadata><wml2:DefaultTVPMeasurementMetadata>"
        f'{_quality(Flag.GOOD)}<wml2:uom code="{quantity.unit}"/>{_interpolation(heading, quantity)}'
        "</wml2:DefaultTVPMeasurementMetadata></wml2:defaultPointMetadata>\n"
    )


def _points(time: np.ndarray, layers: dict[str, np.ndarray], service: str, *, figures: bool) -> str:
    values, flags = layers[""], layers[FLAG]
    # What stands between the value and the entry, by flag, whether it is nil and how far it was reviewed.
    status = layers.get(STATUS, np.full_like(flags, -1)).astype(np.int16)
    kinds, which = np.unique((flags.astype(np.int16) * 2 + np.isnan(values)) * 8 + status + 1, return_inverse=True)
    proof = f'<wml2:source xlink:href="{marked(service)}/proof?entry='
    between = [
        _between(Flag(kind // 16), nil=bool(kind // 8 % 2), status=kind % 8 - 1) + proof for kind in kinds.tolist()
    ]
    # An entry says a reading; of a figure it is only the newest one below it.
    end = f'"{_RESTS_ON if figures else ""}/></wml2:TVPMeasurementMetadata></wml2:metadata>'
    numbers = orjson.dumps(np.ascontiguousarray(values), option=orjson.OPT_SERIALIZE_NUMPY).decode()[1:-1].split(",")
    rows = zip(_texts(time), numbers, which.tolist(), layers[ENTRY].tolist(), strict=True)
    return "".join([
        f"<wml2:point><wml2:MeasurementTVP><wml2:time>{when}</wml2:time><wml2:value"
        f'{f">{number}</wml2:value>" if number != "null" else _NOTHING}{between[kind]}{entry}{end}'
        "</wml2:MeasurementTVP></wml2:point>\n"
        for when, number, kind, entry in rows
    ])  # fmt: skip


_RESTS_ON = ' xlink:title="the newest entry that this figure rests on"'
_NOTHING = ' xsi:nil="true"/>'


def _between(flag: Flag, *, nil: bool, status: int) -> str:
    """The metadata of a point up to its source, in the order of the schema; a good one has the quality of all."""
    quality = _quality(flag) if flag in _QUALITY and flag is not Flag.GOOD else ""
    reason = _NIL[flag is Flag.MISSING] if nil else ""
    reviewed = f'<wml2:processing xlink:title="{Level(status).word}"/>' if status >= 0 else ""
    return f"<wml2:metadata><wml2:TVPMeasurementMetadata>{quality}{reason}{reviewed}"


def _quality(flag: Flag) -> str:
    word, title = _QUALITY[flag]
    return f'<wml2:quality xlink:href="{_OGC}/waterml/2.0/quality/{word}" xlink:title="{title}"/>'


def _interpolation(heading: Heading, quantity: Quantity) -> str:
    """How a value belongs to its time: our stamp is the start of its period, so that the period follows it."""
    interval = interval_of(heading.collection.interval)
    word = {"time: point": "Continuous", "time: mean": "AverageSucc", "time: sum": "TotalSucc"}
    method = word[interval.cell_methods(quantity)]
    spans = interval.step if interval.even and not interval.point else ""
    return (
        f'<wml2:interpolationType xlink:href="{_OGC}/waterml/2.0/interpolationType/{method}" xlink:title="{method}"/>'
        f"{f'<wml2:aggregationDuration>{spans}</wml2:aggregationDuration>' if spans else ''}"
    )


def _process(about: About, heading: Heading) -> str:
    if about.nature == Nature.SIMULATED.value:
        return "Simulation"
    averaged = heading.figures or not interval_of(heading.collection.interval).point
    return "Algorithm" if about.computed or averaged else "Unknown"


def _name(about: About) -> str:
    return about.name if about.nature == Nature.REAL.value else f"{about.name} ({about.nature})"


def _named(space: str, name: str, text: str) -> str:
    """A parameter by name, in the element of that namespace."""
    return (
        f'<{space}:parameter><om:NamedValue><om:name xlink:title="{name}"/>'
        f'<om:value xsi:type="xs:string">{marked(text)}</om:value></om:NamedValue></{space}:parameter>\n'
    )


def _texts(time: np.ndarray) -> list[str]:
    return np.datetime_as_string(time.astype("datetime64[s]"), unit="s", timezone="UTC").tolist()  # type: ignore[no-any-return]
