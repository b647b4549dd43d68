"""Workbooks of spreadsheets (.xlsx) from the world, read without trusting them: sheets of cells, and nothing run."""

from ingest.written.workbook.book import Sheet, Workbook, read_workbook
from ingest.written.workbook.parts import WorkbookError

__all__ = ["Sheet", "Workbook", "WorkbookError", "read_workbook"]
