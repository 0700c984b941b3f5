"""A person's word on what label correction proposed, and the new annotation that comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from annotations.domain.annotation import annotation_masks, write_snapshots
from annotations.domain.audit import record_act
from annotations.domain.derived_annotation import copied_operations, store_operations
from annotations.domain.preannotation_view import has_seen_preannotation
from annotations.enums import (
    AlgorithmType,
    CorrectionDecisionValue,
    OperationKind,
    ReadingState,
    RunState,
    Tool,
)
from annotations.errors import CorrectionNotReadyError, ForbiddenError, InvalidError, MissingError
from annotations.ml_gateway.masks import MaskBytes, replay_patches
from annotations.models import (
    Annotation,
    CorrectionComponent,
    CorrectionDecision,
    CorrectionRun,
    Reader,
)
from annotations.rules import can_decide_corrections

# What the algorithm is sure to keep needs no person; everything else does.
NEEDS_DECISION = (CorrectionDecisionValue.REMOVE, CorrectionDecisionValue.BORDERLINE)


@dataclass(frozen=True, kw_only=True)
class DecisionDraft:
    component: UUID
    is_removed: bool
    note: str = ""


@transaction.atomic
def decide_components(*, run: CorrectionRun, reader: Reader, decisions: Sequence[DecisionDraft]) -> None:
    """Write a person's decisions; her later one on a component counts instead of the earlier, which stays.

    Locks the run, so that the order of decisions is the order of their numbers.
    """
    run = _lock_run_to_decide(run, reader=reader)
    if not decisions:
        raise InvalidError("No decision came. Send at least one.", code="decisions_empty")
    known = {component.id: component for component in run.components.all()}
    for decision in decisions:
        if decision.component not in known:
            raise MissingError(f"There is no component {decision.component} in this correction.")
    before = (
        CorrectionDecision.objects.filter(component__run=run).aggregate(last=Max("sequence"))["last"] or 0
    )
    CorrectionDecision.objects.bulk_create(
        [
            CorrectionDecision(
                component=known[decision.component],
                reviewer=reader,
                sequence=sequence,
                is_removed=decision.is_removed,
                note=decision.note,
            )
            for sequence, decision in enumerate(decisions, start=before + 1)
        ]
    )
    record_act("decide_correction", actor=reader, subject=run, decisions=len(decisions))


def latest_decisions(run: CorrectionRun, reviewer: Reader) -> dict[UUID, CorrectionDecision]:
    """Return the last decision of one person for each component that she decided; nobody else's counts."""
    decisions = CorrectionDecision.objects.filter(component__run=run, reviewer=reviewer).select_related(
        "reviewer"
    )
    return {decision.component_id: decision for decision in decisions.order_by("sequence")}


@transaction.atomic
def apply_correction(*, run: CorrectionRun, reader: Reader) -> Annotation:
    """Write the corrected label as a new, submitted annotation; the one it derives from is not touched.

    Locks the run. The caller is the author, by her own decisions alone: she must have decided every component
    that the algorithm would remove or finds borderline.
    """
    run = _lock_run_to_decide(run, reader=reader)
    source = run.annotation
    if source.state != ReadingState.SUBMITTED or source.version != run.annotation_version:
        raise CorrectionNotReadyError(
            "This correction looked at a label that was still being read. Start a new one on the label as "
            "submitted.",
            code="correction_outdated",
        )
    removed = _components_to_remove(run, reviewer=reader)
    corrected = Annotation.objects.create(
        mammogram=source.mammogram,
        assignment=source.assignment if source.reader_id == reader.id else None,
        reader=reader,
        algorithm_type=AlgorithmType.SEMIAUTOMATIC,
        derived_from=source,
        preannotation_shown=source.preannotation_shown
        or has_seen_preannotation(reader=reader, mammogram=source.mammogram),
    )
    removal = _union_of(removed, source)
    _write_operations(corrected, run, removal)
    write_snapshots(corrected, annotation_masks(corrected))
    corrected.state = ReadingState.SUBMITTED
    corrected.submitted_at = timezone.now()
    corrected.save(update_fields=["version", "state", "submitted_at"])
    run.result = corrected
    run.save(update_fields=["result"])
    record_act(
        "apply_correction",
        actor=reader,
        subject=run,
        result=str(corrected.id),
        removed_components=[component.number for component in removed],
        removed_area_px=removal.area_px,
    )
    return corrected


def _lock_run_to_decide(run: CorrectionRun, *, reader: Reader) -> CorrectionRun:
    """Lock the row until the transaction ends, and make sure that there is something to decide."""
    if not can_decide_corrections(reader):
        raise ForbiddenError("Readers and adjudicators decide on corrections; your role may look at them.")
    run = (
        CorrectionRun.objects.select_for_update(of=("self",))
        .select_related("annotation__mammogram", "annotation__assignment")
        .get(id=run.id)
    )
    if run.state != RunState.SUCCEEDED:
        raise CorrectionNotReadyError(
            f"This correction has not finished: it is {run.get_state_display().lower()}."
        )
    if run.result_id is not None:
        raise CorrectionNotReadyError(
            "This correction was applied already. Start a new one on the corrected label.",
            code="correction_applied",
            result=str(run.result_id),
        )
    return run


def _components_to_remove(run: CorrectionRun, *, reviewer: Reader) -> list[CorrectionComponent]:
    decisions = latest_decisions(run, reviewer)
    components = list(run.components.order_by("number"))
    undecided = [item for item in components if item.decision in NEEDS_DECISION and item.id not in decisions]
    if undecided:
        raise CorrectionNotReadyError(
            f"{len(undecided)} of {len(components)} pieces wait for your decision: keep or remove each.",
            code="decisions_missing",
            count=len(undecided),
        )
    return [item for item in components if item.id in decisions and decisions[item.id].is_removed]


def _union_of(components: Sequence[CorrectionComponent], source: Annotation) -> MaskBytes:
    """Join components of one run. They share no pixel, so XOR is their union."""
    patches = (bytes(component.mask) for component in components)
    return replay_patches(patches, rows=source.mammogram.rows, columns=source.mammogram.columns)


def _write_operations(corrected: Annotation, run: CorrectionRun, removal: MaskBytes) -> None:
    """Copy masks, findings and answers of the version that was corrected, then take the removal away.

    With the copies, the operations of the new annotation alone replay to its masks.
    """
    removal_fields = {
        "kind": OperationKind.MASK,
        "label": run.label,
        "tool": Tool.CORRECTION,
        "patch": removal.data,
        "details": {"correction_run": str(run.id)},
    }
    store_operations(corrected, [*copied_operations(run.annotation, run.annotation_version), removal_fields])
