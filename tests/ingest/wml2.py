"""WaterML 2.0 written for tests: points, series, observations and collections."""

NAMESPACES = (
    'xmlns:wml2="http://www.opengis.net/waterml/2.0" xmlns:om="http://www.opengis.net/om/2.0" '
    'xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:swe="http://www.opengis.net/swe/2.0"'
)
QUALITY = "http://www.opengis.net/def/waterml/2.0/quality/"
INTERPOLATION = "http://www.opengis.net/def/waterml/2.0/interpolationType/"
NIL = '<wml2:value xsi:nil="true"/>'
STATION = '<om:featureOfInterest xlink:href="http://water.example/stations/15261"/>'
PROPERTY = '<om:observedProperty xlink:href="http://water.example/parameters/H" xlink:title="Level"/>'


def point(value: str | None = "1.5", time: str | None = "2026-06-01T00:00:00Z", metadata: str = "") -> str:
    """A point; `value` is a number or a whole element, None leaves it out."""
    when = "" if time is None else f"<wml2:time>{time}</wml2:time>"
    what = value if value is None or value.startswith("<") else f"<wml2:value>{value}</wml2:value>"
    held = f"<wml2:TVPMeasurementMetadata>{metadata}</wml2:TVPMeasurementMetadata>" if metadata else ""
    beside = f"<wml2:metadata>{held}</wml2:metadata>" if held else ""
    return f"<wml2:point><wml2:MeasurementTVP>{when}{what or ''}{beside}</wml2:MeasurementTVP></wml2:point>"


def quality(word: str) -> str:
    """A word of the standard's vocabulary of quality."""
    return f'<wml2:quality xlink:href="{QUALITY}{word}"/>'


def interpolation(word: str) -> str:
    """A word of the standard's vocabulary of interpolation."""
    return f'<wml2:interpolationType xlink:href="{INTERPOLATION}{word}"/>'


def series(points: str, default: str = '<wml2:uom code="m"/>', steps: tuple[str, str] | None = None) -> str:
    """A series with default metadata and, if wanted, base time and spacing."""
    grid = "" if steps is None else f"<wml2:baseTime>{steps[0]}</wml2:baseTime><wml2:spacing>{steps[1]}</wml2:spacing>"
    return (
        '<wml2:MeasurementTimeseries gml:id="ts">'
        f"<wml2:metadata><wml2:TimeseriesMetadata>{grid}</wml2:TimeseriesMetadata></wml2:metadata>"
        f"<wml2:defaultPointMetadata><wml2:DefaultTVPMeasurementMetadata>{default}"
        f"</wml2:DefaultTVPMeasurementMetadata></wml2:defaultPointMetadata>{points}</wml2:MeasurementTimeseries>"
    )


def collection(*results: str, named: str = PROPERTY, of: str = STATION, beside: str = "") -> str:
    """Observations with such results, each of the same property and station."""
    observations = "".join(
        f"<wml2:observationMember><om:OM_Observation>{named}{of}<om:result>{result}</om:result></om:OM_Observation>"
        "</wml2:observationMember>"
        for result in results
    )
    return f"<wml2:Collection {NAMESPACES}>{beside}{observations}</wml2:Collection>"
