"""The multi-frame part of a tomosynthesis file: Breast Projection X-Ray Image (PS3.3 A.71)."""

from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import generate_uid

from ml.phantom.dicom_header import SYNTHETIC, breast_item, code_item
from ml.phantom.phantom import Phantom
from ml.phantom.tomosynthesis import ANGLES_DEG, projections
from ml.types import Acquisition

FRAME_TYPE = ["ORIGINAL", "PRIMARY", "TOMO_PROJ", "NONE"]
SOURCE_TO_DETECTOR_MM = 660.0
SCAN_S, TUBE_CURRENT_MA, FRAME_MAS = 10.0, 60.0, 6.0
# Invented, and the same in every file.
ORGAN_DOSE_DGY, ENTRANCE_DOSE_MGY = 0.015, 6.0


def add_projections(dataset: FileDataset, phantom: Phantom) -> None:
    """Add the frames of a scan and their functional groups to a dataset that has person and view.

    Parameters
    ----------
    dataset : FileDataset
        Changed in place.
    phantom : Phantom
        Whose breast to take.
    """
    facts = phantom.acquisition
    frames = projections(phantom)
    dataset.ImageType = FRAME_TYPE
    dataset.AcquisitionDateTime = dataset.StudyDate + dataset.StudyTime
    dataset.FrameOfReferenceUID = generate_uid(entropy_srcs=[dataset.SOPInstanceUID, "frame of reference"])
    dataset.PositionReferenceIndicator = ""
    dataset.FocalSpots, dataset.CompressionForce = 0.3, 100
    dataset.PaddleDescription, dataset.PositionerMotion = "INVENTED", "DYNAMIC"
    dataset.ExposureControlMode, dataset.ExposureControlModeDescription = "MANUAL", "Simulated"
    dataset.ContentQualification, dataset.AcquisitionDuration = "RESEARCH", SCAN_S
    dataset.OrganDose, dataset.EntranceDoseInmGy = ORGAN_DOSE_DGY, ENTRANCE_DOSE_MGY
    dataset.TypeOfDetectorMotion, dataset.BreastImplantPresent = "NONE", "NO"
    dataset.PatientOrientationCodeSequence = [code_item("C86043", "NCIt", "erect")]
    dataset.NumberOfFrames, dataset.Rows, dataset.Columns = frames.shape
    dataset.SamplesPerPixel, dataset.PixelRepresentation = 1, 0
    dataset.PhotometricInterpretation, dataset.PresentationLUTShape = "MONOCHROME2", "IDENTITY"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 16, 15
    dataset.BurnedInAnnotation, dataset.LossyImageCompression = "NO", "00"
    dataset.SharedFunctionalGroupsSequence = [_shared_groups(facts)]
    dataset.PerFrameFunctionalGroupsSequence = [_frame_groups(dataset, angle) for angle in ANGLES_DEG]
    dataset.PixelData = frames.astype("<u2").tobytes()


def _shared_groups(facts: Acquisition) -> Dataset:
    properties = _item(
        FrameType=FRAME_TYPE,
        ImagerPixelSpacing=list(facts.pixel_spacing_mm or ()),
        PixelIntensityRelationship="LIN",
        PixelIntensityRelationshipSign=-1,
        GeometricalProperties="UNIFORM",
        ImageProcessingApplied="NONE",
    )
    geometry = _item(
        DistanceSourceToDetector=SOURCE_TO_DETECTOR_MM,
        DistanceSourceToPatient=SOURCE_TO_DETECTOR_MM - 22.0,
        EstimatedRadiographicMagnificationFactor=1.06,
    )
    return _item(
        FramePixelDataPropertiesSequence=[properties],
        PixelValueTransformationSequence=[_item(RescaleIntercept=0, RescaleSlope=1, RescaleType="US")],
        FrameAnatomySequence=[
            _item(FrameLaterality=facts.image_laterality, AnatomicRegionSequence=[breast_item()])
        ],
        FieldOfViewSequence=[_item(FieldOfViewRotation=0, FieldOfViewHorizontalFlip="NO")],
        XRayGeometrySequence=[geometry],
        XRayGridSequence=[_item(Grid="NONE")],
        XRayFilterSequence=[_item(FilterMaterial=facts.filter_material)],
        FrameAcquisitionSequence=[_item(KVP=facts.kvp, XRayTubeCurrentInmA=TUBE_CURRENT_MA)],
    )


def _frame_groups(dataset: Dataset, angle_deg: float) -> Dataset:
    dose = _item(
        ExposureTimeInms=1000 * FRAME_MAS / TUBE_CURRENT_MA,
        ExposureInmAs=FRAME_MAS,
        OrganDose=round(ORGAN_DOSE_DGY / len(ANGLES_DEG), 6),
        EntranceDoseInmGy=round(ENTRANCE_DOSE_MGY / len(ANGLES_DEG), 6),
    )
    position = _item(PositionerPrimaryAngle=angle_deg, PositionerSecondaryAngle=0)
    system = _item(
        XRaySourceIsocenterPrimaryAngle=angle_deg,
        XRaySourceIsocenterSecondaryAngle=0.0,
        BreastSupportIsocenterPrimaryAngle=0.0,
        BreastSupportIsocenterSecondaryAngle=0.0,
        DetectorIsocenterPrimaryAngle=0.0,
        DetectorIsocenterSecondaryAngle=0.0,
    )
    event_uid = generate_uid(entropy_srcs=[dataset.SOPInstanceUID, str(angle_deg)])
    return _item(
        FrameContentSequence=[_item(FrameComments=SYNTHETIC)],
        PositionerPositionSequence=[position],
        IsocenterReferenceSystemSequence=[system],
        XRayAcquisitionDoseSequence=[dose],
        IrradiationEventIdentificationSequence=[_item(IrradiationEventUID=event_uid)],
    )


def _item(**elements: object) -> Dataset:
    item = Dataset()
    for keyword, value in elements.items():
        setattr(item, keyword, value)
    return item
