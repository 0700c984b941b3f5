import numpy as np
import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from annotations.domain.annotation_operations import append_operations
from annotations.domain.correction_run import perform_correction, request_correction
from annotations.domain.run import claim_run
from annotations.enums import Label
from annotations.errors import ConflictError, ForbiddenError, InvalidError, MeasureUndefinedError
from annotations.models import AuditEntry, CorrectionComponent, CorrectionRun
from ml import masks
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.correction_run import make_correction_run
from tests.factories.mammogram import make_mammogram
from tests.factories.operations import make_patch, make_stroke
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def make_line_and_dot():
    """A vessel of 12 mm that the image shows, and a dot of 0.9 mm beside it, at 0.1 mm a pixel."""
    line = np.zeros((160, 200), dtype=bool)
    line[60:66, 40:160] = True
    dot = np.zeros_like(line)
    dot[110:119, 90:99] = True
    rng = np.random.default_rng(1)
    pixels = np.full(line.shape, 1000) + rng.integers(0, 40, line.shape) + line * 800 + dot * 800
    return line, dot, pixels.astype(np.uint16)


def make_submitted(**facts):
    line, dot, pixels = make_line_and_dot()
    mammogram = make_mammogram(pixels, **({"pixel_spacing_mm": (0.1, 0.1)} | facts))
    return make_annotation(mammogram, labels={"bac": line | dot}, submitted=True)


def perform(run, **options):
    perform_correction(run_id=run.id, worker="test", is_stopping=lambda: False, **options)
    run.refresh_from_db()


def test_request_queues_a_run_with_its_job():
    annotation = make_submitted()

    run, is_new = request_correction(annotation=annotation, reader=annotation.reader)

    assert is_new
    assert (run.state, run.annotation_version, run.label) == ("queued", annotation.version, "bac")
    job = ProcrastinateJob.objects.get(task_name="perform_correction")
    assert job.args == {"run_id": str(run.id)}


def test_request_while_a_run_waits_for_a_person_returns_that_run():
    run = make_correction_run()

    again, is_new = request_correction(annotation=run.annotation, reader=run.requested_by)

    assert (again, is_new) == (run, False)
    assert not ProcrastinateJob.objects.filter(task_name="perform_correction").exists()


def test_request_by_another_person_starts_a_run_of_her_own():
    run, adjudicator = make_correction_run(), make_reader("adjudicator")

    other, is_new = request_correction(annotation=run.annotation, reader=adjudicator)

    assert is_new
    assert (other.requested_by, other.annotation) == (adjudicator, run.annotation)


def test_request_after_a_failure_starts_anew():
    run = make_correction_run()
    CorrectionRun.objects.update(state="failed")

    again, is_new = request_correction(annotation=run.annotation, reader=run.requested_by)

    assert is_new
    assert again != run


def test_request_on_an_open_annotation_of_another_is_refused():
    annotation = make_annotation(make_mammogram(pixel_spacing_mm=(0.1, 0.1)))

    with pytest.raises(ConflictError) as refusal:
        request_correction(annotation=annotation, reader=make_reader())

    assert refusal.value.code == "annotation_not_submitted"
    assert not CorrectionRun.objects.exists()


@pytest.mark.parametrize("shows_preannotation", [True, False])
def test_reader_may_have_her_open_label_checked_where_the_campaign_allows_help(shows_preannotation):
    mammogram = make_mammogram(pixel_spacing_mm=(0.1, 0.1))
    campaign = make_campaign(shows_preannotation=shows_preannotation)
    annotation = make_annotation(
        mammogram, assignment=make_assignment(study=mammogram.study, campaign=campaign)
    )

    if shows_preannotation:
        run, is_new = request_correction(annotation=annotation, reader=annotation.reader)
        assert (is_new, run.annotation_version) == (True, annotation.version)
    else:
        with pytest.raises(ForbiddenError) as refusal:
            request_correction(annotation=annotation, reader=annotation.reader)
        assert refusal.value.code == "correction_hidden"


def test_label_that_went_on_gets_a_new_check():
    annotation = make_annotation(make_mammogram(pixel_spacing_mm=(0.1, 0.1)))
    first, _ = request_correction(annotation=annotation, reader=annotation.reader)
    again, is_new = request_correction(annotation=annotation, reader=annotation.reader)
    assert (again, is_new) == (first, False)

    stroke = np.zeros((annotation.mammogram.rows, annotation.mammogram.columns), dtype=bool)
    stroke[4:8, 4:8] = True
    append_operations(
        annotation=annotation,
        reader=annotation.reader,
        base_version=annotation.version,
        operations=[make_stroke(make_patch(stroke))],
    )
    later, is_new = request_correction(annotation=annotation, reader=annotation.reader)

    assert is_new
    assert later.annotation_version == first.annotation_version + 1


def test_request_without_pixel_spacing_says_what_to_do():
    annotation = make_submitted(pixel_spacing_mm=None)

    with pytest.raises(MeasureUndefinedError, match="pixel_spacing_mm") as refusal:
        request_correction(annotation=annotation, reader=annotation.reader)

    assert refusal.value.code == "pixel_spacing_missing"
    assert not CorrectionRun.objects.exists()


def test_request_for_microcalcifications_is_refused():
    annotation = make_submitted()

    with pytest.raises(InvalidError) as refusal:
        request_correction(annotation=annotation, reader=annotation.reader, label=Label.MICROCALCIFICATION)

    assert refusal.value.code == "label_not_correctable"


def test_perform_keeps_the_vessel_and_proposes_to_remove_the_dot():
    line, dot, _pixels = make_line_and_dot()
    annotation = make_submitted()
    run, _ = request_correction(annotation=annotation, reader=annotation.reader)

    perform(run)

    found = {
        component.decision: (component.reason, bytes(component.mask), component.box)
        for component in run.components.all()
    }
    assert found == {
        "keep": ("", masks.encode_compact(masks.from_dense(line)), [60, 40, 66, 160]),
        "remove": ("too_short", masks.encode_compact(masks.from_dense(dot)), [110, 90, 119, 99]),
    }
    assert (run.state, run.mode, run.done, run.total) == ("succeeded", "relative", 2, 2)
    assert run.summary["decisions"] == {"keep": 1, "remove": 1, "borderline": 0}
    assert len(run.parameters_sha256) == 64
    assert AuditEntry.objects.filter(act="finish_correction", subject_id=str(run.id)).count() == 1


def test_perform_on_an_empty_label_succeeds_with_nothing_to_decide():
    annotation = make_annotation(make_mammogram(pixel_spacing_mm=(0.1, 0.1)), submitted=True)
    run, _ = request_correction(annotation=annotation, reader=annotation.reader)

    perform(run)

    assert run.state == "succeeded"
    assert not run.components.exists()


def test_perform_on_pixels_that_are_not_square_fails_with_the_reason():
    annotation = make_submitted(pixel_spacing_mm=(0.1, 0.2))
    run, _ = request_correction(annotation=annotation, reader=annotation.reader)

    perform(run)

    assert (run.state, run.error_code) == ("failed", "pixel_spacing_not_square")
    assert "square" in run.error


def test_perform_on_specks_by_the_thousand_fails_with_the_reason():
    specks = np.zeros((160, 200), dtype=bool)
    specks[::2, ::2] = True
    mammogram = make_mammogram(make_line_and_dot()[2], pixel_spacing_mm=(0.1, 0.1))
    annotation = make_annotation(mammogram, labels={"bac": specks}, submitted=True)
    run, _ = request_correction(annotation=annotation, reader=annotation.reader)

    perform(run)

    assert (run.state, run.error_code) == ("failed", "too_many_pieces")
    assert "8,000 pieces" in run.error


def test_perform_tells_its_progress_and_stops_between_pieces_when_a_person_cancels(monkeypatch):
    monkeypatch.setattr("annotations.domain.run.BEAT_INTERVAL_S", 0.0)
    annotation = make_submitted()
    run, _ = request_correction(annotation=annotation, reader=annotation.reader)
    asked = []

    def cancel_after_the_first_piece():
        asked.append(True)
        CorrectionRun.objects.filter(id=run.id).update(cancel_requested=len(asked) >= 2)
        return False

    perform_correction(run_id=run.id, worker="test", is_stopping=cancel_after_the_first_piece)

    run.refresh_from_db()
    assert (run.state, run.total) == ("cancelled", 2)
    assert not CorrectionComponent.objects.exists()


def test_perform_leaves_a_run_of_another_worker_alone():
    annotation = make_submitted()
    run, _ = request_correction(annotation=annotation, reader=annotation.reader)
    claim_run(CorrectionRun, run.id, worker="other")

    perform(run)

    assert (run.state, run.worker) == ("running", "other")
    assert not CorrectionComponent.objects.exists()


def test_perform_stopped_with_its_worker_goes_back_into_the_queue():
    annotation = make_submitted()
    run, _ = request_correction(annotation=annotation, reader=annotation.reader)

    perform_correction(run_id=run.id, worker="test", is_stopping=lambda: True)

    run.refresh_from_db()
    assert (run.state, run.attempt) == ("queued", 0)
