"""What has happened in the campaign of the demo: days of reading, a review, a skip, an exam that is late.

The searches for disagreements and for agreement are queued here; the worker makes them as it starts.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.utils import timezone

from annotations.domain.agreement_run import request_agreement
from annotations.domain.consensus import request_consensus
from annotations.domain.exam_end import skip_exam
from annotations.domain.exam_review import accept_reading, return_reading
from annotations.domain.reading_interval import IntervalDraft, record_intervals
from annotations.enums import AssignmentState
from annotations.models import Annotation, Assignment, Campaign, Reader, ReadingInterval, Study

# Of the exams that are read, the first one first: people do not read every day, and they get faster.
DAYS_AGO = (23, 17, 11, 5, 2)
READING_MINUTES = (4.5, 3.0, 3.5, 2.5, 2.0)


def build_history(
    *, campaign: Campaign, read: Sequence[Study], unread: Sequence[Study], people: Mapping[str, Reader]
) -> None:
    """Give the campaign days, words of an expert, and work for one; what is there already stays."""
    for study, days, minutes in zip(read, DAYS_AGO, READING_MINUTES, strict=True):
        _read_days_ago(campaign, study, days=days, lasted=timedelta(minutes=minutes))
    _review(campaign, read[0], people)
    _skip_one(campaign, unread[-1], people["carla"])
    Assignment.objects.filter(campaign=campaign, study=unread[0], reader=people["ben"]).update(
        due_on=timezone.localdate() - timedelta(days=2)
    )
    if not campaign.consensus_runs.exists():
        request_consensus(campaign=campaign, actor=people["expert"])
    if not campaign.agreement_runs.exists():
        request_agreement(campaign=campaign, actor=people["expert"])


def _read_days_ago(campaign: Campaign, study: Study, *, days: int, lasted: timedelta) -> None:
    """Let the readings of an exam have taken some minutes of an earlier day."""
    readings = Assignment.objects.filter(
        campaign=campaign, study=study, state=AssignmentState.SUBMITTED
    ).order_by("reader__pseudonym")
    for number, assignment in enumerate(readings):
        ago = timedelta(days=days, minutes=20 * number)
        assignment.submitted_at = timezone.now() - ago
        assignment.save(update_fields=["submitted_at"])
        for annotation in assignment.annotations.filter(derived_from__isnull=True):
            annotation.submitted_at = assignment.submitted_at
            annotation.save(update_fields=["submitted_at"])
            _spend_time(annotation, began=ago + 2 * lasted, lasted=lasted * (2 + number) / 3)


def _spend_time(annotation: Annotation, *, began: timedelta, lasted: timedelta) -> None:
    if ReadingInterval.objects.filter(annotation=annotation).exists():
        return
    milliseconds = timedelta(milliseconds=1)
    interval = IntervalDraft(
        id=uuid.uuid4(), age_ms=began // milliseconds, duration_ms=lasted // milliseconds
    )
    record_intervals(annotation=annotation, reader=annotation.reader, intervals=[interval])


def _review(campaign: Campaign, study: Study, people: Mapping[str, Reader]) -> None:
    """Let the expert accept one reading of an exam and send another back."""
    exams = Assignment.objects.filter(campaign=campaign, study=study, reviews__isnull=True)
    accepted, returned = (exams.filter(reader=people[name]).first() for name in ("carla", "ben"))
    if accepted is not None:
        accept_reading(assignment=accepted, reviewer=people["expert"], seen=0, note="Complete and clean.")
    if returned is not None:
        return_reading(
            assignment=returned,
            reviewer=people["expert"],
            seen=0,
            note="A vessel is missing, and some dense strands are labelled. Please look again.",
            mammograms=list(study.mammograms.values_list("id", flat=True)),
        )


def _skip_one(campaign: Campaign, study: Study, reader: Reader) -> None:
    waiting = Assignment.objects.filter(
        campaign=campaign, study=study, reader=reader, state=AssignmentState.OPEN
    ).first()
    if waiting is not None:
        skip_exam(
            assignment=waiting, reader=reader, reason="I know this woman; somebody else should read it."
        )
