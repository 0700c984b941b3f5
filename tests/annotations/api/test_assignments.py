import json
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from annotations.models import Annotation, Assignment
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment
from tests.factories.mammogram import make_mammogram, make_study
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def test_list_shows_own_exams_with_their_images(client):
    study = make_study()
    right, left = make_mammogram(study=study), make_mammogram(study=study, image_laterality="L")
    assignment = make_assignment(study=study)
    annotation = make_annotation(right, assignment=assignment, submitted=True)
    make_assignment(study=study)
    client.force_login(assignment.reader.user)

    rows = client.get(reverse("api-assignments")).json()

    assert rows == [
        {
            "id": str(assignment.id),
            "campaign": assignment.campaign.name,
            "patient": study.patient.code,
            "study": str(study.id),
            "state": "open",
            "guideline": None,
            "images": [
                {"mammogram": str(left.id), "view": "LMLO", "annotation": None, "state": None},
                {
                    "mammogram": str(right.id),
                    "view": "RMLO",
                    "annotation": str(annotation.id),
                    "state": "submitted",
                },
            ],
        }
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_as_many_queries_for_one_as_for_three(client, count, django_assert_num_queries):
    reader = make_reader()
    for _ in range(count):
        make_annotation(reader=reader)
    client.force_login(reader.user)

    # session, account, reader, assignments, images, annotations
    with django_assert_num_queries(7):
        assert len(client.get(reverse("api-assignments")).json()) == count


def test_an_image_is_opened_once(client):
    mammogram = make_mammogram()
    assignment = make_assignment(study=mammogram.study)
    client.force_login(assignment.reader.user)
    address = reverse("api-assignment-annotations", args=[assignment.id])
    body = {"mammogram": str(mammogram.id)}

    first = client.post(address, body, content_type="application/json")
    second = client.post(address, body, content_type="application/json")

    assert (first.status_code, first.json()) == (201, second.json())
    assert first.json() == {"annotation": str(Annotation.objects.get().id)}


def test_an_image_of_another_s_assignment_is_not_opened(client):
    mammogram = make_mammogram()
    assignment = make_assignment(study=mammogram.study)
    client.force_login(make_assignment(study=mammogram.study).reader.user)

    response = client.post(
        reverse("api-assignment-annotations", args=[assignment.id]),
        {"mammogram": str(mammogram.id)},
        content_type="application/json",
    )

    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert not Annotation.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ([], 400),
        ({"mammogram": None}, 400),
        ({"mammogram": "x\x00"}, 400),
        ({"mammogram": str(uuid.uuid4())}, 404),
    ],
)
def test_a_hostile_body_opens_nothing(client, body, status):
    assignment = make_assignment(study=make_mammogram().study)
    client.force_login(assignment.reader.user)

    response = client.post(
        reverse("api-assignment-annotations", args=[assignment.id]),
        json.dumps(body),
        content_type="application/json",
    )

    assert response.status_code == status
    assert not Annotation.objects.exists()


def test_exam_that_is_read_twice_is_listed_once_before_and_from_the_day_of_its_repeat(client):
    annotation = make_annotation(submitted=True)
    first = annotation.assignment
    repeat = Assignment.objects.create(
        campaign=first.campaign,
        study=first.study,
        reader=first.reader,
        round=2,
        opens_on=timezone.localdate() + timedelta(days=1),
    )
    client.force_login(first.reader.user)

    assert [row["id"] for row in client.get(reverse("api-assignments")).json()] == [str(first.id)]

    Assignment.objects.filter(id=repeat.id).update(opens_on=timezone.localdate())
    assert [row["id"] for row in client.get(reverse("api-assignments")).json()] == [str(repeat.id)]
