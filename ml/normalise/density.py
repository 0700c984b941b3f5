"""The thickness of dense tissue behind each pixel of a raw image."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.breast import BACKGROUND, COMPRESSED, Regions, find_regions
from ml.breast.outline import skin_distance_px
from ml.errors import NormalisationRefusedError, PixelSpacingMissingError
from ml.normalise.beam import checked_beam
from ml.normalise.grid import Grid, grid_over
from ml.physics import Beam, OneEnergy, read_signal
from ml.types import Acquisition

LEAST_MM = -5.0
FAT_SMOOTHING_MM = 1.0
FAT_MARGIN_MM = 5.0
LEAKED_SHARE = 0.01  # of what is left out, that smoothing may carry into a place of reference
FAT_PERCENTILE = 99.0  # of the exposure: what lets most through is fat
LEAST_SPREAD_MM = 3.0  # between the quartiles: less means a breast without fat to compare with
LEAST_REFERENCE_PX = 50
# Attenuation of tissue from that of calcification at the same beam: our own calculation from published
# spectra and cross-sections, right to 2 % for six beams between 26 and 34 kVp and 30 to 70 mm of breast.
DENSE_MINUS_FAT_PER_CALC = 0.01378
FAT_PER_MM, FAT_PER_CALC = 0.01722, 0.0181


@dataclass(frozen=True, kw_only=True)
class DensityMap:
    """Dense tissue behind each pixel.

    Attributes
    ----------
    values_mm : ndarray of float32, shape (rows, columns)
        Thickness, from -5 (noise and a wrong reference make it negative) to that of the breast; 0 in the
        background.
    record : dict
        Every number that was used; plain JSON.
    flags : tuple of str
        `fat_reference_uncertain`: the breast is so even that its least dense places may not be fat, and the
        map too low.
    """

    values_mm: NDArray[np.float32]
    record: dict[str, object]
    flags: tuple[str, ...]


def density_map_mm(
    pixels: NDArray[np.uint16],
    acquisition: Acquisition,
    *,
    regions: Regions | None = None,
    without: NDArray[np.bool_] | None = None,
) -> DensityMap:
    """Measure the thickness of dense tissue.

    Parameters
    ----------
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values of an image for processing.
    acquisition : Acquisition
        What the header says: beam, compressed thickness and pixel spacing are needed.
    regions : Regions, optional
        Where the breast is; found by default.
    without : ndarray of bool, shape (rows, columns), optional
        Pixels, for example of calcification, that may not serve as reference for fat.

    Returns
    -------
    density : DensityMap

    Raises
    ------
    NormalisationRefusedError
        Codes ``not_raw`` (no thickness can be read from an image for presentation, of unknown intent, or
        compressed with loss), ``beam_unknown``, ``body_part_thickness_unknown``, ``breast_not_found`` and
        ``no_contact_area`` (the plates touch too little of the breast to find fat in).
    PixelSpacingMissingError
        If the pixel spacing is not known.

    Notes
    -----
    h = ln(P / P_fat) / (mu_fat - mu_dense) times one plus the scatter-to-primary ratio, with P the exposure;
    in the periphery the tissue that is missing from the full thickness is replaced by fat. P_fat is the 99th
    percentile of the exposure, smoothed by 1 mm, over the compressed breast at least 5 mm from its border.

    References
    ----------
    .. [1] R. Highnam, M. Brady, Mammographic Image Analysis, Kluwer 1999.
    """
    beam, thickness_mm = checked_beam(acquisition)
    signal = read_signal(pixels, acquisition)
    regions = find_regions(pixels, acquisition) if regions is None else regions
    grid = _grid(regions)
    tissue = _tissue(beam)
    brightness = signal.look_up(pixels).astype(np.float32, copy=False)
    reference = _fat_reference(brightness, regions, grid, without)
    missing_mm = grid.enlarge(_missing_mm(regions, grid, thickness_mm))
    scatter = 1 + beam.scatter_to_primary_ratio
    contrast = (brightness - np.float32(reference.brightness)) * np.float32(scatter)
    contrast += np.float32(tissue.mu_fat_per_mm) * missing_mm
    dense_mm = tissue.dense_tissue_mm(contrast, 0.0)
    values_mm = np.clip(dense_mm, LEAST_MM, thickness_mm).astype(np.float32)
    values_mm[regions.labels == BACKGROUND] = 0
    mu_difference = tissue.mu_dense_per_mm - tissue.mu_fat_per_mm
    spread_mm = reference.spread * scatter / mu_difference
    return DensityMap(
        values_mm=values_mm,
        record={
            "mu_fat_per_mm": tissue.mu_fat_per_mm,
            "mu_dense_per_mm": tissue.mu_dense_per_mm,
            "scatter_to_primary_ratio": beam.scatter_to_primary_ratio,
            "thickness_mm": thickness_mm,
            "detector_offset": signal.detector_offset,
            "fat_exposure": float(np.exp(-reference.brightness)),
            "fat_percentile": FAT_PERCENTILE,
            "reference_area_mm2": reference.area_mm2,
            "interquartile_range_mm": spread_mm,
        },
        flags=("fat_reference_uncertain",) if spread_mm < LEAST_SPREAD_MM else (),
    )


@dataclass(frozen=True, kw_only=True)
class _FatReference:
    """What fat of full thickness looks like, and how much the breast differs from it."""

    brightness: float
    spread: float
    area_mm2: float


def _grid(regions: Regions) -> Grid:
    if not regions.is_found:
        raise NormalisationRefusedError(
            "No breast was found on the image, so there is no fat to compare with.", code="breast_not_found"
        )
    if regions.pixel_spacing_mm is None:
        raise PixelSpacingMissingError(
            "The pixel spacing is not known; a thickness in the periphery needs it. Give it in mm."
        )
    return grid_over(regions.labels.shape, regions.pixel_spacing_mm)


def _tissue(beam: Beam) -> OneEnergy:
    mu_fat = FAT_PER_MM + FAT_PER_CALC * beam.mu_calc_per_mm
    return OneEnergy(
        mu_fat_per_mm=mu_fat,
        mu_dense_per_mm=mu_fat + DENSE_MINUS_FAT_PER_CALC * beam.mu_calc_per_mm,
        mu_calc_per_mm=beam.mu_calc_per_mm,
    )


def _fat_reference(
    brightness: NDArray[np.float32], regions: Regions, grid: Grid, without: NDArray[np.bool_] | None
) -> _FatReference:
    contact = grid.reduce(regions.labels == COMPRESSED) > 0.999
    reach_px = round(FAT_MARGIN_MM / grid.pixel_mm) + 1
    is_reference = skin_distance_px(contact, reach_px=reach_px) * grid.pixel_mm >= FAT_MARGIN_MM
    is_reference &= contact
    if without is not None:
        is_reference &= _smoothed(grid.reduce(without), grid) < LEAKED_SHARE
    if np.count_nonzero(is_reference) < LEAST_REFERENCE_PX:
        raise NormalisationRefusedError(
            "The plates touch too little of the breast to find fat of full thickness in.",
            code="no_contact_area",
        )
    smooth = _smoothed(grid.reduce(np.exp(-brightness)), grid)[is_reference]
    lower, upper = np.percentile(-np.log(smooth), [25, 75])
    return _FatReference(
        brightness=-float(np.log(np.percentile(smooth, FAT_PERCENTILE))),
        spread=float(upper - lower),
        area_mm2=float(np.count_nonzero(is_reference)) * grid.pixel_mm**2,
    )


def _smoothed(image: NDArray[np.float32], grid: Grid) -> NDArray[np.float32]:
    return cv2.GaussianBlur(image, (0, 0), FAT_SMOOTHING_MM / grid.pixel_mm)


def _missing_mm(regions: Regions, grid: Grid, thickness_mm: float) -> NDArray[np.float32]:
    """Return what the periphery lacks of the full thickness, if its rim is a half circle."""
    inside = grid.reduce(regions.labels != BACKGROUND) >= 0.5
    half_mm = thickness_mm / 2
    reach_px = int(np.ceil(half_mm / grid.pixel_mm)) + 1
    distance_mm = skin_distance_px(inside, reach_px=reach_px) * grid.pixel_mm
    rim_mm = half_mm - np.minimum(distance_mm, half_mm)
    chord_mm = 2 * np.sqrt(np.maximum(half_mm**2 - rim_mm**2, 0))
    return (thickness_mm - chord_mm).astype(np.float32)
