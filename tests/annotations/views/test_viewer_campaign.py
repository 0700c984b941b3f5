import pytest
from django.urls import reverse

from annotations.domain.guideline import write_guideline
from annotations.domain.question import add_question, answer_exam
from tests.factories.annotation import make_annotation
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def annotation(client):
    annotation = make_annotation()
    client.force_login(annotation.reader.user)
    return annotation


def room(client, annotation):
    answer = client.get(reverse("viewer", args=[annotation.id]))
    return answer, " ".join(answer.content.decode().split())


def ask(campaign, scope, text):
    return add_question(
        campaign=campaign, scope=scope, text=text, answers=["Yes", "No"], is_required=True, actor=None
    )


@pytest.mark.parametrize(
    ("labels", "offered"),
    [
        (["bac"], [True, False]),
        (["microcalcification"], [False, True]),
        (["bac", "microcalcification"], [True, True]),
    ],
)
def test_page_offers_the_labels_of_the_campaign_alone(client, annotation, labels, offered):
    campaign = annotation.assignment.campaign
    campaign.labels = labels
    campaign.save()

    answer, page = room(client, annotation)

    assert [f'data-label="{name}"' in page for name in ("bac", "microcalcification")] == offered
    assert ["data-answer" in page, "data-findings" in page] == offered
    assert answer.context["facts"]["labels"] == labels


def test_page_asks_what_the_campaign_asks_and_shows_what_was_answered(client, annotation):
    campaign = annotation.assignment.campaign
    image, exam = ask(campaign, "image", "Is it sharp?"), ask(campaign, "exam", "Help needed?")
    answer_exam(assignment=annotation.assignment, reader=annotation.reader, slug=exam.slug, value="no")

    _answer, page = room(client, annotation)

    assert f'data-question="{image.slug}"' in page
    assert 'data-given="no"' in page
    assert 'value="no" checked' in page


def test_whoever_looks_at_it_cannot_answer_about_the_exam(client, annotation):
    ask(annotation.assignment.campaign, "exam", "Help needed?")
    type(annotation).objects.update(state="submitted")
    client.force_login(make_reader("adjudicator").user)

    answer, page = room(client, annotation)

    assert answer.context["exam_questions_of"] == ""
    assert "data-required disabled>" in page


def test_guideline_lies_beside_the_image_in_the_version_it_was_begun_under(client, annotation):
    campaign = annotation.assignment.campaign
    first = write_guideline(campaign=campaign, text="Label vessels", actor=None, seen=0)
    annotation.assignment.guideline = first
    annotation.assignment.save()
    write_guideline(campaign=campaign, text="Label all vessels", actor=None, seen=1)

    _answer, page = room(client, annotation)

    assert "Guideline, version 1" in page
    assert "<p>Label vessels</p>" in page


def test_campaign_without_a_guideline_has_no_button_for_it(client, annotation):
    _answer, page = room(client, annotation)

    assert 'data-action="guideline"' not in page
