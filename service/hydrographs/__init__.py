"""Hydrographs: what a series said over a span, as a line of few points that are all readings, and what is to know.

Pure but for `read` and `context`, which ask the archive; HTTP lives in `service.routes.hydrographs`.
"""

from service.hydrographs.hydrograph import Hydrograph

__all__ = ["Hydrograph"]
