import json
import shutil

import cv2
import numpy as np
import pytest
import torch

from ml.errors import GoldenImageError
from ml.inference import Predictor, choose_engine, golden_image, load_fast_predictor
from ml.inference.golden import LEAST_DICE, agreement, check_golden, expected_map, golden_map
from ml.networks import SHIPPED_CHECKPOINT, build_network, import_checkpoint, pack_weights
from tests.factories.model_card import make_model_card


@pytest.fixture(scope="module")
def chosen(tmp_path_factory):
    """Weights, the folder after a choice, and the engine that was chosen."""
    torch.manual_seed(5)
    weights = pack_weights(build_network("scunet"), make_model_card())
    folder = tmp_path_factory.mktemp("engines")
    return weights, folder, choose_engine(weights, "cpu", folder)


@pytest.fixture
def folder(chosen, tmp_path):
    return shutil.copytree(chosen[1], tmp_path / "engines")


def note_of(folder):
    (note,) = folder.glob("*/choice-*.json")
    return note


def test_the_fastest_of_those_that_agree_is_chosen_and_kept(chosen):
    _, folder, engine = chosen

    choice = json.loads(note_of(folder).read_text())

    assert set(choice["tried"]) == {
        "torch float32", "torch bfloat16", "openvino float32", "openvino bfloat16",
    }  # fmt: skip
    timed = {name: tried for name, tried in choice["tried"].items() if "seconds" in tried}
    assert choice["engine"] == min(timed, key=lambda name: timed[name]["seconds"])
    assert all(tried["dice"] >= LEAST_DICE for tried in timed.values())
    assert [part in engine.name for part in choice["engine"].split()] == [True, True]


def test_a_kept_choice_is_used_without_measuring(chosen, folder):
    weights = chosen[0]
    note = note_of(folder)
    note.write_text('{"engine": "torch bfloat16"}')

    engine = choose_engine(weights, "cpu", folder)

    assert engine.name.startswith("torch")
    assert "bfloat16" in engine.name
    assert note.read_text() == '{"engine": "torch bfloat16"}'


def test_without_a_choice_nothing_is_measured_and_torch_in_float32_runs(chosen, tmp_path):
    path = tmp_path / "weights.safetensors"
    path.write_bytes(chosen[0].bytes_of_safetensors)

    predictor = load_fast_predictor(path, "cpu", tmp_path / "engines")

    golden_map(predictor)

    (name,) = predictor.engines_used
    assert name.startswith("torch")
    assert "float32" in name
    assert not list((tmp_path / "engines").rglob("choice-*"))


def test_a_damaged_choice_is_made_again(chosen, folder):
    note = note_of(folder)
    note.write_text("half a")

    choose_engine(chosen[0], "cpu", folder)

    assert "tried" in json.loads(note.read_text())


def test_a_damaged_converted_network_is_replaced(chosen, folder):
    note_of(folder).write_text('{"engine": "openvino float32"}')
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix in {".blob", ".xml", ".bin"}:
            path.write_bytes(b"half a file")

    engine = choose_engine(chosen[0], "cpu", folder)

    check_golden(Predictor(chosen[0], engine=engine), expected_map(chosen[0], folder))


def test_golden_image_shows_an_artery_to_the_shipped_network():
    weights = import_checkpoint(SHIPPED_CHECKPOINT)

    found = golden_map(Predictor(weights))

    assert golden_image().shape == (640, 512)
    assert 1000 < np.count_nonzero(found > weights.card.cutoff * 255) < 40_000


def test_expected_map_is_computed_once(chosen, folder):
    weights = chosen[0]
    (path,) = folder.glob("*/golden-*.png")
    kept = np.full((128, 128), 7, dtype=np.uint8)
    cv2.imwrite(str(path), kept)

    assert np.array_equal(expected_map(weights, folder), kept)


def test_a_wrong_result_on_the_golden_image_stops_with_plain_words(chosen, folder, tmp_path):
    weights = chosen[0]
    path = tmp_path / "weights.safetensors"
    path.write_bytes(weights.bytes_of_safetensors)
    (golden,) = folder.glob("*/golden-*.png")
    cv2.imwrite(str(golden), 255 - expected_map(weights, folder))

    with pytest.raises(GoldenImageError) as caught:
        load_fast_predictor(path, "cpu", folder)

    assert "untrained 1 does not find on the golden image what it found before" in caught.value.message


def test_agreement_is_dice_at_the_cutoff_and_none_where_all_probabilities_moved():
    expected = np.zeros((10, 10), dtype=np.uint8)
    expected[2:6, 2:7] = 200
    one_less = expected.copy()
    one_less[2, 2] = 120

    assert agreement(expected, expected, 0.5) == 1
    assert agreement(one_less, expected, 0.5) == pytest.approx(2 * 19 / 39)
    assert agreement(np.zeros_like(expected), np.zeros_like(expected), 0.5) == 1
    assert agreement(np.full_like(expected, 90), np.zeros_like(expected), 0.5) == 0
