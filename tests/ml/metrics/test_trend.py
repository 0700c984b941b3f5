"""Trends against their definition, and how often their interval covers the truth."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.errors import StatisticsInputError
from ml.metrics.trend import trend_of


@given(st.lists(st.floats(-100, 100), min_size=8, max_size=20))
def test_slope_is_the_median_of_all_slopes(values):
    trend = trend_of(range(len(values)), values)

    slopes = [(values[j] - values[i]) / (j - i) for i, j in combinations(range(len(values)), 2)]
    assert trend.slope == pytest.approx(np.median(slopes))
    assert trend.low <= trend.slope <= trend.high


def test_interval_covers_the_true_slope_as_often_as_it_says():
    random, covered = np.random.default_rng(1), 0
    x = np.arange(25)
    for _ in range(400):
        trend = trend_of(x, 0.3 * x + random.normal(0, 2, x.size))
        covered += trend.low <= 0.3 <= trend.high

    assert 0.925 <= covered / 400 <= 0.975


def test_one_odd_value_does_not_make_a_trend():
    values = np.ones(20)
    values[-1] = 1000

    assert trend_of(range(20), values).slope == 0
    assert not trend_of(range(20), values).is_clear
    assert trend_of(range(20), range(20)).is_clear


@pytest.mark.parametrize("n", [0, 1, 7])
def test_few_points_have_no_trend(n):
    assert trend_of(range(n), range(n)) is None


def test_points_at_one_place_have_no_trend():
    assert trend_of([3.0] * 10, range(10)) is None


@pytest.mark.parametrize(
    ("along", "values", "code"),
    [([1, 2], [1], "length_mismatch"), ([1.0, np.nan], [1.0, 2.0], "not_finite")],
)
def test_what_is_no_series_is_refused(along, values, code):
    with pytest.raises(StatisticsInputError) as refused:
        trend_of(along, values)
    assert refused.value.code == code
