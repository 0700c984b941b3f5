"""Training an answer: batches of images or patches with yes or no, and the loop over them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import nn

from ml.training.loop import Batch, run_loop
from ml.training.losses import AnswerLoss
from ml.training.recipe_parts import Optimisation, Values
from ml.training.recipe_steps import loop_plan, mean_loss
from ml.training.world import World

Vary = Callable[[NDArray[np.float32], Generator], NDArray[np.float32]]


@dataclass(frozen=True)
class Answered:
    """Images or patches, each with its answer.

    Attributes
    ----------
    images : list of ndarray of uint8, shape (rows, columns)
        On the 0..255 scale, all of one size.
    truth : list of bool
        The answers.
    """

    images: list[NDArray[np.uint8]]
    truth: list[bool]


@dataclass(frozen=True)
class Showing:
    """How images enter the network.

    Attributes
    ----------
    values : Values
        Mean and spread of grey.
    vary : callable
        Changes an image at random, in training only.
    finish : callable
        Brings (n, rows, columns) to what the network sees.
    """

    values: Values
    vary: Vary
    finish: Callable[[NDArray[np.float32]], NDArray[np.float32]]

    def batch(self, images: list[NDArray[np.float32]], truth: list[bool]) -> Batch:
        """Put images, on the 0..255 scale, and their answers together."""
        seen = self.finish(np.stack(images)) / np.float32(255)
        mean, spread = np.float32(self.values.mean), np.float32(self.values.standard_deviation)
        grey = torch.from_numpy((seen - mean) / spread)
        labels = torch.tensor(truth, dtype=torch.float32)
        return Batch(grey[:, None].expand(-1, 3, -1, -1), labels[:, None])


def train_answers(
    network: nn.Module,
    *,
    train: Answered,
    validation: Answered,
    showing: Showing,
    optimisation: Optimisation,
    seed: int,
    belongs_to: str,
    folder: Path | None,
    say: Callable[[str], None],
    should_stop: Callable[[], bool],
    world: World,
) -> None:
    """Train a network to answer; it ends with the weights of the smallest validation loss.

    Parameters
    ----------
    network : nn.Module
        Changed in place.
    train, validation : Answered
        To learn from, and to choose the epoch.
    showing : Showing
        How images enter.
    optimisation : Optimisation
        The steps.
    seed, belongs_to, folder, say, should_stop, world
        As for `ml.training.loop.run_loop`.
    """
    size, loss = optimisation.batch, AnswerLoss()

    def validate(trained: nn.Module) -> float:
        return mean_loss(trained, loss, validation_batches(validation, showing, size), world)

    run_loop(
        network,
        batches=lambda epoch: training_batches(train, showing, size, (seed, epoch), world),
        loss=loss,
        validate=validate,
        plan=loop_plan(optimisation, max(1, len(train.images) // size)),
        seed=seed,
        folder=folder,
        belongs_to=belongs_to,
        say=say,
        should_stop=should_stop,
        world=world,
    )


def training_batches(
    answered: Answered, showing: Showing, size: int, chance: tuple[int, int], world: World
) -> Iterator[Batch]:
    """Give the batches of one epoch, varied: every image once, in an order of chance.

    Parameters
    ----------
    answered : Answered
        To learn from.
    showing : Showing
        How images enter.
    size : int
        Images of one batch, of all processes together; where there are fewer, some are shown again.
    chance : tuple of int
        Seed and epoch: all that chance depends on.
    world : World
        Whose part is given.

    Yields
    ------
    Batch
    """
    order = np.random.default_rng(chance).permutation(len(answered.images))
    order = np.resize(order, size * max(1, len(order) // size))
    for first in range(0, len(order), size):
        part = world.part(list(enumerate(order[first : first + size])))
        images = [
            showing.vary(
                answered.images[k].astype(np.float32), np.random.default_rng([*chance, first, place])
            )
            for place, k in part
        ]
        yield showing.batch(images, [answered.truth[k] for _, k in part])


def validation_batches(answered: Answered, showing: Showing, size: int) -> Iterator[Batch]:
    """Give every image as it is.

    Parameters
    ----------
    answered : Answered
        To validate on.
    showing : Showing
        How images enter.
    size : int
        Images of one batch.

    Yields
    ------
    Batch
    """
    for first in range(0, len(answered.images), size):
        images = [image.astype(np.float32) for image in answered.images[first : first + size]]
        yield showing.batch(images, answered.truth[first : first + size])
