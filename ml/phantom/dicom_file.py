"""Phantoms as DICOM files: what demo data and tests are ingested from."""

from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import (
    BreastProjectionXRayImageStorageForProcessing,
    DigitalMammographyXRayImageStorageForPresentation,
    DigitalMammographyXRayImageStorageForProcessing,
    generate_uid,
)

from ml.phantom.dicom_header import (
    SYNTHETIC,
    Person,
    add_person,
    add_view,
    breast_item,
    code_item,
    start_file,
)
from ml.phantom.forms import CONTACT_MAGNIFICATION, TOMOSYNTHESIS, FormImage, form_image
from ml.phantom.phantom import Phantom
from ml.phantom.projection_file import add_projections
from ml.types import Acquisition

SOP_CLASSES = {
    "FOR PRESENTATION": DigitalMammographyXRayImageStorageForPresentation,
    "FOR PROCESSING": DigitalMammographyXRayImageStorageForProcessing,
}
MAGNIFICATION_VIEW_FROM = 1.2


def write_phantom_dicom(
    phantom: Phantom,
    path: Path | str,
    *,
    patient_id: str,
    study_uid: str,
    form: str = "presentation",
    patient_name: str = "Invented^Person",
    study_date: str = "20240102",
) -> str:
    """Write one image of a phantom as a DICOM file that says that it is synthetic.

    Parameters
    ----------
    phantom : Phantom
        The image.
    path : Path or str
        File to write.
    patient_id, patient_name : str
        An invented person, there on purpose, so that de-identification has something to drop.
    study_uid : str
        Study Instance UID; give all views of an exam the same.
    form : str
        One of `FORMS`; each goes into a series of its own. All but "tomosynthesis" are Digital Mammography
        X-Ray Images:

        - presentation: For Presentation, 12 bits;
        - raw: For Processing, 16 bits, 65535 minus a linear value;
        - linear: For Processing, 14 bits that rise with exposure;
        - inverted: as raw, but MONOCHROME1;
        - logarithmic: For Processing, falling by 1000 counts for each factor e of exposure;
        - missing-spacing: as presentation, without any pixel spacing;
        - corrected-spacing: as raw, with a Pixel Spacing that differs from the Imager Pixel Spacing;
        - magnification: as raw, a magnification view with a factor of 1.8;
        - implant: as presentation, Breast Implant Present is YES;
        - tomosynthesis: nine projections in a Breast Projection X-Ray Image For Processing.
    study_date : str
        YYYYMMDD.

    Returns
    -------
    str
        SOP Instance UID. UIDs and bytes depend on the arguments only.

    Raises
    ------
    PhantomRequestError
        If there is no such form.
    """
    image = None if form == TOMOSYNTHESIS else form_image(phantom, form)
    facts = phantom.acquisition if image is None else image.acquisition
    sop_class = (
        BreastProjectionXRayImageStorageForProcessing
        if image is None
        else SOP_CLASSES[facts.presentation_intent]
    )
    instance_uid = generate_uid(
        entropy_srcs=[study_uid, form, str(phantom.seed), facts.view_position, facts.image_laterality]
    )
    dataset = start_file(path, sop_class, instance_uid)
    dataset.StudyInstanceUID = study_uid
    dataset.SeriesInstanceUID = generate_uid(entropy_srcs=[study_uid, form])
    dataset.StudyDate = dataset.SeriesDate = dataset.ContentDate = dataset.AcquisitionDate = study_date
    dataset.SeriesNumber = 1 if facts.presentation_intent == "FOR PRESENTATION" else 2
    dataset.InstanceNumber = phantom.seed % 1_000_000 + 1
    add_person(dataset, Person(patient_id, patient_name))
    add_view(dataset, facts)
    if image is None:
        add_projections(dataset, phantom)
    else:
        _add_mammogram(dataset, image, phantom)
    dataset.save_as(path, enforce_file_format=True)
    return str(instance_uid)


def _add_mammogram(dataset: FileDataset, image: FormImage, phantom: Phantom) -> None:
    facts = image.acquisition
    is_raw = facts.presentation_intent == "FOR PROCESSING"
    dataset.ImageType = ["ORIGINAL", "PRIMARY"] if is_raw else ["DERIVED", "PRIMARY"]
    dataset.ImageComments = SYNTHETIC
    dataset.PixelIntensityRelationship = facts.pixel_intensity_relationship
    dataset.PixelIntensityRelationshipSign = facts.pixel_intensity_relationship_sign
    dataset.FilterMaterial, dataset.Grid = facts.filter_material, facts.grid
    dataset.BodyPartExamined = dataset.OrganExposed = "BREAST"
    dataset.BreastImplantPresent = "YES" if image.has_implant else "NO"
    dataset.PartialView = "NO"
    dataset.ImageLaterality, dataset.ViewPosition = facts.image_laterality, facts.view_position
    dataset.AnatomicRegionSequence = [breast_item()]
    _add_geometry(dataset, facts)
    _add_pixels(dataset, image.pixels, facts)
    if not is_raw:
        _add_window(dataset, phantom)


def _add_geometry(dataset: Dataset, facts: Acquisition) -> None:
    if facts.pixel_spacing_mm is not None:
        dataset.ImagerPixelSpacing = list(facts.pixel_spacing_mm)
        if facts.pixel_spacing_calibration_type:
            dataset.PixelSpacing = [round(side / CONTACT_MAGNIFICATION, 6) for side in facts.pixel_spacing_mm]
            dataset.PixelSpacingCalibrationType = facts.pixel_spacing_calibration_type
            dataset.PixelSpacingCalibrationDescription = "Corrected to the middle of the breast"
    if facts.magnification is not None:
        dataset.EstimatedRadiographicMagnificationFactor = facts.magnification
        if facts.magnification > MAGNIFICATION_VIEW_FROM:
            view = dataset.ViewCodeSequence[0]
            view.ViewModifierCodeSequence = [code_item("399163009", "SCT", "magnification")]


def _add_pixels(dataset: Dataset, pixels: np.ndarray, facts: Acquisition) -> None:
    dataset.Rows, dataset.Columns = pixels.shape
    dataset.SamplesPerPixel, dataset.PixelRepresentation = 1, 0
    dataset.PhotometricInterpretation = facts.photometric_interpretation
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, facts.bits_stored, facts.bits_stored - 1
    dataset.RescaleIntercept, dataset.RescaleSlope, dataset.RescaleType = 0, 1, "US"
    is_inverse = facts.photometric_interpretation == "MONOCHROME1"
    dataset.PresentationLUTShape = "INVERSE" if is_inverse else "IDENTITY"
    dataset.BurnedInAnnotation, dataset.LossyImageCompression = "NO", "00"
    dataset.PixelData = pixels.astype("<u2").tobytes()


def _add_window(dataset: Dataset, phantom: Phantom) -> None:
    low, high = (int(level) for level in np.percentile(phantom.presentation[phantom.breast], (0.5, 99.95)))
    dataset.WindowCenter, dataset.WindowWidth = (low + high) // 2, max(high - low, 1)
    dataset.WindowCenterWidthExplanation, dataset.VOILUTFunction = "NORMAL", "LINEAR"
