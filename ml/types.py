"""Frozen records that cross the seam between `ml` and its callers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Acquisition:
    """What the header says about how the pixel values came to be; names are DICOM's.

    Attributes
    ----------
    pixel_spacing_mm : tuple of float or None
        (row, column) spacing; None where the header gives none. `pixel_spacing_source` says which attribute.
    pixel_spacing_calibration_type : str
        What Pixel Spacing was corrected by: "GEOMETRY", "FIDUCIAL" or "".
    magnification : float or None
        Size at the detector over size in the breast.
    presentation_intent : str
        "FOR PROCESSING" (raw), "FOR PRESENTATION" or "" where unknown.
    is_lossy : bool
        Whether the pixels were ever compressed with loss.
    pixel_intensity_relationship_sign : int or None
        +1 where the stored value rises with X-ray intensity, -1 where it falls.
    """

    bits_stored: int = 16
    is_lossy: bool = False
    photometric_interpretation: str = "MONOCHROME2"
    presentation_intent: str = ""
    pixel_spacing_mm: tuple[float, float] | None = None
    pixel_spacing_source: str = ""
    pixel_spacing_calibration_type: str = ""
    magnification: float | None = None
    pixel_intensity_relationship: str = ""
    pixel_intensity_relationship_sign: int | None = None
    pixel_padding_value: int | None = None
    pixel_padding_range_limit: int | None = None
    rescale_slope: float = 1.0
    rescale_intercept: float = 0.0
    image_laterality: str = ""
    view_position: str = ""
    manufacturer: str = ""
    kvp: float | None = None
    anode: str = ""
    filter_material: str = ""
    body_part_thickness_mm: float | None = None
    grid: str = ""

    @classmethod
    def from_attributes(cls, attributes: Mapping[str, Any], **columns: Any) -> "Acquisition":
        """Take up what is kept of a header: attributes by DICOM keyword, and what has a column of its own.

        Parameters
        ----------
        attributes : mapping
            Value by keyword, as in the database and in the manifest of a dataset; any may be absent.
        **columns
            The other fields, by their names here.

        Returns
        -------
        Acquisition
        """
        return cls(
            is_lossy=attributes.get("LossyImageCompression") == "01",
            pixel_spacing_calibration_type=attributes.get("PixelSpacingCalibrationType", ""),
            magnification=attributes.get("EstimatedRadiographicMagnificationFactor"),
            pixel_intensity_relationship=attributes.get("PixelIntensityRelationship", ""),
            pixel_intensity_relationship_sign=attributes.get("PixelIntensityRelationshipSign"),
            pixel_padding_value=attributes.get("PixelPaddingValue"),
            pixel_padding_range_limit=attributes.get("PixelPaddingRangeLimit"),
            rescale_slope=attributes.get("RescaleSlope", 1.0),
            rescale_intercept=attributes.get("RescaleIntercept", 0.0),
            manufacturer=attributes.get("Manufacturer", ""),
            kvp=attributes.get("KVP"),
            anode=attributes.get("AnodeTargetMaterial", ""),
            filter_material=attributes.get("FilterMaterial", ""),
            body_part_thickness_mm=attributes.get("BodyPartThickness"),
            grid=attributes.get("Grid", ""),
            **columns,
        )
