import hashlib

import numpy as np
import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.domain.annotation import (
    annotation_answers,
    annotation_masks,
    open_annotation,
    submit_annotation,
)
from annotations.domain.annotation_operations import SNAPSHOT_INTERVAL, append_operations
from annotations.enums import ReadingState, Tool
from annotations.errors import (
    AnswerMissingError,
    ForbiddenError,
    MaskDigestMismatchError,
    MissingError,
    StaleVersionError,
)
from annotations.ml_gateway.masks import compact_mask
from annotations.models import Annotation, AnnotationSnapshot, AuditEntry
from ml import masks
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment
from tests.factories.mammogram import make_mammogram
from tests.factories.operations import make_answer, make_patch, make_stroke
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db

ROWS, COLUMNS = 64, 48


def make_square(row=3, column=5, side_px=4):
    mask = np.zeros((ROWS, COLUMNS), dtype=bool)
    mask[row : row + side_px, column : column + side_px] = True
    return mask


def test_open_annotation_is_the_same_the_second_time():
    mammogram = make_mammogram()
    assignment = make_assignment(study=mammogram.study)

    first = open_annotation(assignment=assignment, mammogram=mammogram)
    second = open_annotation(assignment=assignment, mammogram=mammogram)

    assert first == second
    assert first.reader == assignment.reader
    assert AuditEntry.objects.filter(act="open_annotation").count() == 1


def test_open_annotation_refuses_an_image_of_another_exam():
    with pytest.raises(MissingError):
        open_annotation(assignment=make_assignment(), mammogram=make_mammogram())

    assert not Annotation.objects.exists()


def test_annotation_masks_of_an_untouched_annotation_are_empty():
    found = annotation_masks(make_annotation())

    assert set(found) == {"bac", "microcalcification"}
    assert {mask.area_px for mask in found.values()} == {0}
    assert found["bac"].data == masks.encode(masks.empty(ROWS, COLUMNS))


def test_annotation_masks_at_an_earlier_version_leave_out_what_came_later():
    annotation = make_annotation(labels={"bac": make_square(), "microcalcification": make_square(30)})

    assert annotation_masks(annotation, at_version=0)["bac"].area_px == 0
    assert annotation_masks(annotation, at_version=1)["bac"].area_px == 16
    assert annotation_masks(annotation, at_version=1)["microcalcification"].area_px == 0
    assert annotation_masks(annotation)["microcalcification"].area_px == 16


def test_annotation_masks_need_two_queries_however_many_operations(django_assert_num_queries):
    annotation = make_annotation()
    strokes = [make_stroke(make_patch(make_square(row))) for row in range(SNAPSHOT_INTERVAL + 7)]
    append_operations(annotation=annotation, reader=annotation.reader, base_version=0, operations=strokes)
    annotation = Annotation.objects.select_related("mammogram").get(id=annotation.id)

    with django_assert_num_queries(2):
        annotation_masks(annotation)


@settings(max_examples=settings.default.max_examples // 5)
@given(data=st.data())
def test_replay_of_random_strokes_and_undos_equals_the_pixels(data):
    """A boolean array beside it is flipped stroke by stroke; requests are cut at random."""
    annotation = make_annotation()
    expected = np.zeros((ROWS, COLUMNS), dtype=bool)
    patches: list[np.ndarray] = []
    operations = []
    for _ in range(data.draw(st.integers(1, 2 * SNAPSHOT_INTERVAL + 10))):
        if patches and data.draw(st.booleans()):
            patch, tool = patches.pop(), Tool.UNDO
        else:
            point = st.tuples(st.floats(0, ROWS), st.floats(0, COLUMNS))
            stroke = masks.capsule(
                ROWS, COLUMNS, data.draw(point), data.draw(point), data.draw(st.floats(0.5, 9))
            )
            patch, tool = masks.to_dense(stroke), Tool.BRUSH
            patches.append(patch)
        expected ^= patch
        operations.append(make_stroke(make_patch(patch), tool=tool))

    while operations:
        count = data.draw(st.integers(1, len(operations)))
        request, operations = operations[:count], operations[count:]
        append_operations(
            annotation=annotation,
            reader=annotation.reader,
            base_version=annotation.version,
            operations=request,
        )
        annotation.refresh_from_db()

    dense = masks.to_dense(masks.decode(annotation_masks(annotation)["bac"].data))
    np.testing.assert_array_equal(dense, expected)
    for snapshot in annotation.snapshots.filter(label="bac"):
        earlier = annotation.operations.filter(sequence__lte=snapshot.version).order_by("sequence")
        replayed = masks.empty(ROWS, COLUMNS)
        for operation in earlier:
            replayed = masks.xor(replayed, masks.decode(bytes(operation.patch)))
        assert masks.encode_compact(replayed) == bytes(snapshot.mask)
        assert masks.digest(replayed) == snapshot.sha256
        assert masks.area_px(replayed) == snapshot.area_px


def test_annotation_answers_give_the_last_word():
    annotation = make_annotation()
    assert annotation_answers(annotation) == {"bac_present": None}

    append_operations(
        annotation=annotation,
        reader=annotation.reader,
        base_version=0,
        operations=[make_answer("yes"), make_answer("uncertain")],
    )

    assert annotation_answers(annotation) == {"bac_present": "uncertain"}


def test_submit_annotation_writes_snapshots_and_one_audit_row():
    annotation = make_annotation(labels={"bac": make_square()}, answer="yes")

    submitted = submit_annotation(annotation=annotation, reader=annotation.reader, version=2)

    assert submitted.state == ReadingState.SUBMITTED
    assert submitted.submitted_at is not None
    snapshots = {snapshot.label: snapshot for snapshot in submitted.snapshots.filter(version=2)}
    assert bytes(snapshots["bac"].mask) == compact_mask(make_patch(make_square()))
    assert snapshots["bac"].sha256 == hashlib.sha256(make_patch(make_square())).hexdigest()
    assert snapshots["microcalcification"].area_px == 0
    entry = AuditEntry.objects.get(act="submit_annotation")
    assert entry.actor == annotation.reader
    assert entry.details["masks"]["bac"] == snapshots["bac"].sha256


def test_snapshots_of_earlier_days_are_read_as_they_are():
    annotation = make_annotation(labels={"bac": make_square()}, answer="yes")
    plain = make_patch(make_square(row=20))
    AnnotationSnapshot.objects.create(
        annotation=annotation,
        version=annotation.version,
        label="bac",
        mask=plain,
        sha256=hashlib.sha256(plain).hexdigest(),
        area_px=16,
    )

    assert annotation_masks(annotation)["bac"].data == plain


def test_submit_annotation_takes_the_masks_on_the_screen_and_no_others():
    annotation = make_annotation(labels={"bac": make_square()}, answer="yes")
    digests = {label: mask.sha256 for label, mask in annotation_masks(annotation).items()}
    other = annotation_masks(make_annotation())["bac"].sha256

    for shown in [digests | {"bac": other}, {"microcalcification": digests["bac"]}, {"calcium": other}]:
        with pytest.raises(MaskDigestMismatchError):
            submit_annotation(annotation=annotation, reader=annotation.reader, version=2, shown_digests=shown)
    annotation.refresh_from_db()
    assert annotation.state == ReadingState.OPEN

    submitted = submit_annotation(
        annotation=annotation, reader=annotation.reader, version=2, shown_digests=digests
    )
    assert submitted.state == ReadingState.SUBMITTED


def test_submit_annotation_twice_changes_nothing_the_second_time():
    annotation = make_annotation(answer="no")

    first = submit_annotation(annotation=annotation, reader=annotation.reader, version=1)
    second = submit_annotation(annotation=annotation, reader=annotation.reader, version=1)

    assert second.submitted_at == first.submitted_at
    assert AuditEntry.objects.filter(act="submit_annotation").count() == 1


def test_submit_annotation_without_an_answer_is_refused():
    annotation = make_annotation(labels={"bac": make_square()})

    with pytest.raises(AnswerMissingError):
        submit_annotation(annotation=annotation, reader=annotation.reader, version=1)

    annotation.refresh_from_db()
    assert annotation.state == ReadingState.OPEN


def test_submit_annotation_at_an_old_version_is_refused_with_the_new_one():
    annotation = make_annotation(labels={"bac": make_square()}, answer="yes")

    with pytest.raises(StaleVersionError) as caught:
        submit_annotation(annotation=annotation, reader=annotation.reader, version=1)

    assert caught.value.facts == {"version": 2}


def test_submit_annotation_of_another_reader_is_refused():
    annotation = make_annotation(answer="yes")

    with pytest.raises(ForbiddenError):
        submit_annotation(annotation=annotation, reader=make_reader("adjudicator"), version=1)


def test_commits_wait_for_the_disk():
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)
