"""What the headers of all phantom files share: an invented person, the equipment, the view."""

from dataclasses import dataclass
from pathlib import Path

from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

from ml.phantom.phantom import PHANTOM_VERSION
from ml.types import Acquisition

SYNTHETIC = "SYNTHETIC IMAGE, NOT A PATIENT"
# View Code Sequence (0054,0220), PS3.16 CID 4014, and Patient Orientation (0020,0020) by view and side.
VIEW_CODES = {"CC": ("399162004", "cranio-caudal"), "MLO": ("399368009", "medio-lateral oblique")}
ORIENTATIONS = {
    ("CC", "L"): ["A", "R"],
    ("CC", "R"): ["P", "L"],
    ("MLO", "L"): ["A", "FR"],
    ("MLO", "R"): ["P", "FL"],
}


@dataclass(frozen=True)
class Person:
    """Somebody invented."""

    patient_id: str
    patient_name: str


def start_file(path: Path | str, sop_class: UID, instance_uid: UID) -> FileDataset:
    """Return an empty dataset with file meta information."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = sop_class, instance_uid
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SOPClassUID, dataset.SOPInstanceUID = sop_class, instance_uid
    return dataset


def add_person(dataset: Dataset, person: Person) -> None:
    """Name the person, the hospital and the study."""
    dataset.PatientID, dataset.PatientName = person.patient_id, person.patient_name
    dataset.PatientBirthDate, dataset.PatientSex, dataset.PatientAge = "19600229", "F", "063Y"
    dataset.InstitutionName, dataset.InstitutionAddress = "Invented Hospital", "1 Nowhere Street"
    dataset.ReferringPhysicianName, dataset.OperatorsName = "Invented^Physician", "Invented^Operator"
    dataset.AccessionNumber, dataset.StudyID = "INVENTED1", "1"
    dataset.StudyTime = dataset.ContentTime = dataset.AcquisitionTime = "101500"
    dataset.StudyDescription = "Mammography, invented person"
    dataset.PatientComments = SYNTHETIC


def add_view(dataset: Dataset, facts: Acquisition) -> None:
    """Name the equipment, the exposure and the view."""
    dataset.Modality = "MG"
    dataset.Manufacturer = facts.manufacturer
    dataset.ManufacturerModelName = f"phantom version {PHANTOM_VERSION}"
    dataset.DeviceSerialNumber, dataset.SoftwareVersions = "0000", str(PHANTOM_VERSION)
    dataset.SeriesDescription = SYNTHETIC
    dataset.PresentationIntentType = facts.presentation_intent
    dataset.KVP, dataset.AnodeTargetMaterial = facts.kvp, facts.anode
    dataset.BodyPartThickness = facts.body_part_thickness_mm
    dataset.PositionerType, dataset.DetectorType = "MAMMOGRAPHIC", "SCINTILLATOR"
    dataset.PatientOrientation = ORIENTATIONS[facts.view_position, facts.image_laterality]
    code, meaning = VIEW_CODES[facts.view_position]
    dataset.ViewCodeSequence = [code_item(code, "SCT", meaning)]
    dataset.ViewCodeSequence[0].ViewModifierCodeSequence = []
    dataset.AcquisitionContextSequence = []


def breast_item() -> Dataset:
    """Return the code of the breast."""
    return code_item("76752008", "SCT", "Breast")


def code_item(value: str, scheme: str, meaning: str) -> Dataset:
    """Return one item of a code sequence."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item
