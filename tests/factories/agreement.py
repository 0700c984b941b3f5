from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from annotations.domain.agreement_run import perform_agreement, request_agreement
from annotations.models import (
    AgreementReport,
    AgreementRun,
    Annotation,
    Assignment,
    Campaign,
    Mammogram,
    Reader,
)

from .annotation import make_annotation
from .assignment import make_assignment, make_campaign
from .mammogram import make_mammogram, make_study
from .reader import make_reader

SHAPE = (64, 48)
VIEWS = (("L", "CC"), ("R", "CC"), ("L", "MLO"), ("R", "MLO"))


@dataclass
class ReadCampaign:
    """A campaign with what each reader drew, to be counted again by other means."""

    campaign: Campaign
    readers: list[Reader]
    images: list[Mammogram] = field(default_factory=list)
    drawn: dict[tuple[int, int], NDArray[np.bool_]] = field(default_factory=dict)
    answers: dict[tuple[int, int], str] = field(default_factory=dict)

    def masks(self, reader: int) -> list[NDArray[np.bool_]]:
        return [self.drawn[reader, image] for image in range(len(self.images))]


def make_read_campaign(*, readers: int = 3, exams: int = 8, views: int = 2, seed: int = 1) -> ReadCampaign:
    """Make a campaign whose readers draw the same vessels, each with gaps, shifts and dots of her own."""
    made = ReadCampaign(make_campaign(), [make_reader() for _ in range(readers)])
    random = np.random.default_rng(seed)
    for _ in range(exams):
        study = make_study()
        truths = {}
        for laterality, view in VIEWS[:views]:
            image = make_mammogram(
                study=study, image_laterality=laterality, view_position=view, pixel_spacing_mm=(0.2, 0.2)
            )
            made.images.append(image)
            truths[image] = _vessel(random)
        for number, reader in enumerate(made.readers):
            assignment = make_assignment(reader=reader, study=study, campaign=made.campaign)
            for place, (image, truth) in enumerate(truths.items(), start=len(made.images) - views):
                mask = _seen(truth, random)
                answer = "yes" if mask.any() and random.random() < 0.9 else "no"
                made.drawn[number, place], made.answers[number, place] = mask, answer
                labels = {"bac": mask} if mask.any() else {}
                make_annotation(image, assignment=assignment, labels=labels, answer=answer, submitted=True)
    return made


def compare_readings(campaign: Campaign) -> AgreementReport:
    """Compare now, as a worker does, and give the report."""
    run, _ = request_agreement(campaign=campaign, actor=None)
    perform(run)
    assert run.state == "succeeded", run.error
    return run.report


def perform(run: AgreementRun) -> AgreementRun:
    perform_agreement(run_id=run.id, worker="test", is_stopping=lambda: False)
    run.refresh_from_db()
    return run


def read_again(annotation: Annotation, labels: Mapping[str, NDArray[np.bool_]]) -> Annotation:
    """Let the same reader read the same image in a second round."""
    assignment = Assignment.objects.create(
        reader=annotation.reader,
        study=annotation.mammogram.study,
        campaign=annotation.assignment.campaign,
        round=2,
    )
    return make_annotation(annotation.mammogram, assignment=assignment, labels=labels, submitted=True)


def _vessel(random: np.random.Generator) -> NDArray[np.bool_]:
    mask = np.zeros(SHAPE, dtype=bool)
    if random.random() < 0.3:
        return mask
    row, column = int(random.integers(8, 40)), int(random.integers(4, 10))
    mask[row : row + 3, column : column + int(random.integers(12, 34))] = True
    return mask


def _seen(truth: NDArray[np.bool_], random: np.random.Generator) -> NDArray[np.bool_]:
    seen = np.roll(truth, int(random.integers(-1, 2)), axis=0)
    if random.random() < 0.15:
        seen = np.zeros_like(truth)
    cut = int(random.integers(0, 12))
    seen[:, :cut] = False
    if random.random() < 0.2:
        seen[52:55, 30:36] = True
    return seen
