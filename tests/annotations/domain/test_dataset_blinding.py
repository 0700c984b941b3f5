import pytest
from django.urls import reverse

from annotations.domain.dataset import check_filter, freeze_dataset_version
from annotations.domain.dataset_archive import stream_archive
from annotations.domain.dataset_blinding import check_filter_open
from annotations.errors import DatasetStillReadError
from annotations.models import Reader
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.dataset import make_dataset_version
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader
from tests.factories.reading_plan import give_out_exams

pytestmark = pytest.mark.django_db


@pytest.fixture
def foreign():
    return make_annotation(make_mammogram(pixel_spacing_mm=(0.1, 0.1)), submitted=True)


@pytest.fixture
def scientist(foreign):
    """Hold a data scientist who has still to read what another has read."""
    scientist = make_reader("data_scientist")
    make_assignment(scientist, foreign.mammogram.study)
    return scientist


def test_frozen_dataset_with_an_exam_she_still_reads_is_closed_to_her(foreign, scientist, client):
    version = make_dataset_version(frozen=True)
    client.force_login(scientist.user)
    named = [version.dataset.name, version.number]

    page = client.get(reverse("dataset_version", args=named))
    archive = client.get(reverse("api-dataset-version-archive", args=named))

    assert (page.status_code, archive.status_code) == (403, 403)
    assert archive.json()["code"] == "still_reading"
    for body in (page.content.decode(), archive.content.decode()):
        assert foreign.reader.pseudonym not in body
        assert "exams that you have still to read" in body


def test_draft_over_an_exam_she_still_reads_shows_and_freezes_nothing(foreign, scientist, client):
    version = make_dataset_version(reader=scientist)
    client.force_login(scientist.user)

    page = client.get(reverse("dataset_version", args=[version.dataset.name, 1]))
    preview = client.post(reverse("api-dataset-preview"), {"filter": {}}, content_type="application/json")

    assert page.context["summary"].total.annotations == 0
    assert preview.status_code == 403
    with pytest.raises(DatasetStillReadError):
        freeze_dataset_version(version=version, reader=scientist)


def test_dataset_opens_once_she_has_submitted(foreign, scientist):
    version = make_dataset_version(frozen=True)
    assignment = scientist.assignments.get()
    make_annotation(foreign.mammogram, assignment=assignment, submitted=True)

    assert b"".join(stream_archive(version=version, reader=scientist))


def test_dataset_without_such_an_exam_stays_open_to_her(foreign):
    scientist = make_reader("data_scientist")
    make_assignment(scientist)

    check_filter_open(check_filter({}), reader=scientist)


@pytest.mark.parametrize("is_pool", [False, True], ids=["given", "pool"])
def test_closed_page_leads_to_exams_only_who_has_some(foreign, client, is_pool):
    scientist, campaign = make_reader(), make_campaign()
    give_out_exams(campaign, [foreign.mammogram.study], [scientist], is_pool=is_pool)
    Reader.objects.filter(id=scientist.id).update(role="data_scientist")
    version = make_dataset_version(frozen=True)
    client.force_login(scientist.user)

    page = client.get(reverse("dataset_version", args=[version.dataset.name, version.number]))

    assert page.status_code == 403
    assert ("Go to your exams" in page.content.decode()) is not is_pool
