"""What a component measures on the image: length, contrast or thickness, and where it lies."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.breast import Breast
from ml.correction.parameters import CorrectionParameters
from ml.masks import (
    Box,
    Runs,
    bounding_box,
    kulpa_length_mm,
    pixel_positions,
    skeleton,
    to_dense_crop,
)

GREY_LEVEL_NOISE = 12**-0.5  # of values rounded to whole grey levels: the least that a spread can be


@dataclass(frozen=True, kw_only=True)
class Scene:
    """All that the components of one mask are measured against.

    Attributes
    ----------
    mask : Runs
        The whole mask, whose other components do not count as surroundings.
    top_hat : ndarray of float32, shape (rows, columns)
        What stands out: micrometres of hydroxyapatite or grey levels.
    is_saturated : ndarray of bool, shape (rows, columns)
        Pixels at the end of the scale.
    breast : Breast
        Where the breast is.
    pixel_spacing_mm : tuple of float
        (row, column) spacing, square.
    is_physical : bool
        Whether the top-hat is a thickness.
    parameters : CorrectionParameters
        Ring and element size.
    """

    mask: Runs
    top_hat: NDArray[np.float32]
    is_saturated: NDArray[np.bool_]
    breast: Breast
    pixel_spacing_mm: tuple[float, float]
    is_physical: bool
    parameters: CorrectionParameters


@dataclass(frozen=True, kw_only=True)
class Measures:
    """What one component measures; JSON numbers.

    Attributes
    ----------
    area_px, area_mm2 : int, float
        Its area.
    skeleton_px, length_mm : int, float
        Pixels and Kulpa length of its centre line; a dot has next to none, whatever its size.
    max_width_mm : float
        Twice the largest distance to its edge.
    outside_breast_share, near_skin_share, saturated_share : float
        Shares of its pixels: not in the breast, nearer to the skin than half the element, at the end of the
        scale.
    has_surroundings : bool
        Whether anything in the breast lies in the ring around it.
    contrast_z : float or None
        Its mean minus that of its surroundings, in 1.4826 times their median absolute deviation. None where
        no surroundings are left to measure, or they do not vary at all.
    thickness_um, thickness_p75_um : float or None
        Mean and upper quartile of the thickness of hydroxyapatite; physical mode only.
    surroundings_um, excess_um : float or None
        Mean of the surroundings and what the component has above it; physical mode only.
    contrast_grey, surroundings_grey : float or None
        Mean top-hat of component and surroundings in grey levels; relative mode only.
    """

    area_px: int
    area_mm2: float
    skeleton_px: int
    length_mm: float
    max_width_mm: float
    outside_breast_share: float
    near_skin_share: float
    saturated_share: float
    has_surroundings: bool
    contrast_z: float | None
    thickness_um: float | None = None
    thickness_p75_um: float | None = None
    surroundings_um: float | None = None
    excess_um: float | None = None
    contrast_grey: float | None = None
    surroundings_grey: float | None = None


def measure_component(component: Runs, scene: Scene) -> Measures:
    """Measure one component.

    Parameters
    ----------
    component : Runs
        A part of `scene.mask`, not empty.
    scene : Scene
        What it is measured against.

    Returns
    -------
    measures : Measures
        Without surroundings (`has_surroundings` False) nothing is taken off for them.
    """
    box = _grown_box(component, scene)
    inside = to_dense_crop(component, box)
    top_hat = scene.top_hat[_slices(box)]
    values, ring = top_hat[inside], top_hat[_ring(inside, box, scene)]
    mean, background = float(values.mean()), float(ring.mean()) if ring.size else 0.0
    if scene.is_physical:
        strength = {
            "thickness_um": mean,
            "thickness_p75_um": float(np.percentile(values, 75)),
            "surroundings_um": background,
            "excess_um": mean - background,
        }
    else:
        strength = {"contrast_grey": mean, "surroundings_grey": background}
    line = skeleton(component)
    is_breast = scene.breast.inside_crop(box)[inside]
    is_near_skin = scene.breast.skin_distance_crop_mm(box)[inside] < scene.parameters.element_mm / 2
    return Measures(
        area_px=len(values),
        area_mm2=len(values) * scene.pixel_spacing_mm[0] * scene.pixel_spacing_mm[1],
        skeleton_px=len(line),
        length_mm=kulpa_length_mm(line, scene.pixel_spacing_mm),
        max_width_mm=2 * _half_width_px(inside) * scene.pixel_spacing_mm[0],
        outside_breast_share=1 - float(is_breast.mean()),
        near_skin_share=float(is_near_skin.mean()),
        saturated_share=float(scene.is_saturated[_slices(box)][inside].mean()),
        has_surroundings=ring.size > 0,
        contrast_z=_contrast_z(mean - background, ring, is_physical=scene.is_physical),
        **strength,
    )


def _half_width_px(inside: NDArray[np.bool_]) -> float:
    padded = np.pad(inside, 1).astype(np.uint8)
    return float(cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE).max())


def _ring(inside: NDArray[np.bool_], box: Box, scene: Scene) -> NDArray[np.bool_]:
    """Return the surroundings: in the breast, away from this component and from all others."""
    inner_px = scene.parameters.ring_inner_mm / scene.pixel_spacing_mm[0]
    outer_px = scene.parameters.ring_outer_mm / scene.pixel_spacing_mm[0]
    to_any = _distance_px(to_dense_crop(scene.mask, box))
    to_component = _distance_px(inside)
    near = (to_component > inner_px) & (to_component < outer_px)
    return near & (to_any > inner_px) & scene.breast.inside_crop(box)


def _distance_px(inside: NDArray[np.bool_]) -> NDArray[np.float32]:
    return cv2.distanceTransform((~inside).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)


def _contrast_z(contrast: float, ring: NDArray[np.float32], *, is_physical: bool) -> float | None:
    if ring.size == 0:
        return None
    spread = 1.4826 * float(np.median(np.abs(ring - np.median(ring))))
    if not is_physical:
        spread = max(spread, GREY_LEVEL_NOISE)
    return contrast / spread if spread > 0 else None


def _grown_box(component: Runs, scene: Scene) -> Box:
    """Reach as far as a neighbour whose margin still cuts into the ring."""
    reach_mm = scene.parameters.ring_outer_mm + scene.parameters.ring_inner_mm
    reach = int(np.ceil(reach_mm / scene.pixel_spacing_mm[0])) + 1
    top, left, bottom, right = bounding_box(component)
    rows, columns = scene.top_hat.shape
    return (
        max(top - reach, 0),
        max(left - reach, 0),
        min(bottom + reach, rows),
        min(right + reach, columns),
    )


def _slices(box: Box) -> tuple[slice, slice]:
    top, left, bottom, right = box
    return np.s_[top:bottom, left:right]


def centroid_of(component: Runs) -> tuple[float, float]:
    """Return the centre of mass of a component.

    Parameters
    ----------
    component : Runs
        Not empty.

    Returns
    -------
    centroid : tuple of float
        (row, column) coordinates, pixel centres at halves.
    """
    row, column = np.divmod(pixel_positions(component), component.columns)
    return float(row.mean()) + 0.5, float(column.mean()) + 0.5
