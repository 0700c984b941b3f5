"""Run a configuration: which recipe it names, on which images, in which folder."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ml.errors import RecipeRefusedError
from ml.networks import ImportedWeights
from ml.training.classify_config import image_recipe, patch_recipe
from ml.training.classify_images import train_image_classifier
from ml.training.classify_patches import train_patch_classifier
from ml.training.config import PhantomSets, Recipe
from ml.training.config_file import build_record, read_config
from ml.training.saved_run import RESUME_FILE
from ml.training.segment import train_segmentation
from ml.training.segment_config import segment_recipe
from ml.training.source import DatasetSource, PhantomSource, Source
from ml.training.train import train
from ml.training.world import ALONE, World

# By the field `recipe` of a configuration: what checks it, and what runs it.
RECIPES: dict[str, tuple[Callable[[object], Any], Callable[..., ImportedWeights]]] = {
    "segment": (segment_recipe, train_segmentation),
    "classify_images": (image_recipe, train_image_classifier),
    "classify_patches": (patch_recipe, train_patch_classifier),
}


def run_recipe(
    path: Path,
    *,
    data: Path | None = None,
    encoder_weights: Path | None = None,
    folder: Path | None = None,
    resume: bool = False,
    say: Callable[[str], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
    world: World = ALONE,
) -> ImportedWeights:
    """Train as a configuration says.

    Parameters
    ----------
    path : Path
        YAML, see ml/training/recipes. Its field `recipe` names how it is run; without one it is that of
        `scunet_phantom`.
    data : Path, optional
        Folder of an exported dataset version; without it the phantoms of the configuration are used.
    encoder_weights : Path, optional
        ImageNet weights to begin from.
    folder : Path, optional
        Where the run is saved after each epoch.
    resume : bool
        Go on with the run that `folder` holds, if it holds one.
    say, should_stop, world
        As for `ml.training.loop.run_loop`.

    Returns
    -------
    ImportedWeights
        With their model card.

    Raises
    ------
    MlError
        RecipeRefusedError, TrainingDataRefusedError, WeightsRefusedError, TrainingStoppedError or
        TrainingDivergedError, with what to do in plain words.
    """
    content, sha256 = read_config(path)
    named = content.get("recipe") if isinstance(content, dict) else None
    if named is None:
        _refuse_options(data=data, encoder_weights=encoder_weights, folder=folder)
        return train(build_record(Recipe, content), say)
    if named not in RECIPES:
        raise RecipeRefusedError(f"the recipe: recipe is {named!r}, but must be one of {', '.join(RECIPES)}.")
    _check_folder(folder, resume=resume)
    check, train_as_said = RECIPES[named]
    recipe = check(content)
    return train_as_said(
        recipe,
        _source(data, recipe.phantoms),
        config_sha256=sha256,
        encoder_weights=encoder_weights,
        folder=folder,
        say=say,
        should_stop=should_stop,
        world=world,
    )


def _source(data: Path | None, phantoms: PhantomSets | None) -> Source:
    if data is not None:
        return DatasetSource(data)
    if phantoms is None:
        raise RecipeRefusedError(
            "This recipe names no phantoms. Give the folder of an exported dataset version with --data."
        )
    return PhantomSource(phantoms)


def _refuse_options(**given: Path | None) -> None:
    unused = [name for name, path in given.items() if path is not None]
    if unused:
        raise RecipeRefusedError(
            f"The recipe scunet_phantom draws its own images and is run at once; it takes no {unused[0]}. "
            "Leave that out, or run a recipe that names itself in its field `recipe`."
        )


def _check_folder(folder: Path | None, *, resume: bool) -> None:
    if folder is None and resume:
        raise RecipeRefusedError("Say with --folder which run is to be gone on with.")
    if folder is not None and not resume and (folder / RESUME_FILE).exists():
        raise RecipeRefusedError(
            f"{folder} holds a run. Go on with it with --resume, or name another folder to begin anew.",
            code="folder_holds_a_run",
        )
