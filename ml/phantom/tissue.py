"""Glandular tissue, its sharp edges, fibrous strands and a scar: what a calcified vessel can be taken for."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.phantom.fields import power_law_field
from ml.phantom.outline import Outline
from ml.phantom.strokes import Curve, random_curve, stroke_around

MEDIAN_DENSITY, DENSITY_SPREAD, DENSITY_RANGE = 0.14, 0.55, (0.03, 0.5)
SCAR_PROBABILITY = 0.25


@dataclass(frozen=True)
class Tissue:
    """Dense tissue of one breast.

    Attributes
    ----------
    dense_mm : ndarray of float32, shape (rows, columns)
        Thickness of glandular and fibrous tissue along the ray.
    strands, edges, scars : list of ndarray
        Curves of (row, column) points along fibrous strands, borders of lobules, and scars.
    density : float
        Volume share of glandular tissue that was aimed at.
    """

    dense_mm: NDArray[np.float32]
    strands: list[Curve]
    edges: list[Curve]
    scars: list[Curve]
    density: float


def random_tissue(outline: Outline, pixel_spacing_mm: float, random: Generator) -> Tissue:
    """Fill a breast with dense tissue.

    Parameters
    ----------
    outline : Outline
        The breast.
    pixel_spacing_mm : float
        Size of a pixel.
    random : Generator
        The only source of chance.

    Returns
    -------
    Tissue
        Nothing of it outside the breast, and nowhere more than the ray has room for.
    """
    density = float(np.clip(random.lognormal(np.log(MEDIAN_DENSITY), DENSITY_SPREAD), *DENSITY_RANGE))
    dense = _gland(outline, density, random)
    lobules, edges = _lobules(outline, pixel_spacing_mm, random)
    fibres, strands = _strands(outline, pixel_spacing_mm, random)
    dense += lobules + fibres
    scars: list[Curve] = []
    if random.random() < SCAR_PROBABILITY:
        scars = [_add_scar(dense, outline, pixel_spacing_mm, random)]
    room = outline.path_mm - outline.skin_mm
    return Tissue(np.minimum(dense, room) * outline.inside, strands, edges, scars, density)


def _gland(outline: Outline, density: float, random: Generator) -> NDArray[np.float32]:
    rows, columns = outline.inside.shape
    clouds = power_law_field(rows, columns, random.uniform(2.8, 3.2), random)
    # The zero crossings of a smooth field are a net of thin curved sheets, as fibrous tissue shows.
    net = np.exp(-np.abs(power_law_field(rows, columns, random.uniform(2.6, 3.0), random)) / 0.12)
    row = (np.arange(rows, dtype=np.float32)[:, None] - outline.centre_row) / (0.62 * outline.half_height_px)
    column = (np.arange(columns, dtype=np.float32)[None, :] / outline.depth_px - 0.5) / 0.42
    envelope = np.exp(-(column**2 + row**2))
    share = 1 / (1 + np.exp(-(1.3 * clouds + 0.7 * net + 2.5 * envelope - 2.4)))
    path = outline.path_mm
    share *= density / max(float((share * path).sum() / path.sum()), 1e-6)
    return np.clip(share, 0, 0.95) * (path - outline.skin_mm)


def _lobules(
    outline: Outline, pixel_spacing_mm: float, random: Generator
) -> tuple[NDArray[np.float32], list[Curve]]:
    rows, columns = outline.inside.shape
    dense = np.zeros((rows, columns), dtype=np.float32)
    edges: list[Curve] = []
    for _ in range(random.integers(2, 5)):
        above = power_law_field(rows, columns, 3.6, random) > random.uniform(0.9, 1.6)
        softness = random.uniform(0.1, 0.3) / pixel_spacing_mm
        dense += cv2.GaussianBlur(above.astype(np.float32), (0, 0), softness) * np.float32(
            random.uniform(1, 3.5)
        )
        lobule = (above & outline.inside).astype(np.uint8)
        contours, _ = cv2.findContours(lobule, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        long_ones = [contour for contour in contours if len(contour) * pixel_spacing_mm > 15]
        edges += [contour[:, 0, ::-1].astype(np.float64) + 0.5 for contour in long_ones]
    return dense, edges


def _strands(
    outline: Outline, pixel_spacing_mm: float, random: Generator
) -> tuple[NDArray[np.float32], list[Curve]]:
    dense = np.zeros(outline.inside.shape, dtype=np.float32)
    strands: list[Curve] = []
    for _ in range(random.integers(40, 90)):
        curve = random_curve(
            random,
            random_place(outline, random),
            random.normal(0, 0.9),
            random.uniform(8, 45) / pixel_spacing_mm,
            segment_px=6 / pixel_spacing_mm,
            turn=0.18,
        )
        half_width_px = random.uniform(0.2, 1.2) / 2 / pixel_spacing_mm
        depth_mm = random.lognormal(np.log(1.0), 0.6)
        stroke = stroke_around(curve, 3 * half_width_px, outline.inside.shape)
        stroke.raise_to(dense, depth_mm * np.exp(-0.5 * (stroke.distance_px / half_width_px) ** 2))
        strands.append(curve)
    return dense, strands


def _add_scar(
    dense: NDArray[np.float32], outline: Outline, pixel_spacing_mm: float, random: Generator
) -> Curve:
    curve = random_curve(
        random,
        random_place(outline, random),
        random.normal(0, 0.8),
        random.uniform(20, 40) / pixel_spacing_mm,
        segment_px=6 / pixel_spacing_mm,
        turn=0.08,
    )
    sigma_px = 0.5 / pixel_spacing_mm
    stroke = stroke_around(curve, 3 * sigma_px, outline.inside.shape)
    depth_mm = random.uniform(2, 5)
    dense[stroke.rows, stroke.columns] += depth_mm * np.exp(-0.5 * (stroke.distance_px / sigma_px) ** 2)
    return curve


def random_place(outline: Outline, random: Generator) -> tuple[float, float]:
    """Return a (row, column) in pixels well inside the breast."""
    column = random.uniform(0.02, 0.8)
    reach = outline.half_height_px * 0.85 * np.sqrt(1 - column**2)
    return outline.centre_row + random.uniform(-reach, reach), column * outline.depth_px
