"""The configurations of the recipes `classify_images` and `classify_patches`."""

from dataclasses import dataclass
from typing import Literal

from ml.errors import RecipeRefusedError
from ml.networks.model_card import WHOLE_INPUT_PX
from ml.training.config_file import build_record
from ml.training.recipe_parts import RunRecipe, WholeInput, check_run, check_spacing

SMALLEST_PATCH_PX, PATCH_MULTIPLE_PX = 64, 8


@dataclass(frozen=True, kw_only=True)
class ImageRecipe(RunRecipe):
    """One run of the recipe `classify_images`, complete but for the images."""

    recipe: Literal["classify_images"]
    trained: Literal["head-and-last-convolution", "all"]
    label: Literal["bac", "microcalcification"]
    positive_share: float
    whole: WholeInput


@dataclass(frozen=True, kw_only=True)
class PatchPlan:
    """Which patches are cut; each is resized to `input_px` for the network."""

    side_px: int
    pixel_spacing_mm: float
    input_px: int
    negatives_per_image: int
    least_mean: float


@dataclass(frozen=True, kw_only=True)
class PatchRecipe(RunRecipe):
    """One run of the recipe `classify_patches`, complete but for the images."""

    recipe: Literal["classify_patches"]
    task: Literal["present", "malignant"]
    patches: PatchPlan


def image_recipe(content: object) -> ImageRecipe:
    """Check what a configuration of `classify_images` says.

    Parameters
    ----------
    content : object
        From `read_config`.

    Returns
    -------
    ImageRecipe

    Raises
    ------
    RecipeRefusedError
        With a message that names the field.
    """
    recipe = build_record(ImageRecipe, content)
    check_run(recipe, "image_classification")
    _check_input(recipe.whole.rows, recipe.whole.columns)
    if not 0 < recipe.positive_share < 1:
        raise RecipeRefusedError(
            f"the recipe: positive_share is {recipe.positive_share}, but must lie between 0 and 1."
        )
    return recipe


def patch_recipe(content: object) -> PatchRecipe:
    """Check what a configuration of `classify_patches` says.

    Parameters
    ----------
    content : object
        From `read_config`.

    Returns
    -------
    PatchRecipe

    Raises
    ------
    RecipeRefusedError
        With a message that names the field.
    """
    recipe = build_record(PatchRecipe, content)
    check_run(recipe, "patch_classification")
    side_px = recipe.patches.side_px
    if side_px < SMALLEST_PATCH_PX or side_px % PATCH_MULTIPLE_PX:
        raise RecipeRefusedError(
            f"the recipe: patches: side_px is {side_px}, but must be a multiple of {PATCH_MULTIPLE_PX} from "
            f"{SMALLEST_PATCH_PX} on."
        )
    _check_input(recipe.patches.input_px)
    check_spacing(recipe.patches.pixel_spacing_mm, "patches")
    return recipe


def _check_input(*sides: int) -> None:
    low, high = WHOLE_INPUT_PX
    if not all(low <= side <= high for side in sides):
        raise RecipeRefusedError(
            f"the recipe: what the network sees is {sides}, but must lie in {low}..{high}."
        )
