"""Readings that a campaign was to have and nobody makes: still to be given out, or given up.

Given up is what was skipped where nobody is left to ask: every reader of the campaign has had the exam, or
its planted twin. A reader who joins can be asked again.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from uuid import UUID

from django.db.models import Count, Q

from annotations.domain.planned_reading import ACTIVE, latest_request, planned_readings
from annotations.domain.planted_twin import closed_readings
from annotations.enums import AssignmentState, Role
from annotations.ml_gateway.overlap_plan import exams_by_number
from annotations.models import Assignment, Campaign


@dataclass(frozen=True)
class LackingReadings:
    """`given_up_in_pool` are places of the pool that stay empty; `given_up` counts them, too."""

    to_give: int
    given_up: int
    given_up_in_pool: int


def lacking_readings(campaign: Campaign) -> LackingReadings:
    """Count what the plan and the pool of a campaign lack; what the pool can still give does not lack."""
    in_pool = _given_up_in_pool(campaign)
    request = latest_request(campaign)
    if request is None or request.is_pool:
        return LackingReadings(0, in_pool, in_pool)
    to_give, given_up = _lacking_in_plan(campaign, request.shares)
    return LackingReadings(to_give, given_up + in_pool, in_pool)


def _lacking_in_plan(campaign: Campaign, shares: Mapping[int, float]) -> tuple[int, int]:
    counted = planned_readings(campaign).order_by().values_list("study")
    is_skipped = Q(state=AssignmentState.SKIPPED)
    rows: Sequence[tuple[UUID, int, int]] = list(
        counted.annotate(
            found=Count("pk", filter=Q(state__in=ACTIVE)), skipped=Count("pk", filter=is_skipped)
        )
    )
    takers = _takers(campaign, [study for study, _found, skipped in rows if skipped])
    # An exam that everybody has had is held to the least that was asked of any.
    rows = sorted(rows, key=lambda row: (row[1], takers.get(row[0], inf)))
    declared = exams_by_number(len(rows), shares) if rows else {}
    wanted = sorted(number for number, exams in declared.items() for _exam in range(exams))
    to_give = given_up = 0
    for number, (study, found, skipped) in zip(wanted, rows, strict=True):
        lacking = max(0, number - found)
        lost = min(skipped, max(0, lacking - takers[study])) if skipped else 0
        to_give, given_up = to_give + lacking - lost, given_up + lost
    return to_give, given_up


def _given_up_in_pool(campaign: Campaign) -> int:
    """Count the empty places beyond the readers who could take them, of exams that somebody skipped."""
    empty = campaign.pool_slots.filter(assignment=None, closed_at=None)
    skipped = campaign.assignments.filter(state=AssignmentState.SKIPPED, study__in=empty.values("study"))
    studies = set(skipped.order_by().values_list("study", flat=True))
    if not studies:
        return 0
    takers = _takers(campaign, studies, is_pool=True)
    places = Counter(empty.filter(study__in=studies).values_list("study", flat=True))
    return sum(max(0, number - takers[study]) for study, number in places.items())


def _takers(campaign: Campaign, studies: Collection[UUID], *, is_pool: bool = False) -> dict[UUID, int]:
    """Count for each exam the readers of the campaign who have not had it; back in the pool is not had."""
    if not studies:
        return {}
    members = set(
        campaign.readers.filter(left_at=None, reader__role=Role.READER).values_list("reader", flat=True)
    )
    had = Assignment.objects.filter(campaign=campaign, study__in=studies, reader__in=members)
    if is_pool:
        had = had.exclude(state=AssignmentState.WITHDRAWN)
    pairs = set(had.order_by().values_list("study", "reader")) | closed_readings(studies, members)
    return {study: sum((study, reader) not in pairs for reader in members) for study in studies}
