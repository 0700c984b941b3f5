"""A copy of an exam under a name of its own, with calcification of known length planted in its images.

Nothing that a reader of the copy can ask for tells it from any other exam. The earlier exams of the person
come along, because an exam without them would stand out among exams that have some.
"""

import hashlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from random import Random
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from annotations.dicom import Pseudonyms
from annotations.domain.annotation import annotation_masks
from annotations.domain.audit import record_act
from annotations.domain.content import put_content, read_content
from annotations.domain.image_orientation import note_orientation
from annotations.domain.inference_run import queue_inference
from annotations.enums import Label, ReadingState, RunState
from annotations.errors import PlantingRefusedError
from annotations.ml_gateway.planting import PlantedImage, plant_image
from annotations.models import (
    Annotation,
    InferenceRun,
    Mammogram,
    Patient,
    PlantedCopy,
    Reader,
    Study,
    ViewStatement,
)

# Nobody shall learn to look for stretches of one length.
JITTER = 0.15
LARGEST_SHIFT_DAYS = 3650
COPIED_FACTS = (
    "rows",
    "columns",
    "bits_stored",
    "photometric_interpretation",
    "presentation_intent",
    "image_laterality",
    "view_position",
    "pixel_spacing_row_mm",
    "pixel_spacing_column_mm",
    "pixel_spacing_source",
    "attributes",
)


@dataclass(frozen=True)
class PlantedStudy:
    """The copy, and the known label of each of its images, in the plain form."""

    study: Study
    masks: Mapping[UUID, bytes]


@dataclass(frozen=True)
class DrawnImage:
    """A copy that is drawn and not stored yet."""

    source: Mammogram
    planted: PlantedImage


@dataclass(frozen=True)
class _Identity:
    """Who the copy is: drawn anew for each, and like everybody's."""

    token: str
    shift: timedelta
    days: int

    @property
    def _pseudonyms(self) -> Pseudonyms:
        return Pseudonyms(settings.PSEUDONYM_KEY)

    @property
    def patient_code(self) -> str:
        return self._pseudonyms.patient_code(self.token)

    def uid(self, of: str) -> str:
        return self._pseudonyms.uid("copy", self.token, of)


def check_can_be_copied(source: Study) -> None:
    if source.mammograms.filter(planted_copy__isnull=False).exists():
        raise PlantingRefusedError("This exam is a planted copy itself. Choose the one it was made from.")


def images_to_copy(source: Study) -> QuerySet[Mammogram]:
    """Images of an exam and of all earlier ones of its patient, the exam itself last."""
    exams = Q(study=source)
    if source.shifted_day is not None:
        exams |= Q(study__patient=source.patient_id, study__shifted_day__lt=source.shifted_day)
    in_order = ("study__shifted_day", "study", "created_at", "id")
    return Mammogram.objects.filter(exams).select_related("study").order_by(*in_order)


def draw_copies(source: Study, *, lengths_mm: Sequence[float], seed: int) -> Iterator[DrawnImage]:
    """Draw the copies of an exam, one image after the other, with a stretch of about each length in each.

    Earlier exams get none. Without a length the exam gets none either: a copy that shows nothing new.
    """
    check_can_be_copied(source)
    chance = Random(secrets.token_hex(16))  # noqa: S311 - small differences in length, no secret
    for number, image in enumerate(images_to_copy(source)):
        wanted = lengths_mm if image.study_id == source.id else ()
        planted = plant_image(
            read_content(image.pixels_sha256),
            image,
            lengths_mm=[length * chance.uniform(1 - JITTER, 1 + JITTER) for length in wanted],
            seed=seed + 7919 * number,
            avoid=_labels_of(image),
        )
        yield DrawnImage(image, planted)


@transaction.atomic
def store_copies(
    drawn: Sequence[DrawnImage], *, lengths_mm: Sequence[float], seed: int, actor: Reader | None
) -> PlantedStudy:
    """Write drawn copies as exams of a new patient; the last one is the exam that was asked for."""
    chance = Random(f"copy {seed} {secrets.token_hex(8)}")  # noqa: S311 - small shifts of times, no secret
    identity = _Identity(
        token=secrets.token_hex(16),
        shift=timedelta(seconds=chance.uniform(-3600, 3600)),
        days=chance.randint(1, LARGEST_SHIFT_DAYS),
    )
    source = drawn[-1].source.study
    patient = Patient.objects.create(code=identity.patient_code)
    Patient.objects.filter(id=patient.id).update(created_at=source.patient.created_at + identity.shift)
    for _id, images in groupby(drawn, key=lambda image: image.source.study_id):
        planted = _store_study(list(images), patient, identity, actor)
    record_act(
        "plant_study",
        actor=actor,
        subject=planted.study,
        source=str(source.id),
        lengths_mm=list(lengths_mm),
        seed=seed,
    )
    return planted


def planted_studies() -> QuerySet[Study]:
    """Copies: to be left out wherever patients are counted, or images go into a dataset."""
    return Study.objects.filter(mammograms__planted_copy__isnull=False).distinct()


def _store_study(
    drawn: Sequence[DrawnImage], patient: Patient, identity: _Identity, actor: Reader | None
) -> PlantedStudy:
    source = drawn[0].source.study
    day = None if source.shifted_day is None else source.shifted_day + identity.days
    study = Study.objects.create(
        patient=patient, study_instance_uid=identity.uid(str(source.id)), shifted_day=day
    )
    Study.objects.filter(id=study.id).update(created_at=source.created_at + identity.shift)
    masks = {
        _store_image(image.source, study, image.planted, identity, actor).id: image.planted.mask
        for image in drawn
    }
    return PlantedStudy(study, masks)


def _labels_of(image: Mammogram) -> list[bytes]:
    """Return what anybody has marked as BAC, so that nothing new lies on it."""
    read = Annotation.objects.filter(mammogram=image, state=ReadingState.SUBMITTED)
    return [annotation_masks(annotation)[Label.BAC].data for annotation in read.select_related("mammogram")]


def _store_image(
    source: Mammogram, study: Study, planted: PlantedImage, identity: _Identity, actor: Reader | None
) -> Mammogram:
    copy = Mammogram.objects.create(
        study=study,
        sop_instance_uid=identity.uid(str(source.id)),
        source_sha256=hashlib.sha256(f"{identity.token} {source.id}".encode()).hexdigest(),
        pixels_sha256=put_content(planted.png),
        **{name: getattr(source, name) for name in COPIED_FACTS},
    )
    Mammogram.objects.filter(id=copy.id).update(created_at=source.created_at + identity.shift)
    PlantedCopy.objects.create(mammogram=copy, source=source, recipe=planted.recipe, author=actor)
    note_orientation(copy, clean_png=planted.png)
    for said in source.view_statements.order_by("sequence"):
        ViewStatement.objects.create(
            mammogram=copy,
            sequence=said.sequence,
            laterality=said.laterality,
            view=said.view,
            reader=said.reader,
        )
    _ask_the_same_models(source, copy, actor)
    return copy


def _ask_the_same_models(source: Mammogram, copy: Mammogram, actor: Reader | None) -> None:
    """Queue on the copy what its source was read by, or an exam without a proposal would stand out."""
    if actor is None:
        return
    succeeded = InferenceRun.objects.filter(mammogram=source, state=RunState.SUCCEEDED)
    for run in succeeded.order_by("created_at").select_related("model_version"):
        queue_inference(mammogram=copy, model_version=run.model_version, reader=actor)
