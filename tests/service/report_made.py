"""A report put together by hand over a real water account, for tests of what is made of reports."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from service import accounts
from service.language import phrase
from service.reports import keys
from service.reports.report import (
    Against,
    Amendment,
    BasinPart,
    Change,
    Estimated,
    Figure,
    FlowRow,
    Gaps,
    Hydrograph,
    Late,
    LocalDay,
    Missing,
    Place,
    RefusedPart,
    Report,
    ReservoirRow,
    Revision,
    Silent,
    Span,
)
from tests.service.report_example import ALMATY, BEGIN, BISHKEK, DAY, ISSUE, Record, kazakh_day, kyrgyz_day

NEXT = DAY + timedelta(days=1)


def figure(
    station: str,
    quantity: str,
    measure: str = "",
    value: float | None = 1.0,
    unit: str = "m³/s",
    flag: str = "good",
    *,
    nature: str = "real",
    estimated: bool = False,
    against: Against | None = None,
) -> Figure:
    """A figure of one entry."""
    return Figure(
        key=keys.of_figure(station, quantity, measure), subject=station, quantity=quantity, measure=measure, unit=unit,
        value=value, flag="missing" if value is None else flag, estimated=estimated, reviewed="provisional",
        nature=nature, computed=False, basis=("daily",), days=int(value is not None), of_days=1,
        readings=int(value is not None), left_out=0, entries=(0,) if value is not None else (), against=against,
    )  # fmt: skip


def place(station: str, kind: str, *, nature: str = "real", verified: bool = True) -> Place:
    """Where a station of the basin stands."""
    site, _, rest = station.partition(":")
    return Place(
        station=station, site=site, kind=kind, basin="talas", river="talas", party=rest[:2], nature=nature,
        computed=False, verified=verified,
    )  # fmt: skip


def flow_row(station: str, kind: str, quantity: str, value: float | None, against: Against | None = None) -> FlowRow:
    """A canal's, border station's or post's row."""
    volume = None if value is None else value * 0.0864
    million = "million m³"
    return FlowRow(
        place=place(station, kind),
        flow=figure(station, quantity, value=value, against=against),
        volume=figure(station, quantity, "volume", volume, million),
        change=figure(station, quantity, "change", None if value is None else -0.25),
        plan=None,
        deviation=None,
        ten_days=figure(station, quantity, "ten_days", volume, million),
        season=figure(station, quantity, "season", None if volume is None else 30 * volume, million, estimated=True),
    )


def reservoir_row(station: str, *, nature: str = "real") -> ReservoirRow:
    """A reservoir's row."""
    last = Against(last_year=280.0, norm=None, norm_years=0, percent=None, rank=None, klass=None)
    usual = Against(last_year=18.5, norm=16.0, norm_years=30, percent=125.0, rank=0.8, klass="above normal")
    return ReservoirRow(
        place=place(station, "reservoir", nature=nature),
        capacity=550.0,
        level=figure(station, "level", value=25.25, unit="m", nature=nature),
        storage=figure(station, "storage", value=275.0, unit="million m³", nature=nature, against=last),
        filled=figure(station, "storage", "filled", 50.0, "%", nature=nature),
        change=figure(station, "storage", "change", -1.5, "million m³", nature=nature),
        inflow=figure(station, "inflow", value=20.0, nature=nature, against=usual),
        release=figure(station, "release", value=12.5, flag="suspect", nature=nature),
    )


def span() -> Span:
    """The report day."""
    end = BEGIN + timedelta(days=1)
    return Span(
        kind="day", label=DAY.isoformat(), begin=DAY, end=NEXT, until=NEXT, ended=True, start=BEGIN, stop=end,
        issue=ISSUE, deadline=ISSUE + timedelta(hours=2),
        local=tuple(
            LocalDay(
                party=party, zone=zone.key, begin=BEGIN.astimezone(zone), end=end.astimezone(zone),
                issue=ISSUE.astimezone(zone),
            )
            for party, zone in (("kz", ALMATY), ("kg", BISHKEK))
        ),
        document="made up", verified=False, zone=BISHKEK.key,
    )  # fmt: skip


def gaps(refusals: int = 1) -> Gaps:
    """One of each kind of gap, and so many refusals."""
    at = datetime(2026, 5, 1, 3, tzinfo=UTC)
    return Gaps(
        missing=(
            Missing(
                series="gate:kz.discharge.daily", station="gate:kz", party="kz", nature="real", days=1,
                why=phrase("nothing was received"), due=ISSUE, entries=(),
            ),
        ),
        silent=(
            Silent(station="upper:kg", party="kg", nature="real", series=("upper:kg.discharge.term",), whole=True),
        ),
        late=(
            Late(
                series="merke:kz.intake.daily", station="merke:kz", nature="real", count=1, first=at, last=at,
                received=ISSUE + timedelta(hours=2), hours=2.0, source="telegrams", entries=(3,),
            ),
        ),
        estimated=(
            Estimated(
                key="tuyte:kg.intake.season", station="tuyte:kg", nature="real",
                why=phrase("{days} days are missing and counted as the mean of the others", days=2),
            ),
        ),
        refused=tuple(
            RefusedPart(
                entry=number, entered=at, source="telegrams", simulated=False, where="group 2",
                reason="not a group & no number", fragment=f"15954 <script>alert({number})</script>",
            )
            for number in range(refusals)
        ),
        amended=(
            Amendment(
                series="tuyte:kg.intake.daily", station="tuyte:kg", nature="real", unit="m³/s", time=at, old=2.5,
                old_flag="good", old_entry=0, new=2.75, new_flag="suspect", new_entry=2, entered=ISSUE,
                source="amendments", reason="read again", follows=1, after_issue=True,
            ),
        ),
    )  # fmt: skip


def made_report(record: Record, revision: Revision | None = None, refusals: int = 1) -> Report:
    """The daily report of `DAY`, on which `record` gets a full day of both parties."""
    record.say(kyrgyz_day())
    record.say(kazakh_day())
    count = record.archive.size()
    simulated = reservoir_row("kirov:kg:simulated", nature="simulated")
    usual = Against(last_year=4.0, norm=5.0, norm_years=30, percent=60.0, rank=0.05, klass="low")
    begin, days = date(2026, 4, 1), 183
    days_until = (NEXT - begin).days
    now = tuple(20.0 + day if day < days_until else None for day in range(days))
    norm = tuple(16.0 for _ in range(days))
    return Report(
        report="exchange",
        edition="daily",
        origin=record.network.origin,
        span=span(),
        revision=revision,
        journal_size=count,
        as_of=None,
        network_version=record.network.version,
        simulated=True,
        names=names(record),
        basins=(
            BasinPart(
                id="talas",
                reservoirs=(reservoir_row("kirov:kg"), simulated),
                canals=(
                    flow_row("tuyte:kg", "canal", "intake", 2.5),
                    flow_row("merke:kz", "canal", "intake", None),
                ),
                borders=(
                    flow_row("gate:kg", "border", "discharge", 9.0),
                    flow_row("gate:kz", "border", "discharge", 8.75),
                ),
                rivers=(flow_row("upper:kg", "post", "discharge", 3.0, usual),),
                account=accounts.build(record.archive, record.network, "talas", DAY, NEXT, count, by="day", then=False),
                hydrographs=(
                    Hydrograph(
                        station="kirov:kg", quantity="inflow", unit="m³/s", begin=begin, days=days, now=now,
                        before=norm, norm=norm, low=tuple(10.0 for _ in norm), high=tuple(30.0 for _ in norm),
                    ),
                ),
            ),
        ),
        gaps=gaps(refusals),
        reviews={"provisional": 20, "verified": 1},
    )  # fmt: skip


def names(record: Record) -> dict[str, dict[str, str]]:
    """The names of everything that is declared, by id."""
    network = record.network
    held = (network.stations, network.sites, network.parties, network.basins)
    return {one.id: dict(one.names) for part in held for one in part.values()}


def second(changes: Sequence[Change] = ()) -> Revision:
    """A second revision with a change."""
    one = Change(
        key="tuyte:kg.intake", station="tuyte:kg", unit="m³/s", old=2.5, old_flag="good", new=2.75, new_flag="suspect",
        reason="read again", source="amendments", entries=(2,),
    )  # fmt: skip
    return Revision(number=2, before=5, changes=tuple(changes) or (one,))
