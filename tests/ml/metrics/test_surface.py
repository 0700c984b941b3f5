import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from ml.masks import Runs, from_dense
from ml.metrics import compare_masks
from ml.metrics.surface import surface_points

LINE = [10, 5, 35]


def mask(*runs):
    return Runs.checked(40, 40, runs)


def test_two_lines_three_pixels_apart():
    found = compare_masks(mask(LINE), mask([13, 5, 35]), pixel_spacing_mm=(0.1, 0.1))

    assert (found.hd_px, found.hd95_px, found.assd_px) == (3, 3, 3)
    assert (found.hd_mm, found.hd95_mm, found.assd_mm) == pytest.approx((0.3, 0.3, 0.3))
    assert (found.hd95_penalised_px, found.assd_penalised_px) == (3, 3)


@pytest.mark.parametrize("is_swapped", [False, True])
def test_stray_pixel_moves_the_hausdorff_distance_only(is_swapped):
    pair = mask(LINE), mask([13, 5, 35], [30, 20, 21])

    found = compare_masks(*(pair[::-1] if is_swapped else pair), pixel_spacing_mm=None)

    assert (found.hd_px, found.hd95_px) == (20, 3)
    assert found.assd_px == pytest.approx((30 * 3 + 30 * 3 + 20) / 61)
    assert found.assd_px == pytest.approx(3.2787, abs=5e-5)


def test_percentile_is_the_larger_of_both_directions():
    reference, candidate = mask([10, 5, 14]), mask([10, 5, 14], [30, 5, 6])

    found = compare_masks(reference, candidate, pixel_spacing_mm=None)

    # Nine distances of 0 and one of 20; over both directions pooled it would be 2.
    assert found.hd95_px == pytest.approx(0.55 * 20)


dense_pairs = st.tuples(st.integers(1, 14), st.integers(1, 14)).flatmap(
    lambda shape: st.tuples(arrays(bool, shape), arrays(bool, shape))
)


@given(dense_pairs, st.sampled_from([(1.0, 1.0), (0.1, 0.1), (0.1, 0.27)]))
def test_distances_are_those_of_the_distance_transform(pair, spacing):
    outlines = [array & ~ndimage.binary_erosion(array) for array in pair]
    for array, outline in zip(pair, outlines, strict=True):
        assert np.array_equal(surface_points(from_dense(array)), np.argwhere(outline))
    if not all(array.any() for array in pair):
        return
    one, other = outlines
    from_one = ndimage.distance_transform_edt(~other, sampling=spacing)[one]
    from_other = ndimage.distance_transform_edt(~one, sampling=spacing)[other]

    found = compare_masks(*(from_dense(array) for array in pair), pixel_spacing_mm=spacing)

    assert found.hd_mm == pytest.approx(max(from_one.max(), from_other.max()))
    assert found.hd95_mm == pytest.approx(max(np.percentile(from_one, 95), np.percentile(from_other, 95)))
    assert found.assd_mm == pytest.approx(np.concatenate([from_one, from_other]).mean())
