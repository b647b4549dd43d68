"""The delivery ledger: what each party owes the record, what became of it, who fetched it, and what is amiss."""

from record.ledger.ledger import Ledger, Page
from record.ledger.row import Row, State

__all__ = ["Ledger", "Page", "Row", "State"]
