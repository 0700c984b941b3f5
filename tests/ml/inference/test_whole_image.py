from dataclasses import replace

import numpy as np
import pytest
import torch

from ml.errors import PredictionRefusedError
from ml.inference import Predictor, whole_frame
from ml.networks import build_network, pack_weights
from tests.factories.model_card import make_model_card


@pytest.fixture(scope="module")
def whole_weights():
    torch.manual_seed(5)
    card = make_model_card(input="whole", input_rows=96, input_columns=64, median_px=1)
    return pack_weights(build_network("scunet"), card)


def breast(rows, columns, wall):
    """Grey tissue that fills the two thirds beside the chest wall, and a bright mark in it."""
    image = np.zeros((rows, columns), dtype=np.float32)
    image[:, : 2 * columns // 3] = 100
    image[rows // 4 : rows // 2, columns // 8 : columns // 4] = 200
    return image if wall == "left" else image[:, ::-1].copy()


@pytest.mark.parametrize("wall", ["left", "right"])
def test_black_is_added_away_from_the_chest_wall(wall):
    frame = whole_frame(breast(300, 100, wall), 96, 64)

    seen = frame.into(breast(300, 100, wall))

    assert seen.shape == (96, 64)
    assert (frame.padded_rows, frame.padded_columns) == (300, 200)
    assert not (seen[:, 33:] if wall == "left" else seen[:, :31]).any()
    assert seen[:, 0 if wall == "left" else -1].all()


def test_black_is_added_below_an_image_that_is_too_wide():
    frame = whole_frame(breast(100, 100, "left"), 96, 64)

    assert (frame.padded_rows, frame.padded_columns) == (150, 100)
    assert not frame.into(breast(100, 100, "left"))[65:].any()


@pytest.mark.parametrize("shape", [(300, 100), (100, 100), (96, 64), (40, 20), (1, 1)])
@pytest.mark.parametrize("wall", ["left", "right"])
def test_what_goes_in_comes_back_to_its_place(shape, wall):
    mark = breast(*shape, wall) > 150
    frame = whole_frame(breast(*shape, wall), 96, 64)

    back = frame.back(frame.into(mark.astype(np.float32)))

    assert back.shape == shape
    inner = mark & np.roll(mark, 6, 0) & np.roll(mark, -6, 0) & np.roll(mark, 6, 1) & np.roll(mark, -6, 1)
    assert (back[inner] > 0.9).all()
    assert abs(back.sum() - mark.sum()) <= 0.1 * mark.sum() + 4


def test_a_whole_image_is_one_step_and_needs_no_spacing(whole_weights):
    pixels = breast(300, 200, "right").astype(np.uint16)
    predictor = Predictor(whole_weights)
    steps = []

    maps = [
        predictor.predict(
            pixels, pixel_spacing_mm=spacing, bits_stored=8, is_inverted=False, on_progress=steps_of
        )
        for spacing, steps_of in ((None, lambda *step: steps.append(step)), (0.07, None), (9.0, None))
    ]

    assert steps == [(0, 1), (1, 1)]
    assert maps[0].shape == pixels.shape
    assert maps[0].any()
    assert np.array_equal(maps[0], maps[1])
    assert np.array_equal(maps[0], maps[2])


def test_unknown_spacing_is_refused_where_the_size_of_what_is_seen_matters(small_weights):
    card = replace(small_weights.card, label="microcalcification")
    predictor = Predictor(replace(small_weights, card=card))

    with pytest.raises(PredictionRefusedError) as caught:
        predictor.predict(
            np.ones((80, 80), dtype=np.uint16), pixel_spacing_mm=None, bits_stored=8, is_inverted=False
        )

    assert caught.value.code == "pixel_spacing_missing"
