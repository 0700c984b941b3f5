"""What a reader had on her screen at 1:1 or larger, as bits of a coarse grid, and the bar to submission."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from annotations.domain.content import read_content
from annotations.enums import ReadingState
from annotations.errors import (
    AnnotationSubmittedError,
    CoverageIncompleteError,
    CoverageRefusedError,
    ForbiddenError,
)
from annotations.ml_gateway.coverage import find_breast_cells
from annotations.models import Annotation, BreastArea, CoverageRecord, Mammogram, Reader

# Stored cells mean squares of this side for good.
CELL_PX = 64


@dataclass(frozen=True)
class CoverageDraft:
    """Cells that came into sight, with the id that the browser drew: sent twice, they are stored once."""

    id: UUID
    cells: bytes


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """The grid of an image, its breast, what of it was seen, and what the campaign asks for."""

    rows: int
    columns: int
    breast: bytes
    is_breast_found: bool
    seen: bytes
    share_required: float | None

    @property
    def share(self) -> float:
        """Cells of the breast that were seen, of all of them."""
        breast = int.from_bytes(self.breast)
        return (breast & int.from_bytes(self.seen)).bit_count() / max(breast.bit_count(), 1)


def annotation_coverage(annotation: Annotation) -> Coverage:
    """Join all records of an annotation; finds the breast of the image where nobody has asked before."""
    rows, columns = _grid_of(annotation.mammogram)
    area = breast_area(annotation.mammogram)
    seen = 0
    for cells in annotation.coverage_records.values_list("cells", flat=True):
        seen |= int.from_bytes(bytes(cells))
    return Coverage(
        rows=rows,
        columns=columns,
        breast=bytes(area.cells),
        is_breast_found=area.is_found,
        seen=seen.to_bytes(_byte_count(annotation.mammogram)),
        share_required=_share_required(annotation),
    )


def breast_area(mammogram: Mammogram) -> BreastArea:
    """Return the cells of an image that hold breast, found and stored at the first call."""
    area = BreastArea.objects.filter(mammogram=mammogram).first()
    if area is None:
        found = find_breast_cells(read_content(mammogram.pixels_sha256), mammogram, cell_px=CELL_PX)
        # Two pages may ask at once: the first answer stays.
        area, _is_new = BreastArea.objects.get_or_create(
            mammogram=mammogram, defaults={"cells": found.cells, "is_found": found.is_found}
        )
    return area


def record_coverage(*, annotation: Annotation, reader: Reader, records: Sequence[CoverageDraft]) -> None:
    """Store what came into sight; ids that are stored already change nothing."""
    if annotation.reader_id != reader.id:
        raise ForbiddenError("This is another reader's annotation; only what she has seen counts.")
    if annotation.state == ReadingState.SUBMITTED:
        raise AnnotationSubmittedError(
            "This annotation was submitted; what is looked at later does not count."
        )
    for record in records:
        _check_fits(record.cells, annotation.mammogram)
    CoverageRecord.objects.bulk_create(
        [CoverageRecord(id=record.id, annotation=annotation, cells=record.cells) for record in records],
        ignore_conflicts=True,
    )


def check_coverage(annotation: Annotation) -> None:
    """Refuse the submission of an image whose breast was not seen as far as its campaign asks for."""
    required = _share_required(annotation)
    if required is None:
        return
    share = annotation_coverage(annotation).share
    if share < required:
        # Cut off, not rounded: 99.6 % must not read as 100 %.
        raise CoverageIncompleteError(
            f"You have seen {int(share * 100)} % of this breast at 1:1; this campaign asks for "
            f"{required * 100:g} %. Look at the rest, then submit.",
            share=share,
            share_required=required,
        )


def _share_required(annotation: Annotation) -> float | None:
    """Ask it of a first reading; whoever goes on with a label that came back has seen the breast before."""
    if annotation.assignment is None or annotation.derived_from_id is not None:
        return None
    return annotation.assignment.campaign.coverage_share_required


def _grid_of(mammogram: Mammogram) -> tuple[int, int]:
    return -(-mammogram.rows // CELL_PX), -(-mammogram.columns // CELL_PX)


def _byte_count(mammogram: Mammogram) -> int:
    rows, columns = _grid_of(mammogram)
    return -(-rows * columns // 8)


def _check_fits(cells: bytes, mammogram: Mammogram) -> None:
    rows, columns = _grid_of(mammogram)
    unused_bits = -rows * columns % 8
    if len(cells) != _byte_count(mammogram) or cells[-1] & ((1 << unused_bits) - 1):
        raise CoverageRefusedError(
            f"What was seen of this image is {_byte_count(mammogram)} bytes, one bit for each of {rows} x "
            f"{columns} cells and none behind the last; {len(cells)} bytes came."
        )
