"""How well every two of several readers agree on masks, over many images."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ml.errors import StatisticsInputError
from ml.masks import Runs, area_px
from ml.metrics.checks import check_choice
from ml.metrics.length_report import report_lengths
from ml.metrics.matching import Matching
from ml.metrics.overlap import count_pixels, dice

PairMeasure = Literal["dice", "dice_l_sym"]
MEASURES = ("dice", "dice_l_sym")  # the same in either direction, so that no reader has to be the reference
Spacing = tuple[float, float] | None


@dataclass(frozen=True, kw_only=True)
class ReaderMatrix:
    """One measure for every pair of readers.

    Attributes
    ----------
    means : tuple of tuple of float or None, shape (n_readers, n_readers)
        Mean over the images where the measure is defined; None for a pair without any. Symmetric; 1 on the
        diagonal, None for a reader who never marked anything.
    n_read, n_defined : tuple of tuple of int, shape (n_readers, n_readers)
        Images that both read, and those of them where the measure is defined: not both masks are empty.
    mean_of_pairs : float or None
        Mean of the means of all pairs of two readers that have one.
    n_images, n_readers : int
        Size of what was given.
    definition : dict
        `measure`, and the choices behind it as in `Comparison`, without what belongs to one image.
    """

    means: tuple[tuple[float | None, ...], ...]
    n_read: tuple[tuple[int, ...], ...]
    n_defined: tuple[tuple[int, ...], ...]
    mean_of_pairs: float | None
    n_images: int
    n_readers: int
    definition: Mapping[str, object]


def reader_matrix(
    readings: Sequence[Sequence[Runs | None]],
    *,
    measure: PairMeasure,
    pixel_spacings_mm: Sequence[Spacing] | None,
    tolerance_mm: float | None = None,
    tolerance_px: float | None = None,
    merge_tracks: bool = False,
) -> ReaderMatrix:
    """Compare the masks of every two readers, image by image.

    Parameters
    ----------
    readings : sequence of sequence of Runs or None
        For each image the mask of each reader, in one order of readers; None where a reader did not read it,
        which is not the same as a mask without marks.
    measure : {"dice", "dice_l_sym"}
        By area, or by centre line; see `DEFINITIONS`.
    pixel_spacings_mm : sequence of tuple of float or None, or None
        (row, column) spacing of each image, or None where none is known.
    tolerance_mm : float, optional
        Centre lines match within this distance, 1.05 mm by default, 1000 mm at most. Areas do not need it.
    tolerance_px : float, optional
        The same in pixels, in place of `tolerance_mm`, 100,000 at most; needs no spacing.
    merge_tracks : bool
        Join the two walls of a vessel before the centre lines are taken; needs the spacings.

    Returns
    -------
    matrix : ReaderMatrix

    Raises
    ------
    StatisticsInputError
        With code `unknown_choice`; `too_few_subjects` without an image, `too_few_readers` below two;
        `not_a_table` if images differ in their number of readers; `length_mismatch` if the spacings are not
        one per image.
    MaskShapeMismatchError
        If two masks of one image differ in size.
    MetricParameterError
        As `compare_masks`.
    PixelSpacingMissingError
        If centre lines are to be matched in mm, or tracks merged, and the spacing of an image is not known.
    """
    check_choice(measure, MEASURES, of="measure")
    n_readers = _checked_readers(readings)
    spacings = [None] * len(readings) if pixel_spacings_mm is None else list(pixel_spacings_mm)
    if len(spacings) != len(readings):
        raise StatisticsInputError(
            f"{len(spacings)} pixel spacings for {len(readings)} images; give one each, None where one is "
            "not known.",
            code="length_mismatch",
        )
    total = np.zeros((n_readers, n_readers))
    n_read, n_defined = np.zeros((2, n_readers, n_readers), dtype=np.int64)
    definition: dict[str, object] = {}
    for masks, spacing in zip(readings, spacings, strict=True):
        matching = Matching(
            pixel_spacing_mm=spacing,
            tolerance_mm=tolerance_mm,
            tolerance_px=tolerance_px,
            merge_tracks=merge_tracks,
        )
        definition = {"measure": measure, **matching.shared_definition()}
        values, is_read = _of_one_image(masks, measure, matching)
        total += np.nan_to_num(values)
        n_read += is_read
        n_defined += np.isfinite(values)
    return _matrix(total, n_read, n_defined, n_images=len(readings), definition=definition)


def _checked_readers(readings: Sequence[Sequence[Runs | None]]) -> int:
    if len(readings) == 0:
        raise StatisticsInputError("One image or more is needed.", code="too_few_subjects")
    numbers = {len(masks) for masks in readings}
    if len(numbers) != 1:
        raise StatisticsInputError(
            f"The images have {sorted(numbers)} readings; give one per reader, None where one is missing.",
            code="not_a_table",
        )
    (n_readers,) = numbers
    if n_readers < 2:
        raise StatisticsInputError("Two readers or more are needed.", code="too_few_readers")
    return n_readers


def _of_one_image(
    masks: Sequence[Runs | None], measure: PairMeasure, matching: Matching
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the measure of each pair, NaN where it has none, and which pairs both read the image."""
    values = np.full((len(masks), len(masks)), np.nan)
    has_read = np.array([mask is not None for mask in masks])
    for i, mask in enumerate(masks):
        if mask is not None and area_px(mask) > 0:
            values[i, i] = 1
    for (i, one), (j, other) in combinations(enumerate(masks), 2):
        if one is None or other is None:
            continue
        value = _pair(one, other, measure, matching)
        values[i, j] = values[j, i] = np.nan if value is None else value
    return values, has_read[:, None] & has_read


def _pair(one: Runs, other: Runs, measure: PairMeasure, matching: Matching) -> float | None:
    if measure == "dice":
        return dice(count_pixels(one, other))
    return report_lengths(
        one,
        other,
        pixel_spacing_mm=matching.pixel_spacing_mm,
        tolerance_mm=matching.tolerance_mm,
        tolerance_px=matching.tolerance_px,
        merge_tracks=matching.merge_tracks,
    ).dice_l_sym


def _matrix(
    total: NDArray[np.float64],
    n_read: NDArray[np.int64],
    n_defined: NDArray[np.int64],
    *,
    n_images: int,
    definition: Mapping[str, object],
) -> ReaderMatrix:
    means = [
        [float(part) / count if count else None for part, count in zip(*row, strict=True)]
        for row in zip(total, n_defined.tolist(), strict=True)
    ]
    pairs = [means[i][j] for i, j in combinations(range(len(means)), 2)]
    defined = [mean for mean in pairs if mean is not None]
    return ReaderMatrix(
        means=tuple(map(tuple, means)),
        n_read=tuple(map(tuple, n_read.tolist())),
        n_defined=tuple(map(tuple, n_defined.tolist())),
        mean_of_pairs=sum(defined) / len(defined) if defined else None,
        n_images=n_images,
        n_readers=len(means),
        definition=definition,
    )
