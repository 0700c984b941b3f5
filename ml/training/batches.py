"""Batches of prepared images, each process's part; they depend on the seed and the epoch alone."""

from collections.abc import Iterator

import numpy as np
import torch

from ml.training.loop import Batch
from ml.training.phantom_data import TrainingImage
from ml.training.sampling import random_batch
from ml.training.segment_config import SegmentRecipe
from ml.training.variation import vary_whole
from ml.training.world import World

# Patches by which an epoch is validated: enough that the loss does not jump, the same each time.
VALIDATION_BATCHES = 8
VALIDATION_SEED = 1_000_003


def batch_count(recipe: SegmentRecipe, images: list[TrainingImage]) -> int:
    """Return the batches of an epoch: so many as the recipe says, or those that show every image once."""
    if recipe.tiles:
        return recipe.tiles.batches_per_epoch
    return max(1, len(images) // recipe.optimisation.batch)


def training_batches(
    recipe: SegmentRecipe, images: list[TrainingImage], epoch: int, world: World
) -> Iterator[Batch]:
    """Give the batches of one epoch, varied.

    Parameters
    ----------
    recipe : SegmentRecipe
        Size of a batch, input and seed.
    images : list of TrainingImage
        To learn from.
    epoch : int
        From 0.
    world : World
        Whose part is given.

    Yields
    ------
    Batch
    """
    size = recipe.optimisation.batch
    if recipe.tiles:
        random = np.random.default_rng([recipe.seed, epoch, world.rank])
        for _ in range(recipe.tiles.batches_per_epoch):
            patches, labels = random_batch(images, len(world.part(range(size))), recipe.tiles.side_px, random)
            yield _batch(recipe, patches, labels)
        return
    order = np.random.default_rng([recipe.seed, epoch]).permutation(len(images))
    # Fewer images than a batch are shown more than once in it.
    order = np.resize(order, size * batch_count(recipe, images))
    for first in range(0, len(order), size):
        pairs = [
            vary_whole(
                images[k].views[0].astype(np.float32) / 255,
                images[k].label.astype(np.float32),
                np.random.default_rng([recipe.seed, epoch, first, place]),
            )
            for place, k in world.part(list(enumerate(order[first : first + size])))
        ]
        yield _batch(recipe, np.stack([image for image, _ in pairs]), np.stack([label for _, label in pairs]))


def validation_batches(recipe: SegmentRecipe, images: list[TrainingImage]) -> Iterator[Batch]:
    """Give what an epoch is validated by: every image whole and as it is, or the same patches each time."""
    size = recipe.optimisation.batch
    if recipe.tiles:
        random = np.random.default_rng([recipe.seed, VALIDATION_SEED])
        for _ in range(VALIDATION_BATCHES):
            yield _batch(recipe, *random_batch(images, size, recipe.tiles.side_px, random))
        return
    for first in range(0, len(images), size):
        some = images[first : first + size]
        pixels = np.stack([image.views[0] for image in some]).astype(np.float32) / 255
        yield _batch(recipe, pixels, np.stack([image.label for image in some]).astype(np.float32))


def _batch(recipe: SegmentRecipe, images: np.ndarray, labels: np.ndarray) -> Batch:
    values = (images - recipe.values.mean) / np.float32(recipe.values.standard_deviation)
    grey = torch.from_numpy(values.astype(np.float32))
    return Batch(grey[:, None].expand(-1, 3, -1, -1), torch.from_numpy(labels)[:, None])
