"""How much a calcification attenuates beyond the tissue around it, summed over its area."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ml.masks import Runs, difference, union
from ml.physics import MAD_TO_SIGMA, Signal
from ml.quantify.attenuation import AttenuationCrop, Places
from ml.quantify.background import KERNEL_REACH, Background, smooth_background
from ml.quantify.dilation import dilate

BACKGROUND_SIGMA_MM = 3.0
CLEARANCE_MM = 0.4  # around the mask, where the background does not look
SUMMED_MM = 0.2  # around the mask, what blur spreads of a calcification
EDGES_MM = (0.0, 0.4)  # as if the mask had been drawn 0.2 mm narrower and wider on either side
RING_MM = 2.5  # around the mask, where noise is measured
PATCH_MM = 3.0  # side of the patches whose means tell how well the background fits
LEAST_RING_PX = 50
MAXIMUM_SATURATED_SHARE = 0.01

Unmeasurable = Literal["outside_breast", "saturated", "no_background"]


@dataclass(frozen=True, kw_only=True)
class Densitometry:
    """What a mask attenuates beyond its background; 1 neper mm2 is a factor of e over 1 mm2.

    Attributes
    ----------
    excess_neper_mm2 : float
        Sum of (attenuation - background) times the area of a pixel; negative where the mask is darker than
        its background.
    noise_neper_mm2 : float
        Standard deviation of the sum from pixel noise, taken as independent.
    background_neper_mm2 : float
        Standard deviation of the sum from tissue that the smooth background does not follow.
    edge_neper_mm2 : float
        Half of what the sum changes by when the mask is drawn 0.2 mm narrower and wider.
    exposure : float
        Signal behind the background in counts at the detector, geometric mean.
    saturated_share, outside_breast_share : float
        Shares of the dilated mask that were left out.
    """

    excess_neper_mm2: float
    noise_neper_mm2: float
    background_neper_mm2: float
    edge_neper_mm2: float
    exposure: float
    saturated_share: float
    outside_breast_share: float


def measure_excess(
    mask: Runs,
    pixels: NDArray[np.uint16],
    signal: Signal,
    is_breast: NDArray[np.bool_],
    *,
    pixel_spacing_mm: tuple[float, float],
    others: Runs | None = None,
) -> Densitometry | Unmeasurable:
    """Sum the attenuation of a mask beyond that of the tissue around it.

    Parameters
    ----------
    mask : Runs
        The calcification, not empty.
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values of a raw image of the size of the mask.
    signal : Signal
        How bright they count; physical.
    is_breast : ndarray of bool, shape (rows, columns)
        Only the breast is summed, and only it is background.
    pixel_spacing_mm : tuple of float
        (row, column) spacing; need not be square.
    others : Runs, optional
        What else is no background: other calcifications.

    Returns
    -------
    densitometry : Densitometry or str
        Of the mask dilated by 0.2 mm, within the breast and without saturated pixels. The code of a reason
        where none of it lies in the breast (`outside_breast`), more than 1 % of it is saturated (`saturated`)
        or no tissue is near enough (`no_background`).

    Notes
    -----
    The background is the normalised Gaussian convolution (3 mm) of the attenuation over breast pixels outside
    the mask dilated by 0.4 mm. An opening, which suits the label correction, loses a quarter of the mass.
    Everything is computed on a crop that reaches as far as the Gaussian does. Both standard deviations come
    from the ring up to 2.5 mm around the mask. Noise is 1.4826 times the median absolute deviation of a pixel
    there, times the root of the number of pixels. The background's, our own choice, is the root mean square
    of the means of 3 mm patches there, times the area, over the root of the number of patches summed.
    """
    summed, avoided, near = (
        dilate(mask, reach_mm, pixel_spacing_mm) for reach_mm in (SUMMED_MM, CLEARANCE_MM, RING_MM)
    )
    if others is not None:
        avoided = union(avoided, dilate(others, CLEARANCE_MM, pixel_spacing_mm))
    margin_rows, margin_columns = (
        int(np.ceil(KERNEL_REACH * BACKGROUND_SIGMA_MM / side_mm)) for side_mm in pixel_spacing_mm
    )
    crop = AttenuationCrop.around(mask, pixels, signal, is_breast, (margin_rows, margin_columns))
    saturated_share, outside_breast_share = crop.left_out_shares(summed)
    if outside_breast_share == 1:
        return "outside_breast"
    if saturated_share > MAXIMUM_SATURATED_SHARE:
        return "saturated"
    background = smooth_background(
        crop.values,
        crop.tissue_without(avoided),
        sigma_mm=BACKGROUND_SIGMA_MM,
        pixel_spacing_mm=pixel_spacing_mm,
    )
    places, ring = crop.measurable(summed), crop.measurable(difference(near, avoided))
    excess, residual = crop.above(background, places), crop.above(background, ring)
    if len(residual) < LEAST_RING_PX or not (np.isfinite(excess).all() and np.isfinite(residual).all()):
        return "no_background"
    pixel_mm2 = pixel_spacing_mm[0] * pixel_spacing_mm[1]
    return Densitometry(
        excess_neper_mm2=float(excess.sum()) * pixel_mm2,
        noise_neper_mm2=_noise(residual) * float(np.sqrt(len(excess))) * pixel_mm2,
        background_neper_mm2=_misfit(residual, ring, places, pixel_spacing_mm) * len(excess) * pixel_mm2,
        edge_neper_mm2=_edge(mask, crop, background, pixel_spacing_mm) * pixel_mm2,
        exposure=float(np.exp(-background.at(*places).mean())),
        saturated_share=saturated_share,
        outside_breast_share=outside_breast_share,
    )


def _noise(residual: NDArray[np.float64]) -> float:
    return MAD_TO_SIGMA * float(np.median(np.abs(residual - np.median(residual))))


def _misfit(
    residual: NDArray[np.float64], ring: Places, summed: Places, pixel_spacing_mm: tuple[float, float]
) -> float:
    """Return the standard deviation of the mean background of the summed pixels."""
    _, patch, count = np.unique(_patches(ring, pixel_spacing_mm), return_inverse=True, return_counts=True)
    means = np.bincount(patch, residual) / count
    patches_summed = len(np.unique(_patches(summed, pixel_spacing_mm)))
    return float(np.sqrt(np.average(means**2, weights=count) / patches_summed))


def _patches(places: Places, pixel_spacing_mm: tuple[float, float]) -> NDArray[np.int64]:
    row, column = (
        (place * side_mm // PATCH_MM).astype(np.int64)
        for place, side_mm in zip(places, pixel_spacing_mm, strict=True)
    )
    return row * 2**16 + column


def _edge(
    mask: Runs, crop: AttenuationCrop, background: Background, pixel_spacing_mm: tuple[float, float]
) -> float:
    narrow, wide = (
        float(np.nansum(crop.above(background, crop.measurable(dilate(mask, reach_mm, pixel_spacing_mm)))))
        for reach_mm in EDGES_MM
    )
    return abs(wide - narrow) / 2
