"""What a lead asks of a plan, in numbers, as it is stored with the plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Self

from annotations.errors import PlanRefusedError
from annotations.ml_gateway.consensus import MOST_READINGS

LONGEST_WASH_OUT_DAYS = 3650


@dataclass(frozen=True, kw_only=True)
class PlanRequest:
    """How exams are to be read: `shares` of the exams by 2, 3 … readers, all others by one.

    With `is_pool` whoever asks gets the next exam; then nobody can say which pairs of readers meet.
    """

    shares: Mapping[int, float] = field(default_factory=dict)
    pairs_meet: int = 0
    repeat_share: float = 0.0
    wash_out_days: int = 0
    batch_size: int = 0
    priority: int = 0
    due_on: date | None = None
    is_pool: bool = False

    def __post_init__(self) -> None:
        most = max(self.shares, default=1)
        if most > MOST_READINGS:
            raise PlanRefusedError(
                f"An exam is read by {MOST_READINGS} readers at most, since no more can be compared; {most} "
                "came. Ask for fewer readers of each exam.",
                code="too_many_readings",
            )
        if not 0 <= self.repeat_share <= 1:
            raise PlanRefusedError(
                f"A share of repeats lies between 0 and 1; {self.repeat_share:g} came.", code="not_a_share"
            )
        if self.repeat_share and not 1 <= self.wash_out_days <= LONGEST_WASH_OUT_DAYS:
            raise PlanRefusedError(
                f"Between the two readings of a repeat lie 1 to {LONGEST_WASH_OUT_DAYS} days; "
                f"{self.wash_out_days} came. Without a pause she would remember the first.",
                code="wash_out_missing",
            )
        if self.is_pool and (self.pairs_meet or self.repeat_share):
            raise PlanRefusedError(
                "From a pool everybody takes the next exam, so nobody can promise that pairs of readers meet "
                "or that one of them reads an exam again. Leave both at 0, or give the exams out by name.",
                code="pool_promises_nothing",
            )

    def stored(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        return {
            **vars(self),
            "shares": {str(number): share for number, share in sorted(self.shares.items())},
            "due_on": self.due_on.isoformat() if self.due_on else None,
        }

    @classmethod
    def from_stored(cls, parameters: Mapping[str, Any]) -> Self:
        due_on = parameters["due_on"]
        shares = {int(number): share for number, share in parameters["shares"].items()}
        return cls(
            **{**parameters, "shares": shares, "due_on": date.fromisoformat(due_on) if due_on else None}
        )

    def nearest(self, exams_by_number: Mapping[int, int], pairs_meet: int) -> Self:
        """Ask for what a plan has that could be found."""
        total = sum(exams_by_number.values())
        shares = {number: count / total for number, count in exams_by_number.items() if number > 1}
        return replace(self, shares=shares, pairs_meet=min(pairs_meet, self.pairs_meet))
