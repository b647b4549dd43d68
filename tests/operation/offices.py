"""The twelve offices of the made-up basin: who speaks which format over which kind of source."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.operation import outlets
from tests.operation.outlets import Outlet
from tests.operation.speakers import declared
from tests.operation.world import HOUR, Message, Sender, Trouble

ALL = ("unknown", "foreign", "ahead")
TOKEN = "a-token-of-kz-only-for-tests"


@dataclass(frozen=True, slots=True)
class Plan:
    """How an office works: its format, how it publishes, and which rows that nobody can accept it may send."""

    name: str
    party: str
    format: str
    strange: tuple[str, ...]
    opened: Callable[[Path, Callable[[], str]], AbstractContextManager[Outlet]]


PLANS = (
    Plan("bulletins", "kg", "kn15", ("unknown", "foreign"), lambda data, _: outlets.folder("kn15", data, "bulletins")),
    Plan("tables", "kg", "csv-table", ALL, lambda data, _: outlets.folder("csv-table", data, "tables")),
    Plan("pushed", "kz", "csv-table", ALL, lambda _, url: outlets.pushed("csv-table", "pushed", url, TOKEN)),
    Plan(
        "automatic", "kg", "kyrgyz-stations", ALL,
        lambda data, _: outlets.ftp("kyrgyz-stations", data / "ftp", "DATA{}.xml.part"),
    ),
    Plan("loggers", "kz", "toa5", ("unknown", "foreign"), lambda data, _: outlets.growing("toa5", data / "loggers")),
    Plan("exchange", "kz", "zrxp", ALL, lambda data, _: outlets.sftp("zrxp", data / "sftp", "{}.zrx")),
    Plan("mailed", "kg", "csv-table", ALL, lambda data, _: outlets.mailed("csv-table")),
    Plan("broker", "kz", "json", ALL, lambda data, _: outlets.brokered("json")),
    Plan(
        "rest", "kg", "json", ("unknown", "foreign"),
        lambda data, _: outlets.held("json", "/values?from={from}&to={to}", 'kind = "http"', outlets.stretch),
    ),
    Plan(
        "waterml", "kz", "waterml2", ("unknown", "foreign"),
        lambda data, _: outlets.held("waterml2", "/sos?from={from}&to={to}", 'kind = "http"', outlets.stretch),
    ),
    Plan(
        "collection", "kg", "coveragejson", (),
        lambda data, _: outlets.held("coveragejson", "/collections/levels", 'kind = "edr"', outlets.location),
    ),
    Plan(
        "sensors", "kz", "sensorthings", (),
        lambda data, _: outlets.held("sensorthings", "/v1.1", 'kind = "sensorthings"', outlets.datastream),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Office:
    """An office at work: its plan, its outlet, what it will send, and when its line is down."""

    plan: Plan
    outlet: Outlet
    codes: tuple[str, ...]
    messages: tuple[Message, ...]
    troubles: tuple[Trouble, ...]

    @property
    def series(self) -> str:
        """The series of its stations."""
        return "level.term" if self.plan.format == "kn15" else "level.hourly"

    def station(self, code: str) -> str:
        """The id of one of its stations."""
        return f"g{code}:{self.plan.party}"


def open_offices(
    stack: ExitStack, data: Path, count: int, hours: int, url: Callable[[], str], plans: Sequence[Plan] = PLANS
) -> list[Office]:
    """All offices with `count` stations each, whose day of so many hours is made up from their names."""
    codes = {plan.name: [str(15_000 + 1000 * at + number) for number in range(count)] for at, plan in enumerate(plans)}
    offices = []
    for plan in plans:
        foreign = next(codes[other.name][0] for other in plans if other.party != plan.party)
        sender = Sender(codes=codes[plan.name], foreign=foreign, hours=hours, seed=plan.name, strange=plan.strange)
        offices.append(
            Office(
                plan=plan,
                outlet=stack.enter_context(plan.opened(data, url)),
                codes=tuple(codes[plan.name]),
                messages=sender.messages(),
                troubles=sender.troubles(),
            )
        )
    return offices


def config(offices: Sequence[Office]) -> dict[str, str | None]:
    """The files of the network that declare the offices, their stations and their sources."""
    made_up = 'source = "made up for tests"\n'
    basin = ['[basin]\nid = "talas"\nnames = { en = "Talas" }\n' + made_up]
    sources = []
    for office in offices:
        for code in office.codes:
            basin.append(
                f'[[site]]\nid = "g{code}"\nkind = "post"\nbasin = "talas"\nriver = "talas"\n'
                f'names = {{ en = "Gauge {code}" }}\ncountry = "{office.plan.party}"\n{made_up}\n'
                f'[[station]]\nid = "{office.station(code)}"\nsite = "g{code}"\nparty = "{office.plan.party}"\n'
                f'code = "{code}"\nnames = {{ en = "Gauge {code}" }}\nseries = ["{office.series}"]\n{made_up}'
            )
        zone = "Asia/Bishkek" if office.plan.party == "kg" else "Asia/Almaty"
        sources.append(
            f'[[source]]\nid = "{office.plan.name}"\nparty = "{office.plan.party}"\nformat = "{office.plan.format}"\n'
            f'media = "application/octet-stream"\nzone = "{zone}"\ntrigger = {{ every = 600, timeout = 5 }}\n'
            f"{office.outlet.facts}\n{declared(office.plan.format, office.codes)}"
        )
    return {
        "basins/talas.toml": "\n".join(basin),
        "sources.toml": "\n".join(sources),
        "shares.toml": "",
        "seasons.toml": "",
        "quality.toml": "",
        "obligations.toml": None,
    }


STEP = HOUR / 6
"""How often every source is asked."""
