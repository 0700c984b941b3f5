"""How thick the mineral behind each place of a raw image is: a map to look at, not to measure with."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.breast import BACKGROUND, Regions, find_regions
from ml.errors import NormalisationRefusedError, PixelSpacingMissingError
from ml.masks import from_dense
from ml.normalise.beam import checked_beam
from ml.physics import MAD_TO_SIGMA, fit_background, open_near, read_signal
from ml.types import Acquisition

WORKING_PIXEL_MM = 0.14
SMOOTHING_MM = 0.1
ELEMENT_MM = 3.1  # wider than a calcified artery, as in the label correction
LEVELLING_MM = 2.0
SAMPLE_MM = 0.5
SKIN_MM = 1.5  # nearer to it, air and skin make up what stands out
VISIBLE_SIGMAS = 4.0
VISIBLE_PERCENTILE = 97.0  # texture has long tails; calcium takes less than 3 % of a breast


@dataclass(frozen=True, kw_only=True)
class MineralMap:
    """Hydroxyapatite behind each cell.

    Attributes
    ----------
    values_mm : ndarray of float32, shape (rows / step_px, columns / step_px), rounded up
        Thickness, 0 or more; 0 in the background and within 1.5 mm of the skin.
    inside : ndarray of bool, same shape
        Where the breast is.
    step_px : int
        Side of a cell in pixels of the image: about 0.14 mm.
    visible_from_mm : float
        What noise and texture reach hardly anywhere: the median of the breast plus four standard deviations,
        at least its 97th percentile.
    record : dict
        Every number that was used; plain JSON.
    flags : tuple of str
        What had to be assumed, of `beam_of` and `read_signal`.
    """

    values_mm: NDArray[np.float32]
    inside: NDArray[np.bool_]
    step_px: int
    visible_from_mm: float
    record: dict[str, object]
    flags: tuple[str, ...]


def mineral_map_mm(
    pixels: NDArray[np.uint16], acquisition: Acquisition, *, regions: Regions | None = None
) -> MineralMap:
    """Measure how much mineral stands out of its surroundings everywhere in the breast.

    Parameters
    ----------
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values of an image for processing.
    acquisition : Acquisition
        What the header says: beam, compressed thickness and pixel spacing are needed.
    regions : Regions, optional
        Where the breast is; found by default.

    Returns
    -------
    mineral : MineralMap

    Raises
    ------
    NormalisationRefusedError
        Codes ``not_raw``, ``beam_unknown``, ``body_part_thickness_unknown`` and ``breast_not_found``.
    PixelSpacingMissingError
        If the pixel spacing is not known.

    Notes
    -----
    -ln of the signal, averaged over cells and smoothed, less the plane fitted around each place, less its
    grey opening by a disc of 3.1 mm; times one plus the scatter-to-primary ratio, over the attenuation of
    hydroxyapatite. Everything narrow and dense stands out: skin folds, ligaments, clips and markers too. What
    stands out takes no part in a second fit of the planes. Averaging over a cell makes specks of one or two
    pixels thinner than they are.
    """
    beam, _ = checked_beam(acquisition)
    if acquisition.pixel_spacing_mm is None:
        raise PixelSpacingMissingError(
            "The pixel spacing is not known; a map of thickness needs it. Give it in mm."
        )
    regions = find_regions(pixels, acquisition) if regions is None else regions
    if not regions.is_found:
        raise NormalisationRefusedError(
            "No breast was found on the image, so there is nothing to map.", code="breast_not_found"
        )
    signal = read_signal(pixels, acquisition)
    pixel_mm = float(np.mean(acquisition.pixel_spacing_mm))
    step_px = max(round(WORKING_PIXEL_MM / pixel_mm), 1)
    cell_mm = step_px * pixel_mm
    inside = cell_means((regions.labels != BACKGROUND).astype(np.float32), step_px) >= 0.5
    brightness = cell_means(signal.look_up(pixels).astype(np.float32, copy=False), step_px)
    brightness = cv2.GaussianBlur(brightness, (0, 0), max(SMOOTHING_MM / cell_mm, 0.3))
    standing_out = _standing_out(brightness, inside, cell_mm)
    to_mm = (1 + beam.scatter_to_primary_ratio) / beam.mu_calc_per_mm
    values_mm = (standing_out * np.float32(to_mm)).astype(np.float32)
    return MineralMap(
        values_mm=values_mm,
        inside=inside,
        step_px=step_px,
        visible_from_mm=_visible_from(values_mm[inside]),
        record={
            "mu_calc_per_mm": beam.mu_calc_per_mm,
            "scatter_to_primary_ratio": beam.scatter_to_primary_ratio,
            "detector_offset": signal.detector_offset,
            "cell_mm": cell_mm,
            "smoothing_mm": SMOOTHING_MM,
            "element_mm": ELEMENT_MM,
            "levelling_mm": LEVELLING_MM,
        },
        flags=(*signal.flags, *beam.flags),
    )


def cell_means(image: NDArray[np.float32], step_px: int) -> NDArray[np.float32]:
    """Average an image over square cells; cells at the end of a row or column repeat its last pixels.

    Parameters
    ----------
    image : ndarray of float32, shape (rows, columns)
        Any image.
    step_px : int
        Side of a cell.

    Returns
    -------
    means : ndarray of float32, shape (rows / step_px, columns / step_px), rounded up
    """
    rows, columns = (-(-side // step_px) for side in image.shape)
    missing = rows * step_px - image.shape[0], columns * step_px - image.shape[1]
    whole = cv2.copyMakeBorder(image, 0, missing[0], 0, missing[1], cv2.BORDER_REPLICATE)
    return cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA)


def _standing_out(
    brightness: NDArray[np.float32], inside: NDArray[np.bool_], cell_mm: float
) -> NDArray[np.float32]:
    """Take off planes and opening, twice: what stands out the first time is no background the second."""
    skin_cells = 2 * max(round(SKIN_MM / cell_mm), 1) + 1
    # Beyond the edge of the picture the breast goes on.
    deep = cv2.erode(inside.astype(np.uint8), np.ones((skin_cells, skin_cells)), borderValue=1) > 0
    mask, is_sampled = from_dense(inside), deep
    result = np.zeros_like(brightness)
    for _ in range(2):
        level = _background(brightness, is_sampled, cell_mm)
        flat = brightness - level
        opened = open_near(flat, mask, diameter_px=ELEMENT_MM / cell_mm)
        result = np.where(deep, flat - opened, 0).astype(np.float32)
        is_sampled = deep & (result < _visible_from(result[inside]))
    return result


def _background(
    brightness: NDArray[np.float32], is_sampled: NDArray[np.bool_], cell_mm: float
) -> NDArray[np.float32]:
    """Fit planes on a grid of about 0.5 mm, to what may be sampled of it, and enlarge."""
    side = max(round(SAMPLE_MM / cell_mm), 1)
    share = cell_means(is_sampled.astype(np.float32), side)
    means = cell_means(np.where(is_sampled, brightness, 0).astype(np.float32), side)
    samples = means / np.maximum(share, np.float32(1e-6))
    fitted = fit_background(samples, share >= 0.5, sigma_cells=LEVELLING_MM / (side * cell_mm), cell_px=1)
    rows, columns = brightness.shape
    large = cv2.resize(
        fitted.level.astype(np.float32), None, fx=side, fy=side, interpolation=cv2.INTER_LINEAR
    )
    return large[:rows, :columns]


def _visible_from(values: NDArray[np.float32]) -> float:
    middle = float(np.median(values))
    spread = float(np.median(np.abs(values - middle))) * MAD_TO_SIGMA
    return max(middle + VISIBLE_SIGMAS * spread, float(np.percentile(values, VISIBLE_PERCENTILE)))
