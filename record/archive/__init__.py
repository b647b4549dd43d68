"""The archive: a view of the journal that can be deleted and folded anew to equal values."""

from record.archive.archive import Archive
from record.archive.history import Said
from record.archive.log import Log
from record.archive.record import Record, open_record

__all__ = ["Archive", "Log", "Record", "Said", "open_record"]
