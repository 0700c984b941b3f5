"""How long centre lines are."""

import numpy as np
from numpy.typing import NDArray

from ml.masks.edge_distance import edge_distance_mm
from ml.masks.points import (
    BELOW,
    BELOW_LEFT,
    BELOW_RIGHT,
    LEFT,
    RIGHT,
    in_raster_order,
    neighbour_table,
)
from ml.masks.runs import Runs
from ml.masks.spacing import checked_sides

# Kulpa 1977: the weights that make a digital line's length right on average over all directions.
KULPA_ORTHOGONAL = 0.948
KULPA_DIAGONAL = 1.343


def links(points: NDArray[np.int32]) -> tuple[int, int, int]:
    """Count the steps between neighbouring points of a line.

    Parameters
    ----------
    points : ndarray of int, shape (k, 2)
        (row, column) of each pixel, each once, in any order.

    Returns
    -------
    horizontal, vertical, diagonal : int
        Pairs of neighbours; a diagonal pair counts only where no third point joins the two by straight steps.

    Raises
    ------
    MaskGeometryError
        If the points are not pixels, or one comes twice.
    """
    table = neighbour_table(in_raster_order(points)) >= 0
    right, below, left = table[:, RIGHT], table[:, BELOW], table[:, LEFT]
    falling = table[:, BELOW_RIGHT] & ~right & ~below
    rising = table[:, BELOW_LEFT] & ~left & ~below
    return int(right.sum()), int(below.sum()), int(falling.sum() + rising.sum())


def kulpa_length_px(points: NDArray[np.int32]) -> float:
    """Measure a line of pixels, in pixels.

    Parameters
    ----------
    points : ndarray of int, shape (k, 2)
        (row, column) of each pixel of a skeleton.

    Returns
    -------
    length_px : float
        0 for no point or one; the caps beyond the end points are not counted.

    Raises
    ------
    MaskGeometryError
        If the points are not pixels, or one comes twice.

    Notes
    -----
    0.948 for a straight step and 1.343 for a diagonal one [1]_. On brush strokes of 3 to 21 px width the bias
    is below 1 % and the spread 3 %, where counting pixels reads 10 % too little.

    References
    ----------
    .. [1] Z. Kulpa, Area and perimeter measurement of blobs in discrete binary pictures, Computer Graphics
       and Image Processing 6 (1977) 434-451, doi:10.1016/S0146-664X(77)80021-X.
    """
    return kulpa_length_mm(points, (1.0, 1.0))


def kulpa_length_mm(points: NDArray[np.int32], pixel_spacing_mm: tuple[float, float]) -> float:
    """Measure a line of pixels, in millimetres.

    Parameters
    ----------
    points : ndarray of int, shape (k, 2)
        (row, column) of each pixel of a skeleton.
    pixel_spacing_mm : tuple of float
        (row, column) spacing: the height and the width of a pixel.

    Returns
    -------
    length_mm : float
        As `kulpa_length_px`, each step scaled by its own length; for pixels that are not square the weights
        are an approximation.

    Raises
    ------
    MaskGeometryError
        If the points are not pixels, one comes twice, or the spacing is not two lengths.
    """
    height, width = checked_sides(pixel_spacing_mm)
    horizontal, vertical, diagonal = links(points)
    straight_mm = KULPA_ORTHOGONAL * (horizontal * width + vertical * height)
    diagonal_mm = KULPA_DIAGONAL * diagonal * float(np.hypot(height, width)) / np.sqrt(2)
    return float(straight_mm + diagonal_mm)


def kulpa_length_of_pieces_mm(
    points: NDArray[np.int32],
    piece: NDArray[np.integer],
    pixel_spacing_mm: tuple[float, float],
    *,
    pieces: int,
) -> NDArray[np.float64]:
    """Measure the pieces of a line of pixels, in millimetres.

    Parameters
    ----------
    points : ndarray of int, shape (k, 2)
        (row, column) of each pixel of a skeleton, in raster order.
    piece : ndarray of int, shape (k,)
        The piece of each, from 0.
    pixel_spacing_mm : tuple of float
        (row, column) spacing: the height and the width of a pixel.
    pieces : int
        How many pieces there are.

    Returns
    -------
    length_mm : ndarray of float64, shape (pieces,)
        Together the `kulpa_length_mm` of the line: a step from one piece to another counts with the piece of
        the point that comes first.

    Raises
    ------
    MaskGeometryError
        If the points are not pixels, one comes twice, or the spacing is not two lengths.

    Examples
    --------
    >>> line = np.array([[0, 0], [0, 1], [5, 5], [6, 6]])
    >>> kulpa_length_of_pieces_mm(line, np.array([0, 0, 1, 1]), (1.0, 1.0), pieces=2).round(3).tolist()
    [0.948, 1.343]
    """
    height, width = checked_sides(pixel_spacing_mm)
    table = neighbour_table(in_raster_order(points)) >= 0
    right, below, left = table[:, RIGHT], table[:, BELOW], table[:, LEFT]
    falling = table[:, BELOW_RIGHT] & ~right & ~below
    rising = table[:, BELOW_LEFT] & ~left & ~below
    straight_mm = KULPA_ORTHOGONAL * (right * width + below * height)
    diagonal_mm = KULPA_DIAGONAL * float(np.hypot(height, width)) / np.sqrt(2) * (falling * 1.0 + rising)
    weights = (straight_mm + diagonal_mm).astype(np.float64)
    return np.bincount(piece, weights=weights, minlength=pieces).astype(np.float64)


def end_capped_length_mm(
    mask: Runs, points: NDArray[np.int32], pixel_spacing_mm: tuple[float, float]
) -> float:
    """Measure a centre line up to the edge of its mask, in millimetres.

    Parameters
    ----------
    mask : Runs
        The mask.
    points : ndarray of int, shape (k, 2)
        (row, column) of each pixel of its skeleton.
    pixel_spacing_mm : tuple of float
        (row, column) spacing: the height and the width of a pixel.

    Returns
    -------
    length_mm : float
        `kulpa_length_mm` and the distance to the mask's edge at each free end: that of a point with one
        neighbour, or with two that touch each other. A single pixel has two ends. 0 for no points.

    Raises
    ------
    MaskGeometryError
        If the points are not pixels of the image, one comes twice, or the spacing is not two lengths.
    """
    points = in_raster_order(points)
    is_next = neighbour_table(points) >= 0
    # Once around a point, each group of touching neighbours is entered once.
    groups = (is_next & ~np.roll(is_next, 1, axis=1)).sum(axis=1)
    ends = np.select([groups == 0, groups == 1], [2, 1], 0)
    ends[is_next.sum(axis=1) > 2] = 0
    caps_mm = edge_distance_mm(mask, points[ends > 0], pixel_spacing_mm)
    return kulpa_length_mm(points, pixel_spacing_mm) + float(caps_mm @ ends[ends > 0])
