from datetime import date, timedelta

import numpy as np
import pytest

from annotations.domain.forecast import HORIZON_DAYS, RECENT_DAYS, Pace, forecast_end, pace_of

TODAY = date(2026, 3, 2)


def test_steady_reader_is_done_on_the_day_that_her_pace_gives():
    forecast = forecast_end([Pace("A", 40, [4] * 10)], today=TODAY)

    day = TODAY + timedelta(days=10)
    assert (forecast.earliest, forecast.expected, forecast.latest) == (day, day, day)


def test_campaign_ends_with_its_last_reader():
    forecast = forecast_end([Pace("A", 40, [4] * 10), Pace("B", 90, [3] * 10)], today=TODAY)

    assert forecast.expected == TODAY + timedelta(days=30)


def test_uneven_days_and_few_days_make_a_wider_interval():
    even = forecast_end([Pace("A", 60, [2] * 28)], today=TODAY)
    uneven = forecast_end([Pace("A", 60, [0, 4] * 14)], today=TODAY)
    few = forecast_end([Pace("A", 60, [0, 4] * 3)], today=TODAY)

    widths = [each.latest - each.earliest for each in (even, uneven, few)]
    assert widths == sorted(widths)
    assert len(set(widths)) == 3


@pytest.mark.parametrize("per_day", [[], [0] * 28, [50], [2, 2], [1, 1, 1, 0]])
def test_too_little_is_said_and_by_whom(per_day):
    forecast = forecast_end([Pace("R1", 10, per_day), Pace("R2", 10, [4] * 10)], today=TODAY)

    assert forecast.expected is None
    assert "R1 has exams left" in forecast.reason
    assert "R2" not in forecast.reason


def test_reader_who_is_done_need_not_be_known():
    forecast = forecast_end([Pace("R1", 0, []), Pace("R2", 10, [5] * 10)], today=TODAY)

    assert forecast.expected == TODAY + timedelta(days=2)


def test_nothing_left_is_said():
    assert forecast_end([Pace("A", 0, [1] * 9)], today=TODAY).reason == "Nothing is left to read."


def test_end_is_not_before_the_last_exam_opens():
    opens = TODAY + timedelta(days=60)

    assert forecast_end([Pace("A", 4, [4] * 10)], today=TODAY, not_before=opens).earliest == opens


def test_end_out_of_sight_is_said_to_be_open():
    forecast = forecast_end([Pace("A", 100_000, [4] * 10)], today=TODAY)

    assert forecast.is_open_ended
    assert forecast.expected == TODAY + timedelta(days=HORIZON_DAYS)


def test_pace_counts_from_the_first_exam_and_leaves_today_out():
    submitted = {TODAY - timedelta(days=3): 2, TODAY: 9}

    assert pace_of("A", 5, submitted, today=TODAY).per_day == [2, 0, 0]


def test_pace_looks_back_over_the_recent_days_alone():
    submitted = {TODAY - timedelta(days=200): 2}

    assert len(pace_of("A", 5, submitted, today=TODAY).per_day) == RECENT_DAYS


def test_interval_holds_the_true_end_as_often_as_it_says():
    """Readers who draw their days from a known law: the interval of 80 % holds the day they are done."""
    random = np.random.default_rng(4)
    held = 0
    rounds = 200
    for number in range(rounds):
        days = random.poisson(3, size=RECENT_DAYS + 365) * (random.random(RECENT_DAYS + 365) < 0.7)
        pace = Pace("A", 80, [int(day) for day in days[:RECENT_DAYS]])
        true_days = int((days[RECENT_DAYS:].cumsum() >= pace.left).argmax()) + 1
        forecast = forecast_end([pace], today=TODAY, seed=number)
        held += forecast.earliest <= TODAY + timedelta(days=true_days) <= forecast.latest

    assert 0.72 * rounds <= held <= 0.92 * rounds
