import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from ml import masks
from ml.errors import StatisticsInputError
from ml.metrics.agreement import cohen_kappa, fleiss, pairwise, pixel_kappa, weighted_f1

# Fleiss 1971, table 1: 10 subjects, 5 categories, 14 raters.
FLEISS_COUNTS = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]


def test_cohen_kappa_of_the_textbook_table():
    first = [1] * 25 + [0] * 25
    second = [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15

    found = cohen_kappa(first, second)

    assert found.value == pytest.approx(0.40)
    assert (found.n_subjects, found.n_readers) == (50, 2)


def test_weighted_kappa_forgives_near_misses_of_ordered_classes():
    truth, near, far = [0, 1, 2, 3, 4, 5], [1, 1, 2, 3, 4, 5], [5, 1, 2, 3, 4, 5]

    assert cohen_kappa(truth, near).value < cohen_kappa(truth, near, weights="linear").value
    assert cohen_kappa(truth, near, weights="quadratic").value > 0.9
    assert cohen_kappa(truth, far, weights="quadratic").value < 0.3


def test_kappa_is_undefined_where_nobody_varies():
    assert cohen_kappa([1, 1], [1, 1]).value is None
    assert cohen_kappa([1, 1], [1, 1]).undefined == "no_variation"
    assert fleiss([["no"] * 3] * 4).undefined == "no_variation"


def test_fleiss_kappa_of_the_textbook_table():
    ratings = [np.repeat(np.arange(5), counts) for counts in FLEISS_COUNTS]

    found = fleiss(ratings)

    assert found.value == pytest.approx(0.2099, abs=5e-5)
    assert (found.n_subjects, found.n_readers) == (10, 14)


def test_pixel_kappa_is_cohens_kappa_of_the_pixels_in_the_region():
    random = np.random.default_rng(2)
    one, other, region = random.random((3, 30, 40)) < [[[0.3]], [[0.4]], [[0.7]]]

    found = pixel_kappa(*map(masks.from_dense, (one, other)), within=masks.from_dense(region))

    assert found.value == pytest.approx(cohen_kappa_score(one[region], other[region]))
    assert found.n_subjects == region.sum()


def test_pixel_kappa_of_empty_masks_or_an_empty_region_is_undefined():
    nothing, all_of_it = masks.empty(5, 5), masks.from_dense(np.ones((5, 5), dtype=bool))

    assert pixel_kappa(nothing, nothing, within=all_of_it).undefined == "no_variation"
    assert pixel_kappa(all_of_it, all_of_it, within=nothing).undefined == "no_variation"
    assert pixel_kappa(nothing, all_of_it, within=all_of_it).value == 0


def test_weighted_f1_of_two_sides():
    left = ["yes"] * 4 + ["no"] * 6
    right = ["yes"] * 3 + ["no"] * 7

    # yes: precision 1, recall .75; no: precision 6/7, recall 1.
    assert weighted_f1(left, right) == pytest.approx(0.4 * 6 / 7 + 0.6 * 12 / 13)


def test_pairwise_means_leave_undefined_images_out():
    means = pairwise([[1, 0.5, 0.5, 1], [1, None, None, 1], [1, 0.7, 0.7, 1]])

    np.testing.assert_allclose(means, [[1, 0.6], [0.6, 1]])
    assert np.isnan(pairwise([[1, None, None, 1]])[0, 1])


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda: cohen_kappa([1, 2], [1]), "length_mismatch"),
        (lambda: cohen_kappa([], []), "too_few_subjects"),
        (lambda: fleiss([1, 2, 3]), "not_a_table"),
        (lambda: fleiss([[1], [2]]), "too_few_readers"),
        (lambda: pairwise([[1, 2, 3]]), "not_a_table"),
    ],
)
def test_statistics_refuse_what_carries_none(ask, code):
    with pytest.raises(StatisticsInputError) as refusal:
        ask()

    assert refusal.value.code == code
