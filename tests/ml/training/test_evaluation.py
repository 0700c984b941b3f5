import numpy as np
import pytest

from ml.phantom import expert_mask, make_phantom
from ml.training.evaluation import CUTOFFS, Counts, best_cutoff, measure

SMALL = {"rows": 300, "columns": 260, "pixel_spacing_mm": 0.3}


class Painter:
    """Stands where a predictor would; answers with a fixed map."""

    def __init__(self, probability):
        self.probability = probability

    def predict(self, pixels, **how):
        assert pixels.shape == self.probability.shape
        assert how["pixel_spacing_mm"] == 0.3
        return self.probability


@pytest.fixture(scope="module")
def calcified():
    return make_phantom(5, **SMALL, severity=0.6)


def test_perfect_answer_scores_one(calcified):
    probability = (expert_mask(calcified) * 255).astype(np.uint8)

    figures = measure(Painter(probability), [calcified])[0.5].figures()

    assert figures["dice"] == figures["precision"] == figures["recall"] == figures["length_recall"] == 1


def test_empty_answer_scores_zero(calcified):
    probability = np.zeros(calcified.raw.shape, dtype=np.uint8)

    figures = measure(Painter(probability), [calcified])[0.5].figures()

    assert set(figures.values()) == {0}


def test_false_spots_are_counted_on_clean_images_only(calcified):
    clean = make_phantom(6, **SMALL, has_bac=False)
    probability = np.zeros(clean.raw.shape, dtype=np.uint8)
    probability[10:20, 10:20] = probability[50:60, 50:60] = 200
    probability[100, 100] = 255  # a single pixel is below the size that counts

    figures = measure(Painter(probability), [clean, calcified])[0.5].figures()

    assert figures["false_spots_per_clean_image"] == 2
    assert figures["precision"] < 0.5


def test_best_cutoff_has_the_largest_dice():
    counts = {cutoff: Counts(true_px=10, marked_px=20, reference_px=20) for cutoff in CUTOFFS}
    counts[0.7].true_px = 15

    assert best_cutoff(counts) == 0.7


def test_best_cutoff_of_equals_is_the_middle():
    assert best_cutoff({cutoff: Counts() for cutoff in CUTOFFS}) == 0.5
