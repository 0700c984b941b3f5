"""One breast in three dimensions: what its views and its later exams have in common."""

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.phantom.breast_size import BreastSize
from ml.phantom.calcifications import Calcifications, random_calcifications
from ml.phantom.disease import NO_DISEASE, Disease, later_disease, random_disease
from ml.phantom.fibres import Fibre, random_fibres
from ml.phantom.gland import random_gland
from ml.phantom.vessels import Plaque, Vessel, plaque_of, random_vessels

DEPTH_MM, RADIUS_MM = (70.0, 110.0), (75.0, 110.0)
VESSEL_TREES = (4, 7)
MEDIAN_DENSITY, DENSITY_SPREAD, DENSITY_RANGE = 0.14, 0.55, (0.03, 0.5)
MEAN_THICKNESS_MM, THICKNESS_SPREAD_MM, THICKNESS_RANGE_MM = 59.0, 16.0, (30.0, 90.0)


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
    recipe : AnatomyRecipe
        What it was drawn from.
    size : BreastSize
        Its frame.
    thickness_mm : float
        To which it can be compressed.
    density : float
        Volume share of glandular tissue.
    severity : float
        Share of a calcified wall that is mineral; 0 without BAC.
    vessels, plaques : list
        A plaque for each vessel.
    fibres : list of Fibre
        Strands and scars.
    calcifications : Calcifications
        Outside vessels.
    """

    recipe: AnatomyRecipe
    size: BreastSize
    thickness_mm: float
    density: float
    severity: float
    vessels: list[Vessel]
    plaques: list[Plaque]
    fibres: list[Fibre]
    calcifications: Calcifications

    @cached_property
    def gland(self) -> NDArray[np.float32]:
        """Share of glandular tissue in a coarse volume; see `random_gland`."""
        return random_gland(self.density, _chance(self.recipe, 2))

    @property
    def calcified_mm(self) -> float:
        """Length of the stretches that show, along the vessels themselves."""
        pairs = zip(self.vessels, self.plaques, strict=True)
        return sum(plaque.visible_mm(vessel) for vessel, plaque in pairs)


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
    size = _size(recipe.field_mm, woman)
    thickness_mm = float(np.clip(woman.normal(MEAN_THICKNESS_MM, THICKNESS_SPREAD_MM), *THICKNESS_RANGE_MM))
    density = float(np.clip(woman.lognormal(np.log(MEDIAN_DENSITY), DENSITY_SPREAD), *DENSITY_RANGE))
    vessels = random_vessels(size, _chance(recipe, 1), trees=int(woman.integers(*VESSEL_TREES)))
    disease = _disease(recipe, vessels)
    plaques = [plaque_of(vessel, severity=disease.severity, extent=disease.extent) for vessel in vessels]
    return Anatomy(
        recipe=recipe,
        size=size,
        thickness_mm=thickness_mm,
        density=density,
        severity=disease.severity,
        vessels=vessels,
        plaques=plaques,
        fibres=random_fibres(size, _chance(recipe, 3)),
        calcifications=random_calcifications(size, _chance(recipe, 4), clusters=recipe.clusters),
    )


def _chance(recipe: AnatomyRecipe, part: int) -> Generator:
    """Return a source of chance for a part of one breast, whatever the other parts drew."""
    return np.random.default_rng([recipe.seed, 60 + recipe.side, part])


def _disease(recipe: AnatomyRecipe, vessels: list[Vessel]) -> Disease:
    if not recipe.has_bac:
        return NO_DISEASE
    disease = random_disease(recipe.seed, recipe.side)
    if recipe.severity is not None:
        disease = replace(disease, severity=recipe.severity)
    if recipe.years:
        disease = later_disease(disease, vessels, recipe.years, recipe.growth_mm_per_year)
    return disease


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
