"""A copy is asked for on the page and made by a worker: once, whole or not at all."""

import pytest

from annotations.domain.planting_run import perform_planting, plantings_to_tell, request_planting
from annotations.errors import PlantingRefusedError, ReferenceExamRefusedError
from annotations.models import Mammogram, Patient, PlantingRun, ReferenceExam
from ml.phantom import make_phantom
from tests.factories.assignment import make_campaign
from tests.factories.mammogram import make_mammogram, make_study
from tests.factories.planting import plant_study

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def breast_pixels():
    return make_phantom(5, rows=800, columns=600).presentation


@pytest.fixture
def source(breast_pixels):
    return make_mammogram(
        breast_pixels, pixel_spacing_mm=(0.1, 0.1), image_laterality="L", view_position="CC"
    ).study


def ask(campaign, source, **asked):
    wanted = {"lengths_mm": [8.0], "maximum_tries": 2, "actor": None, "seed": 4} | asked
    return request_planting(campaign=campaign, source=source, **wanted)


def perform(run, *, is_stopping=False):
    perform_planting(run_id=run.id, worker="test", is_stopping=lambda: is_stopping)
    run.refresh_from_db()
    return run


def test_worker_makes_the_reference_and_says_how_far_it_is(source):
    campaign = make_campaign()
    run, is_new = ask(campaign, source)
    assert is_new
    assert plantings_to_tell(campaign) == [run]

    perform(run)

    exam = campaign.reference_exams.get()
    assert (run.state, run.done, run.total, run.exam) == ("succeeded", 1, 1, exam)
    assert (exam.maximum_tries, exam.labels.count()) == (2, 1)
    assert exam.study != source
    assert plantings_to_tell(campaign) == []


def test_asked_twice_and_performed_twice_there_is_one_copy(source):
    campaign = make_campaign()
    run, _is_new = ask(campaign, source)

    again, is_new = ask(campaign, source)
    perform(run)
    perform(run)

    assert (again, is_new) == (run, False)
    assert (ReferenceExam.objects.count(), Patient.objects.count()) == (1, 2)


def test_stopped_with_its_worker_it_leaves_nothing_and_is_made_by_the_next(source):
    run, _is_new = ask(make_campaign(), source)

    perform(run, is_stopping=True)
    assert (run.state, Patient.objects.count(), Mammogram.objects.count()) == ("queued", 1, 1)

    assert perform(run).state == "succeeded"
    assert Patient.objects.count() == 2


def test_what_cannot_be_planted_fails_in_plain_words_and_leaves_nothing(breast_pixels):
    campaign = make_campaign()
    unknown = make_mammogram(breast_pixels, image_laterality="L", pixel_spacing_mm=None).study
    run, _is_new = ask(campaign, unknown)

    perform(run)

    assert (run.state, run.error_code) == ("failed", "planting_refused")
    assert run.error.endswith(".")
    assert (Patient.objects.count(), ReferenceExam.objects.count()) == (1, 0)
    assert plantings_to_tell(campaign) == [run]
    ask(campaign, unknown)
    assert [each.state for each in plantings_to_tell(campaign)] == ["queued", "failed"]


def test_what_can_never_be_is_refused_before_a_worker_is_asked(source):
    campaign = make_campaign()
    with pytest.raises(PlantingRefusedError):
        ask(campaign, plant_study(source).study)
    with pytest.raises(ReferenceExamRefusedError) as caught:
        ask(campaign, source, maximum_tries=0)
    assert caught.value.code == "tries_out_of_range"
    with pytest.raises(ReferenceExamRefusedError) as caught:
        ask(campaign, make_study())
    assert caught.value.code == "exam_without_image"
    assert not PlantingRun.objects.exists()
