import numpy as np
import pytest

from ml.breast import find_air_edge, find_breast
from ml.physics import read_signal
from ml.types import Acquisition

ROWS, COLUMNS, PIXEL_MM = 600, 400, 0.2
ROW, COLUMN = np.mgrid[:ROWS, :COLUMNS]
TRUTH = ((ROW - 300) / 240) ** 2 + (COLUMN / 300) ** 2 < 1


def displayed_breast():
    generator = np.random.default_rng(5)
    pixels = np.where(TRUTH, generator.normal(1500, 200, TRUTH.shape), generator.normal(60, 8, TRUTH.shape))
    return np.clip(pixels, 0, 4095).astype(np.uint16)


def find(pixels, **fields):
    acquisition = Acquisition(bits_stored=12, **fields)
    return find_breast(pixels, read_signal(pixels, acquisition), pixel_size_mm=PIXEL_MM)


def agreement(breast, truth=TRUTH):
    inside = breast.inside_crop((0, 0, *truth.shape))
    return (inside & truth).sum() / (inside | truth).sum()


def test_breast_on_dark_background_is_found():
    breast = find(displayed_breast())

    assert breast.is_found
    assert agreement(breast) > 0.98


def test_label_outside_the_breast_is_left_out():
    pixels = displayed_breast()
    pixels[20:60, 330:390] = 4095

    breast = find(pixels)

    assert not breast.inside_crop((20, 330, 60, 390)).any()


def test_white_frame_of_a_scan_is_no_breast():
    pixels = np.full((ROWS + 80, COLUMNS + 60), 4095, dtype=np.uint16)
    pixels[40:-40, 20:-40] = displayed_breast()
    truth = np.zeros(pixels.shape, dtype=bool)
    truth[40:-40, 20:-40] = TRUTH

    breast = find(pixels)

    assert breast.frame == (40, 20, 640, 420)
    assert agreement(breast, truth) > 0.98


def test_raw_image_is_read_the_other_way_round():
    generator = np.random.default_rng(6)
    pixels = np.where(TRUTH, generator.normal(900, 100, TRUTH.shape), 4000).astype(np.uint16)

    breast = find(pixels, presentation_intent="FOR PROCESSING", pixel_intensity_relationship_sign=1)

    assert agreement(breast) > 0.98


def test_skin_is_near_at_the_outline_and_far_at_the_chest_wall():
    breast = find(displayed_breast())

    assert breast.skin_distance_crop_mm((300, 290, 301, 291))[0, 0] < 3
    assert breast.skin_distance_crop_mm((300, 0, 301, 1))[0, 0] > 40
    assert breast.skin_distance_crop_mm((0, 399, 1, 400))[0, 0] == 0


@pytest.mark.parametrize(
    "pixels",
    [
        np.full((ROWS, COLUMNS), 700, dtype=np.uint16),
        np.random.default_rng(7).normal(1500, 200, (ROWS, COLUMNS)).astype(np.uint16),
    ],
)
def test_image_without_air_counts_as_breast_throughout(pixels):
    breast = find(pixels)

    assert not breast.is_found
    assert breast.inside_crop((0, 0, ROWS, COLUMNS)).all()
    assert breast.skin_distance_crop_mm((0, 0, 1, 1))[0, 0] == np.inf


def test_air_ends_below_the_threshold_of_otsu_where_the_breast_has_two_tissues():
    values = np.concatenate([np.full(500, 10.0), np.full(300, 100.0), np.full(200, 200.0)]).astype(np.float32)

    edge = find_air_edge(values)

    assert edge.is_clear
    assert 10 < edge.value < 100


def test_noise_has_no_air_to_be_seen():
    values = np.random.default_rng(1).uniform(0, 1, 10_000).astype(np.float32)

    assert not find_air_edge(values).is_clear
