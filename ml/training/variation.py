"""Vary images: mirrored, moved, turned, scaled; whole ones to be marked also blurred, brighter or darker."""

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

SHIFT, SCALE, TURN_DEGREES, BREAST_TURN_DEGREES = 0.05, 0.10, 15.0, 10.0
BRIGHTNESS, CONTRAST = 0.2, 0.2
OFTEN, SELDOM = 0.5, 0.2
BLUR_PX = (3, 5, 7)


def vary_whole(
    image: NDArray[np.float32], label: NDArray[np.float32], random: Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Vary an image and move its label with it.

    Parameters
    ----------
    image, label : ndarray of float32, shape (rows, columns)
        Values of 0..1, and 0 or 1.
    random : Generator
        The only source of chance.

    Returns
    -------
    image, label : ndarray of float32, shape (rows, columns)
        In the same ranges.
    """
    rows, columns = image.shape
    move = _move(rows, columns, TURN_DEGREES, random)
    image = cv2.warpAffine(image, move, (columns, rows), flags=cv2.INTER_LINEAR)
    label = cv2.warpAffine(label, move, (columns, rows), flags=cv2.INTER_NEAREST)
    for axis in (0, 1):
        if random.random() < OFTEN:
            image, label = np.flip(image, axis), np.flip(label, axis)
    if random.random() < SELDOM:
        image = cv2.blur(np.ascontiguousarray(image), (int(random.choice(BLUR_PX)),) * 2)
    if random.random() < OFTEN:
        image = image * (1 + random.uniform(-CONTRAST, CONTRAST)) + random.uniform(-BRIGHTNESS, BRIGHTNESS)
    return np.clip(image, 0, 1).astype(np.float32), np.ascontiguousarray(label, dtype=np.float32)


def vary_breast(image: NDArray[np.float32], random: Generator) -> NDArray[np.float32]:
    """Vary an image that is answered for as a whole.

    Parameters
    ----------
    image : ndarray of float32, shape (rows, columns)
        Values of any range, 0 outside the breast.
    random : Generator
        The only source of chance.

    Returns
    -------
    ndarray of float32, shape (rows, columns)
        Moved, turned, scaled and mirrored, with its grey values as they are.
    """
    rows, columns = image.shape
    move = _move(rows, columns, BREAST_TURN_DEGREES, random)
    image = cv2.warpAffine(image, move, (columns, rows), flags=cv2.INTER_LINEAR)
    for axis in (0, 1):
        if random.random() < OFTEN:
            image = np.flip(image, axis)
    return np.ascontiguousarray(image, dtype=np.float32)


def vary_patch(patch: NDArray[np.float32], random: Generator) -> NDArray[np.float32]:
    """Turn a square patch by quarters and mirror it; nothing is interpolated, so specks stay as they are."""
    turned = np.rot90(patch, int(random.integers(4)))
    return np.ascontiguousarray(turned[:, ::-1] if random.integers(2) else turned)


def _move(rows: int, columns: int, turn_degrees: float, random: Generator) -> NDArray[np.float64]:
    turn, scale = random.uniform(-turn_degrees, turn_degrees), 1 + random.uniform(-SCALE, SCALE)
    move = cv2.getRotationMatrix2D((columns / 2, rows / 2), turn, scale)
    move[:, 2] += random.uniform(-SHIFT, SHIFT, 2) * (columns, rows)
    return np.asarray(move, dtype=np.float64)
