import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage.measure import label

from ml.errors import MaskGeometryError
from ml.masks import (
    branches,
    capsule,
    empty,
    from_dense,
    kulpa_length_px,
    prune_spurs,
    skeleton,
    union,
)

SHAPES = st.tuples(st.integers(1, 24), st.integers(1, 24))


def points_of(text):
    return np.argwhere(np.array([list(line) for line in text.split()]) == "#")


def turned_bar(angle, length=120.0, width=21.0):
    row, column = np.mgrid[:200, :200] - 100.0
    along = column * np.cos(angle) + row * np.sin(angle)
    across = row * np.cos(angle) - column * np.sin(angle)
    return from_dense((np.abs(along) <= length / 2) & (np.abs(across) <= width / 2))


def image_of(points, shape):
    array = np.zeros(shape, dtype=bool)
    array[tuple(points.T)] = True
    return array


def test_line_is_one_branch_walked_from_end_to_end():
    points = points_of("""
        ....##
        .###..
        #.....
    """)

    assert [branch.tolist() for branch in branches(points[::-1])] == [
        [[0, 5], [0, 4], [1, 3], [1, 2], [1, 1], [2, 0]]
    ]


def test_crossing_is_cut_out_with_what_touches_it():
    points = points_of("""
        ....#....
        ....#....
        ....#....
        #########
        ....#....
    """)

    assert [branch.tolist() for branch in branches(points)] == [
        [[0, 4]],
        [[3, 0], [3, 1]],
        [[3, 7], [3, 8]],
    ]


def test_closed_loop_is_walked_once_around():
    points = points_of("""
        ..##..
        .#..#.
        ..##..
    """)

    (loop,) = branches(points)

    assert loop.tolist() == [[0, 2], [0, 3], [1, 4], [2, 3], [2, 2], [1, 1]]


def test_few_points_make_few_branches():
    assert branches(np.empty((0, 2), dtype=np.int32)) == []
    assert [branch.tolist() for branch in branches(np.array([[3, 4]]))] == [[[3, 4]]]


@pytest.mark.parametrize(
    "points", [np.zeros((2, 2)), np.zeros((2, 3), dtype=int), np.array([[1, 1], [1, 1]])]
)
def test_points_that_are_no_pixels_are_refused(points):
    with pytest.raises(MaskGeometryError):
        branches(points)


@given(SHAPES.flatmap(lambda shape: arrays(bool, shape)))
def test_branches_are_paths_of_neighbours_without_a_junction(array):
    points = skeleton(from_dense(array))
    parts = branches(points)

    taken = {tuple(point) for part in parts for point in part.tolist()}
    assert sum(len(part) for part in parts) == len(taken)
    assert taken <= {tuple(point) for point in points.tolist()}
    for part in parts:
        assert (np.abs(np.diff(part, axis=0)).max(axis=1, initial=0) <= 1).all()
    line = np.pad(image_of(points, array.shape), 1)
    around = sum(np.roll(line, (i, j), (0, 1)) for i in (-1, 0, 1) for j in (-1, 0, 1)) - line
    near_junction = np.argwhere(
        sum(np.roll(line & (around >= 3), (i, j), (0, 1)) for i in (-1, 0, 1) for j in (-1, 0, 1))
    )
    assert {tuple(point) for point in (near_junction - 1).tolist()}.isdisjoint(taken)
    assert len(taken) == line.sum() - (line[tuple(near_junction.T)]).sum()


@pytest.mark.parametrize("angle", np.linspace(0, np.pi, 25))
def test_square_ends_lose_their_spurs_at_every_angle(angle):
    bar = turned_bar(angle)
    points = prune_spurs(bar, skeleton(bar))

    assert len(branches(points)) == 1
    assert 120 - 21 - 8 < kulpa_length_px(points) < 120


def test_branch_that_leaves_the_vessel_stays():
    vessel = capsule(120, 200, (60.5, 10.5), (60.5, 190.5), 8.0)
    side = capsule(120, 200, (60.5, 100.5), (100.5, 110.5), 3.0)
    points = skeleton(union(vessel, side))

    assert len(branches(points)) == 3
    assert np.array_equal(prune_spurs(union(vessel, side), points), points)


def test_nothing_has_no_spurs():
    assert prune_spurs(empty(5, 5), np.empty((0, 2), dtype=np.int32)).shape == (0, 2)


@given(SHAPES.flatmap(lambda shape: arrays(bool, shape)))
def test_pruning_keeps_every_piece_and_adds_nothing(array):
    mask = from_dense(array)
    before = skeleton(mask)
    after = prune_spurs(mask, before)

    assert {tuple(p) for p in after.tolist()} <= {tuple(p) for p in before.tolist()}
    pieces = label(array, connectivity=2)
    assert set(pieces[tuple(after.T)].tolist()) == set(range(1, pieces.max() + 1))
    assert label(image_of(after, array.shape), connectivity=2).max() == pieces.max()
    assert np.array_equal(prune_spurs(mask, after), after)
