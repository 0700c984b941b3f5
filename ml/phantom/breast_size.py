"""How large a breast is, and places within it."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

SUPER_ELLIPSE_EXPONENT = 2.2
# Of the way to the skin: what lies farther out may be cut off in one view and not in another.
DEEPEST_SHARE = 0.85
NIPPLE_SHARE = 1.15


@dataclass(frozen=True)
class BreastSize:
    """A half ellipsoid in mm: x from the chest wall to the nipple, y to the side, z to the head.

    Attributes
    ----------
    depth_mm : float
        From the chest wall to the skin behind the nipple.
    radius_mm : float
        At the chest wall.
    """

    depth_mm: float
    radius_mm: float

    @property
    def nipple_mm(self) -> NDArray[np.float64]:
        """Where vessels and ducts run to, a little in front of the skin."""
        return np.array([NIPPLE_SHARE * self.depth_mm, 0.0, 0.0])

    def share_of_way_to_skin(self, points_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return 0 in the middle of the chest wall to 1 at the skin, and above 1 beyond, shape (n,)."""
        forward = np.abs(points_mm[:, 0]) / self.depth_mm
        outward = np.hypot(points_mm[:, 1], points_mm[:, 2]) / self.radius_mm
        power = SUPER_ELLIPSE_EXPONENT
        return (forward**power + outward**power) ** (1 / power)

    def within(self, curve_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Cut a curve where it first comes too near the skin."""
        out = self.share_of_way_to_skin(curve_mm) > DEEPEST_SHARE
        return curve_mm[: int(out.argmax())] if out.any() else curve_mm

    def random_place(self, random: Generator, *, reach: float = 0.75) -> NDArray[np.float64]:
        """Return a point in mm, evenly spread over the inner part of the breast."""
        while True:
            forward, side, up = random.uniform((0.04, -1, -1), (1, 1, 1))
            place = np.array([forward * self.depth_mm, side * self.radius_mm, up * self.radius_mm])
            if self.share_of_way_to_skin(place[None])[0] < reach:
                return place
