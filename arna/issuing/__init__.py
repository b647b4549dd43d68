"""Issuing the exchange reports: entering them in the journal, at their hour, and again where readings changed them."""

from arna.issuing.issue import Issued, issue, last_issued, revise
from arna.issuing.office import Office, office_of

__all__ = ["Issued", "Office", "issue", "last_issued", "office_of", "revise"]
