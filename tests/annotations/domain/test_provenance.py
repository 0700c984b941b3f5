import pytest

from annotations.domain.annotation import submit_annotation
from annotations.domain.annotation_operations import append_operations
from annotations.domain.correction_decision import DecisionDraft, apply_correction, decide_components
from annotations.domain.provenance import Pixel, pixel_changes
from annotations.enums import RunState, Tool
from annotations.errors import InvalidError
from annotations.models import AnnotationOperation
from tests.factories.annotation import make_annotation
from tests.factories.correction_run import make_correction_run, make_square
from tests.factories.inference_run import make_inference_run
from tests.factories.operations import make_answer, make_finding, make_patch, make_stroke
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db

HERE = Pixel(5, 6)
VIEW = {"s": 2.0, "c": 2048.0, "w": 1200.0}


def append(annotation, *operations):
    append_operations(
        annotation=annotation,
        reader=annotation.reader,
        base_version=annotation.version,
        operations=list(operations),
    )
    annotation.refresh_from_db()


def changes_of(annotation, pixel=HERE, reader=None):
    return pixel_changes(annotation=annotation, reader=reader or annotation.reader, pixel=pixel)


def test_a_pixel_knows_what_set_and_cleared_it_the_latest_first():
    annotation = make_annotation()
    here, elsewhere = make_patch(make_square(4, 4)), make_patch(make_square(40, 4))
    append(
        annotation,
        make_stroke(here, details={"radius_px": 4.0, "view": VIEW}),
        make_stroke(elsewhere),
        make_answer(),
        make_finding(),
        make_stroke(here, tool=Tool.UNDO),
        make_stroke(here, label="microcalcification", tool=Tool.FILL),
    )

    fill, undo, brush = changes_of(annotation)

    assert [(each.tool, each.label, each.is_set) for each in (fill, undo, brush)] == [
        ("fill", "microcalcification", True),
        ("undo", "bac", False),
        ("brush", "bac", True),
    ]
    assert (brush.sequence, brush.details["view"], brush.is_own) == (1, VIEW, True)
    assert brush.reader == annotation.reader.pseudonym
    assert brush.made_at == AnnotationOperation.objects.get(annotation=annotation, sequence=1).made_at


def test_a_pixel_that_nobody_touched_has_no_history():
    assert changes_of(make_annotation(labels={"bac": make_square(40, 4)})) == []


@pytest.mark.parametrize(
    ("row", "column", "count"), [(4, 4, 1), (7, 7, 1), (8, 7, 0), (7, 8, 0), (3, 4, 0), (4, 3, 0)]
)
def test_the_edges_of_a_patch_are_told_exactly(row, column, count):
    assert len(changes_of(make_annotation(labels={"bac": make_square(4, 4)}), Pixel(row, column))) == count


@pytest.mark.parametrize("pixel", [Pixel(-1, 0), Pixel(0, -1), Pixel(64, 0), Pixel(0, 48)])
def test_a_pixel_outside_the_image_is_refused(pixel):
    with pytest.raises(InvalidError, match="outside the image"):
        changes_of(make_annotation(), pixel)


def test_an_accepted_proposal_names_the_model():
    annotation = make_annotation()
    run = make_inference_run(annotation.mammogram, state=RunState.SUCCEEDED)
    details = {"inference_run": str(run.id), "cutoff": 0.4}
    append(
        annotation, make_stroke(make_patch(make_square(4, 4)), tool=Tool.ACCEPT_PREDICTION, details=details)
    )

    (change,) = changes_of(annotation)

    assert change.model is not None
    assert (change.model.name, change.model.inference_run) == (run.model_version.name, run.id)
    assert change.details["cutoff"] == 0.4


@pytest.mark.parametrize("nonsense", ["", "x", 7, None, [], {}, "8d7e0a4c-2f0b-4c55-9a43-5d1c6b1e7f21"])
def test_details_that_name_nothing_known_harm_nothing(nonsense):
    annotation = make_annotation()
    details = {"inference_run": nonsense, "correction_run": nonsense, "copied_from": nonsense}
    append(annotation, make_stroke(make_patch(make_square(4, 4)), details=details))

    (change,) = changes_of(annotation)

    assert (change.tool, change.model, change.correction) == ("brush", None, None)


def make_corrected():
    """Let an adjudicator correct a reader's label: the piece at (40, 4) goes."""
    run = make_correction_run()
    adjudicator = make_reader(role="adjudicator")
    decisions = [
        DecisionDraft(component=each.id, is_removed=each.decision == "remove")
        for each in run.components.all()
    ]
    decide_components(run=run, reader=adjudicator, decisions=decisions)
    return apply_correction(run=run, reader=adjudicator), run


def test_a_correction_leads_back_to_the_strokes_of_the_reader():
    corrected, run = make_corrected()

    removal, stroke = changes_of(corrected, Pixel(41, 5))

    assert (removal.tool, removal.is_set, removal.is_own) == ("correction", False, True)
    assert removal.correction is not None
    assert (removal.correction.correction_run, removal.correction.component) == (run.id, 2)
    assert removal.correction.reason == "reason 2"
    assert (stroke.tool, stroke.is_set, stroke.is_own) == ("brush", True, False)
    assert (stroke.annotation, stroke.reader) == (run.annotation_id, run.annotation.reader.pseudonym)
    (kept,) = changes_of(corrected, Pixel(51, 31))
    assert kept.annotation == run.annotation_id


def test_what_was_taken_over_from_a_closed_annotation_says_no_more():
    corrected, run = make_corrected()
    stranger = make_reader(role="reader")
    corrected.reader = stranger

    removal, copy = changes_of(corrected, Pixel(41, 5), reader=stranger)

    assert (copy.annotation, copy.tool, copy.is_set) == (corrected.id, "", True)
    assert run.annotation.reader.pseudonym not in {removal.reader, copy.reader}
    assert removal.correction is None


def test_a_submitted_annotation_shows_its_history_to_experts():
    annotation = make_annotation(labels={"bac": make_square(4, 4)}, answer="yes")
    submit_annotation(annotation=annotation, reader=annotation.reader, version=annotation.version)

    (change,) = changes_of(annotation, reader=make_reader(role="data_scientist"))

    assert (change.is_own, change.reader) == (False, annotation.reader.pseudonym)
