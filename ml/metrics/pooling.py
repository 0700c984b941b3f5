"""Many images in one table: means over images, and ratios of sums."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

from ml.errors import MetricParameterError
from ml.metrics.centre_line import TopologyCounts, topology_scores
from ml.metrics.comparison import Comparison
from ml.metrics.definitions import COUNT_DEFINITIONS, DEFINITIONS, SURFACE_DEFINITIONS
from ml.metrics.length_overlap import LengthCounts, length_scores
from ml.metrics.lesions import SegmentCounts, detection_scores
from ml.metrics.matching import OF_ONE_IMAGE
from ml.metrics.overlap import PixelCounts, overlap_scores

EmptyPolicy = Literal["exclude", "one"]
EMPTY_POLICIES = ("exclude", "one")
# Plain counts of pixels are behind the ratios; of segments, the mean is false positives per image.
MEASURES = tuple(
    name for name in DEFINITIONS if name not in COUNT_DEFINITIONS or name.startswith("segments_")
)


@dataclass(frozen=True, kw_only=True)
class PooledMeasure:
    """One measure over many images.

    Attributes
    ----------
    mean : float or None
        Over the images where it is defined; with the policy `one`, images with two empty masks count as
        perfect: 1 for a share, 0 for a distance. None without any.
    pooled : float or None
        Ratio of the sums of the counts over all images, for measures that are ratios of counts; None for
        others.
    n_images : int
        All images that were given.
    n_defined : int
        Those where the measure has a value.
    n_both_empty : int
        Those where it has none because both masks are empty. The rest lack a value for another reason.
    """

    mean: float | None
    pooled: float | None
    n_images: int
    n_defined: int
    n_both_empty: int


@dataclass(frozen=True, kw_only=True)
class PooledComparison:
    """Agreement over many images.

    Attributes
    ----------
    measures : dict of str to PooledMeasure
        By the name of the measure (see `DEFINITIONS`). The mean of `segments_false` is the number of false
        positives per image.
    n_images : int
        Number of comparisons.
    definition : dict
        What all comparisons share, and `empty_policy`.
    """

    measures: Mapping[str, PooledMeasure]
    n_images: int
    definition: Mapping[str, object]


def pool_comparisons(
    comparisons: Sequence[Comparison], *, empty_policy: EmptyPolicy = "exclude"
) -> PooledComparison:
    """Put the comparisons of many images together.

    Parameters
    ----------
    comparisons : sequence of Comparison
        One per image, all made by the same definition; only the pixel spacing may differ. None at all gives
        measures without a value.
    empty_policy : {"exclude", "one"}
        Leave images with two empty masks out of the mean, or count them as perfect agreement. They are
        counted apart in either case, and add nothing to pooled values.

    Returns
    -------
    pooled : PooledComparison

    Raises
    ------
    MetricParameterError
        If the policy is not known or the comparisons follow different definitions.
    """
    if empty_policy not in EMPTY_POLICIES:
        raise MetricParameterError(
            f"The policy {empty_policy!r} for empty masks is not known; give one of "
            f"{', '.join(EMPTY_POLICIES)}."
        )
    definition = _shared_definition(comparisons)
    ratios = _ratios_of_sums(comparisons)
    measures = {
        name: _pool(name, comparisons, ratios.get(name), empty_policy=empty_policy) for name in MEASURES
    }
    return PooledComparison(
        measures=measures,
        n_images=len(comparisons),
        definition=definition | {"empty_policy": empty_policy},
    )


def _shared_definition(comparisons: Sequence[Comparison]) -> dict[str, Any]:
    shared = [
        {name: choice for name, choice in comparison.definition.items() if name not in OF_ONE_IMAGE}
        for comparison in comparisons
    ]
    if any(definition != shared[0] for definition in shared):
        raise MetricParameterError(
            "The comparisons were made by different definitions (tolerance, merging or version); compare all "
            "images in one way before pooling them."
        )
    return shared[0] if shared else {}


def _pool(
    name: str, comparisons: Sequence[Comparison], pooled: float | None, *, empty_policy: EmptyPolicy
) -> PooledMeasure:
    values = [value for comparison in comparisons if (value := getattr(comparison, name)) is not None]
    n_both_empty = sum(comparison.undefined.get(name) == "both_empty" for comparison in comparisons)
    perfect = 0.0 if name in SURFACE_DEFINITIONS else 1.0
    counted = values + ([perfect] * n_both_empty if empty_policy == "one" else [])
    return PooledMeasure(
        mean=sum(counted) / len(counted) if counted else None,
        pooled=pooled,
        n_images=len(comparisons),
        n_defined=len(values),
        n_both_empty=n_both_empty,
    )


def _ratios_of_sums(comparisons: Sequence[Comparison]) -> dict[str, float | None]:
    """Compute every ratio from sums over images; those that need a tolerance, where there was one."""
    matched = [one for one in comparisons if one.skeleton_reference_near_px is not None]
    areas = overlap_scores(PixelCounts(**_sums(comparisons, PixelCounts, "{}_px")))
    topology = topology_scores(TopologyCounts(**_sums(comparisons, TopologyCounts, "skeleton_{}_px")))
    segments = detection_scores(SegmentCounts(**_sums(matched, SegmentCounts, "segments_{}")))
    lengths = length_scores(
        LengthCounts(
            reference=_total(matched, "skeleton_reference_px"),
            candidate=_total(matched, "skeleton_candidate_px"),
            reference_near=_total(matched, "skeleton_reference_near_px"),
            candidate_near=_total(matched, "skeleton_candidate_near_px"),
            candidate_near_capped=sum(
                min(one.skeleton_candidate_near_px or 0, one.skeleton_reference_px) for one in matched
            ),
        )
    )
    return areas | topology | segments | lengths


def _sums(comparisons: Sequence[Comparison], counts: type, field: str) -> dict[str, int]:
    return {name: _total(comparisons, field.format(name)) for name in (part.name for part in fields(counts))}


def _total(comparisons: Sequence[Comparison], field: str) -> int:
    return sum(getattr(comparison, field) for comparison in comparisons)
