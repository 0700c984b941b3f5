"""A reader who joins gets exams that others have not begun, until she has as many of these as they have."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from uuid import UUID

from annotations.domain.exam_end import ENDED, end, touched
from annotations.domain.planned_reading import planned_readings
from annotations.domain.planted_twin import closed_readings
from annotations.domain.reading_order import dated, random_order
from annotations.domain.reading_plan import readers_of
from annotations.enums import AssignmentState
from annotations.models import Assignment, Campaign, Reader

MOVED = "Given to a reader who joined the campaign."


@dataclass
class _Table:
    """Who reads what, and what of it can still go to somebody else."""

    readers_of_exam: dict[UUID, set[UUID]] = field(default_factory=dict)
    had: set[tuple[UUID, UUID]] = field(default_factory=set)
    movable: dict[UUID, list[Assignment]] = field(default_factory=dict)
    met: Counter[frozenset[UUID]] = field(default_factory=Counter)


def level_loads(*, campaign: Campaign, newcomers: Sequence[Reader], pairs_meet: int, actor: Reader) -> int:
    """Move exams to newcomers; pairs that would then meet too seldom keep theirs where there is another way.

    Call with the campaign locked.
    """
    table = _read(campaign)
    table.had |= closed_readings(table.readers_of_exam, [newcomer.id for newcomer in newcomers])
    share = sum(map(len, table.movable.values())) // max(len(readers_of(campaign)), 1)
    moves: list[tuple[Assignment, Reader]] = []
    for newcomer in newcomers:
        own = len(table.movable.get(newcomer.id, []))
        for _ in range(share - own):
            assignment = _best_move(table, newcomer.id, pairs_meet, least=share)
            if assignment is None:
                break
            _move(table, assignment, newcomer.id)
            moves.append((assignment, newcomer))
    _write(moves, actor)
    return len(moves)


def _read(campaign: Campaign) -> _Table:
    table = _Table()
    rows = planned_readings(campaign).select_for_update(of=("self",)).order_by("id")
    untouched = set(rows.filter(~touched(), state=AssignmentState.OPEN).values_list("id", flat=True))
    for assignment in rows:
        study, reader = assignment.study_id, assignment.reader_id
        table.had.add((study, reader))
        if assignment.state in ENDED:
            continue
        table.readers_of_exam.setdefault(study, set()).add(reader)
        if assignment.id in untouched:
            table.movable.setdefault(reader, []).append(assignment)
    for readers in table.readers_of_exam.values():
        table.met.update(frozenset(pair) for pair in combinations(readers, 2))
    return table


def _best_move(table: _Table, newcomer: UUID, pairs_meet: int, *, least: int) -> Assignment | None:
    """Take from whoever has most, an exam that brings a meeting which lacks and costs none that is needed."""

    def worth(assignment: Assignment) -> int:
        others = table.readers_of_exam[assignment.study_id] - {assignment.reader_id}
        gained = sum(table.met[frozenset((newcomer, other))] < pairs_meet for other in others)
        lost = sum(table.met[frozenset((assignment.reader_id, other))] <= pairs_meet for other in others)
        return gained - 2 * lost

    for reader in sorted(table.movable, key=lambda name: (-len(table.movable[name]), name)):
        if reader == newcomer or len(table.movable[reader]) <= least:
            continue
        free = [each for each in table.movable[reader] if (each.study_id, newcomer) not in table.had]
        if free:
            return max(free, key=worth)
    return None


def _move(table: _Table, assignment: Assignment, newcomer: UUID) -> None:
    study, reader = assignment.study_id, assignment.reader_id
    table.movable[reader].remove(assignment)
    others = table.readers_of_exam[study]
    others.remove(reader)
    for other in others:
        table.met[frozenset((reader, other))] -= 1
        table.met[frozenset((newcomer, other))] += 1
    others.add(newcomer)
    table.had.add((study, newcomer))


def _write(moves: Sequence[tuple[Assignment, Reader]], actor: Reader) -> None:
    """End the readings that move, and give them out again with the help, batch and days they had."""
    exams = dated([assignment.study_id for assignment, _ in moves])
    by_newcomer: dict[Reader, dict[UUID, Assignment]] = {}
    for assignment, newcomer in moves:
        by_newcomer.setdefault(newcomer, {})[assignment.study_id] = assignment
        end(assignment, AssignmentState.WITHDRAWN, MOVED, actor=actor)
    for newcomer, given in by_newcomer.items():
        seed = max(assignment.plan.seed if assignment.plan else 0 for assignment in given.values())
        order = random_order([exams[study] for study in given], seed=seed, reader=newcomer.id)
        Assignment.objects.bulk_create(
            [_moved(given[study], newcomer, position) for position, study in enumerate(order, start=1)]
        )


def _moved(assignment: Assignment, newcomer: Reader, position: int) -> Assignment:
    return Assignment(
        campaign_id=assignment.campaign_id,
        study_id=assignment.study_id,
        plan_id=assignment.plan_id,
        reader=newcomer,
        batch=assignment.batch,
        priority=assignment.priority,
        due_on=assignment.due_on,
        shows_preannotation=assignment.shows_preannotation,
        position=position,
    )
