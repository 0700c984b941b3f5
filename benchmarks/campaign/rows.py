"""A read campaign written straight into the database: exams of four views, readers, their submitted labels.

In three of ten exams every view has BAC; 15 % of images have specks. No two images have the same marks.
"""

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
from django.utils import timezone

from annotations.enums import Answer, AssignmentState, Label, OperationKind, Question, ReadingState
from annotations.models import (
    Annotation,
    AnnotationOperation,
    AnnotationSnapshot,
    Assignment,
    Campaign,
    Mammogram,
    Patient,
    Reader,
    Study,
)
from benchmarks.campaign.scenes import POOL, ROOM_PX, SHAPE, moved, speck_scenes, vessel_scenes
from ml import masks

SPACING_MM = 0.07
VIEWS = (("L", "CC"), ("R", "CC"), ("L", "MLO"), ("R", "MLO"))
BAC_SHARE, SPECK_SHARE = 0.3, 0.15
ROWS_AT_ONCE = 500


@dataclass
class CampaignRows:
    """Rows of one campaign, made exam by exam and written together."""

    campaign: Campaign
    readers: list[Reader]
    random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(5))
    by_model: dict[type, list[object]] = field(default_factory=dict)

    def add_exam(self, number: int) -> None:
        patient = self._add(Patient(code=f"B-{uuid.uuid4().hex[:10]}"))
        study = self._add(Study(patient=patient, study_instance_uid=_uid()))
        submitted_at = timezone.now() - timedelta(minutes=30 * number)
        assignments = [
            self._add(_assignment(self.campaign, study, one, submitted_at)) for one in self.readers
        ]
        has_bac = self.random.random() < BAC_SHARE
        for side, view in VIEWS:
            mammogram = self._add(_mammogram(study, side, view))
            scenes = {
                Label.BAC: self._drawn(vessel_scenes(len(self.readers)), is_there=has_bac),
                Label.MICROCALCIFICATION: self._drawn(
                    speck_scenes(len(self.readers)), is_there=self.random.random() < SPECK_SHARE
                ),
            }
            for reader, assignment in enumerate(assignments):
                self._add_reading(
                    mammogram, assignment, {label: drawn[reader] for label, drawn in scenes.items()}
                )

    def write(self) -> None:
        for model, rows in self.by_model.items():
            model._default_manager.bulk_create(rows, batch_size=ROWS_AT_ONCE)  # noqa: SLF001 - any model
        self.by_model.clear()

    def _add(self, row):
        self.by_model.setdefault(type(row), []).append(row)
        return row

    def _drawn(self, scenes: list[list[masks.Runs]], *, is_there: bool) -> list[masks.Runs]:
        if not is_there:
            return [masks.empty(*SHAPE)] * len(self.readers)
        down, across = self.random.integers(-ROOM_PX + 10, ROOM_PX - 10, 2).tolist()
        return [moved(mask, down, across) for mask in scenes[int(self.random.integers(POOL))]]

    def _add_reading(
        self, mammogram: Mammogram, assignment: Assignment, drawn: dict[Label, masks.Runs]
    ) -> None:
        annotation = self._add(
            Annotation(
                mammogram=mammogram,
                assignment=assignment,
                reader=assignment.reader,
                state=ReadingState.SUBMITTED,
                version=1,
                submitted_at=assignment.submitted_at,
            )
        )
        self._add(
            AnnotationOperation(
                annotation=annotation,
                sequence=1,
                kind=OperationKind.ANSWER,
                question=Question.BAC_PRESENT,
                answer=Answer.YES if masks.area_px(drawn[Label.BAC]) else Answer.NO,
                made_at=assignment.submitted_at,
            )
        )
        for label, mask in drawn.items():
            self._add(
                AnnotationSnapshot(
                    annotation=annotation,
                    version=1,
                    label=label,
                    mask=masks.encode_compact(mask),
                    sha256=masks.digest(mask),
                    area_px=masks.area_px(mask),
                )
            )


def write_campaign(campaign: Campaign, readers: list[Reader], *, exams: int, first: int = 0) -> None:
    rows = CampaignRows(campaign, readers, np.random.default_rng(5 + first))
    for number in range(first, first + exams):
        rows.add_exam(number)
        if number % 100 == 99:
            rows.write()
    rows.write()


def _assignment(campaign: Campaign, study: Study, reader: Reader, submitted_at: object) -> Assignment:
    return Assignment(
        campaign=campaign,
        study=study,
        reader=reader,
        state=AssignmentState.SUBMITTED,
        submitted_at=submitted_at,
    )


def _mammogram(study: Study, side: str, view: str) -> Mammogram:
    uid = _uid()
    return Mammogram(
        study=study,
        sop_instance_uid=uid,
        source_sha256=hashlib.sha256(uid.encode()).hexdigest(),
        pixels_sha256=hashlib.sha256(f"pixels {uid}".encode()).hexdigest(),
        rows=SHAPE[0],
        columns=SHAPE[1],
        bits_stored=12,
        photometric_interpretation="MONOCHROME2",
        image_laterality=side,
        view_position=view,
        pixel_spacing_row_mm=SPACING_MM,
        pixel_spacing_column_mm=SPACING_MM,
    )


def _uid() -> str:
    return f"2.25.{uuid.uuid4().int}"
