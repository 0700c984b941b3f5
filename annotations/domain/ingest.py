"""Take images in: each file is stored as a whole, recognised as a duplicate, or refused without a trace."""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from annotations.dicom import Pseudonyms, check_header, keep_attributes, read_header, read_identifiers
from annotations.domain.audit import record_act
from annotations.domain.content import discard_content, has_content, put_content
from annotations.domain.intake_source import IntakeFile, IntakeRefusal, Sidecars, open_sources
from annotations.errors import ConflictError, ImageFileRefusedError, TramlineError
from annotations.ml_gateway.images import CleanImage, check_pixel_spacing, read_clean_image
from annotations.models import Mammogram, Patient, Reader, Study

logger = logging.getLogger(__name__)

PICTURE_STARTS = (b"\x89PNG\r\n\x1a\n", b"II*\x00", b"MM\x00*")
# Any fixed number: the key of the database's lock under which one image at a time is written.
INTAKE_LOCK = 7_261_001
SIDECAR_SOURCE = "sidecar"


class Outcome(StrEnum):
    STORED = "stored"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class IngestOutcome:
    """What became of one file; `mammogram` is the id of the stored or the already known image."""

    path: str
    outcome: Outcome
    reason: str | None
    mammogram: str | None
    message: str


@dataclass(frozen=True, kw_only=True)
class _Intake:
    """An image on its way in, with everything its row will say; identifiers are pseudonyms already."""

    image: CleanImage
    source_sha256: str
    patient_code: str
    study_instance_uid: str
    sop_instance_uid: str
    photometric_interpretation: str
    presentation_intent: str
    image_laterality: str
    view_position: str
    pixel_spacing_mm: tuple[float, float] | None
    pixel_spacing_source: str
    attributes: dict[str, Any]


def ingest_paths(paths: Sequence[Path], *, actor: Reader | None = None) -> Iterator[IngestOutcome]:
    """Take in files, folders and zips; one outcome a file, as soon as it is known."""
    return ingest_files([(path, str(path)) for path in paths], actor=actor)


def ingest_files(
    files: Sequence[tuple[Path, str]], *, actor: Reader | None = None
) -> Iterator[IngestOutcome]:
    """Take in (path, name as people know it); the names are told back, never stored."""
    with open_sources(files) as sources:
        for source in sources:
            if isinstance(source, IntakeRefusal):
                yield _refused(source.shown, source.error)
                continue
            for table, error in source.sidecars.refusals:
                yield _refused(table.shown, error)
            for file in source.images:
                yield _ingest_file(file, source.sidecars, actor)


def _ingest_file(file: IntakeFile, sidecars: Sidecars, actor: Reader | None) -> IngestOutcome:
    try:
        source_sha256 = _digest_of(file.path)
        known = Mammogram.objects.filter(source_sha256=source_sha256).first()
        if known is None:
            known, is_new = _store(_read(file, sidecars, source_sha256), actor)
            if is_new:
                return _taken_in(file, known, Outcome.STORED, None, "Stored.")
        return _taken_in(file, known, Outcome.DUPLICATE, "duplicate", "This image is here already.")
    except TramlineError as error:
        return _refused(file.shown, error)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return _refused(
            file.shown, ImageFileRefusedError(f"It cannot be opened: {reason}.", code="unreadable_file")
        )
    except Exception:
        # The border of a batch: one file that trips a fault of ours must not take the others with it. The
        # name of the file stays out of the log, because people put names of patients into it.
        logger.exception("an intake file met a fault")
        fault = ImageFileRefusedError(
            "Tramline met a fault of its own on this file; the log of the server says more.",
            code="internal_fault",
        )
        return _refused(file.shown, fault)


def _read(file: IntakeFile, sidecars: Sidecars, source_sha256: str) -> _Intake:
    with file.path.open("rb") as opened:
        is_picture = opened.read(8).startswith(PICTURE_STARTS)
    pseudonyms = Pseudonyms(settings.PSEUDONYM_KEY)
    if is_picture:
        return _read_picture(file, sidecars, source_sha256, pseudonyms)
    return _read_dicom(file.path, source_sha256, pseudonyms)


def _read_dicom(path: Path, source_sha256: str, pseudonyms: Pseudonyms) -> _Intake:
    header = read_header(path)
    check_header(header)
    image = read_clean_image(path)
    facts, identifiers = image.acquisition, read_identifiers(header)
    attributes = keep_attributes(header)
    if image.is_lossy:
        attributes["LossyImageCompression"] = "01"
    return _Intake(
        image=image,
        source_sha256=source_sha256,
        patient_code=pseudonyms.patient_code(identifiers.patient_id, identifiers.issuer),
        study_instance_uid=pseudonyms.uid(identifiers.study_instance_uid),
        sop_instance_uid=pseudonyms.uid(identifiers.sop_instance_uid),
        photometric_interpretation=facts.photometric_interpretation,
        presentation_intent=facts.presentation_intent,
        image_laterality=facts.image_laterality,
        view_position=facts.view_position,
        pixel_spacing_mm=facts.pixel_spacing_mm,
        pixel_spacing_source=facts.pixel_spacing_source,
        attributes=attributes,
    )


def _read_picture(
    file: IntakeFile, sidecars: Sidecars, source_sha256: str, pseudonyms: Pseudonyms
) -> _Intake:
    row = sidecars.row_for(file)
    spacing_mm = row.pixel_spacing_mm
    if spacing_mm is not None:
        check_pixel_spacing(spacing_mm, "In the table, pixel_spacing_mm")
    return _Intake(
        image=read_clean_image(file.path),
        source_sha256=source_sha256,
        patient_code=pseudonyms.patient_code(row.patient),
        study_instance_uid=pseudonyms.uid("sidecar study", row.patient, row.study),
        sop_instance_uid=pseudonyms.uid("picture", source_sha256),
        photometric_interpretation=row.photometric_interpretation,
        presentation_intent="",
        image_laterality=row.laterality,
        view_position=row.view,
        pixel_spacing_mm=None if spacing_mm is None else (spacing_mm, spacing_mm),
        pixel_spacing_source="" if spacing_mm is None else SIDECAR_SOURCE,
        attributes={},
    )


@transaction.atomic
def _store(intake: _Intake, actor: Reader | None) -> tuple[Mammogram, bool]:
    """Write pixels and rows, or find the image that has these pixels; one intake at a time, by the database's
    lock.

    The lock makes it safe to take the file back when a row is refused: nobody else can have named it
    meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [INTAKE_LOCK])
    pixels_sha256 = hashlib.sha256(intake.image.png).hexdigest()
    known = Mammogram.objects.filter(pixels_sha256=pixels_sha256).first()
    if known is not None:
        return known, False
    study = _find_or_create_study(intake)
    if Mammogram.objects.filter(sop_instance_uid=intake.sop_instance_uid).exists():
        raise ConflictError(
            "An image with the same SOP Instance UID but other pixels is here already. Give this one its "
            "own UID.",
            code="sop_instance_conflict",
        )
    is_new_content = not has_content(pixels_sha256)
    put_content(intake.image.png)
    try:
        return _create_mammogram(intake, study, pixels_sha256, actor), True
    except BaseException:
        if is_new_content:
            discard_content(pixels_sha256)
        raise


def _find_or_create_study(intake: _Intake) -> Study:
    patient, _ = Patient.objects.get_or_create(code=intake.patient_code)
    study, _ = Study.objects.get_or_create(
        study_instance_uid=intake.study_instance_uid, defaults={"patient": patient}
    )
    if study.patient_id != patient.pk:
        raise ConflictError(
            "Its study is here already under another patient. Correct the Patient ID or the Study Instance "
            "UID.",
            code="study_of_another_patient",
        )
    return study


def _create_mammogram(intake: _Intake, study: Study, pixels_sha256: str, actor: Reader | None) -> Mammogram:
    row_mm, column_mm = intake.pixel_spacing_mm or (None, None)
    mammogram = Mammogram.objects.create(
        study=study,
        sop_instance_uid=intake.sop_instance_uid,
        source_sha256=intake.source_sha256,
        pixels_sha256=pixels_sha256,
        rows=intake.image.rows,
        columns=intake.image.columns,
        bits_stored=intake.image.acquisition.bits_stored,
        photometric_interpretation=intake.photometric_interpretation,
        presentation_intent=intake.presentation_intent,
        image_laterality=intake.image_laterality,
        view_position=intake.view_position,
        pixel_spacing_row_mm=row_mm,
        pixel_spacing_column_mm=column_mm,
        pixel_spacing_source=intake.pixel_spacing_source,
        attributes=intake.attributes,
    )
    record_act("ingest", actor=actor, subject=mammogram, source_sha256=intake.source_sha256)
    return mammogram


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _taken_in(
    file: IntakeFile, mammogram: Mammogram, outcome: Outcome, reason: str | None, message: str
) -> IngestOutcome:
    return IngestOutcome(
        path=file.shown, outcome=outcome, reason=reason, mammogram=str(mammogram.pk), message=message
    )


def _refused(shown: str, error: TramlineError) -> IngestOutcome:
    return IngestOutcome(
        path=shown,
        outcome=Outcome.REFUSED,
        reason=error.code,
        mammogram=None,
        message=f"{error.message} Nothing was stored.",
    )
