"""What a batch of corrections left to a person: the least sure pieces first, and how often she agreed."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from annotations.enums import CorrectionDecisionValue, RunState
from annotations.ml_gateway.correction_limits import distance_from_limit
from annotations.ml_gateway.quality import Share, pooled_share
from annotations.models import (
    Campaign,
    CorrectionBatch,
    CorrectionComponent,
    CorrectionDecision,
    Reader,
)
from annotations.rules import studies_still_read_by

RULE_WORDS = {
    "too_small": "Too small",
    "outside_breast": "Outside the breast",
    "too_short": "Too short",
    "insufficient_thickness": "Too little mineral",
    "insufficient_contrast": "Too little contrast",
    "": "Nothing against it",
}
PROPOSED = (CorrectionDecisionValue.REMOVE, CorrectionDecisionValue.BORDERLINE)


@dataclass(frozen=True)
class BorderlineCase:
    """A piece on which the algorithm asks; `is_removed` is this person's last word, None without one."""

    component: CorrectionComponent
    distance: float
    is_removed: bool | None

    @property
    def is_open(self) -> bool:
        return self.is_removed is None and self.component.run.result_id is None


@dataclass(frozen=True)
class Acceptance:
    """How often people removed what the algorithm would remove, or asked about."""

    name: str
    removals: Share
    borderlines: Share


def borderline_cases(batch: CorrectionBatch) -> list[BorderlineCase]:
    """List the pieces of a batch that the algorithm asks about, the nearest to its limit first.

    Nothing of an exam that the expert of the batch still reads, in whatever campaign.
    """
    components = (
        CorrectionComponent.objects.filter(
            run__batch_items__batch=batch,
            run__state=RunState.SUCCEEDED,
            decision=CorrectionDecisionValue.BORDERLINE,
        )
        .exclude(run__annotation__mammogram__study__in=studies_still_read_by(batch.requested_by))
        .select_related("run__annotation__reader", "run__annotation__mammogram__study__patient")
        .defer("mask")
    )
    said = _last_words(batch.campaign, batch.requested_by)
    cases = [
        BorderlineCase(
            component,
            distance_from_limit(component, component.run),
            said.get((component.id, batch.requested_by_id)),
        )
        for component in components
    ]
    return sorted(cases, key=lambda case: (case.distance, str(case.component.id)))


def next_borderline(batch: CorrectionBatch, after: UUID | None) -> BorderlineCase | None:
    """Return the open case behind one, else the first open one of all."""
    cases = borderline_cases(batch)
    ids = [case.component.id for case in cases]
    start = ids.index(after) + 1 if after in ids else 0
    return next((case for case in [*cases[start:], *cases[:start]] if case.is_open), None)


def acceptance_by_rule(campaign: Campaign, expert: Reader) -> list[Acceptance]:
    """Count by the rule that spoke of a piece, over all batches of a campaign."""
    return _acceptance(campaign, expert, lambda component: RULE_WORDS.get(component.reason, component.reason))


def acceptance_by_reader(campaign: Campaign, expert: Reader) -> list[Acceptance]:
    """Count by whose reading was corrected, by pseudonym."""
    return _acceptance(campaign, expert, lambda component: component.run.annotation.reader.pseudonym)


def decided_pieces(campaign: Campaign, expert: Reader) -> Iterable[tuple[CorrectionComponent, bool]]:
    """Give each piece that a person decided on, with her last word; each person's counts.

    Nothing of an exam that the expert who asks still reads, in whatever campaign.
    """
    words = _last_words(campaign, None)
    components = {
        component.id: component
        for component in CorrectionComponent.objects.filter(
            id__in={component for component, _reviewer in words}
        )
        .exclude(run__annotation__mammogram__study__in=studies_still_read_by(expert))
        .select_related("run__annotation__reader", "run__annotation__mammogram__study__patient")
        .defer("mask")
    }
    return [
        (components[component], is_removed)
        for (component, _reviewer), is_removed in words.items()
        if component in components
    ]


def _acceptance(
    campaign: Campaign, expert: Reader, name_of: Callable[[CorrectionComponent], str]
) -> list[Acceptance]:
    removed: dict[str, dict[str, list[tuple[bool, str]]]] = defaultdict(
        lambda: {value: [] for value in PROPOSED}
    )
    for component, is_removed in decided_pieces(campaign, expert):
        if component.decision in PROPOSED:
            patient = component.run.annotation.mammogram.study.patient.code
            removed[name_of(component)][component.decision].append((is_removed, patient))
    return [
        Acceptance(name, *(_share_removed(removed[name][proposed]) for proposed in PROPOSED))
        for name in sorted(removed)
    ]


def _share_removed(decisions: Sequence[tuple[bool, str]]) -> Share:
    return pooled_share(
        [is_removed for is_removed, _patient in decisions],
        [1] * len(decisions),
        [patient for _is_removed, patient in decisions],
    )


def _last_words(campaign: Campaign, reviewer: Reader | None) -> dict[tuple[UUID, UUID], bool]:
    """Return the last word of each person on each piece of the campaign's batches, or of one person."""
    decisions = CorrectionDecision.objects.filter(component__run__batch_items__batch__campaign=campaign)
    if reviewer is not None:
        decisions = decisions.filter(reviewer=reviewer)
    rows = decisions.order_by("sequence").values_list("component", "reviewer", "is_removed")
    return {(component, person): is_removed for component, person, is_removed in rows}
