"""A believable small campaign, built through the same functions that people's clicks go through.

Every step finds what an earlier, interrupted run left behind and goes on from there. Its people share a
password that is shown on screen, so it is built only where no other people are.
"""

import tempfile
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from annotations.domain.annotation import open_annotation, submit_annotation
from annotations.domain.annotation_operations import append_operations
from annotations.domain.audit import record_act
from annotations.domain.campaign import assign_studies, create_campaign
from annotations.domain.dataset import create_dataset, create_dataset_version, freeze_dataset_version
from annotations.domain.demo_campaign import build_history
from annotations.domain.guideline import confirm_guideline
from annotations.domain.inference_run import request_inference
from annotations.domain.ingest import ingest_paths
from annotations.domain.model_version import ensure_shipped_model
from annotations.domain.reader import create_reader
from annotations.enums import Answer, ConsensusRule, Label, OperationKind, Question, Role, Tool
from annotations.errors import ConflictError, ImageFileRefusedError
from annotations.ml_gateway.phantoms import (
    VIEWS,
    PhantomImage,
    drawing_series,
    write_phantom_image,
)
from annotations.models import Assignment, AuditEntry, Campaign, Dataset, Mammogram, Reader, Study
from annotations.validators.operation import OperationDraft

CAMPAIGN = "Demo campaign"
DATASET = "demo"
MADE_BY_DEMO = "build_demo"
PEOPLE = {
    "anna": Role.READER,
    "ben": Role.READER,
    "carla": Role.READER,
    "expert": Role.ADJUDICATOR,
    "data": Role.DATA_SCIENTIST,
    "admin": Role.ADMINISTRATOR,
}
READERS = [name for name, role in PEOPLE.items() if role == Role.READER]
# Seed and side of each exam; the first exams are read already, the others wait.
EXAMS = [(1, "R"), (2, "L"), (6, "R"), (7, "L"), (8, "R"), (3, "R"), (4, "L"), (5, "R")]
READ_EXAMS = 5
# Who is not sure whether there is BAC: number of the reader, seed of the exam.
UNSURE = {(0, 7), (1, 7), (2, 7), (1, 2)}
# A woman with an exam of four views to read and an earlier one to look at: seed, and years of her exams.
SERIES_SEED = 11
SERIES_YEARS = (0.0, 2.1)
GUIDELINE = (
    "Brush every breast arterial calcification (BAC) along the vessel, in its full width. Brush "
    "microcalcifications as dots. Leave out skin calcifications, clips and dense strands. Answer whether "
    "BAC is present."
)


@dataclass(frozen=True)
class DemoImage:
    phantom: PhantomImage
    mammogram: Mammogram


def build_demo(say: Callable[[str], None]) -> None:
    """Build whatever of the demo is missing; `say` is told what is being done.

    Raises ConflictError with `database_in_use` where there are people whom no demo has made.
    """
    people = ensure_people(str(settings.DEMO_PASSWORD))
    if _is_complete():
        say("there already; nothing to do")
        return
    say("people: three readers, an adjudicator, a data scientist, an administrator")
    model = ensure_shipped_model()
    campaign = _campaign()
    with (
        tempfile.TemporaryDirectory() as folder,
        drawing_series(Path(folder), seed=SERIES_SEED, years=SERIES_YEARS) as series,
    ):
        exams = []
        for number, (seed, laterality) in enumerate(EXAMS, start=1):
            say(f"synthetic exam {number} of {len(EXAMS)}")
            exams.append(_take_in_exam(Path(folder), seed=seed, image_laterality=laterality))
        say("a woman with an earlier exam")
        latest = take_in_series(series.result())
    readers = [people[name] for name in READERS]
    studies = [*(images[0].mammogram.study for images in exams), latest]
    assign_studies(campaign=campaign, studies=studies, readers=readers, actor=None)
    for reader in readers:
        confirm_guideline(guideline=campaign.guidelines.get(), reader=reader)
    say("simulated readings of the first exams")
    for (seed, _side), images in zip(EXAMS, exams[:READ_EXAMS], strict=False):
        for number, reader in enumerate(readers):
            answer = Answer.UNCERTAIN if (number, seed) in UNSURE else Answer.YES
            _read(campaign=campaign, reader=reader, images=images, reader_number=number, answer=answer)
    if model is not None:
        for image in exams[READ_EXAMS]:
            request_inference(mammogram=image.mammogram, model_version=model, reader=people["expert"])
    say("days of reading, a review, a skip")
    build_history(campaign=campaign, read=studies[:READ_EXAMS], unread=studies[READ_EXAMS:-1], people=people)
    say("a first frozen dataset")
    _freeze_dataset(people["data"])


def _is_complete() -> bool:
    """Freezing the dataset is the last step, so it tells of all."""
    return Dataset.objects.filter(name=DATASET, versions__state="frozen").exists()


@transaction.atomic
def ensure_people(password: str) -> dict[str, Reader]:
    """Make the demo's people, or find those that an earlier run has made; all get this password."""
    made_ids = list(AuditEntry.objects.filter(act=MADE_BY_DEMO).values_list("subject_id", flat=True))
    if not made_ids and get_user_model().objects.exists():
        raise ConflictError(
            "This database holds people whom the demo did not make, and the demo would add accounts whose "
            "password is shown on screen. Name an empty database in DATABASE_URL, or leave it unset: then "
            "the demo uses one of its own.",
            code="database_in_use",
        )
    made = Reader.objects.filter(id__in=made_ids).select_related("user")
    people = {reader.user.get_username(): reader for reader in made}
    for reader in people.values():
        if not reader.user.check_password(password):
            reader.user.set_password(password)
            reader.user.save(update_fields=["password"])
    for name in PEOPLE.keys() - people.keys():
        people[name] = create_reader(username=name, password=password, role=PEOPLE[name])
        record_act(MADE_BY_DEMO, actor=None, subject=people[name])
    return people


def _campaign() -> Campaign:
    return Campaign.objects.filter(name=CAMPAIGN).first() or create_campaign(
        name=CAMPAIGN, guideline=GUIDELINE, consensus_rule=ConsensusRule.UNANIMOUS, actor=None
    )


def _take_in_exam(folder: Path, *, seed: int, image_laterality: str) -> list[DemoImage]:
    """Write the images of one exam as DICOM files and take them in like anybody's."""
    phantoms = [
        write_phantom_image(
            folder, seed=seed, image_laterality=image_laterality, view_position=view, readers=len(READERS)
        )
        for view in VIEWS
    ]
    return [DemoImage(phantom=phantom, mammogram=_take_in(phantom.path)) for phantom in phantoms]


def take_in_series(visits: list[list[Path]]) -> Study:
    """Take in the exams of one woman; return the latest, which is the one to read."""
    return [_take_in(path).study for paths in visits for path in paths][-1]


def _take_in(path: Path) -> Mammogram:
    (outcome,) = ingest_paths([path])
    if outcome.mammogram is None:
        raise ImageFileRefusedError(f"A demo image was refused: {outcome.message}", code=outcome.reason)
    return Mammogram.objects.get(id=outcome.mammogram)


@transaction.atomic
def _read(
    *, campaign: Campaign, reader: Reader, images: list[DemoImage], reader_number: int, answer: Answer
) -> None:
    """Let a simulated reader brush and submit an exam; the last reader is the careful one."""
    assignment = Assignment.objects.get(campaign=campaign, study=images[0].mammogram.study, reader=reader)
    is_careful = reader_number == len(READERS) - 1
    for image in images:
        annotation = open_annotation(assignment=assignment, mammogram=image.mammogram)
        if annotation.version:
            continue
        phantom = image.phantom
        mask = phantom.careful_mask if is_careful else phantom.careless_masks[reader_number]
        operations = [_stroke(Label.BAC, mask), _answer(answer if phantom.has_bac else Answer.NO)]
        if is_careful:
            operations.append(_stroke(Label.MICROCALCIFICATION, phantom.microcalcification_mask))
        saved = append_operations(annotation=annotation, reader=reader, base_version=0, operations=operations)
        submit_annotation(annotation=annotation, reader=reader, version=saved.version)


def _stroke(label: Label, patch: bytes) -> OperationDraft:
    return OperationDraft(
        id=uuid.uuid4(),
        kind=OperationKind.MASK,
        label=label,
        tool=Tool.BRUSH,
        patch=patch,
        details={"simulated": True},
        made_at=timezone.now(),
    )


def _answer(answer: Answer) -> OperationDraft:
    return OperationDraft(
        id=uuid.uuid4(),
        kind=OperationKind.ANSWER,
        question=Question.BAC_PRESENT,
        answer=answer,
        details={"simulated": True},
        made_at=timezone.now(),
    )


def _freeze_dataset(data_scientist: Reader) -> None:
    dataset = Dataset.objects.filter(name=DATASET).first() or create_dataset(
        name=DATASET, reader=data_scientist
    )
    version = dataset.versions.first() or create_dataset_version(
        dataset=dataset, filter={}, reader=data_scientist
    )
    freeze_dataset_version(version=version, reader=data_scientist)
