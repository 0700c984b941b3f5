"""Intervals and tests that know that the images of one patient are not independent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from ml.errors import StatisticsInputError
from ml.metrics.checks import STATISTICS_VERSION, checked_quantities, finite_numbers

RESAMPLES = 2000
LEAST_PATIENTS = 2


@dataclass(frozen=True, kw_only=True)
class Bootstrap:
    """A statistic with its interval over patients.

    Attributes
    ----------
    value : float or None
        Of all images; None where it is not defined.
    interval : tuple of float or None
        95 %, percentiles of the resamples in which it is defined; None where fewer than half are.
    n_patients, n_images, resamples, undefined_resamples : int
        What it rests on.
    seed : int
        The same seed gives the same interval.
    definition : str
        How it was computed.
    version : int
        Of the statistics of this package.
    """

    value: float | None
    interval: tuple[float, float] | None
    n_patients: int
    n_images: int
    resamples: int
    undefined_resamples: int
    seed: int
    definition: str = "percentile bootstrap that draws patients with all of their images"
    version: int = STATISTICS_VERSION

    @property
    def no_interval(self) -> str:
        """Say why a value has no interval.

        Returns
        -------
        code : str
            "one_patient", "often_undefined" or "patients_alike"; "" where there is one, or no value.
        """
        if self.value is None or self.interval is not None:
            return ""
        if self.n_patients < LEAST_PATIENTS:
            return "one_patient"
        return "often_undefined" if 2 * self.undefined_resamples > self.resamples else "patients_alike"


@dataclass(frozen=True, kw_only=True)
class PairedTest:
    """Two models, or readers, on the same patients.

    Attributes
    ----------
    mean_difference : float
        Second minus first.
    t_p, wilcoxon_p : float
        Two-sided p values of the paired t test and of Wilcoxon's signed-rank test; 1 where all differences
        are 0.
    n : int
        Pairs.
    definition : str
        How it was computed.
    version : int
        Of the statistics of this package.
    """

    mean_difference: float
    t_p: float
    wilcoxon_p: float
    n: int
    definition: str = "paired t test and Wilcoxon signed-rank test, two-sided, one value per patient"
    version: int = STATISTICS_VERSION


@dataclass(frozen=True, kw_only=True)
class AdjustedP:
    """P values of several tests, adjusted for how many there were.

    Attributes
    ----------
    p : tuple of float
        In the order in which they came.
    n : int
        Tests.
    definition : str
        How they were adjusted.
    version : int
        Of the statistics of this package.
    """

    p: tuple[float, ...]
    n: int
    definition: str = "p values adjusted by Holm's step-down method"
    version: int = STATISTICS_VERSION


def checked_patients(patients: Sequence[str]) -> NDArray[np.str_]:
    """Refuse images of no patient, which would count as images of one more.

    Parameters
    ----------
    patients : sequence of str
        Whose each image is.

    Returns
    -------
    patients : ndarray of str

    Raises
    ------
    StatisticsInputError
        With code `no_patient` if one is missing.
    """
    for patient in patients:
        if patient is None or patient != patient or not str(patient).strip():  # noqa: PLR0124  NaN alone differs from itself
            raise StatisticsInputError(
                f"The patient {patient!r} of an image is not known; name the patient of every image, or "
                "leave the image out.",
                code="no_patient",
            )
    return np.asarray(patients, dtype=str)


def bootstrap_by_patient(
    statistic: Callable[[NDArray[np.intp]], float | None],
    patients: Sequence[str],
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Bootstrap:
    """Give a statistic its interval by drawing patients, each with all of her images.

    Parameters
    ----------
    statistic : callable
        From the positions of images, shape (k,), repeated as drawn, to the number; None, or what is not
        finite, where undefined.
    patients : sequence of str, length n
        Whose each image is; none missing, for images of unknown patients are not of one patient.
    resamples : int
        Draws.
    seed : int
        Of the draws.

    Returns
    -------
    bootstrap : Bootstrap

    Raises
    ------
    StatisticsInputError
        With code `too_few_patients` below two, `no_patient` if one is missing, `no_resamples` below one draw.

    References
    ----------
    .. [1] B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap, Chapman and Hall 1993.
    """
    if resamples < 1:
        raise StatisticsInputError(
            f"{resamples} draws give no interval; ask for 1 or more.", code="no_resamples"
        )
    names, of_image = np.unique(checked_patients(patients), return_inverse=True)
    if len(names) < LEAST_PATIENTS:
        raise StatisticsInputError(
            f"{len(names)} patients are too few to tell how patients differ; {LEAST_PATIENTS} are needed.",
            code="too_few_patients",
        )
    images = [np.flatnonzero(of_image == number) for number in range(len(names))]
    random = np.random.default_rng(seed)
    draws = (
        _defined(
            statistic(
                np.concatenate([images[number] for number in random.integers(0, len(names), len(names))])
            )
        )
        for _ in range(resamples)
    )
    defined = [draw for draw in draws if draw is not None]
    interval = None
    if 2 * len(defined) >= resamples:
        low, high = np.percentile(defined, [2.5, 97.5])
        interval = (float(low), float(high))
    return Bootstrap(
        value=_defined(statistic(np.arange(len(of_image)))),
        interval=interval,
        n_patients=len(names),
        n_images=len(of_image),
        resamples=resamples,
        undefined_resamples=resamples - len(defined),
        seed=seed,
    )


def bootstrap_mean(values: Sequence[float | None], patients: Sequence[str], *, seed: int = 0) -> Bootstrap:
    """Give the mean of a measure over images its interval over patients.

    Parameters
    ----------
    values : sequence of float or None, length n
        The measure of each image; None, where it is undefined, is left out of the mean. Nothing else is.
    patients : sequence of str, length n
        Whose each image is; none missing.
    seed : int
        Of the draws.

    Returns
    -------
    bootstrap : Bootstrap

    Raises
    ------
    StatisticsInputError
        With code `length_mismatch`, `too_few_patients` or `no_patient`; `not_finite` or `not_a_number` if a
        value is neither a finite number nor None.
    """
    if len(values) != len(patients):
        raise StatisticsInputError(
            f"{len(values)} values for {len(patients)} patients; expected one each.", code="length_mismatch"
        )
    finite_numbers([value for value in values if value is not None])
    array = np.array([np.nan if value is None else value for value in values], dtype=np.float64)

    def mean(chosen: NDArray[np.intp]) -> float | None:
        picked = array[chosen]
        picked = picked[np.isfinite(picked)]
        return float(picked.mean()) if len(picked) else None

    return bootstrap_by_patient(mean, patients, seed=seed)


def paired_test(first: ArrayLike, second: ArrayLike) -> PairedTest:
    """Test whether two models differ on the same patients.

    Parameters
    ----------
    first, second : array_like of float, shape (n,)
        One value per patient (average the images of each first), in the same order.

    Returns
    -------
    test : PairedTest

    Raises
    ------
    StatisticsInputError
        With code `length_mismatch`, `too_few_subjects` (less than 2), `not_a_number` or `not_finite`.
    """
    a, b = checked_quantities(first, second)
    difference = b - a
    # Where all differences are alike, no chance is left to explain a shift.
    is_alike = np.ptp(difference) == 0
    t_p = float(difference[0] == 0) if is_alike else float(stats.ttest_rel(b, a).pvalue)
    wilcoxon_p = float(stats.wilcoxon(difference).pvalue) if difference.any() else 1.0
    return PairedTest(
        mean_difference=float(difference.mean()), t_p=t_p, wilcoxon_p=wilcoxon_p, n=len(difference)
    )


def holm(p_values: ArrayLike) -> AdjustedP:
    """Adjust p values for how many tests were made.

    Parameters
    ----------
    p_values : array_like of float, shape (n,)
        One per test, each in [0, 1].

    Returns
    -------
    adjusted : AdjustedP
        In the same order; empty for none.

    Raises
    ------
    StatisticsInputError
        With code `not_a_list`; `not_finite` if a value is missing or no probability, `not_a_number`.

    References
    ----------
    .. [1] S. Holm, A simple sequentially rejective multiple test procedure, Scandinavian Journal of
       Statistics 6 (1979) 65-70.
    """
    given = finite_numbers(p_values)
    if given.ndim != 1:
        raise StatisticsInputError(
            f"One list of p values is needed; got the shape {given.shape}.", code="not_a_list"
        )
    if not ((given >= 0) & (given <= 1)).all():
        raise StatisticsInputError("A p value lies outside 0 to 1.", code="not_finite")
    order = np.argsort(given)
    steps = np.maximum.accumulate(np.arange(len(given), 0, -1) * given[order])
    adjusted = np.empty_like(given)
    adjusted[order] = np.minimum(steps, 1)
    return AdjustedP(p=tuple(adjusted.tolist()), n=len(given))


def _defined(value: float | None) -> float | None:
    return value if value is not None and np.isfinite(value) else None
