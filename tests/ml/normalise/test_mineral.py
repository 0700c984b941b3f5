"""The map of mineral against synthetic breasts whose mineral is known, and images that cannot have one."""

from dataclasses import replace

import numpy as np
import pytest

from ml.errors import NormalisationRefusedError, PixelSpacingMissingError
from ml.normalise import cell_means, mineral_map_mm
from ml.phantom import make_exam


def make_breast(seed: int):
    return make_exam(
        seed, views=("LCC",), rows=1200, columns=900, pixel_spacing_mm=0.2, has_bac=True, severity=0.9
    )[0]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_map_rises_with_the_true_mineral(seed):
    phantom = make_breast(seed)

    mineral = mineral_map_mm(phantom.raw, phantom.acquisition)

    true_mm = phantom.bac_thickness_mm + phantom.microcalcification_thickness_mm
    is_thick = cell_means(true_mm.astype(np.float32), mineral.step_px) > 0.05
    truth = cell_means(true_mm.astype(np.float32), mineral.step_px)[is_thick]
    found = mineral.values_mm[is_thick]
    assert is_thick.sum() > 100
    assert np.corrcoef(truth, found)[0, 1] > 0.75
    assert 0.5 < found.mean() / truth.mean() < 1.1


def test_little_but_mineral_is_visible():
    phantom = make_breast(2)

    mineral = mineral_map_mm(phantom.raw, phantom.acquisition)

    true_mm = cell_means(phantom.bac_thickness_mm.astype(np.float32), mineral.step_px)
    is_visible = mineral.values_mm >= mineral.visible_from_mm
    assert is_visible[true_mm > 0.1].mean() > 0.8
    assert is_visible[mineral.inside & (true_mm < 0.005)].mean() < 0.03
    assert not mineral.values_mm[~mineral.inside].any()


def test_fine_pixels_are_averaged_to_cells_of_about_a_seventh_of_a_millimetre():
    phantom = make_breast(1)
    fine = replace(phantom.acquisition, pixel_spacing_mm=(0.05, 0.05))

    mineral = mineral_map_mm(phantom.raw[:1199, :898], fine)

    assert mineral.step_px == 3
    assert mineral.values_mm.shape == (400, 300)


def test_cell_means_repeat_the_last_pixels_of_a_row():
    image = np.array([[1, 3, 5], [1, 3, 9]], dtype=np.float32)

    assert cell_means(image, 2).tolist() == [[2, 7]]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"presentation_intent": "FOR PRESENTATION"}, "not_raw"),
        ({"is_lossy": True}, "not_raw"),
        ({"pixel_intensity_relationship": "LOG"}, "not_raw"),
        ({"anode": ""}, "beam_unknown"),
        ({"body_part_thickness_mm": None}, "body_part_thickness_unknown"),
    ],
)
def test_images_without_the_facts_are_refused_by_name(facts, code):
    phantom = make_breast(1)

    with pytest.raises(NormalisationRefusedError) as refusal:
        mineral_map_mm(phantom.raw, replace(phantom.acquisition, **facts))

    assert refusal.value.code == code


def test_image_without_spacing_or_breast_is_refused_by_name():
    phantom = make_breast(1)
    with pytest.raises(PixelSpacingMissingError):
        mineral_map_mm(phantom.raw, replace(phantom.acquisition, pixel_spacing_mm=None))
    with pytest.raises(NormalisationRefusedError) as refusal:
        mineral_map_mm(np.full((300, 200), 9000, dtype=np.uint16), phantom.acquisition)
    assert refusal.value.code == "breast_not_found"
