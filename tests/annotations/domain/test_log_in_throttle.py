from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from annotations.domain.log_in_throttle import FREE_ATTEMPTS, LONGEST_DELAY_S, begin_log_in, end_log_in
from annotations.errors import LogInThrottledError

NAME, ADDRESS = "reader-1", "10.0.0.7"


@pytest.fixture(autouse=True)
def _forgotten():
    cache.clear()


def attempt(now, *, name=NAME, address=ADDRESS):
    begin_log_in(name=name, address=address, now=now)


def wait_s(now, **where):
    """Try once; return how long it has to wait, 0 where it may go on."""
    try:
        attempt(now, **where)
    except LogInThrottledError as error:
        return error.facts["retry_after_s"]
    return 0


def test_after_a_few_attempts_each_next_one_waits_longer_up_to_a_minute():
    now = timezone.now()
    assert [wait_s(now) for _ in range(FREE_ATTEMPTS)] == [0] * FREE_ATTEMPTS

    waits = []
    for _ in range(8):
        waits.append(wait_s(now))
        now += timedelta(seconds=waits[-1])
        assert wait_s(now) == 0, "who waits may try"

    assert waits == [2, 4, 8, 16, 32, 60, 60, 60]
    assert max(waits) == LONGEST_DELAY_S


def test_asking_too_early_makes_the_wait_no_longer():
    now = timezone.now()
    for _ in range(FREE_ATTEMPTS):
        attempt(now)

    assert [wait_s(now) for _ in range(50)] == [2] * 50


def test_a_stranger_elsewhere_and_other_names_wait_for_nobody():
    now = timezone.now()
    for _ in range(FREE_ATTEMPTS):
        attempt(now)

    assert wait_s(now) > 0
    assert wait_s(now, address="10.0.0.8") == 0
    assert wait_s(now, name="reader-2") == 0


def test_one_name_written_in_other_ways_is_the_same():
    now = timezone.now()
    for name in ["reader-1", " Reader-1", "READER-1 ", "\uff52eader-1", "reader-1"]:
        attempt(now, name=name)

    assert wait_s(now) == 2


def test_the_right_password_forgets_the_wrong_ones():
    now = timezone.now()
    for _ in range(FREE_ATTEMPTS):
        attempt(now)
    end_log_in(name=NAME, address=ADDRESS)

    assert [wait_s(now) for _ in range(FREE_ATTEMPTS)] == [0] * FREE_ATTEMPTS
