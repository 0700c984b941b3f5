"""Arteries and veins, some with calcified walls."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.phantom.fields import smooth_noise
from ml.phantom.outline import Outline
from ml.phantom.strokes import Curve, Stroke, curve_length_px, random_curve, stroke_around

# Thinner mineral than this does not show in an image.
VISIBLE_MM = 0.02
OUTER_RADIUS_MM, WALL_MM = (0.75, 1.2), (0.12, 0.22)
MEDIAN_SEVERITY, SEVERITY_SPREAD = 0.30, 0.7
STEP_PX = 0.25


@dataclass(frozen=True)
class Vessels:
    """The vessels of one breast.

    Attributes
    ----------
    blood_mm, calcium_mm : ndarray of float32, shape (rows, columns)
        Thickness of blood and of hydroxyapatite along the ray.
    calcified : list of ndarray
        Curves of (row, column) points along stretches whose wall shows.
    uncalcified : list of ndarray
        Curves along whole vessels without any calcium.
    """

    blood_mm: NDArray[np.float32]
    calcium_mm: NDArray[np.float32]
    calcified: list[Curve]
    uncalcified: list[Curve]


@dataclass(frozen=True)
class _Branch:
    curve: Curve
    radius_px: NDArray[np.float32]


def random_vessels(
    outline: Outline, pixel_spacing_mm: float, random: Generator, *, has_bac: bool, severity: float | None
) -> Vessels:
    """Draw three to five vessel trees from the chest wall, the last two always without calcium.

    Parameters
    ----------
    outline : Outline
        The breast.
    pixel_spacing_mm : float
        Size of a pixel.
    random : Generator
        The only source of chance.
    has_bac : bool
        Whether arteries are calcified.
    severity : float or None
        Share of the wall that is mineral where it is calcified, 0 to 1; None draws one for each tree.

    Returns
    -------
    Vessels
        A calcified wall is a tube, so that it shows as two lines (a tram track) by itself.
    """
    shape = outline.inside.shape
    blood = np.zeros(shape, dtype=np.float32)
    calcium = np.zeros(shape, dtype=np.float32)
    calcified: list[Curve] = []
    uncalcified: list[Curve] = []
    trees = int(random.integers(3, 6))
    grains = _grains(shape, pixel_spacing_mm, random)
    for tree in range(trees):
        is_calcified = has_bac and tree < trees - 2
        drawn = random.lognormal(np.log(MEDIAN_SEVERITY), SEVERITY_SPREAD)
        drawn = min(drawn, 1.0) if severity is None else severity
        for branch in _random_tree(outline, pixel_spacing_mm, random):
            stroke = stroke_around(branch.curve, float(branch.radius_px.max()) + 1, shape)
            chord_px = _chord_px(stroke.distance_px, branch.radius_px[stroke.point])
            stroke.raise_to(blood, chord_px * np.float32(pixel_spacing_mm))
            if is_calcified:
                wall_mm, share, shows = _plaque(branch, stroke, drawn, pixel_spacing_mm, random)
                share = np.minimum(share * grains[stroke.rows, stroke.columns], 1)
                stroke.raise_to(calcium, wall_mm * share)
                calcified += _visible_stretches(branch.curve, shows, outline)
            else:
                uncalcified.append(branch.curve)
    inside = outline.inside
    return Vessels(blood * inside, calcium * inside, calcified, uncalcified)


def _random_tree(outline: Outline, pixel_spacing_mm: float, random: Generator) -> list[_Branch]:
    column_px = random.uniform(0, 4) / pixel_spacing_mm
    row = outline.centre_row + random.uniform(-0.7, 0.7) * outline.half_height_px
    # Vessels lean towards the nipple.
    heading = random.normal(0, 0.25) - 0.5 * (row - outline.centre_row) / outline.half_height_px
    radius_px = random.uniform(*OUTER_RADIUS_MM) / pixel_spacing_mm
    length_px = random.uniform(0.55, 1.0) * outline.depth_px
    way = {"segment_px": 7 / pixel_spacing_mm, "turn": 0.26, "step_px": STEP_PX}
    trunk = random_curve(random, (row, column_px), heading, length_px, **way)
    branches = [_branch(trunk, radius_px, pixel_spacing_mm, random)]
    for _ in range(2):
        if random.random() < 0.6:
            fork = int(random.uniform(0.2, 0.8) * (len(trunk) - 2))
            along = trunk[fork + 1] - trunk[fork]
            away = np.arctan2(along[0], along[1]) + random.choice([-1, 1]) * random.uniform(0.4, 0.8)
            start = (float(trunk[fork, 0]), float(trunk[fork, 1]))
            side = random_curve(random, start, float(away), length_px * random.uniform(0.3, 0.55), **way)
            branches.append(_branch(side, radius_px * 0.75, pixel_spacing_mm, random))
    return branches


def _branch(curve: Curve, radius_px: float, pixel_spacing_mm: float, random: Generator) -> _Branch:
    """Let a vessel taper towards its end, and be a little uneven."""
    taper = np.linspace(1, random.uniform(0.65, 0.85), len(curve), dtype=np.float32)
    uneven = 1 + 0.06 * smooth_noise(len(curve), 2 / (pixel_spacing_mm * STEP_PX), random)
    return _Branch(curve, np.float32(radius_px) * taper * uneven)


def _chord_px(distance_px: NDArray[np.float32], radius_px: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the ray's length in a cylinder, averaged over a pixel's width."""
    samples = [
        np.sqrt(np.maximum(radius_px**2 - (distance_px + np.float32(shift)) ** 2, 0))
        for shift in (-0.33, 0.0, 0.33)
    ]
    return np.float32(2 / 3) * (samples[0] + samples[1] + samples[2])


def _plaque(
    branch: _Branch, stroke: Stroke, severity: float, pixel_spacing_mm: float, random: Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]]:
    """Return for each pixel of `stroke` the ray's length in the wall (mm) and the mineral share of it.

    The third value says for each point of the curve whether its wall shows.
    """
    steps_in_mm = 1 / (pixel_spacing_mm * STEP_PX)
    points = len(branch.curve)
    inner_px = branch.radius_px - np.float32(random.uniform(*WALL_MM) / pixel_spacing_mm)
    # Plaque comes in stretches of millimetres to centimetres, each side of the wall a little on its own.
    stretches = smooth_noise(points, random.uniform(2, 6) * steps_in_mm, random)
    extent = np.clip((stretches + random.uniform(0.2, 1.0)) / 0.8, 0, 1)
    patches = [1 + 0.5 * smooth_noise(points, 1.2 * steps_in_mm, random) for _ in range(2)]
    share = severity * extent * np.clip(np.stack(patches), 0, 3)
    at = stroke.point
    outer = _chord_px(stroke.distance_px, branch.radius_px[at])
    wall_mm = (outer - _chord_px(stroke.distance_px, inner_px[at])) * np.float32(pixel_spacing_mm)
    # Beyond its ends a curve has only its end points: no cap of mineral there.
    wall_mm *= (at > 0) & (at < points - 1)
    thickest_mm = 2 * np.sqrt(branch.radius_px**2 - inner_px**2) * pixel_spacing_mm
    # Grains come and go within a stretch; what a reader would trace does not.
    shows = severity * extent * thickest_mm > 2 * VISIBLE_MM
    return wall_mm, share[stroke.is_left.astype(np.intp), at], shows


def _grains(shape: tuple[int, int], pixel_spacing_mm: float, random: Generator) -> NDArray[np.float32]:
    """Return how coarse-grained mineral is, a factor of mean about 1."""
    noise = random.standard_normal(shape, dtype=np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 0.15 / pixel_spacing_mm)
    return np.clip(1 + 0.8 * smooth / smooth.std(), 0, 3)


def _visible_stretches(curve: Curve, shows: NDArray[np.bool_], outline: Outline) -> list[Curve]:
    rows, columns = outline.inside.shape
    at = np.floor(curve).astype(int)
    in_image = (at >= 0).all(axis=1) & (at < (rows, columns)).all(axis=1)
    at = np.clip(at, 0, (rows - 1, columns - 1))
    shows = shows & in_image & outline.inside[at[:, 0], at[:, 1]]
    ends = np.flatnonzero(np.diff(np.concatenate([[False], shows, [False]]).astype(np.int8)))
    pieces = [curve[start:end] for start, end in ends.reshape(-1, 2)]
    return [piece for piece in pieces if len(piece) > 1 and curve_length_px(piece) >= 1]
