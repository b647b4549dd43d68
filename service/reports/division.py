"""The division of the day's water: what each share in force makes each party's due, and what the party received.

A share of flow divides a resource. What the resource is, no document that could be reached says; the report counts the
inflow of the basin's shared reservoirs, and names every series that it counts. A sum with a missing part is missing:
a smaller sum would be a false one. Stations of different natures are never added up.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from math import fsum

from record.entry import Flag
from record.network import Network
from record.network.basin import Nature, SiteKind, Station
from record.network.share import Basis, Share
from service.reports.document import Counted, Division, Figure, PartyWater, PlanLine, ShareNote
from service.reports.known import Known
from service.reports.rows import has_spoken

_A_DAYS_MEAN = ("daily", "hourly", "10-minute")
_STATE = ("daily", "hourly", "10-minute", "term")


def divisions(known: Known, basin: str) -> tuple[Division, ...]:
    """Every share in force on the day, once for real stations and once for each other nature that has spoken."""
    shares = [share for share in valid_shares(known.network, basin, known.day.date) if share.in_force]
    return tuple(
        _flow(known, share, nature) if share.basis is Basis.FLOW else _storage(known, share, nature)
        for share in shares
        for nature in Nature
        if _has_part(known, share, nature)
    )


def not_in_force(network: Network, basin: str, day: date) -> tuple[ShareNote, ...]:
    """The shares that are told but not in force on the day."""
    return tuple(note_of(share) for share in valid_shares(network, basin, day) if not share.in_force)


def valid_shares(network: Network, basin: str, day: date) -> list[Share]:
    """The shares of a basin that are declared valid on the day, in force or not."""
    return [
        share
        for share in network.shares.values()
        if share.basin == basin and share.valid_from <= day and (share.valid_until is None or day < share.valid_until)
    ]


def note_of(share: Share) -> ShareNote:
    """A share as it is declared."""
    return ShareNote(
        id=share.id,
        basis=share.basis.value,
        of=share.of,
        percent={party: float(percent) for party, percent in share.percent.items()},
        in_force=share.in_force,
        valid_from=share.valid_from,
        valid_from_verified=share.valid_from_verified,
        verified=share.verified,
        document=share.document,
        source=share.source,
        note=share.note,
    )


def plans(network: Network, basin: str, day: date) -> tuple[PlanLine, ...]:
    """The season plans in force whose season holds the day."""
    return tuple(
        PlanLine(
            id=plan.id,
            party=plan.party,
            party_name=network.parties[plan.party].names["en"],
            begins=plan.begins,
            ends=plan.ends,
            day=(day - plan.begins).days + 1,
            days=(plan.ends - plan.begins).days,
            volume=float(plan.volume),
            delivered=None if plan.delivered is None else float(plan.delivered),
            verified=plan.verified,
            document=plan.document,
            source=plan.source,
            note=plan.note,
        )
        for plan in network.season_plans.values()
        if plan.basin == basin and plan.in_force and plan.begins <= day < plan.ends
    )


def _has_part(known: Known, share: Share, nature: Nature) -> bool:
    """Real stations always have a part, if only to say that nothing came; others where they have spoken."""
    stations = _resource_stations(known.network, share, nature)
    return bool(stations) and (nature is Nature.REAL or any(has_spoken(known, station.id) for station in stations))


def _flow(known: Known, share: Share, nature: Nature) -> Division:
    inflows = _counted(known, _resource_stations(known.network, share, nature), "inflow")
    resource, missing = _sum(inflows)
    return Division(
        share=note_of(share),
        nature=nature.value,
        resource=resource,
        counted=inflows,
        missing=missing,
        parties=tuple(_party_water(known, share, party, nature, resource) for party in share.percent),
    )


def _party_water(known: Known, share: Share, party: str, nature: Nature, resource: float | None) -> PartyWater:
    canals, gates = _receiving_stations(known.network, share, party, nature)
    counted = (*_counted(known, canals, "intake"), *_counted(known, gates, "discharge"))
    received, missing = _sum(counted)
    percent = float(share.percent[party])
    return PartyWater(
        party=party,
        name=known.network.parties[party].names["en"],
        percent=percent,
        due=None if resource is None else resource * percent / 100,
        received=received,
        counted=counted,
        missing=missing,
    )


def _storage(known: Known, share: Share, nature: Nature) -> Division:
    stations = _resource_stations(known.network, share, nature)
    stored = _counted(known, stations, "storage")
    resource, missing = _sum(stored)
    return Division(
        share=note_of(share),
        nature=nature.value,
        resource=resource,
        counted=stored,
        missing=missing,
        parties=tuple(
            PartyWater(
                party=party,
                name=known.network.parties[party].names["en"],
                percent=float(percent),
                due=None if resource is None else resource * float(percent) / 100,
                received=None,
                counted=(),
                missing=(),
            )
            for party, percent in share.percent.items()
        ),
    )


def _resource_stations(network: Network, share: Share, nature: Nature) -> list[Station]:
    """Of flow: stations with inflow at the basin's shared reservoirs; of storage: those of the reservoir named."""
    wanted = "inflow" if share.basis is Basis.FLOW else "storage"
    found = []
    for station in network.stations.values():
        site = network.sites[station.site]
        counts = bool(site.shared) if share.basis is Basis.FLOW else site.id == share.of
        reservoir = counts and site.kind is SiteKind.RESERVOIR and site.basin == share.basin
        if reservoir and station.nature is nature and not station.computed:
            found += [station] if _declares(station, wanted) else []
    return found


def _receiving_stations(
    network: Network, share: Share, party: str, nature: Nature
) -> tuple[list[Station], list[Station]]:
    """A party's canals, and its own gauges at border gates if the shared reservoirs stand in the other country.

    The gauge of the party that gives is shown among the border stations but is not counted: it is the same water.
    """
    own = [
        station
        for station in network.stations.values()
        if station.party == party and station.nature is nature and network.sites[station.site].basin == share.basin
    ]
    givers = {site.country for site in network.sites.values() if site.basin == share.basin and site.shared}
    canals = [station for station in own if network.sites[station.site].kind is SiteKind.CANAL]
    gates = [station for station in own if network.sites[station.site].kind is SiteKind.BORDER]
    return _declaring(canals, "intake"), _declaring(gates, "discharge") if party not in givers else []


def _declaring(stations: Iterable[Station], quantity: str) -> list[Station]:
    return [station for station in stations if _declares(station, quantity)]


def _declares(station: Station, quantity: str) -> bool:
    return any(said.partition(".")[0] == quantity for said in station.series)


def _counted(known: Known, stations: Iterable[Station], quantity: str) -> tuple[Counted, ...]:
    found = [(station, known.figure(station.id, quantity)) for station in stations]
    return tuple(_count(known, station, figure) for station, figure in found if figure is not None)


def _count(known: Known, station: Station, figure: Figure) -> Counted:
    stock = figure.quantity == "storage"
    reason = _why_not(figure, _STATE if stock else _A_DAYS_MEAN)
    volume = figure if stock else known.volume(figure)
    return Counted(
        series=figure.series,
        name=station.names["en"],
        flow=None if stock or reason is not None else figure.value,
        volume=volume.value if reason is None else None,
        flag=figure.flag,
        entries=figure.entries,
        reason=reason,
    )


def _why_not(figure: Figure, accepted: Sequence[str]) -> str | None:
    """Why a figure cannot be part of a sum; None where it can."""
    if figure.value is None:
        return "no value for the day"
    if figure.flag == Flag.BAD.word:
        return "flagged bad"
    if figure.basis not in accepted:
        return f"no mean of the day, only readings at the terms ({figure.readings})"
    return None


def _sum(counted: Sequence[Counted]) -> tuple[float | None, tuple[str, ...]]:
    """The sum of all parts, and the names of those that are missing; with none counted there is nothing to sum."""
    missing = tuple(f"{part.name} ({part.series}): {part.reason}" for part in counted if part.reason is not None)
    volumes = [part.volume for part in counted if part.volume is not None]
    if missing or not volumes:
        return None, missing
    return fsum(volumes), ()
