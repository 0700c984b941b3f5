"""Steps that several recipes take."""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor, nn

from ml.networks import ModelCard, build_network, count_parameters, load_encoder_weights
from ml.training.code_commit import code_commit
from ml.training.loop import Batch
from ml.training.plan import LoopPlan
from ml.training.recipe_parts import Optimisation, RunRecipe, SplitPlan
from ml.training.source import Listing, Source
from ml.training.split import Split, split_as_frozen, split_by_patient
from ml.training.world import World

REPORT_EVERY_S = 20.0


def begin(seed: int, threads: int, world: World) -> None:
    """Set threads and chance; on a CPU every step is repeatable."""
    torch.set_num_threads(threads)
    # Some of a network's steps have no repeatable form on CUDA.
    torch.use_deterministic_algorithms(mode=world.device == "cpu")
    torch.manual_seed(seed)


def share_out(
    plan: SplitPlan,
    listings: Sequence[Listing],
    label: str,
    *,
    seed: int,
    by_age_quartile: bool = False,
    classes_by_image: bool = True,
) -> Split:
    """Make parts of images as a recipe says; see `ml.training.split`."""
    if plan.how == "as-frozen":
        return split_as_frozen(listings, label, classes_by_image=classes_by_image)
    return split_by_patient(
        listings,
        label,
        shares=(plan.train, plan.validation, plan.test),
        seed=seed,
        by_age_quartile=by_age_quartile,
        classes_by_image=classes_by_image,
    )


def begun_network(network: str, encoder_weights: Path | None, say: Callable[[str], None]) -> nn.Module:
    """Build a network, and begin from ImageNet weights where they are given."""
    built = build_network(network)
    if encoder_weights:
        load_encoder_weights(built, encoder_weights)
        say(f"beginning from the encoder in {encoder_weights}")
    return built


def loop_plan(optimisation: Optimisation, batches: int) -> LoopPlan:
    """Return the steps of a run whose epochs have so many batches."""
    choices = {name: value for name, value in asdict(optimisation).items() if name != "batch"}
    return LoopPlan(steps_per_epoch=max(1, batches // optimisation.accumulate), **choices)


def mean_loss(
    network: nn.Module, loss: Callable[[Tensor, Tensor], Tensor], batches: Iterable[Batch], world: World
) -> float:
    """Return the mean loss over batches, each weighed by its images."""
    total, count = 0.0, 0
    for batch in batches:
        value = loss(network(batch.images.to(world.device)), batch.labels.to(world.device)).item()
        total, count = total + value * len(batch.images), count + len(batch.images)
    return total / count


def told(listings: Sequence[Listing], use: str, say: Callable[[str], None]) -> Iterator[Listing]:
    """Give the listings one by one, and say now and then how many are done."""
    next_report_s = 0.0
    for done, listing in enumerate(listings):
        if time.monotonic() >= next_report_s:
            say(f"{done} of {len(listings)} images to {use}")
            next_report_s = time.monotonic() + REPORT_EVERY_S
        yield listing


def file_digest(path: Path | None) -> str:
    """Return the SHA-256 of a file, "" for none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path else ""


def card_of(
    recipe: RunRecipe, source: Source, network: nn.Module, split: Split, config_sha256: str
) -> ModelCard:
    """Return what every recipe's card says; what one output stands for is added by each."""
    kind = "synthetic mammograms" if source.is_synthetic else "mammograms"
    return ModelCard(
        name=recipe.name,
        version=recipe.version,
        architecture=recipe.network,
        output="logit",
        median_px=recipe.values.median_px,
        mean=recipe.values.mean,
        standard_deviation=recipe.values.standard_deviation,
        pixel_spacing_mm=0.1,
        cutoff=0.5,
        training_data=f"{len(split.train)} {kind}, validated on {len(split.validation)}, measured on "
        f"{len(split.test)}; {source.version}",
        synthetic_only=source.is_synthetic,
        source="trained by Tramline's own recipe",
        licence="as Tramline",
        parameters=count_parameters(network),
        recipe=recipe.recipe,
        seed=recipe.seed,
        dataset_version=source.version,
        code_commit=code_commit(),
        config_sha256=config_sha256,
    )
