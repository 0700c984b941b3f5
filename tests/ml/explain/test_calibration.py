import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.explain import bin_table, calibration_error, reliability_points


def test_points_are_means_and_shares_of_each_tenth():
    table = bin_table([0.02, 0.04, 0.55, 1.0, 0.95], [False, True, True, True, False])

    assert reliability_points([table]) == ((0.03, 0.5, 2.0), (0.55, 1.0, 1.0), (0.975, 0.5, 2.0))
    # (2 |.03 - .5| + |.55 - 1| + 2 |.975 - .5|) / 5
    assert calibration_error([table]) == pytest.approx((0.94 + 0.45 + 0.95) / 5)


def test_network_that_says_what_is_so_is_calibrated():
    probability = np.repeat([0.25, 0.75], 400)
    truth = (
        np.tile([True, False, False, False], 100).tolist() + np.tile([True, True, True, False], 100).tolist()
    )

    assert calibration_error([bin_table(probability, truth)]) == pytest.approx(0, abs=1e-12)


def test_sure_and_wrong_is_as_far_off_as_can_be():
    assert calibration_error([bin_table([1.0, 0.0], [False, True])]) == 1


def test_without_an_answer_there_is_no_point_and_no_error():
    empty = bin_table([], [])

    assert reliability_points([empty]) == ()
    assert calibration_error([empty]) is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1), st.integers(1, 5))
def test_tables_of_parts_add_up_to_the_table_of_all(answers, parts):
    probability, truth = zip(*answers, strict=True)
    tables = [bin_table(probability[k::parts], truth[k::parts]) for k in range(parts)]
    whole = [bin_table(probability, truth)]

    assert calibration_error(tables) == pytest.approx(calibration_error(whole), abs=1e-9)
    assert sum(point[2] for point in reliability_points(tables)) == len(answers)
    assert 0 <= calibration_error(whole) <= 1
