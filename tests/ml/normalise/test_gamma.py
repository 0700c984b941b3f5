import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.errors import NormalisationRefusedError
from ml.normalise import solve_gamma


def test_constant_image_has_the_closed_solution():
    assert solve_gamma(np.full(50, 0.25), target=0.5) == pytest.approx(0.5, abs=1e-9)


@pytest.mark.parametrize(("alpha", "beta", "target", "gamma"), [(2, 5, 0.5, 0.5183139), (8, 2, 0.3, 7.0)])
def test_beta_distributions_have_their_known_exponents(alpha, beta, target, gamma):
    """The mean of Y ** g is B(alpha + g, beta) / B(alpha, beta): 0.3 for the second one at g = 7."""
    middles = (np.arange(200_000) + 0.5) / 200_000
    weights = middles ** (alpha - 1) * (1 - middles) ** (beta - 1)
    counts = np.rint(weights / weights.max() * 1e6).astype(np.int64)

    assert solve_gamma(middles, target=target, counts=counts) == pytest.approx(gamma, rel=1e-6)


def test_samples_of_them_come_close():
    generator = np.random.default_rng(0)

    first, second = generator.beta(2, 5, 200_000), generator.beta(8, 2, 200_000)

    assert solve_gamma(first, target=0.5) == pytest.approx(0.5191, rel=4e-3)
    assert solve_gamma(second, target=0.3) == pytest.approx(7.015, rel=4e-3)


@given(
    values=st.lists(st.floats(0.01, 0.99), min_size=1, max_size=30),
    target=st.floats(0.05, 0.95),
)
def test_mean_becomes_the_target(values, target):
    gamma = solve_gamma(np.array(values), target=target)

    assert np.mean(np.array(values) ** gamma) == pytest.approx(target, abs=1e-6)


def test_counts_stand_for_repeated_values():
    values, counts = np.array([0.1, 0.4, 0.9]), np.array([3, 1, 2])

    assert solve_gamma(values, counts=counts) == pytest.approx(solve_gamma(np.repeat(values, counts)))


@pytest.mark.parametrize("values", [[], [1.0, 1.0], [1.0, 1.0, 1.0, 0.2]])
def test_white_or_missing_values_have_no_exponent(values):
    with pytest.raises(NormalisationRefusedError) as refusal:
        solve_gamma(np.array(values))

    assert refusal.value.code == "gamma_unreachable"


@pytest.mark.parametrize("target", [0.0, 1.0, -1.0, float("nan")])
def test_target_lies_between_black_and_white(target):
    with pytest.raises(NormalisationRefusedError) as refusal:
        solve_gamma(np.array([0.5]), target=target)

    assert refusal.value.code == "normalisation_parameter"
