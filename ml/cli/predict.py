"""`python -m ml predict`: the probability of calcification for one image."""

import argparse
import hashlib
import io
import time
from pathlib import Path

from PIL import Image

from ml.cli.command import Progress, check_can_write, write_file
from ml.images import read_image
from ml.inference import load_predictor, predict_arguments


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("image", type=Path, metavar="IMAGE", help="DICOM, PNG or TIFF")
    parser.add_argument("--weights", type=Path, required=True, help="published .pt or Tramline safetensors")
    parser.add_argument("--out", type=Path, required=True, help="PNG to write")
    parser.add_argument("--pixel-spacing-mm", type=float, help="overrides the spacing in the image's header")


def run(options: argparse.Namespace) -> dict[str, object]:
    """Write the probability map of one image as an 8-bit PNG at the image's own resolution."""
    check_can_write(options.out)
    started = time.monotonic()
    predictor = load_predictor(options.weights)
    image = read_image(options.image)
    how = predict_arguments(image.pixels, image.acquisition)
    if options.pixel_spacing_mm is not None:
        how["pixel_spacing_mm"] = options.pixel_spacing_mm
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
