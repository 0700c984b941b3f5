import pytest
from pydicom import Dataset
from pydicom.sequence import Sequence

from ml.errors import ImageRefusedError
from ml.images.acquisition import (
    checked_spacing,
    read_acquisition,
    read_laterality,
    read_pixel_spacing,
    read_view,
)
from ml.types import Acquisition

# pydicom warns while the lies below are being put into the header.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


def make_header(**attributes: object) -> Dataset:
    header = Dataset()
    header.BitsStored = 12
    header.PhotometricInterpretation = "MONOCHROME2"
    for keyword, value in attributes.items():
        setattr(header, keyword, value)
    return header


def test_spacing_at_the_detector_comes_first():
    header = make_header(ImagerPixelSpacing=[0.1, 0.1], PixelSpacing=[0.094, 0.094])

    assert read_pixel_spacing(header) == ((0.1, 0.1), "ImagerPixelSpacing")


def test_pixel_spacing_stands_in_and_says_so():
    header = make_header(ImagerPixelSpacing=None, PixelSpacing=[0.05, 0.0502])

    assert read_pixel_spacing(header) == ((0.05, 0.0502), "PixelSpacing")


def test_no_spacing_is_never_guessed():
    assert read_pixel_spacing(make_header()) == (None, "")


@pytest.mark.parametrize(
    "spacing",
    [
        ["nan", "0.1"],
        ["inf", "0.1"],
        [0, 0.1],
        [-0.07, -0.07],
        [0.019, 0.019],
        [0.51, 0.51],
        [0.1, 0.102],
        0.1,
        [0.1, 0.1, 0.1],
    ],
)
@pytest.mark.parametrize("keyword", ["ImagerPixelSpacing", "PixelSpacing"])
def test_implausible_spacing_is_refused(keyword, spacing):
    header = make_header()
    header.add_new(keyword, "DS", spacing)

    with pytest.raises(ImageRefusedError) as refusal:
        read_pixel_spacing(header)

    assert refusal.value.code == "pixel_spacing_invalid"
    assert keyword in refusal.value.message


def test_wrong_spacing_is_not_skipped_for_a_right_one():
    header = make_header(ImagerPixelSpacing=[0.1, 0.1], PixelSpacing=[0, 0])

    with pytest.raises(ImageRefusedError):
        read_pixel_spacing(header)


def test_anisotropy_of_one_percent_is_accepted():
    assert checked_spacing(0.1, 0.101, "a table") == (0.1, 0.101)


def test_laterality_of_the_image_goes_before_that_of_the_series():
    assert read_laterality(make_header(ImageLaterality="L", Laterality="R")) == "L"
    assert read_laterality(make_header(Laterality="R")) == "R"
    assert read_laterality(make_header(ImageLaterality="B")) == ""
    assert read_laterality(make_header()) == ""


@pytest.mark.parametrize(
    ("code", "view"), [("399162004", "CC"), ("R-10226", "MLO"), ("399260004", "ML"), ("T-04000", "")]
)
def test_view_is_read_from_its_code_where_the_position_is_missing(code, view):
    item = Dataset()
    item.CodeValue = code

    assert read_view(make_header(ViewCodeSequence=Sequence([item]))) == view


def test_view_position_that_is_no_view_falls_back_to_the_code():
    item = Dataset()
    item.CodeValue = "399162004"

    assert read_view(make_header(ViewPosition="Jane Doe", ViewCodeSequence=Sequence([item]))) == "CC"


def test_sparse_header_gives_the_defaults():
    assert read_acquisition(make_header()) == Acquisition(bits_stored=12)


def test_magnification_and_calibration_of_the_spacing_are_read():
    header = make_header(
        EstimatedRadiographicMagnificationFactor="1.8", PixelSpacingCalibrationType="GEOMETRY"
    )

    acquisition = read_acquisition(header)

    assert (acquisition.magnification, acquisition.pixel_spacing_calibration_type) == (1.8, "GEOMETRY")


def test_padding_is_read_with_the_limit_of_its_range():
    acquisition = read_acquisition(make_header(PixelPaddingValue=0, PixelPaddingRangeLimit=40))

    assert (acquisition.pixel_padding_value, acquisition.pixel_padding_range_limit) == (0, 40)


def test_exposure_that_is_no_number_counts_as_missing():
    header = make_header()
    header.add_new("KVP", "DS", "nan")
    header.add_new("BodyPartThickness", "DS", "")

    acquisition = read_acquisition(header)

    assert (acquisition.kvp, acquisition.body_part_thickness_mm) == (None, None)


@pytest.mark.parametrize(
    ("keyword", "value"), [("RescaleSlope", "0"), ("RescaleSlope", "nan"), ("RescaleIntercept", "inf")]
)
def test_rescale_that_would_destroy_the_signal_is_refused(keyword, value):
    header = make_header()
    header.add_new(keyword, "DS", value)

    with pytest.raises(ImageRefusedError) as refusal:
        read_acquisition(header)

    assert refusal.value.code == "rescale_invalid"
