"""Centre lines: thinning, points near another line, lengths, and depths inside the mask."""

from collections.abc import Iterator
from functools import cache

import cv2
import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree
from skimage.morphology import skeletonize

from benchmarks.labels import SHAPE, dense_pair, runs_pair
from benchmarks.race import Race
from ml import masks

SIZE = f"{SHAPE[0]}x{SHAPE[1]}"
TOLERANCE_PX = 30


def races() -> Iterator[Race]:
    for source, ours, goal in (("arrays", _thin_array, 25), ("runs", _thin_runs, 40)):
        yield Race(
            name=f"skeleton from {source} / scikit-image, {SIZE}",
            ours=ours,
            theirs=lambda: skeletonize(dense_pair().reference),
            check=lambda ours, theirs: np.testing.assert_array_equal(ours, np.argwhere(theirs)),
            goal=goal,
        )
    for rival, theirs, goal in (
        ("scipy's distance transform", _count_with_scipy, 800),
        ("OpenCV's distance transform", _count_with_opencv, 250),
        ("cKDTree", _count_with_tree, 8),
    ):
        yield Race(
            name=f"points of one centre line within {TOLERANCE_PX} px of another / {rival}, {SIZE}",
            ours=_count_within,
            theirs=theirs,
            check=_assert_equal,
            goal=goal,
            rounds=9,
        )
    yield Race(
        name=f"depth of the centre line in its mask / scipy's distance transform, {SIZE}",
        ours=lambda: masks.edge_distance_px(runs_pair()[0], _lines()[0]),
        theirs=_depth_with_scipy,
        check=np.testing.assert_array_equal,
        goal=100,
    )
    yield Race(
        name=f"Kulpa length of a centre line / scipy's convolution, {SIZE}",
        ours=lambda: masks.kulpa_length_px(_lines()[0]),
        theirs=_length_by_convolution,
        check=lambda ours, theirs: np.testing.assert_allclose(ours, theirs, rtol=1e-12),
        goal=50,
    )


@cache
def _lines():
    return tuple(masks.skeleton(mask) for mask in runs_pair())


@cache
def _line_images():
    images = []
    for line in _lines():
        image = np.zeros(SHAPE, dtype=bool)
        image[tuple(line.T)] = True
        images.append(image)
    return tuple(images)


def _thin_array():
    return masks.skeleton(masks.from_dense(dense_pair().reference))


def _thin_runs():
    return masks.skeleton(runs_pair()[0])


def _count_within():
    return masks.count_within(*_lines(), reach_mm=TOLERANCE_PX, pixel_spacing_mm=(1, 1))


def _count_with_scipy():
    distance = ndimage.distance_transform_edt(~_line_images()[1])
    return np.count_nonzero(distance[tuple(_lines()[0].T)] <= TOLERANCE_PX)


def _count_with_opencv():
    outside = (~_line_images()[1]).view(np.uint8)
    distance = cv2.distanceTransform(outside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.count_nonzero(distance[tuple(_lines()[0].T)] <= TOLERANCE_PX + 1e-3)  # single precision


def _count_with_tree():
    points, others = _lines()
    distance, _ = cKDTree(others).query(points, distance_upper_bound=TOLERANCE_PX + 1e-6)
    return np.count_nonzero(np.isfinite(distance))


def _depth_with_scipy():
    # The border of these images is free: nothing has to be added around them.
    return ndimage.distance_transform_edt(dense_pair().reference)[tuple(_lines()[0].T)]


def _length_by_convolution():
    """Count neighbours in the whole image; diagonal ones only where no third pixel joins them."""
    image = _line_images()[0].view(np.uint8)
    straight = diagonal = 0
    for kernel in ([[1, 1]], [[1], [1]]):
        straight += np.count_nonzero(ndimage.convolve(image, np.array(kernel)) == 2)
    for kernel in ([[1, 3], [3, 1]], [[3, 1], [1, 3]]):
        diagonal += np.count_nonzero(ndimage.convolve(image, np.array(kernel)) == 2)
    return 0.948 * straight + 1.343 * diagonal


def _assert_equal(ours, theirs):
    assert ours == theirs
