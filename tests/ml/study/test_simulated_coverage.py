import numpy as np
import pytest

from ml.errors import StatisticsInputError
from ml.study.simulated_coverage import ThingsOnImage, campaign_votes, rate_coverage, things_on
from ml.study.simulated_reader import BAC, MICROCALCIFICATION, SEVEN_READERS, Scene, SimulatedReader

POOL = [
    ThingsOnImage((1, 1, 3), (1, 1, 1, 1)),
    ThingsOnImage((2,), (1, 1, 1, 1)),
    ThingsOnImage((), (1,) * 4),
]


def scene():
    vessel = np.column_stack([np.full(50, 40.0), np.linspace(30, 120, 50)])
    specks = tuple(np.array([[160.0, 30.0 + 14 * number]]) for number in range(5))
    return Scene(
        300, 200, 0.3, ((BAC, (vessel,)), (MICROCALCIFICATION, specks)), (vessel + np.array([200, 0]),)
    )


def test_specks_of_a_cluster_are_one_thing_of_several_segments():
    assert things_on(scene()) == ThingsOnImage((1, 5), (1,))
    assert things_on(scene(), is_one_each=True) == ThingsOnImage((1, 1), (1,))


def test_a_thing_is_marked_with_all_of_its_segments_or_with_none():
    images = campaign_votes([ThingsOnImage((5,), ())], SEVEN_READERS, exams=40, read_by=3, seed=1)

    assert all(len(image.readers) == 3 for image in images)
    assert {len(image.votes) for image in images} <= {0, 5}
    assert all(len(set(image.votes)) <= 1 for image in images)


def test_votes_of_many_images_have_the_rates_of_the_readers():
    images = campaign_votes([ThingsOnImage((1, 1), ())], SEVEN_READERS, exams=3000, read_by=7, seed=2)

    marked = {reader.name: 0 for reader in SEVEN_READERS}
    for image in images:
        for vote in image.votes:
            for name, is_marked in zip(image.readers, vote, strict=True):
                marked[name] += is_marked
    for reader in SEVEN_READERS:
        assert marked[reader.name] / 6000 == pytest.approx(reader.sensitivity, abs=0.025)


def test_intervals_of_seven_readers_hold_about_as_often_as_they_say():
    sensitivity, false_per_image = rate_coverage(
        POOL, SEVEN_READERS, campaigns=12, exams=120, read_by=7, seed=3
    )

    for found in (sensitivity, false_per_image):
        assert found.intervals == 84
        assert abs(found.share - 0.95) <= 3.5 * max(found.monte_carlo_error, 0.015)
        assert abs(found.bias) < 0.05


def test_an_interval_that_cannot_be_given_holds_nothing():
    blind = [SimulatedReader(name=str(number), sensitivity=0.0, false_mark=0.0) for number in range(3)]

    for found in rate_coverage(POOL[:1], blind, campaigns=2, exams=4, read_by=3):
        assert (found.intervals, found.share) == (6, 0.0)
        assert found.bias is None


def test_one_campaign_has_no_monte_carlo_error():
    with pytest.raises(StatisticsInputError) as refused:
        rate_coverage(POOL, SEVEN_READERS, campaigns=1, exams=9, read_by=3)

    assert refused.value.code == "too_few_campaigns"
