"""The configuration of the recipe `segment`."""

from dataclasses import dataclass
from typing import Literal

from ml.errors import RecipeRefusedError
from ml.networks import ARCHITECTURES
from ml.training.config_file import build_record
from ml.training.recipe_parts import RunRecipe, WholeInput, check_run, check_spacing


@dataclass(frozen=True, kw_only=True)
class TileInput:
    """The network sees patches, half of them near what is learnt; in use, tiles that overlap."""

    side_px: int
    overlap_px: int
    pixel_spacing_mm: float
    batches_per_epoch: int


@dataclass(frozen=True, kw_only=True)
class SegmentRecipe(RunRecipe):
    """One run of the recipe `segment`, complete but for the images."""

    recipe: Literal["segment"]
    label: Literal["bac", "microcalcification"]
    loss: Literal["dice", "half-dice-mse", "cross-entropy-dice", "cross-entropy-dice-hausdorff"]
    validation_loss: Literal["dice", "half-dice-mse", "cross-entropy-dice"]
    whole: WholeInput | None = None
    tiles: TileInput | None = None


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
    check_run(recipe, "segmentation")
    if (recipe.whole is None) == (recipe.tiles is None):
        raise RecipeRefusedError("the recipe must have one of `whole` and `tiles`, and not both.")
    sides = [recipe.whole.rows, recipe.whole.columns] if recipe.whole else []
    sides += [recipe.tiles.side_px] if recipe.tiles else []
    multiple = ARCHITECTURES[recipe.network].multiple_of
    if any(side % multiple for side in sides):
        raise RecipeRefusedError(
            f"{recipe.network} takes sides that are multiples of {multiple}, not {sides}."
        )
    if recipe.tiles:
        check_spacing(recipe.tiles.pixel_spacing_mm, "tiles")
        if recipe.tiles.overlap_px >= recipe.tiles.side_px:
            raise RecipeRefusedError("the recipe: tiles: overlap_px must be smaller than side_px.")
    return recipe
