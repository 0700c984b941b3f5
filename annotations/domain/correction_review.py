"""What a batch of corrections leaves to a person: the least sure pieces first, and how often she agreed."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from uuid import UUID

from django.db.models import Count

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
class ReviewCase:
    """A piece that a person is to decide on; `is_removed` is this person's last word, None without one."""

    component: CorrectionComponent
    distance: float
    is_removed: bool | None

    @property
    def is_borderline(self) -> bool:
        return self.component.decision == CorrectionDecisionValue.BORDERLINE

    @property
    def is_open(self) -> bool:
        return self.is_removed is None and self.component.run.result_id is None

    @property
    def has_band(self) -> bool:
        return isfinite(self.distance)


@dataclass(frozen=True, kw_only=True)
class ReviewCounts:
    """How many pieces a review holds, and how far it is."""

    borderline: int
    sure: int
    decided: int
    open: int


@dataclass(frozen=True)
class AcceptedShare:
    """Share of decisions that removed the piece, and how many of the proposed pieces it is taken over."""

    share: Share
    decided: int
    proposed: int


@dataclass(frozen=True)
class Acceptance:
    """How often people removed what the algorithm was sure to remove, or asked about."""

    name: str
    removals: AcceptedShare
    borderlines: AcceptedShare


def review_cases(batch: CorrectionBatch) -> list[ReviewCase]:
    """List the pieces a batch asks about, then those it would remove; the nearest to the limit first.

    Nothing of an exam that the expert of the batch still reads, in whatever campaign.
    """
    components = (
        CorrectionComponent.objects.filter(
            run__batch_items__batch=batch, run__state=RunState.SUCCEEDED, decision__in=PROPOSED
        )
        .exclude(run__annotation__mammogram__study__in=studies_still_read_by(batch.requested_by))
        .select_related("run__annotation__reader", "run__annotation__mammogram__study__patient")
        .defer("mask")
    )
    said = _last_words(batch.campaign, batch.requested_by)
    cases = [
        ReviewCase(
            component,
            distance_from_limit(component, component.run),
            said.get((component.id, batch.requested_by_id)),
        )
        for component in components
    ]
    return sorted(cases, key=lambda case: (not case.is_borderline, case.distance, str(case.component.id)))


def count_cases(cases: Sequence[ReviewCase]) -> ReviewCounts:
    borderline = sum(case.is_borderline for case in cases)
    return ReviewCounts(
        borderline=borderline,
        sure=len(cases) - borderline,
        decided=sum(case.is_removed is not None for case in cases),
        open=sum(case.is_open for case in cases),
    )


def next_case(batch: CorrectionBatch, after: UUID | None) -> ReviewCase | None:
    """Return the open case behind one, else the first open one of all."""
    cases = review_cases(batch)
    ids = [case.component.id for case in cases]
    start = ids.index(after) + 1 if after in ids else 0
    return next((case for case in [*cases[start:], *cases[:start]] if case.is_open), None)


def acceptance_by_rule(campaign: Campaign, expert: Reader) -> list[Acceptance]:
    """Count by the rule that spoke of a piece, over all batches of a campaign."""
    rows = _acceptance(campaign, expert, "reason", lambda component: component.reason)
    return [replace(row, name=RULE_WORDS.get(row.name, row.name)) for row in rows]


def acceptance_by_reader(campaign: Campaign, expert: Reader) -> list[Acceptance]:
    """Count by whose reading was corrected, by pseudonym."""
    return _acceptance(
        campaign,
        expert,
        "run__annotation__reader__pseudonym",
        lambda component: component.run.annotation.reader.pseudonym,
    )


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
    campaign: Campaign, expert: Reader, field: str, name_of: Callable[[CorrectionComponent], str]
) -> list[Acceptance]:
    """Group what was proposed by a field; `name_of` gives its value of one piece."""
    said: dict[tuple[str, str], list[tuple[CorrectionComponent, bool]]] = defaultdict(list)
    for component, is_removed in decided_pieces(campaign, expert):
        said[name_of(component), component.decision].append((component, is_removed))
    proposed = _count_proposed(campaign, expert, field)
    return [
        Acceptance(name, *(_accepted(said[name, value], proposed[name, value]) for value in PROPOSED))
        for name in sorted({name for name, _value in proposed}, key=lambda name: RULE_WORDS.get(name, name))
    ]


def _count_proposed(campaign: Campaign, expert: Reader, field: str) -> Counter[tuple[str, str]]:
    """Count pieces by the value of a field and by the proposal, over all batches of a campaign."""
    rows = (
        CorrectionComponent.objects.filter(
            run__batch_items__batch__campaign=campaign, run__state=RunState.SUCCEEDED, decision__in=PROPOSED
        )
        .exclude(run__annotation__mammogram__study__in=studies_still_read_by(expert))
        .values_list(field, "decision")
        .annotate(pieces=Count("id", distinct=True))
        .order_by()
    )
    return Counter({(name, decision): pieces for name, decision, pieces in rows})


def _accepted(said: Sequence[tuple[CorrectionComponent, bool]], proposed: int) -> AcceptedShare:
    share = pooled_share(
        [is_removed for _component, is_removed in said],
        [1] * len(said),
        [component.run.annotation.mammogram.study.patient.code for component, _is_removed in said],
    )
    return AcceptedShare(share, len({component.id for component, _is_removed in said}), proposed)


def _last_words(campaign: Campaign, reviewer: Reader | None) -> dict[tuple[UUID, UUID], bool]:
    """Return the last word of each person on each piece of the campaign's batches, or of one person."""
    decisions = CorrectionDecision.objects.filter(component__run__batch_items__batch__campaign=campaign)
    if reviewer is not None:
        decisions = decisions.filter(reviewer=reviewer)
    rows = decisions.order_by("sequence").values_list("component", "reviewer", "is_removed")
    return {(component, person): is_removed for component, person, is_removed in rows}
