import numpy as np
import pytest

from ml.errors import MetricParameterError, PixelSpacingMissingError
from ml.metrics.matching import Matching


@pytest.mark.parametrize(
    "choices",
    [
        {"pixel_spacing_mm": (0.0, 0.1)},
        {"pixel_spacing_mm": (0.1, -0.1)},
        {"pixel_spacing_mm": (0.1, float("nan"))},
        {"pixel_spacing_mm": (float("inf"), 0.1)},
        {"pixel_spacing_mm": (0.1, 0.1), "tolerance_mm": -1.0},
        {"pixel_spacing_mm": (0.1, 0.1), "tolerance_mm": float("nan")},
        {"pixel_spacing_mm": None, "tolerance_px": float("inf")},
        {"pixel_spacing_mm": (0.1, 0.1), "tolerance_mm": 1.0, "tolerance_px": 10.0},
        {"pixel_spacing_mm": 0.1},
        {"pixel_spacing_mm": (0.1, None)},
        {"pixel_spacing_mm": ("0.1", "0.1")},
        {"pixel_spacing_mm": (0.1, 0.1, 0.1)},
        {"pixel_spacing_mm": (1e-300, 1e-300)},
        {"pixel_spacing_mm": (0.1, 1e300)},
        {"pixel_spacing_mm": (0.0049, 0.1)},
        {"pixel_spacing_mm": (0.1, 5.1)},
        {"pixel_spacing_mm": (0.1, 0.1), "tolerance_mm": 1e308},
        {"pixel_spacing_mm": (0.1, 0.1), "tolerance_mm": 1000.1},
        {"pixel_spacing_mm": None, "tolerance_px": 100_001.0},
        {"pixel_spacing_mm": None, "tolerance_px": "3"},
    ],
)
def test_choices_that_are_no_lengths_are_refused(choices):
    with pytest.raises(MetricParameterError):
        Matching(**choices)


@pytest.mark.parametrize(
    "choices",
    [
        {"pixel_spacing_mm": (0.005, 5.0)},
        {"pixel_spacing_mm": np.array([0.1, 0.1])},
        {"pixel_spacing_mm": [0.1, 0.1], "tolerance_mm": 1000.0},
        {"pixel_spacing_mm": None, "tolerance_px": 100_000},
    ],
)
def test_lengths_up_to_the_limits_are_taken(choices):
    assert Matching(**choices).is_defined


def test_merging_tracks_needs_the_size_of_a_pixel():
    with pytest.raises(PixelSpacingMissingError):
        Matching(pixel_spacing_mm=None, tolerance_px=3.0, merge_tracks=True)


def test_tolerance_in_millimetres_needs_the_size_of_a_pixel():
    matching = Matching(pixel_spacing_mm=None)

    assert not matching.is_defined
    with pytest.raises(PixelSpacingMissingError):
        matching.is_near(np.array([[0, 0]]), np.array([[0, 1]]))


def test_tolerance_is_inclusive_in_spite_of_rounding():
    points, other = np.array([[0, 0], [0, 1]]), np.array([[10, 0]])

    near = Matching(pixel_spacing_mm=(0.1, 0.1), tolerance_mm=1.0).is_near(points, other)

    assert near.tolist() == [True, False]


def test_nothing_is_near_an_empty_line():
    nothing = np.empty((0, 2), dtype=np.int32)
    matching = Matching(pixel_spacing_mm=(0.1, 0.1))

    assert matching.is_near(np.array([[1, 1]]), nothing).tolist() == [False]
    assert matching.is_near(nothing, np.array([[1, 1]])).tolist() == []
