import dataclasses
import json

import pytest

from ml.errors import MaskShapeMismatchError, PixelSpacingMissingError, StatisticsInputError
from ml.masks import Runs, empty
from ml.metrics import compare_masks, reader_matrix

SPACING_MM = (0.1, 0.1)


def line(row, start, end):
    return Runs.checked(60, 140, [[row, start, end]])


NOTHING = empty(60, 140)
LONG, HALF, NEAR = line(30, 20, 120), line(30, 20, 70), line(33, 20, 120)


def test_dice_of_three_readers_by_hand():
    readings = [[LONG, HALF, NEAR], [LONG, LONG, None], [NOTHING, NOTHING, LONG]]

    found = reader_matrix(readings, measure="dice", pixel_spacings_mm=None)

    # The first two: 2/3 on the first image, 1 on the second, nothing to compare on the third.
    pair = pytest.approx((2 / 3 + 1) / 2)
    assert found.means == ((1, pair, 0), (pair, 1, 0), (0, 0, 1))
    assert found.n_read == ((3, 3, 2), (3, 3, 2), (2, 2, 2))
    assert found.n_defined == ((2, 2, 2), (2, 2, 2), (2, 2, 2))
    assert found.mean_of_pairs == pytest.approx((5 / 6 + 0 + 0) / 3)
    assert (found.n_images, found.n_readers, found.definition["measure"]) == (3, 3, "dice")
    json.dumps(dataclasses.asdict(found), allow_nan=False)


def test_lengths_of_each_image_are_matched_in_its_own_spacing():
    readings = [[LONG, NEAR], [LONG, HALF], [LONG, NEAR]]
    spacings = [SPACING_MM, SPACING_MM, (0.5, 0.5)]

    found = reader_matrix(readings, measure="dice_l_sym", pixel_spacings_mm=spacings)

    # 0.3 mm apart, then half the line and what lies within 1.05 mm of it, then 1.5 mm apart.
    assert found.means[0][1] == found.means[1][0] == pytest.approx((1 + 11 / 15 + 0) / 3)
    assert found.definition["tolerance_mm"] == 1.05
    assert "pixel_spacing_mm" not in found.definition


def test_tolerance_and_merging_are_passed_on():
    readings = [[LONG, NEAR]]

    in_px = reader_matrix(readings, measure="dice_l_sym", pixel_spacings_mm=None, tolerance_px=2.0)
    merged = reader_matrix(
        [[LONG, Runs.checked(60, 140, [[25, 20, 120], [35, 20, 120]])]],
        measure="dice_l_sym",
        pixel_spacings_mm=[SPACING_MM],
        tolerance_mm=0.1,
        merge_tracks=True,
    )

    assert in_px.means[0][1] == 0
    assert merged.means[0][1] > 0.9
    assert merged.definition["merge_tracks"] is True


def test_pair_is_that_of_the_comparison():
    found = reader_matrix([[HALF, NEAR]], measure="dice_l_sym", pixel_spacings_mm=[SPACING_MM])

    assert found.means[0][1] == compare_masks(HALF, NEAR, pixel_spacing_mm=SPACING_MM).dice_l_sym


def test_pair_without_a_common_image_is_undefined():
    found = reader_matrix(
        [[LONG, None, NOTHING], [None, LONG, NOTHING]], measure="dice", pixel_spacings_mm=None
    )

    assert found.means == ((1, None, 0), (None, 1, 0), (0, 0, None))
    assert found.n_read[0][1] == 0
    assert found.mean_of_pairs == 0
    assert reader_matrix([[None, LONG]], measure="dice", pixel_spacings_mm=None).mean_of_pairs is None


@pytest.mark.parametrize(
    ("ask", "error", "code"),
    [
        (
            lambda: reader_matrix([], measure="dice", pixel_spacings_mm=None),
            StatisticsInputError,
            "too_few_subjects",
        ),
        (
            lambda: reader_matrix([[LONG]], measure="dice", pixel_spacings_mm=None),
            StatisticsInputError,
            "too_few_readers",
        ),
        (
            lambda: reader_matrix([[LONG, LONG], [LONG]], measure="dice", pixel_spacings_mm=None),
            StatisticsInputError,
            "not_a_table",
        ),
        (
            lambda: reader_matrix([[LONG, LONG]], measure="recall", pixel_spacings_mm=None),
            StatisticsInputError,
            "unknown_choice",
        ),
        (
            lambda: reader_matrix([[LONG, LONG]], measure="dice", pixel_spacings_mm=[SPACING_MM] * 2),
            StatisticsInputError,
            "length_mismatch",
        ),
        (
            lambda: reader_matrix([[LONG, LONG]], measure="dice_l_sym", pixel_spacings_mm=None),
            PixelSpacingMissingError,
            "pixel_spacing_missing",
        ),
        (
            lambda: reader_matrix([[LONG, empty(5, 5)]], measure="dice", pixel_spacings_mm=None),
            MaskShapeMismatchError,
            "mask_size_mismatch",
        ),
    ],
)
def test_what_is_no_table_of_readers_is_refused(ask, error, code):
    with pytest.raises(error) as refusal:
        ask()

    assert refusal.value.code == code
