"""A paper as a workbook of Excel: its head, a sheet for each section, then its figures by key and its lines by day.

Numbers are unrounded, with formats that show their decimals; the same paper gives the same bytes.
"""

from service.paper.xlsx.book import write

__all__ = ["write"]
