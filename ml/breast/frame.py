"""The part of an image that was exposed: without the white or black frame of a scan or a collimator."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.breast.air import find_air_edge
from ml.masks import Box
from ml.physics import Signal

SAMPLE_STEP = 8
# A line of a frame has one value, but for a few pixels of a scratch or a label on it. White is as bright as
# anything in the image, and noisy where a collimator let no X-rays through.
BLACK_RANGE, WHITE_RANGE = 0.02, 0.1  # of the range of the image
SAME_SHARE = 0.95
# A dark line at the edge is a frame, and not air, where what lies behind it is breast all at once.
BREAST_SHARE = 0.2
DEEPEST_WHITE_SHARE, DEEPEST_BLACK_SHARE = 0.3, 0.15  # of the image: no frame is wider
STEP_LINES = 3  # a border is sharp within so many lines


@dataclass(frozen=True)
class _Levels:
    """Brightness up to which a pixel is black, and from which it is breast."""

    black: float
    breast: float


def find_frame(pixels: NDArray[np.uint16], signal: Signal) -> Box:
    """Find the exposed part of an image.

    Parameters
    ----------
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values.
    signal : Signal
        How bright they count.

    Returns
    -------
    frame : tuple of int
        (first row, first column, row past the last, column past the last) inside the lines along the edges
        that hold one bright value, and inside dark ones that end at the breast with a step. The whole image
        where there is no frame, or nothing but frame.
    """
    sample = signal.brightness[pixels[::SAMPLE_STEP, ::SAMPLE_STEP]]
    low, high = (float(level) for level in np.percentile(sample, [1, 99]))
    if high <= low:
        return (0, 0, *pixels.shape)
    near_white = WHITE_RANGE * (high - low)

    def is_white(line: NDArray[np.float32]) -> bool:
        middle = np.median(line)
        is_even = np.mean(np.abs(line - middle) <= near_white) >= SAME_SHARE
        return bool(is_even and middle >= high - near_white)

    levels = _Levels(black=low + BLACK_RANGE * (high - low), breast=find_air_edge(sample).value)
    frame, before = (0, 0, *pixels.shape), None
    while before != frame:
        before = frame
        for side in range(4):
            frame = _trim_white(pixels, signal, frame, side, is_white)
        for side in range(4):
            frame = _trim_black(pixels, signal, frame, side, levels)
    return frame


def _trim_white(
    pixels: NDArray[np.uint16],
    signal: Signal,
    frame: Box,
    side: int,
    is_white: Callable[[NDArray[np.float32]], bool],
) -> Box:
    for depth in range(int(DEEPEST_WHITE_SHARE * _depth(frame, side))):
        if not is_white(_line(pixels, signal, frame, side, depth)):
            return _inset(frame, side, depth)
    # It does not end: an even breast.
    return frame


def _trim_black(pixels: NDArray[np.uint16], signal: Signal, frame: Box, side: int, levels: _Levels) -> Box:
    deepest = int(DEEPEST_BLACK_SHARE * _depth(frame, side))
    for depth in range(deepest):
        if np.mean(_line(pixels, signal, frame, side, depth) <= levels.black) < SAME_SHARE:
            behind = _line(pixels, signal, frame, side, depth + STEP_LINES)
            is_breast = depth > 0 and np.mean(behind > levels.breast) >= BREAST_SHARE
            return _inset(frame, side, depth) if is_breast else frame
    return frame


def _depth(frame: Box, side: int) -> int:
    return frame[2 + side % 2] - frame[side % 2]


def _inset(frame: Box, side: int, lines: int) -> Box:
    moved = list(frame)
    moved[side] += lines if side < 2 else -lines
    return (moved[0], moved[1], moved[2], moved[3])


def _line(
    pixels: NDArray[np.uint16], signal: Signal, frame: Box, side: int, depth: int
) -> NDArray[np.float32]:
    """Return the brightness of the line at a depth from the top (0), left (1), bottom (2) or right (3)."""
    top, left, bottom, right = frame
    place = frame[side] + depth if side < 2 else frame[side] - 1 - depth
    line = pixels[place, left:right] if side % 2 == 0 else pixels[top:bottom, place]
    return signal.brightness[line]
