import json

import numpy as np
import pytest
import torch
import yaml

from ml.errors import RecipeRefusedError, TrainingDataRefusedError, TrainingStoppedError
from ml.explain import HeatmapScorer
from ml.inference import breast_image
from ml.networks import build_network, import_checkpoint
from ml.training import run_recipe
from ml.training.answers import Answered, training_batches
from ml.training.classify_config import image_recipe
from ml.training.classify_images import answered_listings, prepare_breast, showing_of
from ml.training.config_file import read_config
from ml.training.source import DatasetSource
from ml.training.world import ALONE
from tests.ml.training.dataset_folder import bright_line, write_dataset

PARTS = ["train"] * 6 + ["validation"] * 2 + ["test"] * 2
FIGURES = {
    "accuracy",
    "auc",
    "calibration_error",
    "f1",
    "measured_lengths",
    "negatives",
    "positives",
    "sensitivity",
    "specificity",
}


def some_images(parts=PARTS, *, has_bac=lambda k: k % 2 == 0, with_masks=True):
    random = np.random.default_rng(2)
    images = []
    for k, part in enumerate(parts):
        pixels, mask = bright_line(random, has_bac=has_bac(k))
        images.append((f"patient-{k}", part, pixels, mask if with_masks else None))
    return images


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_dataset(tmp_path_factory.mktemp("data") / "tiny-1", some_images())


def small(repository, **changes):
    content, _ = read_config(repository / "ml" / "training" / "recipes" / "classify_images.yaml")
    content |= {"network": "mobilenet", "threads": 1, "whole": {"rows": 64, "columns": 32}}
    content["split"]["how"] = "as-frozen"
    content["optimisation"] |= {"batch": 4, "epochs": 2}
    return content | changes


def written(folder, content):
    path = folder / "recipe.yaml"
    path.write_text(yaml.safe_dump(content))
    return path


def curve_of(folder):
    return [json.loads(line) for line in (folder / "curve.jsonl").read_text().splitlines()]


def test_recipe_that_ships_is_complete_and_explains_every_line(repository):
    path = repository / "ml" / "training" / "recipes" / "classify_images.yaml"
    image_recipe(read_config(path)[0])

    assert [line for line in path.read_text().splitlines() if line and "#" not in line] == []


def test_training_gives_weights_with_a_card_that_says_how_they_answer(repository, data, tmp_path):
    weights = run_recipe(written(tmp_path, small(repository)), data=data)
    path = tmp_path / "out.safetensors"
    path.write_bytes(weights.bytes_of_safetensors)
    card = import_checkpoint(path).card

    assert card == weights.card
    assert (card.task, card.label, card.input) == ("image_classification", "bac", "whole")
    assert (card.input_rows, card.input_columns) == (64, 32)
    assert card.dataset_version.startswith("tiny@1 (")
    assert set(card.evaluation) >= FIGURES
    assert (card.evaluation["positives"], card.evaluation["negatives"]) == (1, 1)
    assert card.statistics["images"] == 6
    assert sum(point[2] for point in card.calibration) == 2
    assert "6 mammograms, validated on 2" in card.training_data


def test_images_without_are_left_out_of_training_until_the_share_is_reached(repository, data, tmp_path):
    content = small(repository, positive_share=0.6)
    content["optimisation"]["epochs"] = 1

    card = run_recipe(written(tmp_path, content), data=data).card

    # Three of six have it: two of the other three may stay. Validation and test stay as they are.
    assert "5 mammograms, validated on 2, measured on 2" in card.training_data


def test_first_loss_is_the_cross_entropy_of_a_fresh_network(repository, data, tmp_path):
    content = small(repository)
    content["optimisation"] |= {"batch": 6, "epochs": 1}
    recipe = image_recipe(content)
    run_recipe(written(tmp_path, content), data=data, folder=tmp_path)
    source = DatasetSource(data)
    listings = [one for one in source.listings if one.split == "train"]
    answered = Answered(
        [prepare_breast(recipe, source.read(one)) for one in listings],
        [one.present["bac"] for one in listings],
    )
    torch.manual_seed(recipe.seed)
    network = build_network("mobilenet").train()
    (batch,) = training_batches(answered, showing_of(recipe), 6, (recipe.seed, 0), ALONE)

    logit = network(batch.images).detach().double().numpy()[:, 0]
    sign = np.where(batch.labels.numpy()[:, 0] == 1, 1, -1)
    expected = np.log1p(np.exp(-sign * logit)).mean()

    assert sorted(batch.labels[:, 0].tolist()) == [0, 0, 0, 1, 1, 1]
    assert curve_of(tmp_path)[0]["training_loss"] == pytest.approx(expected, abs=1e-5)
    # A fresh network does not know.
    assert expected == pytest.approx(np.log(2), abs=0.1)


def test_equal_recipe_and_data_give_equal_bytes_also_after_a_stop(repository, data, tmp_path):
    recipe = written(tmp_path, small(repository, trained="all"))
    whole = run_recipe(recipe, data=data)
    stops = iter([False, True])

    with pytest.raises(TrainingStoppedError):
        run_recipe(recipe, data=data, folder=tmp_path, should_stop=lambda: next(stops))
    resumed = run_recipe(recipe, data=data, folder=tmp_path, resume=True)

    assert resumed.sha256 == whole.sha256


def test_network_learns_the_bright_line(repository, data, tmp_path):
    content = small(repository, trained="all")
    content["optimisation"] |= {"epochs": 5, "batch": 6, "learning_rate": 0.003, "schedule": "constant"}
    run_recipe(written(tmp_path, content), data=data, folder=tmp_path)

    curve = curve_of(tmp_path)
    assert curve[-1]["training_loss"] < 0.7 * curve[0]["training_loss"]


def test_training_and_use_see_the_same(repository, data):
    source = DatasetSource(data)
    example = source.read(source.listings[0])
    recipe = image_recipe(small(repository))
    seen = breast_image(example.pixels, example.acquisition).for_network(64, 32, 1)

    assert np.abs(prepare_breast(recipe, example) - seen).max() <= 0.5


def test_answers_teach_where_there_are_no_masks(repository, tmp_path):
    images = some_images(["train"] * 4 + ["validation"] * 2 + ["test"] * 2, with_masks=False)
    answers = ["yes", "no"] * 4
    data = write_dataset(tmp_path / "tiny-1", images, answers=answers)

    weights = run_recipe(written(tmp_path, small(repository)), data=data)

    assert weights.card.evaluation["measured_lengths"] == 0
    assert "length_spearman" not in weights.card.evaluation
    assert weights.card.heatmap_cutoff == 0
    # Fewer than five training images do not tell how images differ.
    assert weights.card.statistics == {}


def test_answer_goes_before_the_mask_and_an_uncertain_one_is_left_out(tmp_path):
    images = some_images(["train"] * 4)
    folder = write_dataset(tmp_path / "tiny-1", images, answers=["no", "yes", "uncertain", None])
    listings = answered_listings(DatasetSource(folder), "bac")

    assert [one.present for one in listings] == [{"bac": False}, {"bac": True}, {"bac": False}]
    assert [one.patient_id for one in listings] == ["patient-0", "patient-1", "patient-3"]


@pytest.mark.parametrize(("has_bac", "said"), [(True, "on every one"), (False, "on none")])
def test_dataset_of_one_class_is_refused(repository, tmp_path, has_bac, said):
    data = write_dataset(tmp_path / "tiny-1", some_images(has_bac=lambda _: has_bac), answers=[None] * 10)

    with pytest.raises(TrainingDataRefusedError, match=f"bac is {said} of the 6 images") as refused:
        run_recipe(written(tmp_path, small(repository)), data=data)
    assert refused.value.code == "one_class"


def test_recipe_without_data_trains_on_its_phantoms(repository, tmp_path):
    content = small(repository)
    sizes = {"rows": 300, "columns": 260, "pixel_spacing_mm": 0.3}
    content["phantoms"] |= {"train": 2, "validation": 5, "test": 5, "bac_share": 0.6, **sizes}
    content["optimisation"] |= {"epochs": 1}

    card = run_recipe(written(tmp_path, content)).card

    assert card.synthetic_only
    assert card.evaluation["measured_lengths"] > 2
    assert -1 <= card.evaluation["length_spearman"] <= 1


def test_classifier_of_a_recipe_gives_a_heatmap(repository, data, tmp_path):
    weights = run_recipe(written(tmp_path, small(repository)), data=data)
    source = DatasetSource(data)
    example = source.read(source.listings[0])

    probability, heatmap = HeatmapScorer(weights).explain(example.pixels, example.acquisition)

    assert 0 < probability < 1
    assert heatmap.shape == example.pixels.shape


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"network": "unet"}, "network"),
        ({"positive_share": 1.0}, "positive_share"),
        ({"positive_share": 0}, "positive_share"),
        ({"trained": "some"}, "trained"),
        ({"whole": {"rows": 16, "columns": 64}}, "32..8192"),
        ({"label": "malignant"}, "label"),
    ],
)
def test_recipe_with_a_wrong_choice_is_refused_by_name(repository, data, tmp_path, change, message):
    with pytest.raises(RecipeRefusedError, match=message):
        run_recipe(written(tmp_path, small(repository, **change)), data=data)
