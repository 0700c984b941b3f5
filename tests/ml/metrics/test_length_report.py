import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ml.errors import PixelSpacingMissingError
from ml.masks import empty, from_dense
from ml.metrics import compare_masks, report_lengths


@given(
    st.tuples(st.integers(1, 20), st.integers(1, 20)).flatmap(
        lambda shape: st.tuples(arrays(bool, shape), arrays(bool, shape))
    ),
    st.sampled_from([{}, {"tolerance_mm": 0.2}, {"tolerance_px": 1.5}, {"merge_tracks": True}]),
)
def test_report_is_the_part_of_the_comparison_that_is_about_length(pair, choices):
    masks = [from_dense(array) for array in pair]

    report = report_lengths(*masks, pixel_spacing_mm=(0.2, 0.1), **choices)

    compared = compare_masks(*masks, pixel_spacing_mm=(0.2, 0.1), **choices)
    for name, value in dataclasses.asdict(report).items():
        assert value == getattr(compared, name), name


def test_tolerance_in_millimetres_needs_the_spacing():
    with pytest.raises(PixelSpacingMissingError):
        report_lengths(empty(5, 5), empty(5, 5), pixel_spacing_mm=None)
