"""How the readings of each reader of a campaign change: over her exams, over days, and within a session.

One row for each submitted exam, whatever a figure is shown along. Nothing here compares readers.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F

from annotations.domain.reading_interval import Activity, activity_on
from annotations.enums import AssignmentState, Label, ReadingState
from annotations.models import Annotation, Assignment, Campaign, ReadingLength, ReadingPair, ReferenceScore

# A longer pause ends a session: the usual length of a break.
PAUSE = timedelta(minutes=30)
# Of each reader, the newest: more points than a small picture can show.
MOST_EXAMS = 400


@dataclass(frozen=True, kw_only=True)
class ReadExam:
    """One submitted exam of one reader, with all that is known of it; None where it is not."""

    assignment: UUID
    annotation: UUID | None
    number: int
    day: float
    minutes_in_session: float
    active_s: float | None
    bac_mm: float | None
    reference_share: float | None
    agreement: float | None


def read_exams(campaign: Campaign) -> dict[str, list[ReadExam]]:
    """Give the submitted exams of a campaign by pseudonym, each reader's in the order of submission."""
    facts = _Facts.of(campaign)
    by_reader: dict[str, list[Assignment]] = defaultdict(list)
    submitted = Assignment.objects.filter(campaign=campaign, state=AssignmentState.SUBMITTED)
    for assignment in submitted.select_related("reader").order_by("submitted_at", "id"):
        by_reader[assignment.reader.pseudonym].append(assignment)
    return {reader: _exams_of(by_reader[reader], facts)[-MOST_EXAMS:] for reader in sorted(by_reader)}


@dataclass(frozen=True, kw_only=True)
class _Facts:
    """What is known of first readings, each kind fetched at once."""

    annotations: Mapping[UUID, list[UUID]]
    activity: Mapping[UUID, Activity]
    bac_mm: Mapping[UUID, float]
    score: Mapping[UUID, tuple[float, float]]
    agreement: Mapping[UUID, list[float]]

    @classmethod
    def of(cls, campaign: Campaign) -> "_Facts":
        first = Annotation.objects.filter(
            assignment__campaign=campaign, state=ReadingState.SUBMITTED, derived_from__isnull=True
        )
        annotations: dict[UUID, list[UUID]] = defaultdict(list)
        for assignment, annotation in first.order_by().values_list("assignment", "id"):
            annotations[assignment].append(annotation)
        lengths = ReadingLength.objects.filter(annotation__in=first).order_by()
        scores = ReferenceScore.objects.filter(annotation__in=first).order_by()
        return cls(
            annotations=annotations,
            activity=activity_on(first),
            bac_mm={
                annotation: bac_mm
                for annotation, bac_mm in lengths.values_list("annotation", "bac_mm")
                if bac_mm is not None
            },
            score={
                annotation: (found, length)
                for annotation, found, length in scores.values_list("annotation", "found_mm", "length_mm")
                if found is not None and length
            },
            agreement=_agreement(campaign),
        )


def _agreement(campaign: Campaign) -> dict[UUID, list[float]]:
    """Give the length Dice of each reading with those of other readers, as far as they are compared."""
    pairs = ReadingPair.objects.filter(campaign=campaign, label=Label.BAC).exclude(
        first__reader=F("second__reader")
    )
    found: dict[UUID, list[float]] = defaultdict(list)
    for first, second, value in pairs.values_list("first", "second", "comparison__dice_l_sym"):
        if value is not None:
            found[first].append(value)
            found[second].append(value)
    return found


def _exams_of(group: Sequence[Assignment], facts: _Facts) -> list[ReadExam]:
    ended = [assignment.submitted_at or assignment.created_at for assignment in group]
    began = [_began_at(assignment, end, facts) for assignment, end in zip(group, ended, strict=True)]
    minutes = _minutes_in_session(began, ended)
    return [
        _exam(assignment, facts, number=number, day=_days(end - ended[0]), minutes=in_session)
        for number, (assignment, end, in_session) in enumerate(
            zip(group, ended, minutes, strict=True), start=1
        )
    ]


def _exam(assignment: Assignment, facts: _Facts, *, number: int, day: float, minutes: float) -> ReadExam:
    own = facts.annotations.get(assignment.id, [])
    times = [facts.activity[each].seconds for each in own if each in facts.activity]
    lengths = [facts.bac_mm[each] for each in own if each in facts.bac_mm]
    scores = [facts.score[each] for each in own if each in facts.score]
    agreement = [value for each in own for value in facts.agreement.get(each, [])]
    return ReadExam(
        assignment=assignment.id,
        annotation=min(own, default=None),
        number=number,
        day=day,
        minutes_in_session=minutes,
        active_s=sum(times) if times else None,
        bac_mm=sum(lengths) if lengths and len(lengths) == len(own) else None,
        reference_share=sum(found for found, _ in scores) / sum(length for _, length in scores)
        if scores
        else None,
        agreement=sum(agreement) / len(agreement) if agreement else None,
    )


def _began_at(assignment: Assignment, ended: datetime, facts: _Facts) -> datetime:
    own = facts.annotations.get(assignment.id, [])
    return min((facts.activity[each].began_at for each in own if each in facts.activity), default=ended)


def _minutes_in_session(began: Sequence[datetime], ended: Sequence[datetime]) -> list[float]:
    """Say of each exam how long its reader had been at it when she submitted; a pause begins anew."""
    minutes: list[float] = []
    session_began = last_end = None
    for start, end in zip(began, ended, strict=True):
        if session_began is None or last_end is None or start - last_end > PAUSE:
            session_began = start
        last_end = end
        minutes.append(max((end - session_began).total_seconds(), 0) / 60)
    return minutes


def _days(span: timedelta) -> float:
    return span.total_seconds() / 86400
