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
    area_px,
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


Measures = dict[str, float | int | None]


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
    measures : dict
        JSON numbers. `thickness_um`, `thickness_p75_um`, `ring_um`, `excess_um` are None in relative mode,
        `contrast_grey` and `ring_grey` in physical mode. `contrast_z` is the mean minus that of the ring, in
        1.4826 times the ring's median absolute deviation; None where no ring is left to measure.
    """
    box = _grown_box(component, scene)
    inside = to_dense_crop(component, box)
    values = scene.top_hat[_slices(box)]
    ring = values[_ring(inside, box, scene)]
    mean, background = float(values[inside].mean()), float(ring.mean()) if ring.size else 0.0
    measures = _shape_measures(component, inside, scene) | _place_measures(inside, box, scene)
    measures |= {"contrast_z": _contrast_z(mean - background, ring, is_physical=scene.is_physical)}
    physical = {
        "thickness_um": mean,
        "thickness_p75_um": float(np.percentile(values[inside], 75)),
        "ring_um": background,
        "excess_um": mean - background,
    }
    relative = {"contrast_grey": mean, "ring_grey": background}
    given, missing = (physical, relative) if scene.is_physical else (relative, physical)
    return measures | given | dict.fromkeys(missing)


def _shape_measures(component: Runs, inside: NDArray[np.bool_], scene: Scene) -> Measures:
    height_mm, width_mm = scene.pixel_spacing_mm
    line = skeleton(component)
    padded = np.pad(inside, 1).astype(np.uint8)
    half_width_px = float(cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE).max())
    area = area_px(component)
    return {
        "area_px": area,
        "area_mm2": area * height_mm * width_mm,
        "skeleton_px": len(line),
        "length_mm": kulpa_length_mm(line, scene.pixel_spacing_mm),
        "max_width_mm": 2 * half_width_px * height_mm,
    }


def _place_measures(inside: NDArray[np.bool_], box: Box, scene: Scene) -> Measures:
    is_breast = scene.breast.inside_crop(box)[inside]
    is_near_skin = scene.breast.skin_distance_crop_mm(box)[inside] < scene.parameters.element_mm / 2
    return {
        "outside_breast_share": 1 - float(is_breast.mean()),
        "near_skin_share": float(is_near_skin.mean()),
        "saturated_share": float(scene.is_saturated[_slices(box)][inside].mean()),
    }


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
    reach = int(np.ceil(scene.parameters.ring_outer_mm / scene.pixel_spacing_mm[0])) + 1
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
