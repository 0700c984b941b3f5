import json

import numpy as np
import pytest
import torch
import yaml

from ml.errors import RecipeRefusedError, TrainingDataRefusedError, TrainingStoppedError
from ml.inference import Predictor, predict_arguments, resample
from ml.networks import build_network, import_checkpoint, load_network
from ml.training import run_recipe
from ml.training.batches import training_batches
from ml.training.config_file import read_config
from ml.training.prepared import prepare_with
from ml.training.segment_config import segment_recipe
from ml.training.source import DatasetSource
from ml.training.world import ALONE
from tests.ml.training.dataset_folder import bright_line, write_dataset

RECIPES = "segment_whole.yaml", "segment_whole_1024.yaml", "segment_patches.yaml", "segment_try_out.yaml"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    random = np.random.default_rng(2)
    parts = ["train"] * 6 + ["validation"] * 2 + ["test"] * 2
    images = [
        (f"patient-{k}", part, *bright_line(random, has_bac=k % 2 == 0)) for k, part in enumerate(parts)
    ]
    return write_dataset(tmp_path_factory.mktemp("data") / "tiny-1", images)


def small(repository, name):
    content, _ = read_config(repository / "ml" / "training" / "recipes" / name)
    content |= {"network": "scunet", "threads": 1}
    content["optimisation"] |= {"batch": 2, "epochs": 2, "learning_rate": 0.003}
    if "tiles" in content:
        content["tiles"] = {"side_px": 64, "overlap_px": 16, "pixel_spacing_mm": 0.2, "batches_per_epoch": 2}
        content["values"]["median_px"] = 3
    else:
        content["whole"] = {"rows": 64, "columns": 64}
    return content


@pytest.fixture(params=["segment_whole.yaml", "segment_patches.yaml"])
def recipe(request, repository, tmp_path):
    return written(tmp_path, small(repository, request.param))


def written(tmp_path, content):
    path = tmp_path / "recipe.yaml"
    path.write_text(yaml.safe_dump(content))
    return path


@pytest.mark.parametrize("name", RECIPES)
def test_recipe_that_ships_is_complete_and_explains_every_line(repository, name):
    path = repository / "ml" / "training" / "recipes" / name
    segment_recipe(read_config(path)[0])

    assert [line for line in path.read_text().splitlines() if line and "#" not in line] == []


def test_training_gives_weights_with_a_card_that_says_where_they_come_from(recipe, data, tmp_path):
    weights = run_recipe(recipe, data=data, folder=tmp_path)
    path = tmp_path / "out.safetensors"
    path.write_bytes(weights.bytes_of_safetensors)
    card = import_checkpoint(path).card

    assert card == weights.card
    assert card.dataset_version.startswith("tiny@1 (")
    assert card.config_sha256 == read_config(recipe)[1]
    assert not card.synthetic_only
    assert len(card.code_commit) >= 40
    figures = {"dice", "mean_dice", "precision", "recall", "clean_images_marked", "calibration_error"}
    assert set(card.evaluation) - {"calibration_error_low", "calibration_error_high"} == figures
    assert card.calibration
    assert all(0 <= said <= 1 and 0 <= right <= 1 and count > 0 for said, right, count in card.calibration)
    assert card.statistics["images"] == 6
    curve = [json.loads(line) for line in (tmp_path / "curve.jsonl").read_text().splitlines()]
    assert [point["epoch"] for point in curve] == [1, 2]


def test_equal_recipe_and_data_give_equal_bytes_also_after_a_stop(recipe, data, tmp_path):
    whole = run_recipe(recipe, data=data)
    stops = iter([False] * 3 + [True])

    with pytest.raises(TrainingStoppedError):
        run_recipe(recipe, data=data, folder=tmp_path, should_stop=lambda: next(stops))
    resumed = run_recipe(recipe, data=data, folder=tmp_path, resume=True)

    assert resumed.sha256 == whole.sha256


def test_another_seed_gives_another_first_loss(repository, data, tmp_path):
    losses = []
    for seed in (1, 1, 2):
        folder = tmp_path / f"run-{len(losses)}"
        folder.mkdir()
        content = small(repository, "segment_whole.yaml") | {"seed": seed}
        run_recipe(written(tmp_path, content), data=data, folder=folder)
        losses.append(json.loads((folder / "curve.jsonl").read_text().splitlines()[0])["training_loss"])

    assert losses[0] == losses[1] != losses[2]


def test_first_loss_is_that_of_a_fresh_network(repository, data, tmp_path):
    content = small(repository, "segment_whole.yaml")
    content["optimisation"] |= {"batch": 6, "epochs": 1}
    recipe = segment_recipe(content)
    run_recipe(written(tmp_path, content), data=data, folder=tmp_path)
    source = DatasetSource(data)
    images = [prepare_with(recipe)(source.read(one)) for one in source.listings if one.split == "train"]
    (batch,) = training_batches(recipe, images, 0, ALONE)
    torch.manual_seed(recipe.seed)
    network = build_network("scunet").train()
    # What the loop sets before the first epoch: dropout draws from it.
    (own,) = np.random.SeedSequence([recipe.seed, 0, 0]).generate_state(1)
    torch.manual_seed(int(own))
    found = 1 / (1 + np.exp(-network(batch.images).detach().double().numpy()))
    labels = batch.labels.double().numpy()

    dice = 1 - (2 * (found * labels).sum() + 1) / (found.sum() + labels.sum() + 1)
    first = json.loads((tmp_path / "curve.jsonl").read_text().splitlines()[0])
    assert labels.any()
    assert first["training_loss"] == pytest.approx((dice + ((found - labels) ** 2).mean()) / 2, abs=1e-5)


def test_network_learns_the_bright_line(repository, data, tmp_path):
    content = small(repository, "segment_whole.yaml") | {"loss": "cross-entropy-dice"}
    content["optimisation"] |= {"epochs": 8, "batch": 4, "learning_rate": 0.01, "schedule": "constant"}
    run_recipe(written(tmp_path, content), data=data, folder=tmp_path)

    curve = [json.loads(line) for line in (tmp_path / "curve.jsonl").read_text().splitlines()]
    assert curve[-1]["training_loss"] < 0.8 * curve[0]["training_loss"]


def test_recipe_without_data_trains_on_its_phantoms(repository, tmp_path):
    content = small(repository, "segment_whole.yaml")
    sizes = {"rows": 300, "columns": 260, "pixel_spacing_mm": 0.3}
    content["phantoms"] |= {"train": 2, "validation": 2, "test": 2, "bac_share": 0.7, **sizes}
    content["optimisation"] |= {"epochs": 1}

    card = run_recipe(written(tmp_path, content)).card

    assert card.synthetic_only
    assert "2 synthetic mammograms" in card.training_data


def test_folder_that_holds_a_run_is_not_written_over(repository, data, tmp_path):
    recipe = written(tmp_path, small(repository, "segment_whole.yaml"))
    run_recipe(recipe, data=data, folder=tmp_path)

    with pytest.raises(RecipeRefusedError, match="--resume") as refusal:
        run_recipe(recipe, data=data, folder=tmp_path)
    assert refusal.value.code == "folder_holds_a_run"


def test_dataset_of_one_class_is_refused(repository, tmp_path):
    random = np.random.default_rng(3)
    images = [(f"patient-{k}", "train", *bright_line(random, has_bac=True)) for k in range(2)]
    data = write_dataset(tmp_path / "tiny-1", images)
    recipe = written(tmp_path, small(repository, "segment_whole.yaml"))

    with pytest.raises(TrainingDataRefusedError, match="on every one of the 2 images") as refusal:
        run_recipe(recipe, data=data)
    assert refusal.value.code == "one_class"


def test_patches_of_unknown_pixel_size_are_refused(repository, data, tmp_path):
    manifest = json.loads((data / "manifest.json").read_text())
    images = [
        (f"patient-{k}", item["split"], *bright_line(np.random.default_rng(k), has_bac=k % 2 == 0))
        for k, item in enumerate(manifest["items"])
    ]
    folder = write_dataset(tmp_path / "tiny-1", images, pixel_spacing_mm=None)

    with pytest.raises(TrainingDataRefusedError) as refusal:
        run_recipe(written(tmp_path, small(repository, "segment_patches.yaml")), data=folder)
    assert refusal.value.code == "pixel_spacing_missing"


def test_tiles_that_overlap_wholly_are_refused(repository, data, tmp_path):
    content = small(repository, "segment_patches.yaml")
    content["tiles"]["overlap_px"] = 64

    with pytest.raises(RecipeRefusedError, match="overlap_px"):
        run_recipe(written(tmp_path, content), data=data)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"network": "vgg16"}, "network"),
        ({"recipe": "cook"}, "recipe"),
        ({"whole": {"rows": 60, "columns": 64}}, "multiples of 8"),
        ({"loss": "entropy"}, "loss"),
        ({"surprise": 1}, "surprise"),
        ({"values": {"median_px": 4, "mean": 0.3, "standard_deviation": 0.2}}, "median_px"),
        ({"values": {"median_px": 1, "mean": 0.3, "standard_deviation": 0}}, "standard_deviation"),
        (
            {"tiles": {"side_px": 64, "overlap_px": 16, "pixel_spacing_mm": 0.2, "batches_per_epoch": 2}},
            "one of",
        ),
    ],
)
def test_recipe_with_a_wrong_choice_is_refused_by_name(repository, data, tmp_path, change, message):
    recipe = written(tmp_path, small(repository, "segment_whole.yaml") | change)

    with pytest.raises(RecipeRefusedError, match=message):
        run_recipe(recipe, data=data)


def test_network_sees_whole_images_in_use_as_in_training(repository, data, tmp_path):
    recipe = written(tmp_path, small(repository, "segment_whole.yaml"))
    weights = run_recipe(recipe, data=data)
    source = DatasetSource(data)
    example = source.read(source.listings[0])
    seen = prepare_with(segment_recipe(read_config(recipe)[0]))(example).views[0]
    values = (seen / np.float32(255) - weights.card.mean) / weights.card.standard_deviation
    grey = torch.from_numpy(values.astype(np.float32)).expand(1, 3, -1, -1)
    with torch.no_grad():
        expected = torch.sigmoid(load_network(weights)(grey))[0, 0].numpy()

    how = predict_arguments(example.pixels, example.acquisition)
    found = Predictor(weights).predict(example.pixels, **how)

    # The prepared image was rounded to 8 bits, and so is the map.
    assert np.abs(found - 255 * resample(expected, *example.pixels.shape)).max() < 3
