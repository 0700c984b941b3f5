import json
from dataclasses import asdict, fields, replace

import numpy as np
import pytest

from ml.breast import find_regions
from ml.errors import ImageRefusedError, MaskShapeMismatchError, PixelValuesError, QuantifyInputError
from ml.masks import area_px, empty, from_dense, kulpa_length_mm, skeleton, to_dense
from ml.quantify import DEFINITIONS, UNDEFINED_REASONS, Quantities, quantify
from ml.types import Acquisition
from tests.factories.calcified_scene import ACQUISITION, COLUMNS, ROWS, draw_scene


@pytest.fixture(scope="module")
def scene():
    return draw_scene(thickness_mm=0.3)


def measure(scene, **options):
    if "probability" not in options:
        options.setdefault("mask", scene.mask)
    return quantify(scene.pixels, options.pop("acquisition", scene.acquisition), **options)


def test_mask_and_its_probability_map_give_the_same_numbers(scene):
    probability = to_dense(scene.mask).astype(np.float64)

    from_mask, from_map = measure(scene), measure(scene, probability=probability)

    assert from_mask.pm == from_mask.am == from_mask.area_px == 1000
    assert {**asdict(from_mask), "definition": 0} == {**asdict(from_map), "definition": 0}
    assert (from_mask.definition["made_of"], from_map.definition["made_of"]) == ("mask", "probability")


def test_cutoff_makes_the_mask(scene):
    probability = np.zeros((ROWS, COLUMNS))
    probability[300:310, 100:120], probability[310:320, 100:120] = 0.5, 0.7

    assert [measure(scene, probability=probability, cutoff=cutoff).am for cutoff in (0.4, 0.5, 0.7)] == [
        400,
        200,
        0,
    ]
    assert measure(scene, probability=probability).pm == pytest.approx(240)
    assert measure(scene, probability=probability, least_probability=0.5).pm == pytest.approx(140)


def test_length_and_area_use_both_spacings(scene):
    spacing_mm = (0.1, 0.15)

    measured = measure(scene, acquisition=replace(ACQUISITION, pixel_spacing_mm=spacing_mm))

    assert measured.area_mm2 == pytest.approx(1000 * 0.015)
    assert measured.length_mm == pytest.approx(kulpa_length_mm(skeleton(scene.mask), spacing_mm))
    assert measured.breast_area_mm2 == pytest.approx(measured.breast_area_px * 0.015)


def test_breast_area_is_that_of_the_breast(scene):
    measured = measure(scene)

    assert measured.breast_area_px == pytest.approx(scene.breast.sum(), rel=0.02)


def test_magnified_view_is_measured_in_the_breast(scene):
    measured = measure(scene, acquisition=replace(ACQUISITION, magnification=1.8))

    assert measured.area_mm2 == pytest.approx(10 / 1.8**2)
    assert (measured.definition["plane"], measured.definition["magnification"]) == ("object", 1.8)


def test_without_spacing_pixels_are_still_counted(scene):
    measured = measure(scene, acquisition=replace(ACQUISITION, pixel_spacing_mm=None))

    assert measured.area_px == 1000
    assert measured.length_px > 0
    assert measured.tam is not None
    assert measured.breast_area_px > 0
    assert {name for name, reason in measured.undefined.items() if reason == "pixel_spacing_missing"} == {
        "length_mm",
        "area_mm2",
        "breast_area_mm2",
        "mass_mg",
        "mass_interval_mg",
        "mass_detection_limit_mg",
        "mass_category",
    }


def test_empty_mask_counts_nothing(scene):
    measured = measure(scene, mask=empty(ROWS, COLUMNS))

    counted = ("pm", "am", "sim", "tam", "tsim", "length_px", "length_mm", "area_px", "area_mm2", "mass_mg")
    assert [getattr(measured, name) for name in counted] == [0] * len(counted)


def test_deep_image_without_breast_has_no_brightness():
    pixels = np.full((300, 200), 900, dtype=np.uint16)
    dense = np.zeros(pixels.shape, dtype=bool)
    dense[100:110, 50:80] = True

    measured = quantify(
        pixels, Acquisition(bits_stored=12, presentation_intent="FOR PRESENTATION"), mask=from_dense(dense)
    )

    assert {measured.undefined[name] for name in ("sim", "tam", "tsim", "breast_area_px")} == {
        "breast_not_found"
    }


def test_every_number_is_defined_and_every_reason_explained(scene):
    measured = measure(scene, acquisition=Acquisition(bits_stored=12))

    undescribed = {"mass_terms_mg", "calibration", "calibration_reason", "flags", "undefined", "definition"}
    assert set(DEFINITIONS) == {field.name for field in fields(Quantities)} - undescribed
    assert set(measured.undefined.values()) <= set(UNDEFINED_REASONS)
    assert set(measured.undefined) == {name for name in DEFINITIONS if getattr(measured, name) is None}
    json.dumps(asdict(measured), allow_nan=False)


def test_scores_are_counted_on_the_median(scene):
    pixels = np.full((200, 150), 90, dtype=np.uint16)
    pixels[:, 100:] = 0
    pixels[50:60, 20:50] = 180
    pixels[55, 30] = 255  # a speck that the median takes away
    dense = pixels >= 180

    measured = quantify(pixels, Acquisition(bits_stored=8), mask=from_dense(dense))

    assert measured.definition["mapping_id"] == "stored-8-bit"
    # Three pixels of each corner see more of the surroundings than of the patch.
    assert measured.tam == 300 - 12
    assert measured.tsim == 180 * 288
    assert measured.sim == 180 * 288 + 90 * 12


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"mask": None}, "mask_or_probability"),
        ({"cutoff": 1.0}, "parameter_invalid"),
        ({"cutoff": float("nan")}, "parameter_invalid"),
        ({"least_probability": -0.1}, "parameter_invalid"),
        ({"threshold_x": 256}, "parameter_invalid"),
        ({"detector_offset": float("nan")}, "parameter_invalid"),
        ({"log_counts_per_e_fold": 0}, "parameter_invalid"),
        ({"acquisition": replace(ACQUISITION, pixel_spacing_mm=(0.1, 0.0))}, "pixel_spacing_invalid"),
        ({"acquisition": replace(ACQUISITION, pixel_spacing_mm=(0.1, -0.1))}, "pixel_spacing_invalid"),
    ],
)
def test_senseless_requests_are_refused(scene, options, code):
    with pytest.raises(QuantifyInputError) as refusal:
        measure(scene, **options)

    assert refusal.value.code == code


def test_mask_and_map_together_are_refused(scene):
    with pytest.raises(QuantifyInputError):
        measure(scene, mask=scene.mask, probability=np.zeros((ROWS, COLUMNS)))


@pytest.mark.parametrize(
    "marked", [{"mask": empty(ROWS, COLUMNS + 1)}, {"probability": np.zeros((ROWS, 2, 2))}]
)
def test_mask_of_another_image_is_refused(scene, marked):
    with pytest.raises(MaskShapeMismatchError):
        measure(scene, **marked)


def test_regions_at_hand_are_used_if_they_are_of_this_image(scene):
    regions = find_regions(scene.pixels, ACQUISITION)

    assert measure(scene, regions=regions) == measure(scene)
    with pytest.raises(MaskShapeMismatchError):
        measure(scene, regions=replace(regions, labels=regions.labels[:-1]))


def test_eight_bit_pixels_measure_as_wide_ones():
    narrow = (2**14 - 1 - draw_scene().pixels >> 6).astype(np.uint8)
    mask, facts = draw_scene().mask, Acquisition(bits_stored=8, pixel_spacing_mm=(0.1, 0.1))

    assert quantify(narrow, facts, mask=mask) == quantify(narrow.astype(np.uint16), facts, mask=mask)


def test_pixels_that_are_no_stored_values_are_refused(scene):
    with pytest.raises(PixelValuesError):
        quantify(scene.pixels.astype(np.float32), ACQUISITION, mask=scene.mask)


def test_spacing_that_is_not_that_of_a_mammogram_is_refused(scene):
    with pytest.raises(ImageRefusedError):
        measure(scene, acquisition=replace(ACQUISITION, pixel_spacing_mm=(9.0, 9.0)))


def test_area_agrees_with_the_mask(scene):
    assert measure(scene).area_px == area_px(scene.mask)
