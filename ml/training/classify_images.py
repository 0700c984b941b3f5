"""The recipe `classify_images`, from top to bottom: parts, images, steps, cutoff, figures, weights."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.explain import HeatmapScorer, image_statistics, reliability_points, training_statistics
from ml.inference import breast_image
from ml.networks import ImageClassifier, ImportedWeights, pack_weights
from ml.training.answers import Answered, Showing, train_answers
from ml.training.classify_config import ImageRecipe
from ml.training.explained import explain_all
from ml.training.recipe_steps import begin, begun_network, card_of, file_digest, share_out, told
from ml.training.source import Example, Listing, Source
from ml.training.under_sample import under_sample
from ml.training.variation import vary_breast
from ml.training.world import World

# What readers answer about each image, by label; a mask counts where they gave no answer.
QUESTIONS = {"bac": "bac_present"}


def train_image_classifier(
    recipe: ImageRecipe,
    source: Source,
    *,
    config_sha256: str,
    encoder_weights: Path | None,
    folder: Path | None,
    say: Callable[[str], None],
    should_stop: Callable[[], bool],
    world: World,
) -> ImportedWeights:
    """Train a network that answers for a whole image.

    Parameters
    ----------
    recipe : ImageRecipe
        Every choice.
    source : Source
        Images with answers or labels.
    config_sha256 : str
        Digest of the recipe's file.
    encoder_weights : Path, optional
        ImageNet weights to begin from.
    folder, say, should_stop, world
        As for `ml.training.loop.run_loop`.

    Returns
    -------
    ImportedWeights
        With their card: both cutoffs and the points of calibration come from the validation images, the
        figures from the test images.
    """
    begin(recipe.seed, recipe.threads, world)
    label = recipe.label
    split = share_out(
        recipe.split, answered_listings(source, label), label, seed=recipe.seed, by_age_quartile=True
    )
    split = replace(split, train=under_sample(split.train, label, recipe.positive_share, seed=recipe.seed))
    images, statistics = _read(recipe, source, told(split.train, "train on", say))
    validation, _ = _read(recipe, source, told(split.validation, "validate on", say))
    network = begun_network(recipe.network, encoder_weights, say)
    if recipe.trained == "all" and isinstance(network, ImageClassifier):
        network.unfreeze()
    train_answers(
        network,
        train=images,
        validation=validation,
        showing=showing_of(recipe),
        optimisation=recipe.optimisation,
        seed=recipe.seed,
        belongs_to=f"{config_sha256} {source.version} {file_digest(encoder_weights)}",
        folder=folder,
        say=say,
        should_stop=should_stop,
        world=world,
    )
    whole = recipe.whole
    card = replace(
        card_of(recipe, source, network, split, config_sha256),
        task="image_classification",
        label=label,
        input="whole",
        input_rows=whole.rows,
        input_columns=whole.columns,
        statistics=training_statistics(statistics),
    )
    scorer = HeatmapScorer(pack_weights(network, card), world.device)
    on_validation = explain_all(scorer, source, told(split.validation, "choose the cutoffs on", say))
    card = replace(
        card,
        cutoff=on_validation.scored.best_cutoff(),
        heatmap_cutoff=on_validation.best_heatmap_cutoff(),
        calibration=reliability_points(on_validation.scored.tables),
    )
    on_test = explain_all(scorer, source, told(split.test, "measure on", say))
    card = replace(card, evaluation=on_test.figures(card))
    say(f"cutoff {card.cutoff:.4f}: {card.evaluation}")
    return pack_weights(network, card)


def answered_listings(source: Source, label: str) -> list[Listing]:
    """Return the listings with a yes or no for `label`, as the answer says, or the mask where there is none.

    An image on which the reader was uncertain teaches neither, and is left out.
    """
    question = QUESTIONS.get(label, "")
    answered = []
    for listing in source.listings:
        answer = listing.answers.get(question)
        if answer in ("yes", "no"):
            answered.append(replace(listing, present={label: answer == "yes"}))
        elif answer is None and label in listing.present:
            answered.append(replace(listing, present={label: listing.present[label]}))
    return answered


def prepare_breast(recipe: ImageRecipe, example: Example) -> NDArray[np.uint8]:
    """Return what the network sees of an example, before it is varied."""
    breast = breast_image(example.pixels, example.acquisition)
    seen = breast.for_network(recipe.whole.rows, recipe.whole.columns, recipe.values.median_px)
    return np.rint(seen).astype(np.uint8)


def showing_of(recipe: ImageRecipe) -> Showing:
    """Say how prepared images enter the network."""
    return Showing(values=recipe.values, vary=vary_breast, finish=lambda images: images)


def _read(
    recipe: ImageRecipe, source: Source, listings: Iterable[Listing]
) -> tuple[Answered, list[dict[str, float | str]]]:
    images, truth, statistics = [], [], []
    for listing in listings:
        example = source.read(listing)
        images.append(prepare_breast(recipe, example))
        truth.append(listing.present[recipe.label])
        statistics.append(image_statistics(example.pixels, example.acquisition))
    return Answered(images, truth), statistics
