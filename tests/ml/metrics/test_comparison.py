import dataclasses

import numpy as np
import pytest

from ml.errors import MaskShapeMismatchError, MetricParameterError
from ml.masks import Runs, capsule, empty, from_dense
from ml.metrics import DEFINITIONS, UNDEFINED_REASONS, compare_masks

SPACING_MM = (0.1, 0.1)


def lines(*runs, columns=140):
    return Runs.checked(60, columns, runs)


A = lines([30, 20, 120])
HALF = lines([30, 20, 70])
SHORT, LONG = lines([30, 20, 120], columns=300), lines([30, 20, 220], columns=300)

WORKED = {
    "self": (A, A, 1, 1, 1, 1, 1),
    "shifted 1.0 mm": (A, lines([40, 20, 120]), 1, 1, 1, 1, 0),
    "shifted 1.1 mm": (A, lines([41, 20, 120]), 0, 0, 0, 0, 0),
    "half": (A, HALF, 2 / 3, 1, 0.60, 0.7333, 2 / 3),
    "half, roles swapped": (HALF, A, 0.8, 0.60, 1, 0.7333, 2 / 3),
    "tram track": (A, lines([25, 20, 120], [35, 20, 120]), 4 / 3, 1, 1, 1, 0),
    "over-long": (SHORT, LONG, 0.7333, 0.55, 1, 0.70, 2 / 3),
    "over-long, roles swapped": (LONG, SHORT, 2 / 3, 1, 0.55, 0.70, 2 / 3),
    "candidate empty": (A, lines(), 0, 0, 0, 0, 0),
    "reference empty": (lines(), A, 0, 0, 0, 0, 0),
}


@pytest.mark.parametrize("case", WORKED.values(), ids=WORKED.keys())
def test_worked_example(case):
    reference, candidate, printed, precision, recall, symmetric, area_dice = case

    found = compare_masks(reference, candidate, pixel_spacing_mm=SPACING_MM)

    assert found.dice_length_printed == pytest.approx(printed, abs=5e-5)
    assert found.length_precision == pytest.approx(precision)
    assert found.length_recall == pytest.approx(recall)
    assert found.dice_length_symmetric == pytest.approx(symmetric, abs=5e-5)
    assert found.dice == pytest.approx(area_dice)
    assert found.undefined == {}


def test_capped_length_dice_does_not_exceed_one():
    tram = lines([25, 20, 120], [35, 20, 120])

    found = compare_masks(A, tram, pixel_spacing_mm=SPACING_MM)

    assert found.dice_length_capped == pytest.approx(2 / 3)


def test_both_empty_is_undefined_with_the_reason():
    found = compare_masks(lines(), lines(), pixel_spacing_mm=SPACING_MM)

    undefined = [name for name, value in dataclasses.asdict(found).items() if value is None]
    assert set(undefined) == set(found.undefined)
    assert set(found.undefined.values()) == {"both_empty"}
    assert (found.specificity, found.accuracy) == (1, 1)
    assert (found.reference_length_mm, found.reference_area_mm2) == (0, 0)


def test_without_spacing_only_pixels_are_compared():
    found = compare_masks(A, HALF, pixel_spacing_mm=None)

    assert found.dice == pytest.approx(2 / 3)
    assert found.dice_length_symmetric is None
    assert found.candidate_length_mm is None
    assert set(found.undefined.values()) == {"pixel_spacing_missing"}
    assert len(found.undefined) == 9


def test_four_by_four_by_hand():
    reference, candidate = np.zeros((2, 4, 4), dtype=bool)
    reference[1:3, 0:3], candidate[1:3, 1:4] = True, True

    found = compare_masks(from_dense(reference), from_dense(candidate), pixel_spacing_mm=(0.5, 0.2))

    assert (found.true_positives_px, found.false_positives_px) == (4, 2)
    assert (found.false_negatives_px, found.true_negatives_px) == (2, 8)
    assert found.dice == found.precision == found.recall == pytest.approx(2 / 3)
    assert (found.jaccard, found.accuracy, found.specificity) == (0.5, 0.75, 0.8)
    assert (found.reference_area_px, found.reference_area_mm2) == (6, pytest.approx(0.6))


def test_reference_over_the_whole_image_has_no_outside():
    full = from_dense(np.ones((4, 4), dtype=bool))

    found = compare_masks(full, full, pixel_spacing_mm=None)

    assert found.specificity is None
    assert found.undefined["specificity"] == "no_background"


def test_length_is_in_millimetres():
    found = compare_masks(A, HALF, pixel_spacing_mm=SPACING_MM)

    assert found.reference_length_mm == pytest.approx(99 * 0.948 * 0.1)
    assert found.candidate_length_mm == pytest.approx(49 * 0.948 * 0.1)


def test_spacing_of_rows_and_columns_is_not_mixed_up():
    row_apart = compare_masks(A, lines([34, 20, 120]), pixel_spacing_mm=(0.3, 0.1))
    row_near = compare_masks(A, lines([34, 20, 120]), pixel_spacing_mm=(0.1, 0.3))

    assert (row_apart.dice_length_symmetric, row_near.dice_length_symmetric) == (0, 1)


def test_agreement_is_symmetric_and_bounded():
    generator = np.random.default_rng(17)
    for _ in range(20):
        a, b = (capsule(80, 90, *generator.uniform(0, 90, (2, 2)), 4.0) for _ in range(2))
        forward = compare_masks(a, b, pixel_spacing_mm=SPACING_MM)
        backward = compare_masks(b, a, pixel_spacing_mm=SPACING_MM)

        assert forward.dice == backward.dice
        assert forward.dice_length_symmetric == backward.dice_length_symmetric
        assert 0 <= forward.dice_length_symmetric <= 1
        assert 0 <= forward.dice_length_capped <= 1


def test_definition_tells_the_choices():
    found = compare_masks(A, A, pixel_spacing_mm=SPACING_MM, tolerance_mm=0.5)

    assert found.definition["tolerance_mm"] == 0.5
    assert found.definition["connectivity"] == 8
    assert found.definition["pixel_spacing_mm"] == [0.1, 0.1]
    assert found.definition["version"] == 1


def test_every_measure_has_a_definition_and_every_reason_its_words():
    measures = {field.name for field in dataclasses.fields(compare_masks(A, A, pixel_spacing_mm=None))}

    assert measures - {"undefined", "definition"} == set(DEFINITIONS)
    assert set(UNDEFINED_REASONS) == {"both_empty", "no_background", "pixel_spacing_missing"}


def test_masks_of_different_images_are_refused():
    with pytest.raises(MaskShapeMismatchError):
        compare_masks(A, empty(60, 141), pixel_spacing_mm=SPACING_MM)


@pytest.mark.parametrize(
    ("spacing", "tolerance"), [((0.0, 0.1), 1.0), ((0.1, float("nan")), 1.0), ((0.1, 0.1), -1.0)]
)
def test_parameters_that_are_no_lengths_are_refused(spacing, tolerance):
    with pytest.raises(MetricParameterError):
        compare_masks(A, A, pixel_spacing_mm=spacing, tolerance_mm=tolerance)
