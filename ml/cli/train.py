"""`python -m ml train`: run a training recipe, alone or under torchrun."""

import argparse
import sys
import time
from contextlib import suppress
from pathlib import Path

from ml.cli.command import check_can_write, check_other_file, write_file
from ml.cli.folder import make_folder
from ml.training import open_world, run_recipe


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("recipe", type=Path, metavar="RECIPE", help="YAML, see ml/training/recipes")
    parser.add_argument("--out", type=Path, required=True, help="safetensors to write")
    parser.add_argument("--data", type=Path, help="folder of an exported dataset version, unpacked")
    parser.add_argument(
        "--encoder-weights", type=Path, help="ImageNet weights to begin from; nothing is downloaded"
    )
    parser.add_argument("--folder", type=Path, help="where the run is saved after each epoch, with its curve")
    parser.add_argument("--resume", action="store_true", help="go on with the run that --folder holds")
    parser.add_argument("--device", choices=("cpu", "cuda"), help="by default CUDA where it is there")


def run(options: argparse.Namespace) -> dict[str, object]:
    """Train as a recipe says and write the weights with their model card."""
    check_can_write(options.out)
    check_other_file(options.out, options.recipe)
    if options.folder is not None:
        make_folder(options.folder)
    started = time.monotonic()
    with open_world(options.device) as world:
        weights = run_recipe(
            options.recipe,
            data=options.data,
            encoder_weights=options.encoder_weights,
            folder=options.folder,
            resume=options.resume,
            say=_say if world.is_first else lambda _: None,
            world=world,
        )
        if world.is_first:
            write_file(options.out, weights.bytes_of_safetensors)
    if not world.is_first:
        raise SystemExit
    card = weights.card
    return {
        "model": f"{card.name} {card.version}",
        "digest": weights.sha256,
        "seconds": round(time.monotonic() - started, 1),
        "out": str(options.out),
        "cutoff": card.cutoff,
        "evaluation": card.evaluation,
    }


def _say(line: str) -> None:
    with suppress(OSError):  # the work goes on, whether or not anyone reads this
        print(line, file=sys.stderr, flush=True)
