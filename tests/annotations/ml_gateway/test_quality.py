"""Shares of counted things: intervals over patients, and a reason wherever there is none."""

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from annotations.ml_gateway.quality import RESAMPLES, pooled_share
from ml.metrics.resampling import bootstrap_by_patient


def test_the_interval_is_that_of_a_bootstrap_that_draws_patients_one_by_one():
    random = np.random.default_rng(3)
    wholes = random.integers(1, 6, 40)
    parts = random.binomial(wholes, 0.7)
    patients = [str(number // 2) for number in range(40)]

    found = pooled_share(parts.tolist(), wholes.tolist(), patients)

    slow = bootstrap_by_patient(
        lambda chosen: parts[chosen].sum() / wholes[chosen].sum(), patients, resamples=RESAMPLES
    )
    assert found.value == pytest.approx(parts.sum() / wholes.sum())
    assert (found.low, found.high) == pytest.approx(slow.interval)


def test_pieces_that_patients_have_in_common_count_as_little_as_there_are_patients():
    patients = [str(number // 10) for number in range(200)]
    removed = [int(patient) % 2 for patient in patients]

    found = pooled_share(removed, [1] * 200, patients)

    low, high = proportion_confint(100, 200, method="wilson")
    assert found.value == 0.5
    assert found.high - found.low > 2.5 * (high - low)


def test_pieces_of_patients_of_one_piece_each_have_about_the_interval_of_wilson():
    removed = [1] * 120 + [0] * 80

    found = pooled_share(removed, [1] * 200, [str(number) for number in range(200)])

    assert (found.low, found.high) == pytest.approx(proportion_confint(120, 200, method="wilson"), abs=0.015)


@pytest.mark.parametrize(
    ("parts", "wholes", "patients", "value", "reason"),
    [
        ([], [], [], None, "none yet"),
        ([0.0, 0.0], [0.0, 0.0], ["p", "q"], None, "nothing to find"),
        ([1, 0], [1, 1], ["p", "p"], 0.5, "one patient"),
        ([1, 0, 1, 0], [1] * 4, list("pqrs"), 0.5, "fewer than 5 patients"),
        ([1] * 9, [1] * 9, list("pqrstuvwx"), 1.0, "no difference yet"),
        ([1] + [0] * 8, [2] + [0] * 8, list("pqrstuvwx"), 0.5, "no difference yet"),
    ],
    ids=["nothing", "nothing to find", "one patient", "four", "all alike", "one with anything"],
)
def test_a_share_without_an_interval_says_why(parts, wholes, patients, value, reason):
    found = pooled_share(parts, wholes, patients)

    assert (found.value, found.low, found.high) == (value, None, None)
    assert (found.n, found.reason) == (len(parts), reason)
