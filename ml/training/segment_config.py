"""The configuration of the recipe `segment`."""

from dataclasses import dataclass
from typing import Literal

from ml.errors import RecipeRefusedError
from ml.networks import ARCHITECTURES
from ml.training.config import PhantomSets
from ml.training.config_file import build_record
from ml.training.plan import Optimiser, Precision, Schedule


@dataclass(frozen=True, kw_only=True)
class WholeInput:
    """The network sees each image at once, padded to the ratio of these sides and resized to them."""

    rows: int
    columns: int


@dataclass(frozen=True, kw_only=True)
class TileInput:
    """The network sees patches, half of them near what is learnt; in use, tiles that overlap."""

    side_px: int
    overlap_px: int
    pixel_spacing_mm: float
    batches_per_epoch: int


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
class SegmentRecipe:
    """One run of the recipe `segment`, complete but for the images."""

    recipe: Literal["segment"]
    name: str
    version: str
    seed: int
    threads: int
    network: str
    label: Literal["bac", "microcalcification"]
    split: SplitPlan
    values: Values
    loss: Literal["dice", "half-dice-mse", "cross-entropy-dice", "cross-entropy-dice-hausdorff"]
    validation_loss: Literal["dice", "half-dice-mse", "cross-entropy-dice"]
    optimisation: Optimisation
    whole: WholeInput | None = None
    tiles: TileInput | None = None
    phantoms: PhantomSets | None = None


def segment_recipe(content: object) -> SegmentRecipe:
    """Check what a configuration says.

    Parameters
    ----------
    content : object
        From `read_config`.

    Returns
    -------
    SegmentRecipe

    Raises
    ------
    RecipeRefusedError
        With a message that names the field.
    """
    recipe = build_record(SegmentRecipe, content)
    known = sorted(name for name, kind in ARCHITECTURES.items() if kind.task == "segmentation")
    if recipe.network not in known:
        raise RecipeRefusedError(
            f"the recipe: network is {recipe.network!r}, but must be one of {', '.join(known)}."
        )
    if (recipe.whole is None) == (recipe.tiles is None):
        raise RecipeRefusedError("the recipe must have one of `whole` and `tiles`, and not both.")
    sides = [recipe.whole.rows, recipe.whole.columns] if recipe.whole else []
    sides += [recipe.tiles.side_px] if recipe.tiles else []
    multiple = ARCHITECTURES[recipe.network].multiple_of
    if any(side % multiple for side in sides):
        raise RecipeRefusedError(
            f"{recipe.network} takes sides that are multiples of {multiple}, not {sides}."
        )
    return recipe
