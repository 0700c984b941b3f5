"""The command line of `ml`: predict on one image, run a training recipe.

Answers go to standard output as one line of JSON, errors to standard error as one line of JSON with `code`
and `message` (the last line, after any progress) and exit status 2. No database and no web app are needed.
"""

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from PIL import Image

from ml.errors import MlError
from ml.images import read_image
from ml.inference import load_predictor, predict_arguments
from ml.training import read_recipe, train

EXIT_REFUSED = 2
QUIET_S = 2.0


class BadArgumentsError(MlError):
    """The command was called with arguments it does not know."""

    code = "bad_arguments"


class OutputNotWritableError(MlError):
    """The result cannot be written where it was asked for."""

    code = "output_not_writable"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadArgumentsError(f"{message}. See: {self.prog} --help")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the program's name; those of the process by default.

    Returns
    -------
    int
        Exit status: 0, or 2 after a refusal.
    """
    try:
        options = _build_parser().parse_args(arguments)
        answer = options.command(options)
    except MlError as error:
        print(json.dumps({"code": error.code, "message": error.message}), file=sys.stderr)
        return EXIT_REFUSED
    print(json.dumps(answer))
    return 0


def predict(options: argparse.Namespace) -> dict[str, object]:
    """Write the probability map of one image as an 8-bit PNG at the image's own resolution."""
    if not options.out.parent.is_dir():
        raise OutputNotWritableError(f"The folder {options.out.parent} does not exist; make it first.")
    started = time.monotonic()
    predictor = load_predictor(options.weights)
    image = read_image(options.image)
    how = predict_arguments(image.pixels, image.acquisition)
    if options.pixel_spacing_mm is not None:
        how["pixel_spacing_mm"] = options.pixel_spacing_mm
    probability = predictor.predict(image.pixels, **how, on_progress=_Progress())
    try:
        Image.fromarray(probability).save(options.out, format="PNG")
    except OSError as error:
        raise OutputNotWritableError(f"{options.out} cannot be written: {error.strerror}.") from None
    card = predictor.card
    rows, columns = probability.shape
    return {
        "model": f"{card.name} {card.version}",
        "digest": hashlib.sha256(options.weights.read_bytes()).hexdigest(),
        "seconds": round(time.monotonic() - started, 3),
        "out": str(options.out),
        "rows": rows,
        "columns": columns,
        "pixel_spacing_mm": how["pixel_spacing_mm"],
        "cutoff": card.cutoff,
        "synthetic_only": card.synthetic_only,
    }


def run_recipe(options: argparse.Namespace) -> dict[str, object]:
    """Train as a recipe says and write the weights with their model card."""
    if not options.out.parent.is_dir():
        raise OutputNotWritableError(f"The folder {options.out.parent} does not exist; make it first.")
    recipe = read_recipe(options.recipe)
    started = time.monotonic()
    weights = train(recipe, lambda line: print(line, file=sys.stderr, flush=True))
    options.out.write_bytes(weights.bytes_of_safetensors)
    card = weights.card
    return {
        "model": f"{card.name} {card.version}",
        "digest": weights.sha256,
        "seconds": round(time.monotonic() - started, 1),
        "out": str(options.out),
        "cutoff": card.cutoff,
        "evaluation": card.evaluation,
    }


class _Progress:
    """Say on standard error how far a prediction is, once a second, and only if it takes longer."""

    def __init__(self) -> None:
        self._next_s = time.monotonic() + QUIET_S

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() >= self._next_s:
            print(f"{done} of {total} tiles", file=sys.stderr, flush=True)
            self._next_s = time.monotonic() + 1


def _build_parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m ml", description="Research use only.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)
    command = commands.add_parser("predict", help="probability of calcification for one image")
    command.add_argument("image", type=Path, metavar="IMAGE", help="DICOM, PNG or TIFF")
    command.add_argument("--weights", type=Path, required=True, help="published .pt or Tramline safetensors")
    command.add_argument("--out", type=Path, required=True, help="PNG to write")
    command.add_argument("--pixel-spacing-mm", type=float, help="overrides the spacing in the image's header")
    command.set_defaults(command=predict)
    command = commands.add_parser("train", help="train a network as a recipe says")
    command.add_argument("recipe", type=Path, metavar="RECIPE", help="YAML, see ml/training/recipes")
    command.add_argument("--out", type=Path, required=True, help="safetensors to write")
    command.set_defaults(command=run_recipe)
    return parser
