import numpy as np
import pytest

from ml.errors import PhantomRequestError
from ml.phantom import make_exam, make_phantom, make_series
from ml.phantom.exam import draws_bac

SMALL = {"rows": 573, "columns": 478, "pixel_spacing_mm": 0.4}


@pytest.fixture(scope="module")
def exams():
    """Exams of three women with BAC."""
    return [make_exam(seed, **SMALL, has_bac=True) for seed in (31, 32, 33)]


@pytest.fixture(scope="module")
def series():
    return make_series(7, **SMALL, years=(0, 1, 3), views=("LCC", "LMLO", "RCC", "RMLO"))


def test_views_come_in_the_order_asked_for():
    exam = make_exam(31, **SMALL, views=["RMLO", "LCC"])

    names = [view.acquisition.image_laterality + view.acquisition.view_position for view in exam]
    assert names == ["RMLO", "LCC"]
    assert make_exam(31, **SMALL, views=[]) == []


def test_view_does_not_depend_on_which_others_are_made(exams):
    (alone,) = make_exam(31, **SMALL, has_bac=True, views=["RCC"])

    assert np.array_equal(alone.linear, exams[0][2].linear)


def test_calcium_is_the_same_in_both_views_of_a_breast(exams):
    for left_cc, left_mlo, right_cc, right_mlo in exams:
        assert left_cc.mass_mg == pytest.approx(left_mlo.mass_mg, rel=0.02)
        assert right_cc.mass_mg == pytest.approx(right_mlo.mass_mg, rel=0.02)
        assert left_cc.mass_mg != pytest.approx(right_cc.mass_mg, rel=0.02)


def test_length_is_much_the_same_in_both_views_of_a_breast(exams):
    for left_cc, left_mlo, right_cc, right_mlo in exams:
        for one, other in ((left_cc, left_mlo), (right_cc, right_mlo)):
            assert one.length_in_breast_mm == other.length_in_breast_mm > 0
            # What runs along the rays is seen foreshortened.
            assert one.length_mm == pytest.approx(other.length_mm, rel=0.35)
            assert 0.6 * one.length_in_breast_mm < one.length_mm < 1.1 * one.length_in_breast_mm


def test_breasts_of_a_woman_are_equally_dense_and_large(exams):
    for exam in exams:
        assert len({view.density for view in exam}) == 1
        areas = [np.count_nonzero(view.breast) for view in exam]
        assert areas[0] == pytest.approx(areas[2], rel=0.05)


def test_exam_without_bac_has_none_and_two_in_three_have_it():
    exam = make_exam(31, **SMALL, has_bac=False, views=["LCC"])

    assert not exam[0].bac.any()
    assert exam[0].mass_mg == exam[0].severity == 0
    assert np.mean([draws_bac(seed) for seed in range(2000)]) == pytest.approx(0.65, abs=0.04)


def test_phantom_is_a_view_of_the_left_breast_of_its_seed():
    phantom = make_phantom(31, **SMALL, view_position="MLO")

    exam = make_exam(31, **SMALL, has_bac=True, views=["LMLO"])
    assert np.array_equal(phantom.linear, exam[0].linear)


def test_disease_of_a_series_never_shrinks(series):
    for side in (0, 2):
        for view in (side, side + 1):
            lengths = [exam[view].length_in_breast_mm for exam in series]
            masses = [exam[view].mass_mg for exam in series]
            assert lengths == sorted(lengths)
            assert masses == sorted(masses)
            assert masses[0] < masses[-1]


def test_series_grows_as_fast_as_it_is_told(series):
    grown = [
        sum(series[visit][side].length_in_breast_mm - series[0][side].length_in_breast_mm for side in (0, 2))
        for visit in (1, 2)
    ]

    assert grown == pytest.approx([8.1, 3 * 8.1], abs=1.5)


def test_series_shows_the_same_breast_positioned_anew(series):
    first, last = series[0][0], series[-1][0]

    assert first.density == last.density
    assert len(first.speck_centres) == pytest.approx(len(last.speck_centres), abs=2)
    assert not np.array_equal(first.breast, last.breast)
    overlap = np.count_nonzero(first.breast & last.breast) / np.count_nonzero(first.breast | last.breast)
    assert overlap > 0.85
    assert first.acquisition.body_part_thickness_mm == pytest.approx(
        last.acquisition.body_part_thickness_mm, rel=0.1
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"views": ["LCC", "XCC"]},
        {"views": ["LML"]},
        {"seed": -1},
        {"pixel_spacing_mm": 0.0},
        {"pixel_spacing_mm": float("nan")},
        {"rows": 30},
        {"columns": 100_000},
        {"severity": 1.5},
        {"severity": float("nan")},
        {"clusters": -1},
    ],
    ids=str,
)
def test_what_cannot_be_drawn_is_refused(wrong):
    arguments = {"seed": 1, **SMALL, **wrong}

    with pytest.raises(PhantomRequestError):
        make_exam(**arguments)


def test_series_that_goes_back_in_time_is_refused():
    with pytest.raises(PhantomRequestError):
        make_series(1, **SMALL, years=(0, -1))
