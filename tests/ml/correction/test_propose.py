import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.correction import DEFAULT_PARAMETERS, PUBLISHED_PARAMETERS, propose_removals, warm_up
from ml.errors import (
    CorrectionCancelledError,
    ImageRefusedError,
    MaskShapeMismatchError,
    PixelSpacingMissingError,
    TooManyPiecesError,
)
from ml.masks import (
    area_px,
    capsule,
    difference,
    empty,
    from_dense,
    intersection,
    polyline,
    to_dense,
    union,
)
from tests.factories.painted_image import (
    ALL,
    BRIGHT,
    DISPLAYED,
    RAW,
    SIZE,
    displayed_image,
    raw_image,
)

AT_18_KEV = replace(DEFAULT_PARAMETERS, mu_calc_per_mm=2.61, scatter_to_primary_ratio=0.0, smoothing_mm=0.0)


def decisions(report):
    return {component.box[:2]: (component.decision, component.reason) for component in report.components}


def test_line_of_known_thickness_measures_it():
    report = propose_removals(BRIGHT, raw_image(), RAW, parameters=AT_18_KEV)

    (line,) = report.components
    assert report.mode == "physical"
    assert line.measures["thickness_um"] == pytest.approx(85.496, abs=0.01)
    assert line.measures["excess_um"] == pytest.approx(85.496, abs=0.01)
    assert line.measures["length_mm"] == pytest.approx(30 * 0.948, abs=0.5)
    assert line.measures["max_width_mm"] == pytest.approx(1.0, abs=0.1)
    assert line.centroid == pytest.approx((100.0, 250.0))
    assert line.decision == "keep"


def test_scatter_and_beam_scale_the_thickness():
    without = propose_removals(BRIGHT, raw_image(), RAW, parameters=AT_18_KEV)
    parameters = replace(AT_18_KEV, mu_calc_per_mm=None, scatter_to_primary_ratio=None)

    report = propose_removals(BRIGHT, raw_image(), RAW, parameters=parameters)

    assert report.processing["mu_calc_per_mm"] == pytest.approx(2.427)
    assert report.processing["scatter_to_primary_ratio"] == pytest.approx(0.5)
    ratio = report.components[0].measures["excess_um"] / without.components[0].measures["excess_um"]
    assert ratio == pytest.approx(1.5 * 2.61 / 2.427)


def test_raw_image_keeps_the_thick_line_only():
    report = propose_removals(ALL, raw_image(noise=5), RAW)

    assert decisions(report) == {
        (95, 95): ("keep", ""),
        (245, 95): ("remove", "insufficient_thickness"),
        (390, 540): ("remove", "too_short"),
        (450, 40): ("remove", "too_small"),
    }
    assert report.corrected == BRIGHT


def test_reasons_are_told_with_their_numbers():
    texts = {part.reason: part.reason_text for part in propose_removals(ALL, raw_image(), RAW).components}

    assert texts["too_short"].endswith("mm long, shorter than 3 mm")
    assert texts["insufficient_thickness"] == "6 µm of mineral more than its surroundings, less than 20 µm"
    assert texts["too_small"] == "3 px in area, smaller than 4 px"
    assert texts[""].startswith("28.8 mm long, ")


def test_displayed_image_judges_by_contrast():
    report = propose_removals(ALL, displayed_image(), DISPLAYED)

    assert report.mode == "relative"
    assert report.corrected == BRIGHT
    line, faint = report.components[:2]
    assert line.measures["contrast_z"] > 5
    assert (faint.decision, faint.reason) == ("remove", "insufficient_contrast")
    assert faint.measures["contrast_z"] < 1
    assert line.measures["thickness_um"] is None
    assert line.measures["excess_um"] is None


def test_dark_line_on_a_monochrome1_image_is_calcium():
    inverted = (4095 - displayed_image()).astype(np.uint16)
    acquisition = replace(DISPLAYED, photometric_interpretation="MONOCHROME1")

    report = propose_removals(ALL, inverted, acquisition)

    assert report.components == propose_removals(ALL, displayed_image(), DISPLAYED).components


def test_raw_image_compressed_with_loss_gives_no_thickness():
    report = propose_removals(BRIGHT, raw_image(noise=5), replace(RAW, is_lossy=True))

    assert report.mode == "relative"
    assert "lossy_compression" in report.flags
    assert report.components[0].measures["excess_um"] is None


def test_component_near_a_limit_is_left_to_a_human():
    short = capsule(*SIZE, (100.0, 200.0), (100.0, 233.0), 4.0)

    report = propose_removals(short, raw_image(), RAW)

    (line,) = report.components
    assert (line.decision, line.reason) == ("borderline", "too_short")
    assert line.reason_text == "3.0 mm long, close to the limit of 3 mm: please decide"
    assert report.corrected == short


def test_published_rule_looks_at_the_mean_of_whole_components():
    crossed = union(BRIGHT, capsule(*SIZE, (100.0, 250.0), (300.0, 270.0), 5.0))

    by_branch = propose_removals(crossed, raw_image(), RAW)
    whole = propose_removals(crossed, raw_image(), RAW, parameters=PUBLISHED_PARAMETERS)

    assert len(by_branch.components) == 3
    assert {part.parent_component_id for part in by_branch.components} == {1}
    assert [part.component_id for part in by_branch.components] == [1, 2, 3]
    assert len(whole.components) == 1
    assert whole.components[0].parent_component_id is None
    assert by_branch.summary["decisions"]["remove"] == 1


def test_neighbour_just_beyond_the_ring_does_not_count_as_surroundings():
    """The neighbour lies 2.7 mm away, and its vessel is 0.4 mm wider than its stroke on either side."""
    line = capsule(*SIZE, (100.0, 200.0), (100.0, 300.0), 2.0)
    neighbour = capsule(*SIZE, (134.0, 150.0), (134.0, 350.0), 5.0)
    pixels = np.full(SIZE, 1000.0)
    pixels[to_dense(capsule(*SIZE, (134.0, 150.0), (134.0, 350.0), 9.0))] *= 0.7

    report = propose_removals(union(line, neighbour), pixels.astype(np.uint16), RAW, parameters=AT_18_KEV)

    assert report.components[0].measures["surroundings_um"] == 0


def test_stroke_beside_the_breast_is_removed():
    pixels = raw_image(noise=5)
    pixels[:, 450:] = 12000
    outside = capsule(*SIZE, (300.0, 500.0), (400.0, 600.0), 6.0)

    report = propose_removals(union(BRIGHT, outside), pixels, RAW)

    assert decisions(report)[(294, 494)] == ("remove", "outside_breast")
    assert decisions(report)[(95, 95)] == ("keep", "")
    assert "breast_not_found" not in report.flags
    assert {"near_skin", "saturated"} <= set(report.components[1].flags)


def test_magnification_view_is_measured_in_the_breast():
    at_detector = replace(RAW, pixel_spacing_mm=(0.2, 0.2), magnification=2.0)

    report = propose_removals(ALL, raw_image(noise=5), at_detector)

    contact = propose_removals(ALL, raw_image(noise=5), RAW)
    assert report.processing == {
        **contact.processing,
        "pixel_spacing_mm": [0.1, 0.1],
        "length_plane": "object",
        "magnification": 2.0,
    }
    assert report.flags == ["magnified", *contact.flags]
    assert report.components == contact.components


def test_unknown_beam_is_flagged_and_does_not_stop():
    report = propose_removals(BRIGHT, raw_image(), replace(RAW, anode="", filter_material=""))

    assert "beam_unknown" in report.flags
    assert report.components[0].flags == ["beam_unknown"]


def test_components_partition_the_mask_and_the_correction_only_removes():
    generator = np.random.default_rng(3)
    mask = empty(*SIZE)
    for _ in range(12):
        points = generator.uniform(0, 1, (3, 2)) * SIZE
        mask = union(mask, polyline(*SIZE, points, generator.uniform(3, 25)))

    report = propose_removals(mask, displayed_image(), DISPLAYED)

    together = empty(*SIZE)
    for part in report.components:
        assert area_px(intersection(part.runs, together)) == 0
        together = union(together, part.runs)
    assert together == mask
    assert area_px(difference(report.corrected, mask)) == 0


def test_same_input_gives_the_same_report():
    assert propose_removals(ALL, displayed_image(), DISPLAYED) == propose_removals(
        ALL, displayed_image(), DISPLAYED
    )


def test_mirrored_input_gives_the_mirrored_result():
    report = propose_removals(
        from_dense(to_dense(ALL)[:, ::-1]), displayed_image()[:, ::-1].copy(), DISPLAYED
    )

    assert np.array_equal(to_dense(report.corrected)[:, ::-1], to_dense(BRIGHT))


def test_report_is_plain_json_with_its_totals():
    report = propose_removals(ALL, raw_image(), RAW)

    json.dumps([report.summary, report.parameters, report.processing, report.flags], allow_nan=False)
    json.dumps([part.measures for part in report.components], allow_nan=False)
    assert report.summary["components"] == 4
    assert report.summary["decisions"] == {"keep": 1, "remove": 3, "borderline": 0}
    assert report.summary["removed_by_reason"] == {
        "insufficient_thickness": 1,
        "too_short": 1,
        "too_small": 1,
    }
    assert report.summary["removed_area_px"] == area_px(ALL) - area_px(BRIGHT)
    expected = 2 * area_px(BRIGHT) / (area_px(ALL) + area_px(BRIGHT))
    assert report.summary["dice_before_after"] == pytest.approx(expected)
    assert len(report.parameters_sha256) == 64


def test_empty_mask_gives_no_components():
    report = propose_removals(empty(*SIZE), raw_image(), RAW)

    assert report.components == ()
    assert report.corrected == empty(*SIZE)
    assert report.summary["dice_before_after"] is None


def test_full_mask_has_nothing_to_compare_with():
    report = propose_removals(from_dense(np.ones(SIZE, dtype=bool)), raw_image(), RAW)

    assert report.summary["decisions"]["keep"] == 0
    assert all("no_surroundings" in part.flags for part in report.components)


def test_missing_spacing_says_what_to_do():
    with pytest.raises(PixelSpacingMissingError, match="Give the pixel spacing in millimetres"):
        propose_removals(BRIGHT, raw_image(), replace(RAW, pixel_spacing_mm=None))


@pytest.mark.parametrize("spacing", [(0.1, 0.2), (0.0, 0.0), (float("nan"), 0.1)])
def test_pixels_that_are_not_square_are_refused(spacing):
    with pytest.raises(PixelSpacingMissingError) as refusal:
        propose_removals(BRIGHT, raw_image(), replace(RAW, pixel_spacing_mm=spacing))

    assert refusal.value.code == "pixel_spacing_not_square"


def test_mask_of_another_image_is_refused():
    with pytest.raises(MaskShapeMismatchError):
        propose_removals(empty(500, 701), raw_image(), RAW)


def test_progress_is_told_component_by_component():
    steps = []

    propose_removals(ALL, raw_image(), RAW, on_progress=lambda *step: steps.append(step))

    assert steps == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]


def test_cancelled_correction_stops_before_the_next_piece():
    steps = []

    with pytest.raises(CorrectionCancelledError):
        propose_removals(
            ALL,
            raw_image(),
            RAW,
            on_progress=lambda *step: steps.append(step),
            should_cancel=lambda: len(steps) == 2,
        )

    assert steps == [(0, 4), (1, 4)]


def test_more_pieces_than_can_be_judged_are_refused():
    specks = np.zeros(SIZE, dtype=bool)
    specks[::4, ::4] = True

    with pytest.raises(TooManyPiecesError, match="has 21,875 pieces; label correction takes up to 5,000"):
        propose_removals(from_dense(specks), raw_image(), RAW)


def test_printed_route_at_18_kev_gives_the_direct_result_at_its_attenuation():
    direct = propose_removals(ALL, raw_image(noise=5), RAW, parameters=AT_18_KEV)

    detour = propose_removals(
        ALL,
        raw_image(noise=5),
        RAW,
        parameters=replace(DEFAULT_PARAMETERS, thickness_route="paper18keV", smoothing_mm=0.0),
    )

    assert decisions(detour) == decisions(direct)
    assert detour.processing == direct.processing
    for one, other in zip(detour.components, direct.components, strict=True):
        assert one.measures["excess_um"] == pytest.approx(other.measures["excess_um"], abs=2e-3)


def test_logarithmic_raw_image_of_known_slope_gives_the_thickness_of_the_linear_one():
    logarithmic = np.rint(4000 * np.log(raw_image())).astype(np.uint16)
    acquisition = replace(RAW, pixel_intensity_relationship="LOG", bits_stored=16)

    unknown = propose_removals(BRIGHT, logarithmic, acquisition)
    known = propose_removals(
        BRIGHT, logarithmic, acquisition, parameters=replace(AT_18_KEV, log_counts_per_e_fold=4000.0)
    )

    assert (unknown.mode, unknown.flags[0]) == ("relative", "log_scale_unknown")
    assert known.components[0].measures["thickness_um"] == pytest.approx(85.496, abs=0.2)


def breast_image():
    """A breast that falls off towards the skin, with clipped air beside it and a bright line."""
    to_skin = np.clip(500 - np.arange(SIZE[1]), 0, 150) / 150
    signal = np.where(to_skin > 0, 9000 * np.exp(-2 * np.sqrt(to_skin)), 14000) * np.ones(SIZE)
    signal[to_dense(BRIGHT)] *= 0.85
    signal += np.random.default_rng(5).normal(0, 5, SIZE)
    return np.clip(signal, 0, 14000).astype(np.uint16)


def test_component_tells_how_much_of_it_is_compressed():
    rim = capsule(*SIZE, (200.0, 380.0), (300.0, 380.0), 5.0)
    thick = replace(RAW, body_part_thickness_mm=40.0)

    deep, near = propose_removals(union(BRIGHT, rim), breast_image(), thick).components

    assert deep.measures["contact_share"] > 0.5
    assert near.measures["contact_share"] == 0
    assert near.measures["periphery_share"] == pytest.approx(1)
    assert "periphery" in near.flags


def test_pixels_that_clip_inside_the_breast_are_left_out_and_said():
    pixels = breast_image()
    clean = propose_removals(BRIGHT, pixels, RAW)
    pixels[60:140, 200:245] = 16383

    report = propose_removals(BRIGHT, pixels, RAW)

    assert "saturated_in_breast" not in clean.flags
    assert "saturated_in_breast" in report.flags
    assert report.components[0].measures["saturated_share"] == pytest.approx(0.145, abs=0.01)
    assert "saturated" in report.components[0].flags


def test_component_that_clips_altogether_is_left_to_a_human():
    pixels = breast_image()
    stroke = capsule(*SIZE, (300.0, 100.0), (300.0, 200.0), 5.0)
    pixels[290:311, 90:211] = 16383

    report = propose_removals(union(BRIGHT, stroke), pixels, RAW)

    clipped = report.components[1]
    assert clipped.measures["excess_um"] is clipped.measures["contrast_z"] is None
    assert (clipped.decision, clipped.reason) == ("borderline", "insufficient_thickness")
    assert clipped.reason_text == "all of it is at the end of the scale: please decide"


def test_mean_rule_needs_no_surroundings():
    everywhere = from_dense(np.ones(SIZE, dtype=bool))

    report = propose_removals(everywhere, raw_image(), RAW, parameters=PUBLISHED_PARAMETERS)

    (whole,) = report.components
    assert not whole.measures["has_surroundings"]
    assert (whole.decision, whole.reason) == ("remove", "insufficient_thickness")


def test_spur_does_not_let_the_pieces_of_an_artery_be_judged_apart():
    spur = capsule(*SIZE, (100.0, 250.0), (109.0, 250.0), 2.5)

    report = propose_removals(union(BRIGHT, spur), raw_image(noise=5), RAW)

    assert len(report.components) == 1


@pytest.mark.parametrize("flip", [np.flipud, np.fliplr])
def test_flipped_input_gives_the_flipped_decisions(flip):
    report = propose_removals(
        from_dense(flip(to_dense(ALL))), np.ascontiguousarray(flip(raw_image(noise=5))), RAW
    )

    assert np.array_equal(flip(to_dense(report.corrected)), to_dense(BRIGHT))


def test_corrected_simple_label_is_not_corrected_again():
    once = propose_removals(ALL, raw_image(noise=5), RAW).corrected

    assert propose_removals(once, raw_image(noise=5), RAW).corrected == once


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1))
def test_any_label_on_any_image_is_only_reduced_and_always_alike(seed):
    random = np.random.default_rng(seed)
    rows, columns = random.integers(40, 160, 2)
    mask = empty(rows, columns)
    for _ in range(random.integers(1, 6)):
        points = random.uniform(-5, 1.05 * max(rows, columns), (3, 2))
        mask = union(mask, polyline(rows, columns, points, random.uniform(0.5, 20)))
    pixels = random.integers(0, 2 ** random.integers(1, 15), (rows, columns)).astype(np.uint16)
    acquisition = RAW if random.random() < 0.5 else DISPLAYED

    report = propose_removals(mask, pixels, acquisition)

    assert report == propose_removals(mask, pixels, acquisition)
    assert area_px(difference(report.corrected, mask)) == 0
    kept = [part for part in report.components if part.decision != "remove"]
    assert area_px(report.corrected) == sum(area_px(part.runs) for part in kept)
    assert area_px(mask) == sum(area_px(part.runs) for part in report.components)
    json.dumps([part.measures for part in report.components], allow_nan=False)


def test_spacing_of_no_mammogram_is_refused():
    with pytest.raises(ImageRefusedError) as refusal:
        propose_removals(BRIGHT, raw_image(), replace(RAW, pixel_spacing_mm=(2.0, 2.0)))

    assert refusal.value.code == "pixel_spacing_invalid"


def test_warm_up_runs():
    warm_up()
