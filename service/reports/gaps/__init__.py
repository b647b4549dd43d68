"""The account that a report gives of its own gaps: what is missing, silent, late, estimated, refused and amended."""

from service.reports.gaps.account import gaps_of

__all__ = ["gaps_of"]
