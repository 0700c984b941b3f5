"""What a component measures on the image: length, contrast or thickness, and where it lies."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.breast import COMPRESSED, PERIPHERY
from ml.correction.scene import Scene
from ml.correction.surroundings import read_surroundings
from ml.masks import (
    Runs,
    area_px,
    bounding_box,
    crop,
    edge_distance_px,
    end_capped_length_mm,
    kulpa_length_mm,
    pixel_positions,
)
from ml.physics import MAD_TO_SIGMA, MEAN_DEVIATION_TO_SIGMA

GREY_LEVEL_NOISE = 12**-0.5  # of values rounded to whole grey levels: the least that a spread can be
LEAST_SPREAD_SHARE = 0.5  # of the spread by the mean deviation, which is not 0 where half of the values are


@dataclass(frozen=True, kw_only=True)
class Measures:
    """What one component measures; JSON numbers.

    Attributes
    ----------
    area_px, area_mm2 : int, float
        Its area.
    skeleton_px, length_mm : int, float
        Pixels and Kulpa length of its centre line; a dot has next to none, whatever its size.
    length_endcap_mm : float
        Length of the centre line and its two ends up to the edge.
    max_width_mm : float
        Twice the largest distance from its centre line to its edge.
    outside_breast_share, near_skin_share, saturated_share : float
        Shares of its pixels: not in the breast, nearer to the skin than half the element, at the end of the
        scale.
    contact_share, periphery_share : float or None
        Shares of its pixels in the compressed breast and in its periphery; None where the two cannot be told
        apart.
    is_measured : bool
        False where all its pixels are left out because they are at the end of the scale.
    has_surroundings : bool
        Whether anything in the breast lies in the ring around it.
    contrast_z : float or None
        Its mean minus that of its surroundings, in 1.4826 times their median absolute deviation, or in half
        of 1.2533 times their mean absolute deviation where that is more: on a slope most of what stands out
        is exactly 0, and so is the median. In relative mode at least the rounding of grey levels. None where
        no surroundings are left to measure, or they do not vary at all (physical mode).
    thickness_um, thickness_p75_um : float or None
        Mean and upper quartile of the thickness of hydroxyapatite; physical mode only.
    surroundings_um, excess_um : float or None
        Mean of the surroundings and what the component has above it; physical mode only.
    hidden_um : float or None
        How much more the disc of the opening may have hidden, where the background is still steep when its
        planes are taken off: its rise across half the disc. Physical mode and rule "excess" only.
    contrast_grey, surroundings_grey : float or None
        Mean top-hat of component and surroundings in grey levels; relative mode only.
    """

    area_px: int
    area_mm2: float
    skeleton_px: int
    length_mm: float
    length_endcap_mm: float
    max_width_mm: float
    outside_breast_share: float
    near_skin_share: float
    saturated_share: float
    contact_share: float | None
    periphery_share: float | None
    is_measured: bool
    has_surroundings: bool
    contrast_z: float | None
    thickness_um: float | None = None
    thickness_p75_um: float | None = None
    surroundings_um: float | None = None
    excess_um: float | None = None
    hidden_um: float | None = None
    contrast_grey: float | None = None
    surroundings_grey: float | None = None


def measure_component(component: Runs, line: NDArray[np.int32], scene: Scene) -> Measures:
    """Measure one component.

    Parameters
    ----------
    component : Runs
        A part of `scene.mask`, not empty.
    line : ndarray of int32, shape (k, 2)
        Its centre line.
    scene : Scene
        What it is measured against.

    Returns
    -------
    measures : Measures
        Without surroundings (`has_surroundings` False) nothing is taken off for them.
    """
    height_mm, width_mm = scene.pixel_spacing_mm
    box = bounding_box(component)
    alone, line = crop(component, box), line - np.array(box[:2], dtype=np.int32)
    half_width_px = float(edge_distance_px(alone, line).max())
    return Measures(
        area_px=area_px(component),
        area_mm2=area_px(component) * height_mm * width_mm,
        skeleton_px=len(line),
        length_mm=kulpa_length_mm(line, scene.pixel_spacing_mm),
        length_endcap_mm=end_capped_length_mm(alone, line, scene.pixel_spacing_mm),
        max_width_mm=2 * half_width_px * height_mm,
        **_measure_pixels(component, scene),
    )


def _measure_pixels(component: Runs, scene: Scene) -> dict[str, Any]:
    ground, size_mm = scene.ground, scene.pixel_spacing_mm[0]
    row, column = np.divmod(pixel_positions(component), component.columns)
    stored = ground.pixels[row, column]
    coarse = ground.coarse_row[row], ground.coarse_column[column]
    values = ground.top_hat[row, column][ground.is_usable[stored]] * scene.um_per_unit
    ring = read_surroundings(
        component,
        scene.mask,
        ground,
        inner_px=scene.parameters.ring_inner_mm / size_mm,
        outer_px=scene.parameters.ring_outer_mm / size_mm,
    )
    ring *= scene.um_per_unit
    region = scene.regions.labels[row, column]
    is_known = scene.is_contact_known
    return {
        "outside_breast_share": 1 - float(ground.inside[coarse].mean()),
        "near_skin_share": float((scene.skin_distance_mm[coarse] < scene.parameters.element_mm / 2).mean()),
        "saturated_share": float(scene.signal.is_saturated[stored].mean()),
        "contact_share": float((region == COMPRESSED).mean()) if is_known else None,
        "periphery_share": float((region == PERIPHERY).mean()) if is_known else None,
        "is_measured": values.size > 0,
        "has_surroundings": ring.size > 0,
        "hidden_um": _hidden_um(row, column, scene),
        **_strength(values, ring, is_physical=scene.is_physical),
    }


def _hidden_um(row: NDArray[np.int64], column: NDArray[np.int64], scene: Scene) -> float | None:
    if scene.background is None:
        return None
    side = scene.background.cell_px
    tilt_per_px = float(scene.background.tilt_per_px[row // side, column // side].mean())
    return tilt_per_px * scene.parameters.element_mm / 2 / scene.pixel_spacing_mm[0] * scene.um_per_unit


def _strength(
    values: NDArray[np.floating], ring: NDArray[np.floating], *, is_physical: bool
) -> dict[str, float | None]:
    if values.size == 0:
        return {"contrast_z": None}
    mean, background = float(values.mean()), float(ring.mean()) if ring.size else 0.0
    contrast_z = _contrast_z(mean - background, ring, is_physical=is_physical)
    if not is_physical:
        return {"contrast_z": contrast_z, "contrast_grey": mean, "surroundings_grey": background}
    return {
        "contrast_z": contrast_z,
        "thickness_um": mean,
        "thickness_p75_um": _quantile(values, 0.75),
        "surroundings_um": background,
        "excess_um": mean - background,
    }


def _contrast_z(contrast: float, ring: NDArray[np.floating], *, is_physical: bool) -> float | None:
    if ring.size == 0:
        return None
    deviation = np.abs(ring - _quantile(ring, 0.5))
    least = LEAST_SPREAD_SHARE * MEAN_DEVIATION_TO_SIGMA * float(deviation.mean())
    spread = max(MAD_TO_SIGMA * _quantile(deviation, 0.5), least)
    if not is_physical:
        spread = max(spread, GREY_LEVEL_NOISE)
    return contrast / spread if spread > 0 else None


def _quantile(values: NDArray[np.floating], share: float) -> float:
    """Do as `numpy.quantile`, without what it takes for axes and missing numbers."""
    place = share * (len(values) - 1)
    below = int(place)
    ordered = np.partition(values, (below, min(below + 1, len(values) - 1)))
    step = float(ordered[min(below + 1, len(values) - 1)]) - float(ordered[below])
    return float(ordered[below]) + (place - below) * step


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
    row, start, end = component.runs.astype(np.int64).T
    area = (end - start).sum()
    return (
        float(((row + 0.5) * (end - start)).sum() / area),
        float(((end - start) * (start + end) / 2).sum() / area),
    )
