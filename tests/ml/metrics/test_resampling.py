import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ml.errors import StatisticsInputError
from ml.metrics.checks import STATISTICS_VERSION
from ml.metrics.resampling import bootstrap_by_patient, bootstrap_mean, holm, paired_test


def test_interval_over_patients_is_wider_than_over_images():
    """Four views of a patient that are all alike are one observation, not four."""
    random = np.random.default_rng(3)
    of_patient = random.normal(0.7, 0.1, 30)
    values = np.repeat(of_patient, 4)

    by_patient = bootstrap_mean(values, [f"p{number // 4}" for number in range(120)], seed=1)
    by_image = bootstrap_mean(values, [f"p{number}" for number in range(120)], seed=1)

    width = {name: b.interval[1] - b.interval[0] for name, b in (("p", by_patient), ("i", by_image))}
    assert by_patient.value == pytest.approx(of_patient.mean())
    assert width["p"] == pytest.approx(2 * width["i"], rel=0.15)
    assert width["p"] == pytest.approx(2 * 1.96 * of_patient.std() / np.sqrt(30), rel=0.1)
    assert (by_patient.n_patients, by_patient.n_images, by_patient.resamples) == (30, 120, 2000)


def test_same_seed_same_interval():
    arguments = ([0.1, 0.5, 0.9, 0.4], ["a", "a", "b", "c"])

    assert bootstrap_mean(*arguments, seed=4) == bootstrap_mean(*arguments, seed=4)
    assert bootstrap_mean(*arguments, seed=4) != bootstrap_mean(*arguments, seed=5)


def test_undefined_images_are_left_out_and_undefined_draws_counted():
    found = bootstrap_mean([0.5, None, 0.7], ["a", "b", "c"], seed=2)
    nothing = bootstrap_mean([None, None], ["a", "b"])

    assert found.value == pytest.approx(0.6)
    assert found.interval == (0.5, 0.7)
    assert 0 < found.undefined_resamples < 200
    assert nothing.value is None
    assert nothing.interval is None
    assert nothing.undefined_resamples == 2000


def test_statistic_that_is_no_number_counts_as_undefined():
    found = bootstrap_by_patient(lambda chosen: float("nan") if 0 in chosen else 1.0, ["a", "b"], seed=1)

    assert found.value is None
    assert 0 < found.undefined_resamples < 2000


def test_paired_tests_are_the_usual_ones():
    random = np.random.default_rng(8)
    first = random.normal(0.70, 0.1, 25)
    second = first + random.normal(0.03, 0.04, 25)

    found = paired_test(first, second)

    assert found.mean_difference == pytest.approx((second - first).mean())
    assert found.t_p == pytest.approx(stats.ttest_1samp(second - first, 0).pvalue)
    assert found.wilcoxon_p == pytest.approx(stats.wilcoxon(first, second).pvalue)
    assert paired_test([1, 2, 3], [1, 2, 3]).t_p == paired_test([1, 2, 3], [1, 2, 3]).wilcoxon_p == 1
    assert paired_test([1, 2, 3], [2, 3, 4]).t_p == 0


def test_holm_adjusts_for_the_number_of_tests():
    found = holm([0.01, 0.04, 0.03])

    assert found.p == pytest.approx([0.03, 0.06, 0.06])
    assert (found.n, found.version) == (3, STATISTICS_VERSION)
    assert holm(np.array([0.01, 0.04, 0.03])) == found
    assert holm([]).p == ()


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_is_the_largest_product_up_to_each_rank(p_values):
    found = holm(p_values).p

    for p, adjusted in zip(p_values, found, strict=True):
        smaller = [q for q in p_values if q <= p]
        steps = [(sum(r >= q for r in p_values)) * q for q in smaller]
        assert adjusted == pytest.approx(min(1, max(steps)))


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda: bootstrap_mean([1.0], ["a"]), "too_few_patients"),
        (lambda: bootstrap_mean([1.0, 2.0], ["a"]), "length_mismatch"),
        (lambda: bootstrap_by_patient(lambda _: 0.0, ["a", "b"], resamples=0), "no_resamples"),
        (lambda: paired_test([1], [2]), "too_few_subjects"),
        (lambda: paired_test([1, np.nan], [2, 3]), "not_finite"),
        (lambda: paired_test([1, 2], [2]), "length_mismatch"),
        (lambda: holm([1.5]), "not_finite"),
        (lambda: holm([0.5, None]), "not_finite"),
        (lambda: holm([[0.5]]), "not_a_list"),
        (lambda: bootstrap_mean([1.0, np.inf], ["a", "b"]), "not_finite"),
        (lambda: bootstrap_mean([1.0, np.nan], ["a", "b"]), "not_finite"),
        (lambda: bootstrap_mean([1.0, 2.0], ["a", None]), "no_patient"),
        (lambda: bootstrap_mean([1.0, 2.0], ["a", " "]), "no_patient"),
        (lambda: bootstrap_by_patient(lambda _: 0.0, ["a", float("nan")]), "no_patient"),
    ],
)
def test_resampling_refuses_what_says_nothing(ask, code):
    with pytest.raises(StatisticsInputError) as refusal:
        ask()

    assert refusal.value.code == code
