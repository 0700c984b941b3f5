import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from annotations.ml_gateway.label_places import count_within, pieces_of, places_outside, touching_places
from ml import masks

SHAPE = (40, 60)


def mask_of(*squares, side=3):
    pixels = np.zeros(SHAPE, dtype=bool)
    for row, column in squares:
        pixels[row : row + side, column : column + side] = True
    return masks.encode(masks.from_dense(pixels))


def test_labels_that_share_an_edge_or_a_corner_touch_and_others_do_not():
    label = mask_of((10, 10))

    assert touching_places(label, mask_of((10, 13))) != []
    assert touching_places(label, mask_of((13, 13))) != []
    assert touching_places(label, mask_of((10, 14))) == []
    assert touching_places(label, mask_of((30, 40))) == []
    assert touching_places(label, mask_of()) == []


def test_every_touching_stretch_has_its_own_place():
    places = touching_places(mask_of((5, 5), (20, 40)), mask_of((5, 8), (23, 40)))

    assert [(place.x_px, place.y_px) for place in places] == [(7.5, 5.5), (41.5, 22.5)]


@given(st.data())
def test_touching_is_what_dilation_of_the_whole_image_finds(data):
    random = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    one, two = random.random((2, 9, 11)) < data.draw(st.sampled_from([0.02, 0.05, 0.2]))

    found = touching_places(*(masks.encode(masks.from_dense(pixels)) for pixels in (one, two)))

    expected = one & ndimage.binary_dilation(two, np.ones((3, 3)))
    assert len(found) == ndimage.label(expected, np.ones((3, 3)))[1]
    assert all(expected[int(place.y_px), int(place.x_px)] for place in found)


def test_a_piece_lies_at_one_of_its_own_pixels():
    ring = np.zeros(SHAPE, dtype=bool)
    ring[5:25, 5:25] = True
    ring[7:23, 7:23] = False

    (piece,) = pieces_of(masks.encode(masks.from_dense(ring)))

    assert ring[int(piece.place.y_px), int(piece.place.x_px)]
    assert piece.area_px == ring.sum()
    assert pieces_of(mask_of()) == []


def test_only_what_lies_in_unset_cells_is_outside():
    cells = np.packbits(np.array([[1, 1, 0], [1, 0, 0]], dtype=bool)).tobytes()

    places = places_outside(mask_of((2, 17), (2, 45), (30, 30)), cells, cell_px=20)

    assert [(place.x_px, place.y_px) for place in places] == [(46.5, 2.5), (31.5, 30.5)]
    assert places_outside(mask_of(), cells, cell_px=20) == []


@pytest.mark.parametrize(
    ("points", "squares", "count"),
    [
        ([], [], 0),
        ([[12, 12], [15, 15]], [], 2),
        ([[12, 12]], [(11, 11)], 1),
        ([[12, 12]], [(11, 11), (16, 16)], 2),
        ([[50, 30]], [(30, 50)], 0),
    ],
    ids=["empty", "dots", "dot on its label", "dot and label beside it", "outside the ring"],
)
def test_a_ring_counts_dots_and_unmarked_pieces_once(points, squares, count):
    ring = [[10, 10], [20, 10], [20, 20], [10, 20]]

    assert count_within(ring, points, mask_of(*squares)) == count
