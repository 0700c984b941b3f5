import numpy as np
import pytest

from ml.errors import QuantifyInputError
from ml.quantify.scores import ProbabilityMap, intensity_scores

PROBABILITY = np.array([[0.2, 0.6, 0.9, 0.51]])
LEVELS = np.array([[200, 90, 120, 100]], dtype=np.uint8)


@pytest.mark.parametrize(("is_included", "tam", "tsim"), [(False, 1, 120), (True, 2, 220)])
def test_published_example(is_included, tam, tsim):
    probability = ProbabilityMap(PROBABILITY)
    is_marked = probability.above(0.5)

    scores = intensity_scores(LEVELS[is_marked], 100, is_threshold_included=is_included)

    assert probability.sum_above(None) == pytest.approx(2.21)
    assert is_marked.sum() == 3
    assert (scores.sim, scores.tam, scores.tsim) == (310, tam, tsim)


def test_sums_do_not_wrap_round():
    scores = intensity_scores(np.full(100_000, 255, dtype=np.uint8), 100)

    assert scores.sim == scores.tsim == 25_500_000


def test_no_pixel_scores_nothing():
    scores = intensity_scores(np.empty(0, dtype=np.uint8), 100)

    assert (scores.sim, scores.tam, scores.tsim) == (0, 0, 0)


def test_small_probabilities_are_left_out_where_asked():
    probability = ProbabilityMap(np.array([[0.01, 0.011, 0.5]]))

    assert probability.sum_above(0.01) == pytest.approx(0.511)
    assert probability.sum_above(None) == pytest.approx(0.521)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_levels_of_a_picture_are_probabilities(dtype):
    largest = np.iinfo(dtype).max
    levels = np.array([[0, largest // 5 * 3, largest]], dtype=dtype)
    floats = ProbabilityMap(levels / largest)

    assert ProbabilityMap(levels).sum_above(None) == pytest.approx(1.6)
    for cutoff in (0.0, 0.3, 0.6, 0.61, 0.99):
        assert (ProbabilityMap(levels).above(cutoff) == floats.above(cutoff)).all(), cutoff


@pytest.mark.parametrize(
    "values",
    [
        np.array([[0.1, np.nan]]),
        np.array([[0.1, 1.1]]),
        np.array([[-0.1, 0.5]]),
        np.array([[0, 3]]),
        np.array([True, False]),
        np.empty((0, 4)),
    ],
)
def test_what_is_no_probability_is_refused(values):
    with pytest.raises(QuantifyInputError) as refusal:
        ProbabilityMap(values)

    assert refusal.value.code == "probability_invalid"
