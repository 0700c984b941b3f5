import numpy as np
import pytest
from scipy import ndimage

from ml.errors import StatisticsInputError
from ml.explain import choose_heatmap_cutoff, estimate_length, rank_agreement
from ml.masks import from_dense, kulpa_length_mm, skeleton
from ml.phantom import expert_mask, make_phantom

SPACING_MM = (0.5, 0.5)


def bar(length_px, level=200):
    heatmap = np.zeros((40, 120), np.uint8)
    heatmap[18:22, 10 : 10 + length_px] = level
    return heatmap


def test_area_is_that_of_a_vessel_2_1_mm_wide():
    # 4 x 42 pixels of 0.5 mm are 42 mm2.
    found = estimate_length(bar(42), SPACING_MM, cutoff=0.5)

    assert (found.area_px, found.area_mm2) == (168, 42)
    assert found.length_by_area_mm == pytest.approx(20)
    assert found.length_by_line_mm == pytest.approx(20, abs=2)


def test_cutoff_lies_where_levels_fall_apart_unless_it_is_given():
    heatmap = bar(60, level=40)
    heatmap[18:22, 30:40] = 220

    assert estimate_length(heatmap, SPACING_MM).area_px == 40
    assert 40 / 255 < estimate_length(heatmap, SPACING_MM).cutoff <= 220 / 255
    assert estimate_length(heatmap, SPACING_MM, cutoff=0.1).area_px == 240


def test_pixels_at_the_cutoff_count():
    assert estimate_length(bar(10, level=51), SPACING_MM, cutoff=0.2).area_px == 40
    assert estimate_length(bar(10, level=50), SPACING_MM, cutoff=0.2).area_px == 0


def test_heatmap_of_one_level_counts_as_a_whole():
    assert estimate_length(bar(10, level=1), SPACING_MM).area_px == 40
    assert estimate_length(bar(10, level=255), SPACING_MM).area_px == 40


@pytest.mark.parametrize("how", [{}, {"cutoff": 0.5}])
def test_empty_heatmap_has_no_length(how):
    found = estimate_length(np.zeros((20, 30), np.uint8), SPACING_MM, **how)

    assert (found.cutoff, found.area_px, found.length_by_area_mm, found.length_by_line_mm) == (None, 0, 0, 0)


def test_image_called_negative_has_no_length():
    assert estimate_length(bar(42), SPACING_MM, is_positive=False).length_by_area_mm == 0


def test_without_a_spacing_there_are_pixels_only():
    found = estimate_length(bar(42), None)

    assert found.area_px == 168
    assert found.area_mm2 is found.length_by_area_mm is found.length_by_line_mm is None


def test_lengths_ranked_alike_agree_whatever_their_scale():
    assert rank_agreement([1.0, 5.0, 9.0], [10.0, 400.0, 401.0]) == pytest.approx(1)
    assert rank_agreement([9.0, 5.0, 1.0], [10.0, 400.0, 401.0]) == pytest.approx(-1)
    assert rank_agreement([1.0, 2.0], [1.0, 2.0]) is None
    assert rank_agreement([], []) is None
    assert rank_agreement([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]) is None
    with pytest.raises(StatisticsInputError):
        rank_agreement([1.0], [1.0, 2.0, 3.0, 4.0])


def test_chosen_cutoff_is_the_one_that_ranks_best():
    # Below 0.5 a wide halo counts, the wider the shorter the calcification.
    heatmaps = []
    for length_px in (10, 20, 30, 40):
        heatmap = bar(100 - 2 * length_px, level=100)
        heatmap[18:22, 10 : 10 + length_px] = 250
        heatmaps.append(heatmap)

    chosen = choose_heatmap_cutoff(heatmaps, [SPACING_MM] * 4, [5.0, 10.0, 15.0, 20.0])

    assert chosen.measure == pytest.approx(1)
    assert 100 / 255 < chosen.cutoff < 250 / 255


def test_cutoff_that_is_the_best_by_itself_alone_is_not_chosen():
    # Pixels from each level on, of four images of rising length: in nearly the right order up to .80, in the
    # wrong one at .85 and .95, and at .90 between them in the right one.
    counts = {209: (60, 50, 70, 80), 220: (40, 30, 20, 10), 235: (4, 5, 6, 7), 250: (3, 2, 1, 0)}
    heatmaps = [np.zeros((1, 100), np.uint8) for _ in range(4)]
    for level, pixels in counts.items():
        for heatmap, count in zip(heatmaps, pixels, strict=True):
            heatmap[0, :count] = level

    chosen = choose_heatmap_cutoff(heatmaps, [SPACING_MM] * 4, [1.0, 2.0, 3.0, 4.0])

    assert chosen.cutoff < 0.85
    assert chosen.measure == pytest.approx(0.8)


def test_cutoff_cannot_be_chosen_on_two_lengths():
    with pytest.raises(StatisticsInputError) as refused:
        choose_heatmap_cutoff([bar(10), bar(20)], [SPACING_MM] * 2, [1.0, 2.0])
    assert refused.value.code == "undefined_everywhere"


def test_lengths_from_blurred_labels_of_phantoms_follow_the_true_ones():
    estimated, true = [], []
    for seed in range(12):
        phantom = make_phantom(900 + seed, rows=400, columns=300, pixel_spacing_mm=0.3, severity=0.4)
        # As coarse as the last maps of a network that sees 1536 x 768.
        soft = ndimage.gaussian_filter(expert_mask(phantom).astype(np.float32), 6)
        heatmap = np.rint(255 * soft / soft.max()).astype(np.uint8)
        estimated.append(estimate_length(heatmap, (0.3, 0.3)).length_by_area_mm)
        true.append(kulpa_length_mm(skeleton(from_dense(expert_mask(phantom))), (0.3, 0.3)))

    assert rank_agreement(estimated, true) > 0.8
