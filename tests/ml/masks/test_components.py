import numpy as np
import pytest
from scipy import ndimage

from ml.masks import area_px, bounding_box, components, empty, from_dense, intersection, union


@pytest.mark.parametrize("share", [0.02, 0.3, 0.45, 0.8, 1.0])
def test_components_agree_with_labelling_of_the_array(share):
    array = np.random.default_rng(7).random((60, 71)) < share
    labels, count = ndimage.label(array, np.ones((3, 3)))

    pieces = components(from_dense(array))

    assert len(pieces) == count
    for number, (piece, box) in enumerate(zip(pieces, ndimage.find_objects(labels), strict=True), start=1):
        assert piece.runs == from_dense(labels == number)
        assert piece.area_px == (labels == number).sum()
        assert piece.box == (box[0].start, box[1].start, box[0].stop, box[1].stop)


def test_corners_join():
    assert len(components(from_dense(np.eye(5, dtype=bool)))) == 1


def test_edges_of_neighbouring_rows_do_not_join():
    array = np.zeros((2, 6), dtype=bool)
    array[0, 5], array[1, 0] = True, True

    assert [piece.box for piece in components(from_dense(array))] == [(0, 5, 1, 6), (1, 0, 2, 1)]


def test_components_partition_the_mask():
    mask = from_dense(np.random.default_rng(8).random((80, 80)) < 0.35)
    together = empty(80, 80)

    for piece in components(mask):
        assert area_px(intersection(together, piece.runs)) == 0
        together = union(together, piece.runs)

    assert together == mask


def test_empty_mask_has_no_components():
    assert components(empty(3, 3)) == []
    assert bounding_box(empty(3, 3)) == (0, 0, 0, 0)
