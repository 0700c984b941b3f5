"""What holds for any two masks of one image."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ml.masks import from_dense
from ml.metrics import DEFINITIONS, compare_masks
from ml.metrics.definitions import (
    AREA_DEFINITIONS,
    DETECTION_DEFINITIONS,
    LENGTH_DEFINITIONS,
    SURFACE_DEFINITIONS,
    TOPOLOGY_DEFINITIONS,
)

SHARES = {*AREA_DEFINITIONS, *LENGTH_DEFINITIONS, *TOPOLOGY_DEFINITIONS, *DETECTION_DEFINITIONS}
SYMMETRIC = {"dice", "jaccard", "accuracy", "dice_l_sym", "cl_dice", "length_error_px", *SURFACE_DEFINITIONS}
MIRRORED = {
    "precision": "recall",
    "length_precision": "length_recall",
    "topology_precision": "topology_sensitivity",
    "detection_precision": "detection_recall",
}
DISTANCES = {name for name in SURFACE_DEFINITIONS if "penalised" not in name}
MATCHED = {*LENGTH_DEFINITIONS, *DETECTION_DEFINITIONS}

arrays_of_one_image = st.tuples(st.integers(1, 20), st.integers(1, 20)).flatmap(
    lambda shape: st.tuples(arrays(bool, shape), arrays(bool, shape))
)
spacings = st.sampled_from([(0.1, 0.1), (0.4, 0.4), (0.3, 0.1)])


def compared(one, other, spacing, **choices):
    return compare_masks(from_dense(one), from_dense(other), pixel_spacing_mm=spacing, **choices)


@given(arrays_of_one_image, spacings)
def test_symmetry(pair, spacing):
    one, other = pair

    there, back = compared(one, other, spacing), compared(other, one, spacing)

    for name in SYMMETRIC:
        assert getattr(there, name) == getattr(back, name), name
    for name, mirror in MIRRORED.items():
        assert getattr(there, name) == getattr(back, mirror), name
    assert there.segments_found == back.segments_candidate - back.segments_false


@given(arrays_of_one_image, spacings)
def test_bounds(pair, spacing):
    found = compared(*pair, spacing)

    for name in SHARES:
        value = getattr(found, name)
        assert value is None or 0 <= value <= (2 if name == "dice_l" else 1), name
    diagonal_mm = np.hypot(*(side * size for side, size in zip(pair[0].shape, spacing, strict=True)))
    for name in SURFACE_DEFINITIONS:
        assert getattr(found, name) is None or getattr(found, name) >= 0
    assert (found.hd95_penalised_mm or 0) <= diagonal_mm
    if found.hd_mm is not None:
        assert found.hd95_mm <= found.hd_mm <= diagonal_mm
        assert found.assd_mm <= found.hd_mm + 1e-12


@given(arrays_of_one_image, spacings, st.sampled_from([0, 1, (0, 1)]))
def test_turning_the_image_over_changes_no_area_and_no_distance(pair, spacing, axis):
    found = compared(*pair, spacing)
    turned = compared(*(np.flip(array, axis) for array in pair), spacing)

    for name in AREA_DEFINITIONS:
        assert getattr(found, name) == getattr(turned, name), name
    for name in SURFACE_DEFINITIONS:
        assert getattr(found, name) == pytest.approx(getattr(turned, name)), name
    assert (found.segments_reference, found.segments_candidate) == (
        turned.segments_reference,
        turned.segments_candidate,
    )


@given(arrays_of_one_image, spacings)
def test_a_mask_agrees_with_itself(pair, spacing):
    mask = pair[0]
    itself = compared(mask, mask, spacing)

    if not mask.any():
        assert itself.dice is None
        return
    for name in SHARES - {"specificity"}:
        assert getattr(itself, name) == 1, name
    for name in SURFACE_DEFINITIONS:
        assert getattr(itself, name) == 0, name
    assert itself.length_error_mm == 0


@given(arrays_of_one_image, st.none() | spacings, st.sampled_from([None, 2.0]))
def test_none_exactly_when_documented(pair, spacing, tolerance_px):
    found = compared(*pair, spacing, tolerance_px=tolerance_px)

    is_marked = [bool(array.any()) for array in pair]
    expected = set()
    if pair[0].all():
        expected.add("specificity")
    if not any(is_marked):
        expected |= (SHARES | set(SURFACE_DEFINITIONS)) - {"specificity", "accuracy"}
    if not all(is_marked):
        expected |= DISTANCES
    if spacing is None:
        expected |= {name for name in DEFINITIONS if name.endswith(("_mm", "_mm2"))}
        if tolerance_px is None:
            expected |= MATCHED | {"segments_found", "segments_false"}
            expected |= {"skeleton_reference_near_px", "skeleton_candidate_near_px"}
    values = dataclasses.asdict(found)
    assert {name for name in DEFINITIONS if values[name] is None} == set(found.undefined) == expected
