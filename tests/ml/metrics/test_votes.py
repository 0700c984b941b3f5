"""Who marked which segment and which pixel, held against dense arrays."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from ml.errors import StatisticsInputError
from ml.masks import from_dense, kulpa_length_mm, skeleton
from ml.metrics.votes import pixel_patterns, segment_votes

EIGHT = np.ones((3, 3))
SPACING = (0.3, 0.1)

images = st.tuples(st.integers(1, 16), st.integers(1, 16), st.integers(1, 4)).flatmap(
    lambda shape: arrays(bool, (shape[2], *shape[:2]), elements=st.sampled_from([False, False, True]))
)


@given(images)
def test_segments_are_the_pieces_of_all_readings_together(image):
    found = segment_votes([from_dense(reading) for reading in image], SPACING)

    piece, count = ndimage.label(image.any(axis=0), structure=EIGHT)
    assert len(found) == count
    for segment in found:
        inside = piece == piece[segment.row, segment.column]
        line = skeleton(from_dense(inside))
        assert piece[segment.row, segment.column] > 0
        assert segment.area_px == inside.sum()
        assert segment.votes == tuple((reading & inside).any() for reading in image)
        assert segment.length_mm == pytest.approx(kulpa_length_mm(line, SPACING))
        assert segment.length_px == pytest.approx(kulpa_length_mm(line, (1, 1)))


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


def test_without_spacing_segments_have_a_length_in_pixels_alone():
    (segment,) = segment_votes([from_dense(np.eye(9, dtype=bool))], None)

    assert segment.length_mm is None
    assert segment.length_px > 0


def test_without_a_reading_there_is_nothing_to_vote_on():
    with pytest.raises(StatisticsInputError) as refusal:
        segment_votes([], SPACING)

    assert refusal.value.code == "too_few_readers"
