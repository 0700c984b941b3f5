from annotations.models import Mammogram
from ml.physics import PixelSize, pixel_size_of
from ml.types import Acquisition


def acquisition_of(mammogram: Mammogram) -> Acquisition:
    """Return what the header of a stored image says about how its pixel values came to be."""
    return Acquisition.from_attributes(
        mammogram.attributes,
        bits_stored=mammogram.bits_stored,
        photometric_interpretation=mammogram.photometric_interpretation,
        presentation_intent=mammogram.presentation_intent,
        pixel_spacing_mm=mammogram.pixel_spacing_mm,
        pixel_spacing_source=mammogram.pixel_spacing_source,
        image_laterality=mammogram.image_laterality,
        view_position=mammogram.view_position,
    )


def pixel_size(mammogram: Mammogram) -> PixelSize:
    """Return the size that a pixel of a stored image counts in every length and area, and its plane."""
    return pixel_size_of(acquisition_of(mammogram))
