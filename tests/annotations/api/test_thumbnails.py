import io

import numpy as np
import pytest
from django.urls import reverse
from PIL import Image

from tests.factories.assignment import make_assignment
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def make_half_bright(rows=1000, columns=600):
    pixels = np.full((rows, columns), 300, dtype=np.uint16)
    pixels[:, : columns // 2] = 3000
    pixels[0, 0] = np.random.default_rng().integers(1, 4000)
    return pixels


def fetch(client, mammogram):
    return client.get(reverse("api-thumbnail", args=[mammogram.id]))


def read_pixels(answer):
    return np.asarray(Image.open(io.BytesIO(answer.content)))


def test_thumbnail_is_8_bit_at_most_256_px_high_and_spans_black_to_white(client):
    assignment = make_assignment()
    mammogram = make_mammogram(make_half_bright(), study=assignment.study)
    client.force_login(assignment.reader.user)

    answer = fetch(client, mammogram)

    pixels = read_pixels(answer)
    assert (pixels.dtype, pixels.shape) == (np.uint8, (256, 154))
    assert (pixels[128, 20], pixels[128, 140]) == (255, 0)
    assert "immutable" in answer["Cache-Control"]


def test_thumbnail_shows_monochrome1_inverted(client):
    client.force_login(make_reader("adjudicator").user)
    mammogram = make_mammogram(make_half_bright(), photometric_interpretation="MONOCHROME1")

    pixels = read_pixels(fetch(client, mammogram))

    assert (pixels[128, 20], pixels[128, 140]) == (0, 255)


@pytest.mark.parametrize("shape", [(1, 1), (3, 2000), (2000, 3), (257, 100), (64, 48)])
def test_thumbnail_of_any_shape_keeps_within_its_height(client, shape):
    client.force_login(make_reader("adjudicator").user)
    mammogram = make_mammogram(np.random.default_rng(0).integers(0, 4096, shape).astype(np.uint16))

    rows, columns = read_pixels(fetch(client, mammogram)).shape

    assert rows == min(shape[0], 256)
    assert columns == max(round(shape[1] * rows / shape[0]), 1)


def test_thumbnail_of_an_image_that_is_not_hers_is_not_found(client):
    client.force_login(make_reader().user)

    answer = fetch(client, make_mammogram())

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
