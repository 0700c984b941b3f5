"""The recipe `scunet_phantom`, from top to bottom: phantoms, patches, steps, cutoff, figures, weights."""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from torch import nn

from ml.inference import Predictor
from ml.networks import ImportedWeights, ModelCard, build_network, count_parameters, pack_weights
from ml.phantom import PHANTOM_VERSION
from ml.training.config import Recipe
from ml.training.evaluation import best_cutoff, measure
from ml.training.losses import cross_entropy_and_dice
from ml.training.phantom_data import TrainingImage, phantom_of_set, training_image
from ml.training.sampling import random_batch

REPORT_EVERY_S = 20.0


def train(recipe: Recipe, say: Callable[[str], None]) -> ImportedWeights:
    """Train a SCU-Net on phantoms.

    Parameters
    ----------
    recipe : Recipe
        Every choice; the same recipe gives the same bytes on the same machine.
    say : callable
        Told in a line of text how far it is.

    Returns
    -------
    ImportedWeights
        Weights with their card: the cutoff was chosen on the validation phantoms, the figures were measured
        at that cutoff on the test phantoms.
    """
    torch.set_num_threads(recipe.threads)
    torch.use_deterministic_algorithms(mode=True)
    torch.manual_seed(recipe.seed)
    started = time.monotonic()
    say(f"making {recipe.phantoms.train} phantoms to train on")
    images = [
        training_image(phantom_of_set(recipe.phantoms, "train", k), recipe)
        for k in range(recipe.phantoms.train)
    ]
    say(f"made in {time.monotonic() - started:.0f} s; training for {recipe.optimisation.steps} steps")
    network = build_network("scunet")
    _optimise(network, images, recipe, say)
    card = _card(recipe, network)
    predictor = Predictor(pack_weights(network.eval(), card))
    say("choosing the cutoff on validation phantoms")
    sets = recipe.phantoms
    on_validation = measure(
        predictor, (phantom_of_set(sets, "validation", k) for k in range(sets.validation))
    )
    cutoff = best_cutoff(on_validation)
    say("measuring on test phantoms")
    on_test = measure(predictor, (phantom_of_set(sets, "test", k) for k in range(sets.test)))
    figures = on_test[cutoff].figures()
    say(f"cutoff {cutoff}: {figures}; {time.monotonic() - started:.0f} s in all")
    return pack_weights(network, replace(card, cutoff=cutoff, evaluation=figures))


def _optimise(
    network: nn.Module, images: list[TrainingImage], recipe: Recipe, say: Callable[[str], None]
) -> None:
    plan, prepared = recipe.optimisation, recipe.preparation
    random = np.random.default_rng(recipe.seed)
    optimiser = torch.optim.AdamW(network.parameters(), lr=plan.learning_rate, weight_decay=plan.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, max_lr=plan.learning_rate, total_steps=plan.steps + 1, pct_start=0.15
    )
    network.train()
    recent: list[float] = []
    next_report_s = time.monotonic()
    for step in range(plan.steps):
        patches, labels = random_batch(images, plan.batch, prepared.tile_px, random)
        grey = torch.from_numpy((patches - prepared.mean) / np.float32(prepared.standard_deviation))
        image = grey[:, None].expand(-1, 3, -1, -1).contiguous(memory_format=torch.channels_last)
        loss = cross_entropy_and_dice(network(image)[:, 0], torch.from_numpy(labels))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        recent = [*recent[-49:], loss.item()]
        if time.monotonic() >= next_report_s:
            say(f"step {step + 1} of {plan.steps}: loss {np.mean(recent):.4f}")
            next_report_s = time.monotonic() + REPORT_EVERY_S


def _card(recipe: Recipe, network: nn.Module) -> ModelCard:
    sets, prepared = recipe.phantoms, recipe.preparation
    return ModelCard(
        name=recipe.name,
        version=recipe.version,
        architecture="scunet",
        output="logit",
        tile_px=prepared.tile_px,
        overlap_px=prepared.overlap_px,
        median_px=prepared.median_px,
        mean=prepared.mean,
        standard_deviation=prepared.standard_deviation,
        pixel_spacing_mm=prepared.pixel_spacing_mm,
        cutoff=0.5,
        training_data=f"{sets.train} synthetic mammograms (phantom version {PHANTOM_VERSION}), no real "
        "image; its figures are on phantoms and say nothing about patients",
        synthetic_only=True,
        source="trained by Tramline's own recipe",
        licence="as Tramline",
        parameters=count_parameters(network),
        recipe="scunet_phantom",
        seed=recipe.seed,
    )
