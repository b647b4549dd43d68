"""The rows of the report: which stations have one, and what stands in it."""

from record.network import Network
from record.network.basin import SiteKind
from service.reports.document import Figure, FlowRow, Place, ReservoirRow
from service.reports.known import Known

_FLOW_OF: dict[SiteKind, str] = {
    SiteKind.CANAL: "intake",
    SiteKind.HEADWORKS: "intake",
    SiteKind.BORDER: "discharge",
    SiteKind.POST: "discharge",
}


def place_of(network: Network, station: str) -> Place:
    """Who and where a station is."""
    declared = network.stations[station]
    site = network.sites[declared.site]
    return Place(
        station=station,
        site=site.id,
        kind=site.kind.value,
        basin=site.basin,
        party=declared.party,
        name=declared.names["en"],
        nature=declared.nature.value,
        computed=declared.computed,
        verified=network.is_verified(station),
        note=declared.note or site.note,
    )


def stations_with_rows(known: Known, basin: str, *kinds: SiteKind) -> list[str]:
    """The stations of a basin at sites of these kinds of which anything was said of late, in declared order."""
    network = known.network
    return [
        station.id
        for station in network.stations.values()
        for site in [network.sites[station.site]]
        if site.basin == basin and site.kind in kinds and has_spoken(known, station.id)
    ]


def has_spoken(known: Known, station: str) -> bool:
    """Whether anything was said of the station on the day or of late."""
    return any(not known.is_silent(series.id) for series in known.series_of(station))


def reservoir_row(known: Known, station: str) -> ReservoirRow:
    """A reservoir's day; storage is also given in percent of the declared capacity."""
    capacity = known.network.sites[known.network.stations[station].site].capacity
    storage = known.figure(station, "storage")
    return ReservoirRow(
        place=place_of(known.network, station),
        capacity=capacity,
        filled=_filled(storage, capacity),
        level=known.figure(station, "level"),
        storage=storage,
        change=None if storage is None else known.change(storage),
        inflow=known.figure(station, "inflow"),
        release=known.figure(station, "release"),
    )


def flow_row(known: Known, station: str) -> FlowRow | None:
    """A canal's, border station's or post's day; None for a station that declares no flow."""
    kind = known.network.sites[known.network.stations[station].site].kind
    flow = known.figure(station, _FLOW_OF[kind])
    if flow is None:
        return None
    return FlowRow(
        place=place_of(known.network, station), flow=flow, volume=known.volume(flow), change=known.change(flow)
    )


def flow_rows(known: Known, basin: str, *kinds: SiteKind) -> tuple[FlowRow, ...]:
    """The rows of all stations of these kinds that spoke of late."""
    rows = [flow_row(known, station) for station in stations_with_rows(known, basin, *kinds)]
    return tuple(row for row in rows if row is not None)


def _filled(storage: Figure | None, capacity: float | None) -> float | None:
    if storage is None or storage.value is None or not capacity:
        return None
    return 100 * storage.value / capacity
