"""The recipe `segment`, from top to bottom: parts, images, steps, cutoff, figures, weights."""

import copy
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from torch import nn

from ml.explain import image_statistics, reliability_points, training_statistics
from ml.inference import Predictor, predict_arguments
from ml.networks import ImportedWeights, ModelCard, pack_weights
from ml.training.batches import batch_count, training_batches, validation_batches
from ml.training.figures import calibration_figures
from ml.training.loop import run_loop
from ml.training.losses import LOSSES
from ml.training.prepared import prepare_with
from ml.training.recipe_steps import (
    begin,
    begun_network,
    card_of,
    file_digest,
    loop_plan,
    mean_loss,
    share_out,
    told,
)
from ml.training.segment_config import SegmentRecipe
from ml.training.source import Listing, Source
from ml.training.split import Split
from ml.training.sweep import CutoffSweep
from ml.training.world import World


def train_segmentation(
    recipe: SegmentRecipe,
    source: Source,
    *,
    config_sha256: str,
    encoder_weights: Path | None,
    folder: Path | None,
    say: Callable[[str], None],
    should_stop: Callable[[], bool],
    world: World,
) -> ImportedWeights:
    """Train a network that marks pixels.

    Parameters
    ----------
    recipe : SegmentRecipe
        Every choice.
    source : Source
        Images with labels.
    config_sha256 : str
        Digest of the recipe's file.
    encoder_weights : Path, optional
        ImageNet weights to begin from.
    folder, say, should_stop, world
        As for `ml.training.loop.run_loop`.

    Returns
    -------
    ImportedWeights
        With their card: the cutoff was chosen on the validation images, the figures were measured at that
        cutoff on the test images.
    """
    begin(recipe.seed, recipe.threads, world)
    split = share_out(recipe.split, source.listings, recipe.label, seed=recipe.seed)
    prepare = prepare_with(recipe)
    examples = (source.read(one) for one in told(split.train, "train on", say))
    seen = [(prepare(one), image_statistics(one.pixels, one.acquisition)) for one in examples]
    images = [image for image, _ in seen]
    validation = [prepare(source.read(one)) for one in told(split.validation, "validate on", say)]
    network = begun_network(recipe.network, encoder_weights, say)
    validation_loss = LOSSES[recipe.validation_loss]
    run_loop(
        network,
        batches=lambda epoch: training_batches(recipe, images, epoch, world),
        loss=copy.deepcopy(LOSSES[recipe.loss]),
        validate=lambda trained: mean_loss(
            trained, validation_loss, validation_batches(recipe, validation), world
        ),
        plan=loop_plan(recipe.optimisation, batch_count(recipe, images)),
        seed=recipe.seed,
        folder=folder,
        belongs_to=f"{config_sha256} {source.version} {file_digest(encoder_weights)}",
        say=say,
        should_stop=should_stop,
        world=world,
    )
    card = _card(recipe, source, network, split, config_sha256)
    predictor = Predictor(pack_weights(network, card), world.device)
    on_validation = _sweep(predictor, source, told(split.validation, "choose the cutoff on", say))
    cutoff = on_validation.best()
    on_test = _sweep(predictor, source, told(split.test, "measure on", say))
    figures = on_test.figures(cutoff) | calibration_figures(
        on_test.tables, [listing.patient_id for listing in split.test]
    )
    say(f"cutoff {cutoff}: {figures}")
    card = replace(
        card,
        cutoff=cutoff,
        evaluation=figures,
        statistics=training_statistics([statistics for _, statistics in seen]),
        calibration=reliability_points(on_validation.tables),
    )
    return pack_weights(network, card)


def _sweep(predictor: Predictor, source: Source, listings: Iterable[Listing]) -> CutoffSweep:
    """Predict as in use, at each image's own pixels."""
    sweep = CutoffSweep()
    for listing in listings:
        example = source.read(listing)
        how = predict_arguments(example.pixels, example.acquisition)
        sweep.add(predictor.predict(example.pixels, **how), example.masks[predictor.card.label])
    return sweep


def _card(
    recipe: SegmentRecipe, source: Source, network: nn.Module, split: Split, config_sha256: str
) -> ModelCard:
    whole, tiles = recipe.whole, recipe.tiles
    card = replace(card_of(recipe, source, network, split, config_sha256), label=recipe.label)
    if whole:
        return replace(card, input="whole", input_rows=whole.rows, input_columns=whole.columns)
    if tiles:
        spacing_mm = tiles.pixel_spacing_mm
        return replace(card, tile_px=tiles.side_px, overlap_px=tiles.overlap_px, pixel_spacing_mm=spacing_mm)
    raise AssertionError("a recipe has one of both")
