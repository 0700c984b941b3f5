from annotations.models import Mammogram
from ml.physics import PixelSize, pixel_size_of
from ml.types import Acquisition


def acquisition_of(mammogram: Mammogram) -> Acquisition:
    """Return what the header of a stored image says about how its pixel values came to be."""
    attributes = mammogram.attributes
    return Acquisition(
        bits_stored=mammogram.bits_stored,
        is_lossy=attributes.get("LossyImageCompression") == "01",
        photometric_interpretation=mammogram.photometric_interpretation,
        presentation_intent=mammogram.presentation_intent,
        pixel_spacing_mm=mammogram.pixel_spacing_mm,
        pixel_spacing_source=mammogram.pixel_spacing_source,
        pixel_spacing_calibration_type=attributes.get("PixelSpacingCalibrationType", ""),
        magnification=attributes.get("EstimatedRadiographicMagnificationFactor"),
        pixel_intensity_relationship=attributes.get("PixelIntensityRelationship", ""),
        pixel_intensity_relationship_sign=attributes.get("PixelIntensityRelationshipSign"),
        pixel_padding_value=attributes.get("PixelPaddingValue"),
        pixel_padding_range_limit=attributes.get("PixelPaddingRangeLimit"),
        rescale_slope=attributes.get("RescaleSlope", 1.0),
        rescale_intercept=attributes.get("RescaleIntercept", 0.0),
        image_laterality=mammogram.image_laterality,
        view_position=mammogram.view_position,
        manufacturer=attributes.get("Manufacturer", ""),
        kvp=attributes.get("KVP"),
        anode=attributes.get("AnodeTargetMaterial", ""),
        filter_material=attributes.get("FilterMaterial", ""),
        body_part_thickness_mm=attributes.get("BodyPartThickness"),
        grid=attributes.get("Grid", ""),
    )


def pixel_size(mammogram: Mammogram) -> PixelSize:
    """Return the size that a pixel of a stored image counts in every length and area, and its plane."""
    return pixel_size_of(acquisition_of(mammogram))
