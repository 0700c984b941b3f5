"""Two labels of a 4096 x 3328 mammogram: compared from runs, and from dense arrays with scikit-image.

Both sides must give the same numbers. The dense side is how one would write it with the libraries alone.
"""

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.morphology import skeletonize

from ml import masks, metrics

ROWS, COLUMNS = 4096, 3328
SPACING_MM = 0.07
ROUNDS = 3


def _make_label(seed: int, shift_px: float) -> masks.Runs:
    """Draw eighteen vessels of 5 to 25 px width; the same seed with a shift is another reader."""
    generator = np.random.default_rng(seed)
    label = masks.empty(ROWS, COLUMNS)
    for _ in range(18):
        start = generator.uniform((500, 300), (3500, 2500))
        steps = generator.normal(0, 120, (8, 2)) + generator.normal(0, 80, 2)
        points = [tuple(point + shift_px) for point in start + np.cumsum(steps, axis=0)]
        label = masks.union(label, masks.polyline(ROWS, COLUMNS, points, generator.uniform(5, 25)))
    return label


def compare_dense(reference: NDArray[np.bool_], candidate: NDArray[np.bool_]) -> tuple[float, float]:
    """Return Dice and symmetric length Dice from whole frames."""
    lines = [skeletonize(mask) for mask in (reference, candidate)]
    near = [ndimage.distance_transform_edt(~line) * SPACING_MM <= 1.05 for line in lines]
    matched = (lines[1] & near[0]).sum() + (lines[0] & near[1]).sum()
    dice = 2 * (reference & candidate).sum() / (reference.sum() + candidate.sum())
    return float(dice), float(matched / (lines[0].sum() + lines[1].sum()))


def compare_runs(reference: masks.Runs, candidate: masks.Runs) -> tuple[float, float]:
    """Return the same two numbers from runs."""
    comparison = metrics.compare_masks(reference, candidate, pixel_spacing_mm=(SPACING_MM, SPACING_MM))
    if comparison.dice is None or comparison.dice_length_symmetric is None:
        raise ValueError("both labels are empty")
    return comparison.dice, comparison.dice_length_symmetric


def _cpu_seconds(work: Callable[[], tuple[float, float]]) -> tuple[float, tuple[float, float]]:
    started = time.process_time()
    result = work()
    return time.process_time() - started, result


def main() -> None:
    """Print the least CPU time of each side over interleaved rounds, and their ratio."""
    reference, candidate = _make_label(1, 0.0), _make_label(1, 6.0)
    dense_pair = (masks.to_dense(reference), masks.to_dense(candidate))
    compare_runs(reference, candidate)  # imports and caches
    dense_s, runs_s = [], []
    for _ in range(ROUNDS):
        seconds, by_dense = _cpu_seconds(lambda: compare_dense(*dense_pair))
        dense_s.append(seconds)
        seconds, by_runs = _cpu_seconds(lambda: compare_runs(reference, candidate))
        runs_s.append(seconds)
        np.testing.assert_allclose(by_runs, by_dense, rtol=1e-12)
    print(f"Dice {by_runs[0]:.4f}, length Dice {by_runs[1]:.4f}, equal on both sides")
    print(f"dense arrays  {min(dense_s) * 1000:8.0f} ms CPU")
    print(f"runs          {min(runs_s) * 1000:8.0f} ms CPU")
    print(f"ratio         {min(dense_s) / min(runs_s):8.1f}")
