"""Who reads which exams: the door to the planner."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from annotations.errors import PlanRefusedError
from ml.errors import OverlapPlanError
from ml.study.overlap_plan import OverlapPlan, plan
from ml.study.plan_counts import share_counts

LARGEST_SEED = 2**32 - 1


@dataclass(frozen=True)
class Overlap:
    """Readers of each exam; `problem` says why it is not what was asked for but what comes nearest."""

    readers_of_exam: Sequence[Sequence[str]]
    new_readings: Sequence[tuple[int, str]]
    load_note: str
    problem: str = ""


def plan_overlap(
    n_exams: int,
    readers: Sequence[str],
    *,
    shares: Mapping[int, float],
    least_meetings: int,
    seed: int,
    existing: Mapping[int, Collection[str]],
) -> Overlap:
    """Share out exams among readers, the way asked for or the nearest one."""
    try:
        made = plan(
            n_exams, readers, shares=shares, least_meetings=least_meetings, seed=seed, existing=existing
        )
    except OverlapPlanError as error:
        if not isinstance(error.nearest, OverlapPlan):
            raise PlanRefusedError(error.message, code=error.code) from error
        return _as_overlap(error.nearest, problem=error.message)
    return _as_overlap(made)


def exams_by_number(n_exams: int, shares: Mapping[int, float]) -> dict[int, int]:
    """Turn shares into whole exams: number of readers to exams."""
    try:
        return share_counts(n_exams, shares)
    except OverlapPlanError as error:
        raise PlanRefusedError(error.message, code=error.code) from error


def _as_overlap(made: OverlapPlan, problem: str = "") -> Overlap:
    return Overlap(made.readers_of_exam, made.new_readings, made.load_note, problem)
