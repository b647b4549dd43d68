"""The hydrograph of a page: a figure that the server draws, and that a script takes over where it runs."""

from service.page.hydrograph.figure import figure

__all__ = ["figure"]
