"""The training loop: epochs of steps, a validation after each, and a file from which a killed run goes on.

Chance is set anew at the beginning of each epoch from the seed and the epoch's number, and no epoch needs to
know more of the one before than `SavedRun` holds: on a CPU a run that was killed and resumed ends in the same
bytes as one that was not.
"""

import hashlib
import math
import random
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ml.errors import TrainingDivergedError, TrainingFailedError, TrainingStoppedError
from ml.training.losses import Loss
from ml.training.plan import LoopPlan, best_epoch
from ml.training.saved_run import EpochRecord, SavedRun, read_run, write_curve, write_run
from ml.training.world import ALONE, World

_DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
_NO_MEMORY = (
    "The GPU has too little memory for this batch. Make it smaller in the recipe and accumulate more "
    "batches, or choose bfloat16."
)
_OPTIMISERS = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}


@dataclass(frozen=True)
class Batch:
    """Images as a network takes them, (n, 3, rows, columns), and labels as the loss takes them."""

    images: Tensor
    labels: Tensor


@dataclass(frozen=True)
class LoopResult:
    """What training gave: the weights of the best validation, their epoch (from 1), and the curve."""

    best_state: dict[str, Tensor]
    best_epoch: int
    curve: tuple[EpochRecord, ...]


def run_loop(
    network: nn.Module,
    *,
    batches: Callable[[int], Iterable[Batch]],
    loss: Loss,
    validate: Callable[[nn.Module], float],
    plan: LoopPlan,
    seed: int,
    folder: Path | None = None,
    belongs_to: str = "",
    say: Callable[[str], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
    world: World = ALONE,
) -> LoopResult:
    """Train `network` until its plan is over.

    Parameters
    ----------
    network : nn.Module
        With the weights to begin from; changed in place. Frozen weights stay.
    batches : callable
        Given an epoch (from 0), gives this process's part of `steps_per_epoch` x `accumulate` batches. It
        must depend on nothing but the epoch, draw from generators of its own, and is asked from another
        thread; all parts are of one size.
    loss : Loss
        Of the whole batch, whatever the number of processes.
    validate : callable
        Given the network in evaluation mode, returns a loss: smaller is better. Asked of the first process.
    plan : LoopPlan
        The steps.
    seed : int
        Of all chance in an epoch, together with its number.
    folder : Path, optional
        Where the run is saved after each epoch, with its curve; a run that is there is gone on with.
    belongs_to : str
        What the run depends on beside plan and seed, such as the digests of recipe and data; a saved run that
        differs in it is refused.
    say : callable
        Told in a line of text how far it is.
    should_stop : callable
        Asked before each step of the first process.
    world : World
        The processes that train together.

    Returns
    -------
    LoopResult

    Raises
    ------
    TrainingStoppedError
        When `should_stop` answered True; the epochs that are done are saved.
    TrainingDivergedError
        Where a loss is no longer a number.
    TrainingFailedError
        With code `out_of_memory` or `run_not_saved`.
    RecipeRefusedError
        Where the folder holds a run that cannot be gone on with.
    """
    belongs_to = hashlib.sha256(f"{plan} {seed} {belongs_to}".encode()).hexdigest()
    steps = _Steps(network, loss, plan, world)
    run = read_run(folder, belongs_to) if folder else None
    if run is not None:
        steps.restore(run)
        say(f"going on after epoch {len(run.curve)}")
    while run is None or not plan.is_over(run.validation):
        epoch = len(run.curve) if run else 0
        _set_chance(seed, epoch, world)
        training_loss = steps.train(epoch, batches(epoch), run.validation if run else [], should_stop)
        validation_loss = world.value_of_first(lambda: _validation_loss(network, validate))
        _check_finite(training_loss, validation_loss, epoch)
        record = EpochRecord(epoch + 1, training_loss, validation_loss, steps.rate)
        run = steps.saved(run, record)
        if folder and world.is_first:
            write_run(folder, run, belongs_to)
        say(
            f"epoch {record.epoch} of at most {plan.epochs}: training loss {training_loss:.4f}, "
            f"validation loss {validation_loss:.4f}, learning rate {record.learning_rate:.2g}"
        )
    if folder and world.is_first:
        write_curve(folder, run)
    network.load_state_dict(run.best)
    return LoopResult(run.best, best_epoch(run.validation) + 1, run.curve)


class _Steps:
    """What makes the steps: a network with its optimiser, and the gradient scaler of float16."""

    def __init__(self, network: nn.Module, loss: Loss, plan: LoopPlan, world: World) -> None:
        self._network = network.to(world.device)
        self._loss, self._plan, self._world = loss, plan, world
        learning = [weight for weight in network.parameters() if weight.requires_grad]
        kind = _OPTIMISERS[plan.optimiser]
        self._optimiser = kind(learning, lr=plan.learning_rate, weight_decay=plan.weight_decay)
        self._device = torch.device(world.device)
        self._scaler = torch.amp.GradScaler(self._device.type, enabled=plan.precision == "float16")
        self._spread = world.spread(network)

    @property
    def rate(self) -> float:
        return float(self._optimiser.param_groups[0]["lr"])

    def restore(self, run: SavedRun) -> None:
        self._network.load_state_dict(run.network)
        self._optimiser.load_state_dict(run.optimiser)
        self._scaler.load_state_dict(run.scaler)
        self._loss.restore(run.loss)

    def saved(self, before: SavedRun | None, record: EpochRecord) -> SavedRun:
        weights = {name: value.detach().cpu().clone() for name, value in self._network.state_dict().items()}
        is_best = before is None or record.validation_loss < min(before.validation)
        return SavedRun(
            network=weights,
            best=weights if is_best or before is None else before.best,
            optimiser=self._optimiser.state_dict(),
            scaler=self._scaler.state_dict(),
            loss=self._loss.state(),
            curve=(*(before.curve if before else ()), record),
        )

    def train(
        self, epoch: int, batches: Iterable[Batch], validation: list[float], should_stop: Callable[[], bool]
    ) -> float:
        """Make the steps of one epoch and return the mean loss."""
        self._loss.begin_epoch(epoch)
        self._spread.train()
        losses = []
        source = _ahead(batches)
        for step in range(self._plan.steps_per_epoch):
            if self._world.value_of_first(lambda: float(should_stop())):
                raise TrainingStoppedError(f"Stopped in epoch {epoch + 1}, as asked.")
            for group in self._optimiser.param_groups:
                group["lr"] = self._plan.rate(epoch * self._plan.steps_per_epoch + step, validation)
            self._optimiser.zero_grad(set_to_none=True)
            parts = list(islice(source, self._plan.accumulate))
            try:
                losses += [self._gradients(part, is_last=part is parts[-1]) for part in parts]
            except torch.OutOfMemoryError:
                raise TrainingFailedError(_NO_MEMORY, code="out_of_memory") from None
            self._scaler.step(self._optimiser)
            self._scaler.update()
        return float(torch.stack(losses).mean())

    def _gradients(self, batch: Batch, *, is_last: bool) -> Tensor:
        """Add the gradients of one batch; each process has those of its part of the loss of the whole."""
        images = batch.images.to(self._device, memory_format=torch.channels_last, non_blocking=True)
        labels = batch.labels.to(self._device, non_blocking=True)
        precision = self._plan.precision
        arithmetic = torch.autocast(self._device.type, _DTYPES[precision], enabled=precision != "float32")
        with self._world.quiet(self._spread, is_last=is_last):
            with arithmetic:
                output = self._spread(images)
            value = self._loss(self._world.join(output), self._world.join(labels))
            # The processes' gradients are averaged, but are parts of a sum.
            share = value * (self._world.size / self._plan.accumulate)
            self._scaler.scale(share).backward()
        return value.detach()


def _ahead(batches: Iterable[Batch]) -> Iterator[Batch]:
    """Make the next batch while the network is busy with this one."""
    source = iter(batches)
    with ThreadPoolExecutor(1) as maker:
        following = maker.submit(next, source, None)
        while (batch := following.result()) is not None:
            following = maker.submit(next, source, None)
            yield batch


def _set_chance(seed: int, epoch: int, world: World) -> None:
    """Begin all generators anew, each process with a chance of its own."""
    (own,) = np.random.SeedSequence([seed, epoch, world.rank]).generate_state(1)
    random.seed(int(own))
    np.random.seed(int(own))  # noqa: NPY002 - libraries draw from it
    torch.manual_seed(int(own))


def _validation_loss(network: nn.Module, validate: Callable[[nn.Module], float]) -> float:
    network.eval()
    with torch.no_grad():
        return validate(network)


def _check_finite(training_loss: float, validation_loss: float, epoch: int) -> None:
    if not (math.isfinite(training_loss) and math.isfinite(validation_loss)):
        raise TrainingDivergedError(
            f"In epoch {epoch + 1} the loss is no longer a number (training {training_loss}, validation "
            f"{validation_loss}). Choose a smaller learning rate, or float32 as precision."
        )
