"""What is asked of each server: the address of a question, by the number of the series."""

from urllib.parse import quote

from benchmarks.served.load import COLLECTION, HOUR, Served
from benchmarks.world import after

_WEEK = 168 * HOUR


class Questions:
    """The addresses of ten years and of the last seven days of a series, at ours, at the floor and at each peer."""

    def __init__(self, served: Served) -> None:
        first, last = served.spans[0][0], served.spans[-1][1]
        sealed = served.spans[-1][0]
        self._years, self._week = (first, sealed), (last - _WEEK, last)
        self._served = served
        self.hours = (sealed - first) // HOUR

    def ours(self, series: int, span: str, form: str, later: int = 0) -> str:
        """At our service; the end of a `datetime` is closed. `later`: so many hours less at the beginning.

        A question that begins at another hour is another question, and no answer to it is kept yet.
        """
        begin, end = self._span(span)
        begin += later * HOUR
        station = f"simulated-hourly-{series:04}:kg"
        return (
            f"/collections/{COLLECTION}/locations/{station}"
            f"?datetime={_z(begin)}/{_z(end - HOUR)}&parameter-name=discharge&f={form}"
        )

    def floor(self, series: int, span: str, form: str) -> str:
        """At the floor."""
        return f"/{span}/{series}?f={form}"

    def grid(self, series: int, span: str, form: str, *, zone: str) -> str:
        """The rest of an EDR address at a peer that serves the grid; the whole grid is the ten years and a month."""
        lon, lat = self._served.place(series)
        begin, end = self._span(span)
        when = "" if span == "years" else f"&datetime={_z(begin)[:-1]}{zone}/{_z(end - HOUR)[:-1]}{zone}"
        return f"/position?coords={quote(f'POINT({lon:g} {lat:g})')}&f={form}{when}"

    def rows(self, series: int, span: str) -> str:
        """At the rows in PostgreSQL."""
        begin, end = self._span(span)
        return f"/series/{series}?start={_z(begin)}&end={_z(end)}"

    def ours_dap(self, series: int, later: int = 0) -> str:
        """The values of ten years by OPeNDAP."""
        return f"/dap/{COLLECTION}.dods?discharge[{series}][{later}:1:{self.hours - 1}]"

    def everything(self, form: str) -> str:
        """All gauges over all years: more than 100 MB as text."""
        begin, end = self._years
        where = quote("POLYGON((73 42,75 42,75 43,73 43,73 42))")
        return f"/collections/{COLLECTION}/area?coords={where}&datetime={_z(begin)}/{_z(end)}&f={form}"

    def latest(self) -> str:
        """The newest reading of every gauge."""
        return f"/latest?collection={COLLECTION}"

    def _span(self, span: str) -> tuple[int, int]:
        return self._years if span == "years" else self._week


def _z(seconds: int) -> str:
    return f"{after(seconds):%Y-%m-%dT%H:%M:%SZ}"
