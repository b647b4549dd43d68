"""What a revision of a report changes, and which sayings made the change."""

from service.reports.changes.between import changes_between, differs

__all__ = ["changes_between", "differs"]
