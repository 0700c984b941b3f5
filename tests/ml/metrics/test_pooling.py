import pytest

from ml.errors import MetricParameterError
from ml.masks import Runs
from ml.metrics import DEFINITIONS, compare_masks, pool_comparisons
from ml.metrics.pooling import MEASURES


def lines(*runs):
    return Runs.checked(60, 240, runs)


def compared(reference, candidate, spacing=(0.1, 0.1), **choices):
    return compare_masks(lines(*reference), lines(*candidate), pixel_spacing_mm=spacing, **choices)


A, HALF, TRAM = [[30, 20, 120]], [[30, 20, 70]], [[25, 20, 120], [35, 20, 120]]
SHORT = [[10, 20, 40]]


def test_mean_over_images_and_ratio_of_sums_differ():
    pooled = pool_comparisons([compared(A, HALF), compared(SHORT, SHORT), compared(SHORT, [])])

    dice = pooled.measures["dice"]
    assert dice.mean == pytest.approx((2 / 3 + 1 + 0) / 3)
    assert dice.pooled == pytest.approx(2 * 70 / (140 + 70))
    length_recall = pooled.measures["length_recall"]
    assert length_recall.mean == pytest.approx((0.6 + 1 + 0) / 3)
    assert length_recall.pooled == pytest.approx((60 + 20) / 140)
    assert pooled.measures["dice_l_sym"].pooled == pytest.approx((50 + 60 + 20 + 20) / (150 + 40 + 20))
    assert pooled.measures["cl_dice"].pooled == pytest.approx(2 * (70 / 140) / (1 + 70 / 140))
    assert pooled.measures["detection_recall"].pooled == pytest.approx(2 / 3)
    assert pooled.n_images == 3


def test_capped_length_dice_is_capped_image_by_image():
    pooled = pool_comparisons([compared(A, TRAM), compared(A, [])])

    # In sums alone, the 200 px of the first would fill the second's missing 100.
    assert pooled.measures["dice_l_capped"].pooled == pytest.approx(2 * 100 / (300 + 100))
    assert pooled.measures["dice_l"].pooled == pytest.approx(2 * 200 / (300 + 100))


@pytest.mark.parametrize(("policy", "mean_dice", "mean_hd"), [("exclude", 0.0, None), ("one", 0.5, 0.0)])
def test_two_empty_masks_are_counted_apart_and_kept_by_policy(policy, mean_dice, mean_hd):
    pooled = pool_comparisons([compared([], []), compared(A, [])], empty_policy=policy)

    dice, distance = pooled.measures["dice"], pooled.measures["hd_mm"]
    assert (dice.mean, dice.pooled) == (mean_dice, 0)
    assert (dice.n_images, dice.n_defined, dice.n_both_empty) == (2, 1, 1)
    assert distance.mean == mean_hd
    assert (distance.n_defined, distance.n_both_empty) == (0, 1)
    assert pooled.definition["empty_policy"] == policy


def test_images_without_spacing_are_left_out_of_what_needs_it_only():
    pooled = pool_comparisons([compared(A, HALF), compared(A, A, spacing=None)])

    assert pooled.measures["dice"].n_defined == 2
    length = pooled.measures["dice_l_sym"]
    assert (length.n_images, length.n_defined, length.n_both_empty) == (2, 1, 0)
    assert length.mean == length.pooled == pytest.approx(11 / 15)
    assert pooled.measures["length_error_px"].mean == pytest.approx(25 * 0.948)


def test_mean_of_false_segments_is_false_positives_per_image():
    pooled = pool_comparisons([compared([], [[5, 0, 9], *A]), compared(A, A), compared([], [])])

    assert pooled.measures["segments_false"].mean == pytest.approx(2 / 3)
    assert pooled.measures["detection_precision"].pooled == pytest.approx(1 / 3)


def test_distances_and_lengths_are_averaged_not_summed():
    pooled = pool_comparisons([compared(A, A), compared(A, HALF)])

    assert pooled.measures["hd_mm"].mean == pytest.approx(2.5)
    assert pooled.measures["hd_mm"].pooled is None
    assert pooled.measures["length_error_mm"].mean == pytest.approx(25 * 0.948 * 0.1)


def test_no_image_gives_no_value():
    pooled = pool_comparisons([])

    assert pooled.n_images == 0
    assert all(measure.mean is None and measure.pooled is None for measure in pooled.measures.values())
    assert set(MEASURES) < set(DEFINITIONS)


def test_images_of_different_spacing_are_pooled_of_different_tolerance_not():
    same = [compared(A, A), compared(A, A, spacing=(0.2, 0.1))]

    assert pool_comparisons(same).measures["dice"].mean == 1
    assert not {"pixel_spacing_mm", "length_note"} & set(pool_comparisons(same).definition)
    with pytest.raises(MetricParameterError):
        pool_comparisons([*same, compared(A, A, tolerance_mm=0.5)])


def test_unknown_policy_is_refused():
    with pytest.raises(MetricParameterError):
        pool_comparisons([], empty_policy="zero")
