import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.errors import StatisticsInputError
from ml.metrics.quantities import (
    bland_altman,
    concordance_correlation,
    correlations,
    intraclass_correlation,
)

# Shrout and Fleiss 1979, table 2: six subjects, four judges.
JUDGES = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
LENGTHS = st.lists(st.tuples(*[st.floats(-1e3, 1e3)] * 2), min_size=3, max_size=30)


@pytest.mark.parametrize(
    ("form", "value", "interval"),
    [
        ("ICC(1,1)", 0.1657, (-0.13, 0.72)),
        ("ICC(2,1)", 0.2898, (0.02, 0.76)),
        ("ICC(3,1)", 0.7148, (0.34, 0.95)),
    ],
)
def test_intraclass_correlation_of_the_textbook_table(form, value, interval):
    found = intraclass_correlation(JUDGES, form=form)

    assert found.value == pytest.approx(value, abs=5e-5)
    assert found.interval == interval
    assert found.definition == form


def test_bland_altman_of_the_worked_example():
    found = bland_altman([10, 20, 30, 40, 50], [12, 19, 33, 38, 55])

    assert found.bias == pytest.approx(1.4)
    assert found.sd == pytest.approx(2.8810, abs=5e-5)
    assert found.limits == pytest.approx((-4.2467, 7.0467), abs=5e-5)
    assert found.bias_interval[0] < 1.4 < found.bias_interval[1]
    assert found.lower_limit_interval[1] > found.limits[0]


def test_proportional_bias_shows_as_a_slope():
    truth = np.arange(10, 100, 10.0)

    grows = bland_altman(truth, 1.2 * truth)
    shifted = bland_altman(truth, truth + 5)

    assert grows.proportional_slope == pytest.approx(0.2 / 1.1)
    assert grows.proportional_p < 1e-6
    assert shifted.proportional_slope == pytest.approx(0, abs=1e-12)
    assert shifted.limits == (5, 5)


def test_bland_altman_of_equal_means_has_no_slope():
    found = bland_altman([1, 2, 3], [3, 2, 1])

    assert found.proportional_slope is None
    assert found.proportional_p is None


def test_concordance_falls_with_a_shift_and_a_scale_that_correlation_does_not_see():
    x = np.array([1.0, 2.0, 3.0, 4.0])

    assert concordance_correlation(x, x).value == pytest.approx(1)
    assert concordance_correlation(x, -x + 5).value == pytest.approx(-1)
    # Lin 1989: 2 * 1.25 / (1.25 + 1.25 + 1)
    assert concordance_correlation(x, x + 1).value == pytest.approx(2.5 / 3.5)
    assert correlations(x, x + 1)["pearson"] == pytest.approx(1)
    assert concordance_correlation([2, 2], [2, 2]).undefined == "no_variation"


@given(LENGTHS)
def test_concordance_is_symmetric_and_never_above_correlation(pairs):
    x, y = np.array(pairs).T
    forth, back = concordance_correlation(x, y), concordance_correlation(y, x)

    if forth.value is None:
        assert back.value is None
        return
    assert forth.value == pytest.approx(back.value)
    assert abs(forth.value) <= 1 + 1e-9
    pearson = correlations(x, y)["pearson"] if x.std() > 1e-6 and y.std() > 1e-6 else None
    if pearson is not None:
        assert abs(forth.value) <= abs(pearson) + 1e-6


def test_correlations_by_value_and_by_rank():
    found = correlations([1, 2, 3, 4], [1, 8, 27, 64])

    assert found["spearman"] == pytest.approx(1)
    assert found["pearson"] == pytest.approx(0.9514, abs=1e-4)
    assert found["r_squared"] == pytest.approx(found["pearson"] ** 2)
    assert correlations([1, 1], [1, 2]) == {"pearson": None, "spearman": None, "r_squared": None}


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda: bland_altman([1, 2], [1, 2]), "too_few_subjects"),
        (lambda: bland_altman([1, 2, np.nan], [1, 2, 3]), "not_finite"),
        (lambda: concordance_correlation([1], [1, 2]), "length_mismatch"),
        (lambda: intraclass_correlation(JUDGES[:4]), "too_few_subjects"),
        (lambda: intraclass_correlation([[1.0, np.inf]] * 6), "not_finite"),
        (lambda: intraclass_correlation([1, 2, 3]), "not_a_table"),
    ],
)
def test_quantities_refuse_what_cannot_be_compared(ask, code):
    with pytest.raises(StatisticsInputError) as refusal:
        ask()

    assert refusal.value.code == code
