import json

import numpy as np
import pytest

from ml.errors import TrainingDataRefusedError
from ml.phantom import expert_mask
from ml.training.phantom_data import phantom_of_set
from ml.training.source import DatasetSource, PhantomSource
from tests.ml.training.dataset_folder import bright_line, write_dataset


@pytest.fixture
def images():
    random = np.random.default_rng(1)
    return [(f"patient-{k}", "train", *bright_line(random, has_bac=k % 2 == 0)) for k in range(3)]


@pytest.fixture
def folder(tmp_path, images):
    return write_dataset(tmp_path / "tiny-1", images)


def test_dataset_gives_back_pixels_masks_and_facts(folder, images):
    source = DatasetSource(folder)
    examples = [source.read(listing) for listing in source.listings]

    for example, (patient, _, pixels, mask) in zip(examples, images, strict=True):
        assert example.patient_id == patient
        assert example.age_years == 63
        np.testing.assert_array_equal(example.pixels, pixels)
        np.testing.assert_array_equal(example.masks["bac"], mask)
        assert example.acquisition.pixel_spacing_mm == (0.1, 0.1)
        assert example.acquisition.kvp == 29
        assert example.questions["bac_present"] in {"yes", "no"}
    assert [listing.present for listing in source.listings] == [{"bac": True}, {"bac": False}, {"bac": True}]
    assert source.version.startswith("tiny@1 (")


def test_image_that_nobody_read_for_a_label_says_nothing_of_it(tmp_path, images):
    folder = write_dataset(tmp_path / "tiny-1", [(*images[0][:3], None)])

    assert DatasetSource(folder).listings[0].present == {}


def read_first(folder):
    source = DatasetSource(folder)
    return source.read(source.listings[0])


def refusal(folder):
    with pytest.raises(TrainingDataRefusedError) as refused:
        read_first(folder)
    return refused.value.code


def test_folder_without_a_list_is_refused(tmp_path):
    assert refusal(tmp_path) == "dataset_missing"


@pytest.mark.parametrize("content", ["{", "[]", '{"format": "other"}'])
def test_list_of_another_kind_is_refused(tmp_path, content):
    (tmp_path / "manifest.json").write_text(content)

    assert refusal(tmp_path) in {"dataset_damaged", "dataset_format"}


def test_list_that_was_changed_is_refused(folder):
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["items"][0]["split"] = "test"
    path.write_text(json.dumps(manifest))

    assert refusal(folder) == "dataset_damaged"


@pytest.mark.parametrize("kind", ["images", "masks"])
@pytest.mark.parametrize("change", ["missing", "changed"])
def test_file_that_is_not_the_exported_one_is_refused(folder, kind, change):
    first = DatasetSource(folder).listings[0].image_id
    name = f"{first.split('_')[0]}.png" if kind == "images" else f"{first}_bac.png"
    path = folder / kind / name
    content = path.read_bytes()
    path.unlink()
    if change == "changed":
        path.write_bytes(content + b" ")

    assert refusal(folder) == "dataset_damaged"


def test_phantoms_are_listed_without_being_drawn_and_read_as_drawn(tiny_recipe):
    source = PhantomSource(tiny_recipe.phantoms)
    first = source.listings[0]
    example = source.read(first)
    phantom = phantom_of_set(tiny_recipe.phantoms, "train", 0)

    assert [listing.split for listing in source.listings] == ["train", "train", "validation", "test"]
    np.testing.assert_array_equal(example.pixels, phantom.presentation)
    np.testing.assert_array_equal(example.masks["bac"], expert_mask(phantom))
    assert first.present["bac"] == bool(phantom.bac_lines)
    assert source.is_synthetic


def test_raw_phantoms_are_read_where_the_raw_form_is_asked_for(tiny_recipe):
    source = PhantomSource(tiny_recipe.phantoms, "processing")
    example = source.read(source.listings[0])

    assert example.acquisition.presentation_intent == "FOR PROCESSING"
