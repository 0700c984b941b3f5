"""What holds for every mask, whatever its shape."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ml import masks, metrics

SHAPES = st.tuples(st.integers(1, 24), st.integers(1, 24))


def _pairs() -> st.SearchStrategy:
    return SHAPES.flatmap(lambda shape: st.tuples(arrays(bool, shape), arrays(bool, shape)))


@given(_pairs())
def test_algebra_of_runs_is_the_algebra_of_arrays(pair):
    one, other = pair
    a, b = masks.from_dense(one), masks.from_dense(other)

    assert masks.union(a, b) == masks.from_dense(one | other)
    assert masks.intersection(a, b) == masks.from_dense(one & other)
    assert masks.difference(a, b) == masks.from_dense(one & ~other)
    assert masks.xor(a, b) == masks.from_dense(one ^ other)
    assert masks.xor(masks.xor(a, b), b) == a


@given(_pairs())
def test_bytes_give_the_mask_back_and_name_it(pair):
    one, other = (masks.from_dense(mask) for mask in pair)

    assert masks.decode(masks.encode(one)) == one
    assert (masks.digest(one) == masks.digest(other)) == np.array_equal(*pair)


@given(_pairs())
def test_components_part_the_mask(pair):
    mask = masks.from_dense(pair[0])
    parts = masks.components(mask)

    assert sum(part.area_px for part in parts) == masks.area_px(mask)
    whole = masks.empty(mask.rows, mask.columns)
    for part in parts:
        whole = masks.union(whole, part.runs)
    assert whole == mask


@given(_pairs())
def test_agreement_is_symmetric_bounded_and_perfect_with_oneself(pair):
    one, other = (masks.from_dense(mask) for mask in pair)
    there = metrics.compare_masks(one, other, pixel_spacing_mm=(0.1, 0.1))
    back = metrics.compare_masks(other, one, pixel_spacing_mm=(0.1, 0.1))
    itself = metrics.compare_masks(one, one, pixel_spacing_mm=(0.1, 0.1))

    assert there.dice == back.dice
    assert there.dice_l_sym == back.dice_l_sym
    assert (there.precision, there.recall) == (back.recall, back.precision)
    for value in (there.dice, there.jaccard, there.dice_l_sym, there.dice_l_capped):
        assert value is None or 0 <= value <= 1
    assert itself.dice == (1.0 if pair[0].any() else None)
