"""Free-response curve: segments found against false ones per image, over thresholds of probability."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.errors import MaskShapeMismatchError, MetricParameterError
from ml.masks import Runs, from_dense
from ml.metrics.lesions import SegmentCounts, confirmed_segments
from ml.metrics.matching import Matching

FROC_RATES = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)  # false positives per image
DEFAULT_THRESHOLDS = tuple(round(0.05 * k, 2) for k in range(1, 20))


@dataclass(frozen=True, kw_only=True)
class ScoredImage:
    """A probability map and the mask that it is judged by.

    Attributes
    ----------
    probability : ndarray of uint8 or float, shape (rows, columns)
        0 to 255, or 0 to 1.
    reference : Runs
        On the same grid.
    pixel_spacing_mm : tuple of float or None
        (row, column) spacing; None needs a tolerance in pixels.
    """

    probability: NDArray[np.uint8] | NDArray[np.floating]
    reference: Runs
    pixel_spacing_mm: tuple[float, float] | None


@dataclass(frozen=True, kw_only=True)
class FrocCurve:
    """Sensitivity for segments against false positives per image.

    Attributes
    ----------
    thresholds : ndarray of float64, shape (t,)
        Increasing; a pixel is marked where its probability is above.
    sensitivity : ndarray of float64, shape (t,), or None
        Share of all reference segments found at each threshold; None where no image has a segment.
    false_positives_per_image : ndarray of float64, shape (t,)
        False segments at each threshold divided by the number of images.
    sensitivity_at : dict of float to float, or None
        Sensitivity at each of `FROC_RATES`.
    mean_sensitivity : float or None
        Mean of those seven.
    n_images, n_segments : int
        Images, and segments of all references.
    undefined : dict
        Name of each None to its reason code.
    definition : dict
        The choices behind the numbers, without the spacing of any one image.
    """

    thresholds: NDArray[np.float64]
    sensitivity: NDArray[np.float64] | None
    false_positives_per_image: NDArray[np.float64]
    sensitivity_at: Mapping[float, float] | None
    mean_sensitivity: float | None
    n_images: int
    n_segments: int
    undefined: Mapping[str, str]
    definition: Mapping[str, object]


def froc(
    images: Iterable[ScoredImage],
    *,
    thresholds: Sequence[float] = DEFAULT_THRESHOLDS,
    tolerance_mm: float | None = None,
    tolerance_px: float | None = None,
    merge_tracks: bool = False,
) -> FrocCurve:
    """Sweep the threshold of probability maps and count segments.

    Parameters
    ----------
    images : iterable of ScoredImage
        At least one; read once, so they may come from a generator.
    thresholds : sequence of float
        At least one, each from 0 up to but not including 1; 0.05 to 0.95 in steps of 0.05 by default.
    tolerance_mm : float, optional
        Pixels of two centre lines match within this distance, 1.05 mm by default, 1000 mm at most.
    tolerance_px : float, optional
        The same in pixels, in place of `tolerance_mm`, 100,000 at most; needs no spacing.
    merge_tracks : bool
        Join the two walls of a vessel before the centre lines are taken; needs the spacing of every image.

    Returns
    -------
    curve : FrocCurve
        Images whose reference is empty add false positives and no segments. Without any reference segment the
        sensitivities are None with the reason `no_reference_segment`.

    Raises
    ------
    MetricParameterError
        If there is no image, a threshold is out of range, a map is neither uint8 nor numbers from 0 to 1, or
        a spacing or the tolerance is not one that `compare_masks` takes.
    MaskShapeMismatchError
        If a map and its reference differ in size.
    PixelSpacingMissingError
        If the tolerance is in mm, or tracks are to be merged, and the spacing of an image is not known.

    Notes
    -----
    A segment is found or false as in `compare_masks`. `sensitivity_at` follows our own rule: the curve begins
    at (0, 0), where nothing is marked; at each rate of false positives it takes the best sensitivity of any
    threshold with at most that rate, joins those points by straight lines, and stays level beyond the last
    one. The seven rates are those of the LUNA16 challenge [1]_.

    References
    ----------
    .. [1] A. A. A. Setio et al., Validation, comparison, and combination of algorithms for automatic
       detection of pulmonary nodules in computed tomography images: the LUNA16 challenge, Medical Image
       Analysis 42 (2017) 1-13, doi:10.1016/j.media.2017.06.015.
    """
    levels = _checked_thresholds(thresholds)
    found, false = np.zeros(len(levels), dtype=np.int64), np.zeros(len(levels), dtype=np.int64)
    n_images = n_segments = 0
    definition: dict[str, object] = {}
    for image in images:
        matching = Matching(
            pixel_spacing_mm=image.pixel_spacing_mm,
            tolerance_mm=tolerance_mm,
            tolerance_px=tolerance_px,
            merge_tracks=merge_tracks,
        )
        counts = _count(image, levels, matching)
        found += [count.found for count in counts]
        false += [count.false for count in counts]
        n_images, n_segments = n_images + 1, n_segments + counts[0].reference
        definition = matching.shared_definition()
    if n_images == 0:
        raise MetricParameterError("A free-response curve needs at least one image; none came.")
    return _curve(levels, found, false, n_images=n_images, n_segments=n_segments, definition=definition)


def _curve(
    levels: NDArray[np.float64],
    found: NDArray[np.int64],
    false: NDArray[np.int64],
    *,
    n_images: int,
    n_segments: int,
    definition: Mapping[str, object],
) -> FrocCurve:
    false_per_image = false / n_images
    sensitivity = sensitivity_at = mean = None
    if n_segments:
        sensitivity = found / n_segments
        sensitivity_at = _at_rates(false_per_image, sensitivity)
        mean = sum(sensitivity_at.values()) / len(FROC_RATES)
    missing = ("sensitivity", "sensitivity_at", "mean_sensitivity")
    return FrocCurve(
        thresholds=levels,
        sensitivity=sensitivity,
        false_positives_per_image=false_per_image,
        sensitivity_at=sensitivity_at,
        mean_sensitivity=mean,
        n_images=n_images,
        n_segments=n_segments,
        undefined={} if n_segments else dict.fromkeys(missing, "no_reference_segment"),
        definition=definition,
    )


def _checked_thresholds(thresholds: Sequence[float]) -> NDArray[np.float64]:
    levels = np.unique(np.asarray(thresholds, dtype=np.float64))
    if len(levels) == 0 or not ((levels >= 0) & (levels < 1)).all():
        raise MetricParameterError(
            f"The thresholds {list(thresholds)} cannot be swept; give one or more numbers from 0 up to, "
            "not including, 1."
        )
    return levels


def _count(image: ScoredImage, levels: NDArray[np.float64], matching: Matching) -> list[SegmentCounts]:
    """Count the segments of one image at every threshold."""
    _check_map(image)
    reference, reference_line = matching.traced(image.reference)
    counts = []
    for level in levels:
        candidate, line = matching.traced(_marked(image.probability, float(level)))
        counts.append(
            SegmentCounts.of_one_image(
                confirmed_segments(reference, reference_line, matching.is_near(reference_line, line)),
                confirmed_segments(candidate, line, matching.is_near(line, reference_line)),
            )
        )
    return counts


def _check_map(image: ScoredImage) -> None:
    probability, reference = image.probability, image.reference
    if probability.shape != (reference.rows, reference.columns):
        raise MaskShapeMismatchError(
            f"The probability map has the shape {probability.shape}, the reference "
            f"{reference.rows} x {reference.columns} pixels; expected both of the same image."
        )
    if probability.dtype == np.uint8:
        return
    is_float = np.issubdtype(probability.dtype, np.floating)
    if not is_float or not ((probability >= 0) & (probability <= 1)).all():
        raise MetricParameterError(
            f"The probability map ({probability.dtype}) must hold 8-bit whole numbers, or real numbers "
            "from 0 to 1 at every pixel."
        )


def _marked(probability: NDArray[np.uint8] | NDArray[np.floating], level: float) -> Runs:
    if probability.dtype == np.uint8:
        # Above 0.2 is above 51 of 255; in floating point the product may fall short of the whole number.
        return from_dense(probability > int(level * 255 + 1e-9))
    return from_dense(probability > level)


def _at_rates(false_per_image: NDArray[np.float64], sensitivity: NDArray[np.float64]) -> dict[float, float]:
    order = np.lexsort((sensitivity, false_per_image))
    rates = np.concatenate(([0.0], false_per_image[order]))
    best = np.maximum.accumulate(np.concatenate(([0.0], sensitivity[order])))
    # Of several points at one rate, the last is the best.
    is_last = np.append(rates[1:] > rates[:-1], True)
    interpolated = np.interp(FROC_RATES, rates[is_last], best[is_last])
    return {rate: float(value) for rate, value in zip(FROC_RATES, interpolated, strict=True)}
