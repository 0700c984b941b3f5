"""Phantoms as DICOM files: what demo data and tests are ingested from.

The files carry an invented person on purpose, so that de-identification has something to drop, and say in
their descriptions that the image is synthetic.
"""

from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import DigitalMammographyXRayImageStorageForPresentation as ForPresentation
from pydicom.uid import DigitalMammographyXRayImageStorageForProcessing as ForProcessing
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from ml.phantom.phantom import PHANTOM_VERSION, Phantom
from ml.types import Acquisition

SOP_CLASSES = {"FOR PRESENTATION": ForPresentation, "FOR PROCESSING": ForProcessing}
# View Code Sequence (0054,0220), PS3.16 CID 4014, and Patient Orientation (0020,0020) by view and side.
VIEW_CODES = {"CC": ("399162004", "cranio-caudal"), "MLO": ("399368009", "medio-lateral oblique")}
ORIENTATIONS = {
    ("CC", "L"): ["A", "R"],
    ("CC", "R"): ["P", "L"],
    ("MLO", "L"): ["A", "FR"],
    ("MLO", "R"): ["P", "FL"],
}
SYNTHETIC = "SYNTHETIC IMAGE, NOT A PATIENT"


def write_phantom_dicom(
    phantom: Phantom,
    path: Path | str,
    *,
    patient_id: str,
    study_uid: str,
    intent: str = "FOR PRESENTATION",
    patient_name: str = "Invented^Person",
    study_date: str = "20240102",
) -> str:
    """Write one image of a phantom as a Digital Mammography X-Ray Image.

    Parameters
    ----------
    phantom : Phantom
        The image.
    path : Path or str
        File to write.
    patient_id, patient_name : str
        The invented person.
    study_uid : str
        Study Instance UID; give all views of an exam the same.
    intent : {"FOR PRESENTATION", "FOR PROCESSING"}
        Which of the phantom's two images; each goes into a series of its own.
    study_date : str
        YYYYMMDD.

    Returns
    -------
    str
        SOP Instance UID. UIDs and bytes depend on the arguments only.
    """
    is_raw = intent == "FOR PROCESSING"
    facts = phantom.acquisition if is_raw else phantom.presentation_acquisition
    seeds = [study_uid, intent]
    instance_uid = generate_uid(
        entropy_srcs=[*seeds, str(phantom.seed), facts.view_position, facts.image_laterality]
    )
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = SOP_CLASSES[intent]
    meta.MediaStorageSOPInstanceUID = instance_uid
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SOPClassUID, dataset.SOPInstanceUID = SOP_CLASSES[intent], instance_uid
    dataset.StudyInstanceUID = study_uid
    dataset.SeriesInstanceUID = generate_uid(entropy_srcs=seeds)
    dataset.PatientID, dataset.PatientName = patient_id, patient_name
    dataset.StudyDate = dataset.SeriesDate = dataset.ContentDate = dataset.AcquisitionDate = study_date
    dataset.SeriesNumber = 2 if is_raw else 1
    dataset.InstanceNumber = phantom.seed % 1_000_000 + 1
    _add_person(dataset)
    _add_acquisition(dataset, facts)
    _add_pixels(dataset, phantom.raw if is_raw else phantom.presentation, facts)
    if not is_raw:
        _add_window(dataset, phantom)
    dataset.save_as(path, enforce_file_format=True)
    return str(instance_uid)


def _add_person(dataset: Dataset) -> None:
    dataset.PatientBirthDate, dataset.PatientSex, dataset.PatientAge = "19600229", "F", "063Y"
    dataset.InstitutionName, dataset.InstitutionAddress = "Invented Hospital", "1 Nowhere Street"
    dataset.ReferringPhysicianName, dataset.OperatorsName = "Invented^Physician", "Invented^Operator"
    dataset.AccessionNumber, dataset.StudyID = "INVENTED1", "1"
    dataset.StudyTime = dataset.ContentTime = dataset.AcquisitionTime = "101500"
    dataset.StudyDescription = "Mammography, invented person"
    dataset.PatientComments = SYNTHETIC


def _add_acquisition(dataset: Dataset, facts: Acquisition) -> None:
    dataset.Modality = "MG"
    dataset.Manufacturer = facts.manufacturer
    dataset.ManufacturerModelName = f"phantom version {PHANTOM_VERSION}"
    dataset.DeviceSerialNumber = "0000"
    dataset.SeriesDescription = dataset.ImageComments = SYNTHETIC
    is_raw = facts.presentation_intent == "FOR PROCESSING"
    dataset.ImageType = ["ORIGINAL", "PRIMARY"] if is_raw else ["DERIVED", "PRIMARY"]
    dataset.PresentationIntentType = facts.presentation_intent
    dataset.PixelIntensityRelationship = facts.pixel_intensity_relationship
    dataset.PixelIntensityRelationshipSign = facts.pixel_intensity_relationship_sign
    dataset.ImagerPixelSpacing = list(facts.pixel_spacing_mm or ())
    dataset.KVP, dataset.AnodeTargetMaterial = facts.kvp, facts.anode
    dataset.FilterMaterial, dataset.Grid = facts.filter_material, facts.grid
    dataset.BodyPartThickness = facts.body_part_thickness_mm
    dataset.BodyPartExamined = dataset.OrganExposed = "BREAST"
    dataset.PositionerType, dataset.DetectorType = "MAMMOGRAPHIC", "SCINTILLATOR"
    dataset.BreastImplantPresent, dataset.PartialView = "NO", "NO"
    dataset.ImageLaterality, dataset.ViewPosition = facts.image_laterality, facts.view_position
    dataset.PatientOrientation = ORIENTATIONS[facts.view_position, facts.image_laterality]
    code, meaning = VIEW_CODES[facts.view_position]
    dataset.ViewCodeSequence = [_code(code, meaning)]
    dataset.ViewCodeSequence[0].ViewModifierCodeSequence = []
    dataset.AnatomicRegionSequence = [_code("76752008", "Breast")]
    dataset.AcquisitionContextSequence = []


def _add_pixels(dataset: Dataset, pixels: np.ndarray, facts: Acquisition) -> None:
    dataset.Rows, dataset.Columns = pixels.shape
    dataset.SamplesPerPixel, dataset.PixelRepresentation = 1, 0
    dataset.PhotometricInterpretation = facts.photometric_interpretation
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, facts.bits_stored, facts.bits_stored - 1
    dataset.RescaleIntercept, dataset.RescaleSlope, dataset.RescaleType = 0, 1, "US"
    dataset.PresentationLUTShape = "IDENTITY"
    dataset.BurnedInAnnotation, dataset.LossyImageCompression = "NO", "00"
    dataset.PixelData = pixels.astype("<u2").tobytes()


def _add_window(dataset: Dataset, phantom: Phantom) -> None:
    low, high = (int(level) for level in np.percentile(phantom.presentation[phantom.breast], (0.5, 99.95)))
    dataset.WindowCenter, dataset.WindowWidth = (low + high) // 2, max(high - low, 1)
    dataset.WindowCenterWidthExplanation, dataset.VOILUTFunction = "NORMAL", "LINEAR"


def _code(value: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "SCT", meaning
    return item
