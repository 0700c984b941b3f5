import numpy as np
import pytest

from ml.correction.measure import _contrast_z


def test_contrast_is_in_robust_spreads_of_the_surroundings():
    ring = np.random.default_rng(3).normal(0, 2, 5000)

    mad = np.median(np.abs(ring - np.median(ring)))
    assert _contrast_z(6.0, ring, is_physical=True) == pytest.approx(6 / (1.4826 * mad))


@pytest.mark.parametrize("still_share", [0.45, 0.6, 0.9])
def test_surroundings_that_are_mostly_even_still_have_a_spread(still_share):
    ring = np.abs(np.random.default_rng(3).normal(0, 2, 5000))
    ring[: int(still_share * 5000)] = 0

    assert 1 < _contrast_z(6.0, ring, is_physical=True) < 80
    assert 1 < _contrast_z(6.0, ring, is_physical=False) < 21


def test_surroundings_that_do_not_vary_give_none_or_the_rounding_of_grey_levels():
    assert _contrast_z(6.0, np.zeros(9), is_physical=True) is None
    assert _contrast_z(6.0, np.zeros(9), is_physical=False) == pytest.approx(6 * 12**0.5)
    assert _contrast_z(6.0, np.zeros(0), is_physical=False) is None
