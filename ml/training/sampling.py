"""Cut patches out of training images, half with a calcified vessel, and vary them."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.training.phantom_data import TrainingImage

# Most of the patches without a vessel are centred on something that looks like one.
LOOKALIKE_SHARE = 0.7
BRIGHTNESS, CONTRAST, GAMMA, NOISE = 0.08, 0.25, 0.35, 0.02


def random_batch(
    images: list[TrainingImage], count: int, side_px: int, random: Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Cut `count` patches.

    Parameters
    ----------
    images : list of TrainingImage
        At least one, each at least `side_px` in both directions.
    count : int
        Patches; every second one is centred near a calcified vessel if there is any in the images.
    side_px : int
        Side of the square patches.
    random : Generator
        The only source of chance.

    Returns
    -------
    patches, labels : ndarray of float32, shape (count, side_px, side_px)
        Values of 0..1, and 0 or 1.
    """
    calcified = [image for image in images if len(image.bac_points)] or images
    patches, labels = [], []
    for k in range(count):
        is_positive = k % 2 == 0
        chosen = calcified if is_positive else images
        image = chosen[int(random.integers(len(chosen)))]
        patch, label = _cut(image, _centre(image, random, is_positive=is_positive), side_px, random)
        patches.append(_vary(patch, random))
        labels.append(label)
    return np.stack(patches), np.stack(labels)


def _centre(image: TrainingImage, random: Generator, *, is_positive: bool) -> NDArray[np.int32]:
    points = image.breast_points
    if is_positive and len(image.bac_points):
        points = image.bac_points
    elif not is_positive and len(image.lookalike_points) and random.random() < LOOKALIKE_SHARE:
        points = image.lookalike_points
    return points[int(random.integers(len(points)))]


def _cut(
    image: TrainingImage, centre: NDArray[np.int32], side_px: int, random: Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    corner = centre - side_px // 2 + random.integers(-3 * side_px // 8, 3 * side_px // 8 + 1, 2)
    corner = np.clip(corner, 0, np.array(image.label.shape) - side_px)
    window = np.s_[corner[0] : corner[0] + side_px, corner[1] : corner[1] + side_px]
    view = image.views[int(random.integers(len(image.views)))]
    patch = view[window].astype(np.float32) / np.float32(255)
    label = image.label[window].astype(np.float32)
    turns, is_flipped = int(random.integers(4)), bool(random.integers(2))
    patch, label = np.rot90(patch, turns), np.rot90(label, turns)
    if is_flipped:
        patch, label = patch[:, ::-1], label[:, ::-1]
    return patch, label


def _vary(patch: NDArray[np.float32], random: Generator) -> NDArray[np.float32]:
    """Change contrast, brightness and curve, and add noise: real systems differ more than phantoms do."""
    patch = np.power(patch, np.float32(np.exp(random.uniform(-GAMMA, GAMMA))))
    factor = np.float32(1 + random.uniform(-CONTRAST, CONTRAST))
    middle = patch.mean()
    patch = (patch - middle) * factor + middle + np.float32(random.uniform(-BRIGHTNESS, BRIGHTNESS))
    noise = random.standard_normal(patch.shape, dtype=np.float32) * np.float32(random.uniform(0, NOISE))
    return np.clip(patch + noise, 0, 1).astype(np.float32)
