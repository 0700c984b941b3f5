from itertools import pairwise

import numpy as np
import pytest

from ml.errors import PredictionCancelledError, PredictionRefusedError
from ml.images import read_image
from ml.inference import Predictor, load_predictor, predict_arguments

EIGHT_BIT = {"bits_stored": 8, "is_inverted": False}
# The calcified artery of the real image as seen on the picture, (column, row) from nipple to chest wall.
ARTERY = [
    (510, 1206), (561, 1196), (605, 1184), (656, 1162), (729, 1130), (787, 1111), (875, 1089), (933, 1101),
    (992, 1097), (1043, 1094), (1086, 1079), (1130, 1053), (1167, 1035), (1199, 1044), (1225, 1021),
    (1247, 1000),
]  # fmt: skip


@pytest.fixture
def predictor(small_weights):
    return Predictor(small_weights)


@pytest.fixture
def pixels():
    return np.random.default_rng(2).integers(0, 256, (150, 200)).astype(np.uint16)


def test_probability_has_the_size_of_the_image(predictor, pixels):
    for spacing in (None, 0.1, 0.07, 0.2):
        probability = predictor.predict(pixels, pixel_spacing_mm=spacing, **EIGHT_BIT)

        assert probability.shape == pixels.shape
        assert probability.dtype == np.uint8
        assert probability.any()


def test_image_smaller_than_a_tile_is_taken(predictor, pixels):
    probability = predictor.predict(pixels[:9, :30], pixel_spacing_mm=None, **EIGHT_BIT)

    assert probability.shape == (9, 30)


def test_prediction_repeats_to_the_byte(predictor, pixels):
    first = predictor.predict(pixels, pixel_spacing_mm=0.08, **EIGHT_BIT)
    second = predictor.predict(pixels, pixel_spacing_mm=0.08, **EIGHT_BIT)

    assert np.array_equal(first, second)


def test_air_and_white_frame_stay_at_zero_and_cost_nothing(predictor, pixels):
    framed = np.full((400, 500), 255, dtype=np.uint16)
    framed[20:380, 30:470] = 0
    framed[20:170, 30:230] = pixels
    steps = []

    probability = predictor.predict(
        framed, pixel_spacing_mm=None, **EIGHT_BIT, on_progress=lambda *step: steps.append(step)
    )

    assert not probability[:20].any()
    assert not probability[:, :30].any()
    assert not probability[240:].any()
    assert probability[20:170, 30:230].any()
    # 4 x 5 of the 8 x 9 tiles touch the picture.
    assert steps[-1] == (20, 20)


def test_frame_does_not_change_what_is_found_inside(predictor, pixels):
    framed = np.pad(pixels, 40, constant_values=300)

    inside = predictor.predict(framed, pixel_spacing_mm=None, bits_stored=9, is_inverted=False)
    alone = predictor.predict(pixels, pixel_spacing_mm=None, bits_stored=9, is_inverted=False)

    assert np.array_equal(inside[40:-40, 40:-40], alone)


def test_progress_counts_from_none_to_all(predictor, pixels):
    steps = []

    predictor.predict(
        pixels, pixel_spacing_mm=None, **EIGHT_BIT, on_progress=lambda *step: steps.append(step)
    )

    assert steps == [(done, 12) for done in range(13)]


def test_cancel_stops_between_tiles(predictor, pixels):
    steps = []

    with pytest.raises(PredictionCancelledError):
        predictor.predict(
            pixels,
            pixel_spacing_mm=None,
            **EIGHT_BIT,
            on_progress=lambda *step: steps.append(step),
            should_cancel=lambda: len(steps) == 3,
        )

    assert steps == [(0, 12), (1, 12), (2, 12)]


@pytest.mark.parametrize("spacing", [0.0, -0.1, 5.0, float("nan"), float("inf")])
def test_impossible_pixel_spacing_is_refused(predictor, pixels, spacing):
    with pytest.raises(PredictionRefusedError) as caught:
        predictor.predict(pixels, pixel_spacing_mm=spacing, **EIGHT_BIT)

    assert caught.value.code == "pixel_spacing_out_of_range"


def test_image_that_would_grow_too_large_is_refused(predictor):
    pixels = np.zeros((4000, 3000), dtype=np.uint16)
    pixels[::2] = 1

    with pytest.raises(PredictionRefusedError) as caught:
        predictor.predict(pixels, pixel_spacing_mm=0.5, **EIGHT_BIT)

    assert caught.value.code == "resampled_too_large"


def test_empty_image_is_refused(predictor):
    with pytest.raises(PredictionRefusedError) as caught:
        predictor.predict(np.zeros((0, 5), dtype=np.uint16), pixel_spacing_mm=None, **EIGHT_BIT)

    assert caught.value.code == "image_empty"


def test_black_image_gives_zeros(predictor):
    probability = predictor.predict(
        np.zeros((100, 100), dtype=np.uint16), pixel_spacing_mm=None, bits_stored=12, is_inverted=False
    )

    assert not probability.any()


def test_long_calcified_artery_of_a_real_film_comes_out(shared_data, shared_weights):
    image = read_image(shared_data / "cbis-ddsm-bac-p00646" / "testImage.png")
    predictor = load_predictor(shared_weights / "scunet-emory" / "SCU_Net_512_512_best_BCE_pos_all.pt")

    how = {**predict_arguments(image.pixels, image.acquisition), "pixel_spacing_mm": 0.13}
    probability = predictor.predict(image.pixels, **how)

    found = probability > predictor.card.cutoff * 255
    near, near_share = pixels_near_artery(found)
    assert near_share > 0.85
    # A few short marks elsewhere, most of them on small calcified branches.
    false_px = np.count_nonzero(found & ~near)
    assert false_px < 0.1 * np.count_nonzero(found)
    assert false_px < 0.0005 * found.size


def pixels_near_artery(found):
    """Return the zone of 25 px around the artery, and the share of its points with a find within 6 px."""
    rows, columns = np.indices(found.shape, sparse=True)
    near = np.zeros(found.shape, dtype=bool)
    hits = []
    for (x0, y0), (x1, y1) in pairwise(ARTERY):
        steps = int(np.hypot(x1 - x0, y1 - y0) / 4)
        for t in np.linspace(0, 1, steps, endpoint=False):
            row, column = round(y0 + t * (y1 - y0)), round(x0 + t * (x1 - x0))
            window = np.s_[row - 25 : row + 26, column - 25 : column + 26]
            distance = np.hypot(rows[window[0]] - row, columns[:, window[1]] - column)
            near[window] |= distance <= 25
            hits.append(bool(found[window][distance <= 6].any()))
    return near, np.mean(hits)
