"""Two annotations of one image, compared. Nothing is written."""

from dataclasses import dataclass

from annotations.domain.annotation import annotation_masks
from annotations.enums import Label
from annotations.errors import ImagesDifferError
from annotations.ml_gateway.comparison import MaskComparison, compare_mask_bytes
from annotations.ml_gateway.masks import MaskBytes
from annotations.models import Annotation


@dataclass(frozen=True, kw_only=True)
class Comparison:
    reference: Annotation
    candidate: Annotation
    label: Label
    reference_mask: MaskBytes
    candidate_mask: MaskBytes
    compared: MaskComparison


def compare_annotations(*, reference: Annotation, candidate: Annotation, label: Label) -> Comparison:
    """Judge the candidate by the reference, as both stand now."""
    if reference.mammogram_id != candidate.mammogram_id:
        raise ImagesDifferError(
            "These two labels belong to different images. Choose two labels of the same image."
        )
    reference_mask = annotation_masks(reference)[label]
    candidate_mask = annotation_masks(candidate)[label]
    compared = compare_mask_bytes(reference_mask.data, candidate_mask.data, mammogram=reference.mammogram)
    return Comparison(
        reference=reference,
        candidate=candidate,
        label=label,
        reference_mask=reference_mask,
        candidate_mask=candidate_mask,
        compared=compared,
    )
