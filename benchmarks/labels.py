"""The labels that are raced: vessels as readers paint them, full and as dashed tram tracks, and specks.

Everything is drawn from a seed; the prediction is a shifted, trimmed, partly missing copy of the reference.
Inputs are made on first use and kept, so that a race's warm-up pays for them and its clock does not.
"""

from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml import masks

SHAPE = (4096, 3328)
VESSELS, SPECKS = 18, 50
MARGIN_PX = 30


class Pair(NamedTuple):
    """Two labels of one image, dense; True inside."""

    reference: NDArray[np.bool_]
    prediction: NDArray[np.bool_]


@cache
def dense_pair(seed: int = 0, shape: tuple[int, int] = SHAPE) -> Pair:
    random = np.random.default_rng(seed)
    breast = breast_area(shape)
    reference, prediction = (np.zeros(shape, dtype=np.uint8) for _ in range(2))
    for number in range(VESSELS):
        line = vessel_line(random, breast)
        width_px, is_tram_track = int(random.integers(5, 26)), number % 2 == 1
        paint_vessel(reference, line, width_px, random, is_tram_track=is_tram_track)
        if random.random() < 0.8:
            first, past = np.sort(random.integers(0, len(line), 2))
            part = line[first:past] if past - first > 0.4 * len(line) else line
            other_width_px = max(3, width_px + int(random.integers(-3, 4)))
            shifted = part + random.normal(0, 3, 2)
            paint_vessel(prediction, shifted, other_width_px, random, is_tram_track=is_tram_track)
    places = np.argwhere(breast[::8, ::8]) * 8
    for label in (reference, prediction):
        for row, column in places[random.integers(0, len(places), SPECKS)]:
            cv2.circle(label, (int(column), int(row)), int(random.integers(1, 5)), 1, -1)
    return Pair(reference.astype(bool) & breast, prediction.astype(bool) & breast)


@cache
def runs_pair(seed: int = 0, shape: tuple[int, int] = SHAPE) -> tuple[masks.Runs, masks.Runs]:
    pair = dense_pair(seed, shape)
    return masks.from_dense(pair.reference), masks.from_dense(pair.prediction)


def breast_area(shape: tuple[int, int]) -> NDArray[np.bool_]:
    rows, columns = shape
    row = (np.arange(rows)[:, None] - rows / 2) / (rows * 0.44)
    column = np.arange(columns)[None, :] / (columns * 0.68)
    return row**2 + column**2 <= 1


def vessel_line(random: Generator, breast: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Walk 200 to 2,000 px with slowly changing curvature, turning back at the skin."""
    rows, columns = breast.shape
    places = np.argwhere(breast[::16, : int(columns * 0.7) : 16]) * 16.0
    place = places[random.integers(len(places))]
    heading, curvature, line = random.uniform(0, 2 * np.pi), 0.0, [place]
    for bend in random.normal(0, 0.0006, int(random.uniform(200, 2000))):
        curvature = 0.985 * curvature + bend
        heading += curvature
        step = place + np.array([np.sin(heading), np.cos(heading)])
        row, column = step.astype(int)
        is_framed = MARGIN_PX < row < rows - MARGIN_PX and MARGIN_PX < column < columns - MARGIN_PX
        if is_framed and breast[row, column]:
            place = step
            line.append(place)
        else:
            heading += 0.35
    return np.array(line)


def paint_vessel(
    label: NDArray[np.uint8],
    line: NDArray[np.float64],
    width_px: int,
    random: Generator,
    *,
    is_tram_track: bool,
) -> None:
    if len(line) < 3:
        return
    if not is_tram_track:
        _polyline(label, line, width_px)
        return
    along = np.gradient(line, axis=0)
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    across /= np.linalg.norm(across, axis=1, keepdims=True) + 1e-9
    rail_px = max(2, width_px // 4)
    for side in (-1, 1):
        rail = line + side * across * (width_px - rail_px) / 2
        first = 0
        while first < len(rail) - 2:
            length = int(random.integers(20, 180))
            _polyline(label, rail[first : first + length], rail_px)
            first += length + int(random.integers(3, 25))


def _polyline(label: NDArray[np.uint8], line: NDArray[np.float64], width_px: int) -> None:
    points = np.round(line[:, ::-1]).astype(np.int32)
    cv2.polylines(label, [points[:, None]], isClosed=False, color=1, thickness=width_px)
