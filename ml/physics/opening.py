"""The exact grey opening by a flat disc, computed only where it is needed."""

import numpy as np
from numpy.typing import NDArray

from ml.compiled import compiled
from ml.errors import MaskShapeMismatchError, PixelValuesError
from ml.masks import Runs
from ml.physics.blocks import blocks_within, cell_distance_px


def disc(diameter_px: float) -> NDArray[np.uint8]:
    """Build the flat disc of an opening.

    Parameters
    ----------
    diameter_px : float
        Diameter in pixels, need not be whole.

    Returns
    -------
    element : ndarray of uint8, shape (2 k + 1, 2 k + 1)
        1 where the squared distance to the centre is at most radius squared + 0.5.
    """
    radius = diameter_px / 2
    reach = int(radius)
    row, column = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    return (row**2 + column**2 <= radius**2 + 0.5).astype(np.uint8)


def open_near(values: NDArray, mask: Runs, *, diameter_px: float, reach_px: float = 0.0) -> NDArray:
    """Open an image by a flat disc, near a mask.

    Parameters
    ----------
    values : ndarray of uint16, float32 or float64, shape (rows, columns)
        The image.
    mask : Runs
        Where the result is wanted, of the size of the image.
    diameter_px : float
        Diameter of the disc, as in `disc`.
    reach_px : float
        How far around the mask the result is wanted as well.

    Returns
    -------
    opened : ndarray like `values`
        Within `reach_px` of the mask, the opening of the whole image, bit for bit; of no meaning elsewhere.

    Raises
    ------
    MaskShapeMismatchError
        If image and mask differ in size.
    PixelValuesError
        If the image has another type, or a value that is not a number.

    Notes
    -----
    What lies outside the image does not count. A reflection at the edge would give the same: it brings back
    pixels nearer to the middle of the disc than the place they are brought to, so the disc holds them anyway.

    A disc is a stack of chords. The extreme over each chord of a row comes from three of the next shorter
    one, by two comparisons a pixel, and serves the two rows of the result from which the disc reaches this
    row with that chord [1]_. Least and greatest value commute with every increasing map, so where no
    smoothing comes between, stored values may be opened before their logarithm is taken.

    References
    ----------
    .. [1] E. R. Urbach, M. H. F. Wilkinson, Efficient 2-D grayscale morphological transformations with
       arbitrary flat structuring elements, IEEE Transactions on Image Processing 17 (2008) 1-8,
       doi:10.1109/TIP.2007.912582.
    """
    if values.shape != (mask.rows, mask.columns):
        raise MaskShapeMismatchError(
            f"The mask has {mask.rows} x {mask.columns} pixels, the image {values.shape}; expected the same."
        )
    if values.dtype not in (np.uint16, np.float32, np.float64):
        raise PixelValuesError(f"The pixels are {values.dtype}; an opening takes uint16, float32 or float64.")
    if np.isnan(values.min()):
        raise PixelValuesError("The image has pixels that are not a number; give each pixel a value.")
    return open_cells(values, cell_distance_px(mask), diameter_px=diameter_px, reach_px=reach_px)


def open_cells(
    values: NDArray, distance_px: NDArray[np.float32], *, diameter_px: float, reach_px: float
) -> NDArray:
    """Do as `open_near` where the distance of each cell from the mask is known and the image was checked.

    Parameters
    ----------
    values : ndarray, shape (rows, columns)
        The image; need not be defined farther from the mask than `reach_px` and the disc's diameter.
    distance_px : ndarray of float32
        From `cell_distance_px`.
    diameter_px, reach_px : float
        As in `open_near`.

    Returns
    -------
    opened : ndarray like `values`
        As `open_near`.
    """
    element = disc(diameter_px)
    reach = element.shape[0] // 2
    half_chords = element[reach:].sum(axis=1, dtype=np.int64) // 2
    lowest, highest = _limits(values.dtype)
    eroded, opened = (np.zeros(values.shape, dtype=values.dtype) for _ in range(2))
    around = blocks_within(distance_px, reach_px + reach, values.shape)
    near = blocks_within(distance_px, reach_px, values.shape)
    _take_extreme(values, eroded, around, half_chords, highest, -1)
    _take_extreme(eroded, opened, near, half_chords, lowest, 1)
    return opened


def _limits(dtype: np.dtype) -> tuple[np.generic, np.generic]:
    if dtype.kind == "f":
        return dtype.type(-np.inf), dtype.type(np.inf)
    return dtype.type(np.iinfo(dtype).min), dtype.type(np.iinfo(dtype).max)


@compiled
def _take_extreme(  # noqa: PLR0917  compiled functions take arguments by position
    source: NDArray,
    target: NDArray,
    blocks: NDArray[np.int64],
    half_chords: NDArray[np.int64],
    nothing: np.generic,
    sign: int,
) -> None:
    """Write the least (sign -1) or the greatest (+1) value under the disc into the blocks of the target."""
    reach = len(half_chords) - 1
    rows, columns = source.shape
    widest = 0
    for number in range(len(blocks)):
        widest = max(widest, blocks[number, 3] - blocks[number, 1])
    line = np.empty(widest + 2 * reach, dtype=source.dtype)
    spare = np.empty_like(line)
    for number in range(len(blocks)):
        top, left, bottom, right = blocks[number]
        width = right - left
        target[top:bottom, left:right] = nothing
        first, past = max(left - reach, 0), min(right + reach, columns)
        for row in range(max(top - reach, 0), min(bottom + reach, rows)):
            line[:] = nothing
            line[first - left + reach : past - left + reach] = source[row, first:past]
            grown = (
                0  # line[i] holds the extreme of this many pixels to either side of left - reach + grown + i
            )
            for away in range(reach, -1, -1):
                while grown < half_chords[away]:
                    step = min(half_chords[away] - grown, 2 * grown + 1)
                    _lengthen(spare[: width + 2 * (reach - grown - step)], line, step, sign)
                    line, spare = spare, line
                    grown += step
                chord = line[reach - grown : reach - grown + width]
                above, below = row - away, row + away
                is_above, is_below = top <= above < bottom, top <= below < bottom
                if is_above and is_below:
                    _join_both(target[above, left:right], target[below, left:right], chord, sign)
                elif is_above or is_below:
                    _join(target[above if is_above else below, left:right], chord, sign)


@compiled
def _lengthen(longer: NDArray, line: NDArray, step: int, sign: int) -> None:
    """Take the extreme of three chords that overlap or touch: one longer by a step on either side."""
    width = len(longer)
    left, middle, right = line[:width], line[step : step + width], line[2 * step : 2 * step + width]
    if sign > 0:
        for index in range(width):
            longer[index] = max(left[index], middle[index], right[index])
    else:
        for index in range(width):
            longer[index] = min(left[index], middle[index], right[index])


@compiled
def _join(into: NDArray, chord: NDArray, sign: int) -> None:
    if sign > 0:
        for index in range(len(chord)):
            into[index] = max(into[index], chord[index])
    else:
        for index in range(len(chord)):
            into[index] = min(into[index], chord[index])


@compiled
def _join_both(one: NDArray, other: NDArray, chord: NDArray, sign: int) -> None:
    """Do as `_join` twice; both may be the same row."""
    if sign > 0:
        for index in range(len(chord)):
            value = chord[index]
            one[index] = max(one[index], value)
            other[index] = max(other[index], value)
    else:
        for index in range(len(chord)):
            value = chord[index]
            one[index] = min(one[index], value)
            other[index] = min(other[index], value)
