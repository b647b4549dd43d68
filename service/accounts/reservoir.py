"""The water balance of a reservoir, closed for every day and every period, with the uncertainty of what is left.

residual = dS - (inflow - release - evaporation - seepage). Volumes are million m3, and 1 m3/s for a day is 0.0864 of
them. Uncertainties are standard ones, added as the GUM (JCGM 100:2008, 5.1) adds them: an error that all days share
adds up by its size, errors that know nothing of each other add up by their squares.
"""

from dataclasses import dataclass

import numpy as np

MILLION_M3 = 0.0864
_MM_ON_KM2 = 0.001
"""1 mm of water over 1 km2 is 1000 m3."""
_COVERAGE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """Standard uncertainties: of a storage in million m3, of flows and losses as shares of themselves."""

    storage: float
    inflow: float
    release: float
    losses: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms of a balance in million m3, each by day or by period; NaN is what is not known."""

    change: np.ndarray
    inflow: np.ndarray
    release: np.ndarray
    evaporation: np.ndarray
    seepage: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What is left of a balance, its standard uncertainty, both million m3, and whether it is within twice that.

    `within` is False too where the residual is not known.
    """

    residual: np.ndarray
    uncertainty: np.ndarray
    within: np.ndarray


def evaporation_of(depth_mm: np.ndarray, surface: np.ndarray) -> np.ndarray:
    """Million m3 that evaporate of a day, of a depth in mm from a surface in km2."""
    found: np.ndarray = depth_mm * surface * _MM_ON_KM2
    return found


def closed(terms: Terms, errors: Errors) -> Closing:
    """Close a balance.

    The storage of two mornings errs independently; between them the storages of a period cancel, so that a season errs
    in storage no more than a day does. A gauge errs on all days alike: its error grows with the water it measured.
    """
    residual = terms.change - (terms.inflow - terms.release - terms.evaporation - terms.seepage)
    uncertainty = np.sqrt(
        2 * errors.storage**2
        + (errors.inflow * terms.inflow) ** 2
        + (errors.release * terms.release) ** 2
        + (errors.losses * (terms.evaporation + terms.seepage)) ** 2
    )
    uncertainty = np.where(np.isnan(residual), np.nan, uncertainty)
    with np.errstate(invalid="ignore"):
        within = np.abs(residual) <= _COVERAGE * uncertainty
    return Closing(residual=residual, uncertainty=uncertainty, within=within)
