"""A reader may look at the other exams of her patients, and learns nothing that anybody made of them."""

import json

import pytest
from django.urls import reverse

from annotations.domain.annotation import open_annotation
from annotations.domain.prior import prior_exams
from annotations.enums import MapKind
from annotations.errors import MissingError
from annotations.models import MapRun
from annotations.rules import (
    HELPING_MAPS,
    annotations_visible_to,
    can_state_view,
    correction_runs_visible_to,
    inference_runs_visible_to,
    mammograms_read_by,
    mammograms_visible_to,
)
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.correction_run import make_correction_run
from tests.factories.image_map import make_image_map
from tests.factories.inference_run import make_inference_run
from tests.factories.mammogram import make_mammogram, make_study
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return make_mammogram()


@pytest.fixture
def prior(now):
    return make_mammogram(study=make_study(now.study.patient))


@pytest.fixture
def reader(now):
    return make_assignment(study=now.study).reader


def test_reader_sees_images_of_her_patients_other_exams_and_of_nobody_else(now, prior, reader):
    make_mammogram()

    assert set(mammograms_visible_to(reader)) == {now, prior}
    assert set(mammograms_read_by(reader)) == {now}


def test_several_exams_of_one_patient_do_not_show_an_image_twice(now, prior, reader):
    make_assignment(reader=reader, study=now.study)
    make_assignment(reader=reader, study=prior.study)

    assert mammograms_visible_to(reader).count() == 2


@pytest.mark.parametrize(
    ("days", "is_seen"),
    [
        ((900, 100), True),
        ((100, 900), False),
        ((100, 100), False),
        ((None, 900), True),
        ((100, None), True),
        ((None, None), True),
    ],
)
def test_reader_sees_earlier_exams_not_later_ones_by_the_rule_of_the_page(
    client, prior, reader, days, is_seen
):
    study = reader.assignments.get().study
    study.shifted_day, prior.study.shifted_day = days
    study.save()
    prior.study.save()
    client.force_login(reader.user)

    assert (prior in mammograms_visible_to(reader)) is is_seen
    assert bool(prior_exams(study, reader)) is is_seen
    assert status_of(client, "api-mammogram-pixels", prior.id) == (200 if is_seen else 404)
    assert status_of(client, "api-thumbnail", prior.id) == (200 if is_seen else 404)
    assert mammograms_visible_to(reader).filter(study=study).exists()


def test_reader_of_the_later_exam_too_sees_it(now, prior, reader):
    now.study.shifted_day, prior.study.shifted_day = 100, 900
    now.study.save()
    prior.study.save()
    make_assignment(reader=reader, study=prior.study)

    assert set(mammograms_visible_to(reader)) == {now, prior}


def test_reader_without_an_exam_sees_nothing(now, prior):
    assert not mammograms_visible_to(make_reader()).exists()


def test_labels_and_models_of_a_prior_stay_hidden(prior, reader):
    make_annotation(prior, submitted=True, labels={})
    run = make_correction_run()
    run.annotation.mammogram.study.patient = prior.study.patient
    run.annotation.mammogram.study.save()
    make_inference_run(prior, state="succeeded")

    assert not annotations_visible_to(reader).exists()
    assert not correction_runs_visible_to(reader).exists()
    assert not inference_runs_visible_to(reader).exists()


def test_prior_cannot_be_drawn_on(prior, reader):
    assignment = reader.assignments.get()

    with pytest.raises(MissingError):
        open_annotation(assignment=assignment, mammogram=prior)


def status_of(client, name, *row) -> int:
    answer = client.get(reverse(name, args=row))
    if answer.streaming:
        list(answer.streaming_content)  # to its end, where the file is closed
    return answer.status_code


def test_every_address_of_a_prior_but_its_picture_answers_as_if_it_were_not_there(client, prior, reader):
    client.force_login(reader.user)
    foreign = make_annotation(prior, submitted=True)
    run = make_inference_run(prior, state="succeeded")
    pictures = ["api-mammogram", "api-mammogram-pixels", "api-thumbnail", "api-mammogram-hanging"]
    heatmap = make_image_map(prior)
    hidden = [
        ("api-mammogram-map", prior.id, "heatmap"),
        ("api-mammogram-map", prior.id, "calcification_thickness"),
        ("api-image-map-pixels", heatmap.id),
        ("api-annotation", foreign.id),
        ("api-comments", foreign.id),
        ("api-coverage", foreign.id),
        ("viewer", foreign.id),
        ("api-inference-run", run.id),
        ("api-inference-run-probability", run.id),
        ("api-mammogram-inference-runs", prior.id),
    ]

    assert {status_of(client, name, prior.id) for name in pictures} == {200}
    assert [(address, status_of(client, *address)) for address in hidden] == [
        (address, 404) for address in hidden
    ]


@pytest.mark.parametrize("shows_preannotation", [True, False])
@pytest.mark.parametrize("kind", HELPING_MAPS)
def test_maps_that_help_are_hidden_on_a_prior(client, now, prior, shows_preannotation, kind):
    campaign = make_campaign(shows_preannotation=shows_preannotation)
    client.force_login(make_assignment(study=now.study, campaign=campaign).reader.user)
    image_map = make_image_map(prior, kind)

    asked = client.post(reverse("api-mammogram-map", args=[prior.id, kind]), content_type="application/json")

    assert asked.status_code == 404
    assert status_of(client, "api-mammogram-map", prior.id, kind) == 404
    assert status_of(client, "api-image-map-pixels", image_map.id) == 404
    assert not MapRun.objects.exists()


def test_density_of_a_prior_belongs_to_its_picture(client, prior, reader):
    client.force_login(reader.user)
    image_map = make_image_map(prior, MapKind.DENSITY)

    assert status_of(client, "api-mammogram-map", prior.id, MapKind.DENSITY) == 200
    assert status_of(client, "api-image-map-pixels", image_map.id) == 200


def test_no_model_can_be_started_on_a_prior(client, prior, reader):
    client.force_login(reader.user)
    run = make_inference_run(make_mammogram())

    answer = client.post(
        reverse("api-mammogram-inference-runs", args=[prior.id]),
        {"model_version": str(run.model_version_id)},
        content_type="application/json",
    )

    assert answer.status_code == 404


def test_page_tells_of_a_prior_what_hangs_and_nothing_else(client, now, prior, reader):
    annotation = make_annotation(now, assignment=reader.assignments.get())
    foreign = make_annotation(prior, submitted=True)
    client.force_login(reader.user)

    facts = client.get(reverse("viewer", args=[annotation.id])).context["facts"]

    (told,) = facts["priors"]
    assert [image["mammogram"] for image in told["images"]] == [str(prior.id)]
    assert told["images"][0].keys() == {"mammogram", "hanging"}
    assert str(foreign.id) not in json.dumps(facts)
    assert foreign.reader.pseudonym not in json.dumps(facts)


@pytest.mark.parametrize(
    ("role", "may"),
    [("reader", False), ("adjudicator", True), ("data_scientist", False), ("administrator", False)],
)
def test_who_may_state_breast_and_view_without_an_exam(now, role, may):
    assert can_state_view(make_reader(role), now) is may


def test_reader_states_views_of_what_she_reads_not_of_priors(now, prior, reader):
    assert can_state_view(reader, now)
    assert not can_state_view(reader, prior)
