"""With what reports are issued: the record, its pen, who signs it, and what makes reports."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic_settings import BaseSettings, SettingsConfigDict

from arna.issuing.press import Press
from arna.issuing.printing import HOUSE
from ingest.feed import Fed, feed
from record.archive import Log
from record.archive.issued import IssuedReport
from record.archive.record import Record
from service.reports.editions import Edition

if TYPE_CHECKING:
    from record.writer import Pen

Ask = Callable[[Log, "Pen", Callable[[], datetime]], Sequence[Fed]]
"""Asks the witnesses of both ministries to sign what is new."""
_TEMPLATES = "templates"


class TemplateSettings(BaseSettings):
    """`ARNA_TEMPLATES`; without it `templates` in the data folder."""

    model_config = SettingsConfigDict(env_prefix="ARNA_", frozen=True)

    templates: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The record and its pen, the data folder, the clock, the witnesses, the press, and the folder of templates."""

    record: Record
    pen: "Pen"
    data: Path
    now: Callable[[], datetime]
    press: Press = HOUSE
    ask: Ask = feed
    templates: Path | None = None

    @property
    def log(self) -> Log:
        """The journal as others read it."""
        return Log(self.record)

    def parts(self, edition: Edition, begin: date) -> list[IssuedReport]:
        """What was issued of a report, in order."""
        return self.log.reports(edition.name, begin.isoformat())


def office_of(record: Record, pen: "Pen", data: Path, now: Callable[[], datetime], ask: Ask = feed) -> Office:
    """The office of the house, with the templates that the settings name."""
    templates = TemplateSettings().templates or data / _TEMPLATES
    return Office(record=record, pen=pen, data=data, now=now, ask=ask, templates=templates)
