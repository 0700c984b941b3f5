import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.phantom.deposits import deposit_along, steps_across

EVEN = np.ones(12)
inside = st.floats(15, 45)


def line(start, end, points=40):
    return np.linspace(start, end, points)


def laid(curve, volume=2.0, half_width_px=5.0, profile=EVEN, grains=None):
    field = np.zeros((60, 60), dtype=np.float32)
    ones = np.ones(len(curve))
    deposit_along(field, curve, half_width_px * ones, volume * ones, profile, grains=grains)
    return field


@given(inside, inside, inside, inside)
def test_all_volume_arrives_whatever_the_direction(row, column, end_row, end_column):
    field = laid(line((row, column), (end_row, end_column)))

    assert field.sum(dtype=float) == pytest.approx(39 * 2.0, rel=1e-4)
    assert field.min() >= 0


def test_curve_along_the_ray_keeps_its_volume():
    field = laid(np.full((40, 2), 30.0))

    assert field.sum(dtype=float) == pytest.approx(39 * 2.0, rel=1e-4)


def test_thickness_is_volume_over_area():
    # 2 per step of 1 px, spread over 10 px.
    field = laid(line((30.5, 10.5), (30.5, 49.5)), profile=np.ones(steps_across(5.0)))

    assert field[27:34, 15:45] == pytest.approx(np.full((7, 30), 0.2), rel=0.05)
    assert not field[:23].any()
    assert not field[38:].any()


def test_profile_spreads_across():
    profile = np.zeros(20)
    profile[[0, 19]] = 1

    field = laid(line((30.5, 10.5), (30.5, 49.5)), profile=profile)

    across = field[:, 20:40].mean(axis=1)
    assert across[30] == 0
    # Both walls at 4.75 px from the middle.
    assert np.average(np.arange(60) + 0.5, weights=across) == pytest.approx(30.5, abs=0.01)
    assert set(np.flatnonzero(across > 0.1)) <= {25, 26, 34, 35}


def test_grains_move_volume_but_keep_it():
    curve = line((30.5, 10.5), (30.5, 49.5))
    grains = np.random.default_rng(1).uniform(0, 3, (40, 12))
    grains[5] = 0  # a row without any counts as even

    even, grained = laid(curve), laid(curve, grains=grains)

    assert grained.sum(dtype=float) == pytest.approx(even.sum(dtype=float), rel=1e-4)
    assert grained[27:34, 15:45].std() > 5 * even[27:34, 15:45].std()


def test_what_falls_outside_is_lost_and_nothing_breaks():
    field = laid(line((30.0, -20.0), (30.0, 20.0)))

    assert 0.4 * 78 < field.sum() < 0.6 * 78
    assert not laid(line((300.0, 300.0), (400.0, 400.0))).any()


@pytest.mark.parametrize("points", [0, 1])
def test_less_than_a_step_lays_nothing(points):
    assert not laid(np.full((points, 2), 30.0)).any()
