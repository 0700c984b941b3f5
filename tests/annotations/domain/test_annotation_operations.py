import threading
import uuid

import numpy as np
import pytest
from django.db import connection

from annotations.domain.annotation import submit_annotation
from annotations.domain.annotation_operations import SNAPSHOT_INTERVAL, append_operations
from annotations.enums import AlgorithmType, RunState, Tool
from annotations.errors import (
    AnnotationSubmittedError,
    ForbiddenError,
    MaskRefusedError,
    MaskSizeMismatchError,
    OperationRefusedError,
    StaleVersionError,
)
from annotations.models import AnnotationOperation, CorrectionRun
from annotations.validators.operation import MAXIMUM_OPERATIONS
from ml import masks
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.correction_run import make_correction_run
from tests.factories.inference_run import make_inference_run
from tests.factories.mammogram import make_mammogram
from tests.factories.operations import make_answer, make_patch, make_stroke
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def make_square(row=3):
    mask = np.zeros((64, 48), dtype=bool)
    mask[row : row + 4, 5:9] = True
    return make_patch(mask)


def append(annotation, operations, *, base_version=0, reader=None):
    return append_operations(
        annotation=annotation,
        reader=reader or annotation.reader,
        base_version=base_version,
        operations=operations,
    )


def test_append_operations_stores_them_in_order_without_gaps():
    annotation = make_annotation()
    first, second, third = make_stroke(make_square()), make_answer(), make_stroke(make_square(20))

    append(annotation, [first, second])
    saved = append(annotation, [third], base_version=2)

    assert saved.version == 3
    stored = AnnotationOperation.objects.filter(annotation=annotation)
    assert list(stored.values_list("sequence", "id")) == [(1, first.id), (2, second.id), (3, third.id)]


def test_append_operations_answers_with_the_digests_of_the_masks():
    saved = append(make_annotation(), [make_stroke(make_square())])

    mask = masks.decode(make_square())
    assert saved.masks["bac"].sha256 == masks.digest(mask)
    assert saved.masks["bac"].area_px == 16
    assert saved.masks["microcalcification"].area_px == 0


def test_append_operations_sent_twice_are_acknowledged_twice_and_stored_once():
    annotation = make_annotation()
    operations = [make_stroke(make_square()), make_stroke(make_square(20))]

    first = append(annotation, operations)
    second = append(annotation, operations)

    assert second.acknowledged == first.acknowledged == [operation.id for operation in operations]
    assert second.version == 2
    assert second.masks == first.masks


def test_append_operations_with_one_known_and_one_new_id_stores_the_new_one():
    annotation = make_annotation()
    known, new = make_stroke(make_square()), make_stroke(make_square(20))
    append(annotation, [known])

    saved = append(annotation, [known, new], base_version=1)

    assert saved.version == 2
    assert saved.acknowledged == [known.id, new.id]


def test_append_operations_with_an_id_twice_in_one_request_stores_it_once():
    stroke = make_stroke(make_square())

    saved = append(make_annotation(), [stroke, stroke])

    assert saved.version == 1
    assert saved.masks["bac"].area_px == 16


def test_append_operations_with_an_id_of_another_annotation_is_refused():
    stroke = make_stroke(make_square())
    append(make_annotation(), [stroke])
    other = make_annotation()

    with pytest.raises(OperationRefusedError) as caught:
        append(other, [stroke, make_stroke(make_square())])

    assert caught.value.code == "operation_id_taken"
    assert not other.operations.exists()


@pytest.mark.parametrize("base_version", [0, 2, 2**31 - 1])
def test_append_operations_onto_another_version_is_refused(base_version):
    annotation = make_annotation()
    append(annotation, [make_stroke(make_square())])

    with pytest.raises(StaleVersionError) as caught:
        append(annotation, [make_stroke(make_square())], base_version=base_version)

    assert caught.value.facts == {"version": 1, "stored": []}
    assert annotation.operations.count() == 1


def test_append_operations_to_a_submitted_annotation_is_refused_but_known_ones_are_acknowledged():
    annotation = make_annotation()
    answer = make_answer()
    append(annotation, [answer])
    submit_annotation(annotation=annotation, reader=annotation.reader, version=1)

    assert append(annotation, [answer]).acknowledged == [answer.id]
    with pytest.raises(AnnotationSubmittedError):
        append(annotation, [make_stroke(make_square())], base_version=1)


def test_append_operations_to_the_annotation_of_another_reader_is_refused():
    annotation = make_annotation()

    with pytest.raises(ForbiddenError):
        append(annotation, [make_answer()], reader=make_reader())


def test_append_operations_of_another_size_names_both_sizes():
    annotation = make_annotation()
    stroke = make_stroke(make_patch(np.ones((48, 64), dtype=bool)))

    with pytest.raises(MaskSizeMismatchError) as caught:
        append(annotation, [make_answer(), stroke])

    assert "48 x 64" in caught.value.message
    assert "64 x 48" in caught.value.message
    assert not annotation.operations.exists()


def test_append_operations_with_bytes_that_are_no_mask_keeps_the_codec_s_code():
    with pytest.raises(MaskRefusedError) as caught:
        append(make_annotation(), [make_stroke(b"TLM\x07")])

    assert caught.value.code == "unknown_version"


def test_append_operations_beyond_the_limit_is_refused():
    annotation = make_annotation()
    operations = [make_answer() for _ in range(MAXIMUM_OPERATIONS + 1)]

    with pytest.raises(OperationRefusedError) as caught:
        append(annotation, operations)

    assert caught.value.code == "too_many_operations"
    assert append(annotation, operations[1:]).version == MAXIMUM_OPERATIONS


def test_append_operations_takes_a_snapshot_of_every_label_at_each_interval():
    annotation = make_annotation()
    strokes = [make_stroke(make_square(row % 60)) for row in range(SNAPSHOT_INTERVAL + 3)]

    append(annotation, strokes[: SNAPSHOT_INTERVAL - 1])
    assert not annotation.snapshots.exists()
    append(annotation, strokes[SNAPSHOT_INTERVAL - 1 :], base_version=SNAPSHOT_INTERVAL - 1)

    stored = annotation.snapshots.values_list("label", "version")
    assert set(stored) == {
        ("bac", SNAPSHOT_INTERVAL + 3),
        ("microcalcification", SNAPSHOT_INTERVAL + 3),
    }


@pytest.mark.parametrize("tool", [Tool.ACCEPT_PREDICTION, Tool.TRIM])
def test_accepting_a_prediction_makes_the_annotation_semiautomatic(tool):
    annotation = make_annotation()
    run = make_inference_run(annotation.mammogram, state=RunState.SUCCEEDED)

    append(annotation, [accept(run.id, tool)])

    annotation.refresh_from_db()
    assert annotation.algorithm_type == AlgorithmType.SEMIAUTOMATIC
    assert annotation.preannotation_shown is True


@pytest.mark.parametrize("tool", [Tool.ACCEPT_CORRECTION, Tool.TRIM])
def test_doing_what_a_label_check_proposes_makes_the_annotation_semiautomatic(tool):
    annotation = make_annotation()
    run = make_correction_run(annotation)

    append(annotation, [make_stroke(make_square(), tool=tool, details={"correction_run": str(run.id)})])

    annotation.refresh_from_db()
    assert annotation.algorithm_type == AlgorithmType.SEMIAUTOMATIC
    assert annotation.preannotation_shown is True


def make_check_of_another_label(annotation):
    return make_correction_run(make_annotation(annotation.mammogram, reader=annotation.reader))


def make_check_of_another_person(annotation):
    run = make_correction_run(annotation)
    CorrectionRun.objects.update(requested_by=make_reader())
    return run


def make_unfinished_check(annotation):
    run = make_correction_run(annotation)
    CorrectionRun.objects.update(state=RunState.RUNNING)
    return run


@pytest.mark.parametrize("tool", [Tool.ACCEPT_CORRECTION, Tool.TRIM])
@pytest.mark.parametrize(
    "make_run", [make_check_of_another_label, make_check_of_another_person, make_unfinished_check]
)
def test_doing_what_a_check_that_is_not_to_be_had_proposes_is_refused(tool, make_run):
    annotation = make_annotation()
    details = {"correction_run": str(make_run(annotation).id)}

    with pytest.raises(OperationRefusedError) as caught:
        append(annotation, [make_stroke(make_square(), tool=tool, details=details)])

    assert caught.value.code == "correction_run_unknown"
    annotation.refresh_from_db()
    assert annotation.algorithm_type == AlgorithmType.MANUAL


@pytest.mark.parametrize(
    ("tool", "code"),
    [(Tool.TRIM, "inference_run_unknown"), (Tool.ACCEPT_CORRECTION, "correction_run_unknown")],
)
def test_what_was_proposed_names_the_run_that_proposed_it(tool, code):
    with pytest.raises(OperationRefusedError) as caught:
        append(make_annotation(), [make_stroke(make_square(), tool=tool)])

    assert caught.value.code == code


def accept(run_id, tool=Tool.ACCEPT_PREDICTION):
    return make_stroke(make_square(), tool=tool, details={"inference_run": str(run_id), "cutoff": 0.4})


def make_run_of_another_image(annotation):
    return make_inference_run(make_mammogram(study=annotation.mammogram.study), state=RunState.SUCCEEDED).id


def make_unfinished_run(annotation):
    return make_inference_run(annotation.mammogram, state=RunState.RUNNING).id


def make_hidden_run(annotation):
    make_assignment(
        reader=annotation.reader,
        study=annotation.mammogram.study,
        campaign=make_campaign(shows_preannotation=False),
    )
    return make_inference_run(annotation.mammogram, state=RunState.SUCCEEDED).id


@pytest.mark.parametrize(
    "make_run_id",
    [
        make_run_of_another_image,
        make_unfinished_run,
        make_hidden_run,
        lambda _: uuid.uuid4(),
        lambda _: "",
        lambda _: "not an id",
    ],
)
@pytest.mark.parametrize("tool", [Tool.ACCEPT_PREDICTION, Tool.TRIM])
def test_accepting_a_prediction_that_is_not_to_be_had_is_refused(make_run_id, tool):
    annotation = make_annotation()
    run_id = make_run_id(annotation)

    with pytest.raises(OperationRefusedError) as caught:
        append(annotation, [accept(run_id, tool)])

    assert caught.value.code == "inference_run_unknown"
    annotation.refresh_from_db()
    assert annotation.algorithm_type == AlgorithmType.MANUAL


@pytest.mark.django_db(transaction=True)
def test_append_operations_from_two_tabs_at_once_saves_one_and_tells_the_other():
    annotation = make_annotation()
    outcomes = []

    def save():
        try:
            outcomes.append(append(annotation, [make_stroke(make_square())]).version)
        except StaleVersionError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    tabs = [threading.Thread(target=save) for _ in range(4)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()

    assert sorted(map(str, outcomes)) == ["1", "stale_version", "stale_version", "stale_version"]
    assert annotation.operations.count() == 1
