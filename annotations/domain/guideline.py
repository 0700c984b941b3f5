"""The guideline of a campaign: written in versions, confirmed by each reader, kept with each reading."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from annotations.domain.audit import record_act
from annotations.errors import ConflictError, GuidelineUnconfirmedError, InvalidError
from annotations.models import Assignment, Campaign, Guideline, GuidelineConfirmation, Reader

LONGEST_TEXT = 20_000


@dataclass(frozen=True)
class Change:
    """Lines that follow each other and stayed, came or went together."""

    kind: Literal["same", "added", "removed"]
    lines: list[str]


def latest(campaign: Campaign) -> Guideline | None:
    return campaign.guidelines.order_by("-number").first()


def is_confirmed(guideline: Guideline, reader: Reader) -> bool:
    return GuidelineConfirmation.objects.filter(guideline=guideline, reader=reader).exists()


def unconfirmed(reader: Reader) -> QuerySet[Campaign]:
    """Campaigns whose latest guideline this person has not confirmed, whether she reads in them or not."""
    newest = Guideline.objects.filter(campaign=OuterRef("pk")).order_by("-number").values("pk")[:1]
    confirmed = GuidelineConfirmation.objects.filter(guideline=OuterRef("newest_guideline"), reader=reader)
    return Campaign.objects.annotate(newest_guideline=Subquery(newest)).filter(
        ~Exists(confirmed), newest_guideline__isnull=False
    )


@transaction.atomic
def write_guideline(*, campaign: Campaign, text: str, actor: Reader | None, seen: int) -> Guideline:
    """Add a version; `seen` is the number of the one it was written from, 0 for none. Locks the campaign.

    What was begun goes on under its own version; whoever begins another exam confirms this one first.
    """
    Campaign.objects.select_for_update().get(id=campaign.id)
    text = text.replace("\r\n", "\n").strip()
    before = latest(campaign)
    number = before.number if before else 0
    _check_text(text, before)
    if number != seen:
        raise ConflictError(
            f"Version {number} was written meanwhile; you started from version {seen}. Copy your text, load "
            "the page again and add it to the latest version.",
            code="guideline_changed",
        )
    guideline = Guideline.objects.create(campaign=campaign, number=number + 1, text=text, author=actor)
    record_act("write_guideline", actor=actor, subject=guideline, number=guideline.number)
    return guideline


def _check_text(text: str, before: Guideline | None) -> None:
    if not 0 < len(text) <= LONGEST_TEXT:
        raise InvalidError(
            f"A guideline has 1 to {LONGEST_TEXT} characters; {len(text)} came.", code="guideline_length"
        )
    if before is not None and before.text == text:
        raise InvalidError(
            f"This is the text of version {before.number}; change it, or leave it.", code="guideline_same"
        )


@transaction.atomic
def confirm_guideline(*, guideline: Guideline, reader: Reader) -> GuidelineConfirmation:
    """Keep that a reader has read a version; said twice, it is kept once. Only the latest counts."""
    newest = latest(guideline.campaign)
    if newest != guideline:
        raise ConflictError(
            f"Version {newest.number if newest else 0} of this guideline came meanwhile. Read and confirm "
            "that one.",
            code="guideline_changed",
        )
    confirmation, is_new = GuidelineConfirmation.objects.get_or_create(guideline=guideline, reader=reader)
    if is_new:
        record_act("confirm_guideline", actor=reader, subject=guideline, number=guideline.number)
    return confirmation


def begin_under_guideline(assignment: Assignment) -> None:
    """Keep the version under which an exam is read, when its first image is opened. Changes `assignment`."""
    if assignment.guideline_id is not None or assignment.annotations.exists():
        return
    newest = latest(assignment.campaign)
    if newest is None:
        return
    if not is_confirmed(newest, assignment.reader):
        raise GuidelineUnconfirmedError(
            f"Read version {newest.number} of the guideline of {assignment.campaign.name} and confirm it; "
            "then this exam can be opened.",
            campaign=str(assignment.campaign_id),
        )
    assignment.guideline = newest
    assignment.save(update_fields=["guideline"])


def difference(before: str, after: str) -> list[Change]:
    """Tell two versions apart line by line: `removed` lines are of the first, `added` ones of the second."""
    old, new = before.splitlines(), after.splitlines()
    changes: list[Change] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            changes.append(Change("same", old[i1:i2]))
            continue
        if i2 > i1:
            changes.append(Change("removed", old[i1:i2]))
        if j2 > j1:
            changes.append(Change("added", new[j1:j2]))
    return changes
