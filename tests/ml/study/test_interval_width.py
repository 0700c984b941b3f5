import numpy as np
import pytest
from statsmodels.stats.inter_rater import cohens_kappa

from ml.errors import StatisticsInputError
from ml.study.interval_width import kappa_width, mean_width


@pytest.mark.parametrize(
    ("kappa", "shares"),
    [(0.7, (0.3, 0.7)), (0.5, (0.1, 0.9)), (0.0, (0.4, 0.6)), (0.6, (0.2, 0.3, 0.5)), (0.9, (0.25,) * 4)],
)
def test_kappa_width_is_that_of_statsmodels_for_the_table_expected(kappa, shares):
    p = np.array(shares)
    expected = 200 * ((1 - kappa) * np.outer(p, p) + kappa * np.diag(p))
    known = cohens_kappa(expected)

    width = kappa_width(200, kappa=kappa, shares=shares)

    assert known.kappa == pytest.approx(kappa)
    assert width.width == pytest.approx(known.kappa_upp - known.kappa_low)


def test_kappa_width_of_two_categories_is_the_closed_form():
    n, kappa, p = 150, 0.65, 0.3

    variance = (1 - kappa) / n * ((1 - kappa) * (1 - 2 * kappa) + kappa * (2 - kappa) / (2 * p * (1 - p)))

    assert kappa_width(n, kappa=kappa, shares=(p, 1 - p)).width == pytest.approx(
        2 * 1.959963984540054 * np.sqrt(variance)
    )


@pytest.mark.parametrize(("n", "kappa", "share"), [(100, 0.7, 0.3), (400, 0.5, 0.2)])
def test_kappa_of_simulated_readers_spreads_as_far_as_expected(n, kappa, share):
    random = np.random.default_rng(5)
    p = np.array([share, 1 - share])
    joint = (1 - kappa) * np.outer(p, p) + kappa * np.diag(p)
    tables = random.multinomial(n, joint.ravel(), size=20_000).reshape(-1, 2, 2) / n
    by_chance = (tables.sum(axis=1) * tables.sum(axis=2)).sum(axis=1)
    kappas = (np.trace(tables, axis1=1, axis2=2) - by_chance) / (1 - by_chance)

    low, high = np.percentile(kappas, [2.5, 97.5])

    assert kappa_width(n, kappa=kappa, shares=(share, 1 - share)).width == pytest.approx(high - low, rel=0.03)


def test_interval_of_a_simulated_mean_dice_is_as_wide_as_expected():
    random = np.random.default_rng(6)
    dice = random.beta(3, 2, size=(4_000, 60))  # of Dice between readers: sd 0.2
    half = 2.0009953780882674 * dice.std(axis=1, ddof=1) / np.sqrt(60)  # t of 59 degrees of freedom

    assert mean_width(60, sd=0.2).width == pytest.approx(2 * half.mean(), rel=0.02)


def test_more_exams_buy_a_narrower_interval_and_few_never_more_than_the_range():
    widths = [kappa_width(n, kappa=0.6, shares=(0.05, 0.95)).width for n in (2, 10, 100, 1000)]

    assert widths == sorted(widths, reverse=True)
    assert widths[0] == 2.0
    assert mean_width(2, sd=0.5).width == 1.0


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: kappa_width(1, kappa=0.5, shares=(0.5, 0.5)), "too_few_subjects"),
        (lambda: kappa_width(10, kappa=1.5, shares=(0.5, 0.5)), "not_a_kappa"),
        (lambda: kappa_width(10, kappa=0.5, shares=(0.0, 1.0)), "not_shares"),
        (lambda: kappa_width(10, kappa=0.5, shares=(0.5, 0.6)), "not_shares"),
        (lambda: mean_width(1, sd=0.2), "too_few_subjects"),
        (lambda: mean_width(10, sd=0.0), "not_a_spread"),
    ],
    ids=["one exam", "kappa above 1", "share of 0", "sum above 1", "one exam of a mean", "no spread"],
)
def test_what_gives_no_width_is_refused_by_name(call, code):
    with pytest.raises(StatisticsInputError) as refused:
        call()

    assert refused.value.code == code
