import hashlib
import io

import numpy as np
import pytest
from django.urls import reverse
from PIL import Image

from tests.factories.assignment import make_assignment
from tests.factories.mammogram import make_mammogram, make_pixels, make_study
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def expert(client):
    expert = make_reader("adjudicator")
    client.force_login(expert.user)
    return expert


def test_mammogram_says_what_the_viewer_needs(client, expert):
    mammogram = make_mammogram(
        pixel_spacing_mm=(0.07, 0.08),
        pixel_spacing_source="ImagerPixelSpacing",
        photometric_interpretation="MONOCHROME1",
        attributes={
            "WindowCenter": [2000.0, 1800.0],
            "WindowWidth": [1000.0, 600.5],
            "WindowCenterWidthExplanation": ["NORMAL"],
            "VOILUTFunction": "SIGMOID",
            "RescaleSlope": 2.0,
            "RescaleIntercept": -5.0,
            "VOILUTSequence": [{"first_mapped": 9, "bits": 12, "explanation": "NORMAL", "values": "eJw"}],
            "PresentationLUTShape": "INVERSE",
            "PixelPaddingValue": 4095,
            "PixelPaddingRangeLimit": 4090,
            "EstimatedRadiographicMagnificationFactor": 1.07,
            "KVP": 29.0,
        },
    )

    answer = client.get(reverse("api-mammogram", args=[mammogram.id])).json()

    assert answer == {
        "id": str(mammogram.id),
        "study": str(mammogram.study_id),
        "rows": 64,
        "columns": 48,
        "bits_stored": 12,
        "photometric_interpretation": "MONOCHROME1",
        "image_laterality": "R",
        "view_position": "MLO",
        "presentation_intent": "FOR PRESENTATION",
        "pixel_spacing_mm": [0.07, 0.08],
        "pixel_spacing_source": "ImagerPixelSpacing",
        "length_spacing_mm": [0.07, 0.08],
        "length_plane": "detector",
        "magnification": 1.07,
        "windows": [
            {"center": 2000.0, "width": 1000.0, "explanation": "NORMAL"},
            {"center": 1800.0, "width": 600.5, "explanation": ""},
        ],
        "voi_luts": [{"first_mapped": 9, "bits": 12, "explanation": "NORMAL", "values": "eJw"}],
        "voi_lut_function": "SIGMOID",
        "presentation_lut_shape": "INVERSE",
        "pixel_padding": [4090, 4095],
        "pixels_sha256": mammogram.pixels_sha256,
        "pixels_url": f"/api/mammograms/{mammogram.id}/pixels/",
        "rescale_slope": 2.0,
        "rescale_intercept": -5.0,
    }


def test_mammogram_without_header_facts_has_plain_defaults(client, expert):
    answer = client.get(reverse("api-mammogram", args=[make_mammogram().id])).json()

    assert answer["pixel_spacing_mm"] is None
    assert (answer["windows"], answer["voi_lut_function"]) == ([], "LINEAR")
    assert (answer["rescale_slope"], answer["rescale_intercept"]) == (1.0, 0.0)
    assert (answer["voi_luts"], answer["pixel_padding"]) == ([], None)


def test_lengths_of_a_magnification_view_count_in_the_breast(client, expert):
    mammogram = make_mammogram(
        pixel_spacing_mm=(0.09, 0.09),
        attributes={"EstimatedRadiographicMagnificationFactor": 1.8},
    )

    answer = client.get(reverse("api-mammogram", args=[mammogram.id])).json()

    assert answer["pixel_spacing_mm"] == [0.09, 0.09]
    assert answer["length_spacing_mm"] == pytest.approx([0.05, 0.05])
    assert (answer["length_plane"], answer["magnification"]) == ("object", 1.8)


def test_pixels_are_the_stored_bytes_to_be_kept_by_the_browser_alone(client, expert):
    pixels = make_pixels()
    mammogram = make_mammogram(pixels)

    response = client.get(reverse("api-mammogram-pixels", args=[mammogram.id]))

    content = b"".join(response.streaming_content)
    assert hashlib.sha256(content).hexdigest() == mammogram.pixels_sha256
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(content))), pixels)
    assert response["Content-Type"] == "image/png"
    assert response["Content-Length"] == str(len(content))
    assert response["ETag"] == f'"{mammogram.pixels_sha256}"'
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_pixels_that_the_browser_has_are_not_sent_again(client, expert):
    mammogram = make_mammogram()

    response = client.get(
        reverse("api-mammogram-pixels", args=[mammogram.id]),
        headers={"If-None-Match": f'"{mammogram.pixels_sha256}"'},
    )

    assert (response.status_code, response.content) == (304, b"")
    assert response["ETag"] == f'"{mammogram.pixels_sha256}"'


@pytest.mark.parametrize("route", ["api-mammogram", "api-mammogram-pixels", "api-mammogram-inference-runs"])
def test_an_image_of_nobody_s_concern_is_not_found(client, route):
    reader = make_reader()
    make_assignment(reader)
    client.force_login(reader.user)

    response = client.get(reverse(route, args=[make_mammogram().id]))

    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_an_assigned_image_is_seen_by_its_reader(client):
    mammogram = make_mammogram()
    client.force_login(make_assignment(study=mammogram.study).reader.user)

    assert client.get(reverse("api-mammogram", args=[mammogram.id])).status_code == 200


@pytest.mark.parametrize("route", ["api-mammogram", "api-mammogram-pixels"])
def test_an_image_is_for_those_who_logged_in(client, route):
    response = client.get(reverse(route, args=[make_mammogram().id]))

    assert response.status_code == 403
    assert set(response.json()) == {"code", "message"}


def test_list_shows_experts_all_images_newest_first(client, expert):
    first, second = make_mammogram(), make_mammogram(image_laterality="L", view_position="CC")

    rows = client.get(reverse("api-mammograms")).json()

    assert [row["id"] for row in rows] == [str(second.id), str(first.id)]
    assert rows[0]["view"] == "LCC"
    assert rows[0]["patient"] == second.study.patient.code


@pytest.mark.parametrize("role", ["reader", "administrator"])
def test_list_is_for_experts(client, role):
    client.force_login(make_reader(role).user)

    response = client.get(reverse("api-mammograms"))

    assert (response.status_code, response.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_as_many_queries_for_one_as_for_three(client, expert, count, django_assert_num_queries):
    for _ in range(count):
        make_mammogram(study=make_study())

    # session, account with reader, images
    with django_assert_num_queries(4):
        assert len(client.get(reverse("api-mammograms")).json()) == count
