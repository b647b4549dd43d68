"""The states and ministries that sign."""

from datetime import time
from zoneinfo import ZoneInfo

from record.network.fact import Fact, Names


class Ministry(Fact):
    """A ministry or service of a party; `role` says what it does here."""

    id: str
    names: Names
    role: str


class Party(Fact):
    """A state that signs the record; `zone` is an IANA name; the offset in force is printed wherever time is."""

    id: str
    names: Names
    zone: str
    ministries: tuple[Ministry, ...]

    @property
    def tz(self) -> ZoneInfo:
        """The time zone of the party's posts."""
        return ZoneInfo(self.zone)


class ReportDay(Fact):
    """The day boundary and the hour of issue, fixed by protocol and not by anybody's midnight.

    A report day begins at `begins` in `zone`; the report of a day is issued at `issued` of the following day, or when
    all that is owed of it has come, but at `deadline` at the latest: at `issued` where none is declared.
    """

    zone: str
    begins: time
    issued: time
    deadline: time | None = None
    document: str
    verified: bool = False

    @property
    def latest(self) -> time:
        """The hour at which a report is issued whatever is missing."""
        return self.deadline or self.issued

    @property
    def tz(self) -> ZoneInfo:
        """The time zone of the report day."""
        return ZoneInfo(self.zone)


class Licence(Fact):
    """What the parties allow others to do with the record: its name, where it stands, the document that says so."""

    name: str
    url: str | None = None
    document: str
    verified: bool = False

    @property
    def words(self) -> str:
        """In one line, as files carry it."""
        place = f" ({self.url})" if self.url else ""
        return f"{self.name}{place}, by {self.document.rstrip('.')}{'' if self.verified else '; unverified'}"
