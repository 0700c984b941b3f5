import pytest

from ml.physics import pixel_size_of
from ml.types import Acquisition


def size_of(**facts):
    return pixel_size_of(
        Acquisition(
            **{"pixel_spacing_mm": (0.09, 0.09), "pixel_spacing_source": "ImagerPixelSpacing"} | facts
        )
    )


@pytest.mark.parametrize("magnification", [None, 1.0, 1.09, 1.19])
def test_contact_view_is_measured_at_the_detector(magnification):
    size = size_of(magnification=magnification)

    assert (size.spacing_mm, size.plane, size.magnification) == ((0.09, 0.09), "detector", None)


@pytest.mark.parametrize(("magnification", "spacing_mm"), [(1.2, 0.075), (1.5, 0.06), (1.8, 0.05)])
def test_magnification_view_is_measured_in_the_breast(magnification, spacing_mm):
    size = size_of(magnification=magnification)

    assert size.spacing_mm == pytest.approx((spacing_mm, spacing_mm))
    assert (size.plane, size.magnification) == ("object", magnification)


def test_calibrated_pixel_spacing_is_not_divided_again():
    size = size_of(
        pixel_spacing_source="PixelSpacing", pixel_spacing_calibration_type="GEOMETRY", magnification=1.8
    )

    assert (size.spacing_mm, size.plane, size.magnification) == ((0.09, 0.09), "object", None)


def test_calibration_of_pixel_spacing_says_nothing_of_the_detector():
    size = size_of(pixel_spacing_calibration_type="GEOMETRY", magnification=1.8)

    assert size.spacing_mm == pytest.approx((0.05, 0.05))


def test_unknown_spacing_stays_unknown():
    assert size_of(pixel_spacing_mm=None, magnification=1.8).spacing_mm is None
