"""What an expert's review changed: segments that were added, taken away and kept, per image and in all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ml.masks import Component, Runs, components, intersection
from ml.metrics.resampling import Bootstrap
from ml.study.intervals import ratio_interval
from ml.study.segment_votes import segment_votes

Outcome = Literal["unchanged", "added", "removed", "both"]
OUTCOMES: tuple[Outcome, ...] = ("unchanged", "added", "removed", "both")


@dataclass(frozen=True, kw_only=True)
class Change:
    """One image before and after.

    Attributes
    ----------
    outcome : {"unchanged", "added", "removed", "both"}
        Whether whole segments came, went, or both; redrawn within the tolerance is unchanged.
    n_added, n_removed, n_kept : int
        Segments.
    added, removed, kept : float
        Their lengths, in `unit`.
    unit : {"mm", "px"}
        px where the size of a pixel is not known.
    is_identical : bool
        Not a pixel differs.
    """

    outcome: Outcome
    n_added: int
    n_removed: int
    n_kept: int
    added: float
    removed: float
    kept: float
    unit: Literal["mm", "px"]
    is_identical: bool


@dataclass(frozen=True, kw_only=True)
class ReviewedImage:
    """A change, and whose it is.

    Attributes
    ----------
    reader : str
        Whose reading was reviewed.
    patient : str
        Whose image it is.
    period : str
        When it was read ("2026-11"), or "" where that does not matter.
    change : Change
        What the review changed.
    """

    reader: str
    patient: str
    period: str
    change: Change


@dataclass(frozen=True, kw_only=True)
class ReviewTotals:
    """Images of one reader, of one period, or of all.

    Attributes
    ----------
    n_images : int
        Images that were reviewed.
    images : dict of str to int
        How many had each outcome.
    shares : dict of str to Bootstrap
        The same as shares of the images, with intervals over patients.
    added_per_image, removed_per_image : Bootstrap
        Segments.
    added_mm, removed_mm, kept_mm : float
        Lengths of the images whose size of a pixel is known.
    n_without_mm : int
        Images whose size of a pixel is not known.
    """

    n_images: int
    images: dict[str, int]
    shares: dict[str, Bootstrap]
    added_per_image: Bootstrap
    removed_per_image: Bootstrap
    added_mm: float
    removed_mm: float
    kept_mm: float
    n_without_mm: int


def compare_reviewed(before: Runs, after: Runs, *, pixel_spacing_mm: tuple[float, float] | None) -> Change:
    """Compare a reading with what an expert made of it.

    Parameters
    ----------
    before, after : Runs
        The reading, and the mask after review, on one pixel grid.
    pixel_spacing_mm : tuple of float or None
        (row, column) spacing; None where it is not known.

    Returns
    -------
    change : Change
        Two empty masks are unchanged.

    Raises
    ------
    MaskShapeMismatchError
        If the sizes differ.
    MetricParameterError
        If the spacing is not that of an image.

    Notes
    -----
    For a label that follows vessels. Segments are those of `segment_votes` with its tolerance of 1.05 mm:
    the four outcomes are those that the published label-correction method (2022) counts after its expert had
    gone over third-party labels.

    Examples
    --------
    >>> from ml.masks import capsule, empty
    >>> vessel = capsule(60, 200, (30.0, 20.0), (30.0, 180.0), 10.0)
    >>> compare_reviewed(empty(60, 200), vessel, pixel_spacing_mm=(0.1, 0.1)).outcome
    'added'
    """
    votes = segment_votes([before, after], pixel_spacing_mm=pixel_spacing_mm)
    of_kind = {
        who: [segment for segment in votes.segments if segment.marked_by == who]
        for who in ((1,), (0,), (0, 1))
    }
    added, removed, kept = of_kind.values()
    unit: Literal["mm", "px"] = "px" if pixel_spacing_mm is None else "mm"
    lengths = [
        sum(part.length_px if part.length_mm is None else part.length_mm for part in parts)
        for parts in (added, removed, kept)
    ]
    return Change(
        outcome=OUTCOMES[bool(added) + 2 * bool(removed)],
        n_added=len(added),
        n_removed=len(removed),
        n_kept=len(kept),
        added=lengths[0],
        removed=lengths[1],
        kept=lengths[2],
        unit=unit,
        is_identical=before == after,
    )


def compare_reviewed_spots(before: Runs, after: Runs) -> Change:
    """Compare a reading of single spots, such as microcalcifications, with what an expert made of it.

    Parameters
    ----------
    before, after : Runs
        The reading, and the mask after review, on one pixel grid.

    Returns
    -------
    change : Change
        Its segments are spots: 8-connected pieces. Lengths are 0, a spot has none. Two empty masks are
        unchanged.

    Raises
    ------
    MaskShapeMismatchError
        If the sizes differ.

    Notes
    -----
    A spot is the same one where the two masks share a pixel of it: neighbours of a cluster lie closer to each
    other than any tolerance for vessels.

    Examples
    --------
    >>> from ml.masks import capsule, empty
    >>> compare_reviewed_spots(empty(60, 60), capsule(60, 60, (30, 30), (30, 30), 4.0)).n_added
    1
    """
    shared = intersection(before, after)
    added, kept = _untouched_and_touched(components(after), shared)
    removed, _ = _untouched_and_touched(components(before), shared)
    return Change(
        outcome=OUTCOMES[bool(added) + 2 * bool(removed)],
        n_added=added,
        n_removed=removed,
        n_kept=kept,
        added=0.0,
        removed=0.0,
        kept=0.0,
        unit="px",
        is_identical=before == after,
    )


def _untouched_and_touched(spots: Sequence[Component], mask: Runs) -> tuple[int, int]:
    touched = sum(len(intersection(spot.runs, mask).runs) > 0 for spot in spots)
    return len(spots) - touched, touched


def total_reviews(images: Sequence[ReviewedImage], *, seed: int = 0) -> ReviewTotals:
    """Add up what reviews changed.

    Parameters
    ----------
    images : sequence of ReviewedImage
        Of whom and when is asked for: filter them first, or use `totals_by_reader`.
    seed : int
        Of the draws.

    Returns
    -------
    totals : ReviewTotals
        Of no image: zeros, and shares without a value.

    Raises
    ------
    StatisticsInputError
        With code `no_patient`.
    """
    changes = [image.change for image in images]
    patients = [image.patient for image in images]
    ones = [1.0] * len(changes)
    known = [change for change in changes if change.unit == "mm"]

    def per_image(counts: Sequence[float]) -> Bootstrap:
        return ratio_interval(counts, ones, patients, seed=seed)

    return ReviewTotals(
        n_images=len(changes),
        images={one: sum(change.outcome == one for change in changes) for one in OUTCOMES},
        shares={one: per_image([float(change.outcome == one) for change in changes]) for one in OUTCOMES},
        added_per_image=per_image([float(change.n_added) for change in changes]),
        removed_per_image=per_image([float(change.n_removed) for change in changes]),
        added_mm=sum(change.added for change in known),
        removed_mm=sum(change.removed for change in known),
        kept_mm=sum(change.kept for change in known),
        n_without_mm=len(changes) - len(known),
    )


def totals_by_reader(images: Sequence[ReviewedImage], *, seed: int = 0) -> dict[str, dict[str, ReviewTotals]]:
    """Add up what reviews changed, for each reader and within her over time.

    Parameters
    ----------
    images : sequence of ReviewedImage
        All that were reviewed.
    seed : int
        Of the draws.

    Returns
    -------
    totals : dict of str to dict of str to ReviewTotals
        By reader; then "" for all of hers, and each period in rising order.

    Raises
    ------
    StatisticsInputError
        With code `no_patient`.
    """
    totals = {}
    for reader in sorted({image.reader for image in images}):
        hers = [image for image in images if image.reader == reader]
        periods = sorted({image.period for image in hers} - {""})
        totals[reader] = {"": total_reviews(hers, seed=seed)} | {
            period: total_reviews([image for image in hers if image.period == period], seed=seed)
            for period in periods
        }
    return totals
