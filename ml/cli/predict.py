"""`python -m ml predict`: the probability of calcification for one image."""

import argparse
import hashlib
import io
import math
import time
from pathlib import Path

from PIL import Image

from ml.cli.command import (
    Progress,
    add_pixel_spacing,
    check_can_write,
    check_other_file,
    with_spacing,
    write_file,
)
from ml.errors import ImageRefusedError
from ml.images import read_image
from ml.images.acquisition import LARGEST_ANISOTROPY
from ml.inference import load_predictor, predict_arguments
from ml.types import Acquisition


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("image", type=Path, metavar="IMAGE", help="DICOM, PNG or TIFF")
    parser.add_argument("--weights", type=Path, required=True, help="published .pt or Tramline safetensors")
    parser.add_argument("--out", type=Path, required=True, help="PNG to write")
    add_pixel_spacing(parser)


def run(options: argparse.Namespace) -> dict[str, object]:
    """Write the probability map of one image as an 8-bit PNG at the image's own resolution."""
    check_can_write(options.out)
    check_other_file(options.out, options.image, options.weights)
    started = time.monotonic()
    predictor = load_predictor(options.weights)
    image = read_image(options.image)
    acquisition = with_spacing(image.acquisition, options.pixel_spacing_mm)
    _check_square(acquisition)
    how = predict_arguments(image.pixels, acquisition)
    probability = predictor.predict(image.pixels, **how, on_progress=Progress("tiles"))
    picture = io.BytesIO()
    Image.fromarray(probability).save(picture, format="PNG")
    write_file(options.out, picture.getvalue())
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


def _check_square(acquisition: Acquisition) -> None:
    sides_mm = acquisition.pixel_spacing_mm
    if sides_mm is not None and not math.isclose(*sides_mm, rel_tol=LARGEST_ANISOTROPY):
        raise ImageRefusedError(
            f"The pixels are {sides_mm[0]} x {sides_mm[1]} mm; the networks need square ones. Resample the "
            "image first.",
            code="pixel_spacing_not_square",
        )
