"""Which edge of an image the chest wall lies at, and images turned so that it lies at the left."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Side = Literal["left", "right", "top", "bottom"]


def chest_wall_side(inside: NDArray[np.bool_]) -> Side | None:
    """Find the edge that the breast lies against.

    Parameters
    ----------
    inside : ndarray of bool, shape (rows, columns)
        The breast.

    Returns
    -------
    side : {"left", "right", "top", "bottom"} or None
        The edge of the image with the longest contact, the first of these at a tie; None where the breast
        touches no edge.
    """
    contacts: dict[Side, int] = {
        "left": int(inside[:, 0].sum()),
        "right": int(inside[:, -1].sum()),
        "top": int(inside[0].sum()),
        "bottom": int(inside[-1].sum()),
    }
    side = max(contacts, key=lambda name: contacts[name])
    return side if contacts[side] else None


def wall_to_left(image: NDArray, side: Side) -> NDArray:
    """Mirror an image so that its chest wall lies at the first column.

    Parameters
    ----------
    image : ndarray, shape (rows, columns)
        Any image.
    side : {"left", "right", "top", "bottom"}
        Where its chest wall lies.

    Returns
    -------
    image : ndarray
        A view. Right is mirrored, so that up stays up; top and bottom are transposed.
    """
    if side in ("top", "bottom"):
        image = image.T
    return image[:, ::-1] if side in ("right", "bottom") else image


def wall_from_left(image: NDArray, side: Side) -> NDArray:
    """Undo `wall_to_left`.

    Parameters
    ----------
    image : ndarray, shape (rows, columns)
        An image with its chest wall at the first column.
    side : {"left", "right", "top", "bottom"}
        Where the chest wall goes.

    Returns
    -------
    image : ndarray
        A view.
    """
    if side in ("right", "bottom"):
        image = image[:, ::-1]
    return image.T if side in ("top", "bottom") else image
