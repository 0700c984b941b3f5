"""The recipe `segment`, from top to bottom: parts, images, steps, cutoff, figures, weights."""

import copy
import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import torch
from torch import nn

from ml.inference import Predictor, predict_arguments
from ml.networks import (
    ImportedWeights,
    ModelCard,
    build_network,
    count_parameters,
    load_encoder_weights,
    pack_weights,
)
from ml.training.batches import batch_count, training_batches, validation_batches
from ml.training.code_commit import code_commit
from ml.training.loop import run_loop
from ml.training.losses import LOSSES
from ml.training.phantom_data import TrainingImage
from ml.training.plan import LoopPlan
from ml.training.prepared import prepare_with
from ml.training.segment_config import SegmentRecipe
from ml.training.source import Listing, Source
from ml.training.split import Split, split_as_frozen, split_by_patient
from ml.training.sweep import CutoffSweep
from ml.training.world import World

REPORT_EVERY_S = 20.0


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
    torch.set_num_threads(recipe.threads)
    # Some of a network's steps have no repeatable form on CUDA.
    torch.use_deterministic_algorithms(mode=world.device == "cpu")
    torch.manual_seed(recipe.seed)
    split = _split(recipe, source)
    prepare = prepare_with(recipe)
    images = [prepare(source.read(one)) for one in _told(split.train, "train on", say)]
    validation = [prepare(source.read(one)) for one in _told(split.validation, "validate on", say)]
    network = build_network(recipe.network)
    if encoder_weights:
        load_encoder_weights(network, encoder_weights)
        say(f"beginning from the encoder in {encoder_weights}")
    validation_loss = LOSSES[recipe.validation_loss]
    run_loop(
        network,
        batches=lambda epoch: training_batches(recipe, images, epoch, world),
        loss=copy.deepcopy(LOSSES[recipe.loss]),
        validate=lambda trained: _mean_loss(trained, validation_loss, recipe, validation, world),
        plan=_plan(recipe, images),
        seed=recipe.seed,
        folder=folder,
        belongs_to=f"{config_sha256} {source.version} {_digest(encoder_weights)}",
        say=say,
        should_stop=should_stop,
        world=world,
    )
    card = _card(recipe, source, network, split, config_sha256)
    predictor = Predictor(pack_weights(network, card), world.device)
    on_validation = _sweep(predictor, source, _told(split.validation, "choose the cutoff on", say))
    cutoff = on_validation.best()
    figures = _sweep(predictor, source, _told(split.test, "measure on", say)).figures(cutoff)
    say(f"cutoff {cutoff}: {figures}")
    return pack_weights(network, replace(card, cutoff=cutoff, evaluation=figures))


def _split(recipe: SegmentRecipe, source: Source) -> Split:
    plan = recipe.split
    if plan.how == "as-frozen":
        return split_as_frozen(source.listings, recipe.label)
    shares = (plan.train, plan.validation, plan.test)
    return split_by_patient(source.listings, recipe.label, shares=shares, seed=recipe.seed)


def _plan(recipe: SegmentRecipe, images: list[TrainingImage]) -> LoopPlan:
    choices = {name: value for name, value in asdict(recipe.optimisation).items() if name != "batch"}
    steps = max(1, batch_count(recipe, images) // recipe.optimisation.accumulate)
    return LoopPlan(steps_per_epoch=steps, **choices)


def _mean_loss(
    network: nn.Module,
    loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    recipe: SegmentRecipe,
    images: list[TrainingImage],
    world: World,
) -> float:
    losses = [
        loss(network(batch.images.to(world.device)), batch.labels.to(world.device)).item()
        for batch in validation_batches(recipe, images)
    ]
    return sum(losses) / len(losses)


def _sweep(predictor: Predictor, source: Source, listings: Iterable[Listing]) -> CutoffSweep:
    """Predict as in use, at each image's own pixels."""
    sweep = CutoffSweep()
    for listing in listings:
        example = source.read(listing)
        how = predict_arguments(example.pixels, example.acquisition)
        sweep.add(predictor.predict(example.pixels, **how), example.masks[predictor.card.label])
    return sweep


def _digest(path: Path | None) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path else ""


def _told(listings: Sequence[Listing], use: str, say: Callable[[str], None]) -> Iterator[Listing]:
    """Give the listings one by one, and say now and then how many are done."""
    next_report_s = 0.0
    for done, listing in enumerate(listings):
        if time.monotonic() >= next_report_s:
            say(f"{done} of {len(listings)} images to {use}")
            next_report_s = time.monotonic() + REPORT_EVERY_S
        yield listing


def _card(
    recipe: SegmentRecipe, source: Source, network: nn.Module, split: Split, config_sha256: str
) -> ModelCard:
    kind = "synthetic mammograms" if source.is_synthetic else "mammograms"
    whole, tiles = recipe.whole, recipe.tiles
    card = ModelCard(
        name=recipe.name,
        version=recipe.version,
        architecture=recipe.network,
        output="logit",
        label=recipe.label,
        median_px=recipe.values.median_px,
        mean=recipe.values.mean,
        standard_deviation=recipe.values.standard_deviation,
        pixel_spacing_mm=tiles.pixel_spacing_mm if tiles else 0.1,
        cutoff=0.5,
        training_data=f"{len(split.train)} {kind}, validated on {len(split.validation)}, measured on "
        f"{len(split.test)}; {source.version}",
        synthetic_only=source.is_synthetic,
        source="trained by Tramline's own recipe",
        licence="as Tramline",
        parameters=count_parameters(network),
        recipe="segment",
        seed=recipe.seed,
        dataset_version=source.version,
        code_commit=code_commit(),
        config_sha256=config_sha256,
    )
    if whole:
        return replace(card, input="whole", input_rows=whole.rows, input_columns=whole.columns)
    return replace(card, tile_px=tiles.side_px, overlap_px=tiles.overlap_px) if tiles else card
