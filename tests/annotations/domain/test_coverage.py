import uuid

import numpy as np
import pytest

from annotations.domain.annotation import submit_annotation
from annotations.domain.coverage import (
    CELL_PX,
    CoverageDraft,
    annotation_coverage,
    breast_area,
    record_coverage,
)
from annotations.errors import (
    AnnotationSubmittedError,
    CoverageIncompleteError,
    CoverageRefusedError,
    ForbiddenError,
)
from annotations.models import BreastArea, CoverageRecord
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db

# 3 rows and 5 columns of cells; the last of each are cut by the edge of the image.
ROWS, COLUMNS = 2 * CELL_PX + 10, 4 * CELL_PX + 1


def make_grid(*cells):
    """Pack cells (row, column) of the 3 x 5 grid as they come from the browser."""
    grid = np.zeros((3, 5), dtype=bool)
    for cell in cells:
        grid[cell] = True
    return np.packbits(grid).tobytes()


LEFT_HALF = [(row, column) for row in range(3) for column in range(2)]


def make_image(breast=LEFT_HALF):
    """Make an image whose breast is known: found once, it is not looked for again."""
    mammogram = make_mammogram(np.zeros((ROWS, COLUMNS), dtype=np.uint16))
    BreastArea.objects.create(mammogram=mammogram, cells=make_grid(*breast), is_found=True)
    return mammogram


def make_read(share_required=None, answer="no"):
    mammogram = make_image()
    campaign = make_campaign()
    campaign.coverage_share_required = share_required
    campaign.save()
    assignment = make_assignment(study=mammogram.study, campaign=campaign)
    return make_annotation(mammogram, assignment=assignment, answer=answer)


def see(annotation, *cells, record_id=None):
    record = CoverageDraft(record_id or uuid.uuid4(), make_grid(*cells))
    record_coverage(annotation=annotation, reader=annotation.reader, records=[record])


def submit(annotation):
    return submit_annotation(annotation=annotation, reader=annotation.reader, version=annotation.version)


def test_records_are_joined_and_only_breast_counts():
    annotation = make_read()

    see(annotation, (0, 0), (0, 1))
    see(annotation, (0, 1), (1, 1), (0, 4), (2, 4))

    coverage = annotation_coverage(annotation)
    assert (coverage.rows, coverage.columns) == (3, 5)
    assert coverage.seen == make_grid((0, 0), (0, 1), (1, 1), (0, 4), (2, 4))
    assert coverage.share == 3 / 6


def test_a_record_sent_twice_is_stored_once():
    annotation, record_id = make_read(), uuid.uuid4()

    see(annotation, (0, 0), record_id=record_id)
    see(annotation, (0, 0), (0, 1), record_id=record_id)

    assert CoverageRecord.objects.count() == 1
    assert annotation_coverage(annotation).share == 1 / 6


@pytest.mark.parametrize(
    "cells",
    [b"", bytes(1), bytes(3), b"\x00\x01", b"\xff\xff"],
    ids=["empty", "short", "long", "behind the last cell", "all bits"],
)
def test_cells_that_do_not_fit_the_grid_are_refused(cells):
    annotation = make_read()

    with pytest.raises(CoverageRefusedError):
        record_coverage(
            annotation=annotation,
            reader=annotation.reader,
            records=[CoverageDraft(uuid.uuid4(), make_grid((0, 0))), CoverageDraft(uuid.uuid4(), cells)],
        )

    assert not CoverageRecord.objects.exists()


def test_only_the_reader_herself_can_have_seen():
    annotation = make_read()

    with pytest.raises(ForbiddenError):
        record_coverage(annotation=annotation, reader=make_reader("adjudicator"), records=[])


def test_submission_is_refused_below_the_share_that_the_campaign_asks_for():
    annotation = make_read(share_required=0.5)
    see(annotation, (0, 0), (0, 1), (0, 4))

    with pytest.raises(CoverageIncompleteError) as refusal:
        submit(annotation)

    assert refusal.value.facts == {"share": 2 / 6, "share_required": 0.5}
    assert "33 %" in refusal.value.message
    assert "50 %" in refusal.value.message
    annotation.refresh_from_db()
    assert annotation.submitted_at is None


def test_submission_is_taken_at_the_share_that_the_campaign_asks_for():
    annotation = make_read(share_required=0.5)
    see(annotation, (0, 0), (0, 1), (1, 0))

    assert submit(annotation).submitted_at is not None


def test_a_share_just_below_is_never_said_to_be_reached():
    annotation = make_read(share_required=1.0)
    see(annotation, *LEFT_HALF[:-1])

    with pytest.raises(CoverageIncompleteError, match="83 %"):
        submit(annotation)


def test_without_a_bar_nothing_needs_to_be_seen():
    assert submit(make_read()).submitted_at is not None


def test_what_is_looked_at_after_submission_is_refused():
    annotation = submit(make_read())

    with pytest.raises(AnnotationSubmittedError):
        see(annotation, (0, 0))


def test_the_breast_is_found_once_and_kept():
    mammogram = make_mammogram(np.full((ROWS, COLUMNS), 7, dtype=np.uint16))

    first, second = breast_area(mammogram), breast_area(mammogram)

    assert first == second
    assert BreastArea.objects.count() == 1


def test_an_image_without_a_breast_to_be_found_counts_whole():
    mammogram = make_mammogram(np.full((ROWS, COLUMNS), 7, dtype=np.uint16))

    area = breast_area(mammogram)

    assert not area.is_found
    assert bytes(area.cells) == b"\xff\xfe"
