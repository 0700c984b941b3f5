from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.errors import OverlapPlanError
from ml.study.overlap_plan import plan
from ml.study.plan_counts import share_counts

READERS = [f"reader-{number}" for number in range(8)]


@st.composite
def requests(draw):
    """Draw a plan that counting does not rule out: at most as many readers per exam as there are."""
    readers = READERS[: draw(st.integers(1, 8))]
    hundredths = draw(st.lists(st.integers(0, 30), min_size=0, max_size=3))
    shares = {number: share / 100 for number, share in enumerate(hundredths, start=2)}
    shares = {number: share for number, share in shares.items() if number <= len(readers)}
    return draw(st.integers(1, 200)), readers, shares, draw(st.integers(0, 2**32))


@st.composite
def existing_readings(draw, n_exams, readers):
    """Draw readings that exist, by readers who stay and by two who left."""
    names = st.lists(st.sampled_from([*readers, "left-1", "left-2"]), unique=True, max_size=3)
    return draw(st.dictionaries(st.integers(0, n_exams - 1), names, max_size=n_exams))


def planned(*given, **asked):
    """Return the plan and no refusal, or the nearest plan and the refusal that it came with."""
    try:
        return plan(*given, **asked), None
    except OverlapPlanError as refused:
        return refused.nearest, refused


def check_sound(made, n_exams, readers):
    """Assert what holds of every plan: all exams, nobody twice, and figures that are those of the plan."""
    assert len(made.readers_of_exam) == n_exams
    assert all(len(set(names)) == len(names) >= 1 for names in made.readers_of_exam)
    loads = Counter(name for names in made.readers_of_exam for name in names if name in readers)
    assert made.loads == {name: loads[name] for name in readers}
    met = Counter(
        pair for names in made.readers_of_exam for pair in combinations(sorted(set(names) & set(readers)), 2)
    )
    assert made.meetings == {pair: met[pair] for pair in combinations(sorted(readers), 2)}
    assert made.least_meetings == min(made.meetings.values(), default=0)
    assert made.load_spread == max(made.loads.values()) - min(made.loads.values())
    assert {name for _, name in made.new_readings} <= set(readers)


@settings(deadline=None, max_examples=150)
@given(requests())
def test_declared_fractions_are_met_exactly_and_loads_are_within_one(request):
    n_exams, readers, shares, seed = request

    made = plan(n_exams, readers, shares=shares, seed=seed)

    check_sound(made, n_exams, readers)
    wanted = {number: count for number, count in share_counts(n_exams, shares).items() if count}
    assert made.exams_by_number == wanted
    assert made.load_spread <= 1
    assert made.load_note == ""


@settings(deadline=None, max_examples=60)
@given(requests(), st.integers(0, 6))
def test_every_pair_meets_as_often_as_asked_or_the_plan_says_why_not(request, least):
    n_exams, readers, shares, seed = request

    made, refused = planned(n_exams, readers, shares=shares, least_meetings=least, seed=seed)

    check_sound(made, n_exams, readers)
    if refused is None:
        assert made.least_meetings >= least or len(readers) == 1
    else:
        assert refused.code in {"too_few_meetings", "meetings_not_found"}
        assert made.least_meetings < least
        assert f"has {made.least_meetings} for every pair" in refused.message


@settings(deadline=None, max_examples=100)
@given(requests().flatmap(lambda r: st.tuples(st.just(r), existing_readings(r[0], r[1]))))
def test_what_is_read_stays_and_what_cannot_be_met_comes_with_the_nearest_plan(request_and_existing):
    (n_exams, readers, shares, seed), existing = request_and_existing

    made, refused = planned(n_exams, readers, shares=shares, seed=seed, existing=existing)

    check_sound(made, n_exams, readers)
    wanted = {number: count for number, count in share_counts(n_exams, shares).items() if count}
    assert (made.exams_by_number == wanted) == (refused is None)
    assert refused is None or refused.code in {"already_read_more", "too_few_readers"}
    for exam, names in existing.items():
        assert set(names) <= set(made.readers_of_exam[exam])
    given_out = {(exam, name) for exam, name in made.new_readings}
    assert len(given_out) == len(made.new_readings)
    assert not any(name in existing.get(exam, []) for exam, name in given_out)


def test_same_seed_gives_same_plan_and_another_seed_another():
    asked = {"shares": {2: 0.2, 3: 0.05}, "least_meetings": 2}

    one, same, other = (plan(200, READERS, seed=seed, **asked) for seed in (1, 1, 2))

    assert one == same
    assert one.readers_of_exam != other.readers_of_exam


# Steiner systems and complete graphs: no exam to spare, so every pair has to be found.
@pytest.mark.parametrize(
    ("n_exams", "n_readers", "shares", "least"),
    [(28, 8, {2: 1.0}, 1), (7, 7, {3: 1.0}, 1), (12, 9, {3: 1.0}, 1), (14, 7, {3: 1.0}, 2)],
    ids=["complete-graph-8", "fano-plane", "affine-plane-9", "two-fano-planes"],
)
def test_a_plan_without_an_exam_to_spare_is_found(n_exams, n_readers, shares, least):
    readers = [f"reader-{number}" for number in range(n_readers)]

    made = plan(n_exams, readers, shares=shares, least_meetings=least, seed=3)

    assert set(made.meetings.values()) == {least}
    assert made.load_spread == 0


def test_a_plan_that_counting_rules_out_says_so_in_numbers_and_offers_the_nearest():
    with pytest.raises(OverlapPlanError) as refused:
        plan(100, READERS[:4], shares={2: 0.2}, least_meetings=5)

    assert refused.value.code == "too_few_meetings"
    assert "6 pairs of readers" in refused.value.message
    assert "30 meetings" in refused.value.message
    assert "give 20" in refused.value.message
    assert refused.value.nearest.least_meetings == 3
    assert refused.value.nearest.exams_by_number == {1: 80, 2: 20}


def test_two_triples_of_four_readers_cannot_hold_all_six_pairs_though_there_is_room_for_six():
    with pytest.raises(OverlapPlanError) as refused:
        plan(2, READERS[:4], shares={3: 1.0}, least_meetings=1)

    assert refused.value.code == "meetings_not_found"
    assert refused.value.nearest.least_meetings == 0


def test_more_readers_for_an_exam_than_there_are_gives_the_nearest_plan():
    with pytest.raises(OverlapPlanError) as refused:
        plan(50, READERS[:2], shares={3: 0.2})

    assert refused.value.code == "too_few_readers"
    assert refused.value.nearest.exams_by_number == {1: 40, 2: 10}


def test_exams_that_were_read_too_often_are_counted_in_the_refusal():
    existing = dict.fromkeys(range(12), READERS[:2])

    with pytest.raises(OverlapPlanError) as refused:
        plan(50, READERS[:3], shares={2: 0.2}, existing=existing)

    assert refused.value.code == "already_read_more"
    assert "12 exams" in refused.value.message
    assert refused.value.nearest.exams_by_number == {1: 38, 2: 12}


def test_when_a_reader_leaves_her_exams_go_to_the_others_evenly():
    before = plan(400, READERS[:5], shares={2: 0.25}, least_meetings=5, seed=1)
    stays = {
        exam: [name for name in names if name != READERS[0]]
        for exam, names in enumerate(before.readers_of_exam)
    }

    after = plan(400, READERS[1:5], shares={2: 0.25}, least_meetings=5, seed=2, existing=stays)

    assert after.exams_by_number == before.exams_by_number
    assert len(after.new_readings) == before.loads[READERS[0]]
    assert after.load_spread <= 1


def test_loads_that_cannot_be_level_are_as_near_as_can_be_and_say_why():
    existing = {exam: ["reader-0"] for exam in range(90)}

    made = plan(100, READERS[:3], shares={}, existing=existing)

    assert made.loads == {"reader-0": 90, "reader-1": 5, "reader-2": 5}
    assert "Loads differ by 85 readings" in made.load_note
    assert "cannot be taken back" in made.load_note


def test_readings_of_readers_who_left_count_for_the_exam_and_for_nobody_else():
    made = plan(10, READERS[:2], shares={2: 1.0}, existing={exam: ["left"] for exam in range(10)})

    assert all(len(names) == 2 and "left" in names for names in made.readers_of_exam)
    assert made.loads == {"reader-0": 5, "reader-1": 5}
    assert "left" not in {name for pair in made.meetings for name in pair}


@pytest.mark.parametrize(
    ("n_exams", "readers", "asked", "code"),
    [
        (0, READERS, {"shares": {}}, "no_exams"),
        (5, [], {"shares": {}}, "no_readers"),
        (5, ["a", "a"], {"shares": {}}, "reader_twice"),
        (5, READERS, {"shares": {2: 1.2}}, "not_a_share"),
        (5, READERS, {"shares": {2: float("nan")}}, "not_a_share"),
        (5, READERS, {"shares": {2: 0.6, 3: 0.6}}, "not_a_share"),
        (5, READERS, {"shares": {1: 0.5}}, "not_a_share"),
        (5, READERS, {"shares": {}, "least_meetings": -1}, "not_a_number_of_meetings"),
        (5, READERS, {"shares": {}, "existing": {7: ["a"]}}, "unknown_exam"),
    ],
)
def test_a_plan_of_nothing_is_refused_by_name(n_exams, readers, asked, code):
    with pytest.raises(OverlapPlanError) as refused:
        plan(n_exams, readers, **asked)

    assert refused.value.code == code
    assert refused.value.nearest is None


@given(
    st.integers(1, 100_000),
    st.dictionaries(st.integers(2, 6), st.decimals(0, "0.2", places=3), max_size=5),
)
def test_shares_become_whole_exams_within_one_of_the_quota_and_exactly_where_it_is_whole(n_exams, shares):
    counts = share_counts(n_exams, shares)

    assert sum(counts.values()) == n_exams
    for number, share in shares.items():
        quota = n_exams * share
        assert abs(counts.get(number, 0) - quota) < 1
        if quota == int(quota):
            assert counts.get(number, 0) == quota


def test_a_share_is_the_decimal_that_was_written():
    # 0.29 * 100 is 28.999999999999996 in floating point.
    assert share_counts(100, {2: 0.29}) == {1: 71, 2: 29}
