"""The exchange report told in a language: its figures as tables, sentences and charts of a paper.

Each module tells a chapter. All texts stand in it literally, in English, and are said through the catalogues.
"""

from service.reports.told.tell import tell

__all__ = ["tell"]
