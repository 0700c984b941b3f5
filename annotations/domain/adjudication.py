"""An expert's word on disputed segments: given out one by one, decided, taken back; never changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from annotations.domain.audit import record_act
from annotations.domain.consensus import lock_campaign
from annotations.domain.disagreement import (
    DECIDING,
    decidable_by,
    disputed_segments,
    drawn_by,
    standing_decisions,
    waiting_segments,
)
from annotations.enums import AdjudicationChoice
from annotations.errors import AdjudicationRefusedError, NothingToUndoError, OwnReadingError
from annotations.ml_gateway.masks import check_patch, compact_mask, empty_mask
from annotations.models import (
    AdjudicationDecision,
    AdjudicationLease,
    AdjudicationRequest,
    Campaign,
    Disagreement,
    Mammogram,
    Reader,
)

LEASE = timedelta(minutes=5)
LONGEST_NOTE = 2000


@dataclass(frozen=True, kw_only=True)
class AdjudicationDraft:
    """A decision as it was sent; `letter` names the version taken, `mask` is what was drawn anew."""

    id: UUID
    choice: AdjudicationChoice
    letter: str = ""
    mask: bytes | None = None
    note: str = ""


@dataclass(frozen=True)
class StoredDecision:
    """A decision that is stored, and what its author should know where it does not simply count."""

    decision: AdjudicationDecision
    notice: str = ""


@transaction.atomic
def send_to_adjudication(*, campaign: Campaign, mammograms: Iterable[Mammogram], actor: Reader) -> int:
    """Put images before an expert, every disagreement on them and before those of others; return how many
    were not sent before.
    """
    sent = set(AdjudicationRequest.objects.filter(campaign=campaign).values_list("mammogram_id", flat=True))
    fresh = {mammogram.id: mammogram for mammogram in mammograms if mammogram.id not in sent}
    AdjudicationRequest.objects.bulk_create(
        [
            AdjudicationRequest(campaign=campaign, mammogram=mammogram, requested_by=actor)
            for mammogram in fresh.values()
        ],
        ignore_conflicts=True,
    )
    if fresh:
        record_act(
            "send_to_adjudication", actor=actor, subject=campaign, mammograms=[str(each) for each in fresh]
        )
    return len(fresh)


def take_segments(
    *, campaign: Campaign, reader: Reader, count: int, holding: Sequence[UUID] = ()
) -> list[Disagreement]:
    """Lease the next segments to an expert, but for those on her screen and on those of others.

    What she drew herself as a reader is another expert's to decide.
    """
    now = timezone.now()
    AdjudicationLease.objects.filter(reader=reader, disagreement__in=holding).update(expires_at=now + LEASE)
    others = Q(lease__expires_at__gt=now) & ~Q(lease__reader=reader)
    candidates = (
        waiting_segments(campaign).filter(decidable_by(reader)).exclude(others).exclude(id__in=holding)
    )
    taken: list[Disagreement] = []
    # A few more than asked for: another expert may be quicker with some of them.
    for segment in candidates.select_related("mammogram")[: 2 * count + 8]:
        if len(taken) < count and _lease(segment, reader):
            taken.append(segment)
    return taken


def _lease(segment: Disagreement, reader: Reader) -> bool:
    """Take a segment that is free, hers, or was left: one conditional write, so that one of two gets it."""
    now = timezone.now()
    fields = {"reader": reader, "expires_at": now + LEASE}
    _, is_new = AdjudicationLease.objects.get_or_create(disagreement=segment, defaults=fields)
    if is_new:
        return True
    free = AdjudicationLease.objects.filter(disagreement=segment).filter(
        Q(reader=reader) | Q(expires_at__lte=now)
    )
    return bool(free.update(**fields))


@transaction.atomic
def decide_segment(*, segment: Disagreement, reader: Reader, draft: AdjudicationDraft) -> StoredDecision:
    """Write an expert's word; sent twice, it is stored once. The first of two experts counts.

    The word of the second is kept and marked as late. One on a segment that is no longer disputed, because
    its exam was withdrawn or read anew, is kept, too, and counts should the same segment come back.
    """
    campaign = lock_campaign(segment.campaign)
    stored = AdjudicationDecision.objects.filter(id=draft.id).first()
    if stored is not None:
        if stored.disagreement_id != segment.id or stored.adjudicator_id != reader.id:
            raise AdjudicationRefusedError(
                "This id belongs to another decision. Draw a new id for every one.", code="decision_id_taken"
            )
        return StoredDecision(stored)
    _check_not_hers(segment, reader)
    before = standing_decisions().filter(disagreement=segment).select_related("adjudicator").first()
    decision = AdjudicationDecision.objects.create(
        id=draft.id,
        campaign=campaign,
        disagreement=segment,
        adjudicator=reader,
        sequence=_next_sequence(campaign),
        choice=draft.choice,
        letter=draft.letter if draft.choice == AdjudicationChoice.READER else "",
        mask=_mask_of(segment, draft),
        note=_checked_note(draft),
        is_late=before is not None,
    )
    record_act("adjudicate", actor=reader, subject=segment, choice=draft.choice, decision=str(decision.id))
    return StoredDecision(decision, _notice(segment, before))


def _check_not_hers(segment: Disagreement, reader: Reader) -> None:
    if Disagreement.objects.filter(drawn_by(reader), id=segment.id).exists():
        raise OwnReadingError(
            "You drew a part of this segment yourself as a reader, so another adjudicator decides it. Go on "
            "with the next one."
        )


def _notice(segment: Disagreement, before: AdjudicationDecision | None) -> str:
    if before is not None:
        who = before.adjudicator.pseudonym
        return (
            f"{who} had decided this segment already ({before.get_choice_display().lower()}). The first "
            "decision counts; yours is kept beside it."
        )
    if not disputed_segments(segment.campaign).filter(id=segment.id).exists():
        return (
            "This segment is no longer disputed: its exam was withdrawn or its readings have changed. Your "
            "decision is kept; nothing else is to be done."
        )
    return ""


def _next_sequence(campaign: Campaign) -> int:
    last = AdjudicationDecision.objects.filter(campaign=campaign).aggregate(last=Max("sequence"))["last"]
    return (last or 0) + 1


def _mask_of(segment: Disagreement, draft: AdjudicationDraft) -> bytes | None:
    """Return what is kept of the segment, in the compact form; None where nothing was decided."""
    rows, columns = segment.mammogram.rows, segment.mammogram.columns
    if draft.choice == AdjudicationChoice.READER:
        version = segment.versions.filter(letter=draft.letter).first()
        if version is None:
            letters = ", ".join(segment.versions.values_list("letter", flat=True))
            raise AdjudicationRefusedError(
                f"There is no version {draft.letter[:20]!r} of this segment; there are {letters}.",
                code="version_unknown",
            )
        return bytes(version.mask)
    if draft.choice == AdjudicationChoice.BOTH:
        return bytes(segment.mask)
    if draft.choice == AdjudicationChoice.NEITHER:
        return empty_mask(rows=rows, columns=columns)
    if draft.choice == AdjudicationChoice.REDRAW:
        if draft.mask is None:
            raise AdjudicationRefusedError("Nothing was drawn. Send the mask.", code="mask_missing")
        check_patch(draft.mask, rows=rows, columns=columns)
        return compact_mask(draft.mask)
    return None


def _checked_note(draft: AdjudicationDraft) -> str:
    note = draft.note.strip()
    if len(note) > LONGEST_NOTE:
        raise AdjudicationRefusedError(
            f"The note has {len(note)} characters; at most {LONGEST_NOTE} are taken. Shorten it.",
            code="note_too_long",
        )
    if draft.choice == AdjudicationChoice.DISCUSS and not note:
        raise AdjudicationRefusedError("Say in a few words what should be discussed.", code="note_missing")
    return note


@transaction.atomic
def undo_last(*, campaign: Campaign, reader: Reader, undo_id: UUID) -> AdjudicationDecision:
    """Take back this expert's last word in the campaign and return it. Sent twice, done once."""
    campaign = lock_campaign(campaign)
    stored = AdjudicationDecision.objects.filter(id=undo_id, adjudicator=reader).first()
    if stored is not None and stored.undoes is not None:
        return stored.undoes
    last = (
        AdjudicationDecision.objects.filter(
            campaign=campaign,
            adjudicator=reader,
            choice__in=[*DECIDING, AdjudicationChoice.DISCUSS],
            is_late=False,
            undone_by__isnull=True,
        )
        .select_related("disagreement__mammogram")
        .order_by("-sequence")
        .first()
    )
    if last is None:
        raise NothingToUndoError("You have decided nothing here that could be taken back.")
    AdjudicationDecision.objects.create(
        id=undo_id,
        campaign=campaign,
        disagreement=last.disagreement,
        adjudicator=reader,
        sequence=_next_sequence(campaign),
        choice=AdjudicationChoice.UNDO,
        undoes=last,
    )
    record_act("undo_adjudication", actor=reader, subject=last.disagreement, decision=str(last.id))
    _lease(last.disagreement, reader)
    return last
