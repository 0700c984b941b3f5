import pytest

from annotations.dicom import Identifiers, check_header, read_identifiers
from annotations.errors import DicomRefusedError
from tests.factories.dicom_files import DigitalMammographyXRayImageStorageForProcessing, make_dataset

CT = "1.2.840.10008.5.1.4.1.1.2"
TOMOSYNTHESIS = "1.2.840.10008.5.1.4.1.1.13.1.3"


# pydicom warns while the lies below are being put into the header.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


def test_mammograms_for_presentation_and_for_processing_pass():
    check_header(make_dataset())
    check_header(make_dataset(SOPClassUID=DigitalMammographyXRayImageStorageForProcessing))


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"SOPClassUID": CT}, "wrong_sop_class"),
        ({"SOPClassUID": TOMOSYNTHESIS}, "wrong_sop_class"),
        ({"SOPClassUID": None}, "wrong_sop_class"),
        ({"SOPClassUID": "nonsense"}, "wrong_sop_class"),
        ({"Modality": "CT"}, "wrong_modality"),
        ({"Modality": None}, "wrong_modality"),
        ({"StudyInstanceUID": None}, "identifier_missing"),
        ({"SeriesInstanceUID": ""}, "identifier_missing"),
        ({"SOPInstanceUID": "1.2.3/../../etc"}, "identifier_missing"),
        ({"SOPInstanceUID": "1." * 40 + "1"}, "identifier_missing"),
        ({"PatientID": ""}, "identifier_missing"),
        ({"PatientID": "  "}, "identifier_missing"),
        ({"BurnedInAnnotation": "YES"}, "burned_in_annotation"),
        ({"WindowWidth": 0}, "window_invalid"),
        ({"WindowWidth": "nan"}, "window_invalid"),
        ({"WindowWidth": [1000, 2000]}, "window_invalid"),
        ({"WindowCenter": None}, "window_invalid"),
        ({"EstimatedRadiographicMagnificationFactor": 0}, "magnification_invalid"),
        ({"EstimatedRadiographicMagnificationFactor": "nan"}, "magnification_invalid"),
        ({"EstimatedRadiographicMagnificationFactor": 3.5}, "magnification_invalid"),
    ],
)
def test_header_against_the_policy_is_refused_by_name(attributes, code):
    with pytest.raises(DicomRefusedError) as refusal:
        check_header(make_dataset(**attributes))

    assert refusal.value.code == code


def test_refusal_says_what_came_and_what_is_read():
    with pytest.raises(DicomRefusedError) as refusal:
        check_header(make_dataset(Modality="CT"))

    assert refusal.value.message == "This file says it is CT. Tramline reads mammograms (MG)."


def test_narrow_window_is_right_for_a_sigmoid():
    check_header(make_dataset(WindowWidth=0.5, VOILUTFunction="SIGMOID"))


def test_missing_windows_are_no_fault():
    check_header(make_dataset(WindowWidth=None, WindowCenter=None))


def test_identifiers_are_read_as_the_sender_wrote_them():
    dataset = make_dataset(
        PatientID=" 4711 ", IssuerOfPatientID="Clinic", StudyInstanceUID="1.2.3", SOPInstanceUID="1.2.4"
    )

    assert read_identifiers(dataset) == Identifiers("4711", "Clinic", "1.2.3", "1.2.4")
    assert read_identifiers(make_dataset()).issuer == ""
