from itertools import product

import numpy as np
import pytest
from scipy.optimize import minimize

from ml import masks
from ml.errors import StatisticsInputError
from ml.metrics.consensus import staple
from ml.metrics.patterns import pixel_patterns
from ml.study.dawid_skene import answers_of_patterns, dawid_skene

# Table 1 of Dawid and Skene 1979: observer 1 thrice, then observers 2 to 5, for 45 patients.
PUBLISHED = """
1111111 3334334 1122122 2223121 2223222 2223322 1222111 3333433 2222223 2322223 4444444 2223343
1111111 2223212 1211111 1112111 1111111 1111111 2222221 2221322 2222222 2222221 2223222 2212222
1111111 1111111 2322222 1111111 1111111 1121121 1111111 3333233 1111111 2222222 2223232 4334343
2212232 2323233 3333432 1111111 1111111 1212111 2322222 1211111 2222222
"""
# Table 2 there: the share of each class, and the errors of observer 1.
PUBLISHED_SHARES = [0.40, 0.42, 0.11, 0.07]
PUBLISHED_FIRST = [
    [0.89, 0.11, 0.00, 0.00],
    [0.07, 0.88, 0.05, 0.00],
    [0.00, 0.34, 0.66, 0.00],
    [0.00, 0.00, 0.56, 0.44],
]


def simulated(seed, subjects, sensitivity, specificity, read=1.0):
    random = np.random.default_rng(seed)
    truth = random.random(subjects) < 0.4
    shape = subjects, len(sensitivity)
    says = np.where(
        truth[:, None], random.random(shape) < sensitivity, random.random(shape) >= specificity
    ).astype(int)
    has_read = random.random(shape) < read
    rows = [
        [int(one) if was_read else None for one, was_read in zip(*row, strict=True)]
        for row in zip(says, has_read, strict=True)
    ]
    return rows, truth


def test_published_example_gives_the_published_shares_and_errors():
    rows = [[int(one) for one in row] for row in PUBLISHED.split()]

    found = dawid_skene(rows, ["1", "1", "1", "2", "3", "4", "5"], [str(number) for number in range(45)])

    assert len(rows) == 45
    assert [round(share, 2) for share in found.shares] == PUBLISHED_SHARES
    assert np.round(found.readers[0].answers, 2).tolist() == PUBLISHED_FIRST
    assert [reader.reader for reader in found.readers] == ["1", "2", "3", "4", "5"]
    assert found.is_converged


def test_the_optimum_is_that_of_an_optimiser_on_the_likelihood_of_a_small_table():
    rows, _ = simulated(1, 400, [0.9, 0.8, 0.7], [0.85, 0.9, 0.8])
    counts = {votes: rows.count(list(votes)) for votes in product((0, 1), repeat=3)}

    def minus_log_likelihood(x):
        share, sensitivity, specificity = x[0], x[1:4], x[4:7]
        total = 0.0
        for votes, count in counts.items():
            says = np.array(votes) == 1
            likely = (
                share * np.where(says, sensitivity, 1 - sensitivity).prod()
                + (1 - share) * np.where(says, 1 - specificity, specificity).prod()
            )
            total -= count * np.log(likely)
        return total

    best = minimize(
        minus_log_likelihood, [0.5] + [0.8] * 6, bounds=[(1e-6, 1 - 1e-6)] * 7, options={"ftol": 1e-14}
    )
    found = dawid_skene(rows, ["a", "b", "c"], [str(number) for number in range(400)], draws=1)

    estimate = [found.shares[1]]
    estimate += [reader.sensitivity.value for reader in found.readers]
    estimate += [reader.specificity.value for reader in found.readers]
    # Both stand on the same top, which is flat: the likelihood tells them apart less than rounding.
    assert minus_log_likelihood(np.array(estimate)) == pytest.approx(best.fun, abs=1e-4)
    assert estimate == pytest.approx(best.x.tolist(), abs=0.01)


def test_intervals_cover_the_errors_that_readers_were_made_with():
    sensitivity, specificity = [0.9, 0.8, 0.7, 0.85, 0.6], [0.95, 0.9, 0.8, 0.9, 0.85]
    covered = asked = 0
    for seed in range(20):
        rows, _ = simulated(seed, 300, sensitivity, specificity, read=0.8)
        found = dawid_skene(rows, list("abcde"), [str(n) for n in range(300)], draws=200, seed=seed)
        for reader, true, other in zip(found.readers, sensitivity, specificity, strict=True):
            for rate, value in ((reader.sensitivity, true), (reader.specificity, other)):
                covered += rate.interval[0] <= value <= rate.interval[1]
                asked += 1

    assert 0.9 <= covered / asked <= 0.99


def test_truth_is_found_better_than_by_majority_where_one_reader_is_good():
    rows, truth = simulated(3, 2000, [0.97, 0.65, 0.65], [0.97, 0.65, 0.65])

    found = dawid_skene(rows, list("abc"), [str(number) for number in range(2000)], draws=1)

    by_model = np.array(found.truth)[:, 1] > 0.5
    by_majority = np.array(rows).sum(axis=1) > 1.5
    assert (by_model == truth).mean() > (by_majority == truth).mean() + 0.05


def test_pixels_of_one_image_give_what_staple_gives_where_the_prior_is_the_same():
    random = np.random.default_rng(4)
    readings = [
        masks.polyline(120, 160, [(60 + random.normal(0, 1.5), 15.0), (60.0, 140.0)], random.uniform(6, 12))
        for _ in range(5)
    ]
    known = staple(readings, margin_px=10)
    rows, images, weights = answers_of_patterns(
        [pixel_patterns(readings, margin_px=10)], [list("abcde")], list("abcde")
    )

    found = dawid_skene(rows, list("abcde"), [str(one) for one in images], categories=(0, 1), weights=weights)

    # STAPLE keeps the share of marks as its prior; here it is estimated too, and ends beside it.
    assert [one.sensitivity.value for one in found.readers] == pytest.approx(known.sensitivities, abs=0.02)
    assert [one.specificity.value for one in found.readers] == pytest.approx(known.specificities, abs=0.02)
    assert sum(weights) == known.probability.size
    assert found.readers[0].sensitivity.interval is None  # one patient


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[1], [0]], "too_few_readers"),
        ([[1, 1, None], [0, None, 1], [None, 1, 0]], "too_few_readers"),
        ([[1, 1, 1], [1, 1, 1]], "no_variation"),
        ([], "too_few_readers"),
    ],
    ids=["one reader", "never three", "all the same", "nothing"],
)
def test_what_cannot_be_told_says_why(rows, reason):
    readers = list("abc")[: len(rows[0]) if rows else 3]

    found = dawid_skene(rows, readers, [str(number) for number in range(len(rows))])

    assert found.undefined == reason
    assert [one.undefined for one in found.readers] == [reason] * len(readers)
    assert found.shares == found.truth == ()


def test_readers_who_agree_are_all_trusted():
    rows = [[1, 1, 1]] * 10 + [[0, 0, 0]] * 10

    found = dawid_skene(rows, list("abc"), [str(number) for number in range(20)])

    assert [one.sensitivity.value for one in found.readers] == [1, 1, 1]
    assert [one.specificity.value for one in found.readers] == [1, 1, 1]


def test_a_reader_who_meets_nobody_is_left_out_by_name():
    rows = [[1, 1, 0, None], [0, 0, 0, None], [1, 1, 1, None], [None, None, None, 1]]

    found = dawid_skene(rows, list("abcd"), list("pqrs"), draws=10)

    assert [one.undefined for one in found.readers] == ["", "", "", "nobody_beside"]


@pytest.mark.parametrize(
    ("rows", "patients", "categories", "code"),
    [
        ([[1, 0]], ["p"], None, "not_a_table"),
        ([[1, 0, 1]], [], None, "length_mismatch"),
        ([[1, 0, 5]], ["p"], (0, 1), "unknown_choice"),
        ([[1, 0, ""]], ["p"], None, "not_finite"),
        ([[1, 0, 1]], [""], None, "no_patient"),
    ],
)
def test_tables_that_say_nothing_are_refused_by_name(rows, patients, categories, code):
    with pytest.raises(StatisticsInputError) as refused:
        dawid_skene(rows, list("abc"), patients, categories=categories)

    assert refused.value.code == code
