import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread

from ml.errors import ImageRefusedError
from ml.images import decoding, read_image
from tests.factories.dicom_files import (
    JPEG_LOSSLESS_SV1,
    DeflatedExplicitVRLittleEndian,
    DigitalMammographyXRayImageStorageForProcessing,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    RLELossless,
    make_dataset,
    make_grey_levels,
    write_dicom,
    write_jpeg2000_bomb,
    write_jpeg_of_other_size,
    write_truncated,
)

SYNTAXES = [
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    RLELossless,
    JPEG_LOSSLESS_SV1,
    JPEG2000Lossless,
]


def refusal_code(path: Path) -> str:
    with pytest.raises(ImageRefusedError) as refusal:
        read_image(path)
    return refusal.value.code


@pytest.mark.parametrize("bits_stored", [8, 10, 12, 14, 16])
@pytest.mark.parametrize("transfer_syntax", SYNTAXES)
def test_pixels_equal_what_was_stored_and_what_pydicom_decodes(tmp_path, transfer_syntax, bits_stored):
    stored = make_grey_levels(257, 259, bits=bits_stored)
    path = write_dicom(tmp_path / "image.dcm", make_dataset(stored, bits_stored=bits_stored), transfer_syntax)

    decoded = read_image(path)

    assert decoded.pixels.dtype == np.uint16
    np.testing.assert_array_equal(decoded.pixels, stored)
    np.testing.assert_array_equal(decoded.pixels, dcmread(path).pixel_array)
    assert decoded.acquisition.bits_stored == bits_stored
    assert decoded.file_format == "DICOM"
    assert decoded.is_lossy is False


def test_monochrome1_is_not_inverted(tmp_path):
    stored = make_grey_levels()
    dataset = make_dataset(stored, PhotometricInterpretation="MONOCHROME1")

    decoded = read_image(write_dicom(tmp_path / "image.dcm", dataset))

    np.testing.assert_array_equal(decoded.pixels, stored)
    assert decoded.acquisition.photometric_interpretation == "MONOCHROME1"


def test_raw_images_are_recognised_by_sop_class_where_the_intent_is_missing(tmp_path):
    dataset = make_dataset(
        PresentationIntentType=None, SOPClassUID=DigitalMammographyXRayImageStorageForProcessing
    )

    decoded = read_image(write_dicom(tmp_path / "image.dcm", dataset))

    assert decoded.acquisition.presentation_intent == "FOR PROCESSING"


def test_lossy_compression_in_the_past_is_told(tmp_path):
    decoded = read_image(write_dicom(tmp_path / "image.dcm", make_dataset(LossyImageCompression="01")))

    assert decoded.is_lossy is True
    assert decoded.acquisition.is_lossy is True


def test_real_mammogram_equals_pydicom(shared_data):
    path = shared_data / "fo-dicom-mg" / "GH133.dcm"

    decoded = read_image(path)

    np.testing.assert_array_equal(decoded.pixels, dcmread(path).pixel_array)
    acquisition = decoded.acquisition
    assert (acquisition.image_laterality, acquisition.view_position) == ("R", "MLO")
    assert acquisition.pixel_spacing_source == "ImagerPixelSpacing"
    assert acquisition.pixel_spacing_mm == pytest.approx((0.0940909, 0.0940909))
    assert (acquisition.pixel_intensity_relationship, acquisition.pixel_intensity_relationship_sign) == (
        "LOG",
        -1,
    )


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"Rows": 300}, "size_mismatch"),
        ({"Columns": 300}, "size_mismatch"),
        ({"Rows": 65535, "Columns": 65535}, "size_out_of_range"),
        ({"Rows": 8192, "Columns": 8192}, "size_out_of_range"),
        ({"Rows": 255}, "size_out_of_range"),
        ({"Rows": 0}, "size_out_of_range"),
        ({"Rows": None}, "attribute_missing"),
        ({"NumberOfFrames": 2}, "multi_frame"),
        ({"NumberOfFrames": 2**31 - 1}, "multi_frame"),
        ({"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB"}, "colour"),
        ({"PhotometricInterpretation": "PALETTE COLOR"}, "colour"),
        ({"BitsAllocated": 32}, "bits_unsupported"),
        ({"BitsStored": 17}, "bits_unsupported"),
        ({"HighBit": 15}, "bits_unsupported"),
        ({"PixelRepresentation": 1}, "signed_pixels"),
        ({"RescaleSlope": 0}, "rescale_invalid"),
        ({"PixelData": None}, "truncated"),
        ({"PixelData": b"\0\0" * 256 * 256}, "blank_image"),
        ({"PixelData": b"\0\1" * 256 * 256 * 2}, "size_mismatch"),
    ],
)
def test_header_that_lies_or_breaks_a_limit_is_refused(tmp_path, attributes, code):
    path = write_dicom(tmp_path / "image.dcm", make_dataset(**attributes))

    assert refusal_code(path) == code


@pytest.mark.parametrize("transfer_syntax", SYNTAXES)
def test_bits_stored_that_lies_is_refused_instead_of_wrapping_grey_values(tmp_path, transfer_syntax):
    path = write_dicom(tmp_path / "image.dcm", make_dataset(bits_stored=12), transfer_syntax)
    dataset = dcmread(path)
    dataset.BitsStored, dataset.HighBit = 10, 9
    dataset.save_as(path)

    assert refusal_code(path) == "bits_unsupported"


@pytest.mark.parametrize("kept_share", [0.0012, 0.0025, 0.005, 0.01, 0.5, 0.999])
def test_truncated_file_is_refused_wherever_it_is_cut(tmp_path, kept_share):
    assert refusal_code(write_truncated(tmp_path / "cut.dcm", kept_share=kept_share)) == "truncated"


@pytest.mark.parametrize("transfer_syntax", [RLELossless, JPEG2000Lossless, JPEG_LOSSLESS_SV1])
def test_truncated_codestream_is_refused(tmp_path, transfer_syntax):
    path = write_dicom(tmp_path / "image.dcm", make_dataset(), transfer_syntax)
    path.write_bytes(path.read_bytes()[:-20_000])

    assert refusal_code(path) in {"truncated", "decode_failed"}


@pytest.mark.parametrize("transfer_syntax", [DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian])
def test_refused_transfer_syntaxes_are_named(tmp_path, transfer_syntax):
    assert (
        refusal_code(write_dicom(tmp_path / "image.dcm", make_dataset(), transfer_syntax))
        == "transfer_syntax_refused"
    )


def test_jpeg2000_that_claims_40000_pixels_a_side_is_refused_before_it_is_decoded(tmp_path):
    path = write_jpeg2000_bomb(tmp_path / "bomb.dcm")
    assert path.stat().st_size < 2000

    assert refusal_code(path) == "size_mismatch"


def test_jpeg_of_another_size_than_the_header_is_refused(tmp_path):
    assert refusal_code(write_jpeg_of_other_size(tmp_path / "image.dcm")) == "size_mismatch"


def test_native_pixels_that_claim_to_be_jpeg2000_are_refused(tmp_path):
    path = write_dicom(tmp_path / "image.dcm", make_dataset())
    path.write_bytes(path.read_bytes().replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.5\0"))

    assert refusal_code(path) == "decode_failed"


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7 " * 100, b"\0" * 5000])
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "image.dcm"
    path.write_bytes(content)

    assert refusal_code(path) == "not_an_image"


def test_file_that_cannot_be_opened_is_refused(tmp_path):
    assert refusal_code(tmp_path / "nowhere.dcm") == "unreadable_file"
    assert refusal_code(tmp_path) == "unreadable_file"


def test_large_file_is_refused_without_reading_it(tmp_path):
    path = tmp_path / "large.dcm"
    with path.open("wb") as file:
        file.truncate(300 * 1024**2)

    assert refusal_code(path) == "file_too_large"


def test_decoder_that_takes_too_long_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(decoding, "CHILD_WALL_S", 0.01)

    assert refusal_code(write_dicom(tmp_path / "image.dcm", make_dataset())) == "decode_timeout"


def test_decoder_that_dies_is_a_refusal(tmp_path, monkeypatch):
    monkeypatch.setattr(decoding.sys, "executable", "false")

    assert refusal_code(write_dicom(tmp_path / "image.dcm", make_dataset())) == "decode_failed"


def test_decoder_cannot_take_more_than_two_gigabytes(repository):
    greedy = "from ml.images.decoder import _limit_self; _limit_self(); bytearray(3 * 1024**3)"

    finished = subprocess.run(
        [sys.executable, "-c", greedy], cwd=repository, capture_output=True, text=True, check=False
    )

    assert finished.returncode != 0
    assert "MemoryError" in finished.stderr
