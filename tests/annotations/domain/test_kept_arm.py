"""The lot of a trial is kept, or its reading is left out: hidden is never compared with hidden."""

import pytest
from django.urls import reverse

from annotations.domain.kept_arm import arms_not_kept
from annotations.domain.plan_request import PlanRequest
from annotations.domain.reading_plan import draft_plan
from annotations.models import Annotation, Assignment, Campaign
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def image():
    return make_mammogram()


@pytest.fixture
def hidden(image):
    return make_assignment(study=image.study, campaign=make_campaign(shows_preannotation=False))


@pytest.fixture
def shown(image, hidden):
    campaign = make_campaign()
    Campaign.objects.filter(id=campaign.id).update(preannotation="randomised")
    return make_assignment(hidden.reader, image.study, campaign)


def finish(assignment, image):
    annotation = make_annotation(image, assignment=assignment, submitted=True)
    Assignment.objects.filter(id=assignment.id).update(
        state="submitted", submitted_at=annotation.submitted_at
    )
    return annotation


def answer_of(client, image, reader):
    client.force_login(reader.user)
    return client.get(reverse("api-mammogram-inference-runs", args=[image.id]))


def test_a_finished_reading_without_a_model_lets_the_lot_show_it(client, image, hidden, shown):
    finish(hidden, image)

    assert answer_of(client, image, shown.reader).status_code == 200
    assert arms_not_kept([finish(shown, image).id]) == set()


def test_an_open_reading_without_a_model_hides_it_and_is_named_as_the_reason(client, image, hidden, shown):
    response = answer_of(client, image, shown.reader)

    assert (response.status_code, response.json()["code"]) == (403, "preannotation_hidden_elsewhere")
    annotation = finish(shown, image)
    finish(hidden, image)
    assert arms_not_kept([annotation.id]) == {annotation.id}


def test_where_exams_come_back_no_proposal_tells_which(client, image, hidden, shown):
    first, other = finish(hidden, image), make_mammogram()
    make_assignment(hidden.reader, other.study, hidden.campaign, round_number=2)

    response = answer_of(client, image, shown.reader)

    assert (response.status_code, response.json()["code"]) == (403, "preannotation_hidden_elsewhere")
    assert "again" not in response.json()["message"]
    after = finish(shown, image)
    assert arms_not_kept([first.id, after.id]) == {after.id}


def test_a_finished_reading_without_a_model_stays_blind_where_none_shows_it(client, image, hidden):
    finish(hidden, image)

    response = answer_of(client, image, hidden.reader)

    assert (response.status_code, response.json()["code"]) == (403, "preannotation_hidden")


def test_a_hidden_proposal_that_was_seen_is_not_kept(image, hidden):
    annotation = finish(hidden, image)
    assert arms_not_kept([annotation.id]) == set()

    Annotation.objects.filter(id=annotation.id).update(preannotation_shown=True)

    assert arms_not_kept([annotation.id]) == {annotation.id}


@pytest.mark.parametrize("is_finished", [False, True])
def test_a_plan_by_lot_leaves_out_what_a_reader_still_reads_without_a_model(image, hidden, is_finished):
    if is_finished:
        finish(hidden, image)
    campaign, other = make_campaign(), make_mammogram().study
    campaign.preannotation = "randomised"
    campaign.save()

    draft = draft_plan(
        campaign=campaign,
        request=PlanRequest(shares={2: 1.0}),
        studies=[image.study_id, other.id],
        readers=[hidden.reader_id, make_reader().id],
        seed=1,
    )

    assert (image.study_id in draft.readers_of_exam) == is_finished
    assert ("Exams left out: 1." in draft.note) != is_finished
