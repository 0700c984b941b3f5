"""The chest muscle in an oblique view: a bright triangle in the upper corner at the chest wall."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.graph import route_through_array

from ml.breast.coarse import CoarseImage
from ml.breast.orientation import wall_to_left
from ml.breast.outline import Outline

OBLIQUE_VIEWS = frozenset({"MLO", "LMO"})
SEARCH_SMOOTHING_MM, EDGE_SMOOTHING_MM = 2.0, 1.0
THIN_MM = 5.0  # vessels and strands are thinner, and are taken away first
SLOPES_DEGREES = np.arange(45.0, 82.0)
FIRST_TOP_MM, TOP_STEP_MM = 10.0, 1.5
WIDEST_SHARE = 0.8  # of the depth of the breast, at the top
AREA_SHARE = (0.02, 0.25)  # of the breast
LINE_SAMPLES = 100
LEAST_SIDE_PX = 20  # of the coarse grid: a smaller breast has no edges to follow
CLEAR_PERCENTILE = 90.0  # of the gradients inside the breast: one this steep is clear
HALF_DROP = 0.5  # of a clear gradient counts half as much as the steepest: a long edge wins over a steep one
SKIN_MARGIN_MM = 5.0
CORRIDOR_MM = 12.0  # to either side of the line that the edge may run
# Cost of the shortest path: of leaving steep places, and of the border of the corridor.
STEEPNESS, STRAIGHTNESS = 3.0, 1.0
STEEP_PERCENTILE = 97.0  # of the drops in the corridor
PATH_SMOOTHING_MM = 4.0
POLYGON_TOLERANCE_PX = 0.5  # of the coarse grid: few corners, so that people can move them


@dataclass(frozen=True, kw_only=True)
class _Needs:
    """What a line has to show to be taken for the edge of the muscle.

    Attributes
    ----------
    evidence : float
        Mean drop of brightness across it, 1 where clear, times the square root of its length in mm.
    share : float
        Of its length along which brightness drops.
    """

    evidence: float
    share: float


OBLIQUE_NEEDS = _Needs(evidence=3.0, share=0.7)
# Without a view position there must be no doubt: a CC view may show muscle or a fold at the chest wall,
# but it has little breast at the top of the image.
UNKNOWN_VIEW_NEEDS = _Needs(evidence=6.0, share=0.97)
WIDEST_UNKNOWN_SHARE = 0.75  # of the width of the breast at the top


@dataclass(frozen=True)
class _Line:
    """The edge as a straight line from the top of the image to the chest wall at column 0."""

    top: float
    wall: float
    evidence: float
    share: float


@dataclass(frozen=True, kw_only=True)
class Pectoral:
    """The chest muscle.

    Attributes
    ----------
    polygon : ndarray of float64, shape (n, 2)
        (row, column) corners on the coarse grid, coarse pixel centres at halves, starting at the corner of
        the breast that the muscle fills.
    is_upside_down : bool
        Whether that is the lower corner at a chest wall at the left or the right.
    """

    polygon: NDArray[np.float64]
    is_upside_down: bool


def find_pectoral(image: CoarseImage, outline: Outline, *, view_position: str) -> Pectoral | None:
    """Find the chest muscle.

    Parameters
    ----------
    image : CoarseImage
        The brightness of the breast.
    outline : Outline
        The breast.
    view_position : str
        "MLO" and "LMO" are searched; "" (unknown) too, but then only a triangle beyond doubt is taken.

    Returns
    -------
    pectoral : Pectoral or None
        In the upper corner at the chest wall (the left one at a chest wall at the top or bottom), or, beyond
        doubt, in the other. None in every other view, and where no edge is clear enough or the triangle does
        not cover 2 to 25 % of the breast.

    Notes
    -----
    The straight line with the largest mean drop of brightness across it, among slopes of 45 to 81 degrees;
    then the shortest path along that drop within 12 mm of the line. All constants are our own choice.
    """
    is_oblique = view_position in OBLIQUE_VIEWS
    if not is_oblique and view_position:
        return None
    brightness = wall_to_left(image.brightness, outline.side)
    inside = wall_to_left(outline.inside, outline.side)
    # In an oblique view stored upside down a line at the top may pass for an edge: muscle beyond doubt wins.
    is_turned = False
    polygon = _in_upper_corner(brightness, inside, image.pixel_mm, is_oblique=False)
    if polygon is None:
        polygon = _in_upper_corner(brightness[::-1], inside[::-1], image.pixel_mm, is_oblique=False)
        is_turned = polygon is not None
    if polygon is None and is_oblique:
        polygon = _in_upper_corner(brightness, inside, image.pixel_mm, is_oblique=True)
    if polygon is None:
        return None
    if is_turned:
        polygon[:, 0] = inside.shape[0] - polygon[:, 0]
    if outline.side in ("right", "bottom"):
        polygon[:, 1] = inside.shape[1] - polygon[:, 1]
    if outline.side in ("top", "bottom"):
        return Pectoral(polygon=polygon[:, ::-1], is_upside_down=False)
    return Pectoral(polygon=polygon, is_upside_down=is_turned)


def _in_upper_corner(
    brightness: NDArray[np.float32], inside: NDArray[np.bool_], pixel_mm: float, *, is_oblique: bool
) -> NDArray[np.float64] | None:
    """Look for the muscle in an image with its chest wall at the left; without doubt unless it is oblique."""
    # A small breast may end below the top of the image.
    first = int(np.argmax(inside.any(axis=1)))
    brightness, inside = np.ascontiguousarray(brightness[first:]), np.ascontiguousarray(inside[first:])
    line = _best_line(brightness, inside, pixel_mm) if min(inside.shape) >= LEAST_SIDE_PX else None
    if line is None or not _is_convincing(line, OBLIQUE_NEEDS if is_oblique else UNKNOWN_VIEW_NEEDS):
        return None
    if not is_oblique and (first > 0 or line.top > WIDEST_UNKNOWN_SHARE * inside[0].sum()):
        return None
    polygon = _polygon(_refined(line, brightness, inside, pixel_mm), inside.shape)
    covered = polygon_mask(polygon, inside.shape) & inside
    if not AREA_SHARE[0] <= covered.sum() / inside.sum() <= AREA_SHARE[1]:
        return None
    polygon[:, 0] += first
    return polygon


def polygon_mask(polygon: NDArray[np.float64], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Draw a polygon.

    Parameters
    ----------
    polygon : ndarray of float64, shape (n, 2)
        (row, column) corners, pixel centres at halves.
    shape : tuple of int
        (rows, columns) of the image.

    Returns
    -------
    inside : ndarray of bool, shape (rows, columns)
        To within a sixteenth of a pixel, edge included.
    """
    drawn = np.zeros(shape, dtype=np.uint8)
    corners = np.rint((polygon[:, ::-1] - 0.5) * 16).astype(np.int32)
    cv2.fillPoly(drawn, [corners], 1, shift=4)
    return drawn.astype(bool)


def _gradient(
    brightness: NDArray[np.float32], inside: NDArray[np.bool_], smoothing_mm: float, pixel_mm: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the gradient by row and by column; 1 is clear."""
    smooth = cv2.GaussianBlur(brightness, (0, 0), smoothing_mm / pixel_mm, borderType=cv2.BORDER_REPLICATE)
    by_row, by_column = np.gradient(smooth)
    side = 2 * round(SKIN_MARGIN_MM / pixel_mm) + 1
    kernel = np.ones((side, side), dtype=np.uint8)
    deep = cv2.erode(inside.astype(np.uint8), kernel, borderType=cv2.BORDER_REPLICATE) > 0
    steepness = np.hypot(by_row, by_column)[deep]
    clear = float(np.percentile(steepness, CLEAR_PERCENTILE)) if steepness.size else 0.0
    if clear <= 0:
        return np.zeros_like(smooth), np.zeros_like(smooth)
    return by_row / np.float32(clear), by_column / np.float32(clear)


def _best_line(brightness: NDArray[np.float32], inside: NDArray[np.bool_], pixel_mm: float) -> _Line | None:
    rows, columns = inside.shape
    width = 2 * round(THIN_MM / pixel_mm / 2) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
    broad = cv2.morphologyEx(brightness, cv2.MORPH_OPEN, disc, borderType=cv2.BORDER_REPLICATE)
    by_row, by_column = _gradient(broad, inside, SEARCH_SMOOTHING_MM, pixel_mm)
    widest = WIDEST_SHARE * inside.sum(axis=1).max()
    tops = np.arange(FIRST_TOP_MM / pixel_mm, widest, TOP_STEP_MM / pixel_mm)
    top = np.repeat(tops, len(SLOPES_DEGREES))
    wall = top * np.tan(np.deg2rad(np.tile(SLOPES_DEGREES, len(tops))))
    shown = np.minimum(1.0, (rows - 1) / wall)  # a steep line leaves the image before it meets the wall
    area_share = _triangle_px(top, wall, rows) / inside.sum()
    is_possible = (area_share >= AREA_SHARE[0]) & (area_share <= AREA_SHARE[1])
    top, wall, shown = top[is_possible], wall[is_possible], shown[is_possible]
    if top.size == 0:
        return None
    along = shown[:, None] * (np.arange(LINE_SAMPLES) + 0.5) / LINE_SAMPLES
    row = np.rint(wall[:, None] * along).astype(np.int64)
    column = np.minimum(np.rint(top[:, None] * (1 - along)).astype(np.int64), columns - 1)
    norm = np.hypot(top, wall)
    drop = -(by_row[row, column] * (top / norm)[:, None] + by_column[row, column] * (wall / norm)[:, None])
    drop = np.where(inside[row, column], drop, 0)
    length_mm = norm * shown * pixel_mm
    evidence = (drop / (np.abs(drop) + HALF_DROP)).mean(axis=1) * np.sqrt(length_mm)
    best = int(np.argmax(evidence))
    return _Line(
        top=float(top[best]),
        wall=float(wall[best]),
        evidence=float(evidence[best]),
        share=float((drop[best] > 0).mean()),
    )


def _is_convincing(line: _Line, needs: _Needs) -> bool:
    return line.evidence >= needs.evidence and line.share >= needs.share


def _triangle_px(top: NDArray, wall: NDArray, rows: int) -> NDArray[np.float64]:
    """Return the area between the line, the chest wall and the top that lies within the rows."""
    below = np.maximum(wall - rows, 0)
    return top * wall / 2 * (1 - (below / wall) ** 2)


def _refined(
    line: _Line, brightness: NDArray[np.float32], inside: NDArray[np.bool_], pixel_mm: float
) -> NDArray[np.float64]:
    """Return (row, column) points along the edge, from above the image to behind the chest wall."""
    # A window of five pixels takes away thin bright lines, and leaves edges where they are.
    calm = cv2.medianBlur(brightness, 5)
    by_row, by_column = _gradient(calm, inside, EDGE_SMOOTHING_MM, pixel_mm)
    norm = float(np.hypot(line.top, line.wall))
    along = np.array([line.wall, -line.top]) / norm
    across = np.array([line.top, line.wall]) / norm
    margin = CORRIDOR_MM / pixel_mm
    place = np.arange(-margin, norm + margin)
    offset = np.arange(-margin, margin + 1)
    start = np.array([0.0, line.top])
    points = start + place[:, None, None] * along + offset[None, :, None] * across
    drop = -(
        ndimage.map_coordinates(by_row, points.transpose(2, 0, 1), order=1, mode="nearest") * across[0]
        + ndimage.map_coordinates(by_column, points.transpose(2, 0, 1), order=1, mode="nearest") * across[1]
    )
    steep = max(float(np.percentile(drop, STEEP_PERCENTILE)), 1e-6)
    cost = np.exp(-STEEPNESS * np.clip(drop / steep, -1, 1)) + STRAIGHTNESS * (offset / margin) ** 2
    # Free rows before the first and after the last let the path begin and end at any offset.
    cost = np.pad(cost, ((1, 1), (0, 0)))
    middle = len(offset) // 2
    path, _ = route_through_array(cost, (0, middle), (len(cost) - 1, middle), geometric=True)
    steps = np.array(path)
    at = np.array([steps[steps[:, 0] == index, 1].mean() for index in range(1, len(cost) - 1)])
    smooth = ndimage.gaussian_filter1d(offset[0] + at, PATH_SMOOTHING_MM / pixel_mm / 2, mode="nearest")
    return start + place[:, None] * along + smooth[:, None] * across


def _polygon(edge: NDArray[np.float64], shape: tuple[int, int]) -> NDArray[np.float64]:
    """Close the edge over the corner of the image, in coordinates with pixel centres at halves."""
    rows, columns = shape
    edge = edge + 0.5
    is_seen = (edge[:, 0] > 0) & (edge[:, 0] < rows) & (edge[:, 1] > 0) & (edge[:, 1] < columns)
    seen = np.flatnonzero(is_seen)
    first, last = max(seen[0] - 1, 0), min(seen[-1] + 1, len(edge) - 1)
    edge = np.clip(edge[first : last + 1], 0, (rows, columns))
    ends = [(edge[-1, 0], 0.0)] if edge[-1, 1] > 0 else []
    polygon = np.array([(0.0, 0.0), *edge.tolist(), *ends], dtype=np.float32)
    return cv2.approxPolyDP(polygon[:, None], POLYGON_TOLERANCE_PX, closed=True)[:, 0].astype(np.float64)
