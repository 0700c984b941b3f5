"""Parts of a configuration that several recipes have."""

from dataclasses import dataclass
from typing import Literal

from ml.errors import RecipeRefusedError
from ml.networks import ARCHITECTURES
from ml.training.config import PhantomSets
from ml.training.plan import Optimiser, Precision, Schedule


@dataclass(frozen=True, kw_only=True)
class WholeInput:
    """The network sees each image at once, padded to the ratio of these sides and resized to them."""

    rows: int
    columns: int


@dataclass(frozen=True, kw_only=True)
class Values:
    """How grey values enter the network."""

    median_px: int
    mean: float
    standard_deviation: float


@dataclass(frozen=True, kw_only=True)
class SplitPlan:
    """How images become parts; the shares count only where patients are shared out anew."""

    how: Literal["as-frozen", "by-patient"]
    train: float
    validation: float
    test: float


@dataclass(frozen=True, kw_only=True)
class Optimisation:
    """See `ml.training.plan.LoopPlan`; `batch` is that of all processes together."""

    batch: int
    epochs: int
    learning_rate: float
    optimiser: Optimiser
    weight_decay: float
    schedule: Schedule
    plateau_patience: int
    patience: int
    precision: Precision
    accumulate: int


@dataclass(frozen=True, kw_only=True)
class RunRecipe:
    """What every run says, whatever is learnt."""

    recipe: str
    name: str
    version: str
    seed: int
    threads: int
    network: str
    split: SplitPlan
    values: Values
    optimisation: Optimisation
    phantoms: PhantomSets | None = None


def check_network(name: str, task: str) -> None:
    """Refuse a network that is for something else.

    Raises
    ------
    RecipeRefusedError
        With a message that names those of `task`.
    """
    known = sorted(network for network, kind in ARCHITECTURES.items() if kind.task == task)
    if name not in known:
        raise RecipeRefusedError(f"the recipe: network is {name!r}, but must be one of {', '.join(known)}.")
