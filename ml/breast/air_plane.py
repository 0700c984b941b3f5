"""Stray light over air: a plane under an image, as fog on film and light beside the detector lay it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.physics import MAD_TO_SIGMA

SAMPLES = 10_000
DARKEST_SHARE = 0.1  # of the image, where air is looked for first: more of it is air on any mammogram
AIR_SPREADS = 4.0  # of 1.4826 x median absolute deviation above the plane that still are air
LEAST_REACH = 0.005  # of the range of the image, the same where air has no spread
MOST_ROUNDS = 20
CLEAR_SPREADS = 6.0
LEAST_BREAST_SHARE = 0.02  # of the image above the plane: less, and the plane is no air but all there is


@dataclass(frozen=True, kw_only=True)
class AirPlane:
    """How bright air is across an image.

    Attributes
    ----------
    air : float
        In the middle of the image.
    by_row, by_column : float
        By how much it grows from the first row to the last, and from the first column to the last.
    spread : float
        Standard deviation of air around the plane, from the median absolute deviation.
    step : float
        From the plane to the median of what is brighter than air.
    """

    air: float
    by_row: float
    by_column: float
    spread: float
    step: float

    @property
    def tilt(self) -> float:
        """Return by how much air differs between corners of the image at most."""
        return abs(self.by_row) + abs(self.by_column)

    def over(self, shape: tuple[int, int]) -> NDArray[np.float32]:
        """Return the plane without its value in the middle, pixel by pixel.

        Parameters
        ----------
        shape : tuple of int
            (rows, columns) of the image.

        Returns
        -------
        plane : ndarray of float32, shape (rows, columns)
        """
        rows, columns = ((np.arange(length) + 0.5) / length - 0.5 for length in shape)
        plane = self.by_row * rows[:, None] + self.by_column * columns
        return plane.astype(np.float32)


def find_air_plane(brightness: NDArray[np.float32]) -> AirPlane | None:
    """Find the plane that air lies on.

    Parameters
    ----------
    brightness : ndarray of float32, shape (rows, columns)
        Air is dark.

    Returns
    -------
    plane : AirPlane or None
        None where nothing stands out from it by six of its spreads.

    Notes
    -----
    Our own choice: least squares through the darkest tenth, then again and again through all that lies below
    the plane or within four spreads above it, until that is the same pixels. Air grows so up to the skin,
    because it is even and the breast is not.
    """
    rows, columns = brightness.shape
    stride = max(int(np.sqrt(brightness.size / SAMPLES)), 1)
    values = brightness[::stride, ::stride].astype(np.float64)
    row = (np.arange(0, rows, stride) + 0.5) / rows - 0.5
    column = (np.arange(0, columns, stride) + 0.5) / columns - 0.5
    places = np.stack([np.ones_like(values), *np.meshgrid(row, column, indexing="ij")], axis=-1).reshape(
        -1, 3
    )
    values = values.ravel()
    least_reach = LEAST_REACH * float(np.ptp(values))
    is_air = values <= np.quantile(values, DARKEST_SHARE)
    for _ in range(MOST_ROUNDS):
        plane = np.linalg.lstsq(places[is_air], values[is_air], rcond=None)[0]
        height = values - places @ plane
        middle = float(np.median(height[is_air]))
        spread = MAD_TO_SIGMA * float(np.median(np.abs(height[is_air] - middle)))
        was_air, is_air = is_air, height <= middle + max(AIR_SPREADS * spread, least_reach)
        if np.array_equal(was_air, is_air):
            break
    if np.mean(~is_air) < LEAST_BREAST_SHARE:
        return None
    step = float(np.median(height[~is_air])) - middle
    if CLEAR_SPREADS * spread >= step:
        return None
    air, by_row, by_column = (float(number) for number in plane)
    return AirPlane(air=air + middle, by_row=by_row, by_column=by_column, spread=spread, step=step)
