"""How long a network is trained, and how fast it learns at each step."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Optimiser = Literal["adam", "adamw"]
Schedule = Literal["plateau", "one-cycle", "cosine", "constant"]
Precision = Literal["float32", "bfloat16", "float16"]

# One cycle: up from a 25th of the rate over this share of the steps, then down to a 250,000th of it.
RISING_SHARE, FIRST_PART, LAST_PART = 0.15, 1 / 25, 1 / 250_000


@dataclass(frozen=True, kw_only=True)
class LoopPlan:
    """The steps of one training run.

    Attributes
    ----------
    epochs, steps_per_epoch : int
        At most so many epochs, each of so many changes of the weights.
    learning_rate : float
        The largest one of the run.
    optimiser : {"adam", "adamw"}
        With `weight_decay`; AdamW keeps the decay apart from the gradient.
    schedule : {"plateau", "one-cycle", "cosine", "constant"}
        "plateau" divides the rate by ten after each `plateau_patience` epochs without a better validation.
    patience : int
        Epochs without a better validation after which training ends.
    precision : {"float32", "bfloat16", "float16"}
        Of the network's arithmetic; weights, losses and steps stay float32.
    accumulate : int
        Batches whose gradients are averaged into one step, where a larger batch does not fit into memory.
    """

    epochs: int
    steps_per_epoch: int
    learning_rate: float
    optimiser: Optimiser = "adam"
    weight_decay: float = 0.0
    schedule: Schedule = "plateau"
    plateau_patience: int = 5
    patience: int = 10
    precision: Precision = "float32"
    accumulate: int = 1

    def rate(self, step: int, validation: Sequence[float]) -> float:
        """Return the learning rate of one step.

        Parameters
        ----------
        step : int
            Counted over all epochs, from 0.
        validation : sequence of float
            Validation losses of the epochs that are done.
        """
        done = step / (self.epochs * self.steps_per_epoch)
        if self.schedule == "plateau":
            return self.learning_rate * 0.1 ** _plateaus(validation, self.plateau_patience)
        if self.schedule == "cosine":
            return _between(self.learning_rate, 0.0, done)
        if self.schedule == "one-cycle":
            if done < RISING_SHARE:
                return _between(self.learning_rate * FIRST_PART, self.learning_rate, done / RISING_SHARE)
            falling = (done - RISING_SHARE) / (1 - RISING_SHARE)
            return _between(self.learning_rate, self.learning_rate * LAST_PART, falling)
        return self.learning_rate

    def is_over(self, validation: Sequence[float]) -> bool:
        """Tell whether training ends after these epochs."""
        if len(validation) >= self.epochs:
            return True
        return bool(validation) and len(validation) - 1 - best_epoch(validation) >= self.patience


def best_epoch(validation: Sequence[float]) -> int:
    """Return the first epoch of the smallest validation loss, counted from 0."""
    return min(range(len(validation)), key=lambda epoch: validation[epoch])


def _plateaus(validation: Sequence[float], patience: int) -> int:
    best, waited, plateaus = math.inf, 0, 0
    for loss in validation:
        waited = 0 if loss < best else waited + 1
        best = min(best, loss)
        if waited == patience:
            plateaus, waited = plateaus + 1, 0
    return plateaus


def _between(first: float, last: float, share: float) -> float:
    return last + (first - last) * (1 + math.cos(math.pi * share)) / 2
