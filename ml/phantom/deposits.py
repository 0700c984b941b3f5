"""Lay volumes of material along curves onto an image, losing none: what keeps mass the same in every view."""

import numpy as np
from numpy.typing import NDArray

from ml.compiled import compiled

# Distance between deposits, in pixels; each is shared by the four pixels around it.
ALONG_PX, ACROSS_PX = 0.5, 0.4


def deposit_along(
    field: NDArray[np.float32],
    curve_px: NDArray[np.float64],
    half_width_px: NDArray[np.float64],
    volume_px: NDArray[np.float64],
    profile: NDArray[np.float64],
    *,
    grains: NDArray[np.float64] | None = None,
) -> None:
    """Add material along a curve to a map of thickness.

    Parameters
    ----------
    field : ndarray of float32, shape (rows, columns)
        Changed in place: thickness of a material along the ray, in any unit of length.
    curve_px : ndarray of float64, shape (n, 2)
        (row, column) of points along the curve; they may lie outside, where nothing is laid. Fewer than two
        points lay nothing.
    half_width_px : ndarray of float64, shape (n,)
        Half the width of what is laid at each point.
    volume_px : ndarray of float64, shape (n,)
        What is laid from each point to the next, as the field's unit times square pixels; the last counts
        for nothing.
    profile : ndarray of float64, shape (m,)
        How it spreads over the width, at m equal steps from one side to the other.
    grains : ndarray of float64, shape (n, m), optional
        A factor on the profile at each point; each row is scaled so that the volume stays. A row without
        any counts as even.

    Notes
    -----
    The volume that arrives does not depend on the direction of the ray: where a curve runs along the ray, the
    same volume lies on a shorter piece of the image.
    """
    if len(curve_px) < 2:
        return
    shares = np.tile(profile, (len(curve_px), 1)) if grains is None else profile * grains
    totals = shares.sum(axis=1, keepdims=True)
    shares = np.where(totals > 0, shares / np.where(totals > 0, totals, 1), profile / profile.sum())
    _deposit(
        field,
        np.ascontiguousarray(curve_px, dtype=np.float64),
        np.ascontiguousarray(half_width_px, dtype=np.float64),
        np.ascontiguousarray(volume_px, dtype=np.float64),
        np.ascontiguousarray(shares, dtype=np.float64),
    )


def steps_across(half_width_px: float) -> int:
    """Return how many values a profile of this half width needs to be laid without gaps."""
    return max(4, int(np.ceil(2 * half_width_px / ACROSS_PX)))


@compiled
def _deposit(
    field: NDArray[np.float32],
    curve: NDArray[np.float64],
    half_width: NDArray[np.float64],
    volume: NDArray[np.float64],
    shares: NDArray[np.float64],
) -> None:
    rows, columns = field.shape
    across = shares.shape[1]
    for i in range(len(curve) - 1):
        down, right = curve[i + 1, 0] - curve[i, 0], curve[i + 1, 1] - curve[i, 1]
        length = np.sqrt(down * down + right * right)
        # Along the ray a curve has no direction of its own in the image: any will do.
        beside_row, beside_column = (-right / length, down / length) if length > 1e-9 else (0.0, 1.0)
        pieces = max(1, int(np.ceil(length / ALONG_PX)))
        for piece in range(pieces):
            part = (piece + 0.5) / pieces
            row, column = curve[i, 0] + part * down - 0.5, curve[i, 1] + part * right - 0.5
            for k in range(across):
                offset = (k + 0.5) / across * 2 - 1
                r = row + offset * half_width[i] * beside_row
                c = column + offset * half_width[i] * beside_column
                top, left = int(np.floor(r)), int(np.floor(c))
                if top < 0 or left < 0 or top + 1 >= rows or left + 1 >= columns:
                    continue
                amount = volume[i] / pieces * shares[i, k]
                lower, righter = r - top, c - left
                field[top, left] += amount * (1 - lower) * (1 - righter)
                field[top, left + 1] += amount * (1 - lower) * righter
                field[top + 1, left] += amount * lower * (1 - righter)
                field[top + 1, left + 1] += amount * lower * righter
