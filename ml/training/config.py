"""The configuration of a training recipe: a YAML file with every choice in it."""

import math
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from ml.errors import RecipeRefusedError


@dataclass(frozen=True, kw_only=True)
class PhantomSets:
    """How many phantoms of which kind; the three sets share no seed."""

    train: int
    validation: int
    test: int
    rows: int
    columns: int
    pixel_spacing_mm: float
    bac_share: float
    grid_share: float


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
    try:
        content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RecipeRefusedError(f"The recipe {path} cannot be read: {error}.") from None
    return _build(Recipe, content, "the recipe")


def _build(kind: type, content: Any, where: str) -> Any:
    if not isinstance(content, dict):
        raise RecipeRefusedError(f"{where} must be a mapping of names to values.")
    wanted = {field.name: field.type for field in fields(kind)}
    if set(content) != set(wanted):
        odd = ", ".join(sorted(str(name) for name in set(content) ^ set(wanted)))
        raise RecipeRefusedError(f"{where} has fields missing or unknown: {odd}.")
    values = {name: _checked(wanted[name], content[name], f"{where}: {name}") for name in wanted}
    return kind(**values)


def _checked(kind: Any, value: Any, where: str) -> Any:
    if kind in {PhantomSets, Preparation, Optimisation}:
        return _build(kind, value, where)
    if kind is str and isinstance(value, str) and value:
        return value
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind is float and is_number and math.isfinite(value) and value >= 0:
        return float(value)
    if kind is int and is_number and value == int(value) and value > 0:
        return int(value)
    raise RecipeRefusedError(f"{where} is {value!r}, but must be {_NEEDS[kind]}.")


_NEEDS = {str: "text", float: "a number of 0 or more", int: "a whole number above 0"}
