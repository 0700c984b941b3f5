"""How far the outlines of two masks lie apart."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from ml.masks import Runs, difference, intersection, pixel_positions

SURFACE_MEASURES = ("hd", "hd95", "assd", "hd95_penalised", "assd_penalised")


def surface_points(mask: Runs) -> NDArray[np.int64]:
    """List the pixels on the outline of a mask.

    Parameters
    ----------
    mask : Runs
        Any mask.

    Returns
    -------
    points : ndarray of int64, shape (k, 2)
        (row, column) of each pixel with one of its four neighbours outside the mask, in raster order. Beyond
        the image is outside. None for the empty mask.
    """
    row, start, end = mask.runs.T
    has_both_sides = end - start > 2
    inner = np.stack([row, start + 1, end - 1], axis=1)[has_both_sides]
    interior = Runs(mask.rows, mask.columns, inner)
    for shift in (-1, 1):
        shifted = mask.runs + np.array([shift, 0, 0], dtype=np.int32)
        is_on_image = (shifted[:, 0] >= 0) & (shifted[:, 0] < mask.rows)
        interior = intersection(interior, Runs(mask.rows, mask.columns, shifted[is_on_image]))
    positions = pixel_positions(difference(mask, interior))
    return np.stack(np.divmod(positions, mask.columns), axis=1)


def surface_distances(
    reference_surface: NDArray[np.int64],
    candidate_surface: NDArray[np.int64],
    spacing: tuple[float, float],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Measure from every pixel of each outline to the nearest one of the other, exactly.

    Parameters
    ----------
    reference_surface, candidate_surface : ndarray of int, shape (k, 2) and (m, 2)
        From `surface_points`.
    spacing : tuple of float
        (row, column) size of a pixel in the unit that is asked for; (1, 1) gives pixels.

    Returns
    -------
    from_reference, from_candidate : ndarray of float64, shape (k,) and (m,)
        Euclidean distances between centres of pixels; infinite where the other outline is empty.
    """
    reference, candidate = reference_surface * np.asarray(spacing), candidate_surface * np.asarray(spacing)
    if len(reference) == 0 or len(candidate) == 0:
        return np.full(len(reference), np.inf), np.full(len(candidate), np.inf)
    return cKDTree(candidate).query(reference)[0], cKDTree(reference).query(candidate)[0]


def surface_scores(
    from_reference: NDArray[np.float64], from_candidate: NDArray[np.float64], *, diagonal: float
) -> dict[str, float | None]:
    """Sum up the distances between two outlines.

    Parameters
    ----------
    from_reference, from_candidate : ndarray of float64, shape (k,) and (m,)
        From `surface_distances`.
    diagonal : float
        Of the image, in the same unit.

    Returns
    -------
    scores : dict
        `hd`, `hd95`, `assd`, each >= 0 or None where one or both outlines are empty; `hd95_penalised` and
        `assd_penalised` are the diagonal where exactly one is empty, None where both are.

    Notes
    -----
    `hd` is the largest distance of both directions; `hd95` is the larger of the two 95th percentiles, one per
    direction, each interpolated linearly [1]_; `assd` is the sum of all distances of both directions divided
    by their number. The penalty is our own choice: it lets a mean over images count a missed one.

    References
    ----------
    .. [1] D. P. Huttenlocher, G. A. Klanderman, W. J. Rucklidge, Comparing images using the Hausdorff
       distance, IEEE Transactions on Pattern Analysis and Machine Intelligence 15 (1993) 850-863,
       doi:10.1109/34.232073.
    """
    sizes = len(from_reference), len(from_candidate)
    if min(sizes) == 0:
        penalty = diagonal if max(sizes) else None
        return {name: penalty if name.endswith("_penalised") else None for name in SURFACE_MEASURES}
    directions = from_reference, from_candidate
    hd95 = max(float(np.percentile(distance, 95)) for distance in directions)
    assd = sum(float(distance.sum()) for distance in directions) / sum(sizes)
    return {
        "hd": max(float(distance.max()) for distance in directions),
        "hd95": hd95,
        "assd": assd,
        "hd95_penalised": hd95,
        "assd_penalised": assd,
    }
