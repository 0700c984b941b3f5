import numpy as np
import pandas as pd
import pingouin
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import bootstrap
from sklearn.metrics import cohen_kappa_score, f1_score
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

from ml.errors import StatisticsInputError
from ml.metrics.agreement import cohen_kappa, fleiss, weighted_f1
from ml.metrics.lesions import SegmentCounts, detection_scores
from ml.metrics.quantities import bland_altman, concordance_correlation
from ml.metrics.resampling import bootstrap_by_patient, bootstrap_mean
from ml.study.cluster_bootstrap import percentiles
from ml.study.intervals import (
    bland_altman_intervals,
    concordance_correlation_interval,
    detection_f1_interval,
    fleiss_interval,
    icc_interval,
    kappa_interval,
    mean_interval,
    ratio_interval,
    weighted_f1_interval,
)

N = 80
PATIENTS = [f"patient-{number // 2}" for number in range(N)]


def three_readers(seed):
    """Draw the answers, the lengths and the segments of three readers on images in pairs of one patient."""
    random = np.random.default_rng(seed)
    truth = np.repeat(random.integers(0, 3, N // 2), 2)
    answers = np.where(random.random((3, N)) < 0.7, truth, random.integers(0, 3, (3, N)))
    lengths = np.repeat(random.gamma(2, 15, N // 2), 2) + random.normal(0, 4, (3, N)) + [[0], [2], [-1]]
    return answers, lengths


def assert_same(found, statistic):
    """Compare with the bootstrap that calls a statistic once for each resample, drawn from the same seed."""
    known = bootstrap_by_patient(statistic, PATIENTS)
    assert found.value == pytest.approx(known.value, abs=1e-12)
    assert found.interval == pytest.approx(known.interval, abs=1e-9)
    assert (found.n_patients, found.n_images) == (N // 2, N)
    assert found.undefined_resamples == known.undefined_resamples


def test_kappa_is_that_of_scikit_learn_and_its_interval_that_of_the_slow_bootstrap():
    (a, b, _), _ = three_readers(1)

    found = kappa_interval(a, b, PATIENTS)

    assert found.value == pytest.approx(cohen_kappa_score(a, b))
    assert_same(found, lambda chosen: cohen_kappa(a[chosen], b[chosen]).value)


def test_weighted_f1_is_that_of_scikit_learn_and_its_interval_that_of_the_slow_bootstrap():
    (a, b, _), _ = three_readers(2)

    found = weighted_f1_interval(a, b, PATIENTS)

    assert found.value == pytest.approx(f1_score(a, b, average="weighted"))
    assert_same(found, lambda chosen: weighted_f1(a[chosen], b[chosen]).value)


def test_fleiss_is_that_of_statsmodels_and_its_interval_that_of_the_slow_bootstrap():
    answers, _ = three_readers(3)

    found = fleiss_interval(answers.T.tolist(), PATIENTS)

    assert found.value == pytest.approx(fleiss_kappa(aggregate_raters(answers.T)[0]))
    assert_same(found, lambda chosen: fleiss(answers.T[chosen]).value)


def test_fleiss_leaves_out_what_one_reader_read_and_counts_each_image_once():
    ratings = [["yes", "yes", None], ["no", "no", "yes"], ["yes", None, None], ["no", "no", None]]

    found = fleiss_interval(ratings, ["a", "b", "c", "d"])

    agreed = np.mean([1, 1 / 3, 1])
    yes = np.mean([1, 1 / 3, 0])
    by_chance = yes**2 + (1 - yes) ** 2
    assert found.value == pytest.approx((agreed - by_chance) / (1 - by_chance))
    assert found.n_images == 3


def test_icc_is_that_of_pingouin_in_value_and_near_it_in_interval_where_images_are_independent():
    random = np.random.default_rng(4)
    table = random.gamma(2, 15, 120)[:, None] + random.normal(0, 5, (120, 3)) + [0, 3, -2]
    subject, reader = np.indices(table.shape)
    rows = pd.DataFrame({"s": subject.ravel(), "r": reader.ravel(), "v": table.ravel()})
    with np.errstate(all="ignore"):  # pingouin divides by a residual of 0
        known = pingouin.intraclass_corr(rows, targets="s", raters="r", ratings="v").set_index("Type")

    found = icc_interval(table, [str(number) for number in range(120)])

    assert found.value == pytest.approx(known.loc["ICC(A,1)", "ICC"])
    # Pingouin's takes readers as drawn too, so it reaches lower.
    low, high = found.interval
    assert low < found.value < high
    assert high == pytest.approx(float(known.loc["ICC(A,1)"].iloc[-1][1]), abs=0.03)


def test_concordance_correlation_has_the_interval_of_the_slow_bootstrap():
    _, (x, y, _) = three_readers(5)

    found = concordance_correlation_interval(x, y, PATIENTS)

    assert_same(found, lambda chosen: concordance_correlation(x[chosen], y[chosen]).value)


def test_bland_altman_has_the_intervals_of_the_slow_bootstrap():
    _, (x, y, _) = three_readers(6)

    found = bland_altman_intervals(x, y, PATIENTS)

    assert_same(found.bias, lambda chosen: bland_altman(x[chosen], y[chosen]).bias)
    assert_same(found.lower_limit, lambda chosen: bland_altman(x[chosen], y[chosen]).limits[0])
    assert_same(found.upper_limit, lambda chosen: bland_altman(x[chosen], y[chosen]).limits[1])


def test_mean_is_that_of_the_slow_bootstrap_also_where_it_is_undefined_on_some_images():
    _, (x, _, _) = three_readers(7)
    values = [None if number % 5 == 0 else float(value) for number, value in enumerate(x)]

    found, known = mean_interval(values, PATIENTS), bootstrap_mean(values, PATIENTS)

    assert found.value == pytest.approx(known.value)
    assert found.interval == pytest.approx(known.interval)


def test_detection_f1_pools_segments_as_the_metrics_do():
    random = np.random.default_rng(8)
    reference, candidate = random.integers(0, 6, (2, N))
    found_of_reference = random.binomial(reference, 0.8)
    true_of_candidate = random.binomial(candidate, 0.7)

    def pooled(chosen):
        counts = SegmentCounts(
            reference=int(reference[chosen].sum()),
            candidate=int(candidate[chosen].sum()),
            found=int(found_of_reference[chosen].sum()),
            false=int((candidate - true_of_candidate)[chosen].sum()),
        )
        return detection_scores(counts)["detection_f1"]

    found = detection_f1_interval(found_of_reference, reference, true_of_candidate, candidate, PATIENTS)

    assert_same(found, pooled)


def test_intervals_of_independent_images_cover_as_often_as_they_say():
    covered = 0
    for seed in range(200):
        values = np.random.default_rng(seed).beta(3, 2, 80).tolist()
        low, high = mean_interval(values, [str(number) for number in range(80)], seed=seed).interval
        covered += low <= 0.6 <= high

    assert 180 <= covered <= 199


def test_images_of_one_patient_widen_the_interval():
    random = np.random.default_rng(9)
    values = np.repeat(random.normal(0.7, 0.1, 20), 4).tolist()

    of_patients = mean_interval(values, [str(number // 4) for number in range(80)]).interval
    of_images = mean_interval(values, [str(number) for number in range(80)]).interval

    assert of_patients[1] - of_patients[0] > 1.5 * (of_images[1] - of_images[0])


ONE_PATIENT = ["a", "a", "a"]


@pytest.mark.parametrize(
    ("found", "value"),
    [
        (lambda: mean_interval([0.5, 0.6, 0.7], ONE_PATIENT), 0.6),
        (lambda: kappa_interval([0, 1, 0], [0, 1, 1], ONE_PATIENT), 0.4),
        (lambda: kappa_interval([1, 1, 1], [1, 1, 1], ONE_PATIENT), None),
        (lambda: weighted_f1_interval([1, 1, 1], [1, 1, 1], ONE_PATIENT), 1.0),
        (lambda: fleiss_interval([[1, 1]] * 3, ONE_PATIENT), None),
        (lambda: icc_interval([[1, 2], [1, 2], [1, 2]], ONE_PATIENT), None),
        (lambda: concordance_correlation_interval([1, 1, 1], [1, 1, 1], ONE_PATIENT), None),
        (lambda: bland_altman_intervals([1, 1, 1], [2, 2, 2], ONE_PATIENT).upper_limit, 1.0),
        (lambda: detection_f1_interval([0] * 3, [0] * 3, [0] * 3, [0] * 3, ONE_PATIENT), None),
        (lambda: ratio_interval([1, 0, 0], [1, 1, 0], ONE_PATIENT), 0.5),
    ],
    ids=[
        "mean", "kappa", "kappa without variation", "f1", "fleiss", "icc", "ccc", "bland-altman", "detection",
        "ratio",
    ],
)  # fmt: skip
def test_of_one_patient_there_is_a_value_and_no_interval(found, value):
    bootstrap = found()

    assert bootstrap.value == (None if value is None else pytest.approx(value))
    assert bootstrap.interval is None
    assert bootstrap.resamples == 0


@pytest.mark.parametrize(
    "found",
    [mean_interval([1.0] * 5, list("abcde")), mean_interval([0.1, 0.1, 0.1, None], list("abcd"))],
    ids=["all right", "in parts of ten"],
)
def test_of_patients_who_do_not_differ_there_is_a_value_and_no_interval(found):
    assert found.value is not None
    assert (found.interval, found.no_interval) == (None, "patients_alike")


def test_one_patient_who_differs_gives_an_interval():
    found = mean_interval([1.0] * 9 + [0.0], [str(number) for number in range(10)])

    assert found.interval[0] < found.value < found.interval[1]
    assert found.no_interval == ""


@given(
    value=st.floats(0, 1),
    drawn=st.lists(st.floats(0, 1) | st.just(float("nan")), max_size=60),
)
def test_limits_never_exclude_the_value(value, drawn):
    found = percentiles(value, np.array(drawn))

    assert found is None or found[0] <= value <= found[1]
    assert found is None or found[0] < found[1]


def test_of_nothing_there_is_nothing():
    found = [
        mean_interval([], []),
        kappa_interval([], [], []),
        weighted_f1_interval([], [], []),
        fleiss_interval([], []),
        icc_interval(np.empty((0, 2)), []),
        concordance_correlation_interval([], [], []),
        bland_altman_intervals([], [], []).bias,
        detection_f1_interval([], [], [], [], []),
    ]

    assert [(one.value, one.interval, one.n_images) for one in found] == [(None, None, 0)] * len(found)


def test_an_image_of_no_patient_is_refused():
    with pytest.raises(StatisticsInputError) as refused:
        mean_interval([0.5, 0.6], ["a", ""])

    assert refused.value.code == "no_patient"


def test_interval_of_patients_of_several_images_is_that_of_the_bootstrap_of_scipy():
    random = np.random.default_rng(6)
    of_patient = [random.normal(random.normal(0.7, 0.1), 0.05, 1 + number % 4) for number in range(60)]
    sums = np.array([[images.sum(), len(images)] for images in of_patient])

    found = mean_interval(
        np.concatenate(of_patient).tolist(),
        [str(number) for number, images in enumerate(of_patient) for _ in images],
    )

    theirs = bootstrap(
        (sums[:, 0], sums[:, 1]),
        lambda above, below, axis: above.sum(axis=axis) / below.sum(axis=axis),
        paired=True,
        method="percentile",
        n_resamples=4000,
        rng=np.random.default_rng(1),
    ).confidence_interval
    assert found.value == pytest.approx(sums[:, 0].sum() / sums[:, 1].sum())
    assert found.interval == pytest.approx((theirs.low, theirs.high), abs=0.003)
