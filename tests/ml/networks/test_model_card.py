import json
from dataclasses import asdict

import pytest

from ml.errors import WeightsRefusedError
from ml.networks import ModelCard

FIELDS = {
    "name": "test",
    "version": "1",
    "architecture": "scunet",
    "output": "logit",
    "mean": 0.3,
    "standard_deviation": 0.2,
    "pixel_spacing_mm": 0.1,
    "cutoff": 0.5,
    "training_data": "none",
    "synthetic_only": True,
    "source": "this test",
    "licence": "MIT",
    "parameters": 169_711,
}


def test_card_survives_json():
    card = ModelCard(**FIELDS, evaluation={"dice": 0.5})

    assert ModelCard.from_json(card.to_json()) == card
    assert card.to_json() == json.dumps(asdict(card), sort_keys=True)


@pytest.mark.parametrize(
    "change",
    [
        {"output": "softmax"},
        {"cutoff": 0.0},
        {"cutoff": "0.5"},
        {"cutoff": float("nan")},
        {"standard_deviation": 0},
        {"pixel_spacing_mm": 0},
        {"tile_px": 100},
        {"tile_px": 512.0},
        {"overlap_px": 512},
        {"median_px": 4},
        {"synthetic_only": "yes"},
        {"name": 3},
        {"unknown_field": 1},
    ],
)
def test_card_out_of_range_is_refused(change):
    with pytest.raises(WeightsRefusedError) as caught:
        ModelCard.from_json(json.dumps({**FIELDS, **change}))

    assert caught.value.code == "card_invalid"


@pytest.mark.parametrize("text", ["", "[]", "3", '{"name": "only"}'])
def test_text_that_is_no_card_is_refused(text):
    with pytest.raises(WeightsRefusedError) as caught:
        ModelCard.from_json(text)

    assert caught.value.code == "card_invalid"
