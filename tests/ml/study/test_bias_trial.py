import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as formula

from ml.errors import StatisticsInputError
from ml.study.bias_trial import TrialReading, bias_trial


def simulated(seed, *, effect_mm=3.0, effect_s=-20.0, readers=8, patients=120, spread_mm=0.0):
    """Let every reader read every patient, half of them with the pre-annotation shown."""
    random = np.random.default_rng(seed)
    level = random.normal(0, 5, readers)
    own_effect = effect_mm + random.normal(0, spread_mm, readers)
    readings = []
    for patient in range(patients):
        length = random.gamma(3, 10)
        for reader in range(readers):
            is_shown = bool(random.random() < 0.5)
            readings.append(
                TrialReading(
                    reader=f"reader-{reader}",
                    patient=f"patient-{patient}",
                    is_shown=is_shown,
                    length_mm=length + level[reader] + is_shown * own_effect[reader] + random.normal(0, 4),
                    active_s=120 + 5 * level[reader] + is_shown * effect_s + random.normal(0, 30),
                )
            )
    return readings


def test_difference_is_the_coefficient_of_a_linear_model_with_a_level_for_each_reader():
    readings = simulated(1)
    table = pd.DataFrame([vars(reading) for reading in readings]).assign(
        shown=lambda t: t.is_shown.astype(float)
    )

    found = bias_trial(readings, draws=500)

    for measure, effect in (("length_mm", found.length_mm), ("active_s", found.active_s)):
        known = formula.ols(f"{measure} ~ shown + C(reader)", table).fit()
        assert effect.difference == pytest.approx(known.params["shown"])
        by_patient = known.get_robustcov_results("cluster", groups=pd.factorize(table.patient)[0])
        place = known.model.exog_names.index("shown")
        half = 1.96 * by_patient.bse[place]
        low, high = effect.over_patients
        assert (high - low) / 2 == pytest.approx(half, rel=0.15)
        assert low < effect.difference < high


def test_other_readers_widen_the_interval_where_readers_differ_in_how_they_are_led():
    found = bias_trial(simulated(2, spread_mm=4.0), draws=500).length_mm

    (low, high), (wide_low, wide_high) = found.over_patients, found.over_both
    assert wide_high - wide_low > 1.5 * (high - low)


def test_intervals_cover_the_effect():
    covered = {"over_patients": 0, "over_both": 0}
    for seed in range(100):
        effect = bias_trial(simulated(seed, patients=50, spread_mm=0.0), draws=300, seed=seed).length_mm
        for name in covered:
            low, high = getattr(effect, name)
            covered[name] += low <= 3.0 <= high

    assert 88 <= covered["over_patients"] <= 99
    assert covered["over_both"] >= 92  # a little too wide rather than too narrow


def test_each_reader_has_an_effect_of_her_own():
    readings = simulated(3)
    hers = [reading for reading in readings if reading.reader == "reader-2"]

    found = bias_trial(readings, draws=100)

    length, time = found.readers["reader-2"]
    shown = [reading.length_mm for reading in hers if reading.is_shown]
    hidden = [reading.length_mm for reading in hers if not reading.is_shown]
    assert length.difference == pytest.approx(np.mean(shown) - np.mean(hidden))
    assert (length.shown, length.hidden) == pytest.approx((np.mean(shown), np.mean(hidden)))
    assert (length.n_shown, length.n_hidden) == (len(shown), len(hidden))
    assert length.over_both is None
    assert time.difference == pytest.approx(-20, abs=15)


def one(reader, patient, is_shown):
    return TrialReading(reader=reader, patient=patient, is_shown=is_shown, length_mm=1.0, active_s=2.0)


@pytest.mark.parametrize(
    ("readings", "reason"),
    [
        ([], "nothing_shown"),
        ([one("a", "p", False)], "nothing_shown"),
        ([one("a", "p", True), one("b", "q", True)], "nothing_hidden"),
        ([one("a", "p", True), one("b", "q", False)], "nobody_in_both"),
    ],
)
def test_a_trial_without_both_arms_says_why(readings, reason):
    effect = bias_trial(readings, draws=10).length_mm

    assert effect.undefined == reason
    assert effect.difference is effect.over_patients is effect.over_both is None


def test_of_one_patient_there_is_a_difference_and_no_interval():
    effect = bias_trial([one("a", "p", True), one("a", "p", False)], draws=10).length_mm

    assert effect.difference == 0
    assert effect.over_patients is None


def test_a_time_that_is_missing_is_refused():
    reading = TrialReading(reader="a", patient="p", is_shown=True, length_mm=1.0, active_s=float("nan"))

    with pytest.raises(StatisticsInputError) as refused:
        bias_trial([reading])

    assert refused.value.code == "not_finite"
