"""What experts' reviews changed, from the first reading of an image to the label that was accepted.

A worker compares each image once; what is accepted later, or anew, is compared by the next run.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import F

from annotations.domain.annotation import annotation_masks
from annotations.domain.audit import record_act
from annotations.domain.gate import last_reviews
from annotations.domain.run import Heartbeat, finish_run, perform_run
from annotations.enums import AssignmentState, ReviewValue, RunState
from annotations.jobs import defer_run
from annotations.ml_gateway.re_annotation import (
    Change,
    ReviewedImage,
    ReviewTotals,
    compare_first_and_accepted,
    total_reviews,
)
from annotations.models import Annotation, Campaign, Reader, ReAnnotation, ReAnnotationRun
from annotations.models import ReviewedImage as ReviewedRow

WAITING = (RunState.QUEUED, RunState.RUNNING)


@dataclass(frozen=True)
class Pair:
    """One image: what its reader submitted first, and what was accepted in the end."""

    before: UUID
    after: UUID
    reader: str
    patient: str
    submitted_on: str


Compared = tuple[Pair, Change | None]  # None where it is not compared yet


def accepted_pairs(campaign: Campaign, *, without_studies: Iterable[UUID] = ()) -> list[Pair]:
    """List the images of accepted readings; of a word that was taken back, nothing.

    `without_studies` are exams to which whoever asks is blind.
    """
    accepted = last_reviews(ReviewValue.ACCEPTED).filter(
        assignment__campaign=campaign, assignment__state=AssignmentState.SUBMITTED
    )
    results: dict[tuple[UUID | None, UUID], UUID] = {
        (assignment, mammogram): result
        for assignment, mammogram, result in ReviewedRow.objects.filter(review__in=accepted).values_list(
            "review__assignment_id", "reading__mammogram_id", "result_id"
        )
    }
    first = (
        Annotation.objects.filter(assignment__reviews__in=accepted, derived_from__isnull=True)
        .exclude(mammogram__study__in=without_studies)
        .select_related("reader", "mammogram__study__patient")
        .order_by("submitted_at", "id")
    )
    return [
        Pair(
            before=reading.id,
            after=results[reading.assignment_id, reading.mammogram_id],
            reader=reading.reader.pseudonym,
            patient=reading.mammogram.study.patient.code,
            submitted_on=f"{reading.submitted_at:%Y-%m-%d}",
        )
        for reading in first
        if reading.submitted_at and (reading.assignment_id, reading.mammogram_id) in results
    ]


def corrected_image_count(campaign: Campaign) -> int:
    """Count the images of which an expert's correction was accepted, not what their reader drew herself."""
    accepted = last_reviews(ReviewValue.ACCEPTED).filter(
        assignment__campaign=campaign, assignment__state=AssignmentState.SUBMITTED
    )
    corrected = ReviewedRow.objects.filter(review__in=accepted).exclude(result=F("reading"))
    return corrected.values("reading__mammogram").distinct().count()


@transaction.atomic
def request_re_annotation(*, campaign: Campaign, actor: Reader | None) -> ReAnnotationRun:
    """Queue the comparison of what is not compared yet, or return the run that is under way."""
    campaign = Campaign.objects.select_for_update(no_key=True).get(id=campaign.id)
    under_way = run_under_way(campaign)
    if under_way is not None:
        return under_way
    run = ReAnnotationRun.objects.create(campaign=campaign, requested_by=actor)
    record_act("request_re_annotation", actor=actor, subject=run)
    defer_run(run)
    return run


def run_under_way(campaign: Campaign) -> ReAnnotationRun | None:
    return ReAnnotationRun.objects.filter(
        campaign=campaign, state__in=WAITING, cancel_requested=False
    ).first()


def perform_re_annotation(*, run_id: UUID, worker: str, is_stopping: Callable[[], bool]) -> None:
    """Do the work of a run in a worker. A run of another worker, or one that has ended, is left alone."""
    perform_run(ReAnnotationRun, run_id, worker=worker, is_stopping=is_stopping, work=_compare)


def _compare(run: ReAnnotationRun, heartbeat: Heartbeat) -> bool:
    """Compare and write image by image: what a stopped run has compared, the next one need not."""
    due = [
        (label, pair)
        for label in run.campaign.labels
        for pair, change in changes(run.campaign, label)
        if change is None
    ]
    for done, (label, pair) in enumerate(due):
        if heartbeat.should_stop():
            return False
        heartbeat.report_progress(done, len(due))
        _write_change(pair, label)
    with transaction.atomic():
        finish_run(run, state=RunState.SUCCEEDED, done=len(due), total=len(due))
        record_act("finish_re_annotation", actor=None, subject=run, masks=len(due))
    return True


def _write_change(pair: Pair, label: str) -> None:
    found = Annotation.objects.select_related("mammogram").in_bulk([pair.before, pair.after])
    before, after = found[pair.before], found[pair.after]
    change = compare_first_and_accepted(
        annotation_masks(before)[label].data,
        annotation_masks(after)[label].data,
        label=label,
        mammogram=before.mammogram,
    )
    ReAnnotation.objects.get_or_create(
        before=before,
        after=after,
        label=label,
        defaults={
            "outcome": change.outcome,
            "added_count": change.n_added,
            "removed_count": change.n_removed,
            "kept_count": change.n_kept,
            "added_length": change.added,
            "removed_length": change.removed,
            "kept_length": change.kept,
            "unit": change.unit,
            "is_identical": change.is_identical,
        },
    )


def changes(campaign: Campaign, label: str, *, without_studies: Iterable[UUID] = ()) -> list[Compared]:
    """Pair every accepted image with what changed of a label on it; None where that is not compared yet."""
    pairs = accepted_pairs(campaign, without_studies=without_studies)
    rows = ReAnnotation.objects.filter(before__assignment__campaign=campaign, label=label)
    by_ids = {(row.before_id, row.after_id): _change(row) for row in rows}
    return [(pair, by_ids.get((pair.before, pair.after))) for pair in pairs]


def _change(row: ReAnnotation) -> Change:
    return Change(
        outcome=row.outcome,  # type: ignore[arg-type] # written by us
        n_added=row.added_count,
        n_removed=row.removed_count,
        n_kept=row.kept_count,
        added=row.added_length,
        removed=row.removed_length,
        kept=row.kept_length,
        unit=row.unit,  # type: ignore[arg-type] # written by us
        is_identical=row.is_identical,
    )


@dataclass(frozen=True)
class ReportRow:
    """Images of one reader and one month, of one reader, or of all; "" stands for all."""

    reader: str
    month: str
    totals: ReviewTotals


def report(compared: Iterable[Compared]) -> list[ReportRow]:
    """Add up what is compared: all together, then each reader, and within her each month."""
    images = [
        ReviewedImage(reader=pair.reader, patient=pair.patient, period=pair.submitted_on[:7], change=change)
        for pair, change in compared
        if change is not None
    ]
    if not images:
        return []
    keys = {("", "")} | {(image.reader, month) for image in images for month in ("", image.period)}
    return [
        ReportRow(
            reader=reader,
            month=month,
            totals=total_reviews(
                [image for image in images if reader in ("", image.reader) and month in ("", image.period)]
            ),
        )
        for reader, month in sorted(keys)
    ]
