import dataclasses

import numpy as np
import pytest

from ml.errors import MaskShapeMismatchError
from ml.masks import Runs, empty, from_dense, polyline, to_dense
from ml.metrics import DEFINITIONS, DEFINITIONS_VERSION, UNDEFINED_REASONS, compare_masks

SPACING_MM = (0.1, 0.1)


def lines(*runs, columns=140):
    return Runs.checked(60, columns, runs)


def bar(rows, columns=(20, 120)):
    return lines(*[[row, *columns] for row in range(*rows)])


A = lines([30, 20, 120])
HALF = lines([30, 20, 70])
TRAM = lines([25, 20, 120], [35, 20, 120])
SHORT, LONG = lines([30, 20, 120], columns=300), lines([30, 20, 220], columns=300)

# Reference, candidate; then length Dice, length precision, length recall, symmetric length Dice, Dice.
WORKED = {
    "self": (A, A, 1, 1, 1, 1, 1),
    "shifted 1.0 mm": (A, lines([40, 20, 120]), 1, 1, 1, 1, 0),
    "shifted 1.1 mm": (A, lines([41, 20, 120]), 0, 0, 0, 0, 0),
    "half": (A, HALF, 0.6667, 1, 0.60, 0.7333, 0.6667),
    "half, roles swapped": (HALF, A, 0.8, 0.60, 1, 0.7333, 0.6667),
    "tram track": (A, TRAM, 1.3333, 1, 1, 1, 0),
    "over-long": (SHORT, LONG, 0.7333, 0.55, 1, 0.70, 0.6667),
    "over-long, roles swapped": (LONG, SHORT, 0.6667, 1, 0.55, 0.70, 0.6667),
    "both empty": (lines(), lines(), None, None, None, None, None),
    "candidate empty": (A, lines(), 0, 0, 0, 0, 0),
    "reference empty": (lines(), A, 0, 0, 0, 0, 0),
}


@pytest.mark.parametrize("case", WORKED.values(), ids=WORKED.keys())
def test_worked_example(case):
    reference, candidate, *expected = case

    found = compare_masks(reference, candidate, pixel_spacing_mm=SPACING_MM)

    measured = [found.dice_l, found.length_precision, found.length_recall, found.dice_l_sym, found.dice]
    assert measured == [value if value is None else pytest.approx(value, abs=5e-5) for value in expected]


def test_capped_length_dice_does_not_exceed_one():
    found = compare_masks(A, TRAM, pixel_spacing_mm=SPACING_MM)

    assert found.dice_l_capped == pytest.approx(2 / 3)


def test_merged_tram_track_is_one_line_again():
    found = compare_masks(A, TRAM, pixel_spacing_mm=SPACING_MM, merge_tracks=True)

    assert found.segments_candidate == 1
    assert found.skeleton_candidate_px <= 100, "one line, without spurs to the corners of its square ends"
    width_mm = 1.1
    assert found.length_candidate_mm == pytest.approx(found.length_reference_mm - width_mm, abs=0.05)
    assert 0.9 < found.dice_l <= 1
    assert found.dice_l_sym == 1
    assert found.dice == 0, "areas are compared as painted"
    assert (found.definition["merge_tracks"], found.definition["merge_radius_mm"]) == (True, 1.0)
    assert found.definition["prune_spurs"] is True


def ring():
    row, column = np.mgrid[:201, :201]
    radius = np.hypot(row - 100, column - 100)
    return from_dense((radius >= 76) & (radius <= 84))


SHAPES = {
    "diagonal": (from_dense(np.eye(120, dtype=bool)[10:110, 10:110]), 100, 99 * 1.343),
    "ring": (ring(), 452, 268 * 0.948 + 184 * 1.343),
    "bar 5 x 100": (bar((28, 33)), 97, None),
    "bar 21 x 100": (bar((20, 41)), 82, None),
}


@pytest.mark.parametrize("case", SHAPES.values(), ids=SHAPES.keys())
def test_length_of_a_known_shape(case):
    mask, skeleton_px, length_px = case

    found = compare_masks(mask, mask, pixel_spacing_mm=SPACING_MM)

    assert found.skeleton_reference_px == skeleton_px
    if length_px is not None:
        assert found.length_reference_px == pytest.approx(length_px)
        assert found.length_reference_mm == pytest.approx(length_px * 0.1)


def test_length_of_the_ring_is_the_truth_within_half_a_percent():
    found = compare_masks(ring(), ring(), pixel_spacing_mm=SPACING_MM)

    assert found.length_reference_px == pytest.approx(501.18, abs=0.01)
    assert found.length_reference_px == pytest.approx(2 * np.pi * 80, rel=0.005)


def test_both_empty_is_undefined_with_the_reason():
    found = compare_masks(lines(), lines(), pixel_spacing_mm=SPACING_MM)

    undefined = [name for name, value in dataclasses.asdict(found).items() if value is None]
    assert set(undefined) == set(found.undefined)
    assert set(found.undefined.values()) == {"both_empty"}
    assert (found.specificity, found.accuracy) == (1, 1)
    assert (found.length_reference_mm, found.area_reference_mm2, found.length_error_mm) == (0, 0, 0)
    assert (found.segments_found, found.segments_false) == (0, 0)


def test_one_empty_has_no_distance_but_a_penalty():
    found = compare_masks(A, lines(), pixel_spacing_mm=(0.1, 0.2))

    assert found.undefined == dict.fromkeys(
        ("hd_mm", "hd95_mm", "assd_mm", "hd_px", "hd95_px", "assd_px"), "one_empty"
    )
    assert found.hd95_penalised_mm == found.assd_penalised_mm == pytest.approx(np.hypot(6.0, 28.0))
    assert found.hd95_penalised_px == pytest.approx(np.hypot(60, 140))
    assert (found.cl_dice, found.detection_f1) == (0, 0)


def test_without_spacing_lengths_are_in_pixels_and_what_needs_millimetres_says_so():
    found = compare_masks(A, HALF, pixel_spacing_mm=None)

    assert found.dice == pytest.approx(2 / 3)
    assert found.cl_dice == pytest.approx(2 / 3)
    assert found.length_error_px == pytest.approx(50 * 0.948)
    assert found.hd_px == 50
    assert (found.segments_reference, found.segments_candidate) == (1, 1)
    assert set(found.undefined.values()) == {"pixel_spacing_missing"}
    in_millimetres = {name for name in DEFINITIONS if name.endswith(("_mm", "_mm2"))}
    within_tolerance = {
        name for name in DEFINITIONS if name.startswith(("dice_l", "length_p", "length_recall"))
    }
    assert in_millimetres | within_tolerance <= set(found.undefined)


def test_without_spacing_a_tolerance_in_pixels_defines_the_length_family():
    near, far = lines([40, 20, 120]), lines([41, 20, 120])

    found = [
        compare_masks(A, candidate, pixel_spacing_mm=None, tolerance_px=10.5) for candidate in (near, far)
    ]

    assert [each.dice_l for each in found] == [1, 0]
    assert [each.detection_f1 for each in found] == [1, 0]
    assert (found[0].definition["tolerance_mm"], found[0].definition["tolerance_px"]) == (None, 10.5)
    assert all(name.endswith(("_mm", "_mm2")) for name in found[0].undefined)


def test_four_by_four_by_hand():
    reference, candidate = np.zeros((2, 4, 4), dtype=bool)
    reference[1:3, 0:3], candidate[1:3, 1:4] = True, True

    found = compare_masks(from_dense(reference), from_dense(candidate), pixel_spacing_mm=(0.5, 0.2))

    assert (found.true_positives_px, found.false_positives_px) == (4, 2)
    assert (found.false_negatives_px, found.true_negatives_px) == (2, 8)
    assert found.dice == found.precision == found.recall == pytest.approx(2 / 3)
    assert (found.jaccard, found.accuracy, found.specificity) == (0.5, 0.75, 0.8)
    assert (found.area_reference_px, found.area_reference_mm2) == (6, pytest.approx(0.6))


def test_reference_over_the_whole_image_has_no_outside():
    full = from_dense(np.ones((4, 4), dtype=bool))

    found = compare_masks(full, full, pixel_spacing_mm=SPACING_MM)

    assert found.undefined == {"specificity": "no_background"}
    assert (found.hd_mm, found.dice_l_sym, found.cl_dice) == (0, 1, 1)


def test_single_pixels_are_compared_like_any_mask():
    found = compare_masks(lines([0, 0, 1]), lines([3, 4, 5]), pixel_spacing_mm=SPACING_MM)

    assert (found.hd_px, found.hd95_px, found.assd_px) == (5, 5, 5)
    assert (found.length_reference_px, found.skeleton_reference_px) == (0, 1)
    assert (found.dice_l, found.cl_dice) == (1, 0)


def test_length_is_in_millimetres():
    found = compare_masks(A, HALF, pixel_spacing_mm=SPACING_MM)

    assert found.length_reference_mm == pytest.approx(99 * 0.948 * 0.1)
    assert found.length_candidate_mm == pytest.approx(49 * 0.948 * 0.1)
    assert found.length_error_mm == pytest.approx(50 * 0.948 * 0.1)


def test_spacing_of_rows_and_columns_is_not_mixed_up():
    lower = lines([34, 20, 120])
    row_apart = compare_masks(A, lower, pixel_spacing_mm=(0.3, 0.1))
    row_near = compare_masks(A, lower, pixel_spacing_mm=(0.1, 0.3))

    assert (row_apart.dice_l_sym, row_near.dice_l_sym) == (0, 1)
    assert (row_apart.hd_mm, row_near.hd_mm) == (pytest.approx(1.2), pytest.approx(0.4))
    assert row_apart.hd_px == row_near.hd_px == 4


def test_definition_tells_the_choices():
    found = compare_masks(A, A, pixel_spacing_mm=SPACING_MM, tolerance_mm=0.5)

    assert found.definition["tolerance_mm"] == 0.5
    assert found.definition["tolerance_px"] is None
    assert found.definition["connectivity"] == 8
    assert found.definition["pixel_spacing_mm"] == [0.1, 0.1]
    assert found.definition["version"] == DEFINITIONS_VERSION == 3
    assert found.definition["merge_tracks"] is found.definition["prune_spurs"] is False
    assert compare_masks(A, A, pixel_spacing_mm=None).definition["tolerance_mm"] == 1.05


def test_definition_says_where_the_weights_of_lengths_are_an_approximation():
    square, oblong = (compare_masks(A, A, pixel_spacing_mm=(0.1, side)).definition for side in (0.1, 0.2))

    assert square["length_note"] is None
    assert "pixels that are not square" in oblong["length_note"]
    assert "mirror" in DEFINITIONS["length_reference_mm"]
    assert "mirror" in DEFINITIONS["length_candidate_px"]


def test_mirrored_brush_stroke_differs_as_little_as_the_definition_says():
    random = np.random.default_rng(6)
    differ = []
    for _ in range(25):
        along, turn = np.linspace(-120, 120, 30), random.uniform(0, 2 * np.pi)
        aside = random.uniform(-0.002, 0.002) * along**2
        row = 200 + along * np.cos(turn) - aside * np.sin(turn)
        column = 200 + along * np.sin(turn) + aside * np.cos(turn)
        points = list(zip(row, column, strict=True))
        stroke = to_dense(polyline(400, 400, points, random.uniform(3, 21)))
        there, back = (from_dense(stroke), from_dense(stroke[::-1]))
        compared = compare_masks(there, back, pixel_spacing_mm=SPACING_MM)
        differ.append(compared.length_error_mm / compared.length_reference_mm)

    assert np.median(differ) < 0.01
    assert "typically differs by less than 1 %" in DEFINITIONS["length_reference_mm"]


def test_every_measure_has_a_definition_and_every_reason_its_words():
    measures = {field.name for field in dataclasses.fields(compare_masks(A, A, pixel_spacing_mm=None))}

    assert measures - {"undefined", "definition"} == set(DEFINITIONS)
    assert set(UNDEFINED_REASONS) == {
        "both_empty",
        "one_empty",
        "no_background",
        "no_reference_segment",
        "pixel_spacing_missing",
    }


def test_masks_of_different_images_are_refused():
    with pytest.raises(MaskShapeMismatchError):
        compare_masks(A, empty(60, 141), pixel_spacing_mm=SPACING_MM)
