"""Who marked which pixel, held against dense arrays."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ml.errors import StatisticsInputError
from ml.masks import from_dense
from ml.metrics.patterns import pixel_patterns

images = st.tuples(st.integers(1, 16), st.integers(1, 16), st.integers(1, 4)).flatmap(
    lambda shape: arrays(bool, (shape[2], *shape[:2]), elements=st.sampled_from([False, False, True]))
)


@given(images, st.integers(0, 5))
def test_patterns_count_every_pixel_of_the_box_once(image, margin_px):
    found = pixel_patterns([from_dense(reading) for reading in image], margin_px=margin_px)

    if not image.any():
        assert found == {}
        return
    rows, columns = (np.flatnonzero(image.any(axis=(0, other))) for other in (2, 1))
    box = [slice(max(side[0] - margin_px, 0), side[-1] + margin_px + 1) for side in (rows, columns)]
    pattern = sum(reading.astype(int) << number for number, reading in enumerate(image))[tuple(box)]
    assert found == dict(
        zip(*(part.tolist() for part in np.unique(pattern, return_counts=True)), strict=True)
    )


def test_without_a_reading_there_is_nothing_to_count():
    with pytest.raises(StatisticsInputError) as refusal:
        pixel_patterns([], margin_px=1)

    assert refusal.value.code == "too_few_readers"
