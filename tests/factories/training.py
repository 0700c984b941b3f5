"""Training exams: their answer is known, and shown to whoever has submitted them."""

from collections.abc import Sequence

import numpy as np

from annotations.domain.reading_measure import measure_reading
from annotations.domain.reference_exam import take_known_reference
from annotations.enums import CampaignPurpose
from annotations.models import Assignment, Campaign, Mammogram, Reader
from ml import masks

from .annotation import make_annotation
from .assignment import make_assignment, make_campaign
from .mammogram import make_mammogram, make_study
from .operations import make_patch
from .reader import make_reader

LINE = masks.to_dense(masks.polyline(64, 48, [(32.0, 6.0), (32.0, 42.0)], 5.0))


def make_training(
    views: int = 1, tries: int = 3, reader: Reader | None = None
) -> tuple[Assignment, list[Mammogram]]:
    """Give a reader an exam whose first image holds LINE and whose others hold nothing."""
    campaign, study = make_campaign(), make_study()
    Campaign.objects.filter(id=campaign.id).update(purpose=CampaignPurpose.TRAINING)
    campaign.refresh_from_db()
    images = [make_mammogram(study=study, pixel_spacing_mm=(0.1, 0.1)) for _ in range(views)]
    known = [LINE, *[np.zeros_like(LINE)] * (views - 1)]
    take_known_reference(
        campaign=campaign,
        study=study,
        masks={image.id: make_patch(mask) for image, mask in zip(images, known, strict=True)},
        maximum_tries=tries,
        actor=None,
    )
    return make_assignment(reader or make_reader(), study, campaign), images


def read(assignment: Assignment, images: Sequence[Mammogram], *drawn: np.ndarray) -> None:
    """Submit what was drawn, image by image, and measure it as the worker would."""
    for image, mask in zip(images, drawn, strict=True):
        annotation = make_annotation(image, assignment=assignment, labels={"bac": mask}, submitted=True)
        measure_reading(annotation.id)
    assignment.refresh_from_db()
