"""The map of the basins: borders, rivers and sites, drawn by the server, and the ground of one that moves."""

from service.page.map.drawing import svg
from service.page.map.ground_json import ground_json

__all__ = ["ground_json", "svg"]
