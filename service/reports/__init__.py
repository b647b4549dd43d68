"""The exchange report of the house: built as one typed document, told in languages, written in many forms.

`service.reports.built` makes a `Report`, `service.reports.told` a paper of it; here is the door to its copies.
"""

from datetime import date, datetime

from record.network import Network
from service.figures import last_complete
from service.reports.copies import MEDIA, write, write_all

__all__ = ["MEDIA", "last_complete_day", "write", "write_all"]


def last_complete_day(network: Network, now: datetime) -> date:
    """The last report day that has ended at `now` (aware)."""
    return last_complete(network.report_day, now)
