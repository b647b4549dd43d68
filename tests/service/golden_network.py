"""The network of the golden reports: two basins, and what is declared so that the days of the record can go wrong."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import TypeVar

from record.network import Network
from record.network.account import Counted, FigureRules, Resource
from record.network.basin import Basin, Site, SiteKind, Station
from record.network.computed import computed_stations
from record.network.derived import Balance, By, Derived, Input
from record.network.obligation import Obligation
from record.network.party import Party
from record.network.share import Share
from tests.service.report_example import SOURCE, report_network

CHANGED = date(2026, 6, 10)
"""The first day of the share of 60 percent."""
OWED = date(2026, 5, 10), date(2026, 6, 13)
"""The local days of which both parties owe their means."""
UNNAMED = "spring"
"""The site that is declared in English alone."""

NAMES = {
    "talas": ("Talas", "Талас", "Талас", "Талас"),
    "chu": ("Chu", "Чу", "Шу", "Чүй"),
    "kg": ("Kyrgyzstan", "Кыргызстан", "Қырғызстан", "Кыргызстан"),
    "kz": ("Kazakhstan", "Казахстан", "Қазақстан", "Казакстан"),
    "kirov": ("Kirov", "Кировское", "Киров", "Киров"),
    "orto": ("Orto-Tokoy", "Орто-Токой", "Ортотоқай", "Орто-Токой"),
    "tuyte": ("Tuyte", "Туюте", "Туюте", "Түйтө"),
    "merke": ("Merke", "Мерке", "Меркі", "Мерке"),
    "gate": ("Border gate", "Пограничный створ", "Шекара тұстамасы", "Чек ара тилкеси"),
    "upper": ("Upper post", "Верхний пост", "Жоғарғы бекет", "Жогорку бекет"),
}
"""In English, Russian, Kazakh and Kyrgyz."""

Named = TypeVar("Named", Site, Station, Party, Basin)


def golden_network() -> Network:
    """The network of the report's tests, and an hourly gauge, obligations, a computed inflow, other shares."""
    base = report_network()
    inflow = Derived(
        station="orto:kg", series="inflow.daily", by=By.BALANCE, document="made up", source=SOURCE,
        inputs=(Input(series="orto:kg.storage.term"), Input(series="orto:kg.release.daily")),
    )  # fmt: skip
    gauges = {name: _named(one) for name, one in base.stations.items()}
    gauges["upper:kg"] = gauges["upper:kg"].model_copy(update={"series": ("discharge.daily",)})
    gauges |= {
        one.id: one
        for one in (_station("spring:kz", "discharge.hourly"), _station("orto:kg", "storage.term", "release.daily"))
    }
    sites = {name: _named(one) for name, one in {**base.sites, **_sites(base)}.items()}
    shares, resources = _shares(base)
    return replace(
        base,
        figures=FigureRules(base_from=2001, base_until=2022, min_years=5),
        report_day=base.report_day.model_copy(update={"deadline": time(11)}),
        parties={name: _named(one) for name, one in base.parties.items()},
        basins={name: _named(Basin(id=name, names={"en": name}, source=SOURCE)) for name in ("talas", "chu")},
        sites=sites,
        stations=gauges | computed_stations((inflow,), gauges),
        derived=(inflow,),
        balances=(_without_losses(),),
        shares=shares,
        resources=resources,
        obligations={one.id: one for one in map(_owed, ("kz", "kg"))},
    )


def _sites(base: Network) -> dict[str, Site]:
    spring = Site(
        id="spring", kind=SiteKind.POST, basin="talas", river="talas", names={"en": "Spring"}, country="kz",
        source=SOURCE,
    )  # fmt: skip
    orto = base.sites["kirov"].model_copy(update={"id": "orto", "basin": "chu", "river": "chu", "capacity": 470})
    return {"spring": spring, "orto": orto}


def _shares(base: Network) -> tuple[dict[str, Share], tuple[Resource, ...]]:
    """Half of the Talas up to the day of change and then 60 percent; of the Chu 42 percent of what is computed."""
    half = base.shares["flow-50"]
    more = half.model_copy(
        update={"id": "flow-60", "percent": {"kz": Decimal(60), "kg": Decimal(40)}, "valid_from": CHANGED}
    )
    chu = half.model_copy(
        update={"id": "chu-42", "basin": "chu", "of": "chu", "percent": {"kz": Decimal(42), "kg": Decimal(58)}}
    )
    of_flow = base.resources[0]
    computed = (Counted(site="orto", quantity="inflow", party="kg", computed=True),)
    return (
        {**base.shares, "flow-50": half.model_copy(update={"valid_until": CHANGED}), "flow-60": more, "chu-42": chu},
        (
            *base.resources,
            of_flow.model_copy(update={"share": "flow-60"}),
            of_flow.model_copy(update={"share": "chu-42", "counted": computed}),
        ),
    )


def _station(name: str, *series: str) -> Station:
    site, _, party = name.partition(":")
    return _named(
        Station(id=name, site=site, party=party, code=name, names={"en": "Spring of kz"}, series=series, source=SOURCE)
    )


def _without_losses() -> Balance:
    return Balance(
        station="orto:kg", evaporation_mm=tuple([Decimal(0)] * 12), surface_km2=Decimal(20),
        storage_error=Decimal("0.864"), release_error_percent=Decimal(0), document="made up", source=SOURCE,
    )  # fmt: skip


def _owed(party: str) -> Obligation:
    """All means of days of a party in the Talas are due at 09:00 of the next day on its own clock."""
    sites = {"kg": ("kirov", "tuyte", "gate"), "kz": ("merke", "gate")}[party]
    return Obligation(
        id=f"{party}-daily", party=party, series=tuple(f"{site}:{party}.*.daily" for site in sites), of=time(0),
        by=time(9), by_days=1, since=OWED[0], until=OWED[1], document="made up",
    )  # fmt: skip


def _named(one: Named) -> Named:
    """With its names in all four languages, where there are any."""
    name, _, party = str(one.id).partition(":")
    if name not in NAMES:
        return one
    whose = NAMES.get(party[:2], ("", "", "", ""))
    said = [f"{site} ({party})" if party else site for site, party in zip(NAMES[name], whose, strict=True)]
    return one.model_copy(update={"names": dict(zip(("en", "ru", "kk", "ky"), said, strict=True))})
