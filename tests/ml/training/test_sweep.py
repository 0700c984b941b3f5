import numpy as np
import pytest

from ml.training.evaluation import CUTOFFS
from ml.training.sweep import CutoffSweep


def sweep_of(*images):
    sweep = CutoffSweep()
    for probability, reference in images:
        sweep.add(np.array([probability], np.uint8), np.array([reference], bool))
    return sweep


def test_figures_are_those_of_the_pixels_above_the_cutoff():
    sweep = sweep_of(([255, 200, 100, 0], [1, 1, 0, 1]), ([128, 127, 0, 0], [0, 0, 0, 0]))

    assert sweep.figures(0.5) == {
        "dice": pytest.approx(4 / 6, abs=1e-4),
        "mean_dice": 0.8,
        "precision": pytest.approx(2 / 3, abs=1e-4),
        "recall": pytest.approx(2 / 3, abs=1e-4),
        "clean_images_marked": 1.0,
    }
    assert sweep.figures(0.55)["clean_images_marked"] == 0


@pytest.mark.parametrize("cutoff", CUTOFFS)
def test_every_cutoff_counts_as_comparing_does(cutoff):
    levels = np.arange(256, dtype=np.uint8)[None]
    sweep = CutoffSweep()
    sweep.add(levels, np.ones_like(levels, dtype=bool))

    assert sweep.marked[0][CUTOFFS.index(cutoff)] == np.count_nonzero(levels > cutoff * 255)


def test_best_cutoff_has_the_largest_dice_and_lies_nearest_to_a_half():
    assert sweep_of(([255, 180, 0], [1, 0, 0])).best() == 0.75
    assert sweep_of(([255, 0, 0], [1, 0, 0])).best() == 0.5


def test_images_with_nothing_to_find_give_no_division_by_zero():
    assert sweep_of(([0, 0], [0, 0])).figures(0.5)["dice"] == 0
