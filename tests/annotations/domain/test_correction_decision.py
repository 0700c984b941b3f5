import uuid
from datetime import UTC, datetime

import numpy as np
import pytest
from django.utils import timezone

from annotations.domain.annotation import (
    annotation_answers,
    annotation_findings,
    annotation_masks,
    submit_annotation,
)
from annotations.domain.annotation_operations import append_operations
from annotations.domain.correction_decision import (
    DecisionDraft,
    apply_correction,
    decide_components,
    latest_decisions,
)
from annotations.domain.preannotation_view import note_preannotation_view
from annotations.enums import Label
from annotations.errors import CorrectionNotReadyError, ForbiddenError, InvalidError, MissingError
from annotations.models import (
    Annotation,
    AnnotationOperation,
    AnnotationSnapshot,
    AuditEntry,
    CorrectionDecision,
    CorrectionRun,
)
from ml import masks
from tests.factories.annotation import make_annotation
from tests.factories.correction_run import make_correction_run, make_square
from tests.factories.inference_run import make_inference_run
from tests.factories.mammogram import make_mammogram
from tests.factories.operations import make_finding
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def decide(run, reader=None, **is_removed):
    """Decide by proposal: decide(run, remove=True, borderline=False)."""
    by_proposal = {component.decision: component for component in run.components.all()}
    decide_components(
        run=run,
        reader=reader or run.annotation.reader,
        decisions=[
            DecisionDraft(component=by_proposal[proposal].id, is_removed=value)
            for proposal, value in is_removed.items()
        ],
    )


def rows_of(annotation):
    """Everything that is stored of an annotation, to the byte."""
    return [
        list(AnnotationOperation.objects.filter(annotation=annotation).values()),
        list(AnnotationSnapshot.objects.filter(annotation=annotation).values()),
        list(Annotation.objects.filter(id=annotation.id).values()),
    ]


def test_apply_takes_away_what_was_decided_and_nothing_else():
    run = make_correction_run()
    decide(run, remove=True, borderline=False)

    corrected = apply_correction(run=run, reader=run.annotation.reader)

    expected = make_square(4, 4, 12) | make_square(50, 30)
    stored = annotation_masks(corrected)["bac"]
    np.testing.assert_array_equal(masks.to_dense(masks.decode(stored.data)), expected)
    assert corrected.snapshots.get(label="bac").sha256 == stored.sha256
    assert (corrected.state, corrected.algorithm_type) == ("submitted", "SEMIAUTOMATIC")
    assert (corrected.derived_from, corrected.reader) == (run.annotation, run.annotation.reader)
    assert corrected.assignment == run.annotation.assignment
    run.refresh_from_db()
    assert run.result == corrected


def test_apply_leaves_the_submitted_annotation_byte_for_byte():
    run = make_correction_run()
    before = rows_of(run.annotation)
    decide(run, remove=True, borderline=True)

    apply_correction(run=run, reader=run.annotation.reader)

    assert rows_of(run.annotation) == before


def test_apply_copies_the_other_label_and_the_answers():
    dots = make_square(20, 30, 2)
    vessel = make_square(40, 4)
    annotation = make_annotation(
        make_mammogram(pixel_spacing_mm=(0.1, 0.1)),
        labels={"bac": vessel, "microcalcification": dots},
        answer="uncertain",
        submitted=True,
    )
    run = make_correction_run(annotation, {"remove": vessel})
    decide(run, remove=True)

    corrected = apply_correction(run=run, reader=annotation.reader)

    found = annotation_masks(corrected)
    assert found["bac"].area_px == 0
    assert found["microcalcification"] == annotation_masks(annotation)["microcalcification"]
    assert annotation_answers(corrected) == {"bac_present": "uncertain"}


def test_apply_copies_the_findings_as_they_stand():
    vessel = make_square(40, 4)
    annotation = make_annotation(
        make_mammogram(pixel_spacing_mm=(0.1, 0.1)), labels={"bac": vessel}, answer="yes"
    )
    kept, gone = make_finding(), make_finding()
    removal = make_finding(id=gone.finding["id"], removed=True)
    append_operations(
        annotation=annotation, reader=annotation.reader, base_version=2, operations=[kept, gone, removal]
    )
    annotation = submit_annotation(annotation=annotation, reader=annotation.reader, version=5)
    run = make_correction_run(annotation, {"remove": vessel})
    decide(run, remove=True)

    assert annotation_findings(apply_correction(run=run, reader=annotation.reader)) == [kept.finding]


def test_apply_writes_operations_that_alone_replay_to_the_masks():
    run = make_correction_run()
    decide(run, remove=True, borderline=True)

    corrected = apply_correction(run=run, reader=run.annotation.reader)

    operations = corrected.operations.order_by("sequence")
    patches = [masks.decode(bytes(item.patch)) for item in operations if item.label == Label.BAC]
    replayed = masks.xor(patches[0], patches[1])
    assert masks.digest(replayed) == annotation_masks(corrected)["bac"].sha256
    corrections = [item for item in operations if item.tool == "correction"]
    assert [masks.area_px(masks.decode(bytes(item.patch))) for item in corrections] == [32]
    assert corrected.version == len(operations)


def test_apply_by_an_adjudicator_makes_it_hers_and_leaves_the_assignment():
    adjudicator = make_reader("adjudicator")
    run = make_correction_run()
    decide(run, adjudicator, remove=True, borderline=True)

    corrected = apply_correction(run=run, reader=adjudicator)

    assert (corrected.reader, corrected.assignment) == (adjudicator, None)
    entry = AuditEntry.objects.get(act="apply_correction")
    assert entry.details["removed_components"] == [2, 3]
    assert entry.details["removed_area_px"] == 32


def test_apply_says_whether_its_author_saw_a_proposal():
    run, adjudicator = make_correction_run(), make_reader("adjudicator")
    note_preannotation_view(run=make_inference_run(run.annotation.mammogram), reader=adjudicator)
    decide(run, adjudicator, remove=True, borderline=True)

    assert apply_correction(run=run, reader=adjudicator).preannotation_shown is True


@pytest.mark.parametrize(("decided", "missing"), [({}, 2), ({"remove": True}, 1), ({"keep": True}, 2)])
def test_apply_before_everything_is_decided_counts_what_is_missing(decided, missing):
    run = make_correction_run()
    if decided:
        decide(run, **decided)

    with pytest.raises(CorrectionNotReadyError) as refusal:
        apply_correction(run=run, reader=run.annotation.reader)

    assert refusal.value.code == "decisions_missing"
    assert refusal.value.facts == {"count": missing}
    assert Annotation.objects.count() == 1


def test_apply_with_nothing_to_decide_gives_an_equal_label():
    run = make_correction_run(proposals={"keep": make_square(4, 4, 12)})

    corrected = apply_correction(run=run, reader=run.annotation.reader)

    assert annotation_masks(corrected)["bac"] == annotation_masks(run.annotation)["bac"]


def test_apply_twice_is_refused_and_writes_nothing():
    run = make_correction_run()
    decide(run, remove=True, borderline=True)
    corrected = apply_correction(run=run, reader=run.annotation.reader)

    with pytest.raises(CorrectionNotReadyError) as refusal:
        apply_correction(run=run, reader=run.annotation.reader)

    assert refusal.value.code == "correction_applied"
    assert refusal.value.facts == {"result": str(corrected.id)}
    assert Annotation.objects.count() == 2


def test_latest_decision_counts_and_the_earlier_one_stays():
    run = make_correction_run()
    decide(run, remove=True, borderline=False)
    decide(run, remove=False)

    component = run.components.get(decision="remove")
    assert latest_decisions(run, run.annotation.reader)[component.id].is_removed is False
    assert list(component.decisions.values_list("is_removed", flat=True)) == [True, False]


def test_latest_decision_counts_when_the_clock_was_set_back(monkeypatch):
    run = make_correction_run()
    decide(run, remove=True)
    monkeypatch.setattr(timezone, "now", lambda: datetime(2001, 1, 1, tzinfo=UTC))
    decide(run, remove=False)

    component = run.components.get(decision="remove")
    assert latest_decisions(run, run.annotation.reader)[component.id].is_removed is False
    assert list(component.decisions.values_list("sequence", flat=True)) == [1, 2]


def test_latest_decision_of_one_request_counts():
    run = make_correction_run()
    piece = run.components.get(decision="remove").id
    drafts = [DecisionDraft(component=piece, is_removed=value) for value in (True, False)]

    decide_components(run=run, reader=run.annotation.reader, decisions=drafts)

    assert latest_decisions(run, run.annotation.reader)[piece].is_removed is False


def test_decisions_of_two_people_do_not_mix():
    run, adjudicator = make_correction_run(), make_reader("adjudicator")
    decide(run, remove=False, borderline=False)
    decide(run, adjudicator, remove=True)

    own = latest_decisions(run, run.annotation.reader)
    assert [decision.is_removed for decision in own.values()] == [False, False]
    with pytest.raises(CorrectionNotReadyError) as refusal:
        apply_correction(run=run, reader=adjudicator)
    assert refusal.value.facts == {"count": 1}

    corrected = apply_correction(run=run, reader=run.annotation.reader)
    assert corrected.reader == run.annotation.reader
    assert annotation_masks(corrected)["bac"] == annotation_masks(run.annotation)["bac"]


def test_decisions_on_a_piece_of_another_run_write_nothing():
    run, other = make_correction_run(), make_correction_run()
    pieces = [run.components.first().id, other.components.first().id]
    drafts = [DecisionDraft(component=piece, is_removed=True) for piece in pieces]

    with pytest.raises(MissingError):
        decide_components(run=run, reader=run.annotation.reader, decisions=drafts)

    assert not CorrectionDecision.objects.exists()


def test_no_decision_at_all_is_refused():
    run = make_correction_run()

    with pytest.raises(InvalidError) as refusal:
        decide_components(run=run, reader=run.annotation.reader, decisions=[])

    assert refusal.value.code == "decisions_empty"


@pytest.mark.parametrize("state", ["queued", "running", "failed", "cancelled", "dead"])
def test_decisions_wait_for_the_run_to_finish(state):
    run = make_correction_run()
    CorrectionRun.objects.update(state=state)

    with pytest.raises(CorrectionNotReadyError) as refusal:
        decide(run, remove=True)

    assert refusal.value.code == "correction_not_ready"


@pytest.mark.parametrize(
    ("role", "is_allowed"),
    [("reader", True), ("adjudicator", True), ("data_scientist", False), ("administrator", False)],
)
def test_who_decides(role, is_allowed):
    run = make_correction_run()
    person = make_reader(role)
    drafts = [DecisionDraft(component=uuid.uuid4(), is_removed=True)]

    with pytest.raises(MissingError if is_allowed else ForbiddenError):
        decide_components(run=run, reader=person, decisions=drafts)


def test_correction_of_a_label_still_being_read_is_not_applied():
    annotation = make_annotation(make_mammogram(pixel_spacing_mm=(0.1, 0.1)))
    run = make_correction_run(annotation=annotation)
    decide(run, remove=True, borderline=True)

    with pytest.raises(CorrectionNotReadyError) as refusal:
        apply_correction(run=run, reader=annotation.reader)

    assert refusal.value.code == "correction_outdated"
    assert not Annotation.objects.filter(derived_from=annotation).exists()
