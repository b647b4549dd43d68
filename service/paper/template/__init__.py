"""A workbook of somebody's own (.xlsx) with tags in its cells, filled with what a paper tells.

Its styles, charts and pictures stay. `{{kirov:kg.storage}}` alone in a cell becomes a number; a row with tags of a
table, `{{talas.canals.name}}`, is repeated for each row of that table, and what lies below moves down.
"""

from service.paper.template.book import Filled, fill
from service.paper.template.tags import Place

__all__ = ["Filled", "Place", "fill"]
