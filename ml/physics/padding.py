"""Stored values that stand for no pixel at all."""

import numpy as np
from numpy.typing import NDArray

from ml.types import Acquisition


def is_padding(values: NDArray[np.integer], acquisition: Acquisition) -> NDArray[np.bool_]:
    """Tell padding from values that were measured.

    Parameters
    ----------
    values : ndarray of int, any shape
        Stored values.
    acquisition : Acquisition
        Pixel Padding Value and Pixel Padding Range Limit; any may be missing.

    Returns
    -------
    padding : ndarray of bool, same shape
        True for the padding value and for all from it to the limit of its range, on whichever side that lies.
        All False without a padding value.
    """
    value, limit = acquisition.pixel_padding_value, acquisition.pixel_padding_range_limit
    if value is None:
        return np.zeros(values.shape, dtype=bool)
    first, last = sorted((value, value if limit is None else limit))
    return (values >= first) & (values <= last)
