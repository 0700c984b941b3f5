"""Where in a breast a calcified stretch of a vessel could lie: paths that are drawn by chance."""

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from ml.breast import COMPRESSED, PERIPHERY, find_regions
from ml.errors import PhantomRequestError
from ml.masks import Runs, to_dense
from ml.phantom.curves import Curve, random_walk, steps_of
from ml.phantom.planting import square_pixel_mm
from ml.types import Acquisition

# Far enough from the skin and from what is there already that a reader can tell them apart.
SKIN_MM, APART_MM = 8.0, 6.0
STEP_MM, TURN, TRIES = 0.2, 0.22, 300
COARSE_MM = 0.5
SHORTEST_MM, LONGEST_MM = 2.0, 80.0
# Of a walk over what is asked for: projected, a walk gets shorter.
SPARE = 1.5
FORWARD = {"left": (0.0, 1.0), "right": (0.0, -1.0), "top": (1.0, 0.0), "bottom": (-1.0, 0.0)}


def random_path(
    pixels: NDArray[np.uint16],
    acquisition: Acquisition,
    *,
    length_mm: float,
    seed: int,
    avoid: list[Runs] | None = None,
) -> Curve:
    """Draw a path through a breast, about along its vessels.

    Parameters
    ----------
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values.
    acquisition : Acquisition
        What the header says; the pixel spacing must be known.
    length_mm : float
        Length of the path, 2 to 80.
    seed : int
        The only source of chance.
    avoid : list of Runs, optional
        Labels that the path stays 6 mm away from.

    Returns
    -------
    ndarray of float64, shape (n, 2)
        (row, column) of points 0.2 mm apart, 8 mm or more from skin, muscle and the edges of the image. Their
        way is `length_mm` to rounding.

    Raises
    ------
    PhantomRequestError
        If the length is out of range, the pixel spacing is not known, no breast is found, or no such path was
        found in 300 tries.

    Notes
    -----
    Vessels run from the chest wall to the nipple. The walk heads away from the chest wall within about
    40 degrees and turns by 0.22 radians every 8 mm, as vessels of phantoms do.
    """
    if not SHORTEST_MM <= length_mm <= LONGEST_MM:
        raise PhantomRequestError(f"A path of {length_mm} mm came; give {SHORTEST_MM} to {LONGEST_MM} mm.")
    spacing_mm = square_pixel_mm(acquisition)
    regions = find_regions(pixels, acquisition)
    step = max(1, round(COARSE_MM / spacing_mm))
    room = _room(np.isin(regions.labels, (COMPRESSED, PERIPHERY)), avoid or [], step, spacing_mm)
    places = np.argwhere(room)
    if not regions.is_found or not len(places) or regions.chest_wall_side is None:
        raise PhantomRequestError("No place in this image is 8 mm inside the breast.")
    random = np.random.default_rng([seed, 91])
    for _ in range(TRIES):
        start = (places[random.integers(len(places))] + random.random(2)) * step
        path = _walk(start, FORWARD[regions.chest_wall_side], length_mm, spacing_mm, random)
        at = np.floor(path / step).astype(int)
        if (at >= 0).all() and (at < room.shape).all() and room[at[:, 0], at[:, 1]].all():
            return path
    raise PhantomRequestError(f"No path of {length_mm} mm fits into this breast; ask for a shorter one.")


def _room(breast: NDArray[np.bool_], avoid: list[Runs], step: int, spacing_mm: float) -> NDArray[np.bool_]:
    """Tell on a coarse grid where a path may go."""
    cell_mm = step * spacing_mm
    room = distance_transform_edt(np.pad(breast[::step, ::step], 1))[1:-1, 1:-1] * cell_mm > SKIN_MM
    for label in avoid:
        taken = cv2.dilate(to_dense(label).astype(np.uint8), np.ones((step, step), np.uint8))[::step, ::step]
        room &= distance_transform_edt(taken == 0) * cell_mm > APART_MM
    return room


def _walk(
    start_px: NDArray[np.float64],
    forward: tuple[float, float],
    length_mm: float,
    spacing_mm: float,
    random: Generator,
) -> Curve:
    """Walk in three dimensions and cut the picture of the walk where it has its length."""
    heading = np.array([*forward, 0.0]) + random.normal(0, 0.4, 3)
    start_mm = np.array([*start_px * spacing_mm, 0.0])
    curve = random_walk(random, start_mm, heading, SPARE * length_mm + 8, turn=TURN, step_mm=STEP_MM)[:, :2]
    at = np.append(0, np.cumsum(steps_of(curve)[:-1]))
    wanted = np.append(np.arange(0, length_mm, STEP_MM), length_mm)
    return np.column_stack([np.interp(wanted, at, curve[:, axis]) for axis in (0, 1)]) / spacing_mm
