"""A copy of an exam under a name of its own, with calcification of known length planted in its images.

Nothing that a reader of the copy can ask for tells it from any other exam. The earlier exams of the person
come along, because an exam without them would stand out among exams that have some.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

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
class _Identity:
    """Who the copy is: drawn anew for each, and like everybody's."""

    token: str
    chance: Random
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


@transaction.atomic
def plant_study(
    *, source: Study, lengths_mm: Sequence[float], actor: Reader | None, seed: int | None = None
) -> PlantedStudy:
    """Copy an exam with all earlier ones; each image of it gets a stretch of about each of these lengths.

    Without a length it gets none, for a copy that is to show nothing new.
    """
    seed = secrets.randbits(31) if seed is None else seed
    if source.mammograms.filter(planted_copy__isnull=False).exists():
        raise PlantingRefusedError("This exam is a planted copy itself. Choose the one it was made from.")
    chance = Random(f"copy {seed} {secrets.token_hex(8)}")  # noqa: S311 - small shifts of times, no secret
    identity = _Identity(
        token=secrets.token_hex(16),
        chance=chance,
        shift=timedelta(seconds=chance.uniform(-3600, 3600)),
        days=chance.randint(1, LARGEST_SHIFT_DAYS),
    )
    patient = Patient.objects.create(code=identity.patient_code)
    Patient.objects.filter(id=patient.id).update(created_at=source.patient.created_at + identity.shift)
    for earlier in _earlier_exams(source):
        _copy_study(earlier, patient, identity, lengths_mm=(), seed=seed, actor=actor)
    planted = _copy_study(source, patient, identity, lengths_mm=lengths_mm, seed=seed, actor=actor)
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


def _earlier_exams(source: Study) -> QuerySet[Study]:
    others = Study.objects.filter(patient=source.patient_id).exclude(id=source.id)
    if source.shifted_day is None:
        return others.none()
    return others.filter(shifted_day__lt=source.shifted_day)


def _copy_study(
    source: Study,
    patient: Patient,
    identity: _Identity,
    *,
    lengths_mm: Sequence[float],
    seed: int,
    actor: Reader | None,
) -> PlantedStudy:
    day = None if source.shifted_day is None else source.shifted_day + identity.days
    study = Study.objects.create(
        patient=patient, study_instance_uid=identity.uid(str(source.id)), shifted_day=day
    )
    Study.objects.filter(id=study.id).update(created_at=source.created_at + identity.shift)
    masks = {}
    for number, image in enumerate(source.mammograms.order_by("created_at", "id")):
        lengths = [length * identity.chance.uniform(1 - JITTER, 1 + JITTER) for length in lengths_mm]
        planted = plant_image(
            read_content(image.pixels_sha256),
            image,
            lengths_mm=lengths,
            seed=seed + 7919 * number,
            avoid=_labels_of(image),
        )
        masks[_copy_image(image, study, planted, identity, actor).id] = planted.mask
    return PlantedStudy(study, masks)


def _labels_of(image: Mammogram) -> list[bytes]:
    """Return what anybody has marked as BAC, so that nothing new lies on it."""
    read = Annotation.objects.filter(mammogram=image, state=ReadingState.SUBMITTED)
    return [annotation_masks(annotation)[Label.BAC].data for annotation in read.select_related("mammogram")]


def _copy_image(
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
