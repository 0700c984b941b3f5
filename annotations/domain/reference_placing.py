"""Giving reference exams to readers at random places among their other exams, so that none stands out."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from django.db import transaction
from django.db.models import F, Max, QuerySet

from annotations.domain.audit import record_act
from annotations.domain.give_out import lock_campaign
from annotations.domain.planted_twin import patients_closed_to, twins_by_patient
from annotations.enums import AssignmentState, CampaignPurpose, PreannotationPolicy
from annotations.models import Annotation, Assignment, Campaign, CampaignReader, Reader, ReferenceExam

# Rows of one plan are written so shortly after each other.
APART = timedelta(microseconds=1)


@dataclass(frozen=True)
class Placing:
    """What became of giving references out: how many were given, and in words why others were not."""

    given: int
    waits: list[str]


@transaction.atomic
def place_references(*, campaign: Campaign, actor: Reader | None, seed: int | None = None) -> Placing:
    """Give each reader of a campaign the references that she lacks; those that cannot come yet are told.

    In a reading campaign they come among exams of a batch that she has not begun: who saw her list before
    would know what is new in it. In training they follow each other in random order. Locks the campaign.
    """
    campaign = lock_campaign(campaign)
    chance = Random(secrets.randbits(64) if seed is None else seed)  # noqa: S311 - an order, no secret
    given, waits = 0, []
    exams = list(campaign.reference_exams.select_related("campaign", "study"))
    for member in _members(campaign):
        wanted, met = _lacking(chance.sample(exams, len(exams)), member.reader)
        if met:
            waits.append(
                f"{member.reader.pseudonym}: {met} not given; she has the exam that it is a copy of, or "
                "another copy."
            )
        places = [_give(campaign, exam, member.reader, chance) for exam in wanted]
        given += sum(places)
        if not all(places):
            late = places.count(False)
            waits.append(f"{member.reader.pseudonym}: {late} not given yet. {_when(campaign)}")
    record_act("place_references", actor=actor, subject=campaign, given=given)
    return Placing(given, waits)


def _when(campaign: Campaign) -> str:
    """Say what they wait for."""
    if campaign.pool_slots.exists():
        return "This campaign reads from a pool; references come among exams that are given by name."
    return (
        "They come only among exams of a batch that she has not begun, and she has none. Give out more "
        "exams; a plan with batches leaves such room."
    )


def _members(campaign: Campaign) -> Sequence[CampaignReader]:
    """Readers in a campaign now, in an order that says nothing."""
    members = campaign.readers.filter(left_at__isnull=True).select_related("reader")
    return list(members.order_by("reader__pseudonym"))


def _lacking(exams: Sequence[ReferenceExam], reader: Reader) -> tuple[list[ReferenceExam], int]:
    """Return what she may read once more, and how many copies she would know from what she has."""
    own = Assignment.objects.filter(reader=reader)
    closed, twins = patients_closed_to([reader.id])[reader.id], twins_by_patient()
    wanted, met = [], 0
    for exam in exams:
        tries = own.filter(campaign=exam.campaign_id, study=exam.study_id)
        # In training she asks for a further try herself.
        most = 1 if exam.campaign.purpose == CampaignPurpose.TRAINING else exam.maximum_tries
        if tries.count() >= most or tries.filter(state=AssignmentState.OPEN).exists():
            continue
        if exam.study.patient_id in closed:
            met += 1
        else:
            wanted.append(exam)
            closed |= twins.get(exam.study.patient_id, set())
    return wanted, met


def _give(campaign: Campaign, exam: ReferenceExam, reader: Reader, chance: Random) -> bool:
    own = Assignment.objects.filter(campaign=campaign, reader=reader)
    tries = own.filter(study=exam.study).count()
    if campaign.purpose == CampaignPurpose.TRAINING:
        last = own.aggregate(last=Max("position"))["last"] or 0
        shows = campaign.preannotation == PreannotationPolicy.SHOWN
        Assignment.objects.create(
            campaign=campaign,
            study=exam.study,
            reader=reader,
            round=tries + 1,
            position=last + 1,
            shows_preannotation=shows,
        )
        return True
    neighbours = _fresh(own)
    if not neighbours:
        return False
    _insert(exam, chance.choice(neighbours), tries + 1, before=chance.random() < 0.5)
    return True


def _fresh(own: QuerySet[Assignment]) -> list[Assignment]:
    """Open exams of batches in which nothing was begun yet, that are not repeats; each plan has its own."""
    begun = set(
        Annotation.objects.filter(assignment__in=own).values_list("assignment__plan", "assignment__batch")
    )
    waiting = own.filter(state=AssignmentState.OPEN, opens_on__isnull=True).order_by("position", "id")
    return [exam for exam in waiting if (exam.plan_id, exam.batch) not in begun]


def _insert(exam: ReferenceExam, neighbour: Assignment, round_number: int, *, before: bool) -> None:
    """Write an assignment that differs from its neighbour in nothing but exam and place."""
    position = neighbour.position + (0 if before else 1)
    Assignment.objects.filter(
        campaign=neighbour.campaign_id, reader=neighbour.reader_id, position__gte=position
    ).update(position=F("position") + 1)
    placed = Assignment.objects.create(
        campaign_id=neighbour.campaign_id,
        study=exam.study,
        reader_id=neighbour.reader_id,
        plan_id=neighbour.plan_id,
        round=round_number,
        batch=neighbour.batch,
        priority=neighbour.priority,
        position=position,
        due_on=neighbour.due_on,
        shows_preannotation=neighbour.shows_preannotation,
    )
    apart = -APART if before else APART
    Assignment.objects.filter(id=placed.id).update(created_at=neighbour.created_at + apart)
