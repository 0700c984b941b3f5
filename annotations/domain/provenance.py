"""Who set or cleared a pixel of a label, when, with which tool or model, at which zoom and window."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from annotations.domain.annotation_operations import uuid_or_none
from annotations.enums import OperationKind
from annotations.errors import InvalidError
from annotations.ml_gateway.masks import has_pixel
from annotations.models import Annotation, AnnotationOperation, CorrectionComponent, Reader
from annotations.rules import annotations_visible_to, correction_runs_visible_to, inference_runs_visible_to


@dataclass(frozen=True)
class Pixel:
    row: int
    column: int


@dataclass(frozen=True, kw_only=True)
class PixelModel:
    """The model that proposed it."""

    name: str
    version: str
    inference_run: UUID


@dataclass(frozen=True, kw_only=True)
class PixelCorrection:
    """The rule of label correction behind it."""

    correction_run: UUID
    algorithm_version: str
    component: int | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class PixelChange:
    """One operation that set or cleared the pixel."""

    annotation: UUID
    sequence: int
    reader: str
    is_own: bool
    label: str
    is_set: bool
    tool: str
    made_at: datetime
    details: dict[str, object]
    model: PixelModel | None = None
    correction: PixelCorrection | None = None


def pixel_changes(*, annotation: Annotation, reader: Reader, pixel: Pixel) -> list[PixelChange]:
    """Return what was done to a pixel, the latest first, through every annotation this one was made from.

    An annotation that the reader may not see stays closed: of what was taken over from it, only that is said.
    """
    rows, columns = annotation.mammogram.rows, annotation.mammogram.columns
    if not (0 <= pixel.row < rows and 0 <= pixel.column < columns):
        raise InvalidError(
            f"Row {pixel.row}, column {pixel.column} lies outside the image of {rows} x {columns} pixels.",
            code="pixel_outside_image",
        )
    changes = _changes(annotation, annotation.version, reader, pixel)
    changes = _with_corrections(_with_models(changes, reader), reader, pixel)
    return changes[::-1]


def _changes(annotation: Annotation, version: int, reader: Reader, pixel: Pixel) -> list[PixelChange]:
    """Return the changes up to a version, the earliest first."""
    operations = list(
        annotation.operations.filter(kind=OperationKind.MASK, sequence__lte=version).order_by("sequence")
    )
    changes: list[PixelChange] = []
    source = _source(annotation, operations, reader)
    if source is not None:
        changes = _changes(*source, reader, pixel)
        operations = [operation for operation in operations if "copied_from" not in operation.details]
    is_set = {change.label: change.is_set for change in changes}
    for operation in operations:
        if not has_pixel(bytes(operation.patch or b""), row=pixel.row, column=pixel.column):
            continue
        is_set[operation.label] = not is_set.get(operation.label, False)
        changes.append(_change(operation, annotation, reader, is_set=is_set[operation.label]))
    return changes


def _source(
    annotation: Annotation, operations: Iterable[AnnotationOperation], reader: Reader
) -> tuple[Annotation, int] | None:
    """Return the annotation and version that the first operations copy, where she may see it."""
    copied = next((each.details for each in operations if "copied_from" in each.details), None)
    visible = annotations_visible_to(reader).select_related("reader")
    source = visible.filter(derivations=annotation).first()
    return None if copied is None or source is None else (source, copied["version"])


def _change(
    operation: AnnotationOperation, annotation: Annotation, reader: Reader, *, is_set: bool
) -> PixelChange:
    return PixelChange(
        annotation=annotation.id,
        sequence=operation.sequence,
        reader=annotation.reader.pseudonym,
        is_own=annotation.reader_id == reader.id,
        label=operation.label,
        is_set=is_set,
        tool=operation.tool,
        made_at=operation.made_at,
        details=operation.details,
    )


def _with_models(changes: Sequence[PixelChange], reader: Reader) -> list[PixelChange]:
    runs = inference_runs_visible_to(reader).select_related("model_version")
    models: dict[UUID | None, PixelModel] = {
        run.id: PixelModel(
            name=run.model_version.name, version=run.model_version.version, inference_run=run.id
        )
        for run in runs.filter(id__in=_ids_in(changes, "inference_run"))
    }
    return [
        replace(change, model=models.get(uuid_or_none(change.details.get("inference_run"))))
        for change in changes
    ]


def _with_corrections(changes: Sequence[PixelChange], reader: Reader, pixel: Pixel) -> list[PixelChange]:
    corrections: dict[UUID | None, PixelCorrection] = {}
    for run in correction_runs_visible_to(reader).filter(id__in=_ids_in(changes, "correction_run")):
        component = next(filter(lambda each: _holds(each, pixel), run.components.all()), None)
        corrections[run.id] = PixelCorrection(
            correction_run=run.id,
            algorithm_version=run.algorithm_version,
            component=component.number if component else None,
            reason=component.reason_text if component else "",
        )
    return [
        replace(change, correction=corrections.get(uuid_or_none(change.details.get("correction_run"))))
        for change in changes
    ]


def _ids_in(changes: Iterable[PixelChange], name: str) -> set[UUID]:
    return {found for change in changes if (found := uuid_or_none(change.details.get(name)))}


def _holds(component: CorrectionComponent, pixel: Pixel) -> bool:
    row0, column0, row1, column1 = component.box
    is_in_box = row0 <= pixel.row < row1 and column0 <= pixel.column < column1
    return is_in_box and has_pixel(bytes(component.mask), row=pixel.row, column=pixel.column)
