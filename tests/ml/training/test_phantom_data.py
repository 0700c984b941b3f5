import numpy as np
import pytest

from ml.phantom import expert_mask
from ml.training.phantom_data import phantom_of_set


def test_sets_share_no_phantom(tiny_recipe):
    seeds = {
        phantom_of_set(tiny_recipe.phantoms, name, k).seed
        for name in ("train", "validation", "test")
        for k in range(2)
    }

    assert len(seeds) == 6


def test_training_image_has_the_networks_pixel_spacing(images):
    # 300 x 260 pixels of 0.3 mm are 225 x 195 of 0.4 mm.
    for image in images:
        assert {view.shape for view in (*image.views, image.label)} == {(225, 195)}
        assert {view.dtype for view in image.views} == {np.dtype(np.uint8)}
        assert all(view.max() > 200 for view in image.views)


def test_label_is_the_experts_mask(images, tiny_recipe):
    mask = expert_mask(phantom_of_set(tiny_recipe.phantoms, "train", 0))

    # The same area on both grids, but for what is lost on edges.
    assert images[0].label.sum() * 0.16 == pytest.approx(mask.sum() * 0.09, rel=0.05)


def test_points_lie_where_they_say(images):
    for image in images:
        assert image.label[tuple(image.bac_points.T)].all()
        assert len(image.lookalike_points) > 10
        assert len(image.breast_points) > 1000
