import numpy as np
import pytest

from ml.errors import MaskShapeMismatchError
from ml.masks import area_px, difference, empty, from_dense, intersection, to_dense, union, xor

OPERATIONS = [
    (union, np.logical_or),
    (intersection, np.logical_and),
    (difference, lambda a, b: a & ~b),
    (xor, np.logical_xor),
]


@pytest.mark.parametrize(("operation", "expected"), OPERATIONS)
@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.05, 0.9), (0.0, 0.4), (0.4, 0.0), (1.0, 0.3), (0.0, 0.0)])
def test_operation_agrees_with_arrays(operation, expected, shares):
    generator = np.random.default_rng(1)
    a, b = (generator.random((37, 53)) < share for share in shares)

    result = operation(from_dense(a), from_dense(b))

    assert result == from_dense(expected(a, b))
    assert result.runs.dtype == np.int32
    assert area_px(result) == expected(a, b).sum()


@pytest.mark.parametrize(("operation", "_"), OPERATIONS)
def test_operation_refuses_masks_of_different_size(operation, _):
    with pytest.raises(MaskShapeMismatchError, match="3 x 4 pixels, the other 4 x 3"):
        operation(empty(3, 4), empty(4, 3))


def test_joined_runs_are_maximal():
    left, right = np.zeros((2, 1, 6), dtype=bool)
    left[0, :3], right[0, 3:] = True, True

    assert union(from_dense(left), from_dense(right)).runs.tolist() == [[0, 0, 6]]


def test_runs_at_the_edges_of_neighbouring_rows_stay_apart():
    array = np.array([[False, True], [True, False]])

    mask = from_dense(array)

    assert mask.runs.tolist() == [[0, 1, 2], [1, 0, 1]]
    assert np.array_equal(to_dense(mask), array)
