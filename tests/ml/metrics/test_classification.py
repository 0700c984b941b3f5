import dataclasses
import json

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import f1_score, roc_auc_score

from ml.errors import StatisticsInputError
from ml.metrics.checks import STATISTICS_VERSION
from ml.metrics.classification import (
    best_cutoff_of_sweep,
    best_f1_cutoff,
    operating_point,
    proportion,
)
from ml.metrics.roc import auc, compare_aucs, curves

SCORES = st.lists(st.tuples(st.booleans(), st.integers(0, 9)), min_size=4, max_size=60)


@given(SCORES)
def test_auc_is_the_area_under_the_curve_and_lies_in_its_interval(pairs):
    truth, score = np.array(pairs).T
    assume(2 <= truth.sum() <= len(truth) - 2)

    found = auc(truth, score)

    assert found.value == pytest.approx(roc_auc_score(truth, score))
    assert 0 <= found.interval[0] <= found.value <= found.interval[1] <= 1
    assert (found.n_positive, found.n_negative) == (truth.sum(), len(truth) - truth.sum())


def test_delong_variance_is_that_of_its_placements():
    """Eq. 5 to 7 of DeLong et al., written out pair by pair."""
    truth, score = np.array([1, 1, 1, 0, 0, 0, 0], bool), np.array([0.9, 0.4, 0.4, 0.5, 0.4, 0.2, 0.1])
    wins = (score[truth][:, None] > score[~truth]) + 0.5 * (score[truth][:, None] == score[~truth])
    variance = wins.mean(axis=1).var(ddof=1) / 3 + wins.mean(axis=0).var(ddof=1) / 4

    found = auc(truth, score)

    assert found.value == pytest.approx(wins.mean())
    assert found.standard_error == pytest.approx(np.sqrt(variance))


@pytest.mark.parametrize(
    ("truth", "reason"),
    [([1, 0, 0, 0], "one_positive"), ([1, 1, 1, 0], "one_negative"), ([1, 0], "one_positive")],
)
def test_one_image_of_a_class_does_not_tell_how_such_images_vary(truth, reason):
    found = auc(truth, [0.5, 0.4, 0.6, 0.1][: len(truth)])
    compared = compare_aucs(truth, [0.5, 0.4, 0.6, 0.1][: len(truth)], [0.1, 0.2, 0.6, 0.3][: len(truth)])

    assert found.value is not None
    assert (found.standard_error, found.interval, found.undefined) == (None, None, reason)
    assert compared.difference is not None
    assert (compared.standard_error, compared.p, compared.undefined) == (None, None, reason)


def test_no_variance_is_seen_where_the_classes_are_wholly_apart():
    found = auc([1, 1, 0, 0], [0.9, 0.8, 0.2, 0.1])

    assert (found.value, found.standard_error, found.interval) == (1, 0, (1, 1))


def test_interval_covers_the_truth_about_nineteen_times_in_twenty():
    random = np.random.default_rng(5)
    expected, covered = 0.7602, 0  # of two normal populations one standard deviation apart
    for _ in range(300):
        truth = np.repeat([True, False], 40)
        low, high = auc(truth, random.normal(truth, 1)).interval
        covered += low <= expected <= high

    assert 0.92 <= covered / 300 <= 0.98


def test_two_scores_are_compared_on_the_same_images():
    random = np.random.default_rng(1)
    truth = np.repeat([True, False], 100)
    good, poor = random.normal(truth * 2, 1), random.normal(truth * 0.3, 1)

    apart, alike = compare_aucs(truth, poor, good), compare_aucs(truth, good, good * 3)

    assert apart.difference > 0.2
    assert apart.p < 1e-4
    assert (alike.difference, alike.standard_error, alike.p) == (0, 0, 1)


def test_operating_point_counts_as_printed_for_a_test_set_of_916_images():
    truth = [True] * 94 + [False] * 822
    answer = [True] * 47 + [False] * 47 + [True] * 37 + [False] * 785

    found = operating_point(truth, answer)

    assert (found.true_positives, found.false_positives) == (47, 37)
    assert (found.false_negatives, found.true_negatives) == (47, 785)
    assert found.sensitivity.value == 0.5
    assert found.f1 == pytest.approx(f1_score(truth, answer))
    assert found.sensitivity.interval[0] < 0.5 < found.sensitivity.interval[1]


def test_shares_of_nothing_are_undefined():
    found = operating_point([False, False], [False, False])

    assert found.f1 is None
    assert found.sensitivity.value is None
    assert found.sensitivity.interval is None
    assert found.specificity.value == 1


def test_normal_interval_is_the_printed_formula_and_wilson_stays_inside():
    printed = proportion(95, 100, method="normal").interval
    reach = 1.959964 * np.sqrt(0.95 * 0.05 / 100)

    assert printed == pytest.approx((0.95 - reach, 0.95 + reach), abs=1e-6)
    assert proportion(100, 100).interval[1] <= 1
    assert proportion(100, 100).interval[0] < 1


def test_cutoffs_are_chosen_for_the_highest_measure():
    truth, score = [0, 0, 1, 1, 1], [0.1, 0.6, 0.4, 0.7, 0.9]

    swept = best_cutoff_of_sweep(lambda cutoff: None if cutoff > 0.9 else -abs(cutoff - 0.35))
    best = best_f1_cutoff(truth, score)

    assert (best.cutoff, best.measure) == (0.4, pytest.approx(6 / 7))
    assert best.sweep[0.7] == pytest.approx(0.8)
    assert (swept.cutoff, swept.measure) == (0.35, 0)
    np.testing.assert_allclose(list(swept.sweep), np.arange(1, 20) / 20)
    assert swept.sweep[0.95] is None


def test_curves_end_in_their_corners():
    found = curves([0, 1, 1], [0.2, 0.1, 0.8])

    assert (found.false_positive_rate[0], found.true_positive_rate[-1]) == (0, 1)
    assert found.recall[0] == 1
    assert found.brier_score == pytest.approx((0.04 + 0.81 + 0.04) / 3)
    assert curves([0, 1], [-3, 7]).brier_score is None


@pytest.mark.parametrize(
    "result",
    [
        auc([0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4]),
        compare_aucs([0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4], [0.4, 0.2, 0.3, 0.4]),
        curves([0, 1], [0.1, 0.2]),
        operating_point([0, 1], [0, 1]),
        best_f1_cutoff([0, 1], [0.1, 0.2]),
        best_cutoff_of_sweep(lambda cutoff: cutoff),
        proportion(1, 2),
    ],
    ids=lambda result: type(result).__name__,
)
def test_every_result_says_what_it_is_and_can_be_written_down(result):
    written = json.loads(json.dumps(dataclasses.asdict(result), allow_nan=False))

    assert written["definition"]
    assert written["version"] == STATISTICS_VERSION


def test_share_of_nothing_is_still_of_its_method():
    assert proportion(0, 0, method="normal").definition == proportion(1, 2, method="normal").definition
    assert (
        proportion(0, 0).definition
        == proportion(1, 2).definition
        != proportion(0, 0, method="normal").definition
    )


@pytest.mark.parametrize(
    "yes_and_no",
    [[1, 0, 1, 0], [1.0, 0.0, 1.0, 0.0], np.array([1, 0, 1, 0], bool), np.array([1, 0, 1, 0], object)],
)
def test_yes_and_no_may_be_whole_numbers(yes_and_no):
    assert operating_point(yes_and_no, [True, False, False, False]).true_positives == 1
    assert auc(yes_and_no, [0.9, 0.1, 0.8, 0.2]).value == 1


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda: auc([1, 1], [0.1, 0.2]), "one_class_only"),
        (lambda: auc([1, 0], [0.1, np.nan]), "not_finite"),
        (lambda: auc([1, 0], [0.1]), "length_mismatch"),
        (lambda: operating_point([1, 0], [1]), "length_mismatch"),
        (lambda: operating_point([1, None], [1, 0]), "not_yes_or_no"),
        (lambda: operating_point([1, 0], [0.7, 0.2]), "not_yes_or_no"),
        (lambda: operating_point([1, 0], ["yes", "no"]), "not_yes_or_no"),
        (lambda: operating_point([1, np.nan], [1, 0]), "not_yes_or_no"),
        (lambda: operating_point([1, 2], [1, 0]), "not_yes_or_no"),
        (lambda: operating_point(np.ma.masked_equal([1, 0], 0), [1, 0]), "not_yes_or_no"),
        (lambda: auc([1, np.nan, 0], [0.9, 0.5, 0.1]), "not_yes_or_no"),
        (lambda: auc(["True", "False"], [0.9, 0.1]), "not_yes_or_no"),
        (lambda: compare_aucs([1, None], [0.9, 0.1], [0.9, 0.1]), "not_yes_or_no"),
        (lambda: curves([0, -1], [0.9, 0.1]), "not_yes_or_no"),
        (lambda: auc([1, 0], [0.9, None]), "not_finite"),
        (lambda: auc([1, 0], ["high", "low"]), "not_a_number"),
        (lambda: proportion(3, 2), "not_a_count"),
        (lambda: proportion(0.5, 2), "not_a_count"),
        (lambda: proportion(float("nan"), 2), "not_a_count"),
        (lambda: proportion(1, 2, method="beta"), "unknown_choice"),
        (lambda: proportion(0, 0, method="beta"), "unknown_choice"),
        (lambda: best_cutoff_of_sweep(lambda _: 1.0, step=0), "not_a_sweep"),
        (lambda: best_cutoff_of_sweep(lambda _: None), "undefined_everywhere"),
    ],
)
def test_classification_refuses_what_has_no_answer(ask, code):
    with pytest.raises(StatisticsInputError) as refusal:
        ask()

    assert refusal.value.code == code
