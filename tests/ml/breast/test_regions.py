"""Regions of a drawn breast whose outline, muscle and traps are known."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.breast import COMPRESSED, PECTORAL, find_regions
from ml.errors import ImageRefusedError, PixelValuesError
from ml.types import Acquisition

ROWS, COLUMNS, PIXEL_MM = 700, 500, 0.3
ROW, COLUMN = np.mgrid[:ROWS, :COLUMNS]
BREAST = ((ROW - 330) / 260) ** 2 + (COLUMN / 300) ** 2 < 1
# An oblique view runs out of the image at the top, where its muscle has an edge from (0, 150) to (300, 0).
OBLIQUE_BREAST = BREAST | ((ROW < 330) & (COLUMN < 300 - 0.15 * (330 - ROW)))
MUSCLE = COLUMN / 150 + ROW / 300 < 1
PROCESSED = Acquisition(
    bits_stored=12, presentation_intent="FOR PRESENTATION", pixel_spacing_mm=(PIXEL_MM, PIXEL_MM)
)


def drawn(inside=BREAST, muscle=None):
    generator = np.random.default_rng(5)
    grey = np.where(inside, generator.normal(1500, 120, inside.shape), generator.normal(60, 8, inside.shape))
    if muscle is not None:
        grey[muscle] += 900
    return np.clip(grey, 0, 4095).astype(np.uint16)


def agreement(regions, truth):
    found = regions.labels > 0
    return (found & truth).sum() / (found | truth).sum()


def raw_of(grey):
    """Return a linear raw image, air brightest, with the attenuation that the grey levels stand for."""
    return np.rint(12_000 * np.exp(-grey.astype(np.float64) / 1000)).astype(np.uint16)


RAW = Acquisition(
    bits_stored=14,
    presentation_intent="FOR PROCESSING",
    pixel_intensity_relationship="LIN",
    pixel_intensity_relationship_sign=1,
    pixel_spacing_mm=(PIXEL_MM, PIXEL_MM),
)


def test_labels_count_as_areas():
    regions = find_regions(drawn(), PROCESSED)

    assert regions.is_found
    assert regions.chest_wall_side == "left"
    assert agreement(regions, BREAST) > 0.99
    assert regions.labels.dtype == np.uint8
    assert regions.breast_area_px() == np.count_nonzero(regions.labels)
    assert regions.breast_area_mm2() == pytest.approx(regions.breast_area_px() * PIXEL_MM**2)


def test_text_markers_and_a_ruler_at_the_edge_are_no_breast():
    pixels = drawn()
    pixels[20:60, 400:480] = 4095
    pixels[(ROW - 330) ** 2 + (COLUMN - 303) ** 2 < 36] = 4095  # a skin marker that touches the nipple
    pixels[0:40, 250:330] = 3000
    pixels[660:, 100:180] = 3000

    regions = find_regions(pixels, PROCESSED)

    assert not regions.labels[20:60, 400:480].any()
    assert not regions.labels[0:40, 250:330].any()
    assert not regions.labels[660:, 100:180].any()
    assert not regions.labels[325:335, 306:].any()
    assert agreement(regions, BREAST) > 0.99


def test_strip_of_another_body_part_below_the_fold_is_cut_off():
    strip = (ROW > 560) & (COLUMN < 12 + (ROW - 560) / 10)

    regions = find_regions(drawn(BREAST | strip), PROCESSED)

    assert not regions.labels[600:, :].any()
    assert agreement(regions, BREAST) > 0.985


@pytest.mark.parametrize(("frame", "noise"), [(4095, 0), (4000, 10), (0, 0), (60, 0)])
def test_white_and_black_frames_of_scans_are_left_out(frame, noise):
    generator = np.random.default_rng(1)
    pixels = np.full((ROWS + 90, COLUMNS + 70), frame, dtype=np.float64)
    pixels += noise * generator.standard_normal(pixels.shape)
    pixels = np.clip(pixels, 0, 4095).astype(np.uint16)
    pixels[40:-50, 30:-40] = drawn()
    pixels[45:60, 5:25] = 1000 if frame else 0  # a mark on the frame
    truth = np.zeros(pixels.shape, dtype=bool)
    truth[40:-50, 30:-40] = BREAST

    regions = find_regions(pixels, PROCESSED)

    assert regions.chest_wall_side == "left"
    assert agreement(regions, truth) > 0.985


def test_part_that_a_collimator_kept_dark_is_no_breast():
    generator = np.random.default_rng(3)
    pixels = generator.normal(60, 9, (ROWS + 120, COLUMNS + 40)).clip(1).astype(np.uint16)
    pixels[50:-70, :-40] = raw_of(drawn())
    truth = np.zeros(pixels.shape, dtype=bool)
    truth[50:-70, :-40] = BREAST

    regions = find_regions(pixels, RAW)

    assert agreement(regions, truth) > 0.985


def test_light_that_leaks_in_at_the_edge_is_no_breast():
    pixels = drawn().astype(np.float64)
    pixels[640:, 380:] += 1200 * np.linspace(0, 1, 120)

    regions = find_regions(np.clip(pixels, 0, 4095).astype(np.uint16), PROCESSED)

    assert agreement(regions, BREAST) > 0.985


@pytest.mark.parametrize("side", ["left", "right", "top", "bottom"])
def test_chest_wall_is_found_at_any_edge(side):
    pixels = drawn()
    turned = {"left": pixels, "right": pixels[:, ::-1], "top": pixels.T, "bottom": pixels.T[::-1]}[side]

    regions = find_regions(np.ascontiguousarray(turned), PROCESSED)

    assert regions.chest_wall_side == side
    assert ("chest_wall_not_at_side" in regions.flags) == (side in ("top", "bottom"))


@pytest.mark.parametrize(("laterality", "contradicts"), [("L", False), ("R", True), ("", False)])
def test_side_is_checked_against_the_header_and_never_replaces_it(laterality, contradicts):
    regions = find_regions(drawn(), replace(PROCESSED, image_laterality=laterality))

    assert ("laterality_contradicts_image" in regions.flags) == contradicts
    assert regions.laterality == laterality


@pytest.mark.parametrize(
    ("turned", "facts"),
    [
        (False, {}),
        (False, {"pixel_intensity_relationship_sign": None}),
        (False, {"photometric_interpretation": "MONOCHROME1"}),
        (True, {"pixel_intensity_relationship_sign": -1}),
        (True, {"pixel_intensity_relationship_sign": None, "photometric_interpretation": "MONOCHROME1"}),
    ],
)
def test_raw_images_are_read_whichever_way_they_run(turned, facts):
    pixels = raw_of(drawn())
    if turned:
        pixels = np.uint16(2**14 - 1) - pixels

    regions = find_regions(pixels, replace(RAW, **facts))

    assert agreement(regions, BREAST) > 0.99


def test_inverted_picture_for_presentation_is_turned_round():
    regions = find_regions(4095 - drawn(), replace(PROCESSED, photometric_interpretation="MONOCHROME1"))

    assert agreement(regions, BREAST) > 0.99


def test_muscle_is_found_in_an_oblique_view_only():
    pixels = drawn(OBLIQUE_BREAST, MUSCLE)

    oblique = find_regions(pixels, replace(PROCESSED, view_position="MLO"))
    straight = find_regions(pixels, replace(PROCESSED, view_position="CC"))
    unknown = find_regions(pixels, PROCESSED)

    found = oblique.labels == PECTORAL
    assert (found & MUSCLE).sum() / (found | MUSCLE).sum() > 0.95
    assert straight.polygon is None
    assert not (straight.labels == PECTORAL).any()
    assert unknown.polygon == oblique.polygon
    assert oblique.breast_area_px() == np.count_nonzero(oblique.labels) - found.sum()


TURNED = drawn(OBLIQUE_BREAST, MUSCLE)
TURNS = {
    "right": lambda image: image[:, ::-1],
    "upside down": lambda image: image[::-1],
    "half a turn": lambda image: image[::-1, ::-1],
    "wall at top": lambda image: image.T,
    "wall at bottom": lambda image: image.T[::-1],
    "turned left": np.rot90,
    "turned right": lambda image: np.rot90(image, -1),
}


@pytest.mark.parametrize("view", ["MLO", ""])
@pytest.mark.parametrize("turn", TURNS)
def test_muscle_is_found_whichever_way_the_image_is_stored(turn, view):
    pixels, muscle = (np.ascontiguousarray(TURNS[turn](image)) for image in (TURNED, MUSCLE))

    regions = find_regions(pixels, replace(PROCESSED, view_position=view))

    found = regions.labels == PECTORAL
    assert (found & muscle).sum() / (found | muscle).sum() > 0.95
    assert ("upside_down" in regions.flags) == (turn in ("upside down", "half a turn"))


def test_muscle_of_an_upright_view_is_not_upside_down():
    assert "upside_down" not in find_regions(TURNED, replace(PROCESSED, view_position="MLO")).flags


def test_polygon_encloses_the_muscle_in_pixels_of_the_image():
    pixels = np.ascontiguousarray(drawn(OBLIQUE_BREAST, MUSCLE)[:, ::-1])

    polygon = np.array(find_regions(pixels, replace(PROCESSED, view_position="MLO")).polygon)

    ahead = np.roll(polygon, -1, axis=0)
    area_px = abs(np.sum(polygon[:, 0] * ahead[:, 1] - polygon[:, 1] * ahead[:, 0])) / 2
    assert area_px == pytest.approx(MUSCLE.sum(), rel=0.05)
    assert polygon[:, 1].max() == COLUMNS
    assert polygon.min() >= 0
    assert len(polygon) < 30


def test_oblique_view_without_visible_muscle_says_so():
    regions = find_regions(drawn(OBLIQUE_BREAST), replace(PROCESSED, view_position="MLO"))

    assert regions.polygon is None
    assert "pectoral_not_found" in regions.flags


def test_half_the_thickness_is_the_width_of_the_periphery():
    regions = find_regions(drawn(), replace(PROCESSED, body_part_thickness_mm=60.0))

    # 30 mm are 100 px: along the row of the nipple the skin is at column 300.
    compressed = regions.labels[330] == COMPRESSED
    assert compressed.sum() == pytest.approx(200, abs=3)
    assert "periphery_estimated" not in regions.flags


def test_breast_thinner_than_its_rim_is_all_periphery():
    regions = find_regions(drawn(), replace(PROCESSED, body_part_thickness_mm=300.0))

    assert not (regions.labels == COMPRESSED).any()
    assert "all_periphery" in regions.flags


def test_processed_image_without_a_thickness_tells_no_periphery():
    regions = find_regions(drawn(), PROCESSED)

    assert regions.flags == ("periphery_undetermined",)
    assert (regions.labels == COMPRESSED).sum() == np.count_nonzero(regions.labels)


def test_raw_image_without_a_thickness_shows_how_wide_its_periphery_is():
    regions = find_regions(raw_of(drawn()), RAW)

    assert "periphery_estimated" in regions.flags
    # The drawn breast is equally bright up to its skin.
    assert (regions.labels == COMPRESSED).sum() > 0.93 * BREAST.sum()


@pytest.mark.parametrize("inside", [BREAST, OBLIQUE_BREAST])
@pytest.mark.parametrize("turned", [False, True])
def test_fog_that_grows_across_the_image_is_no_breast(inside, turned):
    """At its end fog is as bright as half of the breast."""
    slope = 700 * (COLUMN / COLUMNS if turned else ROW / ROWS)

    regions = find_regions(np.clip(drawn(inside) + slope, 0, 4095).astype(np.uint16), PROCESSED)

    assert agreement(regions, inside) > 0.99
    assert "breast_uncertain" not in regions.flags


@pytest.mark.parametrize("height", [400, 1500])
def test_light_in_the_far_corner_is_no_breast(height):
    glow = height * np.exp(-(ROW**2 + (COLUMN - COLUMNS) ** 2) / (2 * 60**2))

    regions = find_regions(np.clip(drawn() + glow, 0, 4095).astype(np.uint16), PROCESSED)

    assert agreement(regions, BREAST) > 0.99
    assert "breast_uncertain" not in regions.flags


def test_light_that_runs_into_the_breast_is_told():
    glow = 1500 * np.exp(-((ROW - 100) ** 2 + (COLUMN - 330) ** 2) / (2 * 60**2))

    regions = find_regions(np.clip(drawn() + glow, 0, 4095).astype(np.uint16), PROCESSED)

    assert regions.is_found
    assert "breast_uncertain" in regions.flags


def test_pixels_need_not_be_square():
    wide = np.ascontiguousarray(drawn()[:, ::2])
    facts = replace(PROCESSED, pixel_spacing_mm=(PIXEL_MM, 0.5), body_part_thickness_mm=60.0)

    regions = find_regions(wide, facts)

    assert regions.breast_area_mm2() == pytest.approx(np.pi / 2 * 260 * PIXEL_MM * 150 * 0.5, rel=0.02)
    # 30 mm are 60 px along the row of the nipple, where the skin is at column 150.
    assert (regions.labels[330] == COMPRESSED).sum() == pytest.approx(90, abs=3)
    assert (regions.labels[:, 2] == COMPRESSED).sum() == pytest.approx(520 - 200, abs=10)


def test_without_a_spacing_the_breast_is_found_at_a_nominal_scale():
    regions = find_regions(drawn(), replace(PROCESSED, pixel_spacing_mm=None, body_part_thickness_mm=60.0))

    assert agreement(regions, BREAST) > 0.99
    assert regions.breast_area_mm2() is None
    # A thickness in millimetres means nothing without a spacing.
    assert {"pixel_spacing_unknown", "periphery_undetermined"} <= set(regions.flags)


@pytest.mark.parametrize(
    "pixels",
    [
        np.full((ROWS, COLUMNS), 700, dtype=np.uint16),
        np.full((ROWS, COLUMNS), 4095, dtype=np.uint16),
        np.zeros((ROWS, COLUMNS), dtype=np.uint16),
        np.zeros((1, 1), dtype=np.uint16),
        np.zeros((1, 900), dtype=np.uint16),
        np.random.default_rng(7).normal(1500, 200, (ROWS, COLUMNS)).astype(np.uint16),
        np.where((ROW > 20) & (ROW < 60) & (COLUMN > 400) & (COLUMN < 480), 4095, 60).astype(np.uint16),
    ],
    ids=["constant", "saturated", "black", "one pixel", "one row", "noise", "label only"],
)
def test_image_without_breast_has_no_regions(pixels):
    regions = find_regions(pixels, PROCESSED)

    assert not regions.is_found
    assert not regions.labels.any()
    assert regions.chest_wall_side is None
    assert regions.flags == ("breast_not_found",)
    assert regions.breast_area_mm2() == 0


@pytest.mark.parametrize(
    "pixels",
    [np.zeros((4, 4)), np.zeros((4, 4, 3), np.uint8), np.zeros((0, 4), np.uint16), np.zeros(9, np.uint8)],
)
def test_other_arrays_are_refused(pixels):
    with pytest.raises(PixelValuesError):
        find_regions(pixels, PROCESSED)


@pytest.mark.parametrize(
    "spacing_mm", [(0.1, 0.9), (float("nan"), 0.1), (0.0, 0.0), (-0.1, -0.1), (9.0, 9.0)]
)
def test_spacing_that_no_mammogram_has_is_refused(spacing_mm):
    with pytest.raises(ImageRefusedError) as refusal:
        find_regions(drawn(), replace(PROCESSED, pixel_spacing_mm=spacing_mm))

    assert refusal.value.code == "pixel_spacing_invalid"


def test_eight_and_sixteen_bits_give_the_same_regions():
    pixels = (drawn() // 16).astype(np.uint8)
    facts = replace(PROCESSED, bits_stored=8)

    assert np.array_equal(
        find_regions(pixels, facts).labels, find_regions(pixels.astype(np.uint16), facts).labels
    )


def test_mirrored_image_gives_mirrored_regions():
    pixels = drawn(OBLIQUE_BREAST, MUSCLE)
    facts = replace(PROCESSED, view_position="MLO", body_part_thickness_mm=50.0)

    labels = find_regions(pixels, facts).labels
    mirrored = find_regions(np.ascontiguousarray(pixels[:, ::-1]), facts).labels

    assert np.mean(labels != mirrored[:, ::-1]) < 0.002


@settings(max_examples=60)
@given(
    rows=st.integers(1, 60),
    columns=st.integers(1, 60),
    seed=st.integers(0, 99),
    highest=st.integers(0, 65535),
)
def test_any_small_image_has_labels_of_its_size(rows, columns, seed, highest):
    pixels = np.random.default_rng(seed).integers(0, highest + 1, (rows, columns)).astype(np.uint16)

    regions = find_regions(pixels, Acquisition(bits_stored=16, view_position="MLO"))

    assert regions.labels.shape == (rows, columns)
    assert regions.is_found == bool(regions.labels.any())
    assert regions.labels.max() <= PECTORAL
