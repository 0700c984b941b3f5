from dataclasses import replace

import pytest

from ml.training import read_recipe
from ml.training.phantom_data import phantom_of_set, training_image


@pytest.fixture(scope="session")
def tiny_recipe(repository):
    """The shipped recipe, made small enough for a test."""
    recipe = read_recipe(repository / "ml" / "training" / "recipes" / "scunet_phantom.yaml")
    return replace(
        recipe,
        threads=1,
        phantoms=replace(
            recipe.phantoms, train=2, validation=1, test=1, rows=300, columns=260, pixel_spacing_mm=0.3
        ),
        preparation=replace(recipe.preparation, tile_px=128, overlap_px=16, pixel_spacing_mm=0.4),
        optimisation=replace(recipe.optimisation, steps=2, batch=2),
    )


@pytest.fixture(scope="session")
def images(tiny_recipe):
    return [training_image(phantom_of_set(tiny_recipe.phantoms, "train", k), tiny_recipe) for k in range(2)]
