import hashlib

import pytest
from django.urls import reverse

from annotations.enums import MapKind
from annotations.models import PreannotationView
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.image_map import make_image_map
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def expert(client):
    expert = make_reader("adjudicator")
    client.force_login(expert.user)
    return expert


def map_url(mammogram, kind="heatmap"):
    return reverse("api-mammogram-map", args=[mammogram.id, kind])


def test_a_stored_heatmap_comes_with_its_scale_and_its_picture(client, expert):
    mammogram = make_mammogram()
    image_map = make_image_map(mammogram)

    answer = client.get(map_url(mammogram)).json()
    picture = client.get(answer["image_map"]["pixels_url"])

    assert answer["state"] == "ready"
    assert answer["image_map"] == {
        "id": str(image_map.id),
        "kind": "heatmap",
        "step_px": 4,
        "unit": "",
        "lowest": 0.0,
        "step": 1 / 254,
        "visible_from": 0.1,
        "source": "drawn by a test",
        "flags": [],
        "pixels_url": f"/api/maps/{image_map.id}/pixels/",
    }
    assert hashlib.sha256(b"".join(picture.streaming_content)).hexdigest() == image_map.png_sha256


@pytest.mark.parametrize("method", ["get", "post"])
def test_why_there_is_no_map_is_an_answer_not_an_error(client, expert, method):
    mammogram = make_mammogram()

    response = getattr(client, method)(map_url(mammogram, "density"), content_type="application/json")

    assert response.status_code == 200
    assert (response.json()["state"], response.json()["code"]) == ("undefined", "not_raw")
    assert "for presentation" in response.json()["message"]


def test_a_map_of_another_kind_is_not_found(client, expert):
    response = client.get(map_url(make_mammogram(), "weather"))

    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_an_image_of_nobody_s_concern_is_not_found(client):
    reader = make_reader()
    make_assignment(reader)
    client.force_login(reader.user)
    mammogram = make_mammogram()
    image_map = make_image_map(mammogram)

    for url in (map_url(mammogram), reverse("api-image-map-pixels", args=[image_map.id])):
        assert client.get(url).status_code == 404


def test_a_heatmap_is_hidden_where_images_are_read_without_help(client):
    mammogram = make_mammogram()
    heatmap, density = make_image_map(mammogram), make_image_map(mammogram, MapKind.DENSITY)
    campaign = make_campaign(shows_preannotation=False)
    client.force_login(make_assignment(study=mammogram.study, campaign=campaign).reader.user)

    response = client.get(map_url(mammogram))

    assert (response.status_code, response.json()["code"]) == (403, "map_hidden")
    assert client.get(reverse("api-image-map-pixels", args=[heatmap.id])).status_code == 404
    picture = client.get(reverse("api-image-map-pixels", args=[density.id]))
    assert picture.status_code == 200
    picture.close()


def test_a_map_that_helps_is_handed_out_once_asked_and_the_look_is_remembered(client):
    mammogram = make_mammogram()
    heatmap, density = make_image_map(mammogram), make_image_map(mammogram, MapKind.DENSITY)
    reader = make_assignment(study=mammogram.study).reader
    client.force_login(reader.user)

    client.get(map_url(mammogram))
    assert not PreannotationView.objects.exists()
    for image_map, kept in [(density, "immutable"), (heatmap, "no-cache")]:
        picture = client.get(reverse("api-image-map-pixels", args=[image_map.id]))
        list(picture.streaming_content)  # to its end, where the file is closed
        assert kept in picture["Cache-Control"]

    look = PreannotationView.objects.get()
    assert (look.reader, look.mammogram, look.image_map) == (reader, mammogram, heatmap)
    assert look.inference_run is None


def test_a_heatmap_out_of_the_browser_s_store_is_remembered_too(client, expert):
    heatmap = make_image_map(make_mammogram())

    answer = client.get(
        reverse("api-image-map-pixels", args=[heatmap.id]),
        headers={"If-None-Match": f'"{heatmap.png_sha256}"'},
    )

    assert answer.status_code == 304
    assert PreannotationView.objects.get().reader == expert
