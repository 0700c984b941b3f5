"""Readers who leave a campaign while it runs, and readers who join it: nothing drawn is lost by either."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from annotations.domain.audit import record_act
from annotations.domain.campaign import join
from annotations.domain.exam_end import clean_reason, end, lock_exams, touched
from annotations.domain.exam_review import close_returned
from annotations.domain.give_out import check_readers, hand_out, lock_campaign
from annotations.domain.level_loads import level_loads
from annotations.domain.planned_reading import latest_request, planned_readings
from annotations.domain.reading_plan import (
    draft_plan,
    draw_seed,
    readers_of,
)
from annotations.enums import AssignmentState
from annotations.errors import MissingError
from annotations.models import Assignment, Campaign, Reader


@dataclass(frozen=True)
class Rebalanced:
    """What became of exams: `begun` ended with their strokes kept; `problem` says what is short and why.

    `returned` are the patients whose exams had come back to a reader who left.
    """

    moved: int
    begun: int
    problem: str
    returned: Sequence[str] = ()


@transaction.atomic
def remove_reader(*, campaign: Campaign, reader: Reader, reason: str, actor: Reader) -> Rebalanced:
    """Take a reader out of a campaign: what she submitted stays, what is open goes to the others.

    What she had begun is withdrawn with its strokes, and read by somebody else from the start. Her repeats
    end: nobody else can compare herself with her. What an expert had sent back to her is the expert's again.
    """
    reason = clean_reason(reason)
    campaign = lock_campaign(campaign)
    member = campaign.readers.filter(reader=reader, left_at=None).first()
    if member is None:
        raise MissingError(f"{reader.pseudonym} does not read in {campaign.name}.")
    member.left_at = timezone.now()
    member.save(update_fields=["left_at"])
    opened = Assignment.objects.filter(campaign=campaign, reader=reader, state=AssignmentState.OPEN)
    begun = opened.filter(touched()).count()
    assignments = lock_exams(opened.order_by("round").values_list("id", flat=True))
    for assignment in sorted(assignments, key=lambda each: -each.round):
        end(assignment, AssignmentState.WITHDRAWN, reason, actor=actor)
    came_back = close_returned(campaign=campaign, reader=reader, reason=reason, actor=actor)
    moved, problem = fill_gaps(campaign=campaign, actor=actor)
    record_act(
        "remove_reader",
        actor=actor,
        subject=campaign,
        reader=reader.pseudonym,
        moved=moved,
        problem=problem,
        returned=came_back,
    )
    return Rebalanced(moved, begun, problem, came_back)


@transaction.atomic
def add_readers(*, campaign: Campaign, readers: Sequence[Reader], actor: Reader) -> Rebalanced:
    """Let readers join: each gets her share of what the others have not begun."""
    campaign = lock_campaign(campaign)
    check_readers(readers)
    members = {reader.id for reader in readers_of(campaign)}
    join(campaign, readers)
    newcomers = [reader for reader in readers if reader.id not in members]
    # What lacks comes first: whoever is taken off an exam does not get it again.
    moved, problem = fill_gaps(campaign=campaign, actor=actor)
    request = latest_request(campaign)
    if request is not None and not request.is_pool:
        moved += level_loads(
            campaign=campaign, newcomers=newcomers, pairs_meet=request.pairs_meet, actor=actor
        )
        filled, problem = fill_gaps(campaign=campaign, actor=actor)
        moved += filled
    record_act(
        "add_readers",
        actor=actor,
        subject=campaign,
        readers=[reader.pseudonym for reader in newcomers],
        moved=moved,
        problem=problem,
    )
    return Rebalanced(moved, 0, problem)


def fill_gaps(*, campaign: Campaign, actor: Reader | None) -> tuple[int, str]:
    """Give out what the plan of a campaign lacks, as near to it as can be; return how many and what is short.

    Call with the campaign locked.
    """
    request = latest_request(campaign)
    if request is None or request.is_pool or not planned_readings(campaign).exists():
        return 0, ""
    readers = readers_of(campaign)
    if not readers:
        return 0, "Nobody reads in this campaign now, so its open exams lie. Add a reader."
    draft = draft_plan(
        campaign=campaign,
        request=request,
        studies=[],
        readers=[reader.id for reader in readers],
        seed=draw_seed(),
    )
    if draft.new_readings:
        hand_out(campaign=campaign, draft=draft, actor=actor)
    return len(draft.new_readings), draft.problem
