import uuid

import numpy as np
import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from annotations.domain.annotation_branch import decide_branch, store_branch
from annotations.domain.annotation_operations import append_operations
from annotations.enums import BranchDecisionValue, BranchReason, Label, OperationKind, Role, Tool
from annotations.errors import (
    AnnotationSubmittedError,
    BranchNotMergedError,
    BranchRefusedError,
    ForbiddenError,
    MaskSizeMismatchError,
    OperationRefusedError,
)
from annotations.models import AnnotationBranch, AuditEntry, BranchOperation
from annotations.validators.branch_operation import BranchOperationDraft
from tests.factories.annotation import make_annotation
from tests.factories.operations import make_patch, make_stroke
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def make_mask(column=5, rows=64, columns=48):
    mask = np.zeros((rows, columns), dtype=bool)
    mask[3:7, column : column + 4] = True
    return make_patch(mask)


def draft(**fields):
    mask = {
        "id": uuid.uuid4(),
        "kind": OperationKind.MASK,
        "label": Label.BAC,
        "tool": Tool.BRUSH,
        "sets": make_mask(),
        "clears": make_mask(column=20),
        "made_at": timezone.now(),
    }
    return BranchOperationDraft(**{**mask, **fields})


NO_MASK = {"label": "", "tool": "", "sets": None, "clears": None}
YES = {"question": "bac_present", "value": "yes"}
DOT = {
    "id": "01890000-0000-7000-8000-00000000f001",
    "label": "microcalcification",
    "shape": "dot",
    "points": [[4.0, 3.0]],
    "assessment": "unknown",
    "histology": "",
}


def store(annotation, operations, *, branch_id=None, reader=None, reason=BranchReason.OVERLAP):
    return store_branch(
        annotation=annotation,
        reader=reader or annotation.reader,
        branch_id=branch_id or uuid.uuid4(),
        reason=reason,
        base_version=0,
        operations=operations,
    )


def test_a_branch_keeps_what_each_stroke_turns_on_and_off_and_leaves_the_annotation_alone():
    annotation = make_annotation()
    strokes = [draft(), draft(details={"radius_px": 4})]

    branch = store(annotation, strokes)

    kept = list(branch.operations.all())
    assert [(item.id, item.sequence) for item in kept] == [(strokes[0].id, 1), (strokes[1].id, 2)]
    assert bytes(kept[1].sets) == strokes[1].sets
    assert bytes(kept[1].clears) == strokes[1].clears
    assert kept[1].details == {"radius_px": 4}
    annotation.refresh_from_db()
    assert annotation.version == 0
    assert AuditEntry.objects.filter(act="store_branch", subject_id=str(branch.id)).count() == 1


def test_what_is_sent_twice_or_in_two_parts_is_stored_once():
    annotation, branch_id = make_annotation(), uuid.uuid4()
    first, second = draft(), draft()

    store(annotation, [first], branch_id=branch_id)
    store(annotation, [first, second, second], branch_id=branch_id)
    store(annotation, [second], branch_id=branch_id)

    branch = AnnotationBranch.objects.get()
    assert list(branch.operations.values_list("id", "sequence")) == [(first.id, 1), (second.id, 2)]


def test_an_operation_whose_answer_was_lost_is_not_kept_a_second_time_beside_its_annotation():
    annotation = make_annotation()
    stroke = make_stroke(make_mask())
    append_operations(annotation=annotation, reader=annotation.reader, base_version=0, operations=[stroke])

    branch = store(annotation, [draft(id=stroke.id)])

    assert branch.operations.count() == 0


def test_strokes_that_come_after_submission_are_kept():
    annotation = make_annotation(submitted=True)

    branch = store(annotation, [draft()], reason=BranchReason.LATE)

    assert branch.operations.count() == 1


def test_an_answer_is_kept_as_its_content():
    content = YES
    answer = draft(**NO_MASK, kind=OperationKind.ANSWER, content=content)

    assert store(make_annotation(), [answer]).operations.get().content == content


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"sets": None}, "operation_not_whole"),
        ({"sets": None, "clears": None}, "operation_not_whole"),
        ({"content": {"value": "yes"}}, "operation_not_whole"),
        ({"label": ""}, "operation_not_whole"),
        ({"tool": ""}, "operation_not_whole"),
        ({**NO_MASK, "kind": OperationKind.ANSWER}, "operation_not_whole"),
        (
            {**NO_MASK, "kind": OperationKind.ANSWER, "content": YES, "sets": make_mask()},
            "operation_not_whole",
        ),
        ({**NO_MASK, "kind": OperationKind.ANSWER, "content": YES, "label": "bac"}, "operation_not_whole"),
    ],
)
def test_half_an_operation_is_refused_and_nothing_of_the_request_is_stored(fields, code):
    with pytest.raises(BranchRefusedError) as refusal:
        store(make_annotation(), [draft(), draft(**fields)])

    assert refusal.value.code == code
    assert not AnnotationBranch.objects.exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"label": "bac"}, "finding_label_wrong"),
        ({"points": [[49.0, 3.0]]}, "finding_outside_image"),
        ({"points": [[4.0, 3.0], [5.0, 3.0]]}, "finding_points_wrong"),
    ],
)
def test_a_finding_is_held_to_the_rules_of_findings(change, code):
    finding = draft(**NO_MASK, kind=OperationKind.FINDING, content={**DOT, **change})

    with pytest.raises(OperationRefusedError) as refusal:
        store(make_annotation(), [finding])

    assert refusal.value.code == code


@pytest.mark.parametrize("content", [DOT, {"id": DOT["id"], "removed": True}])
def test_a_finding_and_its_removal_are_kept(content):
    finding = draft(**NO_MASK, kind=OperationKind.FINDING, content=content)

    assert store(make_annotation(), [finding]).operations.get().content == content


def test_a_mask_of_another_size_is_refused():
    with pytest.raises(MaskSizeMismatchError):
        store(make_annotation(), [draft(sets=make_mask(rows=65))])


def test_nobody_adds_to_another_readers_annotation_or_takes_its_ids():
    annotation = make_annotation()
    stroke = draft()
    branch = store(annotation, [stroke])
    other = make_annotation()

    with pytest.raises(ForbiddenError):
        store(annotation, [draft()], reader=other.reader)
    with pytest.raises(BranchRefusedError, match="another annotation"):
        store(other, [draft()], branch_id=branch.id)
    with pytest.raises(OperationRefusedError) as refusal:
        store(other, [draft(id=stroke.id)])
    assert refusal.value.code == "operation_id_taken"
    assert BranchOperation.objects.count() == 1


def merge(annotation, branch):
    stroke = make_stroke(make_mask(), tool=Tool.MERGE, details={"branch": str(branch.id)})
    append_operations(
        annotation=annotation,
        reader=annotation.reader,
        base_version=annotation.version,
        operations=[stroke],
    )


def test_a_branch_is_merged_only_where_an_operation_of_its_annotation_names_it():
    annotation = make_annotation()
    branch, other = store(annotation, [draft()]), store(annotation, [draft()])
    merge(annotation, other)

    with pytest.raises(BranchNotMergedError, match="leave them aside"):
        decide_branch(branch=branch, reader=annotation.reader, value=BranchDecisionValue.MERGED)
    assert not branch.decisions.exists()
    annotation.refresh_from_db()
    merge(annotation, branch)
    decide_branch(branch=branch, reader=annotation.reader, value=BranchDecisionValue.MERGED)

    assert branch.decisions.get().value == "merged"


def test_decisions_are_kept_in_order_and_one_said_twice_counts_once():
    annotation = make_annotation()
    branch = store(annotation, [draft()])
    merge(annotation, branch)

    for value in ["left_aside", "left_aside", "merged"]:
        decide_branch(branch=branch, reader=annotation.reader, value=value)

    assert list(branch.decisions.values_list("sequence", "value")) == [(1, "left_aside"), (2, "merged")]


def test_late_strokes_can_be_left_aside_by_their_reader_or_an_adjudicator_but_not_merged():
    annotation = make_annotation(submitted=True)
    branch = store(annotation, [draft()], reason=BranchReason.LATE)
    adjudicator = make_reader(role=Role.ADJUDICATOR)

    with pytest.raises(AnnotationSubmittedError, match="Leave these strokes aside"):
        decide_branch(branch=branch, reader=annotation.reader, value=BranchDecisionValue.MERGED)
    decide_branch(branch=branch, reader=adjudicator, value=BranchDecisionValue.LEFT_ASIDE)

    assert branch.decisions.get().reader == adjudicator


def test_others_do_not_decide():
    open_annotation = make_annotation()
    branch = store(open_annotation, [draft()])

    for role in [Role.READER, Role.ADJUDICATOR, Role.DATA_SCIENTIST]:
        with pytest.raises(ForbiddenError):
            decide_branch(branch=branch, reader=make_reader(role=role), value="left_aside")


@pytest.mark.parametrize("related", ["operations", "decisions"])
def test_the_database_refuses_to_change_or_delete_a_branch(related):
    annotation = make_annotation()
    branch = store(annotation, [draft()])
    decide_branch(branch=branch, reader=annotation.reader, value="left_aside")
    row = getattr(branch, related).get()

    for statement in [
        lambda: type(row).objects.filter(id=row.id).update(sequence=7),
        lambda: type(row).objects.filter(id=row.id).delete(),
        lambda: AnnotationBranch.objects.filter(id=branch.id).update(base_version=7),
    ]:
        with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
            statement()
