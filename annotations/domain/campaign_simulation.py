"""A whole campaign by simulated readers, through the same functions that people's clicks go through.

What is estimated of its readers stands beside what they were made with. Its people are no people, so it is
built only where there are none.
"""

import secrets
import tempfile
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils import timezone

from annotations.domain.agreement_run import perform_agreement, request_agreement
from annotations.domain.annotation import open_annotation, submit_annotation
from annotations.domain.annotation_operations import append_operations
from annotations.domain.campaign import create_campaign
from annotations.domain.consensus import perform_consensus, request_consensus
from annotations.domain.give_out import give_out
from annotations.domain.guideline import confirm_guideline, latest
from annotations.domain.ingest import ingest_paths
from annotations.domain.next_exam import take_next
from annotations.domain.plan_request import PlanRequest
from annotations.domain.reader import create_reader
from annotations.enums import (
    Answer,
    Label,
    OperationKind,
    PreannotationPolicy,
    Question,
    Role,
    RunState,
    Tool,
)
from annotations.errors import ConflictError, ImageFileRefusedError
from annotations.ml_gateway.simulated_readers import (
    SIMULATED_READERS,
    SimulatedExam,
    SimulatedReading,
    read_simulated,
    write_simulated_exam,
)
from annotations.models import AgreementReport, AgreementRun, Campaign, ConsensusRun, Mammogram, Reader
from annotations.models.run import Run
from annotations.validators.operation import OperationDraft

CAMPAIGN = "Simulated campaign"
GUIDELINE = "Brush every breast arterial calcification in its full width, and microcalcifications as dots."
WORKER = "simulate_campaign"
MISSED, FALSE = "segments_missed_estimated", "segments_false_per_image"


@dataclass(frozen=True)
class SimulatedRate:
    """One rate of one reader: as she was made, and as the report of agreement estimates it."""

    reader: str
    rate: str
    truth: float
    estimate: float | None
    interval: tuple[float, float] | None

    @property
    def is_covered(self) -> bool:
        return self.interval is not None and self.interval[0] <= self.truth <= self.interval[1]


def simulate_campaign(
    *, exams: int, read_by: int, seed: int, say: Callable[[str], None]
) -> list[SimulatedRate]:
    """Take exams in, plan, read, compare and look for disagreements; return what is known of each reader.

    Raises ConflictError with `database_in_use` where there are people.
    """
    if get_user_model().objects.exists():
        raise ConflictError(
            "This database holds people, and a simulated campaign would stand among theirs. Name an empty "
            "database in DATABASE_URL.",
            code="database_in_use",
        )
    say(f"{len(SIMULATED_READERS)} simulated readers and an empty campaign")
    readers = {
        simulated.name: create_reader(
            username=simulated.name, password=secrets.token_urlsafe(24), role=Role.READER
        )
        for simulated in SIMULATED_READERS
    }
    campaign = create_campaign(
        name=CAMPAIGN, guideline=GUIDELINE, preannotation=PreannotationPolicy.HIDDEN, actor=None
    )
    with tempfile.TemporaryDirectory() as folder:
        by_study = {}
        for number in range(exams):
            exam = write_simulated_exam(Path(folder), seed=seed + number)
            by_study[_take_in(exam)] = exam
            _say_at_times(say, number + 1, exams, "synthetic exams")
    give_out(
        campaign=campaign,
        request=PlanRequest(shares={read_by: 1.0}),
        studies=list(by_study),
        readers=list(readers.values()),
        seed=seed,
        actor=None,
    )
    _read_all(campaign, readers, by_study, seed=seed, say=say)
    say("agreement of the readers")
    report = _compare(campaign)
    say("disagreements of the readers")
    _look_for_disagreements(campaign)
    return _rates(report, readers)


def _take_in(exam: SimulatedExam) -> UUID:
    (outcome,) = ingest_paths([exam.path])
    if outcome.mammogram is None:
        raise ImageFileRefusedError(f"A simulated image was refused: {outcome.message}", code=outcome.reason)
    return Mammogram.objects.get(id=outcome.mammogram).study_id


def _read_all(
    campaign: Campaign,
    readers: dict[str, Reader],
    by_study: dict[UUID, SimulatedExam],
    *,
    seed: int,
    say: Callable[[str], None],
) -> None:
    """Let everybody confirm the guideline, and ask for the next exam until there is none."""
    guideline = latest(campaign)
    done, total = 0, campaign.assignments.count()
    for place, simulated in enumerate(SIMULATED_READERS):
        reader = readers[simulated.name]
        if guideline is not None:
            confirm_guideline(guideline=guideline, reader=reader)
        while (assignment := take_next(reader)) is not None:
            exam = by_study[assignment.study_id]
            # No two readings draw the same chance: an exam has fewer than a hundred readers.
            chance = 100 * (seed + list(by_study).index(assignment.study_id)) + place
            reading = read_simulated(exam, simulated, seed=chance)
            for mammogram in assignment.study.mammograms.all():
                annotation = open_annotation(assignment=assignment, mammogram=mammogram)
                saved = append_operations(
                    annotation=annotation, reader=reader, base_version=0, operations=_operations(reading)
                )
                submit_annotation(annotation=annotation, reader=reader, version=saved.version)
            done += 1
            _say_at_times(say, done, total, "readings")


def _operations(reading: SimulatedReading) -> list[OperationDraft]:
    strokes = {Label.BAC: reading.bac, Label.MICROCALCIFICATION: reading.microcalcification}
    drafts = [
        OperationDraft(
            id=uuid.uuid4(),
            kind=OperationKind.MASK,
            label=label,
            tool=Tool.BRUSH,
            patch=patch,
            details={"simulated": True},
            made_at=timezone.now(),
        )
        for label, patch in strokes.items()
    ]
    answer = OperationDraft(
        id=uuid.uuid4(),
        kind=OperationKind.ANSWER,
        question=Question.BAC_PRESENT,
        answer=Answer.YES if reading.has_bac else Answer.NO,
        details={"simulated": True},
        made_at=timezone.now(),
    )
    return [*drafts, answer]


def _compare(campaign: Campaign) -> AgreementReport:
    run, _is_new = request_agreement(campaign=campaign, actor=None)
    perform_agreement(run_id=run.id, worker=WORKER, is_stopping=lambda: False)
    _check_succeeded(AgreementRun.objects.get(id=run.id))
    return AgreementReport.objects.get(run=run)


def _look_for_disagreements(campaign: Campaign) -> None:
    run, _is_new = request_consensus(campaign=campaign, actor=None)
    perform_consensus(run_id=run.id, worker=WORKER, is_stopping=lambda: False)
    _check_succeeded(ConsensusRun.objects.get(id=run.id))


def _check_succeeded(run: Run) -> None:
    if run.state != RunState.SUCCEEDED:
        raise ConflictError(
            f"The comparison of the simulated readings ended as {run.state}: {run.error}",
            code="comparison_failed",
        )


def _rates(report: AgreementReport, readers: dict[str, Reader]) -> list[SimulatedRate]:
    """Take what the report says of segments of BAC; a share of missed ones is 1 less the sensitivity."""
    figures = {
        (one["measure"], one["readers"][0]): one
        for one in report.figures
        if one["section"] == "noise" and one.get("label") == Label.BAC
    }
    rates = []
    for simulated in SIMULATED_READERS:
        of_reader = str(readers[simulated.name].id)
        missed, false = figures.get((MISSED, of_reader), {}), figures.get((FALSE, of_reader), {})
        rates += [
            SimulatedRate(simulated.name, "missed", 1 - simulated.sensitivity, *_estimate(missed)),
            SimulatedRate(simulated.name, "false per image", simulated.false_per_image, *_estimate(false)),
        ]
    return rates


def _estimate(figure: dict[str, float]) -> tuple[float | None, tuple[float, float] | None]:
    if figure.get("low") is None:
        return figure.get("value"), None
    return figure["value"], (figure["low"], figure["high"])


def _say_at_times(say: Callable[[str], None], done: int, total: int, what: str) -> None:
    if done % 50 == 0 or done == total:
        say(f"{done} of {total} {what}")
