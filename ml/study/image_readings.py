"""Everything that is measured of the readings of one image: the piece of work that processes share out."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ml.masks import decode
from ml.metrics.patterns import pixel_patterns
from ml.metrics.readings import ReadingPairCounts, TracedReading, compare_readings, trace_reading
from ml.study.line_votes import LineSegment, line_votes

# Around everything marked, for STAPLE: on a whole mammogram every specificity would come to 1.
MARGIN_MM = 2.0
MARGIN_PX = 29  # the same where a pixel has 0.07 mm


@dataclass(frozen=True, kw_only=True)
class ImageReadings:
    """What is to be compared on one image.

    Attributes
    ----------
    masks : dict of str to bytes
        By its digest each mask that is needed, in either form of the codec.
    pairs : sequence of tuple of str
        (first, second) digests to compare.
    groups : sequence of tuple of str
        Digests of the readings to hold together: two or more.
    pixel_spacing_mm : tuple of float or None
        (row, column) spacing; None where it is not known.
    """

    masks: Mapping[str, bytes]
    pairs: Sequence[tuple[str, str]]
    groups: Sequence[tuple[str, ...]]
    pixel_spacing_mm: tuple[float, float] | None


@dataclass(frozen=True, kw_only=True)
class GroupVotes:
    """What a group of readings marks together.

    Attributes
    ----------
    segments : list of LineSegment
        Each with the votes of the readings, in the order of the group.
    patterns : dict of int to int
        Pixels by who marked them (see `pixel_patterns`).
    """

    segments: list[LineSegment]
    patterns: dict[int, int]


@dataclass(frozen=True, kw_only=True)
class MeasuredImage:
    """The answers to `ImageReadings`, in its order.

    Attributes
    ----------
    pairs : list of ReadingPairCounts
        One for each pair.
    groups : list of GroupVotes
        One for each group.
    """

    pairs: list[ReadingPairCounts]
    groups: list[GroupVotes]


def measure_image(readings: ImageReadings) -> MeasuredImage:
    """Compare the readings of one image two by two, and hold groups of them together.

    Parameters
    ----------
    readings : ImageReadings
        The masks, and what is asked of them.

    Returns
    -------
    measured : MeasuredImage

    Raises
    ------
    MaskCodecError
        If bytes are no mask.
    MaskShapeMismatchError
        If the sizes differ.
    MetricParameterError
        If the spacing is not that of an image.
    """
    spacing = readings.pixel_spacing_mm
    margin_px = MARGIN_PX if spacing is None else math.ceil(MARGIN_MM / min(spacing))
    traced = {
        digest: trace_reading(decode(data, versions=(1, 2)), spacing)
        for digest, data in readings.masks.items()
    }
    return MeasuredImage(
        pairs=[compare_readings(traced[one], traced[other], spacing) for one, other in readings.pairs],
        groups=[
            _hold_together([traced[digest] for digest in group], spacing, margin_px)
            for group in readings.groups
        ],
    )


def measure_images(images: Sequence[ImageReadings]) -> list[MeasuredImage]:
    """Measure several images, as one errand of a process.

    Parameters
    ----------
    images : sequence of ImageReadings
        Any number.

    Returns
    -------
    measured : list of MeasuredImage
        In the same order.
    """
    return [measure_image(image) for image in images]


def _hold_together(
    group: Sequence[TracedReading], spacing: tuple[float, float] | None, margin_px: int
) -> GroupVotes:
    drawn = [reading.mask for reading in group]
    return GroupVotes(
        segments=line_votes(drawn, [reading.line for reading in group], pixel_spacing_mm=spacing),
        patterns=pixel_patterns(drawn, margin_px=margin_px),
    )
