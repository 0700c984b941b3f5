from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.masks import empty, from_dense, to_dense
from ml.quantify import quantify
from tests.factories.calcified_scene import ACQUISITION, COLUMNS, ROWS, draw_scene


def weigh(scene, **options):
    return quantify(scene.pixels, scene.acquisition, mask=options.pop("mask", scene.mask), **options)


def test_known_layer_of_mineral_is_weighed():
    scene = draw_scene(thickness_mm=0.0855, size=(20, 50))

    measured = weigh(scene)

    assert scene.calcium_mg == pytest.approx(1.078, abs=5e-4)
    assert measured.mass_mg == pytest.approx(scene.calcium_mg, rel=0.02)
    assert measured.mass_category == "(0, 20]"
    assert (measured.calibration, measured.calibration_reason) == ("physics", "no_calibration_for_this_beam")


@pytest.mark.parametrize("thickness_mm", [0.02, 0.1, 0.5, 1.5])
def test_mass_is_proportional_to_thickness(thickness_mm):
    scene = draw_scene(thickness_mm=thickness_mm)

    assert weigh(scene).mass_mg == pytest.approx(scene.calcium_mg, rel=0.03, abs=0.02)


@pytest.mark.parametrize(
    "facts",
    [
        {"grid": "NONE"},
        {"anode": "TUNGSTEN", "filter_material": "RHODIUM", "kvp": 28.0},
        {"body_part_thickness_mm": 70.0},
        {"pixel_spacing_mm": (0.05, 0.05)},
        {"pixel_spacing_mm": (0.1, 0.15)},
        {"pixel_spacing_mm": (0.18, 0.18), "magnification": 1.8},
    ],
)
def test_scatter_beam_and_pixels_are_taken_into_account(facts):
    scene = draw_scene(thickness_mm=0.3, acquisition=replace(ACQUISITION, **facts))
    magnification = facts.get("magnification", 1.0)

    measured = weigh(scene)

    assert measured.mass_mg == pytest.approx(scene.calcium_mg / magnification**2, rel=0.03)


def test_inverted_and_offset_storage_weighs_the_same():
    scene = draw_scene(thickness_mm=0.3)
    turned = replace(
        scene,
        pixels=(2**14 - 1 - scene.pixels - 50).astype(np.uint16),
        acquisition=replace(ACQUISITION, pixel_intensity_relationship_sign=-1),
    )

    assert weigh(turned, detector_offset=50).mass_mg == pytest.approx(weigh(scene).mass_mg, rel=1e-4)


def test_known_detector_offset_is_no_doubt():
    scene = draw_scene()

    assert weigh(scene).mass_terms_mg["detector_offset"] > 0
    assert "detector_offset" not in weigh(scene, detector_offset=0).mass_terms_mg


def test_noise_alone_stays_near_nothing_and_the_truth_in_the_interval():
    scenes = [draw_scene(thickness_mm=0.0, noise=0.03, seed=seed) for seed in range(20)]

    masses = np.array([weigh(scene).mass_mg for scene in scenes])

    limits = np.array([weigh(scene).mass_detection_limit_mg for scene in scenes])
    assert masses.std() == pytest.approx(limits.mean() / 3, rel=0.5)
    assert (np.abs(masses) < limits).mean() >= 0.9


def test_undetectable_mass_is_category_0():
    scene = draw_scene(thickness_mm=0.0, noise=0.05, seed=1)

    measured = weigh(scene)

    assert measured.mass_mg < measured.mass_detection_limit_mg
    assert measured.mass_category == "0"


def test_interval_holds_the_terms_in_quadrature():
    measured = weigh(draw_scene(noise=0.02))

    low, high = measured.mass_interval_mg
    together = np.sqrt(sum(term**2 for term in measured.mass_terms_mg.values()))
    assert (high - low) / 2 == pytest.approx(1.96 * together)
    assert low < measured.mass_mg < high
    assert set(measured.mass_terms_mg) == {
        "noise",
        "background",
        "mask_edge",
        "beam",
        "scatter",
        "geometry",
        "detector_offset",
    }


@pytest.mark.parametrize(
    ("facts", "term"),
    [({"anode": ""}, "beam"), ({"body_part_thickness_mm": None}, "beam"), ({"grid": ""}, "scatter")],
)
def test_what_the_header_does_not_say_widens_the_interval(facts, term):
    scene = draw_scene()
    silent = replace(scene, acquisition=replace(ACQUISITION, **facts))

    known, unknown = weigh(scene), weigh(silent)

    assert unknown.mass_terms_mg[term] > 1.5 * known.mass_terms_mg[term]
    assert set(unknown.flags) & {"beam_unknown", "body_part_thickness_unknown", "grid_unknown"}


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"presentation_intent": "FOR PRESENTATION"}, "for_presentation"),
        ({"presentation_intent": ""}, "presentation_intent_unknown"),
        ({"is_lossy": True}, "lossy_compression"),
        ({"pixel_intensity_relationship": "LOG"}, "log_scale_unknown"),
        ({"pixel_spacing_mm": None}, "pixel_spacing_missing"),
    ],
)
@pytest.mark.parametrize("is_empty", [False, True])
def test_image_that_carries_no_thickness_has_no_mass(facts, reason, is_empty):
    scene = draw_scene()
    told = replace(scene, acquisition=replace(ACQUISITION, **facts))

    measured = weigh(told, mask=empty(ROWS, COLUMNS) if is_empty else scene.mask)

    names = ("mass_mg", "mass_interval_mg", "mass_detection_limit_mg", "mass_category")
    assert [getattr(measured, name) for name in names] == [None] * 4
    assert {measured.undefined[name] for name in names} == {reason}
    assert (measured.calibration, measured.calibration_reason) == ("none", reason)


def test_logarithmic_image_of_known_slope_is_weighed():
    scene = draw_scene(thickness_mm=0.3)
    logarithmic = replace(
        scene,
        pixels=np.rint(1000 * np.log(scene.pixels)).astype(np.uint16),
        acquisition=replace(ACQUISITION, pixel_intensity_relationship="LOG"),
    )

    measured = weigh(logarithmic, log_counts_per_e_fold=1000)

    assert measured.mass_mg == pytest.approx(scene.calcium_mg, rel=0.03)


def test_empty_mask_weighs_nothing():
    measured = weigh(draw_scene(), mask=empty(ROWS, COLUMNS))

    assert measured.mass_mg == 0
    assert measured.mass_category == "0"
    assert measured.undefined == {
        "mass_interval_mg": "empty_mask",
        "mass_detection_limit_mg": "empty_mask",
    }


def test_mask_in_air_has_no_mass():
    scene = draw_scene()
    dense = np.zeros((ROWS, COLUMNS), dtype=bool)
    dense[10:20, 450:480] = True

    assert weigh(scene, mask=from_dense(dense)).undefined["mass_mg"] == "outside_breast"


def test_metal_has_no_mass():
    scene = draw_scene()
    scene.pixels[to_dense(scene.mask)] = 0

    assert weigh(scene).undefined["mass_mg"] == "saturated"


def test_mask_that_leaves_no_tissue_has_no_mass():
    scene = draw_scene()
    everything = from_dense(np.ones((ROWS, COLUMNS), dtype=bool))

    assert weigh(scene, mask=everything).undefined["mass_mg"] == "no_background"


def test_constant_image_has_no_mass():
    pixels = np.full((ROWS, COLUMNS), 500, dtype=np.uint16)

    measured = quantify(pixels, ACQUISITION, mask=draw_scene().mask)

    assert measured.undefined["mass_mg"] == "saturated"
    assert measured.undefined["breast_area_px"] == "breast_not_found"


def test_mask_at_the_chest_wall_has_tissue_on_one_side_only_and_says_how_unsure_it_is():
    scene = draw_scene(at=(340, 0))

    measured = weigh(scene)

    low, high = measured.mass_interval_mg
    assert low < scene.calcium_mg < high
    assert measured.mass_terms_mg["background"] > 5 * weigh(draw_scene()).mass_terms_mg["background"]


def test_one_pixel_is_weighed():
    scene = draw_scene(thickness_mm=1.0, size=(1, 1))

    assert weigh(scene).mass_mg == pytest.approx(scene.calcium_mg, rel=0.05)
    assert weigh(scene).length_mm == 0


@settings(max_examples=8)
@given(st.booleans(), st.booleans(), st.integers(0, 1000))
def test_mirrored_image_weighs_the_same(is_upside_down, is_mirrored, seed):
    scene = draw_scene(noise=0.02, seed=seed)
    steps = (-1 if is_upside_down else 1, -1 if is_mirrored else 1)
    turned = replace(
        scene,
        pixels=np.ascontiguousarray(scene.pixels[:: steps[0], :: steps[1]]),
        mask=from_dense(to_dense(scene.mask)[:: steps[0], :: steps[1]]),
    )

    assert weigh(turned).mass_mg == pytest.approx(weigh(scene).mass_mg, rel=0.02, abs=0.005)
