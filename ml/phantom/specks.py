"""Clusters of microcalcifications."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.phantom.outline import Outline
from ml.phantom.tissue import random_place

MEDIAN_DIAMETER_MM, DIAMETER_SPREAD, DIAMETER_RANGE_MM = 0.28, 0.4, (0.12, 1.2)
CLUSTER_SPREAD_MM = 4.0


@dataclass(frozen=True)
class Specks:
    """Microcalcifications of one breast.

    Attributes
    ----------
    calcium_mm : ndarray of float32, shape (rows, columns)
        Thickness of hydroxyapatite along the ray.
    centres : ndarray of float64, shape (n, 2)
        (row, column) of each speck, in pixels.
    """

    calcium_mm: NDArray[np.float32]
    centres: NDArray[np.float64]


def random_specks(outline: Outline, pixel_spacing_mm: float, random: Generator, *, clusters: int) -> Specks:
    """Scatter clusters of 6 to 25 small ellipsoids in a breast.

    Parameters
    ----------
    outline : Outline
        The breast.
    pixel_spacing_mm : float
        Size of a pixel.
    random : Generator
        The only source of chance.
    clusters : int
        How many, 0 or more.

    Returns
    -------
    Specks
        Diameters are lognormal around 0.28 mm, axes up to 2.5 to 1.
    """
    calcium = np.zeros(outline.inside.shape, dtype=np.float32)
    centres: list[tuple[float, float]] = []
    for _ in range(clusters):
        middle = random_place(outline, random)
        for _ in range(int(random.integers(6, 26))):
            row, column = random.normal(middle, CLUSTER_SPREAD_MM / pixel_spacing_mm)
            if _is_inside(row, column, outline):
                _add_speck(calcium, row, column, pixel_spacing_mm, random)
                centres.append((row, column))
    return Specks(calcium * outline.inside, np.array(centres, dtype=np.float64).reshape(-1, 2))


def _is_inside(row: float, column: float, outline: Outline) -> bool:
    rows, columns = outline.inside.shape
    return 0 <= row < rows and 0 <= column < columns and bool(outline.inside[int(row), int(column)])


def _add_speck(
    calcium: NDArray[np.float32], row: float, column: float, pixel_spacing_mm: float, random: Generator
) -> None:
    drawn_mm = random.lognormal(math.log(MEDIAN_DIAMETER_MM), DIAMETER_SPREAD)
    diameter_mm = float(np.clip(drawn_mm, *DIAMETER_RANGE_MM))
    elongation, angle = random.uniform(1, 2.5), random.uniform(0, math.pi)
    half_short_px = diameter_mm / 2 / pixel_spacing_mm
    half_long_px = half_short_px * elongation
    reach = math.ceil(half_long_px) + 1
    top, left = max(int(row) - reach, 0), max(int(column) - reach, 0)
    window = np.s_[top : int(row) + reach + 1, left : int(column) + reach + 1]
    rows, columns = np.indices(calcium[window].shape)
    down, across = rows + top + 0.5 - row, columns + left + 0.5 - column
    along = across * math.cos(angle) + down * math.sin(angle)
    beside = down * math.cos(angle) - across * math.sin(angle)
    rest = np.maximum(1 - (along / half_long_px) ** 2 - (beside / half_short_px) ** 2, 0)
    # Half of it mineral: specks are porous.
    calcium[window] = np.maximum(calcium[window], 0.5 * diameter_mm * np.sqrt(rest))
