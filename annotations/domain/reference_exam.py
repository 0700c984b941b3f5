"""Exams of a campaign whose answer is known: planted, read by an expert, or known from how they were made."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from annotations.domain.annotation import annotation_masks
from annotations.domain.audit import record_act
from annotations.domain.planted_study import PlantedStudy
from annotations.enums import Label, ReadingState, ReferenceKind, Role
from annotations.errors import ReferenceExamRefusedError
from annotations.ml_gateway.masks import compact_mask, replay_patches
from annotations.models import (
    Annotation,
    Campaign,
    Mammogram,
    Reader,
    ReferenceExam,
    ReferenceImage,
    ReferenceLabel,
    Study,
)

MOST_TRIES = 20


@transaction.atomic
def take_planted_reference(
    *, campaign: Campaign, planted: PlantedStudy, maximum_tries: int, actor: Reader | None
) -> ReferenceExam:
    """Make a reference of a copy of an exam in which stretches of known length were planted.

    What the source itself holds is not known, so the known label says nothing of what lies beside it.
    """
    exam = _create(campaign, planted.study, ReferenceKind.PLANTED, maximum_tries, actor)
    for mammogram in planted.study.mammograms.all():
        _add_label(exam, mammogram, planted.masks[mammogram.id], is_whole=False)
    return exam


@transaction.atomic
def take_expert_reference(
    *, campaign: Campaign, study: Study, maximum_tries: int, actor: Reader | None
) -> ReferenceExam:
    """Make a reference of an exam by what an expert said of each of its images last."""
    exam = _create(campaign, study, ReferenceKind.EXPERT, maximum_tries, actor)
    for mammogram in study.mammograms.all():
        expert = _last_expert_reading(mammogram)
        if expert is None:
            raise ReferenceExamRefusedError(
                f"No expert has submitted {mammogram.view} of this exam. Let an adjudicator read it, or "
                "resolve its disagreements, then come back.",
                code="no_expert_reading",
            )
        mask = annotation_masks(expert)[Label.BAC].data
        _add_label(exam, mammogram, mask, is_whole=True, annotation=expert)
    return exam


@transaction.atomic
def take_known_reference(
    *,
    campaign: Campaign,
    study: Study,
    masks: Mapping[UUID, bytes],
    maximum_tries: int,
    actor: Reader | None,
) -> ReferenceExam:
    """Make a reference of an exam whose labels are known, as those of synthetic images; one by image."""
    exam = _create(campaign, study, ReferenceKind.KNOWN, maximum_tries, actor)
    for mammogram in study.mammograms.all():
        if mammogram.id not in masks:
            raise ReferenceExamRefusedError(
                f"No label came for {mammogram.view} of this exam; send one for each image, empty where "
                "nothing is there.",
                code="label_missing",
            )
        _add_label(exam, mammogram, masks[mammogram.id], is_whole=True)
    return exam


def reference_label_of(annotation: Annotation) -> ReferenceLabel | None:
    """Return the known label of what was read, where its exam is a reference of its campaign."""
    if annotation.assignment is None or annotation.derived_from_id is not None:
        return None
    return (
        ReferenceLabel.objects.filter(
            mammogram=annotation.mammogram_id, exam__campaign=annotation.assignment.campaign_id
        )
        .exclude(annotation=annotation)
        .select_related("exam", "mammogram")
        .first()
    )


def check_tries(maximum_tries: int) -> None:
    if not 1 <= maximum_tries <= MOST_TRIES:
        raise ReferenceExamRefusedError(
            f"A reference exam is read 1 to {MOST_TRIES} times by each reader, not {maximum_tries}.",
            code="tries_out_of_range",
        )


def check_has_image(study: Study) -> None:
    if not study.mammograms.exists():
        raise ReferenceExamRefusedError("This exam has no image yet.", code="exam_without_image")


def _create(
    campaign: Campaign, study: Study, kind: ReferenceKind, maximum_tries: int, actor: Reader | None
) -> ReferenceExam:
    check_tries(maximum_tries)
    if ReferenceExam.objects.filter(campaign=campaign, study=study).exists():
        raise ReferenceExamRefusedError(
            "This exam is a reference of the campaign already.", code="reference_exam_known"
        )
    check_has_image(study)
    exam = ReferenceExam.objects.create(
        campaign=campaign, study=study, kind=kind, maximum_tries=maximum_tries, author=actor
    )
    record_act("add_reference_exam", actor=actor, subject=exam, kind=kind, maximum_tries=maximum_tries)
    return exam


def _add_label(
    exam: ReferenceExam,
    mammogram: Mammogram,
    mask: bytes,
    *,
    is_whole: bool,
    annotation: Annotation | None = None,
) -> None:
    plain = replay_patches([mask], rows=mammogram.rows, columns=mammogram.columns)
    ReferenceLabel.objects.create(
        exam=exam,
        mammogram=mammogram,
        mask=compact_mask(plain.data),
        sha256=plain.sha256,
        is_whole=is_whole,
        annotation=annotation,
    )


def _last_expert_reading(mammogram: Mammogram) -> Annotation | None:
    """Return the newest label by an adjudicator, or of a reference standard that experts have settled."""
    settled = ReferenceImage.objects.filter(mammogram=mammogram).values("annotation")
    submitted = Annotation.objects.filter(mammogram=mammogram, state=ReadingState.SUBMITTED)
    by_expert = submitted.filter(reader__role=Role.ADJUDICATOR) | submitted.filter(id__in=settled)
    return by_expert.select_related("mammogram").order_by("-submitted_at", "id").first()
