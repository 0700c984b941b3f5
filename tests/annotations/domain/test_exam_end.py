from dataclasses import replace

import numpy as np
import pytest

from annotations.domain.annotation import annotation_masks, open_annotation, submit_annotation
from annotations.domain.annotation_operations import append_operations
from annotations.domain.exam_end import grade_exam, skip_exam, withdraw_exam
from annotations.errors import ExamEndedError, ExamNotOpenError, InvalidError
from annotations.models import Assignment, AuditEntry, ExamWithdrawal, PoolSlot
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.mammogram import make_mammogram
from tests.factories.operations import make_answer
from tests.factories.reader import make_reader
from tests.factories.reading_plan import give_out_exams, make_readers

pytestmark = pytest.mark.django_db


def make_begun():
    """Make an exam with one stroke and an answer on its one image."""
    mask = np.zeros((64, 48), dtype=bool)
    mask[10:20, 5:9] = True
    return make_annotation(labels={"bac": mask}, answer="yes")


def test_skipped_exam_keeps_its_strokes_and_takes_no_more():
    annotation = make_begun()
    reader, before = annotation.reader, annotation_masks(annotation)

    skip_exam(assignment=annotation.assignment, reader=reader, reason=" Poor image quality ")

    annotation.refresh_from_db()
    assert (annotation.assignment.state, annotation.assignment.end_reason) == (
        "skipped",
        "Poor image quality",
    )
    with pytest.raises(ExamEndedError, match="Poor image quality") as refused:
        append_operations(
            annotation=annotation, reader=reader, base_version=2, operations=[make_answer("no")]
        )
    assert refused.value.code == "exam_ended"
    with pytest.raises(ExamEndedError):
        submit_annotation(annotation=annotation, reader=reader, version=2)
    with pytest.raises(ExamEndedError):
        open_annotation(
            assignment=annotation.assignment, mammogram=make_mammogram(study=annotation.mammogram.study)
        )
    assert annotation_masks(annotation) == before


def test_what_was_sent_before_the_end_is_answered_as_stored_when_it_is_sent_again():
    annotation = make_begun()
    sent = annotation.operations.order_by("sequence").last()
    skip_exam(assignment=annotation.assignment, reader=annotation.reader, reason="Blurred")

    again = append_operations(
        annotation=annotation,
        reader=annotation.reader,
        base_version=1,
        operations=[replace(make_answer("yes"), id=sent.id)],
    )

    assert (again.version, again.acknowledged) == (2, [sent.id])


def test_skipping_twice_keeps_the_first_reason():
    assignment = make_assignment()

    for reason in ("First", "Second"):
        skip_exam(assignment=assignment, reader=assignment.reader, reason=reason)

    assignment.refresh_from_db()
    assert assignment.end_reason == "First"
    assert AuditEntry.objects.filter(act="end_exam_skipped").count() == 1


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_skipping_needs_a_reason_of_some_length(reason):
    assignment = make_assignment()

    with pytest.raises(InvalidError, match="Say why") as refused:
        skip_exam(assignment=assignment, reader=assignment.reader, reason=reason)
    assert refused.value.code == "reason_missing"


def test_submitted_exam_and_another_readers_cannot_be_skipped():
    submitted = make_annotation(submitted=True).assignment

    with pytest.raises(ExamNotOpenError, match="submitted"):
        skip_exam(assignment=submitted, reader=submitted.reader, reason="Blurred")
    with pytest.raises(ExamNotOpenError, match="another reader's"):
        skip_exam(assignment=make_assignment(), reader=make_reader(), reason="Blurred")


def test_withdrawn_exam_ends_for_everybody_and_says_when_it_was_submitted():
    annotation, lead = make_annotation(submitted=True), make_reader("administrator")
    campaign, study = annotation.assignment.campaign, annotation.mammogram.study
    other = make_assignment(study=study, campaign=campaign)
    elsewhere = make_assignment(study=study)

    assert withdraw_exam(campaign=campaign, study=study, reason="Wrong patient", actor=lead) == 2
    assert withdraw_exam(campaign=campaign, study=study, reason="Again", actor=lead) == 0

    states = dict(Assignment.objects.values_list("id", "state"))
    assert states == {annotation.assignment_id: "withdrawn", other.id: "withdrawn", elsewhere.id: "open"}
    assert ExamWithdrawal.objects.get().reason == "Wrong patient"
    entry = AuditEntry.objects.get(act="end_exam_withdrawn", subject_id=str(annotation.assignment_id))
    assert entry.details["submitted_at"]
    annotation.refresh_from_db()
    assert annotation.submitted_at is not None


def test_withdrawn_exam_leaves_the_pool():
    campaign, readers = make_campaign(), make_readers(2)
    study = make_mammogram().study
    give_out_exams(campaign, [study], readers, is_pool=True, shares={2: 1})

    withdraw_exam(campaign=campaign, study=study, reason="Wrong", actor=make_reader("administrator"))

    assert not PoolSlot.objects.filter(closed_at=None).exists()


def test_repeat_ends_with_the_reading_that_it_repeats():
    first = make_assignment()
    repeat = Assignment.objects.create(
        campaign=first.campaign, study=first.study, reader=first.reader, round=2
    )

    skip_exam(assignment=first, reader=first.reader, reason="Blurred")

    repeat.refresh_from_db()
    assert (repeat.state, repeat.end_reason) == ("withdrawn", "The reading before it was skipped: Blurred")


def test_grade_is_kept_changed_and_taken_back_by_its_reader_alone():
    assignment = make_assignment()

    for grade in ("hard", "hard", "easy", ""):
        grade_exam(assignment=assignment, reader=assignment.reader, grade=grade)

    acts = AuditEntry.objects.filter(act="grade_exam").order_by("created_at")
    assert [(entry.details["before"], entry.details["grade"]) for entry in acts] == [
        ("", "hard"),
        ("hard", "easy"),
        ("easy", ""),
    ]
    with pytest.raises(ExamNotOpenError):
        grade_exam(assignment=assignment, reader=make_reader(), grade="hard")
    with pytest.raises(InvalidError, match="easy, medium or hard"):
        grade_exam(assignment=assignment, reader=assignment.reader, grade="awful")
