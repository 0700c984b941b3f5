import cv2
import numpy as np
import pytest
from scipy import ndimage

from ml.errors import MaskCodecError, MaskGeometryError
from ml.masks import capsule, empty, from_dense, from_polygons, to_dense, to_polygons

GENERATOR = np.random.default_rng(41)


def signed_area(ring):
    """Positive where the ring runs clockwise on screen, rows counted downwards."""
    (row, column), (next_row, next_column) = np.transpose(ring), np.transpose([*ring[1:], ring[0]])
    return float(np.sum(column * next_row - next_column * row)) / 2


def test_square_with_a_hole():
    array = np.zeros((5, 6), dtype=bool)
    array[1:4, 1:5] = True
    array[2, 2:4] = False

    assert to_polygons(from_dense(array)) == [
        [(1, 1), (1, 5), (4, 5), (4, 1)],
        [(3, 2), (3, 4), (2, 4), (2, 2)],
    ]


def test_pixels_that_meet_at_a_corner_share_a_ring():
    assert to_polygons(from_dense(np.eye(2, dtype=bool))) == [
        [(0, 0), (0, 1), (1, 1), (1, 2), (2, 2), (2, 1), (1, 1), (1, 0)]
    ]


@pytest.mark.parametrize("share", [0.1, 0.4, 0.6, 0.9])
def test_outer_rings_are_pieces_and_inner_rings_are_holes(share):
    array = GENERATOR.random((40, 55)) < share
    _, pieces = ndimage.label(array, np.ones((3, 3)))
    _, backgrounds = ndimage.label(np.pad(~array, 1, constant_values=True))

    areas = [signed_area(ring) for ring in to_polygons(from_dense(array))]

    assert sum(area > 0 for area in areas) == pieces
    assert sum(area < 0 for area in areas) == backgrounds - 1
    assert sum(areas) == array.sum()


def test_nothing_has_no_rings_and_no_rings_are_nothing():
    assert to_polygons(empty(4, 7)) == []
    assert from_polygons(4, 7, []) == empty(4, 7)


def test_full_mask_is_one_rectangle():
    assert to_polygons(from_dense(np.ones((3, 9), dtype=bool))) == [[(0, 0), (0, 9), (3, 9), (3, 0)]]


def test_fractional_polygon_covers_the_centres_inside_it():
    for _ in range(30):
        ring = GENERATOR.uniform(-10, 70, (7, 2))
        outline = (ring[:, ::-1]).astype(np.float32)  # OpenCV wants (x, y)
        expected = np.zeros((60, 50), dtype=bool)
        hull = cv2.convexHull(outline)
        for row in range(60):
            for column in range(50):
                expected[row, column] = cv2.pointPolygonTest(hull, (column + 0.5, row + 0.5), False) > 0

        assert np.array_equal(to_dense(from_polygons(60, 50, [hull[:, 0, ::-1]])), expected)


def test_rings_that_overlap_cancel_and_their_sense_does_not_matter():
    outer, inner = [(0, 0), (0, 8), (8, 8), (8, 0)], [(2, 2), (2, 6), (6, 6), (6, 2)]
    expected = np.ones((8, 8), dtype=bool)
    expected[2:6, 2:6] = False

    assert from_polygons(8, 8, [outer, inner]) == from_dense(expected)
    assert from_polygons(8, 8, [inner[::-1], outer]) == from_dense(expected)


def test_triangles_that_share_an_edge_share_no_pixel():
    square = np.array([(1.5, 1.5), (1.5, 12.5), (12.5, 12.5), (12.5, 1.5)])

    halves = [to_dense(from_polygons(14, 14, [square[part]])) for part in ([0, 1, 2], [2, 3, 0])]

    assert not (halves[0] & halves[1]).any()
    assert np.array_equal(halves[0] | halves[1], to_dense(from_polygons(14, 14, [square])))


def test_wide_image_comes_back():
    mask = capsule(40, 16384, (3.0, -5.0), (30.0, 16390.0), 6.0)

    assert from_polygons(40, 16384, to_polygons(mask)) == mask


@pytest.mark.parametrize(
    "ring",
    [
        [],
        [(0, 0), (1, 1)],
        [(0, 0, 0)] * 3,
        [(0, 0), (1, np.nan), (2, 0)],
        [(0, 0), (1, np.inf), (2, 0)],
        [(0, 0), (1e300, 1), (2, 0)],
        [(0, 0), (1, "a"), (2, 0)],
        [(0, 0), (1,), (2, 0)],
        7,
    ],
)
def test_ring_that_is_none_is_refused(ring):
    with pytest.raises(MaskGeometryError, match="three or more points"):
        from_polygons(9, 9, [ring])


def test_polygons_that_would_fill_the_memory_are_refused():
    zigzag = np.stack([np.arange(2**13) % 2 * 16384, np.arange(2**13)], axis=1)

    with pytest.raises(MaskGeometryError, match="cross the rows"):
        from_polygons(16384, 16384, [zigzag])


def test_image_without_size_is_refused():
    with pytest.raises(MaskCodecError):
        from_polygons(0, 4, [])
