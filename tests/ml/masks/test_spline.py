import numpy as np
import pytest

from ml.errors import MaskGeometryError
from ml.masks import branches, from_dense, polyline, skeleton, spline_length_mm

SIDE = 500
PARAMETER = np.linspace(0, 1, 1000)


def straight(length):
    return np.stack([np.zeros(1000), PARAMETER * length], axis=1)


def arc(length):
    radius = length / 2.5
    return radius * np.stack([np.cos(PARAMETER * 2.5), np.sin(PARAMETER * 2.5)], axis=1)


def s_curve(length):
    along = PARAMETER * length
    return np.stack([length / 8 * np.sin(2 * np.pi * PARAMETER), along], axis=1)


def turned(line, angle):
    cosine, sine = np.cos(angle), np.sin(angle)
    return (line - line.mean(axis=0)) @ np.array([[cosine, -sine], [sine, cosine]]) + SIDE / 2


def length_between(line, ends):
    """Return the true length between the points of a curve nearest to both ends of its skeleton."""
    first, last = sorted(np.hypot(*(line - 0.5 - end).T).argmin() for end in ends)
    return np.hypot(*np.diff(line[first : last + 1], axis=0).T).sum()


@pytest.mark.parametrize("curve", [straight, arc, s_curve])
@pytest.mark.parametrize("radius", [1.5, 4.0])
@pytest.mark.parametrize("length", [150, 300])
def test_curves_at_many_angles_are_within_one_percent(curve, radius, length):
    errors = []
    for angle in np.linspace(0, np.pi, 25):
        line = turned(curve(length / 0.9), angle)
        points = skeleton(polyline(SIDE, SIDE, line[50:-50], radius))  # the curve goes on beyond both ends
        (path,) = branches(points)
        truth = length_between(line, (path[0], path[-1]))
        errors.append(spline_length_mm(points, (0.1, 0.1)) / (0.1 * truth) - 1)

    assert abs(np.mean(errors)) < 0.005
    assert np.abs(errors).max() < 0.01


def test_ring_is_closed():
    row, column = np.mgrid[:201, :201] - 100
    points = skeleton(from_dense(np.abs(np.hypot(row, column) - 80) <= 4))

    assert spline_length_mm(points, (1.0, 1.0)) == pytest.approx(2 * np.pi * 80, rel=0.01)


@pytest.mark.parametrize("count", [2, 3, 4, 5, 40])
def test_short_straight_lines_are_exact(count):
    level = np.array([[7, column] for column in range(count)])

    assert spline_length_mm(level, (0.2, 0.1)) == pytest.approx(0.1 * (count - 1), rel=1e-6)
    assert spline_length_mm(level[:, ::-1], (0.2, 0.1)) == pytest.approx(0.2 * (count - 1), rel=1e-6)


def test_order_of_points_does_not_matter():
    points = skeleton(polyline(SIDE, SIDE, turned(arc(200), 1.0), 3.0))
    shuffled = np.random.default_rng(1).permutation(points)

    assert spline_length_mm(shuffled, (0.1, 0.1)) == spline_length_mm(points, (0.1, 0.1))


def test_no_points_and_one_have_no_length():
    assert spline_length_mm(np.empty((0, 2), dtype=int), (0.1, 0.1)) == 0
    assert spline_length_mm(np.array([[3, 3]]), (0.1, 0.1)) == 0
    assert spline_length_mm(np.array([[0, 0], [0, 1], [1, 1]]), (1.0, 1.0)) < 2.1


def test_what_are_no_pixels_is_refused():
    with pytest.raises(MaskGeometryError):
        spline_length_mm(np.eye(2), (0.1, 0.1))
