"""What a dataset version says of each of its items; docs/dataset_format.md explains every key."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from annotations.domain.annotation import annotation_masks
from annotations.domain.dataset_selection import select_annotations, split_of_patient
from annotations.enums import Label, OperationKind, Tool
from annotations.models import (
    Annotation,
    AnnotationOperation,
    AnnotationSnapshot,
    ExamAnswer,
    InferenceRun,
    Mammogram,
)
from annotations.validators.dataset_filter import DatasetFilter
from annotations.validators.finding import is_removal

ItemRecord = dict[str, Any]


@dataclass(frozen=True)
class DraftItem:
    """An annotation that a filter picks, with the record that freezing would write."""

    annotation: Annotation
    record: ItemRecord


def build_items(chosen: DatasetFilter) -> list[DraftItem]:
    """Build the items of a filter in canonical order, with as many queries for many as for one."""
    picked = list(select_annotations(chosen))
    history = _load_history(picked)
    masks = _load_masks(picked)
    labels = chosen["labels"] or sorted(Label.values)
    return [
        DraftItem(
            annotation=annotation,
            record=_record(annotation, history, {label: masks[annotation.id][label] for label in labels}),
        )
        for annotation in picked
    ]


@dataclass(frozen=True)
class _History:
    """The annotations behind the picked ones, and what was done in all of them."""

    by_id: dict[UUID, Annotation]
    answers: dict[UUID, dict[str, str]]
    exam_answers: dict[UUID, dict[str, str]]
    predictions: dict[UUID, list[dict[str, object]]]
    findings: dict[UUID, list[dict[str, object]]]

    def chain(self, annotation: Annotation) -> list[Annotation]:
        """Return the annotation and those it was made from, the newest first."""
        chain = [annotation]
        while chain[-1].derived_from_id is not None:
            chain.append(self.by_id[chain[-1].derived_from_id])
        return chain


def _load_history(picked: Sequence[Annotation]) -> _History:
    by_id = {annotation.id: annotation for annotation in picked}
    while missing := {link.derived_from_id for link in by_id.values() if link.derived_from_id} - by_id.keys():
        # One query for each link of the longest chain.
        found = Annotation.objects.filter(id__in=missing).select_related(
            "corrected_by", "assignment__campaign", "assignment__guideline"
        )
        by_id.update({annotation.id: annotation for annotation in found})
    return _History(
        by_id=by_id,
        answers=_load_answers(by_id),
        exam_answers=_load_exam_answers(by_id),
        predictions=_load_predictions(by_id),
        findings=_load_findings(picked),
    )


def _load_answers(by_id: dict[UUID, Annotation]) -> dict[UUID, dict[str, str]]:
    answers: dict[UUID, dict[str, str]] = defaultdict(dict)
    given = AnnotationOperation.objects.filter(annotation__in=by_id, kind=OperationKind.ANSWER)
    for annotation, question, answer in given.order_by("sequence").values_list(
        "annotation_id", "question", "answer"
    ):
        answers[annotation][question] = answer
    return answers


def _load_exam_answers(by_id: dict[UUID, Annotation]) -> dict[UUID, dict[str, str]]:
    """Return what was last answered about each exam, by assignment."""
    answers: dict[UUID, dict[str, str]] = defaultdict(dict)
    assignments = {link.assignment_id for link in by_id.values() if link.assignment_id}
    given = ExamAnswer.objects.filter(assignment__in=assignments).order_by("sequence")
    for assignment, question, value in given.values_list("assignment_id", "question__slug", "value"):
        answers[assignment][question] = value
    return answers


def _load_findings(picked: Sequence[Annotation]) -> dict[UUID, list[dict[str, object]]]:
    """Return the findings of each annotation as last told, without those taken away."""
    told = AnnotationOperation.objects.filter(annotation__in=picked, kind=OperationKind.FINDING)
    last: dict[UUID, dict[str, dict[str, object]]] = defaultdict(dict)
    for operation in told.order_by("sequence").only("annotation_id", "finding"):
        finding = operation.finding or {}
        last[operation.annotation_id][finding["id"]] = finding
    return {
        annotation: [each for each in findings.values() if not is_removal(each)]
        for annotation, findings in last.items()
    }


def _load_predictions(by_id: dict[UUID, Annotation]) -> dict[UUID, list[dict[str, object]]]:
    """Say which model's proposal was accepted at which cut-off; one that was undone later is still named."""
    accepted = list(
        AnnotationOperation.objects.filter(annotation__in=by_id, tool=Tool.ACCEPT_PREDICTION)
        .order_by("annotation", "sequence")
        .values_list("annotation_id", "label", "details")
    )
    runs = InferenceRun.objects.select_related("model_version").in_bulk(
        [UUID(details["inference_run"]) for _, _, details in accepted]
    )
    predictions = defaultdict(list)
    for annotation, label, details in accepted:
        run = runs[UUID(details["inference_run"])]
        cutoff = details.get("cutoff")
        predictions[annotation].append(
            {
                "annotation": str(annotation),
                "label": label,
                "inference_run": str(run.id),
                "model": run.model_version.name,
                "model_version": run.model_version.version,
                "weights_sha256": run.model_version.weights_sha256,
                "synthetic_only": run.model_version.synthetic_only,
                "cutoff": cutoff if isinstance(cutoff, int | float) else None,
            }
        )
    return predictions


def _load_masks(picked: Sequence[Annotation]) -> dict[UUID, dict[str, dict[str, object]]]:
    """Give digest and area of every label, from the snapshots of submission or, without them, by replay."""
    facts: dict[UUID, dict[str, dict[str, object]]] = defaultdict(dict)
    versions = {annotation.id: annotation.version for annotation in picked}
    snapshots = AnnotationSnapshot.objects.filter(annotation__in=versions).values_list(
        "annotation_id", "version", "label", "sha256", "area_px"
    )
    for annotation_id, version, label, sha256, area_px in snapshots:
        if version == versions[annotation_id]:
            facts[annotation_id][label] = {"runs_sha256": sha256, "area_px": area_px}
    for annotation in picked:
        if facts[annotation.id].keys() != set(Label.values):
            facts[annotation.id] = {
                label: {"runs_sha256": mask.sha256, "area_px": mask.area_px}
                for label, mask in annotation_masks(annotation).items()
            }
    return facts


def _record(annotation: Annotation, history: _History, masks: dict[str, dict[str, object]]) -> ItemRecord:
    chain = history.chain(annotation)
    mammogram = annotation.mammogram
    return {
        "patient": mammogram.study.patient.code,
        "study": mammogram.study.study_instance_uid,
        "split": split_of_patient(mammogram.study.patient.code),
        "image": _image_facts(mammogram),
        "annotation": _annotation_facts(chain, history),
        "masks": {label: {"file": _mask_file(annotation, label), **facts} for label, facts in masks.items()},
        "predictions": [fact for link in chain for fact in history.predictions.get(link.id, [])],
        "corrections": [fact for link in chain for fact in _correction_facts(link)],
        "findings": history.findings.get(annotation.id, []),
    }


def _image_facts(mammogram: Mammogram) -> dict[str, object]:
    spacing_mm = mammogram.pixel_spacing_mm
    return {
        "mammogram": str(mammogram.id),
        "file": f"images/{mammogram.pixels_sha256[:16]}.png",
        "pixels_sha256": mammogram.pixels_sha256,
        "rows": mammogram.rows,
        "columns": mammogram.columns,
        "bits_stored": mammogram.bits_stored,
        "photometric_interpretation": mammogram.photometric_interpretation,
        "presentation_intent": mammogram.presentation_intent,
        "image_laterality": mammogram.image_laterality,
        "view_position": mammogram.view_position,
        "pixel_spacing_mm": list(spacing_mm) if spacing_mm else None,
        "pixel_spacing_source": mammogram.pixel_spacing_source,
        "attributes": mammogram.attributes,
    }


def _mask_file(annotation: Annotation, label: str) -> str:
    """Name a mask by image, annotation and label: several readings of one image lie side by side."""
    return f"masks/{annotation.mammogram.pixels_sha256[:16]}_{annotation.id.hex[:12]}_{label}.png"


def _annotation_facts(chain: list[Annotation], history: _History) -> dict[str, object]:
    annotation = chain[0]
    # An expert's correction has no assignment of its own; it belongs to that of the reading it corrects.
    assignment = next((link.assignment for link in chain if link.assignment), None)
    return {
        "annotation": str(annotation.id),
        "version": annotation.version,
        "reader": annotation.reader.pseudonym,
        "campaign": assignment.campaign.name if assignment else None,
        "round": assignment.round if assignment else None,
        "guideline": assignment.guideline.number if assignment and assignment.guideline else None,
        "algorithm_type": annotation.algorithm_type,
        "derived_from": [str(link.id) for link in chain[1:]],
        # Whoever corrects an annotation has seen what its reader saw.
        "preannotation_shown": any(link.preannotation_shown for link in chain),
        "answers": next((history.answers[link.id] for link in chain if link.id in history.answers), {}),
        "exam_answers": history.exam_answers.get(assignment.id, {}) if assignment else {},
        "created_at": annotation.created_at.isoformat(),
        "submitted_at": annotation.submitted_at.isoformat() if annotation.submitted_at else None,
    }


def _correction_facts(annotation: Annotation) -> list[dict[str, object]]:
    run = getattr(annotation, "corrected_by", None)
    if run is None:
        return []
    return [
        {
            "annotation": str(annotation.id),
            "label": run.label,
            "correction_run": str(run.id),
            "algorithm_version": run.algorithm_version,
            "mode": run.mode,
            "parameters_sha256": run.parameters_sha256,
        }
    ]
