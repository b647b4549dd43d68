"""The map of the basins: borders, rivers, reservoirs and sites, drawn by the server."""

from service.page.map.drawing import svg

__all__ = ["svg"]
