"""The words of this page: what states are called, how messages come and in which formats."""

from record.ledger import State
from service.language.phrase import phrase
from service.language.words import Words
from service.page.sources.health import Fares
from service.page.sources.punctual import Punctual

FARES: Words = {
    Fares.FAILING: phrase("failing"),
    Fares.SILENT: phrase("silent"),
    Fares.LATE: phrase("late"),
    Fares.ON_TIME: phrase("on time"),
    Fares.HEARD: phrase("heard; no hour is declared"),
    Fares.NEVER: phrase("nothing yet"),
}
"""How a source fares."""

STATES: Words = {
    State.DELIVERED: phrase("on time"),
    State.LATE: phrase("late"),
    State.MISSING: phrase("missing"),
    State.AWAITED: phrase("not yet due"),
}
"""What became of a reading that was owed."""

PUNCTUAL: Words = {
    Punctual.BY_HOUR: phrase("at the hour of issue"),
    Punctual.BY_DEADLINE: phrase("by the deadline"),
    Punctual.LATE: phrase("after the deadline"),
    Punctual.MISSING: phrase("not issued"),
    Punctual.AWAITED: phrase("not yet due"),
    Punctual.BEFORE: phrase("before the record began"),
}
"""When a report was issued."""

KINDS: Words = {
    "edr": phrase("asked of an OGC API"),
    "folder": phrase("files in a folder"),
    "ftp": phrase("files by FTP"),
    "http": phrase("asked over the web"),
    "imap": phrase("letters in a mailbox"),
    "mqtt": phrase("messages by MQTT"),
    "sensorthings": phrase("asked of a SensorThings service"),
    "sftp": phrase("files by SFTP"),
    "wis2": phrase("messages of WIS2"),
}
"""How the messages of a source come."""

FORMATS: Words = {
    "csv-table": phrase("table (CSV)"),
    "daily-runoff": phrase("table of daily discharge"),
    "kn15": phrase("KN-15 telegrams"),
    "kyrgyz-stations": phrase("page of stations"),
    "wis2": phrase("notification of WIS2"),
    "xlsx-table": phrase("workbook (XLSX)"),
}
"""How a message is written; the other formats have one name in all languages."""

WAYS: Words = {
    "fetched": phrase("fetched"),
    "mail": phrase("by mail"),
    "folder": phrase("into a folder"),
    "sftp": phrase("by SFTP"),
}
"""How a file of a report was handed over."""
