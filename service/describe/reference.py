"""The reference systems of answers: CRS84, longitude before latitude, and the Gregorian calendar."""

CRS = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
TRS = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
WKT = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],'
    'UNIT["degree",0.0174532925199433]]'
)
SPELLINGS = (
    "CRS84",
    "OGC:CRS84",
    CRS,
    "http://www.opengis.net/def/crs/OGC/0/CRS84",
    "https://www.opengis.net/def/crs/OGC/1.3/CRS84",
    "https://www.opengis.net/def/crs/OGC/0/CRS84",
    "urn:ogc:def:crs:OGC:1.3:CRS84",
    "urn:ogc:def:crs:OGC::CRS84",
)
_KNOWN = frozenset(spelling.lower() for spelling in SPELLINGS)
_LATITUDE_FIRST = ("epsg:4326", "/epsg/0/4326", "epsg::4326")


def is_ours(name: str) -> bool:
    """Whether a client means CRS84 by `name`, in any case of letters, in brackets or not."""
    return name.strip().lower().removeprefix("[").removesuffix("]") in _KNOWN


def why_not(name: str) -> str:
    """Why a reference system is refused, with what to write."""
    if name.strip().lower().removeprefix("[").removesuffix("]").endswith(_LATITUDE_FIRST):
        return f"crs {name[:60]!r} has latitude before longitude, and answers have longitude first: use CRS84"
    return f"crs {name[:60]!r} is not a reference system of ours: use CRS84"
