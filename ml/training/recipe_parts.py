"""Parts of a configuration that several recipes have."""

from dataclasses import dataclass
from typing import Literal

from ml.errors import RecipeRefusedError
from ml.networks import ARCHITECTURES
from ml.networks.model_card import MEDIANS_PX, NETWORK_SPACING_MM
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


def check_run(recipe: RunRecipe, task: str) -> None:
    """Refuse a network that is for something else, and grey values that no model card can carry.

    Raises
    ------
    RecipeRefusedError
        With a message that names the field and what is allowed.
    """
    known = sorted(network for network, kind in ARCHITECTURES.items() if kind.task == task)
    if recipe.network not in known:
        raise RecipeRefusedError(
            f"the recipe: network is {recipe.network!r}, but must be one of {', '.join(known)}."
        )
    if recipe.values.median_px not in MEDIANS_PX:
        raise RecipeRefusedError(
            f"the recipe: values: median_px is {recipe.values.median_px}, but must be 1 (none), 3 or 5."
        )
    if recipe.values.standard_deviation == 0:
        raise RecipeRefusedError("the recipe: values: standard_deviation is 0, but must be above 0.")


def check_spacing(pixel_spacing_mm: float, where: str) -> None:
    """Refuse a size of pixels that no model card can carry.

    Raises
    ------
    RecipeRefusedError
        With a message that begins with `where`.
    """
    low, high = NETWORK_SPACING_MM
    if not low <= pixel_spacing_mm <= high:
        raise RecipeRefusedError(
            f"the recipe: {where}: pixel_spacing_mm is {pixel_spacing_mm}, but must lie in {low}..{high}."
        )
