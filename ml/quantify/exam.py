"""An exam in two numbers: the score of its four views and the mass of calcium."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ml.quantify.calcium import MassCategory, mass_category
from ml.quantify.pooling import check_poolable
from ml.quantify.views import SIDES, VIEWS, ChosenViews, Duplicates, ViewReading, choose_views

MissingViews = Literal["null", "estimate"]
TotalOf = Literal["mean_of_views", "sum_of_views"]
SHOWN_FACTOR = 1e4
VIEWS_OF_AN_EXAM = len(SIDES) * len(VIEWS)


@dataclass(frozen=True, kw_only=True)
class ExamScore:
    """Share of the breasts that bright calcification covers, summed over four views.

    Attributes
    ----------
    score : float or None
        Without unit.
    score_e4 : float or None
        The same times 10,000, as it is shown.
    is_estimated : bool
        True where views are missing and the mean of the others stands for them.
    by_view : dict of str to float or None
        What each view adds.
    missing : tuple of str
        Views that are not there, for example "RMLO".
    excluded : dict of str to str
        Images left out, and why (see `choose_views`).
    reason : str or None
        Why there is no score: `view_missing`, or the reason of a view's missing number.
    """

    score: float | None
    score_e4: float | None
    is_estimated: bool
    by_view: Mapping[str, float | None]
    missing: tuple[str, ...]
    excluded: Mapping[str, str]
    reason: str | None


def exam_score(
    readings: Sequence[ViewReading],
    *,
    duplicates: Duplicates = "larger_breast",
    missing_views: MissingViews = "null",
) -> ExamScore:
    """Sum TAM_X over the area of the breast, over left and right, CC and MLO.

    Parameters
    ----------
    readings : sequence of ViewReading
        All images of one exam; of the published score with X = 100.
    duplicates : {"larger_breast", "latest"}
        See `choose_views`.
    missing_views : {"null", "estimate"}
        Without one of the four views there is no score; or four times the mean of those there are.

    Returns
    -------
    score : ExamScore
        None with a reason where a view is missing, or has no breast or no brightness.

    Raises
    ------
    ExamViewsError
        See `choose_views`.
    NotPoolableError
        See `check_poolable`; only the images that count are compared.

    References
    ----------
    .. [1] X. Guo et al., SCU-Net: a deep learning method for segmentation and quantification of breast
       arterial calcifications on mammograms, Medical Physics 48 (2021) 5851-5861, doi:10.1002/mp.15017.
    """
    chosen = choose_views(readings, duplicates=duplicates)
    if chosen.by_view:
        check_poolable([reading.quantities for reading in chosen.by_view.values()])
    by_view = {side + view: _share(reading) for (side, view), reading in chosen.by_view.items()}
    reason = _view_reason(chosen, missing_views) or next(
        (_share_reason(reading) for reading in chosen.by_view.values() if _share(reading) is None), None
    )
    shares = [share for share in by_view.values() if share is not None]
    score = None if reason is not None else VIEWS_OF_AN_EXAM * sum(shares) / len(shares)
    return ExamScore(
        score=score,
        score_e4=None if score is None else score * SHOWN_FACTOR,
        is_estimated=score is not None and bool(chosen.missing),
        by_view=by_view,
        missing=chosen.missing,
        excluded=chosen.excluded,
        reason=reason,
    )


def _view_reason(chosen: ChosenViews, missing_views: MissingViews) -> str | None:
    may_estimate = missing_views == "estimate" and bool(chosen.by_view)
    return "view_missing" if chosen.missing and not may_estimate else None


def _share(reading: ViewReading) -> float | None:
    tam, breast_px = reading.quantities.tam, reading.quantities.breast_area_px
    return None if tam is None or not breast_px else tam / breast_px


def _share_reason(reading: ViewReading) -> str:
    undefined = reading.quantities.undefined
    return undefined.get("tam") or undefined.get("breast_area_px") or "breast_not_found"


@dataclass(frozen=True, kw_only=True)
class ExamMass:
    """Calcium in both breasts.

    Attributes
    ----------
    left_mg, right_mg : float or None
        Of a breast: the mean, or the sum, of its CC and MLO.
    total_mg : float or None
        Left and right together.
    interval_mg : tuple of float or None
        95 % interval of the total. Half its width is the weighted sum of the views' half widths, as if all
        erred alike, because beam and scatter do; an empty mask adds nothing.
    detection_limit_mg : float or None
        Root of the sum of squares of the views' weighted limits.
    category : str or None
        Of the total, see `mass_category`.
    is_estimated : bool
        True where one view stands for a breast.
    missing : tuple of str
        Views that are not there.
    excluded : dict of str to str
        Images left out, and why (see `choose_views`).
    reason : str or None
        Why there is no total: `view_missing`, or the reason of a view's missing mass.
    """

    left_mg: float | None
    right_mg: float | None
    total_mg: float | None
    interval_mg: tuple[float, float] | None
    detection_limit_mg: float | None
    category: MassCategory | None
    is_estimated: bool
    missing: tuple[str, ...]
    excluded: Mapping[str, str]
    reason: str | None


def exam_mass(
    readings: Sequence[ViewReading],
    *,
    total_of: TotalOf = "mean_of_views",
    duplicates: Duplicates = "larger_breast",
    missing_views: MissingViews = "null",
) -> ExamMass:
    """Weigh the calcium of an exam.

    Parameters
    ----------
    readings : sequence of ViewReading
        All images of one exam.
    total_of : {"mean_of_views", "sum_of_views"}
        A breast is the mean of its two views, which show the same calcium; or their sum. What published
        masses of an exam add up is not stated.
    duplicates : {"larger_breast", "latest"}
        See `choose_views`.
    missing_views : {"null", "estimate"}
        A breast without one of its views has no mass; or that of the other view (twice it in a sum).

    Returns
    -------
    mass : ExamMass
        A breast without a mass leaves the exam without a total.

    Raises
    ------
    ExamViewsError
        See `choose_views`.
    """
    chosen = choose_views(readings, duplicates=duplicates)
    breasts = {side: _breast_mass(side, chosen, total_of, missing_views) for side in SIDES}
    left, right = breasts["L"], breasts["R"]
    reasons = [breast for breast in breasts.values() if isinstance(breast, str)]
    left_mg, right_mg = (None if isinstance(breast, str) else breast.mass_mg for breast in (left, right))
    if isinstance(left, str) or isinstance(right, str):
        total, interval, limit = None, None, None
    else:
        total, reach = left.mass_mg + right.mass_mg, left.reach_mg + right.reach_mg
        interval, limit = (total - reach, total + reach), math.hypot(left.limit_mg, right.limit_mg)
    return ExamMass(
        left_mg=left_mg,
        right_mg=right_mg,
        total_mg=total,
        interval_mg=interval,
        detection_limit_mg=limit,
        category=mass_category(total, detection_limit_mg=limit),
        is_estimated=total is not None and bool(chosen.missing),
        missing=chosen.missing,
        excluded=chosen.excluded,
        reason=reasons[0] if reasons else None,
    )


@dataclass(frozen=True)
class _BreastMass:
    mass_mg: float
    reach_mg: float
    limit_mg: float


def _breast_mass(
    side: str, chosen: ChosenViews, total_of: TotalOf, missing_views: MissingViews
) -> _BreastMass | str:
    """Put the views of a breast together, or say why not."""
    there = [chosen.by_view[side, view].quantities for view in VIEWS if (side, view) in chosen.by_view]
    if not there or (len(there) < len(VIEWS) and missing_views == "null"):
        return "view_missing"
    for view in there:
        if view.mass_mg is None:
            return view.undefined["mass_mg"]
    weight = (1 if total_of == "mean_of_views" else len(VIEWS)) / len(there)
    intervals = [view.mass_interval_mg or (0.0, 0.0) for view in there]
    return _BreastMass(
        weight * sum(view.mass_mg or 0.0 for view in there),
        weight * sum(high - low for low, high in intervals) / 2,
        weight * math.hypot(*(view.mass_detection_limit_mg or 0.0 for view in there)),
    )
