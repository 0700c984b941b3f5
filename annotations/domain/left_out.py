"""New exams that stay out of a plan, since one of its readers must not get them, or not with their help."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from annotations.domain.planted_twin import closed_readings
from annotations.enums import PreannotationPolicy
from annotations.models import Assignment, Campaign
from annotations.rules import kept_blind


@dataclass(frozen=True)
class LeftOut:
    """Exams of which a reader has the planted twin, and exams that one reads without a model elsewhere."""

    twins: frozenset[UUID]
    blind: frozenset[UUID]

    @property
    def exams(self) -> frozenset[UUID]:
        return self.twins | self.blind

    @property
    def note(self) -> str:
        """Say how many and why; "" where none is left out."""
        words = []
        if self.twins:
            words.append(
                f"Exams left out: {len(self.twins)}. One of the readers has a planted copy of each, or the "
                "exam that it is a copy of."
            )
        if self.blind:
            words.append(
                f"Exams left out: {len(self.blind)}. One of the readers reads each without a model in "
                "another campaign, so no lot can show her the proposal. Plan them without her, or later: a "
                "reading that she has submitted stands in the way only where exams come back to her."
            )
        return " ".join(words)


def left_out(campaign: Campaign, studies: Collection[UUID], readers: Iterable[UUID]) -> LeftOut:
    """Find among new exams those that cannot come to all of these readers as the plan would have it."""
    readers = list(readers)
    twins = frozenset(study for study, _reader in closed_readings(studies, readers))
    if campaign.preannotation != PreannotationPolicy.RANDOMISED:
        return LeftOut(twins, frozenset())
    elsewhere = Assignment.objects.filter(
        study__in=studies, reader__in=readers, shows_preannotation=False
    ).exclude(campaign=campaign)
    return LeftOut(twins, frozenset(kept_blind(elsewhere).values_list("study", flat=True)) - twins)
