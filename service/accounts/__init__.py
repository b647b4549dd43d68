"""Water accounts: what a basin had, what each party was due and was given, what was lost, and where gauges differ.

Pure functions of arrays and of declared facts; `reading` alone reads the record. The last axis of every array is the
day, NaN is what is not known, and a sum with a missing part is missing.
"""

from service.accounts.account import build, range_of, refuse_impossible
from service.accounts.declared import counted_entries
from service.accounts.document import Account
from service.accounts.forms import MEDIA, render_csv, render_json
from service.accounts.given import given

__all__ = [
    "MEDIA",
    "Account",
    "build",
    "counted_entries",
    "given",
    "range_of",
    "refuse_impossible",
    "render_csv",
    "render_json",
]
