import numpy as np
import pytest

from ml.errors import PredictionRefusedError
from ml.training.classify_config import patch_recipe
from ml.training.config_file import read_config
from ml.training.patches import PatchSet, add_malignant, add_present
from ml.training.source import Example, Finding
from ml.types import Acquisition

SIDE = 64


@pytest.fixture
def recipe(repository):
    content, _ = read_config(repository / "ml" / "training" / "recipes" / "classify_patches.yaml")
    content["patches"] |= {"side_px": SIDE, "pixel_spacing_mm": 0.1, "negatives_per_image": 5}
    return patch_recipe(content)


def example(spots, *, spacing_mm=0.1, rows=400, columns=300):
    """A breast of nearly even grey, with spots that are marked."""
    pixels = np.full((rows, columns), 200, np.uint16)
    pixels[rows // 2, 0] = 203
    pixels[:, 250:] = 0
    mask = np.zeros(pixels.shape, bool)
    for row, column in spots:
        mask[row - 2 : row + 3, column - 2 : column + 3] = True
    pixels[mask] = 235
    return Example(
        image_id="image",
        patient_id="patient",
        age_years=None,
        pixels=pixels,
        acquisition=Acquisition(bits_stored=8, pixel_spacing_mm=(spacing_mm,) * 2 if spacing_mm else None),
        masks={"microcalcification": mask},
    )


def cut(recipe, one, findings=(), seed=1):
    patches = PatchSet()
    add_present(patches, one, findings, recipe, np.random.default_rng(seed))
    return patches


def test_patches_are_centred_on_each_spot_and_tissue_shows_none(recipe):
    patches = cut(recipe, example([(100, 80), (300, 200)]))

    assert patches.truth == [True, True, False, False, False, False, False]
    for patch in patches.images[:2]:
        assert patch.shape == (SIDE, SIDE)
        rows, columns = np.nonzero(patch == 235)
        assert (rows.mean(), columns.mean()) == pytest.approx((SIDE / 2, SIDE / 2), abs=1)
    for patch in patches.images[2:]:
        assert not (patch == 235).any()
        assert patch.mean() > recipe.patches.least_mean
    assert set(patches.patients) == {"patient"}


def test_spots_at_the_border_are_shown_whole(recipe):
    patches = cut(recipe, example([(2, 2), (397, 240)]))

    assert [np.count_nonzero(patch == 235) for patch in patches.images[:2]] == [25, 25]


@pytest.mark.parametrize("seed", range(20))
def test_tissue_overlaps_no_patch_with_a_spot(recipe, seed):
    # All that the patch around the spot shows is a little brighter than the rest of the breast.
    one = example([(100, 80)])
    first_row, first_column = 100 - SIDE // 2, 80 - SIDE // 2
    one.pixels[first_row : first_row + SIDE, first_column : first_column + SIDE] += 20
    patches = cut(recipe, one, seed=seed)

    assert patches.images[0].min() == 220
    assert max(patch.max() for patch in patches.images[1:]) <= 203


@pytest.mark.parametrize("seed", range(10))
def test_tissue_shows_no_end_of_a_rod_longer_than_a_patch(recipe, seed):
    one = example([])
    one.masks["microcalcification"][10:390, 100:102] = True
    one.pixels[10:390, 100:102] = 235

    patches = cut(recipe, one, seed=seed)

    assert patches.truth[0]
    assert not [patch for patch in patches.images[1:] if (patch == 235).any()]


def test_image_full_of_spots_has_no_patch_of_tissue(recipe):
    spots = [(row, column) for row in range(20, 390, 40) for column in range(20, 240, 40)]

    assert all(cut(recipe, example(spots)).truth)


def test_image_without_spots_has_tissue_alone(recipe):
    assert cut(recipe, example([])).truth == [False] * 5


def test_image_of_air_gives_nothing(recipe):
    one = example([])
    one.pixels[:] = 0

    assert cut(recipe, one).truth == []


def test_patches_are_cut_at_the_networks_pixel_size(recipe):
    patches = cut(recipe, example([(100, 80)], spacing_mm=0.2))

    # 5 x 5 pixels of 0.2 mm are 10 x 10 of 0.1 mm; between them values are interpolated.
    assert np.count_nonzero(patches.images[0] > 217) == pytest.approx(100, abs=15)


def test_image_smaller_than_a_patch_is_padded(recipe):
    patches = cut(recipe, example([(20, 20)], rows=40, columns=50))

    assert patches.images[0].shape == (SIDE, SIDE)
    assert not patches.images[0][40:].any()


def test_findings_are_spots_too(recipe):
    patches = cut(recipe, example([]), [Finding(centre=(200.0, 100.0), histology="")])

    assert patches.truth == [True, False, False, False, False, False]


def test_histology_tells_malignant_from_benign_and_leaves_the_rest_out(recipe):
    names = [
        "benign",
        "dcis",
        "invasive",
        "malignant",
        "high_risk",
        "not_done",
        "",
        "benign_without_callback",
    ]
    findings = [Finding((100.0 + k, 100.0), name) for k, name in enumerate(names)]
    patches = PatchSet()

    add_malignant(patches, example([]), findings, recipe)

    assert patches.truth == [False, True, True, True]


def test_image_of_unknown_pixel_size_is_refused(recipe):
    with pytest.raises(PredictionRefusedError) as refused:
        cut(recipe, example([(100, 80)], spacing_mm=None))
    assert refused.value.code == "pixel_spacing_missing"
