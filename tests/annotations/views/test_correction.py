import pytest
from django.urls import reverse

from annotations.models import CorrectionRun
from tests.factories.annotation import make_annotation
from tests.factories.correction_run import make_correction_run, make_square
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def start(client, annotation, **options):
    return client.post(reverse("start_correction", args=[annotation.id]), **options)


def test_start_queues_a_run_and_leads_to_its_page(client):
    mammogram = make_mammogram(pixel_spacing_mm=(0.1, 0.1))
    annotation = make_annotation(mammogram, labels={"bac": make_square(4, 4)}, submitted=True)
    client.force_login(annotation.reader.user)

    answer = start(client, annotation)

    run = CorrectionRun.objects.get()
    assert answer["Location"] == reverse("correction", args=[run.id])


@pytest.mark.parametrize("role", ["reader", "adjudicator"])
def test_start_without_pixel_spacing_says_what_to_do_where_one_came_from(client, role):
    person = make_reader(role)
    annotation = make_annotation(reader=person, submitted=True)
    client.force_login(person.user)

    answer = start(client, annotation, follow=True)

    assert answer.request["PATH_INFO"] == reverse("worklist" if role == "reader" else "images")
    assert "pixel_spacing_mm" in answer.content.decode()
    assert not CorrectionRun.objects.exists()


def test_reader_can_neither_start_nor_see_another_readers_correction(client):
    run = make_correction_run()
    person = make_reader()
    make_annotation(run.annotation.mammogram, reader=person, submitted=True)
    client.force_login(person.user)

    assert start(client, run.annotation).status_code == 404
    assert client.get(reverse("correction", args=[run.id])).status_code == 404
    assert CorrectionRun.objects.count() == 1


@pytest.mark.parametrize(("role", "can_decide"), [("adjudicator", True), ("data_scientist", False)])
def test_page_offers_decisions_to_whom_they_belong(client, role, can_decide):
    run = make_correction_run()
    client.force_login(make_reader(role).user)

    page = client.get(reverse("correction", args=[run.id])).content.decode()

    assert f'data-run="{run.id}"' in page
    assert ("Apply correction" in page) is can_decide
    assert ("your role may look at them" in page) is not can_decide
