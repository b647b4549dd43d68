"""Describing collections, stations, series and instances in the words of OGC API - EDR 1.1."""

from service.describe.link import link
from service.describe.reference import CRS

__all__ = ["CRS", "link"]
