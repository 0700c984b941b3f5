"""Take images in: each file is stored as a whole, recognised as a duplicate, or refused without a trace."""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from annotations.dicom import Pseudonyms, check_header, keep_attributes, read_header, read_identifiers
from annotations.domain.audit import record_act
from annotations.domain.content import discard_content, has_content, put_content
from annotations.domain.image_orientation import note_orientation
from annotations.domain.intake_facts import IntakeFacts, describe_differences
from annotations.domain.intake_source import IntakeFile, IntakeRefusal, Sidecars, open_sources
from annotations.domain.mammogram import set_pixel_spacing
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


# By reason: why an image that is here now was not stored anew.
TAKEN_IN = {
    None: (Outcome.STORED, "Stored."),
    "duplicate": (Outcome.DUPLICATE, "This image is here already."),
    "pixel_spacing_added": (
        Outcome.DUPLICATE,
        "Here already; its pixel spacing, missing until now, was added.",
    ),
}


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
    """An image on its way in, with everything its row will say."""

    image: CleanImage
    source_sha256: str
    sop_instance_uid: str
    facts: IntakeFacts


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
        is_picture = _is_picture(file.path)
        known = Mammogram.objects.filter(source_sha256=source_sha256).first()
        # A DICOM file says the same every time; the table beside a picture may say something new.
        if known is not None and not is_picture:
            return _taken_in(file, known, "duplicate")
        read = _read_picture if is_picture else _read_dicom
        return _taken_in(file, *_store(read(file, sidecars, source_sha256), actor))
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


def _is_picture(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(8).startswith(PICTURE_STARTS)


def _read_dicom(file: IntakeFile, _sidecars: Sidecars, source_sha256: str) -> _Intake:
    pseudonyms = Pseudonyms(settings.PSEUDONYM_KEY)
    header = read_header(file.path)
    check_header(header)
    image = read_clean_image(file.path)
    facts, identifiers = image.acquisition, read_identifiers(header)
    attributes = keep_attributes(header)
    if image.is_lossy:
        attributes["LossyImageCompression"] = "01"
    return _Intake(
        image=image,
        source_sha256=source_sha256,
        sop_instance_uid=pseudonyms.uid(identifiers.sop_instance_uid),
        facts=IntakeFacts(
            patient_code=pseudonyms.patient_code(identifiers.patient_id, identifiers.issuer),
            study_instance_uid=pseudonyms.uid(identifiers.study_instance_uid),
            bits_stored=facts.bits_stored,
            photometric_interpretation=facts.photometric_interpretation,
            presentation_intent=facts.presentation_intent,
            image_laterality=facts.image_laterality,
            view_position=facts.view_position,
            pixel_spacing_mm=facts.pixel_spacing_mm,
            pixel_spacing_source=facts.pixel_spacing_source,
            attributes=attributes,
            study_day=pseudonyms.shifted_day(
                identifiers.study_date, identifiers.patient_id, identifiers.issuer
            ),
        ),
    )


def _read_picture(file: IntakeFile, sidecars: Sidecars, source_sha256: str) -> _Intake:
    pseudonyms = Pseudonyms(settings.PSEUDONYM_KEY)
    row = sidecars.row_for(file)
    spacing_mm = row.pixel_spacing_mm
    if spacing_mm is not None:
        check_pixel_spacing(spacing_mm, spacing_mm, "In the table, pixel_spacing_mm")
    image = read_clean_image(file.path)
    return _Intake(
        image=image,
        source_sha256=source_sha256,
        sop_instance_uid=pseudonyms.uid("picture", source_sha256),
        facts=IntakeFacts(
            patient_code=pseudonyms.patient_code(row.patient),
            study_instance_uid=pseudonyms.uid("sidecar study", row.patient, row.study),
            bits_stored=image.acquisition.bits_stored,
            photometric_interpretation=row.photometric_interpretation,
            presentation_intent="",
            image_laterality=row.laterality,
            view_position=row.view,
            pixel_spacing_mm=None if spacing_mm is None else (spacing_mm, spacing_mm),
            pixel_spacing_source="" if spacing_mm is None else SIDECAR_SOURCE,
            attributes={},
        ),
    )


@transaction.atomic
def _store(intake: _Intake, actor: Reader | None) -> tuple[Mammogram, str | None]:
    """Write pixels and rows, or find the image that has these pixels; return it and why it was not stored.

    One intake at a time, by the database's lock. It makes it safe to take the file back when a row is
    refused: nobody else can have named it meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [INTAKE_LOCK])
    pixels_sha256 = hashlib.sha256(intake.image.png).hexdigest()
    known = Mammogram.objects.filter(pixels_sha256=pixels_sha256).first()
    if known is not None:
        return known, _meet_known(known, intake.facts, actor)
    study = _find_or_create_study(intake.facts)
    if Mammogram.objects.filter(sop_instance_uid=intake.sop_instance_uid).exists():
        raise ConflictError(
            "An image with the same SOP Instance UID but other pixels is here already. Give this one its "
            "own UID.",
            code="sop_instance_conflict",
        )
    is_new_content = not has_content(pixels_sha256)
    put_content(intake.image.png)
    try:
        return _create_mammogram(intake, study, pixels_sha256, actor), None
    except BaseException:
        if is_new_content:
            discard_content(pixels_sha256)
        raise


def _meet_known(known: Mammogram, facts: IntakeFacts, actor: Reader | None) -> str:
    """Return why nothing is stored anew; refuse what would be lost without a word."""
    differences = describe_differences(facts, known)
    if differences:
        raise ConflictError(
            f"Its pixels are here already, with other facts. {'; '.join(differences)}. What is stored is not "
            "changed: correct the header or the table, if it is they that are wrong.",
            code="facts_differ",
        )
    if facts.pixel_spacing_mm is None or known.pixel_spacing_mm is not None:
        return "duplicate"
    row_mm, column_mm = facts.pixel_spacing_mm
    set_pixel_spacing(
        mammogram=known,
        row_mm=row_mm,
        column_mm=column_mm,
        source=facts.pixel_spacing_source,
        attributes=facts.spacing_attributes,
        actor=actor,
    )
    return "pixel_spacing_added"


def _find_or_create_study(facts: IntakeFacts) -> Study:
    patient, _ = Patient.objects.get_or_create(code=facts.patient_code)
    study, _ = Study.objects.get_or_create(
        study_instance_uid=facts.study_instance_uid, defaults={"patient": patient}
    )
    if study.patient_id != patient.pk:
        raise ConflictError(
            "Its study is here already under another patient. Correct the Patient ID or the Study Instance "
            "UID.",
            code="study_of_another_patient",
        )
    if study.shifted_day is None and facts.study_day is not None:
        study.shifted_day = facts.study_day
        study.save(update_fields=["shifted_day"])
    return study


def _create_mammogram(intake: _Intake, study: Study, pixels_sha256: str, actor: Reader | None) -> Mammogram:
    facts = intake.facts
    row_mm, column_mm = facts.pixel_spacing_mm or (None, None)
    mammogram = Mammogram.objects.create(
        study=study,
        sop_instance_uid=intake.sop_instance_uid,
        source_sha256=intake.source_sha256,
        pixels_sha256=pixels_sha256,
        rows=intake.image.rows,
        columns=intake.image.columns,
        bits_stored=facts.bits_stored,
        photometric_interpretation=facts.photometric_interpretation,
        presentation_intent=facts.presentation_intent,
        image_laterality=facts.image_laterality,
        view_position=facts.view_position,
        pixel_spacing_row_mm=row_mm,
        pixel_spacing_column_mm=column_mm,
        pixel_spacing_source=facts.pixel_spacing_source,
        attributes=facts.attributes,
    )
    note_orientation(mammogram, clean_png=intake.image.png)
    record_act("ingest", actor=actor, subject=mammogram, source_sha256=intake.source_sha256)
    return mammogram


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _taken_in(file: IntakeFile, mammogram: Mammogram, reason: str | None) -> IngestOutcome:
    outcome, message = TAKEN_IN[reason]
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
