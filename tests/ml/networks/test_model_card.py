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
LATER = {
    "task": "image_classification",
    "label": "microcalcification",
    "input": "whole",
    "input_rows": 1536,
    "input_columns": 768,
    "dataset_version": "phantoms 1",
    "code_commit": "abc",
    "config_sha256": "0" * 64,
    "statistics": {"mean": [0.1, 0.4]},
    "calibration": ((0.1, 0.12, 40.0), (0.9, 0.8, 12.0)),
    "heatmap_cutoff": 0.35,
}


def test_card_survives_json():
    card = ModelCard(**FIELDS, evaluation={"dice": 0.5})

    assert ModelCard.from_json(card.to_json()) == card


def test_card_is_written_as_before_where_later_fields_say_nothing():
    card = ModelCard(**FIELDS, evaluation={"dice": 0.5})
    before = {name: value for name, value in asdict(card).items() if name not in LATER}

    assert card.to_json() == json.dumps(before, sort_keys=True)


def test_later_fields_are_written_where_they_say_something_and_survive():
    card = ModelCard(**FIELDS, **LATER)

    written = json.loads(card.to_json())

    assert {name for name in LATER if name in written} == set(LATER)
    assert ModelCard.from_json(card.to_json()) == card


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
        {"task": "detection"},
        {"label": "mass"},
        {"input": "thirds"},
        {"input": "whole"},
        {"input": "whole", "input_rows": 1536, "input_columns": 768.5},
        {"input_rows": 512, "input_columns": 512},
        {"task": "patch_classification", "input_rows": 16, "input_columns": 224},
        {"heatmap_cutoff": 1.0},
        {"dataset_version": 3},
        {"statistics": [1]},
        {"statistics": {"mean": float("inf")}},
        {"calibration": 3},
        {"calibration": [0.5]},
        {"calibration": [["a"]]},
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
