"""The audit: every value that the archive shows, compared with what the journal alone says."""

from record.audit.audit import audit
from record.audit.audited import Audited

__all__ = ["Audited", "audit"]
