import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from ml import masks
from ml.errors import StatisticsInputError
from ml.metrics.agreement import cohen_kappa, fleiss, pixel_kappa, weighted_f1

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


def brute_force_kappa(first, second, distance):
    observed = np.mean([distance(a, b) for a, b in zip(first, second, strict=True)])
    by_chance = np.mean([distance(a, b) for a in first for b in second])
    return 1 - observed / by_chance


def test_weighted_kappa_goes_by_the_classes_not_by_which_of_them_were_used():
    # Nobody used 3 and 4: 2 and 5 are still three classes apart.
    first, second = [0, 0, 0, 1, 1, 2, 2, 5, 5, 0], [0, 0, 1, 1, 2, 2, 5, 5, 2, 0]

    quadratic = cohen_kappa(first, second, weights="quadratic").value

    assert quadratic == pytest.approx(0.699, abs=5e-4)
    assert quadratic == pytest.approx(brute_force_kappa(first, second, lambda a, b: (a - b) ** 2))
    linear = cohen_kappa(first, second, weights="linear").value
    assert linear == pytest.approx(brute_force_kappa(first, second, lambda a, b: abs(a - b)))


@given(
    st.lists(st.tuples(*[st.integers(0, 3)] * 2), min_size=2, max_size=30),
    st.sampled_from([None, "linear", "quadratic"]),
)
def test_kappa_is_that_of_scikit_learn_where_its_classes_are_all_named(pairs, weights):
    first, second = zip(*pairs, strict=True)
    found = cohen_kappa(first, second, weights=weights)

    if found.value is None:
        assert len({*first, *second}) == 1
    else:
        named = {"labels": range(4)} if weights else {}
        assert found.value == pytest.approx(cohen_kappa_score(first, second, weights=weights, **named))


def test_kappa_takes_words_and_whole_numbers_of_any_type():
    of_words = cohen_kappa(["no", "mild", "no"], ["no", "no", "no"])
    of_floats = cohen_kappa([0.0, 1.0, 2.0], [0, 2, 2], weights="linear")

    assert of_words.value == 0
    assert of_floats.value == cohen_kappa([0, 1, 2], [0, 2, 2], weights="linear").value
    assert cohen_kappa([-4, 10**12], [-4, 10**12], weights="quadratic").value == 1


def test_kappa_is_undefined_where_nobody_varies():
    assert cohen_kappa([1, 1], [1, 1]).value is None
    assert cohen_kappa([1, 1], [1, 1]).undefined == "no_variation"
    assert fleiss([["no"] * 3] * 4).undefined == "no_variation"


def test_fleiss_kappa_of_the_textbook_table():
    ratings = [np.repeat(np.arange(5), counts) for counts in FLEISS_COUNTS]

    found = fleiss(ratings)

    assert found.value == pytest.approx(0.2099, abs=5e-5)
    assert (found.n_subjects, found.n_readers) == (10, 14)


@given(st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=1, max_size=12))
def test_fleiss_kappa_counts_the_pairs_of_readers_that_agree(ratings):
    found = fleiss(ratings)

    pairs = [(one[i], one[j]) for one in ratings for i in range(3) for j in range(3) if i != j]
    agree = np.mean([a == b for a, b in pairs])
    everything = np.ravel(ratings)
    by_chance = np.mean([a == b for a in everything for b in everything])
    if by_chance == 1:
        assert found.undefined == "no_variation"
    else:
        assert found.value == pytest.approx((agree - by_chance) / (1 - by_chance))


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
    found = weighted_f1(left, right)

    assert found.value == pytest.approx(0.4 * 6 / 7 + 0.6 * 12 / 13)
    assert (found.n_subjects, found.definition) == (10, "F1 of each category, weighted by the first")


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda: cohen_kappa([1, 2], [1]), "length_mismatch"),
        (lambda: cohen_kappa([], []), "too_few_subjects"),
        (lambda: fleiss([1, 2, 3]), "not_a_table"),
        (lambda: fleiss([[1], [2]]), "too_few_readers"),
        (lambda: fleiss([[1, 2], [3]]), "not_a_table"),
        (lambda: cohen_kappa([1, np.nan], [1, 2]), "not_finite"),
        (lambda: cohen_kappa([1, None], [1, 2]), "not_finite"),
        (lambda: cohen_kappa(["yes", np.nan], ["yes", "no"]), "not_finite"),
        (lambda: cohen_kappa(["yes", ""], ["yes", "no"]), "not_finite"),
        (lambda: cohen_kappa([1, 2], [1, np.inf]), "not_finite"),
        (lambda: cohen_kappa(np.ma.masked_equal([1, 9], 9), [1, 2]), "not_finite"),
        (lambda: fleiss([[1, 2], [1, np.nan]]), "not_finite"),
        (lambda: fleiss([["a", "b"], ["a", None]]), "not_finite"),
        (lambda: weighted_f1([1, None], [1, 2]), "not_finite"),
        (lambda: cohen_kappa(["a", "b"], ["a", "c"], weights="linear"), "not_ordered"),
        (lambda: cohen_kappa([0.5, 1], [1, 1], weights="quadratic"), "not_ordered"),
        (lambda: cohen_kappa([0, 1], [1, 1], weights="cubic"), "unknown_choice"),
    ],
)
def test_statistics_refuse_what_carries_none(ask, code):
    with pytest.raises(StatisticsInputError) as refusal:
        ask()

    assert refusal.value.code == code
