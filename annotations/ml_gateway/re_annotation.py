"""What came of readings until they were accepted: counted image by image, and added up."""

from annotations.enums import Label
from annotations.errors import InvalidError
from annotations.ml_gateway.acquisition import pixel_size
from annotations.models import Mammogram
from ml import masks
from ml.errors import MlError
from ml.study.re_reading import (
    OUTCOMES,
    Change,
    ReviewedImage,
    ReviewTotals,
    compare_reviewed,
    compare_reviewed_spots,
    total_reviews,
)

__all__ = [
    "OUTCOMES",
    "Change",
    "ReviewTotals",
    "ReviewedImage",
    "compare_first_and_accepted",
    "total_reviews",
]


def compare_first_and_accepted(before: bytes, after: bytes, *, label: str, mammogram: Mammogram) -> Change:
    """Count the segments, or spots, that came, went and stayed between two masks of one image."""
    first, accepted = masks.decode(before), masks.decode(after)
    try:
        if label == Label.MICROCALCIFICATION:
            return compare_reviewed_spots(first, accepted)
        return compare_reviewed(first, accepted, pixel_spacing_mm=pixel_size(mammogram).spacing_mm)
    except MlError as error:
        raise InvalidError(error.message, code=error.code) from error
