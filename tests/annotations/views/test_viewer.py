import pytest
from django.urls import reverse

from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def open_page(client, annotation, person):
    client.force_login(person.user)
    return client.get(reverse("viewer", args=[annotation.id]))


@pytest.mark.parametrize("submitted", [False, True])
def test_own_annotation_is_read_only_once_submitted(client, submitted):
    annotation = make_annotation(submitted=submitted)

    answer = open_page(client, annotation, annotation.reader)

    assert answer.context["is_read_only"] is submitted
    page = answer.content.decode()
    assert f'data-annotation="{annotation.id}"' in page
    assert f'data-mammogram="{annotation.mammogram_id}"' in page
    assert f'data-read-only="{str(submitted).lower()}"' in page


@pytest.mark.parametrize(
    ("role", "has_submitted", "status"),
    [
        ("reader", True, 404),
        ("adjudicator", False, 404),
        ("adjudicator", True, 200),
        ("data_scientist", False, 404),
        ("data_scientist", True, 200),
    ],
)
def test_submitted_annotation_of_another_reader_by_role(client, role, has_submitted, status):
    annotation = make_annotation(submitted=True)
    person = make_reader(role)
    make_annotation(annotation.mammogram, reader=person, submitted=has_submitted)

    answer = open_page(client, annotation, person)

    assert answer.status_code == status
    if status == 200:
        assert answer.context["is_read_only"] is True
        assert [chip.annotation for chip in answer.context["chips"]] == [annotation]


def test_chips_lead_to_the_readers_own_images_only(client):
    assignment = make_assignment()
    views = [
        make_mammogram(study=assignment.study, image_laterality=side, view_position="CC") for side in "LR"
    ]
    left, right = (make_annotation(view, assignment=assignment) for view in views)
    other = make_assignment(study=assignment.study)
    make_annotation(views[1], assignment=other)

    answer = open_page(client, left, assignment.reader)

    chips = [(chip.mammogram.view, chip.annotation, chip.is_current) for chip in answer.context["chips"]]
    assert chips == [("RCC", right, False), ("LCC", left, True)]


@pytest.mark.parametrize("shows_preannotation", [True, False])
def test_blind_campaign_offers_no_model(client, shows_preannotation):
    mammogram = make_mammogram()
    campaign = make_campaign(shows_preannotation=shows_preannotation)
    assignment = make_assignment(study=mammogram.study, campaign=campaign)
    annotation = make_annotation(mammogram, assignment=assignment)

    answer = open_page(client, annotation, annotation.reader)

    assert answer.context["can_preannotate"] is shows_preannotation
