from itertools import pairwise

import numpy as np
import pytest

from ml.errors import MaskCodecError, MaskGeometryError
from ml.masks import capsule, empty, from_dense, polyline, to_dense, tube, union


def covered_pixels(rows, columns, a, b, radius_px):
    """Every centre of the image against the distance to the segment."""
    row, column = np.mgrid[:rows, :columns] + 0.5
    along = np.subtract(b, a)
    length_squared = along @ along
    t = ((row - a[0]) * along[0] + (column - a[1]) * along[1]) / (length_squared or 1)
    t = np.clip(t, 0, 1)
    off_row, off_column = row - (a[0] + t * along[0]), column - (a[1] + t * along[1])
    return off_row**2 + off_column**2 <= radius_px**2


def test_capsule_covers_the_centres_within_the_radius():
    generator = np.random.default_rng(11)
    for _ in range(200):
        rows, columns = generator.integers(1, 90, 2)
        a, b = generator.uniform(-30, 120, (2, 2))
        radius_px = generator.uniform(0, 25)

        mask = capsule(rows, columns, a, b, radius_px)

        assert mask == from_dense(covered_pixels(rows, columns, a, b, radius_px))


def test_disc_of_three_pixels():
    assert capsule(5, 5, (2.5, 2.5), (2.5, 2.5), 1.0).runs.tolist() == [[1, 2, 3], [2, 1, 4], [3, 2, 3]]


def test_level_line_covers_its_length_and_its_caps():
    mask = capsule(9, 40, (4.5, 10.5), (4.5, 30.5), 2.0)

    assert mask.runs.tolist() == [[2, 10, 31], [3, 9, 32], [4, 8, 33], [5, 9, 32], [6, 10, 31]]


def test_radius_zero_covers_a_centre_only():
    assert capsule(4, 4, (1.5, 2.5), (1.5, 2.5), 0.0).runs.tolist() == [[1, 2, 3]]
    assert capsule(4, 4, (1.4, 2.5), (1.4, 2.5), 0.0) == empty(4, 4)


def test_stroke_beside_the_image_covers_nothing():
    assert capsule(10, 10, (50.0, 50.0), (90.0, 60.0), 5.0) == empty(10, 10)


@pytest.mark.parametrize(
    ("a", "radius_px"), [((np.nan, 1.0), 2.0), ((1.0, np.inf), 2.0), ((1.0, 1.0), -1.0), ((1.0, 1.0), np.nan)]
)
def test_stroke_that_is_no_geometry_is_refused(a, radius_px):
    with pytest.raises(MaskGeometryError):
        capsule(10, 10, a, (2.0, 2.0), radius_px)


def test_image_without_size_is_refused():
    with pytest.raises(MaskCodecError):
        polyline(0, 10, [], 2.0)


def test_polyline_is_the_union_of_its_capsules():
    points = [(5.0, 5.0), (20.0, 30.0), (8.5, 41.0)]

    expected = union(capsule(40, 50, *points[:2], 2.5), capsule(40, 50, *points[1:], 2.5))

    assert polyline(40, 50, points, 5.0) == expected


def test_polyline_of_one_point_is_a_disc_and_of_none_is_empty():
    assert polyline(20, 20, [(9.0, 9.0)], 6.0) == capsule(20, 20, (9.0, 9.0), (9.0, 9.0), 3.0)
    assert polyline(20, 20, [], 6.0) == empty(20, 20)


def test_line_of_many_points_is_the_union_of_its_capsules():
    generator = np.random.default_rng(12)
    points = np.cumsum(generator.uniform(-9, 9, (60, 2)), axis=0) + 40

    mask = polyline(80, 90, points, 7.3)

    expected = empty(80, 90)
    for a, b in pairwise(points):
        expected = union(expected, capsule(80, 90, a, b, 7.3 / 2))
    assert mask == expected
    assert polyline(80, 90, points.tolist(), 7.3) == mask


def test_tube_of_one_width_is_a_polyline():
    points = [(5.0, 5.0), (20.0, 30.0), (8.5, 41.0)]

    assert tube(40, 50, points, [5.0, 5.0, 5.0]) == polyline(40, 50, points, 5.0)
    assert tube(40, 50, points[:1], [9.0]) == polyline(40, 50, points[:1], 9.0)
    assert tube(40, 50, [], []) == empty(40, 50)


def test_tube_covers_the_centres_within_the_radius_of_their_nearest_point():
    generator = np.random.default_rng(13)
    for _ in range(100):
        a, b = generator.uniform(-20, 70, (2, 2))
        widths_px = generator.uniform(0, 24, 2)
        row, column = np.mgrid[:50, :60] + 0.5
        t = ((row - a[0]) * (b - a)[0] + (column - a[1]) * (b - a)[1]) / ((b - a) @ (b - a))
        t = np.clip(t, 0, 1)
        distance = np.hypot(row - (a[0] + t * (b - a)[0]), column - (a[1] + t * (b - a)[1]))

        mask = tube(50, 60, [a, b], widths_px)

        assert mask == from_dense(distance <= (widths_px[0] + t * (widths_px[1] - widths_px[0])) / 2)


def test_tube_has_at_each_point_the_width_that_was_asked_for():
    array = to_dense(tube(60, 200, [(30.5, 10.5), (30.5, 190.5)], [4.0, 40.0]))

    assert [array[:, column].sum() for column in (10, 100, 190)] == [5, 23, 41]


@pytest.mark.parametrize("widths_px", [[1.0], [1.0, -1.0], [1.0, np.nan], [1.0, np.inf], [[1.0, 1.0]]])
def test_tube_refuses_widths_that_are_none(widths_px):
    with pytest.raises(MaskGeometryError):
        tube(10, 10, [(1.0, 1.0), (4.0, 4.0)], widths_px)


def test_points_without_two_coordinates_are_refused():
    with pytest.raises(MaskGeometryError, match="row, column"):
        polyline(10, 10, [(1.0, 1.0, 1.0)], 2.0)


def test_strokes_from_afar_are_cut_at_the_image():
    assert capsule(10, 16384, (5.0, -1e6), (5.0, 1e6), 1.0).runs.tolist() == [[4, 0, 16384], [5, 0, 16384]]
    with pytest.raises(MaskGeometryError):
        capsule(10, 10, (5.0, -1e300), (5.0, 1e300), 1.0)
