"""Curves through the uncompressed breast."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

# (n, 2) points (row, column) in pixels of an image, or (n, 3) points in mm of a breast.
Curve = NDArray[np.float64]


def random_walk(
    random: Generator,
    start_mm: NDArray[np.float64],
    heading: NDArray[np.float64],
    length_mm: float,
    *,
    turn: float,
    step_mm: float,
    segment_mm: float = 8.0,
    towards_mm: NDArray[np.float64] | None = None,
) -> Curve:
    """Walk from `start_mm`, turning a little after each segment, and smooth the way with a spline.

    Parameters
    ----------
    random : Generator
        The only source of chance.
    start_mm, heading : ndarray of float64, shape (3,)
        First point, and direction of any length but 0.
    length_mm, segment_mm, step_mm : float
        Length of the walk, of one segment, and between points of the result.
    turn : float
        Standard deviation of the change of heading at each segment, radians in either direction.
    towards_mm : ndarray of float64, shape (3,), optional
        A point that the walk leans towards.

    Returns
    -------
    ndarray of float64, shape (n, 3)
        Points at about equal steps, at least two.
    """
    count = max(2, round(length_mm / segment_mm))
    knots = np.empty((count + 1, 3))
    knots[0] = start_mm
    heading = heading / np.linalg.norm(heading)
    for i, change in enumerate(random.normal(0, turn, (count, 3))):
        heading = heading + change
        if towards_mm is not None:
            away = towards_mm - knots[i]
            heading = heading + 0.15 * away / max(float(np.linalg.norm(away)), 1.0)
        heading = heading / np.linalg.norm(heading)
        knots[i + 1] = knots[i] + segment_mm * heading
    at = np.arange(count + 1) * segment_mm
    return CubicSpline(at, knots)(np.arange(0, at[-1], step_mm))


def steps_of(curve: Curve) -> NDArray[np.float64]:
    """Return the way from each point to the next, shape (n,); 0 for the last."""
    return np.append(np.sqrt((np.diff(curve, axis=0) ** 2).sum(axis=1)), 0.0)


def length_of(curve: Curve) -> float:
    """Return the length of a curve in the unit of its points; a single point has none."""
    return float(steps_of(curve).sum())


def pieces_where(shows: NDArray[np.bool_]) -> list[slice]:
    """Return the stretches of neighbouring points that are true, in order."""
    ends = np.flatnonzero(np.diff(np.concatenate([[False], shows, [False]]).astype(np.int8)))
    return [slice(int(start), int(end)) for start, end in ends.reshape(-1, 2)]
