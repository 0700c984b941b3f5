"""How a breast lies on the detector in one view: compression, taken as affine, and projection."""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.phantom.breast_size import BreastSize

# Of the image's upward axis from the side axis towards the head.
VIEW_ANGLES = {"CC": 0.0, "MLO": math.pi / 4}
# How much a positioning differs from the last: turn of the view and in the image, size, place.
ANGLE_SPREAD, TURN_SPREAD, SCALE_SPREAD, SHIFT_SPREAD_MM = math.radians(2), math.radians(1.5), 0.012, 1.5


@dataclass(frozen=True)
class Pose:
    """A linear map from the breast to the image.

    Attributes
    ----------
    matrix : ndarray of float64, shape (3, 3)
        Turns (x, y, z) in mm of the breast into (row, column) in pixels and height in mm.
    centre_row : float
        Row of the nipple line, in pixels.
    angle : float
        Of the upward axis, radians.
    thickness_mm : float
        Of the compressed breast; height 0 is half-way.
    pixel_spacing_mm : float
        Size of a pixel.
    """

    matrix: NDArray[np.float64]
    centre_row: float
    angle: float
    thickness_mm: float
    pixel_spacing_mm: float

    def seen(self, points_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (row, column) in pixels for each point, shape (n, 2)."""
        return points_mm @ self.matrix[:2].T + (self.centre_row, 0.0)

    def tilted(self, angle: float) -> "Pose":
        """Return the pose as a tube at an angle (radians) along the chest wall sees it.

        What lies half-way up stays where it is.
        """
        matrix = self.matrix.copy()
        matrix[0] += math.tan(angle) / self.pixel_spacing_mm * matrix[2]
        return replace(self, matrix=matrix)


def random_pose(
    size: BreastSize,
    view_position: str,
    random: Generator,
    *,
    centre_row: float,
    thickness_mm: float,
    pixel_spacing_mm: float,
) -> Pose:
    """Position a breast, a little differently each time.

    Parameters
    ----------
    size : BreastSize
        The breast.
    view_position : {"CC", "MLO"}
        MLO is seen from 45 degrees.
    random : Generator
        The only source of chance.
    centre_row : float
        Where the nipple line is to lie, in pixels.
    thickness_mm : float
        To which the breast is compressed.
    pixel_spacing_mm : float
        Size of a pixel.

    Returns
    -------
    Pose
        Lengths across the ray stay, within a few per cent; those along it shrink to the thickness.
    """
    angle = VIEW_ANGLES[view_position] + float(random.normal(0, ANGLE_SPREAD))
    turn = float(random.normal(0, TURN_SPREAD))
    scale = float(1 + random.normal(0, SCALE_SPREAD)) / pixel_spacing_mm
    forward = np.array([1.0, 0.0, 0.0])
    upward = np.array([0.0, math.cos(angle), math.sin(angle)])
    along_ray = np.array([0.0, -math.sin(angle), math.cos(angle)])
    matrix = np.stack(
        [
            scale * (-math.cos(turn) * upward + math.sin(turn) * forward),
            scale * (math.cos(turn) * forward + math.sin(turn) * upward),
            thickness_mm / 2 / size.radius_mm * along_ray,
        ]
    )
    shift_px = float(np.clip(random.normal(0, SHIFT_SPREAD_MM), -3, 3)) / pixel_spacing_mm
    return Pose(matrix, centre_row + shift_px, angle, thickness_mm, pixel_spacing_mm)
