"""What the service counts of itself, in the form that Prometheus reads.

Each app has a registry of its own. With several workers each keeps its counts in files of the folder that the package
looks for in PROMETHEUS_MULTIPROC_DIR, which `arna serve` makes, and whichever is asked adds them up.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from service.front.door import ROUTE
from service.guard.cost import points_of

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_KEPT, _UNMATCHED, _REFUSED, _OTHER, _LEFT = "kept", "unmatched", "refused", "other", "left"
_NOWHERE = (0, 404, 405)
_GIVEN_AGAIN = (200, 304)
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"})
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 5.0, 30.0, 300.0)

Gauges = Callable[[], Mapping[str, float | Mapping[str, float]]]
"""Figures of the moment by name; where one is of several things, of each by its name."""

TOLD = {
    "arna_journal_entries": ("Entries of the journal", ""),
    "arna_last_entry_age_seconds": ("Seconds since the last entry was entered", ""),
    "arna_warnings": ("What is amiss: late, silent, stuck, refused or reports", "kind"),
    "arna_tokens_ending_soon": ("Tokens that still hold and will not in 30 days", ""),
}
"""Each figure of the moment: what it is, and of what there are several."""


class Metrics:
    """Counts requests; `now` gives the figures of the moment, asked for when somebody looks."""

    def __init__(self, now: Gauges) -> None:
        self._now = now
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "arna_requests", "Requests, by address, method and status", ("route", "method", "status"),
            registry=self._registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "arna_request_seconds", "Seconds until an answer had gone out", ("route",), buckets=_SECONDS,
            registry=self._registry,
        )  # fmt: skip
        self._points = Counter("arna_points_asked", "Points that answers were asked for", registry=self._registry)
        self._known: dict[tuple[int, str, int], tuple[Counter, Histogram]] = {}

    def observe(self, scope: Scope, status: int, seconds: float) -> None:
        """Count one request; its status is 0 where its client left before it was answered."""
        state = scope.get("state", {})
        route = state.get(ROUTE)
        key = (id(route), scope["method"], status)
        known = self._known.get(key)
        if known is None:
            method = scope["method"] if scope["method"] in _METHODS else _OTHER
            name = _template(route, scope["path"], status)
            known = self._requests.labels(name, method, str(status) if status else _LEFT), self._seconds.labels(name)
            if method != _OTHER:
                self._known[key] = known
        known[0].inc()
        known[1].observe(seconds)
        points = points_of(state)
        if points:
            self._points.inc(points)

    def text(self) -> bytes:
        """All that is counted, and the figures of the moment."""
        counted = self._registry
        if FOLDER in os.environ:
            counted = CollectorRegistry()
            MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
        of_now = CollectorRegistry()
        of_now.register(_OfNow(self._now))
        return generate_latest(counted) + generate_latest(of_now)


class Routed:
    """Leaves word of a request's route in its state, for layers outside of which some work on a copy of the request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does."""
        try:
            await self._app(scope, receive, send)
        finally:
            if scope["type"] == "http":
                scope["state"][ROUTE] = scope.get("route")


def _template(route: object, path: str, status: int) -> str:
    """The template of the address that was asked for; a route knows its own part, and not what stands before it."""
    if not isinstance(route, Route):
        # What no route answered and is well was given before.
        if status in _GIVEN_AGAIN:
            return _KEPT
        return _UNMATCHED if status in _NOWHERE else _REFUSED
    parts = path.split("/")
    for cut in range(1, len(parts) + 1):
        # All of the address may stand before it, and then its own part is empty.
        if route.path_regex.match("".join(f"/{part}" for part in parts[cut:])):
            return "/".join(parts[:cut]) + route.path
    return route.path


class _OfNow(Collector):
    """The figures of the moment."""

    def __init__(self, now: Gauges) -> None:
        self._now = now

    def collect(self) -> Iterable[Metric]:
        """One metric each."""
        for name, value in self._now().items():
            text, of = TOLD[name]
            family = GaugeMetricFamily(name, text, labels=(of,) if of else ())
            told: Mapping[Any, float] = value if isinstance(value, Mapping) else {(): value}
            for label, one in told.items():
                family.add_metric((label,) if of else (), one)
            yield family
