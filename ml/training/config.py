"""The configuration of the recipe `scunet_phantom`: a YAML file with every choice in it."""

from dataclasses import dataclass
from pathlib import Path

from ml.training.config_file import build_record, read_config


@dataclass(frozen=True, kw_only=True)
class PhantomSets:
    """How many phantoms of which kind; the three sets share no seed.

    With `microcalcification_share` so many have one cluster of specks and the others none; without it
    microcalcifications are drawn by chance.
    """

    train: int
    validation: int
    test: int
    rows: int
    columns: int
    pixel_spacing_mm: float
    bac_share: float
    grid_share: float
    microcalcification_share: float | None = None


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """How an image becomes what the network sees; goes into the model card."""

    pixel_spacing_mm: float
    tile_px: int
    overlap_px: int
    median_px: int
    mean: float
    standard_deviation: float


@dataclass(frozen=True, kw_only=True)
class Optimisation:
    """Steps of AdamW with a one-cycle learning rate."""

    steps: int
    batch: int
    learning_rate: float
    weight_decay: float


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One training run, complete: the same recipe gives the same weights on the same machine."""

    name: str
    version: str
    seed: int
    threads: int
    phantoms: PhantomSets
    preparation: Preparation
    optimisation: Optimisation


def read_recipe(path: Path | str) -> Recipe:
    """Read a recipe.

    Parameters
    ----------
    path : Path or str
        A YAML file with exactly the fields of `Recipe`.

    Returns
    -------
    Recipe
        Checked for missing and unknown fields, types, and numbers above zero.

    Raises
    ------
    RecipeRefusedError
        With a message that names the field.
    """
    content, _ = read_config(path)
    return build_record(Recipe, content)
