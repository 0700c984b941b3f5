"""What readers of a campaign agree on and where they do not: found by a worker, image by image, and kept."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from string import ascii_uppercase
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from annotations.domain.annotation import annotation_masks
from annotations.domain.audit import record_act
from annotations.domain.disagreement import waiting_segments
from annotations.domain.image_comparison import (
    FEWEST_READINGS,
    ImageReadings,
    count_images_to_compare,
    images_to_compare,
)
from annotations.domain.notice import notify
from annotations.domain.run import Heartbeat, finish_run, perform_run, update_own_run
from annotations.enums import ConsensusRule, Label, NoticeEvent, RunState
from annotations.errors import TooFewReadingsError, TooManyReadingsError
from annotations.jobs import defer_run
from annotations.ml_gateway.consensus import MOST_READINGS, DisputedSegment, FoundConsensus, find_consensus
from annotations.models import (
    Annotation,
    Campaign,
    Consensus,
    ConsensusRun,
    ConsensusSegment,
    Disagreement,
    DisagreementVersion,
    Mammogram,
    Reader,
)

LETTERS = ascii_uppercase[:MOST_READINGS]
WAITING = (RunState.QUEUED, RunState.RUNNING)


@transaction.atomic
def request_consensus(*, campaign: Campaign, actor: Reader | None) -> tuple[ConsensusRun, bool]:
    """Queue a search by the campaign's rule and say True, or return the one under way and say False.

    Locks the campaign. `actor` is None for commands alone.
    """
    campaign = lock_campaign(campaign)
    waiting = ConsensusRun.objects.filter(
        campaign=campaign, state__in=WAITING, cancel_requested=False
    ).first()
    if waiting is not None:
        return waiting, False
    if not count_images_to_compare(campaign) and not Consensus.objects.filter(campaign=campaign).exists():
        raise TooFewReadingsError(
            "No image of this campaign has two submitted readings yet. Disagreements can be looked for once "
            "a second reader has submitted the same exam."
        )
    run = ConsensusRun.objects.create(campaign=campaign, requested_by=actor, rule=campaign.consensus_rule)
    record_act("request_consensus", actor=actor, subject=run, rule=run.rule)
    defer_run(run)
    return run, True


def lock_campaign(campaign: Campaign) -> Campaign:
    """Hold the campaign until the transaction ends: what is numbered within it gets its number here."""
    return Campaign.objects.select_for_update(no_key=True).get(id=campaign.id)


def perform_consensus(*, run_id: UUID, worker: str, is_stopping: Callable[[], bool]) -> None:
    """Do the work of a run in a worker. A run of another worker, or one that has ended, is left alone."""
    perform_run(ConsensusRun, run_id, worker=worker, is_stopping=is_stopping, work=_compare)


def _compare(run: ConsensusRun, heartbeat: Heartbeat) -> bool:
    """Compare and write image by image: what a stopped run has found, the next one need not find again."""
    due = images_to_compare(run.campaign)
    for done, image in enumerate(due):
        if heartbeat.should_stop():
            return False
        heartbeat.report_progress(done, len(due))
        _compare_image(run, image)
    with transaction.atomic():
        finish_run(run, state=RunState.SUCCEEDED, done=len(due), total=len(due))
        record_act("finish_consensus", actor=None, subject=run, images=len(due))
        if waiting_segments(run.campaign).exists():
            notify(NoticeEvent.ADJUDICATION_WAITING, campaign=run.campaign, subject=run)
    return True


def _compare_image(run: ConsensusRun, image: ImageReadings) -> None:
    annotations = list(
        Annotation.objects.filter(id__in=image.annotations).select_related("mammogram").order_by("id")
    )
    mammogram = Mammogram.objects.select_related("study__patient").get(id=image.mammogram)
    if len(annotations) > MOST_READINGS:
        raise TooManyReadingsError(
            f"{len(annotations)} people have read an image of {mammogram.study.patient.code}; disagreements "
            f"are found among {MOST_READINGS} at most. Withdraw this exam from the campaign."
        )
    masks = [annotation_masks(annotation) for annotation in annotations]
    found = {
        label: find_consensus(
            [each[label].data for each in masks] if len(masks) >= FEWEST_READINGS else [],
            mammogram=mammogram,
            rule=ConsensusRule(run.rule),
        )
        for label in Label.values
    }
    with transaction.atomic():
        update_own_run(run, worker=run.worker)
        lock_campaign(run.campaign)
        for label in Label.values:
            _write_consensus(run, mammogram, label, annotations, found[label])


def _write_consensus(
    run: ConsensusRun,
    mammogram: Mammogram,
    label: str,
    annotations: Sequence[Annotation],
    found: FoundConsensus,
) -> None:
    last = Consensus.objects.filter(campaign=run.campaign).aggregate(last=Max("sequence"))["last"] or 0
    consensus = Consensus.objects.create(
        run=run,
        campaign=run.campaign,
        mammogram=mammogram,
        label=label,
        sequence=last + 1,
        rule=run.rule,
        readings=[str(annotation.id) for annotation in annotations],
        mask=found.mask,
        sha256=found.sha256,
    )
    ConsensusSegment.objects.bulk_create(
        [
            ConsensusSegment(
                consensus=consensus,
                disagreement=_disagreement_of(consensus, segment, annotations),
                marked_by=len(segment.parts),
                read_by=len(annotations),
                probability=segment.probability,
                outcome=segment.outcome,
            )
            for segment in found.segments
        ]
    )


def _disagreement_of(
    consensus: Consensus, segment: DisputedSegment, annotations: Sequence[Annotation]
) -> Disagreement:
    """Return the row of a segment; one that was found before, drawn by the same in the same way, is the same.

    Whoever read the image and drew nothing there is no part of it: an expert's word on what was drawn holds
    when a further reader leaves the place empty.
    """
    drawn = sorted(f"{annotations[part.reading].id} {part.sha256}" for part in segment.parts)
    words = ["tramline-segment-1", str(consensus.mammogram_id), consensus.label, *drawn]
    disagreement, is_new = Disagreement.objects.get_or_create(
        campaign=consensus.campaign,
        key=hashlib.sha256("\n".join(words).encode()).hexdigest(),
        defaults={
            "mammogram": consensus.mammogram,
            "label": consensus.label,
            "mask": segment.mask,
            "box": segment.box,
            "area_px": segment.area_px,
            "length_px": segment.length_px,
            "length_mm": segment.length_mm,
        },
    )
    if is_new:
        _write_versions(disagreement, segment, annotations)
    return disagreement


def _write_versions(
    disagreement: Disagreement, segment: DisputedSegment, annotations: Sequence[Annotation]
) -> None:
    """Give the readers letters by lot, from a source that nobody can repeat: only these rows tell them."""
    parts = secrets.SystemRandom().sample(segment.parts, len(segment.parts))
    DisagreementVersion.objects.bulk_create(
        [
            DisagreementVersion(
                disagreement=disagreement,
                letter=letter,
                annotation=annotations[part.reading],
                mask=part.mask,
                area_px=part.area_px,
            )
            for letter, part in zip(LETTERS[: len(parts)], parts, strict=True)
        ]
    )
