"""A patch classifier slid over a whole mammogram."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.errors import PredictionCancelledError, PredictionRefusedError
from ml.inference import PatchScorer, inside_white_frame, is_empty_tile, patch_plane
from ml.inference.patch_scorer import PATCHES_AT_ONCE
from ml.types import Acquisition


@dataclass(frozen=True)
class PatchGrid:
    """Probabilities on a grid of square cells over an image.

    Attributes
    ----------
    levels : ndarray of uint8, shape (cell rows, cell columns)
        Probability times 255; 0 where a patch shows only air.
    shape : tuple of int
        (rows, columns) of the image.
    place : tuple of slice
        The part of the image that was looked at: what a white frame encloses.
    plane_shape : tuple of int
        (rows, columns) of that part at the network's pixel spacing.
    cell_px : int
        Side of a cell at that spacing.
    """

    levels: NDArray[np.uint8]
    shape: tuple[int, int]
    place: tuple[slice, slice]
    plane_shape: tuple[int, int]
    cell_px: int

    def on_image(self) -> NDArray[np.uint8]:
        """Return the level of each pixel of the image, shape (rows, columns)."""
        rows, columns = self.plane_shape
        plane = np.kron(self.levels, np.ones((self.cell_px, self.cell_px), dtype=np.uint8))[:rows, :columns]
        whole = np.zeros(self.shape, dtype=np.uint8)
        size = tuple(part.stop - part.start for part in self.place)
        whole[self.place] = cv2.resize(plane, size[::-1], interpolation=cv2.INTER_NEAREST)
        return whole


def patch_grid(
    scorer: PatchScorer,
    pixels: NDArray[np.uint16],
    acquisition: Acquisition,
    *,
    stride_px: int | None = None,
    on_progress: Callable[[int, int], None] = lambda _done, _all: None,
    should_cancel: Callable[[], bool] = lambda: False,
) -> PatchGrid:
    """Ask a patch classifier everywhere on an image.

    Parameters
    ----------
    scorer : PatchScorer
        The network.
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values.
    acquisition : Acquisition
        Facts from the header; the pixel spacing has to be known.
    stride_px : int, optional
        From one patch to the next; by default its side, so that patches do not overlap. Where they do, a cell
        has the mean of the patches that cover it.
    on_progress : callable
        Told (patches done, patches in all).
    should_cancel : callable
        Asked before each batch of patches.

    Returns
    -------
    PatchGrid

    Raises
    ------
    PredictionRefusedError
        With code `stride_wrong`, `pixel_spacing_missing`, `pixel_spacing_out_of_range`,
        `resampled_too_large` or `out_of_memory`.
    PredictionCancelledError
        Where `should_cancel` answered True.
    """
    card = scorer.card
    side, stride = card.tile_px, stride_px or card.tile_px
    if stride < 1 or side % stride:
        raise PredictionRefusedError(
            f"Patches of {side} px cannot be moved by {stride} px: give a part of their side, such as "
            f"{side}, {side // 2} or {side // 4}.",
            code="stride_wrong",
        )
    plane = patch_plane(pixels, acquisition, card.pixel_spacing_mm, card.median_px)
    steps = [max(0, -(-(length - side) // stride)) + 1 for length in plane.shape]
    covered = [(count - 1) * stride + side for count in steps]
    missing = [(0, length - size) for length, size in zip(covered, plane.shape, strict=True)]
    padded = np.pad(plane, missing)
    corners = [(row * stride, column * stride) for row in range(steps[0]) for column in range(steps[1])]
    patches = [padded[row : row + side, column : column + side] for row, column in corners]
    found = _ask(scorer, patches, on_progress, should_cancel).reshape(steps)
    return PatchGrid(
        levels=np.rint(_mean_over_cells(found, side // stride) * 255).astype(np.uint8),
        shape=(pixels.shape[0], pixels.shape[1]),
        place=inside_white_frame(pixels),
        plane_shape=(plane.shape[0], plane.shape[1]),
        cell_px=stride,
    )


def _ask(
    scorer: PatchScorer,
    patches: list[NDArray[np.float32]],
    on_progress: Callable[[int, int], None],
    should_cancel: Callable[[], bool],
) -> NDArray[np.float64]:
    found = np.zeros(len(patches))
    shown = [k for k, patch in enumerate(patches) if not is_empty_tile(patch)]
    for first in range(0, len(shown), PATCHES_AT_ONCE):
        if should_cancel():
            raise PredictionCancelledError(f"Stopped after {first} of {len(shown)} patches, as asked.")
        on_progress(first, len(shown))
        some = shown[first : first + PATCHES_AT_ONCE]
        found[some] = scorer.probabilities(np.stack([patches[k] for k in some]))
    on_progress(len(shown), len(shown))
    return found


def _mean_over_cells(found: NDArray[np.float64], cells: int) -> NDArray[np.float64]:
    """Spread each patch over the cells it covers, `cells` by `cells` of them, and average where they meet."""
    shape = tuple(length + cells - 1 for length in found.shape)
    total, count = np.zeros(shape), np.zeros(shape)
    for row in range(cells):
        for column in range(cells):
            place = np.s_[row : row + found.shape[0], column : column + found.shape[1]]
            total[place] += found
            count[place] += 1
    return total / count
