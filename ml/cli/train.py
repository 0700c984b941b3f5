"""`python -m ml train`: run a training recipe."""

import argparse
import sys
import time
from pathlib import Path

from ml.cli.command import check_can_write, check_other_file, write_file
from ml.training import read_recipe, train


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("recipe", type=Path, metavar="RECIPE", help="YAML, see ml/training/recipes")
    parser.add_argument("--out", type=Path, required=True, help="safetensors to write")


def run(options: argparse.Namespace) -> dict[str, object]:
    """Train as a recipe says and write the weights with their model card."""
    check_can_write(options.out)
    check_other_file(options.out, options.recipe)
    recipe = read_recipe(options.recipe)
    started = time.monotonic()
    weights = train(recipe, lambda line: print(line, file=sys.stderr, flush=True))
    write_file(options.out, weights.bytes_of_safetensors)
    card = weights.card
    return {
        "model": f"{card.name} {card.version}",
        "digest": weights.sha256,
        "seconds": round(time.monotonic() - started, 1),
        "out": str(options.out),
        "cutoff": card.cutoff,
        "evaluation": card.evaluation,
    }
