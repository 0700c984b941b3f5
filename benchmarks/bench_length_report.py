"""The length-Dice report of one image: overlap, pieces, two centre lines and the tolerance both ways."""

from collections.abc import Iterator

import cv2
import numpy as np
from scipy.spatial import cKDTree
from skimage import measure, morphology

from benchmarks.labels import SHAPE, dense_pair, runs_pair
from benchmarks.peak_memory import peak_memory_mib
from benchmarks.race import Race
from ml import masks, metrics

SIZE = f"{SHAPE[0]}x{SHAPE[1]}"
TOLERANCE_PX = 30


def races() -> Iterator[Race]:
    sides = {"arrays": _ours_from_arrays, "runs": _ours_from_runs}
    rivals = {"scikit-image": _naive, "OpenCV and cKDTree": _best_of_libraries}
    goals = {
        ("arrays", "scikit-image"): 120,
        ("arrays", "OpenCV and cKDTree"): 15,
        ("runs", "scikit-image"): 200,
        ("runs", "OpenCV and cKDTree"): 25,
    }
    for (source, rival), goal in goals.items():
        yield Race(
            name=f"length-Dice report from {source} / {rival}, {SIZE}",
            ours=sides[source],
            theirs=rivals[rival],
            check=_assert_same_numbers,
            goal=goal,
        )
    yield Race(
        name=f"peak memory of the length-Dice report from arrays / scikit-image, {SIZE}",
        ours=_ours_from_arrays,
        theirs=_naive,
        check=_assert_same_numbers,
        goal=10,
        measure=lambda side, _report: peak_memory_mib(side),
        unit="MiB",
    )


def prepare():
    """Make the input and load compiled code, as imports do: that is 46 MiB once, and no part of a report."""
    dense_pair()
    masks.warm_up()


def _ours_from_arrays():
    return _ours(*(masks.from_dense(array) for array in dense_pair()))


def _ours_from_runs():
    return _ours(*runs_pair())


def _ours(reference, candidate):
    report = metrics.report_lengths(reference, candidate, pixel_spacing_mm=None, tolerance_px=TOLERANCE_PX)
    return (
        report.dice,
        report.segments_reference,
        report.segments_candidate,
        report.skeleton_reference_near_px,
        report.skeleton_candidate_near_px,
        report.dice_l_sym,
    )


def _naive():
    arrays = reference, candidate = dense_pair()
    pieces = [int(measure.label(array, connectivity=2).max()) for array in arrays]
    dice = 2 * (reference & candidate).sum() / (reference.sum() + candidate.sum())
    lines = [morphology.skeletonize(array) for array in arrays]
    zones = [morphology.isotropic_dilation(line, TOLERANCE_PX) for line in lines]
    near = (lines[0] & zones[1]).sum(), (lines[1] & zones[0]).sum()
    return dice, *pieces, *near, sum(near) / sum(line.sum() for line in lines)


def _best_of_libraries():
    """Crop to both masks, label and count with OpenCV, thin with scikit-image, match with trees."""
    whole = [array.view(np.uint8) for array in dense_pair()]
    left, top, width, height = cv2.boundingRect(cv2.bitwise_or(*whole))
    crop = np.s_[max(0, top - 1) : top + height + 1, max(0, left - 1) : left + width + 1]
    arrays = [np.ascontiguousarray(array[crop]) for array in whole]
    pieces = [cv2.connectedComponents(array, connectivity=8, ltype=cv2.CV_16U)[0] - 1 for array in arrays]
    areas = [cv2.countNonZero(array) for array in arrays]
    dice = 2 * cv2.countNonZero(cv2.bitwise_and(*arrays)) / sum(areas)
    lines = [np.argwhere(morphology.skeletonize(array.view(bool))) for array in arrays]
    near = _near(lines[0], lines[1]), _near(lines[1], lines[0])
    return dice, *pieces, *near, sum(near) / sum(len(line) for line in lines)


def _near(points, others):
    distance, _ = cKDTree(others).query(points, distance_upper_bound=TOLERANCE_PX + 1e-6)
    return int(np.isfinite(distance).sum())


def _assert_same_numbers(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)
