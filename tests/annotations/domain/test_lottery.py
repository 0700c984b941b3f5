from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from annotations.domain.lottery import draw_arms

READINGS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 8)), max_size=80, unique=True)
SEEDS = st.integers(0, 2**32 - 1)


def surplus_of(readings, arms, side):
    counts = Counter()
    for reading, is_shown in zip(readings, arms, strict=True):
        counts[reading[side]] += 1 if is_shown else -1
    return counts


@given(readings=READINGS, seed=SEEDS)
def test_shown_and_hidden_differ_by_one_at_most_at_every_exam_and_reader(readings, seed):
    arms = draw_arms(readings, seed=seed)

    for side in (0, 1):
        assert all(abs(surplus) <= 1 for surplus in surplus_of(readings, arms, side).values())


@given(readings=READINGS, seed=SEEDS)
def test_two_readers_of_one_exam_get_different_arms(readings, seed):
    arms_of_exam = {}
    for (exam, _reader), is_shown in zip(readings, draw_arms(readings, seed=seed), strict=True):
        arms_of_exam.setdefault(exam, []).append(is_shown)

    assert all(set(arms) == {True, False} for arms in arms_of_exam.values() if len(arms) > 1)


@given(readings=READINGS, seed=SEEDS, past=st.dictionaries(st.integers(0, 30), st.integers(-3, 3)))
def test_later_readings_even_out_earlier_ones(readings, seed, past):
    later = surplus_of(readings, draw_arms(readings, seed=seed, past=past), 0)
    number = Counter(exam for exam, _ in readings)

    for exam in number:
        before = past.get(exam, 0)
        least = max(abs(before) - number[exam], 0)
        assert abs(before + later[exam]) <= max(least, 1)


@given(readings=READINGS, seed=SEEDS)
def test_the_seed_draws_the_same_arms_again(readings, seed):
    assert draw_arms(readings, seed=seed) == draw_arms(readings, seed=seed)


def test_each_arm_is_a_coin():
    readings = [(exam, (exam + offset) % 5) for exam in range(10) for offset in range(2)]
    shown = Counter()
    for seed in range(2_000):
        for number, is_shown in enumerate(draw_arms(readings, seed=seed)):
            shown[number] += is_shown

    # Six standard deviations of 2,000 coins are 134.
    assert all(abs(shown[number] - 1_000) < 135 for number in range(len(readings)))
