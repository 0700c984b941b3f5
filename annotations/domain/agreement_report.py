"""The report of agreement: gathered from stored comparisons, computed, and written once under a number."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, Q

from annotations.domain.campaign_reading import first_readings, readings
from annotations.domain.kept_arm import arms_not_kept
from annotations.domain.pair_comparison import stored_votes
from annotations.domain.reading_interval import active_seconds_by_annotation
from annotations.domain.reading_pair import CampaignReading, ReadingGroup, current_pairs
from annotations.enums import OperationKind, PreannotationPolicy
from annotations.ml_gateway.agreement import AGREEMENT_VERSION
from annotations.ml_gateway.agreement_report import (
    COMPARISON_FIELDS,
    FIGURE_DEFINITIONS,
    INTERVALS,
    REPORT_VERSION,
    DrawnReading,
    ReadImage,
    ReportRows,
    report_figures,
)
from annotations.models import (
    AgreementReport,
    AgreementRun,
    AnnotationOperation,
    Campaign,
    ExamAnswer,
    Reader,
    ReadingLength,
    SegmentVotes,
)

FIRST_ROUND = 1
# Comparisons are of two masks without an order; each is turned the way its pair of readings stands.
OTHER_SIDE = [
    COMPARISON_FIELDS.index(
        name.replace("first", "second") if "first" in name else name.replace("second", "first")
    )
    for name in COMPARISON_FIELDS
]


FIGURE_COLUMNS = (
    "report",
    "section",
    "round",
    "label",
    "question",
    "readers",
    "part",
    "measure",
    "unit",
    "value",
    "low",
    "high",
    "n_images",
    "n_patients",
    "n_both_empty",
    "n_without_spacing",
    "n_arm_not_kept",
    "undefined",
    "no_interval",
    "definition",
    "interval_definition",
)


def in_order(values: Sequence[Any], *, is_turned: bool) -> list[Any]:
    """Give the fields of a comparison as the pair of readings stands: its first reading's first."""
    return [values[place] for place in OTHER_SIDE] if is_turned else list(values)


def readings_since(report: AgreementReport) -> tuple[int, int]:
    """Count the readings that came after a report, and those in it that count no more."""
    now = readings(report.campaign)
    count = now.count()
    is_new = Q(submitted_at__gt=report.as_of) | Q(assignment__submitted_at__gt=report.as_of)
    came = now.filter(is_new).count()
    came = max(came, count - report.reading_count)
    return came, report.reading_count + came - count


def is_outdated(report: AgreementReport) -> bool:
    """Whether the figures of a report were computed by definitions that have changed since."""
    versions = report.definition_version, report.definitions.get("version")
    return versions != (AGREEMENT_VERSION, REPORT_VERSION)


def figures_of(
    campaign: Campaign, loaded: Sequence[CampaignReading], together: Sequence[ReadingGroup]
) -> Iterator[dict[str, Any]]:
    """Compute the figures one by one; comparisons must be stored. Takes a while: nothing is locked for it."""
    rows = ReportRows(
        readings=[_reading_row(reading, label) for reading in loaded for label in reading.areas_px],
        pairs=list(_pair_rows(campaign, loaded)),
        images=_images(together),
        answers=[*_image_answers(loaded), *_exam_answers(campaign, loaded)],
        drawn=list(_drawn_readings(campaign)),
    )
    return report_figures(rows)


def write_report(
    *, run: AgreementRun, figures: Sequence[dict[str, Any]], reading_count: int, as_of: datetime
) -> AgreementReport:
    """Write the report under the next number. The caller holds the run; those of a campaign never overlap."""
    last = AgreementReport.objects.filter(campaign=run.campaign).aggregate(last=Max("number"))["last"] or 0
    return AgreementReport.objects.create(
        run=run,
        campaign=run.campaign,
        number=last + 1,
        as_of=as_of,
        reading_count=reading_count,
        definition_version=AGREEMENT_VERSION,
        definitions={"version": REPORT_VERSION, "intervals": INTERVALS, **FIGURE_DEFINITIONS},
        figures=list(figures),
    )


def figure_rows(report: AgreementReport) -> Iterator[list[object]]:
    """Give every figure for a file, readers by their pseudonyms, its definition beside it."""
    ids = {reader for one in report.figures for reader in one.get("readers", ())}
    found = Reader.objects.filter(id__in=ids).values_list("id", "pseudonym")
    pseudonyms = {str(pk): pseudonym for pk, pseudonym in found}
    for one in report.figures:
        shown = one | {
            "report": report.number,
            "readers": " ".join(pseudonyms[reader] for reader in one.get("readers", ())),
            "definition": report.definitions.get(one["measure"], ""),
            "interval_definition": report.definitions["intervals"],
        }
        yield [shown.get(column, "") for column in FIGURE_COLUMNS]


def _reading_row(reading: CampaignReading, label: str) -> tuple[Any, ...]:
    return (
        label,
        reading.round,
        str(reading.reader),
        str(reading.mammogram),
        str(reading.study),
        str(reading.patient),
        reading.laterality,
        reading.view_position,
        reading.areas_px[label],
    )


def _pair_rows(campaign: Campaign, loaded: Sequence[CampaignReading]) -> Iterator[tuple[Any, ...]]:
    by_annotation = {reading.annotation: reading for reading in loaded}
    names = [f"comparison__{name}" for name in COMPARISON_FIELDS]
    stored = current_pairs(campaign).values_list("first_id", "second_id", "label", "is_turned", *names)
    for first_id, second_id, label, is_turned, *values in stored.iterator():
        first, second = by_annotation.get(first_id), by_annotation.get(second_id)
        if first is None or second is None:
            continue
        row_mm, column_mm = first.spacing_mm or (None, None)
        yield (
            label,
            str(first.reader),
            str(second.reader),
            first.round,
            second.round,
            str(first.mammogram),
            str(first.patient),
            max(first.submitted_at, second.submitted_at).date(),
            None if row_mm is None or column_mm is None else row_mm * column_mm,
            *in_order(values, is_turned=is_turned),
        )


def _images(together: Sequence[ReadingGroup]) -> dict[tuple[str, int], list[ReadImage]]:
    votes = {row.key: row for row in stored_votes({group.key for group in together})}
    images: dict[tuple[str, int], list[ReadImage]] = defaultdict(list)
    for group in together:
        images[group.label, group.readings[0].round].append(_read_image(group, votes[group.key]))
    return images


def _read_image(group: ReadingGroup, stored: SegmentVotes) -> ReadImage:
    """Give each reader the votes of her mask: those with the same mask have the same."""
    place = {digest: number for number, digest in enumerate(stored.masks)}
    columns = [place[reading.digests[group.label]] for reading in group.readings]
    return ReadImage(
        patient=str(group.readings[0].patient),
        readers=tuple(str(reading.reader) for reading in group.readings),
        lengths=tuple(length_px for _, _, length_px, _, _ in stored.segments),
        votes=tuple(tuple(bool(votes[column]) for column in columns) for *_, votes in stored.segments),
        patterns={
            sum((int(pattern) >> column & 1) << number for number, column in enumerate(columns)): pixels
            for pattern, pixels in stored.patterns.items()
        },
    )


def _image_answers(loaded: Sequence[CampaignReading]) -> Iterator[tuple[Any, ...]]:
    """Give the last answer to each question of each image."""
    by_annotation = {reading.annotation: reading for reading in loaded}
    answers = (
        AnnotationOperation.objects.filter(annotation__in=list(by_annotation), kind=OperationKind.ANSWER)
        .order_by("annotation_id", "question", "-sequence")
        .distinct("annotation_id", "question")
        .values_list("annotation_id", "question", "answer")
    )
    for annotation, question, answer in answers.iterator():
        reading = by_annotation[annotation]
        yield _answer_row(reading, question, reading.mammogram, answer)


def _exam_answers(campaign: Campaign, loaded: Sequence[CampaignReading]) -> Iterator[tuple[Any, ...]]:
    """Give the last answer to each question of each exam whose images are in the report."""
    by_assignment = {reading.assignment: reading for reading in loaded}
    answers = (
        ExamAnswer.objects.filter(assignment__campaign=campaign)
        .order_by("assignment_id", "question_id", "-sequence")
        .distinct("assignment_id", "question_id")
        .values_list("assignment_id", "question__slug", "value")
    )
    for assignment, question, answer in answers.iterator():
        reading = by_assignment.get(assignment)
        if reading is not None:
            yield _answer_row(reading, question, reading.study, answer)


def _drawn_readings(campaign: Campaign) -> Iterator[DrawnReading]:
    """Give the first readings of a campaign whose lot showed the model's proposal or hid it.

    What came back was read with an expert's words at hand, whatever the lot had said.
    """
    if campaign.preannotation != PreannotationPolicy.RANDOMISED:
        return
    by_lot = first_readings(campaign, round=FIRST_ROUND).values_list(
        "id", "reader", "mammogram", "mammogram__study__patient", "assignment__shows_preannotation"
    )
    rows = list(by_lot)
    ids = [annotation for annotation, *_ in rows]
    lengths_mm = dict(ReadingLength.objects.filter(annotation__in=ids).values_list("annotation_id", "bac_mm"))
    active_s = active_seconds_by_annotation(ids)
    not_kept = arms_not_kept(ids)
    for annotation, reader, image, patient, is_shown in rows:
        yield DrawnReading(
            reader=str(reader),
            image=str(image),
            patient=str(patient),
            is_shown=is_shown,
            is_kept=annotation not in not_kept,
            length_mm=lengths_mm.get(annotation),
            active_s=active_s.get(annotation),
        )


def _answer_row(reading: CampaignReading, question: str, subject: UUID, answer: str) -> tuple[Any, ...]:
    return reading.round, question, str(subject), str(reading.patient), str(reading.reader), answer
