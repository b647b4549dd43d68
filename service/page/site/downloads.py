"""How a program gets what a page shows: every form, the exact call, and the same in the words of three tools."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta, tzinfo

from record.network.basin import Series
from service.encode import ENCODERS
from service.page.site.choice import Span

Api = Callable[..., str]
"""Gives the whole address of an answer, as `Shell.api` does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form of the answer: its name, what a file of it is called, and its address."""

    name: str
    suffix: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Downloads:
    """All the ways to one series of one span; the calls are texts to be copied."""

    forms: tuple[Form, ...]
    call: str
    curl: str
    pandas: str
    xarray: str
    dap: str
    segments: str
    figures: str
    norms: str
    latest: str
    events: str


def downloads_of(series: Series, span: Span, zone: tzinfo, as_of: str | None, api: Api) -> Downloads:
    """The ways to a series of the times that are shown, as of when they are shown; `zone` is that of its station."""
    path = f"/collections/{series.collection}/locations/{series.station}"
    asked = {"datetime": span.written, "parameter_name": series.quantity, "as_of": as_of}
    csv, call = api(path, **asked, f="csv"), api(path, **asked)
    dataset = api(f"/dap/{series.collection}")
    begin, last_day = span.days(zone)
    days = {"from": begin.isoformat(), "to": (last_day + timedelta(days=1)).isoformat(), "as_of": as_of}
    first, last = span.written.replace("Z", "").split("/")
    return Downloads(
        forms=tuple(
            Form(name=one.name, suffix=one.suffix, href=api(path, **asked, f=name)) for name, one in ENCODERS.items()
        ),
        call=call,
        curl=f"curl -s '{csv}'",
        pandas="\n".join(
            (
                "import pandas as pd",
                f'table = pd.read_csv("{csv}", parse_dates=["time_utc"])',
            )
        ),
        xarray="\n".join(
            (
                "import xarray as xr",
                f'record = xr.open_dataset("{dataset}")',
                f'one = record.swap_dims(station="station_id").sel(station_id="{series.station}")',
                f'one.{series.quantity}.sel(time=slice("{first}", "{last}")).dropna("time")',
            )
        ),
        dap=api(f"/dap/{series.collection}.html"),
        segments=api("/segments", collection=series.collection, datetime=span.written),
        figures=api(f"/figures/{series.id}", by="10-day", **days),
        norms=api(f"/norms/{series.id}", by="month"),
        latest=api("/latest", collection=series.collection),
        events=api("/events", collection=series.collection),
    )
