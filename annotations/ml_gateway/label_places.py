"""Where labels of one image touch, lie, or are very small: places for a person to look at, in image px."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml import masks
from ml.masks import Runs

TOUCHING = np.ones((3, 3), dtype=np.uint8)


@dataclass(frozen=True)
class Place:
    """The middle of a pixel, or any point: x to the right, y down."""

    x_px: float
    y_px: float


@dataclass(frozen=True)
class Piece:
    """One 8-connected piece of a label, at one of its own pixels."""

    place: Place
    area_px: int


def touching_places(first: bytes, second: bytes) -> list[Place]:
    """Give one place for each stretch in which two labels share pixels or touch, at corners too."""
    one, two = masks.decode(first), masks.decode(second)
    box = _shared_box(one, two)
    if box is None:
        return []
    near_two = cv2.dilate(masks.to_dense_crop(two, box).astype(np.uint8), TOUCHING)
    return _places_of(masks.to_dense_crop(one, box) & (near_two > 0), offset=box[:2])


def _shared_box(one: Runs, two: Runs) -> masks.Box | None:
    """Return the part of the image in which both may lie, with a pixel to spare; None where there is none."""
    if not len(one.runs) or not len(two.runs):
        return None
    top, left, bottom, right = masks.bounding_box(one)
    other_top, other_left, other_bottom, other_right = masks.bounding_box(two)
    box = (
        max(top, other_top - 1, 0),
        max(left, other_left - 1, 0),
        min(bottom, other_bottom + 1),
        min(right, other_right + 1),
    )
    if box[0] >= box[2] or box[1] >= box[3]:
        return None
    # Pixels of the second label just outside the box touch those inside.
    return max(box[0] - 1, 0), max(box[1] - 1, 0), min(box[2] + 1, one.rows), min(box[3] + 1, one.columns)


def pieces_of(mask: bytes) -> list[Piece]:
    """List the separate pieces of a label in raster order."""
    runs = masks.decode(mask)
    table = masks.label_components(runs)
    _labels, first = np.unique(table.label_of_run, return_index=True)
    return [
        Piece(_middle_of_run(runs.runs[run]), int(area))
        for run, area in zip(first, table.area_px, strict=True)
    ]


def places_outside(mask: bytes, cells: bytes, *, cell_px: int) -> list[Place]:
    """Give one place for each piece of a label, or part of it, in cells of a grid that are not set."""
    runs = masks.decode(mask)
    grid = (-(-runs.rows // cell_px), -(-runs.columns // cell_px))
    if not len(runs.runs):
        return []
    is_inside = np.unpackbits(np.frombuffer(cells, np.uint8), count=grid[0] * grid[1]).reshape(grid) > 0
    top, left, bottom, right = masks.bounding_box(runs)
    inside = np.kron(
        is_inside[top // cell_px : -(-bottom // cell_px), left // cell_px : -(-right // cell_px)],
        np.ones((cell_px, cell_px), dtype=bool),
    )
    start = top % cell_px, left % cell_px
    inside = inside[start[0] : start[0] + bottom - top, start[1] : start[1] + right - left]
    return _places_of(masks.to_dense_crop(runs, (top, left, bottom, right)) & ~inside, offset=(top, left))


def count_within(ring: Sequence[Sequence[float]], points: Sequence[Sequence[float]], label: bytes) -> int:
    """Count what lies within a ring: points, and pieces of a label that hold none of these points."""
    contour = np.array(ring, dtype=np.float32)
    within = [point for point in points if _is_within(contour, *point)]
    runs = masks.decode(label)
    pieces = [
        component for component in masks.components(runs) if _is_within(contour, *_centre_of(component.box))
    ]
    unmarked = [piece for piece in pieces if not any(_holds(piece.runs, *point) for point in within)]
    return len(within) + len(unmarked)


def _is_within(contour: NDArray[np.float32], x: float, y: float) -> bool:
    return cv2.pointPolygonTest(contour, (float(x), float(y)), measureDist=False) >= 0


def _centre_of(box: masks.Box) -> tuple[float, float]:
    return (box[1] + box[3]) / 2, (box[0] + box[2]) / 2


def _holds(mask: Runs, x: float, y: float) -> bool:
    return bool(((mask.runs[:, 0] == int(y)) & (mask.runs[:, 1] <= x) & (x < mask.runs[:, 2])).any())


def _middle_of_run(run: NDArray[np.int32]) -> Place:
    row, start, end = (int(value) for value in run)
    return Place((start + end - 1) // 2 + 0.5, row + 0.5)


def _places_of(pixels: NDArray[np.bool_], *, offset: tuple[int, int]) -> list[Place]:
    return [
        Place(piece.place.x_px + offset[1], piece.place.y_px + offset[0])
        for piece in pieces_of(masks.encode(masks.from_dense(pixels)))
    ]
