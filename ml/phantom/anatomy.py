"""One breast in three dimensions: what its views and its later exams have in common."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.phantom.breast_size import BreastSize
from ml.phantom.calcifications import Calcifications, random_calcifications
from ml.phantom.fibres import Fibre, random_fibres
from ml.phantom.gland import random_gland
from ml.phantom.vessels import Plaque, Vessel, plaque_of, random_vessels

DEPTH_MM, RADIUS_MM = (70.0, 110.0), (75.0, 110.0)
MEDIAN_DENSITY, DENSITY_SPREAD, DENSITY_RANGE = 0.14, 0.55, (0.03, 0.5)
MEAN_THICKNESS_MM, THICKNESS_SPREAD_MM, THICKNESS_RANGE_MM = 59.0, 16.0, (30.0, 90.0)
MEDIAN_SEVERITY, SEVERITY_SPREAD = 0.30, 0.7
MEAN_EXTENT, EXTENT_SPREAD, EXTENT_RANGE = 0.3, 0.4, (-1.5, 3.0)
# Correlation of the disease between a woman's breasts.
SIDES_ALIKE = 0.9
SEVERITY_GROWTH_PER_YEAR = 0.06


@dataclass(frozen=True, kw_only=True)
class AnatomyRecipe:
    """What one breast is drawn from; equal recipes give equal breasts.

    Attributes
    ----------
    seed : int
        The woman.
    side : int
        0 or 1: breasts of one woman are alike in size, density and disease, and differ in everything else.
    field_mm : tuple of float
        (rows, columns) of the image; a breast is drawn smaller where the usual one would not fit.
    has_bac : bool
        Whether arteries are calcified.
    severity : float or None
        Share of a calcified wall that is mineral, 0 to 1; None draws it.
    clusters : int or None
        Clusters of microcalcifications; see `random_calcifications`.
    years, growth_mm_per_year : float
        How long the disease has gone on since the seed's own state, and by how much the calcified length of
        this breast grew each year.
    """

    seed: int
    side: int
    field_mm: tuple[float, float]
    has_bac: bool
    severity: float | None
    clusters: int | None
    years: float = 0.0
    growth_mm_per_year: float = 0.0


@dataclass(frozen=True)
class Anatomy:
    """One uncompressed breast.

    Attributes
    ----------
    size : BreastSize
        Its frame.
    thickness_mm : float
        To which it can be compressed.
    density : float
        Volume share of glandular tissue.
    severity : float
        Share of a calcified wall that is mineral; 0 without BAC.
    gland : ndarray of float32
        See `ml.phantom.gland`.
    vessels, plaques : list
        A plaque for each vessel.
    fibres : list of Fibre
        Strands and scars.
    calcifications : Calcifications
        Outside vessels.
    """

    size: BreastSize
    thickness_mm: float
    density: float
    severity: float
    gland: NDArray[np.float32]
    vessels: list[Vessel]
    plaques: list[Plaque]
    fibres: list[Fibre]
    calcifications: Calcifications

    @property
    def calcified_mm(self) -> float:
        """Length of the stretches that show, along the vessels themselves."""
        return sum(
            plaque.visible_mm(vessel) for vessel, plaque in zip(self.vessels, self.plaques, strict=True)
        )


@lru_cache(maxsize=4)
def random_anatomy(recipe: AnatomyRecipe) -> Anatomy:
    """Draw one breast.

    Parameters
    ----------
    recipe : AnatomyRecipe
        What it is drawn from.

    Returns
    -------
    Anatomy
        The same object for the same recipe while it is in use; do not change it.
    """
    woman = np.random.default_rng([recipe.seed, 50])
    chances = [np.random.default_rng([recipe.seed, 60 + recipe.side, part]) for part in range(5)]
    size = _size(recipe.field_mm, woman)
    thickness_mm = float(np.clip(woman.normal(MEAN_THICKNESS_MM, THICKNESS_SPREAD_MM), *THICKNESS_RANGE_MM))
    density = float(np.clip(woman.lognormal(np.log(MEDIAN_DENSITY), DENSITY_SPREAD), *DENSITY_RANGE))
    disease = np.sqrt(SIDES_ALIKE) * woman.standard_normal(2)
    disease += np.sqrt(1 - SIDES_ALIKE) * chances[0].standard_normal(2)
    vessels = random_vessels(size, chances[1])
    severity, extent = _disease(recipe, float(disease[0]), float(disease[1]), vessels)
    return Anatomy(
        size=size,
        thickness_mm=thickness_mm,
        density=density,
        severity=severity,
        gland=random_gland(density, chances[2]),
        vessels=vessels,
        plaques=[plaque_of(vessel, severity=severity, extent=extent) for vessel in vessels],
        fibres=random_fibres(size, chances[3]),
        calcifications=random_calcifications(size, chances[4], clusters=recipe.clusters),
    )


def _size(field_mm: tuple[float, float], woman: Generator) -> BreastSize:
    rows_mm, columns_mm = field_mm
    depth_fit = min(1.0, 0.88 * columns_mm / DEPTH_MM[1])
    radius_fit = min(1.0, 0.92 * rows_mm / 2 / RADIUS_MM[1])
    # Deep breasts are also high.
    share = woman.random()
    alike = np.clip(share + woman.normal(0, 0.15), 0, 1)
    return BreastSize(
        depth_mm=float(DEPTH_MM[0] + share * (DEPTH_MM[1] - DEPTH_MM[0])) * depth_fit,
        radius_mm=float(RADIUS_MM[0] + alike * (RADIUS_MM[1] - RADIUS_MM[0])) * radius_fit,
    )


def _disease(
    recipe: AnatomyRecipe, severity_draw: float, extent_draw: float, vessels: list[Vessel]
) -> tuple[float, float]:
    """Return severity and extent after the recipe's years."""
    if not recipe.has_bac:
        return 0.0, 0.0
    drawn = min(MEDIAN_SEVERITY * float(np.exp(SEVERITY_SPREAD * severity_draw)), 1.0)
    severity = drawn if recipe.severity is None else recipe.severity
    extent = MEAN_EXTENT + EXTENT_SPREAD * extent_draw
    if recipe.years:
        begun_mm = _calcified_mm(vessels, severity, extent)
        severity = min(severity * (1 + SEVERITY_GROWTH_PER_YEAR) ** recipe.years, 1.0)
        wanted_mm = begun_mm + recipe.years * recipe.growth_mm_per_year
        extent = _extent_for(wanted_mm, vessels, severity)
    return severity, extent


def _calcified_mm(vessels: list[Vessel], severity: float, extent: float) -> float:
    plaques = [plaque_of(vessel, severity=severity, extent=extent) for vessel in vessels]
    return sum(plaque.visible_mm(vessel) for vessel, plaque in zip(vessels, plaques, strict=True))


def _extent_for(wanted_mm: float, vessels: list[Vessel], severity: float) -> float:
    """Find by bisection the extent that gives a calcified length; the largest where vessels are too short."""
    low, high = EXTENT_RANGE
    for _ in range(24):
        middle = (low + high) / 2
        if _calcified_mm(vessels, severity, middle) < wanted_mm:
            low = middle
        else:
            high = middle
    return high
