import pytest

from annotations.domain.prior import prior_exams
from tests.factories.assignment import make_assignment
from tests.factories.mammogram import make_mammogram, make_study
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def make_exam(patient, day):
    study = make_study(patient)
    study.shifted_day = day
    study.save()
    make_mammogram(study=study)
    return study


@pytest.fixture
def study():
    study = make_study()
    study.shifted_day = 1000
    study.save()
    return study


def test_earlier_exams_come_latest_first_and_later_ones_not_at_all(study):
    old, older = make_exam(study.patient, 600), make_exam(study.patient, 200)
    make_exam(study.patient, 1400)
    make_exam(None, 700)

    priors = prior_exams(study, make_reader("adjudicator"))

    assert [(prior.study, prior.days_before) for prior in priors] == [(old, 400), (older, 800)]


def test_an_exam_without_a_date_comes_last_and_says_so(study):
    undated, dated = make_exam(study.patient, None), make_exam(study.patient, 10)

    priors = prior_exams(study, make_reader("adjudicator"))

    assert [(prior.study, prior.days_before) for prior in priors] == [(dated, 990), (undated, None)]


def test_exam_of_the_same_day_is_no_prior(study):
    make_exam(study.patient, 1000)

    assert prior_exams(study, make_reader("adjudicator")) == []


def test_images_of_a_prior_hang_as_they_would_themselves(study):
    prior = make_study(study.patient)
    for laterality, view in [("L", "MLO"), ("R", "CC")]:
        make_mammogram(study=prior, image_laterality=laterality, view_position=view)

    (found,) = prior_exams(study, make_reader("adjudicator"))

    assert [image.mammogram.view for image in found.images] == ["RCC", "LMLO"]


def test_reader_gets_priors_of_her_patients_only(study):
    make_exam(study.patient, 600)
    reader = make_assignment(study=study).reader

    assert len(prior_exams(study, reader)) == 1
    assert prior_exams(study, make_reader()) == []
