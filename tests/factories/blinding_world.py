"""A campaign in which everything has happened that somebody could learn too early."""

import re
import uuid
from dataclasses import dataclass, field

import numpy as np
from django.utils import timezone

from annotations.domain.derived_annotation import derive_annotation
from annotations.domain.exam_end import skip_exam
from annotations.domain.plan_request import PlanRequest
from annotations.enums import BranchReason, MapKind
from annotations.models import (
    Annotation,
    AnnotationBranch,
    AnnotationSnapshot,
    Assignment,
    Campaign,
    CampaignReader,
    DatasetVersion,
    Disagreement,
    InferenceBatch,
    InferenceBatchItem,
    InferenceRun,
    Mammogram,
    PoolSlot,
    Reader,
    ReadingPlan,
)

from .annotation import make_annotation
from .assignment import make_assignment, make_campaign
from .comment import make_comment
from .consensus import find_disagreements, make_readings
from .correction_run import make_correction_run
from .dataset import make_dataset, make_dataset_version
from .exam_review import accept, make_correction
from .image_map import make_image_map
from .inference_run import make_inference_run
from .mammogram import make_mammogram, make_pixels, make_study
from .model_comparison import make_model_comparison
from .reader import make_reader
from .training_run import make_training_run

REMARK = "A remark on what the other drew"
OWN_REMARK = "What she wrote beside her first reading"
REVIEW_NOTE = "Well seen by the other"
SKIP_REASON = "Skipped by the other for its blur"
ROWS, COLUMNS = 320, 288


@dataclass
class World:
    """What others have made of one exam, and the ids under which it stands."""

    campaign: Campaign
    mammogram: Mammogram
    foreign: Annotation
    ids: dict[str, object]
    labels: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    model: list[str] = field(default_factory=list)

    def told(self, body: str, secrets: list[str]) -> list[str]:
        """Name the secrets that stand in a body as words of their own."""
        return [each for each in secrets if re.search(rf"(?<!\\w){re.escape(each)}(?!\\w)", body)]


def _box(row: int, rows: int, columns: int) -> np.ndarray:
    mask = np.zeros((ROWS, COLUMNS), bool)
    mask[row : row + rows, 3 : 3 + columns] = True
    return mask


# Areas of five figures: no number of a campaign or of a test's reader is like them.
SEEN_BY_BOTH, SEEN_BY_ONE = _box(5, 121, 251), _box(150, 91, 251)
OWN = _box(10, 97, 211)


def make_world() -> World:
    """Let two readers read an exam, an expert correct and review it, a model look, a dataset be frozen."""
    campaign = make_campaign(shows_preannotation=False)
    mammogram = make_mammogram(make_pixels(ROWS, COLUMNS), pixel_spacing_mm=(0.5, 0.5))
    people = [make_reader(username=f"the-other-{number}") for number in (1, 2)]
    drawn = [{"bac": SEEN_BY_BOTH | SEEN_BY_ONE}, {"bac": SEEN_BY_BOTH}]
    foreign, second = make_readings(drawn, campaign, mammogram, people)
    expert = make_reader("adjudicator", "the-expert")
    comment = make_comment(foreign, expert, REMARK)
    correction = make_correction(foreign.assignment, expert)
    accept(foreign.assignment, expert, REVIEW_NOTE)
    skipped = make_assignment(people[1], make_study(), campaign)
    skip_exam(assignment=skipped, reader=people[1], reason=SKIP_REASON)
    find_disagreements(campaign)
    correction_run = make_correction_run(foreign, {"remove": SEEN_BY_ONE})
    inference_run = make_inference_run(mammogram, state="succeeded")
    heatmap = make_image_map(mammogram, MapKind.HEATMAP)
    branch = AnnotationBranch.objects.create(
        id=uuid.uuid4(), annotation=foreign, base_version=0, reason=BranchReason.LATE
    )
    version = make_dataset_version(make_dataset("everything"), frozen=True)
    snapshots = AnnotationSnapshot.objects.filter(
        annotation__in=[foreign, second, correction], area_px__gt=10_000
    )
    return World(
        campaign=campaign,
        mammogram=mammogram,
        foreign=foreign,
        ids={
            "annotation_id": foreign.id,
            "assignment_id": foreign.assignment_id,
            "mammogram_id": mammogram.id,
            "campaign_id": campaign.id,
            "comment_id": comment.id,
            "branch_id": branch.id,
            "map_id": heatmap.id,
            "disagreement_id": Disagreement.objects.get().id,
            "correction_run": correction_run.id,
            **_make_model_work(inference_run, foreign, version),
            "name": version.dataset.name,
            "number": version.number,
            "kind": MapKind.HEATMAP.value,
            "rest": "nowhere",
        },
        labels=[
            *(str(each.id) for each in (foreign, second, correction, comment, branch, correction_run)),
            *snapshots.values_list("sha256", flat=True),
            *(str(area) for area in snapshots.values_list("area_px", flat=True)),
            REMARK,
            REVIEW_NOTE,
        ],
        people=[*(each.pseudonym for each in people), *(each.user.username for each in people), SKIP_REASON],
        model=[str(inference_run.id), inference_run.probability_sha256, str(heatmap.id)],
    )


def _make_model_work(run: InferenceRun, foreign: Annotation, version: DatasetVersion) -> dict[str, object]:
    """Run a model over the campaign, compare two on the dataset version, and train a third."""
    batch = InferenceBatch.objects.create(
        campaign=foreign.assignment.campaign,
        model_version=run.model_version,
        requested_by=make_reader("data_scientist"),
    )
    InferenceBatchItem.objects.create(batch=batch, run=run)
    return {
        "inference_run": run.id,
        "model_version_id": run.model_version_id,
        "batch_id": batch.id,
        "training_run": make_training_run(version).id,
        "model_comparison": make_model_comparison(version, foreign).id,
    }


@dataclass
class FirstReading:
    """What somebody made of the exam whom it was given to once more: the ids of it, and what tells of it."""

    annotation: Annotation
    ids: dict[str, object]
    labels: list[str]


def take_part(world: World, reader: Reader, stage: str) -> None:
    """Bring a person to a stage of her own reading of the exam.

    Without, before, during, after; in the pool that may give it to her; elsewhere, reading it for another
    campaign; repeat, reading it once more.
    """
    if stage == "without":
        return
    study, campaign = world.mammogram.study, world.campaign
    if stage == "pool":
        CampaignReader.objects.create(campaign=campaign, reader=reader)
        plan = ReadingPlan.objects.create(
            campaign=campaign, seed=1, parameters=PlanRequest(is_pool=True).stored()
        )
        PoolSlot.objects.create(
            campaign=campaign, plan=plan, study=study, number=1, position=1, shows_preannotation=False
        )
        return
    if stage == "elsewhere":
        campaign = make_campaign(shows_preannotation=False)
    assignment = make_assignment(reader, study, campaign)
    if stage in ("during", "elsewhere"):
        make_annotation(world.mammogram, assignment=assignment, labels={"bac": OWN})
    elif stage in ("after", "repeat"):
        make_annotation(world.mammogram, assignment=assignment, labels={"bac": OWN}, submitted=True)
    if stage == "repeat":
        make_annotation(world.mammogram, assignment=_give_again(assignment), labels={"bac": _box(300, 5, 5)})


def read_twice(world: World, reader: Reader) -> FirstReading:
    """Let somebody read the exam, talk and have talked of it, correct it, and begin to read it once more."""
    assignment = make_assignment(reader, world.mammogram.study, world.campaign)
    first = make_annotation(world.mammogram, assignment=assignment, labels={"bac": OWN}, submitted=True)
    comment = make_comment(first, text=OWN_REMARK)
    run = make_correction_run(first, {"remove": OWN})
    corrected = derive_annotation(source=first, reader=reader)
    branch = AnnotationBranch.objects.create(
        id=uuid.uuid4(), annotation=first, base_version=0, reason=BranchReason.LATE
    )
    make_annotation(world.mammogram, assignment=_give_again(assignment), labels={"bac": _box(300, 5, 5)})
    snapshots = first.snapshots.filter(area_px__gt=10_000)
    return FirstReading(
        annotation=first,
        ids={
            **world.ids,
            "annotation_id": first.id,
            "assignment_id": assignment.id,
            "comment_id": comment.id,
            "branch_id": branch.id,
            "correction_run": run.id,
        },
        labels=[
            *(str(each.id) for each in (first, corrected, comment, run, branch)),
            *snapshots.values_list("sha256", flat=True),
            *(str(area) for area in snapshots.values_list("area_px", flat=True)),
            OWN_REMARK,
        ],
    )


def _give_again(first: Assignment) -> Assignment:
    again = make_assignment(first.reader, first.study, first.campaign, round_number=2)
    again.opens_on = timezone.localdate()
    again.save()
    return again
