"""Label correction: asked for by a person, run by a worker, its proposals written down once."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction

from annotations.domain.annotation import annotation_masks
from annotations.domain.audit import record_act
from annotations.domain.content import read_content
from annotations.domain.run import Heartbeat, finish_run, perform_run
from annotations.enums import Label, ReadingState, RunState
from annotations.errors import ConflictError, ForbiddenError, InvalidError, MeasureUndefinedError
from annotations.jobs import defer_run
from annotations.ml_gateway.correction import ProposedCorrection, propose_correction
from annotations.models import Annotation, CorrectionComponent, CorrectionRun, Reader
from annotations.rules import can_preannotate

USABLE = (RunState.QUEUED, RunState.RUNNING, RunState.SUCCEEDED)


@transaction.atomic
def request_correction(
    *, annotation: Annotation, reader: Reader, label: Label = Label.BAC
) -> tuple[CorrectionRun, bool]:
    """Queue a correction of one label and say True, or return this person's that still waits and say False.

    Each person decides on a run of her own, so that nobody applies what another is deciding on. Locks the
    annotation. Its pixel spacing must be known: the algorithm's rules are in millimetres.
    """
    annotation = (
        Annotation.objects.select_for_update(of=("self",)).select_related("mammogram").get(id=annotation.id)
    )
    _check_may_be_corrected(annotation, reader=reader)
    if label != Label.BAC:
        raise InvalidError(
            "Label correction knows vessels only: it would call every microcalcification too short. "
            "Ask for the label bac.",
            code="label_not_correctable",
        )
    if annotation.mammogram.pixel_spacing_mm is None:
        raise MeasureUndefinedError(
            "The size of a pixel is not known for this image, and label correction works in millimetres. "
            "Take the image in again with its pixel spacing: in the DICOM header, or in the sidecar's column "
            "pixel_spacing_mm.",
            code="pixel_spacing_missing",
        )
    waiting = CorrectionRun.objects.filter(
        annotation=annotation,
        annotation_version=annotation.version,
        label=label,
        requested_by=reader,
        state__in=USABLE,
        result__isnull=True,
        cancel_requested=False,
    ).first()
    if waiting is not None:
        return waiting, False
    run = CorrectionRun.objects.create(
        annotation=annotation, annotation_version=annotation.version, label=label, requested_by=reader
    )
    record_act(
        "request_correction", actor=reader, subject=run, annotation=str(annotation.id), label=str(label)
    )
    defer_run(run)
    return run, True


def _check_may_be_corrected(annotation: Annotation, *, reader: Reader) -> None:
    """A submitted label may be; one that is still being read only by its reader, where she may be helped."""
    if annotation.state == ReadingState.SUBMITTED:
        return
    if annotation.reader_id != reader.id:
        raise ConflictError(
            "This label is still being read. Label correction starts once it is submitted.",
            code="annotation_not_submitted",
        )
    if not can_preannotate(reader, annotation.mammogram):
        raise ForbiddenError(
            "This campaign is read without help: label correction starts once the image is submitted.",
            code="correction_hidden",
        )


def perform_correction(*, run_id: UUID, worker: str, is_stopping: Callable[[], bool]) -> None:
    """Do the work of a run in a worker. A run of another worker, or one that has ended, is left alone."""
    perform_run(CorrectionRun, run_id, worker=worker, is_stopping=is_stopping, work=_propose)


def _propose(run: CorrectionRun, heartbeat: Heartbeat) -> bool:
    if heartbeat.should_stop():
        return False
    mammogram = run.annotation.mammogram
    proposed = propose_correction(
        read_content(mammogram.pixels_sha256),
        mammogram,
        mask=annotation_masks(run.annotation, at_version=run.annotation_version)[run.label].data,
        report_progress=heartbeat.report_progress,
        should_stop=heartbeat.should_stop,
    )
    if proposed is None:
        return False
    with transaction.atomic():
        _write_proposal(run, proposed)
        record_act("finish_correction", actor=None, subject=run, components=len(proposed.components))
    return True


def _write_proposal(run: CorrectionRun, proposed: ProposedCorrection) -> None:
    """Finish the run first: where it is another worker's now, no component is written."""
    finish_run(
        run,
        state=RunState.SUCCEEDED,
        done=len(proposed.components),
        total=len(proposed.components),
        mode=proposed.mode,
        algorithm_version=proposed.algorithm_version,
        parameters=proposed.parameters,
        parameters_sha256=proposed.parameters_sha256,
        summary=proposed.summary,
    )
    CorrectionComponent.objects.bulk_create(
        [
            CorrectionComponent(
                run=run,
                number=component.number,
                parent_number=component.parent_number,
                decision=component.decision,
                reason=component.reason,
                reason_text=component.reason_text,
                mask=component.mask,
                box=component.box,
                measures=component.measures,
                flags=component.flags,
            )
            for component in proposed.components
        ]
    )
