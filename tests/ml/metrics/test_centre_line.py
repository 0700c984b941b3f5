import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays

from ml.masks import Runs, from_dense, to_dense
from ml.metrics import compare_masks
from ml.metrics.centre_line import run_at


def bar(first_row, columns=(20, 120)):
    return Runs.checked(60, 140, [[row, *columns] for row in range(first_row, first_row + 5)])


def test_half_a_line_is_precise_but_not_sensitive():
    reference, candidate = (Runs.checked(60, 140, [[30, 20, end]]) for end in (120, 70))

    found = compare_masks(reference, candidate, pixel_spacing_mm=None)

    assert (found.topology_precision, found.topology_sensitivity) == (1, 0.5)
    assert found.cl_dice == pytest.approx(0.6667, abs=5e-5)


@pytest.mark.parametrize(("shift", "expected"), [(0, 1), (2, 0.9896), (3, 0)])
def test_bar_of_five_pixels_shifted(shift, expected):
    found = compare_masks(bar(28), bar(28 + shift), pixel_spacing_mm=None)

    assert found.cl_dice == pytest.approx(expected, abs=5e-5)


@given(arrays(bool, (9, 7)))
def test_points_are_found_in_their_runs(array):
    mask = from_dense(array)
    points = np.argwhere(np.ones_like(array))

    index = run_at(points, mask)

    assert np.array_equal(index.reshape(array.shape) >= 0, to_dense(mask))
    for (row, column), run in zip(points, index, strict=True):
        if run >= 0:
            in_row, start, end = mask.runs[run]
            assert in_row == row
            assert start <= column < end
