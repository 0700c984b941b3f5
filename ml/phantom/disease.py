"""How far the arteries of a breast are calcified, and how that goes on over years."""

from dataclasses import dataclass

import numpy as np

from ml.phantom.vessels import Vessel, plaque_of

MEDIAN_SEVERITY, SEVERITY_SPREAD = 0.30, 0.7
MEAN_EXTENT, EXTENT_SPREAD, LARGEST_EXTENT = 0.3, 0.4, 3.0
# Correlation between a woman's breasts.
SIDES_ALIKE = 0.9
SEVERITY_GROWTH_PER_YEAR = 0.06


@dataclass(frozen=True)
class Disease:
    """The state of one breast; `ml.phantom.vessels.plaque_of` says what the numbers do.

    Attributes
    ----------
    severity : float
        Share of a calcified wall that is mineral, 0 to 1.
    extent : float
        How much of the arteries is calcified.
    """

    severity: float
    extent: float


NO_DISEASE = Disease(0.0, 0.0)


def random_disease(seed: int, side: int) -> Disease:
    """Draw the state of one breast.

    Parameters
    ----------
    seed, side : int
        The woman, and which of her breasts.

    Returns
    -------
    Disease
        Severity is lognormal (median 0.3) up to 1; logarithm of severity, and extent, correlate by 0.9
        between both breasts.
    """
    draw = np.sqrt(SIDES_ALIKE) * np.random.default_rng([seed, 51]).standard_normal(2)
    draw += np.sqrt(1 - SIDES_ALIKE) * np.random.default_rng([seed, 52, side]).standard_normal(2)
    severity = min(MEDIAN_SEVERITY * float(np.exp(SEVERITY_SPREAD * draw[0])), 1.0)
    return Disease(severity, MEAN_EXTENT + EXTENT_SPREAD * float(draw[1]))


def later_disease(
    disease: Disease, vessels: list[Vessel], years: float, growth_mm_per_year: float
) -> Disease:
    """Let the disease of a breast go on.

    Parameters
    ----------
    disease : Disease
        Where it begins.
    vessels : list of Vessel
        The breast's.
    years : float
        How long, 0 or more.
    growth_mm_per_year : float
        By how much the length that shows is to grow, 0 or more. Severity grows by 6 % a year, which can make
        some more show.

    Returns
    -------
    Disease
        Neither number is smaller than before. Where all arteries are calcified, the length stays.
    """
    severity = min(disease.severity * (1 + SEVERITY_GROWTH_PER_YEAR) ** years, 1.0)
    wanted_mm = _visible_mm(vessels, disease.severity, disease.extent) + years * growth_mm_per_year
    low, high = disease.extent, max(LARGEST_EXTENT, disease.extent)
    # Bisection: more extent never shows less.
    for _ in range(24):
        middle = (low + high) / 2
        if _visible_mm(vessels, severity, middle) < wanted_mm:
            low = middle
        else:
            high = middle
    return Disease(severity, high)


def _visible_mm(vessels: list[Vessel], severity: float, extent: float) -> float:
    return sum(plaque_of(vessel, severity=severity, extent=extent).visible_mm(vessel) for vessel in vessels)
