"""The recipe `classify_patches`, from top to bottom: parts, patches, steps, cutoff, figures, weights."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ml.errors import PredictionRefusedError, TrainingDataRefusedError
from ml.explain import image_statistics, reliability_points, training_statistics
from ml.inference import PatchScorer, patch_input
from ml.networks import ImportedWeights, pack_weights
from ml.training.answers import Answered, Showing, train_answers
from ml.training.classify_config import PatchRecipe
from ml.training.figures import Scored
from ml.training.patches import LABEL, MALIGNANT, PatchSet, add_malignant, add_present
from ml.training.recipe_steps import begin, begun_network, card_of, file_digest, share_out, told
from ml.training.source import Listing, Source
from ml.training.split import check_both_classes
from ml.training.variation import vary_patch
from ml.training.world import World

LABELS = {"present": LABEL, "malignant": "malignant"}


def train_patch_classifier(
    recipe: PatchRecipe,
    source: Source,
    *,
    config_sha256: str,
    encoder_weights: Path | None,
    folder: Path | None,
    say: Callable[[str], None],
    should_stop: Callable[[], bool],
    world: World,
) -> ImportedWeights:
    """Train a network that answers for small patches.

    Parameters
    ----------
    recipe : PatchRecipe
        Every choice.
    source : Source
        Images with microcalcifications marked or named.
    config_sha256 : str
        Digest of the recipe's file.
    encoder_weights : Path, optional
        ImageNet weights to begin from.
    folder, say, should_stop, world
        As for `ml.training.loop.run_loop`.

    Returns
    -------
    ImportedWeights
        With their card: the cutoff and the points of calibration come from the validation patches, the
        figures from the test patches.
    """
    begin(recipe.seed, recipe.threads, world)
    label = LABELS[recipe.task]
    listings = _with_histology(source) if recipe.task == "malignant" else source.listings
    split = share_out(recipe.split, listings, label, seed=recipe.seed, classes_by_image=False)
    train = _cut(recipe, source, split.train, "train", say)
    validation = _cut(recipe, source, split.validation, "validation", say)
    test = _cut(recipe, source, split.test, "test", say)
    network = begun_network(recipe.network, encoder_weights, say)
    train_answers(
        network,
        train=Answered(train.images, train.truth),
        validation=Answered(validation.images, validation.truth),
        showing=showing_of(recipe),
        optimisation=recipe.optimisation,
        seed=recipe.seed,
        belongs_to=f"{config_sha256} {source.version} {file_digest(encoder_weights)}",
        folder=folder,
        say=say,
        should_stop=should_stop,
        world=world,
    )
    plan = recipe.patches
    card = replace(
        card_of(recipe, source, network, split, config_sha256),
        task="patch_classification",
        label=label,
        tile_px=plan.side_px,
        overlap_px=0,
        pixel_spacing_mm=plan.pixel_spacing_mm,
        input_rows=plan.input_px,
        input_columns=plan.input_px,
        statistics=training_statistics(train.statistics),
    )
    scorer = PatchScorer(pack_weights(network, card), world.device)
    on_validation = _scored(scorer, validation)
    cutoff = on_validation.best_cutoff()
    figures = _scored(scorer, test).figures(cutoff)
    say(f"cutoff {cutoff:.4f}: {figures}")
    calibration = reliability_points(on_validation.tables)
    return pack_weights(network, replace(card, cutoff=cutoff, evaluation=figures, calibration=calibration))


def showing_of(recipe: PatchRecipe) -> Showing:
    """Say how patches enter the network."""
    return Showing(
        values=recipe.values,
        vary=vary_patch,
        finish=lambda patches: patch_input(patches, recipe.patches.input_px),
    )


def _with_histology(source: Source) -> list[Listing]:
    """Return the listings on which a finding is known to be benign or malignant."""
    known = []
    for listing in source.listings:
        told_of = [MALIGNANT[one.histology] for one in listing.findings if one.histology in MALIGNANT]
        if told_of:
            known.append(replace(listing, present={"malignant": any(told_of)}))
    if not known:
        raise TrainingDataRefusedError(
            f"On none of the {len(source.listings)} images is there a microcalcification whose histology "
            "says benign or malignant, and nothing else can teach the difference; phantoms have none. "
            "Record the histology with the findings and freeze a new version, or choose the task `present`.",
            code="histology_missing",
        )
    return known


def _cut(
    recipe: PatchRecipe,
    source: Source,
    listings: Sequence[Listing],
    part: str,
    say: Callable[[str], None],
) -> PatchSet:
    """Cut the patches of one part, and describe its images."""
    patches = PatchSet()
    for listing in told(listings, f"cut patches for {part} from", say):
        example = source.read(listing)
        try:
            if recipe.task == "malignant":
                add_malignant(patches, example, listing.findings, recipe)
            else:
                random = np.random.default_rng([recipe.seed, *listing.image_id.encode()])
                add_present(patches, example, listing.findings, recipe, random)
        except PredictionRefusedError as error:
            raise TrainingDataRefusedError(
                f"No patch can be cut from image {listing.image_id}. {error.message}", code=error.code
            ) from None
        patches.statistics.append(image_statistics(example.pixels, example.acquisition))
    check_both_classes(patches.truth, part, LABELS[recipe.task], "patches")
    return patches


def _scored(scorer: PatchScorer, patches: PatchSet) -> Scored:
    probability = scorer.probabilities(np.stack(patches.images).astype(np.float32))
    return Scored(patches.truth, probability.tolist(), patches.patients)
