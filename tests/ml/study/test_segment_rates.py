import numpy as np
import pytest
from scipy.optimize import minimize

from ml.errors import StatisticsInputError
from ml.study.segment_rates import segment_rates
from ml.study.segment_table import ImageVotes

SENSITIVITY = [0.95, 0.85, 0.75, 0.65]
FALSE_MARK = [0.05, 0.15, 0.1, 0.3]
TEMPTING = 4


def simulated(seed, images, *, read_by=4, true=2.5):
    """Draw who marks what: true segments, and four places on an image that look like one."""
    random = np.random.default_rng(seed)
    drawn = []
    for number in range(images):
        who = sorted(random.permutation(4)[:read_by].tolist())
        things = [SENSITIVITY] * random.poisson(true) + [FALSE_MARK] * TEMPTING
        votes = [tuple(bool(random.random() < rates[reader]) for reader in who) for rates in things]
        drawn.append(
            ImageVotes(
                patient=str(number),
                readers=tuple("abcd"[reader] for reader in who),
                votes=tuple(vote for vote in votes if any(vote)),
            )
        )
    return drawn


@pytest.mark.parametrize("read_by", [4, 3])
def test_rates_of_many_images_are_those_that_readers_were_made_with(read_by):
    found = segment_rates(simulated(1, 6000, read_by=read_by), draws=1)

    by_name = {one.reader: one for one in found.readers}
    for name, sensitivity, false_mark in zip("abcd", SENSITIVITY, FALSE_MARK, strict=True):
        assert by_name[name].sensitivity.value == pytest.approx(sensitivity, abs=0.02)
        assert by_name[name].false_per_image.value == pytest.approx(TEMPTING * false_mark, abs=0.06)
    assert found.true_per_image == pytest.approx(2.5, abs=0.1)


def test_intervals_cover_the_true_rates():
    covered = asked = 0
    for seed in range(25):
        for one in segment_rates(simulated(seed, 150, read_by=3), draws=200, seed=seed).readers:
            place = "abcd".index(one.reader)
            for rate, truth in (
                (one.sensitivity, SENSITIVITY[place]),
                (one.false_per_image, TEMPTING * FALSE_MARK[place]),
            ):
                covered += rate.interval[0] <= truth <= rate.interval[1]
                asked += 1

    assert 0.88 <= covered / asked <= 0.99


def test_the_optimum_is_that_of_an_optimiser_on_the_poisson_likelihood():
    images = simulated(2, 300)
    patterns = {}
    for image in images:
        for vote in image.votes:
            patterns[vote] = patterns.get(vote, 0) + 1

    def minus_log_likelihood(x):
        s, f, true, false = x[:4], x[4:8], x[8], x[9]
        total = len(images) * (true * (1 - np.prod(1 - s)) + false * (1 - np.prod(1 - f)))
        for vote, count in patterns.items():
            says = np.array(vote)
            rate = true * np.where(says, s, 1 - s).prod() + false * np.where(says, f, 1 - f).prod()
            total -= count * np.log(rate)
        return total

    best = minimize(
        minus_log_likelihood,
        [0.8] * 4 + [0.2] * 4 + [2.0, 3.0],
        bounds=[(1e-4, 1 - 1e-4)] * 8 + [(1e-3, 50)] * 2,
        options={"ftol": 1e-15, "maxiter": 2000, "maxfun": 100_000},
    )
    found = segment_rates(images, draws=1)

    assert [one.sensitivity.value for one in found.readers] == pytest.approx(best.x[:4].tolist(), abs=0.01)
    assert [one.false_per_image.value for one in found.readers] == pytest.approx(
        (best.x[4:8] * best.x[9]).tolist(), abs=0.02
    )


def test_segments_that_most_readers_marked_are_likely_true_and_lone_ones_of_a_careless_reader_are_not():
    images = simulated(3, 500)
    found = segment_rates(images, draws=1)

    for image, probabilities in zip(images, found.probability, strict=True):
        for vote, probability in zip(image.votes, probabilities, strict=True):
            assert probability > 0.5 if sum(vote) >= 3 else True
            assert probability < 0.5 if vote == (False, False, False, True) else True


def test_images_without_a_mark_count_as_read():
    marked = ImageVotes(patient="p", readers=tuple("abc"), votes=((True, True, True),))
    empty = ImageVotes(patient="q", readers=tuple("abc"))

    found = segment_rates([marked, empty, empty, empty], draws=10)

    assert [one.n_images for one in found.readers] == [4, 4, 4]
    assert found.true_per_image == pytest.approx(0.25, abs=1e-3)
    assert [one.sensitivity.value for one in found.readers] == pytest.approx([1, 1, 1], abs=1e-3)


@pytest.mark.parametrize(
    ("images", "reason"),
    [
        ([], "too_few_readers"),
        ([ImageVotes(patient="p", readers=("a",), votes=((True,),))], "too_few_readers"),
        ([ImageVotes(patient="p", readers=("a", "b"), votes=((True, False),))], "too_few_readers"),
        ([ImageVotes(patient="p", readers=("a", "b", "c"))] * 3, "nothing_marked"),
        ([ImageVotes(patient="p", readers=("a", "b", "c"), votes=((True, False, False),))], "one_marked"),
    ],
    ids=["nothing", "one reader", "two readers", "all empty", "one alone marked"],
)
def test_what_cannot_be_told_says_why(images, reason):
    found = segment_rates(images)

    assert found.undefined == reason
    assert found.true_per_image is None
    assert all(one.sensitivity is None and one.undefined == reason for one in found.readers)


def test_of_one_patient_there_are_rates_and_no_intervals():
    images = [ImageVotes(patient="p", readers=tuple("abc"), votes=((True, True, True), (True, False, False)))]

    found = segment_rates(images * 4)

    assert all(one.sensitivity.interval is None for one in found.readers)
    assert found.readers[1].sensitivity.value is not None


def test_a_reader_who_meets_nobody_is_left_out_by_name():
    together = ImageVotes(patient="p", readers=tuple("abc"), votes=((True, True, False),))
    alone = ImageVotes(patient="q", readers=("d",), votes=((True,),))

    found = segment_rates([together, together, alone], draws=10)

    assert [one.undefined for one in found.readers] == ["", "", "", "nobody_beside"]


@pytest.mark.parametrize(
    ("image", "code"),
    [
        (ImageVotes(patient="p", readers=("a", "a", "b"), votes=()), "reader_twice"),
        (ImageVotes(patient="p", readers=("a", "b", "c"), votes=((True,),)), "not_a_table"),
        (ImageVotes(patient="p", readers=("a", "b", "c"), votes=((False,) * 3,)), "nobody_marked"),
        (ImageVotes(patient=" ", readers=("a", "b", "c"), votes=((True,) * 3,)), "no_patient"),
    ],
)
def test_votes_that_do_not_fit_are_refused_by_name(image, code):
    with pytest.raises(StatisticsInputError) as refused:
        segment_rates([image])

    assert refused.value.code == code
