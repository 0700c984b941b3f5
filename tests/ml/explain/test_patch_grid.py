import numpy as np
import pytest
import torch

from ml.errors import PredictionCancelledError, PredictionRefusedError
from ml.explain import patch_grid
from ml.inference import PatchScorer, patch_plane
from ml.networks import build_network, pack_weights
from ml.types import Acquisition
from tests.factories.model_card import make_model_card

SPACING = Acquisition(bits_stored=12, pixel_spacing_mm=(0.1, 0.1))


@pytest.fixture(scope="module")
def scorer():
    torch.manual_seed(3)
    card = make_model_card(
        architecture="resnet18", task="patch_classification", label="microcalcification", tile_px=64
    )
    return PatchScorer(pack_weights(build_network("resnet18"), card))


@pytest.fixture
def image():
    random = np.random.default_rng(2)
    pixels = random.integers(500, 3000, (150, 140)).astype(np.uint16)
    pixels[:, 128:] = 0
    return pixels


def asked_alone(scorer, image, row, column):
    plane = patch_plane(image, SPACING, 0.1, scorer.card.median_px)
    plane = np.pad(plane, ((0, 100), (0, 100)))
    return scorer.probabilities(plane[None, row : row + 64, column : column + 64])[0]


def test_each_cell_has_the_probability_of_its_patch(scorer, image):
    grid = patch_grid(scorer, image, SPACING)

    assert grid.levels.shape == (3, 3)
    for row in range(3):
        for column in range(2):
            alone = asked_alone(scorer, image, 64 * row, 64 * column)
            assert grid.levels[row, column] == pytest.approx(255 * alone, abs=0.51)
    # Air alone is not asked for.
    assert not grid.levels[:, 2].any()


def test_cell_that_several_patches_cover_has_their_mean(scorer, image):
    grid = patch_grid(scorer, image, SPACING, stride_px=32)

    both = [asked_alone(scorer, image, 0, column) for column in (0, 32)]
    assert grid.levels[0, 0] == pytest.approx(255 * both[0], abs=0.51)
    assert grid.levels[0, 1] == pytest.approx(255 * np.mean(both), abs=0.51)


def test_cells_lie_where_they_were_asked_for(scorer, image):
    framed = np.full((170, 160), 4095, np.uint16)
    framed[10:160, 10:150] = image
    plain, found = (patch_grid(scorer, pixels, SPACING) for pixels in (image, framed))

    np.testing.assert_array_equal(found.levels, plain.levels)
    np.testing.assert_array_equal(found.on_image()[10:160, 10:150], plain.on_image())
    assert not found.on_image()[:10].any()
    assert plain.on_image().shape == image.shape
    assert plain.on_image()[63, 63] == plain.levels[0, 0]
    assert plain.on_image()[64, 63] == plain.levels[1, 0]


@pytest.mark.parametrize("shape", [(3, 5), (64, 64), (65, 64)])
def test_image_of_any_size_is_covered(scorer, shape):
    pixels = np.random.default_rng(1).integers(500, 3000, shape).astype(np.uint16)

    assert patch_grid(scorer, pixels, SPACING).on_image().shape == shape


def test_constant_image_has_an_empty_heatmap(scorer):
    assert not patch_grid(scorer, np.full((100, 90), 9, np.uint16), SPACING).levels.any()


@pytest.mark.parametrize("stride_px", [63, 65, -8])
def test_stride_that_is_no_part_of_the_side_is_refused(scorer, image, stride_px):
    with pytest.raises(PredictionRefusedError, match="64, 32 or 16") as refused:
        patch_grid(scorer, image, SPACING, stride_px=stride_px)
    assert refused.value.code == "stride_wrong"


def test_image_of_unknown_pixel_size_is_refused(scorer, image):
    with pytest.raises(PredictionRefusedError) as refused:
        patch_grid(scorer, image, Acquisition(bits_stored=12))
    assert refused.value.code == "pixel_spacing_missing"


def test_work_is_told_of_and_can_be_stopped(scorer, image):
    told = []
    patch_grid(scorer, image, SPACING, on_progress=lambda done, total: told.append((done, total)))

    assert told == [(0, 6), (6, 6)]
    with pytest.raises(PredictionCancelledError):
        patch_grid(scorer, image, SPACING, should_cancel=lambda: True)
