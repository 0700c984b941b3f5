import dataclasses
import json
import warnings

import numpy as np
import pandas as pd
import pingouin
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ml.errors import StatisticsInputError
from ml.metrics.checks import STATISTICS_VERSION
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
        ("ICC(1,1)", 0.1657, (-0.1329, 0.7226)),
        ("ICC(2,1)", 0.2898, (0.0188, 0.7611)),
        ("ICC(3,1)", 0.7148, (0.3425, 0.9459)),
    ],
)
def test_intraclass_correlation_of_the_textbook_table(form, value, interval):
    found = intraclass_correlation(JUDGES, form=form)

    assert found.value == pytest.approx(value, abs=5e-5)
    assert found.interval == pytest.approx(interval, abs=5e-5)
    assert found.definition == form


@given(
    st.lists(st.lists(st.integers(0, 20), min_size=3, max_size=3), min_size=5, max_size=9),
    st.sampled_from(["ICC(1,1)", "ICC(2,1)", "ICC(3,1)"]),
)
@example([[0, 0, 3]] * 4 + [[0, 4, 0]], "ICC(2,1)")
@example([[0, 0, 3]] * 5, "ICC(2,1)")
@example([[0, 0, 1]] * 5, "ICC(2,1)")
def test_intraclass_correlation_is_written_down_without_a_warning_whatever_was_measured(ratings, form):
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        found = intraclass_correlation(ratings, form=form)

    json.dumps(dataclasses.asdict(found), allow_nan=False)
    if found.interval is not None:
        assert found.interval[0] - 1e-9 <= found.value <= found.interval[1] + 1e-9


@pytest.mark.parametrize("form", ["ICC(1,1)", "ICC(2,1)", "ICC(3,1)"])
def test_interval_is_that_of_pingouin_before_it_rounds(form):
    table = np.random.default_rng(4).normal(np.arange(12)[:, None], 2, (12, 3))
    rows = pd.DataFrame(
        {"s": np.repeat(np.arange(12), 3), "r": np.tile(np.arange(3), 12), "v": table.ravel()}
    )
    theirs = pingouin.intraclass_corr(rows, targets="s", raters="r", ratings="v").set_index("Type")

    found = intraclass_correlation(table, form=form)

    name = {"ICC(1,1)": "ICC(1,1)", "ICC(2,1)": "ICC(A,1)", "ICC(3,1)": "ICC(C,1)"}[form]
    assert found.interval == pytest.approx(tuple(theirs.loc[name, "CI95"]), abs=0.00501)


@pytest.mark.parametrize("form", ["ICC(1,1)", "ICC(2,1)", "ICC(3,1)"])
def test_exact_agreement_and_equal_subjects_have_no_interval(form):
    agree = intraclass_correlation([[0.1 * n, 0.1 * n] for n in range(6)], form=form)
    equal = intraclass_correlation([[0.1, 0.7]] * 6, form=form)

    assert agree.value == pytest.approx(1)
    assert agree.interval is equal.interval is None
    assert (equal.value, equal.undefined) == (None, "no_variation")


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


@pytest.mark.parametrize("shift", [1, 0.1, 0])
def test_bland_altman_of_one_constant_difference_has_a_level_line_and_no_test(shift):
    found = bland_altman([1, 2, 3], [1 + shift, 2 + shift, 3 + shift])

    assert (found.proportional_slope, found.proportional_p) == (0, None)
    json.dumps(dataclasses.asdict(found), allow_nan=False)


def test_concordance_falls_with_a_shift_and_a_scale_that_correlation_does_not_see():
    x = np.array([1.0, 2.0, 3.0, 4.0])

    assert concordance_correlation(x, x).value == pytest.approx(1)
    assert concordance_correlation(x, -x + 5).value == pytest.approx(-1)
    # Lin 1989: 2 * 1.25 / (1.25 + 1.25 + 1)
    assert concordance_correlation(x, x + 1).value == pytest.approx(2.5 / 3.5)
    assert correlations(x, x + 1).pearson == pytest.approx(1)
    assert concordance_correlation([2, 2], [2, 2]).undefined == "no_variation"


@given(LENGTHS)
def test_concordance_is_one_less_the_squared_difference_over_that_of_independent_readings(pairs):
    """Lin 1989, eq. 3: the expected square of the difference against that of strangers."""
    x, y = np.array(pairs).T
    found = concordance_correlation(x, y).value

    by_chance = ((x[:, None] - y) ** 2).mean()
    if found is not None and by_chance > 1e-3:
        assert found == pytest.approx(1 - ((x - y) ** 2).mean() / by_chance, abs=1e-6)


@given(LENGTHS)
def test_concordance_is_symmetric_and_never_above_correlation(pairs):
    x, y = np.array(pairs).T
    forth, back = concordance_correlation(x, y), concordance_correlation(y, x)

    if forth.value is None:
        assert back.value is None
        return
    assert forth.value == pytest.approx(back.value)
    assert abs(forth.value) <= 1 + 1e-9
    pearson = correlations(x, y).pearson if x.std() > 1e-6 and y.std() > 1e-6 else None
    if pearson is not None:
        assert abs(forth.value) <= abs(pearson) + 1e-6


def test_correlations_by_value_and_by_rank():
    found = correlations([1, 2, 3, 4], [1, 8, 27, 64])

    assert found.spearman == pytest.approx(1)
    assert found.pearson == pytest.approx(0.9514, abs=1e-4)
    assert found.r_squared == pytest.approx(found.pearson**2)
    assert (found.n, found.version) == (4, STATISTICS_VERSION)
    nothing = correlations([1, 1], [1, 2])
    assert nothing.pearson is nothing.spearman is nothing.r_squared is None
    assert nothing.undefined == "no_variation"


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda: bland_altman([1, 2], [1, 2]), "too_few_subjects"),
        (lambda: bland_altman([1, 2, np.nan], [1, 2, 3]), "not_finite"),
        (lambda: concordance_correlation([1], [1, 2]), "length_mismatch"),
        (lambda: intraclass_correlation(JUDGES[:4]), "too_few_subjects"),
        (lambda: intraclass_correlation([[1.0, np.inf]] * 6), "not_finite"),
        (lambda: intraclass_correlation([1, 2, 3]), "not_a_table"),
        (lambda: intraclass_correlation(JUDGES, form="ICC(4,1)"), "unknown_choice"),
        (lambda: intraclass_correlation([["a", "b"]] * 6), "not_a_number"),
        (lambda: correlations([1, None], [1, 2]), "not_finite"),
    ],
)
def test_quantities_refuse_what_cannot_be_compared(ask, code):
    with pytest.raises(StatisticsInputError) as refusal:
        ask()

    assert refusal.value.code == code
