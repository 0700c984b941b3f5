"""Curves, and the pixels around them."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.spatial import cKDTree

Curve = NDArray[np.float64]


@dataclass(frozen=True)
class Stroke:
    """The pixels near a curve.

    Attributes
    ----------
    rows, columns : ndarray of int, shape (n,)
        Pixel positions, each once.
    distance_px : ndarray of float32, shape (n,)
        From the pixel's centre to the curve.
    point : ndarray of int, shape (n,)
        Index of the nearest point of the curve.
    is_left : ndarray of bool, shape (n,)
        On which side of the curve, seen along it.
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    distance_px: NDArray[np.float32]
    point: NDArray[np.intp]
    is_left: NDArray[np.bool_]

    def raise_to(self, field: NDArray[np.float32], values: NDArray[np.float32]) -> None:
        """Set `field` at these pixels to the larger of what it is and `values`."""
        here = (self.rows, self.columns)
        field[here] = np.maximum(field[here], values)


def random_curve(
    random: Generator,
    start: tuple[float, float],
    heading: float,
    length_px: float,
    *,
    segment_px: float,
    turn: float,
    step_px: float = 0.25,
) -> Curve:
    """Walk from `start`, turning a little after each segment, and smooth the way with a spline.

    Parameters
    ----------
    random : Generator
        The only source of chance.
    start : tuple of float
        (row, column) in pixels.
    heading : float
        Direction in radians; 0 runs along a row, positive turns towards higher rows.
    length_px, segment_px, step_px : float
        Length of the walk, of one segment, and between points of the result.
    turn : float
        Standard deviation of the change of heading at each segment, radians.

    Returns
    -------
    ndarray of float64, shape (n, 2)
        (row, column) of points at equal steps, at least two.
    """
    count = max(2, round(length_px / segment_px))
    headings = heading + np.cumsum(random.normal(0, turn, count))
    moves = segment_px * np.column_stack([np.sin(headings), np.cos(headings)])
    knots = np.vstack([start, start + np.cumsum(moves, axis=0)])
    at = np.arange(len(knots)) * segment_px
    return CubicSpline(at, knots)(np.arange(0, at[-1], step_px))


def stroke_around(curve: Curve, radius_px: float, shape: tuple[int, int]) -> Stroke:
    """Find the pixels of an image whose centre lies within `radius_px` of a curve.

    Parameters
    ----------
    curve : ndarray of float64, shape (n, 2)
        (row, column) of at least two points, close to each other against a pixel.
    radius_px : float
        Reach.
    shape : tuple of int
        (rows, columns) of the image; the curve may leave it.

    Returns
    -------
    Stroke
        Possibly empty.
    """
    near = _box_around(curve, radius_px, shape)
    if near is None:
        return _stroke(np.empty((0, 2), dtype=np.intp), curve, radius_px)
    (top, left), (bottom, right) = near
    line = np.full((bottom - top, right - left), 255, dtype=np.uint8)
    points = np.floor(curve - (top, left)).astype(np.int32)[:, ::-1]
    cv2.polylines(line, [points], isClosed=False, color=0)
    distance = cv2.distanceTransform(line, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    candidates = np.argwhere(distance <= radius_px + 2) + np.array([top, left])
    return _stroke(candidates, curve, radius_px)


def curve_length_px(curve: Curve) -> float:
    """Return the length of a curve in pixels; a single point has none."""
    return float(np.hypot(*np.diff(curve, axis=0).T).sum())


def _box_around(
    curve: Curve, radius_px: float, shape: tuple[int, int]
) -> tuple[tuple[int, int], tuple[int, int]] | None:
    margin = math.ceil(radius_px) + 3
    low = np.maximum(np.floor(curve.min(axis=0)).astype(int) - margin, 0)
    high = np.minimum(np.ceil(curve.max(axis=0)).astype(int) + margin, shape)
    if (low >= high).any():
        return None
    return (int(low[0]), int(low[1])), (int(high[0]), int(high[1]))


def _stroke(candidates: NDArray[np.intp], curve: Curve, radius_px: float) -> Stroke:
    centres = candidates + 0.5
    distance, point = cKDTree(curve).query(centres, distance_upper_bound=radius_px)
    inside = np.isfinite(distance)
    candidates, centres, point = candidates[inside], centres[inside], point[inside]
    along = np.gradient(curve, axis=0)[point]
    offset = centres - curve[point]
    is_left = along[:, 0] * offset[:, 1] - along[:, 1] * offset[:, 0] > 0
    return Stroke(candidates[:, 0], candidates[:, 1], distance[inside].astype(np.float32), point, is_left)
