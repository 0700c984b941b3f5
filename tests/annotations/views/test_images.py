from datetime import timedelta

import pytest
from django.urls import reverse

from annotations.models import Mammogram
from tests.factories.annotation import make_annotation
from tests.factories.correction_run import make_square
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def expert(client):
    expert = make_reader("adjudicator")
    client.force_login(expert.user)
    return expert


def open_page(client, **query):
    return client.get(reverse("images"), query)


def test_images_show_readers_by_pseudonym_with_their_areas(client, expert):
    mammogram = make_mammogram(pixel_spacing_mm=(0.5, 0.5))
    annotation = make_annotation(mammogram, labels={"bac": make_square(4, 4)}, submitted=True)

    answer = open_page(client)

    (image,) = answer.context["images"]
    (row,) = image.submitted
    assert [(area.label, area.area_px, area.area_mm2) for area in row.areas] == [
        ("bac", 16, 4.0),
        ("microcalcification", 0, 0.0),
    ]
    page = answer.content.decode()
    assert annotation.reader.pseudonym in page
    assert annotation.reader.user.username not in page
    assert "4.0 mm²" in page


def test_magnified_image_shows_areas_at_the_object_plane(client, expert):
    mammogram = make_mammogram(
        pixel_spacing_mm=(0.9, 0.9), attributes={"EstimatedRadiographicMagnificationFactor": 1.8}
    )
    make_annotation(mammogram, labels={"bac": make_square(4, 4)}, submitted=True)

    page = open_page(client).content.decode()

    assert "0.5 mm a pixel at the object plane (magnified, factor 1.8)" in page
    assert "4.0 mm²" in page


def test_image_without_pixel_spacing_shows_areas_in_pixels(client, expert):
    make_annotation(labels={"bac": make_square(4, 4)}, submitted=True)

    page = open_page(client).content.decode()

    assert "16 px" in page
    assert "pixel size not known" in page


def test_open_annotations_stay_hidden(client, expert):
    still_open = make_annotation(labels={"bac": make_square(4, 4)})

    assert "No label has been submitted yet" in open_page(client).content.decode()
    page = open_page(client, show="all").content.decode()
    assert still_open.mammogram.study.patient.code in page
    assert still_open.reader.pseudonym not in page


def test_no_image_at_all_offers_the_step_that_fills_the_page(client):
    client.force_login(make_reader("data_scientist").user)

    page = open_page(client, show="all").content.decode()

    assert "No image has come in yet" in page
    assert reverse("intake") in page


def test_older_images_follow_on_the_next_page(client, expert):
    mammograms = [make_mammogram() for _ in range(27)]
    newest = mammograms[-1].created_at
    # Several of one moment: the order must not depend on the time alone.
    for number, mammogram in enumerate(mammograms):
        Mammogram.objects.filter(id=mammogram.id).update(created_at=newest - timedelta(seconds=number // 10))

    first = open_page(client, show="all").context
    second = open_page(client, show="all", after=str(first["next_after"])).context

    shown = [image.mammogram.id for page in (first, second) for image in page["images"]]
    assert (len(first["images"]), len(second["images"])) == (25, 2)
    assert sorted(shown) == sorted(mammogram.id for mammogram in mammograms)
    assert second["next_after"] is None


@pytest.mark.parametrize("after", ["", "no id", "\x00", "00000000-0000-0000-0000-000000000000"])
def test_page_mark_that_names_no_image_starts_at_the_beginning(client, expert, after):
    annotation = make_annotation(submitted=True)

    answer = open_page(client, after=after)

    assert [image.mammogram for image in answer.context["images"]] == [annotation.mammogram]


@pytest.mark.parametrize("role", ["reader", "administrator"])
def test_images_are_for_experts(client, role):
    client.force_login(make_reader(role).user)

    assert open_page(client).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_images_take_as_many_queries_for_one_as_for_three(client, expert, count, django_assert_num_queries):
    for _ in range(count):
        mammogram = make_mammogram()
        for _ in range(count):
            make_annotation(mammogram, labels={"bac": make_square(4, 4)}, submitted=True)

    # Session, account, reader; images, annotations, snapshots.
    with django_assert_num_queries(6):
        open_page(client)
