"""What an image may be before anything of it is decoded; docs/ingest.md shows the same table to people."""

from ml.errors import ImageRefusedError

MINIMUM_SIDE_PX = 256
MAXIMUM_SIDE_PX = 8192
MAXIMUM_AREA_PX = 40_000_000
MAXIMUM_FILE_BYTES = 256 * 1024 * 1024

CHILD_MEMORY_BYTES = 2 * 1024**3
CHILD_PROCESSOR_S = 20
CHILD_WALL_S = 30
# The child's whole answer: the largest allowed image at 16 bits, and room for the facts beside it.
CHILD_ANSWER_BYTES = 2 * MAXIMUM_AREA_PX + 1024 * 1024


def check_size(rows: int, columns: int) -> None:
    """Refuse an image whose sides or area are outside the limits.

    Parameters
    ----------
    rows, columns : int
        Size in pixels, as the header states it.

    Raises
    ------
    ImageRefusedError
        Code ``size_out_of_range``.
    """
    sides_fit = all(MINIMUM_SIDE_PX <= side <= MAXIMUM_SIDE_PX for side in (rows, columns))
    if not sides_fit or rows * columns > MAXIMUM_AREA_PX:
        raise ImageRefusedError(
            f"This image says it is {rows} x {columns} pixels. Tramline reads {MINIMUM_SIDE_PX} to "
            f"{MAXIMUM_SIDE_PX} pixels a side and at most {MAXIMUM_AREA_PX // 1_000_000} million in all. "
            "Send the full mammogram, not a thumbnail or a mosaic.",
            code="size_out_of_range",
        )
