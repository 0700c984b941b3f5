"""What a reader makes of a model's proposal, piece by piece: kept also where she turns it down."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from annotations.domain.annotation import lock_own_annotation
from annotations.errors import AnnotationSubmittedError, InvalidError
from annotations.ml_gateway.masks import check_patch
from annotations.models import Annotation, InferenceRun, ProposalDecision, Reader
from annotations.rules import inference_runs_visible_to


@dataclass(frozen=True, kw_only=True)
class ProposalDecisionDraft:
    """One word on one piece, with the id that the browser drew."""

    id: UUID
    inference_run: UUID
    value: str
    piece: bytes
    cutoff: float


@transaction.atomic
def decide_proposals(
    *, annotation: Annotation, reader: Reader, decisions: Sequence[ProposalDecisionDraft]
) -> None:
    """Write down decisions on a model's pieces; ids that are stored already change nothing.

    Locks the annotation, which has to be the reader's own and open.
    """
    annotation = lock_own_annotation(annotation, reader=reader)
    stored = set(
        ProposalDecision.objects.filter(id__in=[decision.id for decision in decisions]).values_list(
            "id", flat=True
        )
    )
    fresh = [decision for decision in decisions if decision.id not in stored]
    if fresh and annotation.submitted_at is not None:
        raise AnnotationSubmittedError("This annotation was submitted; its proposals are decided.")
    for decision in fresh:
        check_patch(decision.piece, rows=annotation.mammogram.rows, columns=annotation.mammogram.columns)
    runs = _visible_runs(annotation, reader, {decision.inference_run for decision in fresh})
    ProposalDecision.objects.bulk_create(
        ProposalDecision(
            id=decision.id,
            annotation=annotation,
            inference_run=runs[decision.inference_run],
            value=decision.value,
            piece=decision.piece,
            cutoff=decision.cutoff,
        )
        for decision in fresh
    )


def _visible_runs(annotation: Annotation, reader: Reader, ids: set[UUID]) -> dict[UUID, InferenceRun]:
    runs = inference_runs_visible_to(reader).filter(mammogram=annotation.mammogram_id).in_bulk(ids)
    if missing := ids - runs.keys():
        raise InvalidError(
            f"{min(missing)} is no inference run of this image that you may see.",
            code="inference_run_unknown",
        )
    return runs
