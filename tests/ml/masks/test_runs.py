import numpy as np
import pytest

from ml.errors import MaskCodecError
from ml.masks import Runs, empty, from_dense


@pytest.mark.parametrize(
    ("rows", "columns", "runs", "code"),
    [
        (4, 4, [[4, 0, 1]], "run_out_of_bounds"),
        (4, 4, [[-1, 0, 1]], "run_out_of_bounds"),
        (4, 4, [[0, -1, 1]], "run_out_of_bounds"),
        (4, 4, [[0, 2, 5]], "run_out_of_bounds"),
        (4, 4, [[0, 2, 2]], "not_canonical"),
        (4, 4, [[0, 0, 2], [0, 2, 3]], "not_canonical"),
        (4, 4, [[0, 2, 3], [0, 0, 1]], "not_canonical"),
        (4, 4, [[1, 0, 1], [0, 0, 1]], "not_canonical"),
        (4, 4, [[0, 1]], "not_a_mask"),
        (4, 4, [[0.9, 0.2, 2.7]], "not_a_mask"),
        (4, 4, [[0, np.nan, 1]], "not_a_mask"),
        (4, 4, [[0, 0, 1], [1, 0]], "not_a_mask"),
        (4, 4, [[2**70, 0, 1]], "not_a_mask"),
        (4, 4, [[2**63, 0, 1]], "not_a_mask"),
        (4, 4, np.array([[0, 0, 2**64 - 1]], dtype=np.uint64), "not_canonical"),
        (4, 4, [[False, False, True]], "not_a_mask"),
        (4, 4, "runs", "not_a_mask"),
        (4, 4, None, "not_a_mask"),
        (4, 4, np.empty((0, 5), dtype=int), "not_a_mask"),
        (0, 4, [], "not_a_mask"),
        (4, 16385, [], "too_large"),
        (4.5, 4, [], "not_a_mask"),
        (np.nan, 4, [], "not_a_mask"),
        ("4", 4, [], "not_a_mask"),
    ],
)
def test_checked_refuses_what_is_not_canonical(rows, columns, runs, code):
    with pytest.raises(MaskCodecError) as refusal:
        Runs.checked(rows, columns, runs)

    assert refusal.value.code == code


@pytest.mark.parametrize("size", [(0, -3), (4, 0), (4, 2.0), (None, 4)])
def test_empty_mask_has_a_size_too(size):
    with pytest.raises(MaskCodecError, match="mask of"):
        empty(*size)


def test_checked_leaves_the_array_it_was_given_alone():
    given = np.array([[1, 1, 3]], dtype=np.int32)

    mask = Runs.checked(3, 4, given)
    given[0, 2] = 4

    assert mask.runs.tolist() == [[1, 1, 3]]
    assert not mask.runs.flags.writeable


def test_equality_compares_size_and_pixels():
    mask = Runs.checked(3, 4, [[1, 1, 3]])

    assert mask == Runs.checked(3, 4, [[1, 1, 3]])
    assert hash(mask) == hash(Runs.checked(3, 4, [[1, 1, 3]]))
    assert mask != Runs.checked(3, 5, [[1, 1, 3]])
    assert mask != empty(3, 4)
    assert mask != [[1, 1, 3]]


def test_runs_cannot_be_changed_in_place():
    mask = from_dense(np.ones((2, 2), dtype=bool))

    with pytest.raises(ValueError, match="read-only"):
        mask.runs[0, 0] = 1
