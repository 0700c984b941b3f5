"""Where the breast is on the image, and how far its skin is."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ml.masks import Box
from ml.physics import Signal

WORKING_PIXEL_MM = 0.5
CLOSING_MM = 1.0
BEYOND_FRAME_MM = 20.0
SAMPLE_STEP = 8
AIR_SPREADS = 6  # of 1.4826 x median absolute deviation: air ends here at the latest
AIR_SHARE = 0.15  # of the way from air to the median of the breast
SMALLEST_SHARE = 0.05  # of the image that a breast covers
LEAST_CONTRAST = 1e-3  # grey levels or attenuation: below, there is rounding only


@dataclass(frozen=True, kw_only=True)
class AirEdge:
    """Where air ends and the breast begins, on a scale with air dark.

    Attributes
    ----------
    value : float
        Brighter values are breast.
    is_clear : bool
        False where the spread of air reaches the brighter class: then there is no air to be seen.
    """

    value: float
    is_clear: bool


@dataclass(frozen=True, kw_only=True)
class Breast:
    """The breast on a coarse grid over the framed part of the image.

    Attributes
    ----------
    frame : tuple of int
        (first row, first column, row past the last, column past the last) that the grid covers; outside it
        there is no breast.
    inside : ndarray of bool, shape (coarse rows, coarse columns)
        True in the breast.
    skin_distance_mm : ndarray of float32, same shape
        Distance to the skin from inside, 0 outside; edges of the frame are not skin.
    is_found : bool
        False where air and breast cannot be told apart; then the whole image counts as breast, without skin.
    """

    frame: Box
    inside: NDArray[np.bool_]
    skin_distance_mm: NDArray[np.float32]
    is_found: bool

    def inside_crop(self, box: Box) -> NDArray[np.bool_]:
        """Return the breast inside a box, pixel by pixel.

        Parameters
        ----------
        box : tuple of int
            (first row, first column, row past the last, column past the last).

        Returns
        -------
        inside : ndarray of bool, shape (box height, box width)
        """
        return self._enlarge(self.inside, box)

    def skin_distance_crop_mm(self, box: Box) -> NDArray[np.float32]:
        """Return the distance to the skin inside a box, pixel by pixel.

        Parameters
        ----------
        box : tuple of int
            (first row, first column, row past the last, column past the last).

        Returns
        -------
        distance_mm : ndarray of float32, shape (box height, box width)
            0 outside the breast.
        """
        return self._enlarge(self.skin_distance_mm, box)

    def _enlarge(self, coarse: NDArray, box: Box) -> NDArray:
        indices, is_framed = [], []
        for axis in (0, 1):
            first, past = self.frame[axis], self.frame[axis + 2]
            place = np.arange(box[axis], box[axis + 2])
            is_framed.append((place >= first) & (place < past))
            index = (place - first) * coarse.shape[axis] // (past - first)
            indices.append(np.clip(index, 0, coarse.shape[axis] - 1))
        return np.where(np.logical_and.outer(*is_framed), coarse[np.ix_(*indices)], coarse.dtype.type(0))


def find_air_edge(values: NDArray[np.float32]) -> AirEdge:
    """Find where air ends among the values of an image.

    Parameters
    ----------
    values : ndarray of float32, any shape
        Bright where the breast is, not all equal.

    Returns
    -------
    edge : AirEdge
        At Otsu's threshold, or lower, because Otsu alone may cut between fat and gland: as near to air as the
        spread of air and 15 % of the way to the breast allow.
    """
    otsu = _otsu(values)
    dark, bright = values[values <= otsu], values[values > otsu]
    air = np.median(dark)
    spread = AIR_SPREADS * 1.4826 * np.median(np.abs(dark - air))
    step = np.median(bright) - air
    return AirEdge(value=min(otsu, float(air + max(spread, AIR_SHARE * step))), is_clear=bool(spread < step))


def _otsu(values: NDArray[np.float32]) -> float:
    low, high = float(values.min()), float(values.max())
    levels = np.rint((values - low) * (255 / (high - low))).astype(np.uint8)
    level, _ = cv2.threshold(levels.reshape(1, -1), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return low + (level + 0.5) * (high - low) / 255


def find_breast(pixels: NDArray[np.uint16], signal: Signal, *, pixel_size_mm: float) -> Breast:
    """Find the breast on an image.

    Parameters
    ----------
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values.
    signal : Signal
        How bright they count.
    pixel_size_mm : float
        Side of a pixel.

    Returns
    -------
    breast : Breast
        The largest bright region on a grid of about 0.5 mm, holes filled, closed by 1 mm. Strips of one
        bright value along the edges of the image (the frame of a scan) are left out.

    Notes
    -----
    The threshold is that of `find_air_edge`.
    """
    frame = _without_bright_frame(pixels, signal)
    top, left, bottom, right = frame
    scale = min(pixel_size_mm / WORKING_PIXEL_MM, 1.0)
    size = (max(round((right - left) * scale), 1), max(round((bottom - top) * scale), 1))
    bright = signal.brightness[pixels[top:bottom, left:right]]
    coarse = cv2.resize(bright, size, interpolation=cv2.INTER_AREA)
    coarse_pixel_mm = (bottom - top) * pixel_size_mm / size[1]
    inside = _largest_bright_region(coarse, coarse_pixel_mm)
    framed_share = (bottom - top) * (right - left) / pixels.size
    if inside.mean() * framed_share < SMALLEST_SHARE:
        return Breast(
            frame=(0, 0, *pixels.shape),
            inside=np.ones((1, 1), dtype=bool),
            skin_distance_mm=np.full((1, 1), np.inf, dtype=np.float32),
            is_found=False,
        )
    distance_mm = _skin_distance_px(inside, coarse_pixel_mm) * coarse_pixel_mm
    return Breast(frame=frame, inside=inside, skin_distance_mm=distance_mm.astype(np.float32), is_found=True)


def _without_bright_frame(pixels: NDArray[np.uint16], signal: Signal) -> Box:
    """Return the box inside the edge rows and columns that hold one bright value only."""
    usual = np.median(signal.brightness[pixels[::SAMPLE_STEP, ::SAMPLE_STEP]])

    def is_frame(edge: NDArray[np.uint16]) -> bool:
        return bool(np.ptp(edge) == 0 and signal.brightness[edge[0]] > usual)

    top, left, (bottom, right) = 0, 0, pixels.shape
    before = None
    while before != (top, left, bottom, right) and bottom - top > 2 and right - left > 2:
        before = (top, left, bottom, right)
        part = pixels[top:bottom, left:right]
        top += is_frame(part[0])
        bottom -= is_frame(part[-1])
        left += is_frame(part[:, 0])
        right -= is_frame(part[:, -1])
    return (top, left, bottom, right)


def _largest_bright_region(image: NDArray[np.float32], pixel_mm: float) -> NDArray[np.bool_]:
    nothing = np.zeros(image.shape, dtype=bool)
    if np.ptp(image) < LEAST_CONTRAST:
        return nothing
    edge = find_air_edge(image)
    if not edge.is_clear:
        return nothing
    labels, count = ndimage.label(image > edge.value, np.ones((3, 3)))
    largest = 1 + int(np.argmax(np.bincount(labels.ravel())[1:])) if count else 0
    region = np.pad(labels == largest, reach := round(CLOSING_MM / pixel_mm) + 1, mode="edge")
    around = ndimage.distance_transform_edt(~region) <= CLOSING_MM / pixel_mm
    closed = ndimage.distance_transform_edt(around) > CLOSING_MM / pixel_mm
    return ndimage.binary_fill_holes(region | closed)[reach:-reach, reach:-reach]


def _skin_distance_px(inside: NDArray[np.bool_], pixel_mm: float) -> NDArray[np.float64]:
    """Measure in a breast that is thought to go on beyond the edges of the frame."""
    if inside.all():
        return np.full(inside.shape, np.inf)
    reach = round(BEYOND_FRAME_MM / pixel_mm) + 1
    beyond = np.pad(inside, reach, mode="edge")
    return ndimage.distance_transform_edt(beyond)[reach:-reach, reach:-reach]
