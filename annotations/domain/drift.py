"""How the readings of each reader of a campaign change: over her exams, over days, and within a session.

One row for each submitted exam, whatever a figure is shown along. Nothing here compares readers. Of each
reader the newest exams alone are fetched, so that a page costs the same however large its campaign.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, Count, F, Func, Min, QuerySet, UUIDField, Value, Window
from django.db.models.functions import RowNumber

from annotations.domain.reading_interval import Activity, activity_on
from annotations.enums import AssignmentState, Label, ReadingState
from annotations.models import Annotation, Assignment, Campaign, ReadingPair

# A longer pause ends a session: the usual length of a break.
PAUSE = timedelta(minutes=30)
# Of each reader, the newest: more points than a small picture can show.
MOST_EXAMS = 400
# Of all readers together; where many read, each shows fewer, though enough for a trend.
MOST_EXAMS_OF_ALL = 1000
LEAST_EXAMS = 20
# Fetched before the first that is shown, which may stand in the middle of a session.
EXAMS_BEFORE = 20


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


def read_exams(
    campaign: Campaign, *, most: int = MOST_EXAMS_OF_ALL, without_studies: Iterable[UUID] = ()
) -> dict[str, list[ReadExam]]:
    """Give the newest exams of a campaign by pseudonym, each reader's in the order of submission.

    `without_studies` are exams to which whoever asks is blind.
    """
    submitted = (
        Assignment.objects.filter(campaign=campaign, state=AssignmentState.SUBMITTED)
        .exclude(study__in=without_studies)
        .order_by()
    )
    totals = _totals(submitted)
    shown = min(MOST_EXAMS, max(LEAST_EXAMS, most // max(len(totals), 1)))
    by_reader = _newest(submitted, shown + EXAMS_BEFORE)
    facts = _Facts.of(campaign, [assignment.id for group in by_reader.values() for assignment in group])
    return {
        total.reader: _exams_of(by_reader[total.reader_id], total, facts)[-shown:]
        for total in sorted(totals, key=lambda total: total.reader)
    }


@dataclass(frozen=True)
class _Total:
    """How many exams a reader submitted, and when the first of them."""

    reader_id: UUID
    reader: str
    exams: int
    began_at: datetime


def _totals(submitted: QuerySet[Assignment]) -> list[_Total]:
    rows = submitted.values_list("reader", "reader__pseudonym")
    return [_Total(*row) for row in rows.annotate(Count("id"), Min("submitted_at"))]


@dataclass(frozen=True)
class _Submitted:
    id: UUID
    at: datetime


def _newest(submitted: QuerySet[Assignment], most: int) -> Mapping[UUID, list[_Submitted]]:
    """Give the newest exams of each reader, in the order of submission."""
    back = Window(RowNumber(), partition_by="reader", order_by=["-submitted_at", "-id"])
    newest = submitted.annotate(back=back).filter(back__lte=most).order_by("-back")
    found: dict[UUID, list[_Submitted]] = defaultdict(list)
    for reader, assignment, at in newest.values_list("reader", "id", F("submitted_at")):
        found[reader].append(_Submitted(assignment, at))
    return found


@dataclass(frozen=True, kw_only=True)
class _Facts:
    """What is known of first readings, each kind fetched at once."""

    annotations: Mapping[UUID, list[UUID]]
    activity: Mapping[UUID, Activity]
    bac_mm: Mapping[UUID, float]
    score: Mapping[UUID, tuple[float, float]]
    agreement: Mapping[UUID, list[float]]

    @classmethod
    def of(cls, campaign: Campaign, assignments: Collection[UUID]) -> "_Facts":
        first = Annotation.objects.filter(
            _is_any_of("assignment", assignments), state=ReadingState.SUBMITTED, derived_from__isnull=True
        ).order_by()
        annotations: dict[UUID, list[UUID]] = defaultdict(list)
        bac_mm, score = {}, {}
        measures = ("reading_length__bac_mm", "reference_score__found_mm", "reference_score__length_mm")
        for assignment, annotation, marked, found, length in first.values_list("assignment", "id", *measures):
            annotations[assignment].append(annotation)
            if marked is not None:
                bac_mm[annotation] = marked
            if found is not None and length:
                score[annotation] = (found, length)
        return cls(
            annotations=annotations,
            activity=activity_on(first),
            bac_mm=bac_mm,
            score=score,
            agreement=_agreement(campaign, first),
        )


def _is_any_of(field: str, ids: Collection[UUID]) -> Func:
    """Thousands of ids as one value: as `__in` each is a parameter, which takes longer than the query."""
    array = Value(list(ids), output_field=ArrayField(UUIDField()))
    return Func(
        F(field), array, template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField()
    )


def _agreement(campaign: Campaign, annotations: QuerySet[Annotation]) -> dict[UUID, list[float]]:
    """Give the length Dice of each reading with those of other readers, as far as they are compared."""
    pairs = ReadingPair.objects.filter(
        campaign=campaign, label=Label.BAC, comparison__dice_l_sym__isnull=False
    ).exclude(first__reader=F("second__reader"))
    found: dict[UUID, list[float]] = defaultdict(list)
    for side in ("first", "second"):
        # One side at a time: the database has an index of each, none of both.
        own = pairs.filter(**{f"{side}__in": annotations.values("id")})
        for annotation, value in own.values_list(side, "comparison__dice_l_sym"):
            found[annotation].append(value)
    return found


def _exams_of(group: Sequence[_Submitted], total: _Total, facts: _Facts) -> list[ReadExam]:
    began = [_began_at(assignment, facts) for assignment in group]
    minutes = _minutes_in_session(began, [assignment.at for assignment in group])
    first = total.exams - len(group) + 1
    return [
        _exam(assignment, facts, number=number, day=_days(assignment.at - total.began_at), minutes=in_session)
        for number, (assignment, in_session) in enumerate(zip(group, minutes, strict=True), start=first)
    ]


def _exam(assignment: _Submitted, facts: _Facts, *, number: int, day: float, minutes: float) -> ReadExam:
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


def _began_at(assignment: _Submitted, facts: _Facts) -> datetime:
    own = facts.annotations.get(assignment.id, [])
    return min(
        (facts.activity[each].began_at for each in own if each in facts.activity), default=assignment.at
    )


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
