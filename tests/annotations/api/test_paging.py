import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotations.models import Mammogram
from tests.factories.assignment import make_assignment
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def _walk(client, address, limit):
    """Follow the links from page to page and give the ids of each page."""
    pages, following = [], f"{address}?limit={limit}"
    while following:
        answer = client.get(following)
        assert answer.status_code == 200
        pages.append([row["id"] for row in answer.json()])
        link = re.fullmatch(r'<(.+)>; rel="next"', answer.headers.get("Link", ""))
        following = link and link[1]
    return pages


def test_images_come_newest_first_each_once_over_pages(client):
    client.force_login(make_reader("adjudicator").user)
    images = [str(make_mammogram().id) for _number in range(5)]
    moment = Mammogram.objects.get(id=images[0]).created_at
    Mammogram.objects.filter(id__in=images[:3]).update(created_at=moment)  # taken in at one moment

    pages = _walk(client, reverse("api-mammograms"), 2)

    assert [len(page) for page in pages] == [2, 2, 1]
    listed = [image for page in pages for image in page]
    assert listed[:2] == [images[4], images[3]]
    assert set(listed) == set(images)


def test_exams_of_a_reader_come_oldest_first_over_pages(client):
    reader = make_reader()
    client.force_login(reader.user)
    exams = [str(make_assignment(reader).id) for _number in range(3)]

    assert _walk(client, reverse("api-assignments"), 1) == [[exam] for exam in exams]


def test_row_of_another_person_begins_no_page(client):
    reader = make_reader()
    client.force_login(reader.user)
    make_assignment(reader)

    answer = client.get(reverse("api-assignments"), {"after": make_assignment().id})

    assert answer.json() == []


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 501}, {"limit": "many"}, {"after": "x"}])
def test_page_that_cannot_be_is_refused(client, query):
    client.force_login(make_reader("adjudicator").user)

    assert client.get(reverse("api-mammograms"), query).status_code == 400


@pytest.mark.parametrize("name", ["api-mammograms", "api-assignments"])
def test_three_rows_cost_as_many_queries_as_one(client, name):
    expert = make_reader("adjudicator")
    client.force_login(expert.user)
    counts = []
    for more in (1, 2):
        for _row in range(more):
            make_assignment(expert, make_mammogram().study)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(name))
        counts.append(len(queries))

    assert counts[0] == counts[1]
