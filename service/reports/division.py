"""The division of the day's water: what each share in force makes each party's due, and what the party received.

What a share divides and where a party receives is declared, and is resolved, summed and divided by `service.accounts`;
here is said of each part what the report knows of it. What is stored is the state that the account of the day tells. A
sum with a missing part is missing: a smaller sum would be a
false one. Stations of different natures are never added up.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import numpy as np

from record.entry import Flag
from record.network import Network
from record.network.basin import Nature
from record.network.share import Basis, Share
from service.accounts import document as accounts
from service.accounts.counted import Source
from service.accounts.document import Account, Addend, ShareNote
from service.accounts.gauged import MEANS
from service.accounts.lines.division import (
    note_of,
    receipts_of,
    resource_sources,
    resources_of,
    rest_of,
    shares_of,
)
from service.accounts.litres import litres, litres_of_day, million_m3, total
from service.accounts.shares import divided
from service.reports.document import Counted, Division, Figure, PartyWater
from service.reports.known import Known
from service.reports.rows import has_spoken

_DAY = timedelta(days=1)


def divisions(known: Known, basin: str, account: Account) -> tuple[Division, ...]:
    """Every share in force on the day, once for real stations and once for each other nature that has spoken."""
    return tuple(
        _stored(known, share, nature, account) if share.basis is Basis.STORAGE else _division(known, share, nature)
        for share in valid_shares(known.network, basin, known.day.date)
        for nature in Nature
        if share.in_force and _has_part(known, share, nature)
    )


def not_in_force(network: Network, basin: str, day: date) -> tuple[ShareNote, ...]:
    """The shares that are told but not in force on the day."""
    return tuple(note_of(share) for share in valid_shares(network, basin, day) if not share.in_force)


def valid_shares(network: Network, basin: str, day: date) -> list[Share]:
    """The shares of a basin that are declared valid on the day, in force or not."""
    return shares_of(network, basin, day, day + _DAY)


def _has_part(known: Known, share: Share, nature: Nature) -> bool:
    """Real stations always have a part, if only to say that nothing came; others where they have spoken."""
    stations = [one.station for one in resource_sources(known.network, share, nature) if one.station is not None]
    return nature is Nature.REAL or any(has_spoken(known, station) for station in stations)


def _stored(known: Known, share: Share, nature: Nature, account: Account) -> Division:
    """What is stored, as the account of the day tells it; nothing of it is received by the day."""
    told = [one for one in account.divisions if one.nature == nature and share.id in [row.id for row in one.shares]]
    counted = tuple(_state(known, part, one) for one in told for part in one.counted)
    resource = told[0].resource.volume[0] if told else None
    parts = {party.party: None if party.part is None else party.part.volume[0] for one in told for party in one.parties}
    return Division(
        share=note_of(share),
        nature=nature.value,
        state=told[0].state if told else None,
        resource=resource,
        counted=counted,
        missing=tuple(f"{one.name} ({one.series}): {one.reason}" for one in counted if one.reason is not None),
        parties=tuple(
            PartyWater(
                party=party,
                name=known.network.parties[party].names["en"],
                percent=float(percent),
                due=None,
                part=parts.get(party),
                received=None,
                counted=(),
                missing=(),
                rest=(),
            )
            for party, percent in share.percent.items()
        ),
        rest=tuple(rest_of(one) for one in resources_of(known.network, share)),
    )


def _state(known: Known, addend: Addend, division: accounts.Division) -> Counted:
    part, volume = addend.part, addend.volume.volume[0]
    read = part.series[0] if part.series else f"{part.station or part.site}.{part.quantity}"
    unread = f"not read {division.state} on {known.day.date}"
    flag = Flag.MISSING if volume is None else Flag.SUSPECT if part.days_suspect else Flag.GOOD
    return Counted(
        series=read,
        name=part.name,
        flow=None,
        volume=volume,
        flag=Flag.BAD.word if part.days_bad else flag.word,
        entries=() if part.entry is None else (part.entry,),
        reason=part.reason or ("flagged bad" if part.days_bad else unread if volume is None else None),
    )


def _division(known: Known, share: Share, nature: Nature) -> Division:
    """The day's sum of flow, what is due of it and what was received."""
    counted = _counted(known, resource_sources(known.network, share, nature))
    resource, missing = _sum(counted)
    if resource is not None and resource < 0:
        missing = (f"what is due: {'; '.join(one.series for one in counted)} is below nought on this day",)
    percent = np.array([[float(part)] for part in share.percent.values()])
    due = million_m3(divided(litres(np.array([np.nan if resource is None else resource])), percent))[:, 0].tolist()
    return Division(
        share=note_of(share),
        nature=nature.value,
        state=None,
        resource=resource,
        counted=counted,
        missing=missing,
        parties=tuple(
            _party_water(known, share, party, nature, _known(part))
            for party, part in zip(share.percent, due, strict=True)
        ),
        rest=tuple(rest_of(one) for one in resources_of(known.network, share)),
    )


def _party_water(known: Known, share: Share, party: str, nature: Nature, due: float | None) -> PartyWater:
    receipts = receipts_of(known.network, share.basin, party, nature)
    counted = _counted(known, receipts.sources)
    received, missing = _sum(counted)
    return PartyWater(
        party=party,
        name=known.network.parties[party].names["en"],
        percent=float(share.percent[party]),
        due=due,
        part=None,
        received=received,
        counted=counted,
        missing=missing,
        rest=tuple(rest_of(one) for one in receipts.declared),
    )


def _counted(known: Known, sources: Iterable[Source]) -> tuple[Counted, ...]:
    return tuple(_count(known, one) for one in sources)


def _count(known: Known, source: Source) -> Counted:
    figure = None if source.station is None else known.figure(source.station, source.quantity)
    if source.station is None or figure is None:
        return Counted(
            series=f"{source.site}.{source.quantity}",
            name=known.network.sites[source.site].names["en"],
            flow=None,
            volume=None,
            flag=Flag.MISSING.word,
            entries=(),
            reason=source.reason or "no series of a day is declared",
        )
    reason = _why_not(figure)
    return Counted(
        series=figure.series,
        name=known.network.stations[source.station].names["en"],
        flow=None if reason is not None else figure.value,
        volume=None if reason is not None or figure.value is None else _volume(figure.value),
        flag=figure.flag,
        entries=figure.entries,
        reason=reason,
    )


def _volume(value: float) -> float:
    """What a flow of the day carried, in million m3."""
    return float(million_m3(litres_of_day(np.array([value])))[0])


def _why_not(figure: Figure) -> str | None:
    """Why a figure cannot be part of a sum; None where it can."""
    if figure.value is None:
        return "no value for the day"
    if figure.flag == Flag.BAD.word:
        return "flagged bad"
    if figure.basis not in MEANS:
        return f"no mean of the day, only readings at the terms ({figure.readings})"
    return None


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value


def _sum(counted: Sequence[Counted]) -> tuple[float | None, tuple[str, ...]]:
    """The sum of all parts, and the names of those that are missing; with none counted there is nothing to sum."""
    missing = tuple(f"{part.name} ({part.series}): {part.reason}" for part in counted if part.reason is not None)
    volumes = np.array([[np.nan if part.volume is None else part.volume] for part in counted]).reshape(-1, 1)
    whole = float(million_m3(total(litres(volumes)))[0])
    return None if np.isnan(whole) else whole, missing
