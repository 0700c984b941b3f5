import pytest

from annotations.dicom import check_header, read_header
from annotations.errors import DicomRefusedError
from tests.factories.dicom_files import (
    CANARY,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    JPEG2000Lossless,
    make_dataset,
    write_dicom,
    write_truncated,
)


def refusal_code(path):
    with pytest.raises(DicomRefusedError) as refusal:
        check_header(read_header(path))
    return refusal.value.code


@pytest.mark.parametrize("transfer_syntax", ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", JPEG2000Lossless])
def test_header_is_read_without_pixels_and_without_names(tmp_path, transfer_syntax):
    header = read_header(write_dicom(tmp_path / "image.dcm", make_dataset(), transfer_syntax))

    assert header.KVP == 29
    assert "PixelData" not in header
    assert not [
        keyword for keyword in ("PatientName", "InstitutionName", "OperatorsName") if keyword in header
    ]
    assert CANARY not in str(header.get("StudyDescription", ""))


@pytest.mark.parametrize("content", [b"", b"DICM", b"text" * 100, b"\0" * 132])
def test_file_without_the_dicom_mark_is_refused(tmp_path, content):
    path = tmp_path / "image.dcm"
    path.write_bytes(content)

    assert refusal_code(path) == "not_dicom"


@pytest.mark.parametrize("kept_share", [0.001, 0.0012, 0.0025, 0.005, 0.008])
def test_file_cut_before_its_pixels_is_truncated(tmp_path, kept_share):
    assert refusal_code(write_truncated(tmp_path / "cut.dcm", kept_share=kept_share)) == "truncated"


@pytest.mark.parametrize("transfer_syntax", [DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian])
def test_deflated_and_big_endian_files_are_refused_before_they_are_read(tmp_path, transfer_syntax):
    path = write_dicom(tmp_path / "image.dcm", make_dataset(), transfer_syntax)

    assert refusal_code(path) == "transfer_syntax_refused"


def test_object_without_pixels_is_named_by_its_class(tmp_path):
    report = make_dataset(SOPClassUID="1.2.840.10008.5.1.4.1.1.88.22", PixelData=None)

    assert refusal_code(write_dicom(tmp_path / "report.dcm", report)) == "wrong_sop_class"


def test_endless_header_is_refused(tmp_path):
    dataset = make_dataset()
    dataset.add_new((0x0019, 0x1002), "OB", b"\0" * 5 * 1024**2)

    assert refusal_code(write_dicom(tmp_path / "image.dcm", dataset)) == "header_too_long"


def test_thousands_of_nested_sequences_are_refused(tmp_path):
    path = write_dicom(tmp_path / "image.dcm", make_dataset())
    content = path.read_bytes()
    nested = (b"\x08\x00\x40\x11SQ\x00\x00\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\xff\xff\xff\xff") * 5000
    where = content.index(b"\x08\x00\x60\x00CS")
    path.write_bytes(content[:where] + nested + content[where:])

    assert refusal_code(path) in {"header_unreadable", "truncated"}


def test_value_of_an_unknown_kind_is_a_refusal_and_no_crash(tmp_path):
    path = write_dicom(tmp_path / "image.dcm", make_dataset())
    path.write_bytes(path.read_bytes().replace(b"\x08\x00\x16\x00UI", b"\x08\x00\x16\x00U\x17"))

    assert refusal_code(path) in {"header_unreadable", "truncated", "wrong_sop_class"}
