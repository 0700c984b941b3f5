"""Stored masks as COCO annotations."""

from typing import TypedDict

from ml import masks


class CocoShape(TypedDict):
    """What COCO says of one mask: compressed RLE, area in pixels, box as [x, y, width, height] in pixels."""

    segmentation: dict[str, str | list[int]]
    area: int
    bbox: list[int]


def mask_to_coco(mask: bytes) -> CocoShape:
    """Write a stored mask as COCO does; an empty one has area 0 and a box of no size."""
    runs = masks.decode(mask)
    first_row, first_column, past_row, past_column = masks.bounding_box(runs)
    return CocoShape(
        segmentation=masks.to_coco_rle(runs),
        area=masks.area_px(runs),
        bbox=[first_column, first_row, past_column - first_column, past_row - first_row],
    )
