import numpy as np
import pytest

from ml.errors import MaskGeometryError
from ml.masks import edge_distance_mm, end_capped_length_mm, from_dense, kulpa_length_mm, spline_length_mm

LINE = np.array([[2, column] for column in range(2, 9)], dtype=np.int32)
MASK = from_dense(np.ones((5, 12), dtype=bool))
MEASURES = {
    "kulpa": lambda spacing: kulpa_length_mm(LINE, spacing),
    "end-capped": lambda spacing: end_capped_length_mm(MASK, LINE, spacing),
    "spline": lambda spacing: spline_length_mm(LINE, spacing),
    "edge": lambda spacing: edge_distance_mm(MASK, LINE, spacing).max(),
}


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
@pytest.mark.parametrize("bad", [-1, 0, np.nan, np.inf, "wide", None])
def test_spacing_that_is_no_length_is_refused(measure, bad):
    for spacing in ((bad, 0.1), (0.1, bad)):
        with pytest.raises(MaskGeometryError, match="spacing"):
            measure(spacing)


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
@pytest.mark.parametrize("bad", [None, 0.1, (0.1,), (0.1, 0.1, 0.1)])
def test_spacing_has_two_sides(measure, bad):
    with pytest.raises(MaskGeometryError, match="spacing"):
        measure(bad)


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
def test_lengths_grow_with_the_pixel(measure):
    assert measure((0.2, 0.2)) == pytest.approx(2 * measure([0.1, 0.1]), rel=1e-9)
