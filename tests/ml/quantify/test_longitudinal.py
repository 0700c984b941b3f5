from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.errors import SeriesRefusedError
from ml.quantify import Reading, cohort_slope, progression, repeatability

START = date(2015, 1, 1)


def series(values, *, days=365.25, **facts):
    return [
        Reading(day=START + timedelta(days=round(k * days)), value=value, **facts)
        for k, value in enumerate(values)
    ]


def test_straight_line_has_its_slope():
    result = progression(series([10 + 8.1 * year for year in range(6)]))

    assert result.slope_per_year == pytest.approx(8.1, rel=2e-3)
    assert len(result.segments) == 1
    low, high = result.segments[0].interval_per_year
    assert low == pytest.approx(8.1, rel=2e-3)
    assert high == pytest.approx(8.1, rel=2e-3)


def test_one_wrong_reading_does_not_bend_the_slope():
    values = [3.9 * year for year in range(8)]
    values[4] = 500.0

    assert progression(series(values)).slope_per_year == pytest.approx(3.9, rel=0.2)


def test_no_slope_crosses_a_change_of_machine():
    before = series([1.0, 2.0, 3.0], machine="A")
    after = [replace(reading, machine="B", value=reading.value + 100) for reading in series([4.0, 5.0, 6.0])]
    after = [replace(reading, day=reading.day + timedelta(days=1096)) for reading in after]

    result = progression([*after, *before])

    assert [len(segment.readings) for segment in result.segments] == [3, 3]
    assert [segment.break_before for segment in result.segments] == [(), ("machine",)]
    assert result.slope_per_year == pytest.approx(1.0, rel=0.01)


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"software": "2"}, ("software",)),
        ({"pixel_spacing_mm": (0.07, 0.07)}, ("pixel_spacing",)),
        ({"pixel_spacing_mm": None}, ("pixel_spacing",)),
        ({"pixel_spacing_mm": (0.1, 0.100001)}, None),
        ({"machine": "B", "software": "2"}, ("machine", "software")),
    ],
)
def test_breaks_are_named(change, names):
    readings = series([1.0, 2.0], machine="A", software="1", pixel_spacing_mm=(0.1, 0.1))
    readings[1] = replace(readings[1], **change)

    result = progression(readings)

    assert [segment.break_before for segment in result.segments] == ([()] if names is None else [(), names])
    assert (result.slope_per_year is None) == (names is not None)


def test_one_exam_has_no_slope():
    result = progression(series([5.0]))

    assert (result.slope_per_year, result.reason) == (None, "one_day")
    assert (result.segments[0].reason, result.segments[0].interval_reason) == ("one_day", "one_day")


def test_two_exams_of_one_day_have_no_slope():
    assert progression(series([5.0, 7.0], days=0)).reason == "one_day"


def test_two_exams_have_a_slope_without_interval():
    segment = progression(series([5.0, 7.0])).segments[0]

    assert segment.slope_per_year == pytest.approx(2.0, rel=2e-3)
    assert (segment.interval_per_year, segment.interval_reason) == (None, "too_few_readings")


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=8))
def test_slope_turns_round_with_the_values(values):
    up, down = progression(series(values)), progression(series([-value for value in values]))

    assert up.slope_per_year == pytest.approx(-down.slope_per_year, abs=1e-9)
    assert up.slope_per_year == pytest.approx(up.segments[0].slope_per_year, abs=1e-9)


@pytest.mark.parametrize(
    ("readings", "code"),
    [([], "no_readings"), (series([1.0, float("nan")]), "value_invalid")],
)
def test_senseless_series_are_refused(readings, code):
    with pytest.raises(SeriesRefusedError) as refusal:
        progression(readings)

    assert refusal.value.code == code


def test_cohort_has_the_median_slope_and_an_interval_over_patients():
    slopes = np.random.default_rng(1).normal(8.1, 2.0, 60)
    patients = [progression(series([0.0, slope, 2 * slope])) for slope in slopes]

    cohort = cohort_slope([*patients, progression(series([4.0]))])

    assert cohort.median_per_year == pytest.approx(np.median(slopes), rel=2e-3)
    low, high = cohort.interval_per_year
    assert low < 8.1 < high
    assert high - low < 2.5
    assert (cohort.patients, cohort.without_slope) == (61, 1)
    assert cohort_slope(patients, seed=1) == cohort_slope(patients, seed=1)


def test_cohort_of_one_has_no_interval_and_of_none_no_slope():
    one = cohort_slope([progression(series([1.0, 2.0]))])
    none = cohort_slope([])

    assert (one.interval_per_year, one.interval_reason) == (None, "one_patient")
    assert (none.median_per_year, none.reason) == (None, "no_slope")


def test_patients_with_one_slope_have_an_interval_of_no_width():
    cohort = cohort_slope([progression(series([1.0, 2.0]))] * 5)

    assert cohort.interval_per_year == pytest.approx((cohort.median_per_year,) * 2)


def test_repeated_readings_give_the_noise_of_reading():
    # Squared deviations 2, 2 and 8 over 1 + 2 + 1 degrees of freedom.
    result = repeatability([[1.0, 3.0], [5.0, 6.0, 7.0], [10.0, 14.0], [99.0]])

    assert result.degrees_of_freedom == 4
    assert result.within_sd == pytest.approx(np.sqrt(12 / 4))
    assert result.band == pytest.approx(1.96 * np.sqrt(2) * np.sqrt(3))


def test_band_holds_19_of_20_differences():
    generator = np.random.default_rng(5)
    truth = generator.uniform(0, 100, 4000)
    pairs = truth[:, None] + generator.normal(0, 2.5, (4000, 2))

    band = repeatability(pairs[:2000].tolist()).band

    assert (np.abs(np.diff(pairs[2000:], axis=1)) < band).mean() == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize(
    ("repeats", "code"),
    [([], "no_repeats"), ([[1.0], []], "no_repeats"), ([[1.0, float("inf")]], "value_invalid")],
)
def test_senseless_repeats_are_refused(repeats, code):
    with pytest.raises(SeriesRefusedError) as refusal:
        repeatability(repeats)

    assert refusal.value.code == code
